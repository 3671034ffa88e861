"""A contest between coalitions over a prize: who joins with whom."""

from __future__ import annotations

from typing import Final

from deterrence.expressions import Number, Power, Symbol
from deterrence.families.family import Family, Integer
from deterrence.games import FormationGame, FrozenMap, Parameter

__all__ = ["COALITION_CONTEST", "coalition_contest"]

_V = Parameter("V", domain="positive")


def coalition_contest(players: int = 4) -> FormationGame:
    """Return the game with so many equal players: each of K coalitions gains V/K**2, which its members share.

    >>> coalition_contest(3).parameters[0].name
    'V'
    """
    return COALITION_CONTEST.game(players=players)


def _build(players: int) -> FormationGame:
    names = [str(i + 1) for i in range(players)]
    return FormationGame(names, "partition", _V / (Power(Symbol("groups"), Number(2)) * Symbol("size")))


COALITION_CONTEST: Final = Family(
    name="coalition-contest",
    summary="equal players join coalitions that then contest a prize; members share what their coalition gains",
    integers=FrozenMap({"players": Integer(2, 7, 4, "number of players")}),
    build=_build,
)
