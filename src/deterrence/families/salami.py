"""Salami tactics: a challenger takes slice after slice, and each time the defender lets it or fights."""

from __future__ import annotations

from typing import Final

from deterrence.families.family import Family, Integer
from deterrence.games import Decision, ExtensiveGame, FrozenMap, Outcome, Parameter, Player
from deterrence.games.nodes import Node

__all__ = ["SALAMI", "salami"]

_V: Final = Parameter("v", domain="positive", meaning="Defender: worth of a slice")
_K: Final = Parameter("k", domain="positive", meaning="Defender: cost of a fight")
_B: Final = Parameter("b", domain="positive", meaning="Challenger: worth of a slice")
_W: Final = Parameter("w", domain="positive", meaning="Challenger: loss in a fight")


def salami(slices: int = 3) -> ExtensiveGame:
    """Return the game over a number of slices.

    With m slices left the Challenger stops or takes one; the Defender lets it or fights, which restores that slice and
    ends the game. Information is perfect. Raises `GameError` for a number out of bounds.

    >>> salami(2).events()
    ('0 taken', '1 taken', '2 taken', 'fight')
    """
    return SALAMI.game(slices=slices)


def _build(slices: int) -> ExtensiveGame:
    node: Node = _taken(slices, slices)
    for left in range(1, slices + 1):
        gone = slices - left
        fight = Outcome(f"fight-{left}", {"Challenger": gone * _B - _W, "Defender": -gone * _V - _K}, event="fight")
        reply = Decision(f"reply-{left}", "Defender", {"acquiesce": node, "fight": fight})
        node = Decision(f"left-{left}", "Challenger", {"stop": _taken(gone, slices), "take": reply})
    return ExtensiveGame(node, players=[Player("Challenger"), Player("Defender")])


def _taken(gone: int, slices: int) -> Outcome:
    name = "all" if gone == slices else f"stop-{slices - gone}"
    return Outcome(name, {"Challenger": gone * _B, "Defender": -gone * _V}, event=f"{gone} taken")


SALAMI: Final = Family(
    name="salami",
    summary="a challenger takes slices one by one; the defender lets it or fights",
    integers=FrozenMap({"slices": Integer(1, 60, 3, "number of slices")}),
    build=_build,
)
