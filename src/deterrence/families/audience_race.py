"""A race of audience costs between known opponents: who is locked in first makes the other back down."""

from __future__ import annotations

from typing import Final

from deterrence.families.family import Family, Integer
from deterrence.games import Decision, ExtensiveGame, FrozenMap, Outcome, Parameter, Player
from deterrence.games.nodes import Node

__all__ = ["AUDIENCE_RACE", "audience_race"]

_SIDES: Final = ("One", "Two")
_A: Final = tuple(
    Parameter(f"a_{i}", domain="positive", meaning=f"{s}: audience cost of a step") for i, s in ((1, "One"), (2, "Two"))
)
_W: Final = tuple(
    Parameter(f"w_{i}", domain="positive", meaning=f"{s}: loss in war") for i, s in ((1, "One"), (2, "Two"))
)
_P: Final = tuple(
    Parameter(f"v_{i}", domain="positive", meaning=f"{s}: the prize") for i, s in ((1, "One"), (2, "Two"))
)


def audience_race(steps: int = 6) -> ExtensiveGame:
    """Return the race with a number of steps, at which the sides move in turn: back down, or stay.

    Backing down at step t, from 0, costs the audience cost of a step times t and leaves the prize to the other; war
    follows the last step. Information is perfect. Raises `GameError` for a number out of bounds.

    >>> audience_race(2).events()
    ('One backs down', 'Two backs down', 'war')
    """
    return AUDIENCE_RACE.game(steps=steps)


def _build(steps: int) -> ExtensiveGame:
    node: Node = Outcome("war", {side: -w for side, w in zip(_SIDES, _W, strict=True)})
    for t in reversed(range(steps)):
        mover, other = t % 2, 1 - t % 2
        payoffs = {_SIDES[mover]: -t * _A[mover], _SIDES[other]: _P[other]}
        down = Outcome(f"down-{t}", payoffs, event=f"{_SIDES[mover]} backs down")
        node = Decision(f"step-{t}", _SIDES[mover], {"back": down, "stay": node})
    return ExtensiveGame(node, players=[Player(side) for side in _SIDES])


AUDIENCE_RACE: Final = Family(
    name="audience-race",
    summary="two known opponents stay or back down in turn under rising audience costs",
    integers=FrozenMap({"steps": Integer(1, 60, 6, "moves before war")}),
    build=_build,
)
