"""Games that need a loop: Python functions of a few integers, by the names that `[family]` uses in model files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from deterrence.families.audience_race import AUDIENCE_RACE, audience_race
from deterrence.families.blotto import BLOTTO, blotto
from deterrence.families.chain_store import CHAIN_STORE, chain_store
from deterrence.families.coalition_contest import COALITION_CONTEST, coalition_contest
from deterrence.families.dollar_auction import DOLLAR_AUCTION, dollar_auction
from deterrence.families.family import Family, Integer
from deterrence.families.inspections import SEQUENTIAL_INSPECTIONS, sequential_inspections
from deterrence.families.ladder import LADDER, ladder
from deterrence.families.membership import MEMBERSHIP, membership
from deterrence.families.salami import SALAMI, salami
from deterrence.families.security import SECURITY, security
from deterrence.families.simultaneous_ladder import SIMULTANEOUS_LADDER, simultaneous_ladder
from deterrence.families.spending_pledge import SPENDING_PLEDGE, spending_pledge
from deterrence.families.subtraction_ladder import SUBTRACTION_LADDER, subtraction_ladder
from deterrence.games import FrozenMap, Game

__all__ = [
    "FAMILIES",
    "Family",
    "Integer",
    "audience_race",
    "blotto",
    "chain_store",
    "coalition_contest",
    "dollar_auction",
    "ladder",
    "membership",
    "resized",
    "salami",
    "security",
    "sequential_inspections",
    "simultaneous_ladder",
    "spending_pledge",
    "subtraction_ladder",
]

FAMILIES: Final[FrozenMap[str, Family[Game]]] = FrozenMap(
    {
        family.name: family
        for family in (
            AUDIENCE_RACE,
            BLOTTO,
            CHAIN_STORE,
            COALITION_CONTEST,
            DOLLAR_AUCTION,
            LADDER,
            MEMBERSHIP,
            SALAMI,
            SECURITY,
            SEQUENTIAL_INSPECTIONS,
            SIMULTANEOUS_LADDER,
            SPENDING_PLEDGE,
            SUBTRACTION_LADDER,
        )
    }
)


def resized(game: Game, integers: Mapping[str, int]) -> Game:
    """Return a family's game for other integers, with the same parameters, assumptions and statements.

    A game of no family, or no integers, gives the game itself. Raises `GameError` for integers out of bounds.
    """
    if not integers or not game.about.family:
        return game
    full = {**game.about.integers, **integers}
    return (
        FAMILIES[game.about.family]
        .game(**full)
        .restated(
            assume=game.assume,
            parameters=game.parameters,
            definitions=game.definitions,
            about=replace(game.about, integers=FrozenMap(full)),
        )
    )
