"""Games that need a loop: Python functions of a few integers, by the names that `[family]` uses in model files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from deterrence.families.dollar_auction import DOLLAR_AUCTION, dollar_auction
from deterrence.families.family import Family, Integer
from deterrence.families.ladder import LADDER, ladder
from deterrence.games import ExtensiveGame, FrozenMap, Game

__all__ = ["FAMILIES", "Family", "Integer", "dollar_auction", "ladder", "resized"]

FAMILIES: Final[FrozenMap[str, Family]] = FrozenMap({family.name: family for family in (LADDER, DOLLAR_AUCTION)})

GameT = TypeVar("GameT", bound=Game)


def resized(game: GameT, integers: Mapping[str, int]) -> GameT | ExtensiveGame:
    """Return a family's game for other integers, with the same parameters, assumptions and statements.

    A game of no family, or no integers, gives the game itself. Raises `GameError` for integers out of bounds.
    """
    if not integers or not game.about.family:
        return game
    full = {**game.about.integers, **integers}
    bare = FAMILIES[game.about.family].game(**full)
    return ExtensiveGame(
        bare.root,
        players=bare.players,
        nodes=bare.nodes.values(),
        assume=game.assume,
        parameters=game.parameters,
        definitions=game.definitions,
        about=replace(game.about, integers=FrozenMap(full)),
    )
