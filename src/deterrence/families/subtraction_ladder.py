"""A ladder on which the sides take steps in turn, and whoever makes the last step has crossed the threshold."""

from __future__ import annotations

from typing import Final

from deterrence.families.family import Family, Integer
from deterrence.games import Decision, ExtensiveGame, FrozenMap, Outcome, Player
from deterrence.games.nodes import Node

__all__ = ["SUBTRACTION_LADDER", "subtraction_ladder"]

_SIDES: Final = ("First", "Second")


def subtraction_ladder(distance: int = 12, steps: int = 3) -> ExtensiveGame:
    """Return the ladder at a `distance` from the threshold, climbed by 1 to `steps` rungs at a time.

    The sides climb in turn and cannot stop; whoever reaches the threshold loses 1, and the other wins 1. Positions that
    several histories share are one node. Steps are listed from the shortest on. Raises `GameError` for integers out of
    bounds.

    >>> subtraction_ladder(5, 2).events()
    ('First crosses', 'Second crosses')
    """
    return SUBTRACTION_LADDER.game(distance=distance, steps=steps)


def _build(distance: int, steps: int) -> ExtensiveGame:
    nodes = list[Node]()
    reached, waiting = set[tuple[int, int]](), [(0, distance)]
    while waiting:
        mover, left = waiting.pop()
        if (mover, left) in reached:
            continue
        reached.add((mover, left))
        nodes.append(_position(mover, left, steps))
        waiting += [(1 - mover, left - step) for step in range(1, steps + 1) if step < left]
    ends = [_end(who) for who in (0, 1) if any((who, left) in reached for left in range(1, steps + 1))]
    nodes = [*ends, *nodes]
    return ExtensiveGame(_name(0, distance), players=[Player(who) for who in _SIDES], nodes=nodes)


def _name(mover: int, left: int) -> str:
    return f"{_SIDES[mover]}-{left}"


def _position(mover: int, left: int, steps: int) -> Decision:
    moves = {f"climb-{step}": _name(1 - mover, left - step) for step in range(1, min(steps, left - 1) + 1)}
    if steps >= left:
        moves[f"climb-{left}"] = _end(mover).name
    return Decision(_name(mover, left), _SIDES[mover], moves)


def _end(loser: int) -> Outcome:
    return Outcome(f"{_SIDES[loser]} crosses", {_SIDES[loser]: -1, _SIDES[1 - loser]: 1})


SUBTRACTION_LADDER: Final = Family(
    name="subtraction-ladder",
    summary="steps in turn towards a threshold that nobody wants to be the one to cross",
    integers=FrozenMap(
        {
            "distance": Integer(1, 200, 12, "rungs below the threshold at the start"),
            "steps": Integer(1, 20, 3, "rungs that a side can climb at once"),
        }
    ),
    build=_build,
)
