"""Colonel Blotto with whole units: two sides divide their forces over several fields at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Expr, Number
from deterrence.families.family import Family, Integer
from deterrence.games import FrozenMap, StrategicGame

__all__ = ["BLOTTO", "blotto"]

_LARGEST: Final = 20_000  # pairs of allocations


def blotto(fields: int = 3, weak: int = 3, strong: int = 4) -> StrategicGame:
    """Return the game in which two sides place `weak` and `strong` units on `fields` of equal worth.

    The larger force wins a field, equal ones halve it; a side's payoff is the share of fields that it wins, less one
    half, so that payoffs sum to zero. Raises `GameError` for integers out of bounds or more than 20,000 pairs.

    >>> blotto(3, 1, 2).shape
    (3, 6)
    """
    return BLOTTO.game(fields=fields, weak=weak, strong=strong)


def _build(fields: int, weak: int, strong: int) -> StrategicGame:
    mine, other = (list(_allocations(fields, units)) for units in (weak, strong))
    if len(mine) * len(other) > _LARGEST:
        raise GameError(
            f"{len(mine)} times {len(other)} allocations", remedy=f"fewer units: at most {_LARGEST} pairs are built"
        )
    worth = [Number(k) / (2 * fields) for k in range(-fields, fields + 1)]
    table: dict[tuple[str, ...], dict[str, Expr]] = {}
    for x in mine:
        for y in other:
            lead = sum((a > b) - (a < b) for a, b in zip(x, y, strict=True))
            table[_named(x), _named(y)] = {"Weak": worth[fields + lead], "Strong": worth[fields - lead]}
    return StrategicGame({"Weak": map(_named, mine), "Strong": map(_named, other)}, table)


def _allocations(fields: int, units: int) -> Iterator[tuple[int, ...]]:
    if fields == 1:
        yield (units,)
        return
    for first in range(units, -1, -1):
        yield from ((first, *rest) for rest in _allocations(fields - 1, units - first))


def _named(allocation: tuple[int, ...]) -> str:
    return "-".join(map(str, allocation))


BLOTTO: Final = Family(
    name="blotto",
    summary="Colonel Blotto: two sides divide whole units over several fields; the larger force wins a field",
    integers=FrozenMap(
        {
            "fields": Integer(2, 6, 3, "number of fields, of equal worth"),
            "weak": Integer(0, 20, 3, "units of the weaker side"),
            "strong": Integer(1, 20, 4, "units of the stronger side"),
        }
    ),
    build=_build,
)
