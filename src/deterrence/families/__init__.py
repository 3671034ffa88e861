"""Games that need a loop: Python functions of a few integers, by the names that `[family]` uses in model files."""

from __future__ import annotations

from typing import Final

from deterrence.families.dollar_auction import DOLLAR_AUCTION, dollar_auction
from deterrence.families.family import Family, Integer
from deterrence.families.ladder import LADDER, ladder
from deterrence.games import FrozenMap

__all__ = ["FAMILIES", "Family", "Integer", "dollar_auction", "ladder"]

FAMILIES: Final[FrozenMap[str, Family]] = FrozenMap({family.name: family for family in (LADDER, DOLLAR_AUCTION)})
