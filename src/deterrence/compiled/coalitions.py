"""A coalitional game with numbers: the worth of every coalition at every point, coalitions as bit patterns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import AtPoints, BoolArray, NumberArray, Points, indicator
from deterrence.expressions import Condition, Expr, evaluate_exact, holds_exactly
from deterrence.expressions.numpy_eval import compile_conditions, compile_formulas
from deterrence.games import CoalitionalGame, FrozenMap, Gathered

__all__ = ["CompiledCoalitions", "compile_coalitions", "membership"]

_LARGEST: Final = 1e100  # a worth beyond it counts as missing: sums and products of such numbers overflow
_NEAR: Final = 1e-9  # relative gap between two sides of a condition that rounding may make


@dataclass(frozen=True)
class CompiledCoalitions(AtPoints[CoalitionalGame]):
    """The worth (points, 2**n) of every coalition: player i is a member where bit i of the position is set.

    Costs stand there with a minus sign, so that players always want more. `threats` and `weights` are (points,
    players); `defined` marks the points at which everything is finite, `close` those at which rounding may decide
    whether some coalition wins.
    """

    worth: NumberArray
    threats: NumberArray
    weights: NumberArray
    defined: BoolArray
    close: BoolArray

    @property
    def grand(self) -> NumberArray:
        """The worth (points,) of all players together."""
        return self.worth[:, -1]


@lru_cache(maxsize=32)
def membership(players: int) -> NDArray[np.int8]:
    """Return (2**players, players): one where the player belongs to the coalition; read-only."""
    table = (np.arange(1 << players)[:, None] >> np.arange(players)) & 1
    table = table.astype(np.int8)
    table.setflags(write=False)
    return table


def compile_coalitions(game: CoalitionalGame, points: Points) -> CompiledCoalitions:
    """Return the worth of every coalition at all points; undefined points hold zeros."""
    with np.errstate(all="ignore"):
        rows, close = _table(game, points) if isinstance(game.worth, FrozenMap) else _computed(game, points)
        worth = rows.T  # the points stay contiguous underneath
        threats = _rows(game, game.threats, points)
        weights = _rows(game, game.weights, points)
        if game.costs:
            np.negative(worth, out=worth)
            threats = None if threats is None else -threats
        if threats is None:
            threats = worth[:, 1 << np.arange(len(game.players))]
        if weights is None:
            weights = np.full(threats.shape, Fraction(1) if points.exact else 1.0)
        defined = points.defined.reshape(-1).copy()
        for numbers in (worth, threats, weights):
            least, most = numbers.min(axis=1), numbers.max(axis=1)
            defined &= np.asarray((least > -_LARGEST) & (most < _LARGEST), dtype=np.bool_)
    for numbers in (worth, threats, weights):
        numbers[~defined] = Fraction(0) if points.exact else 0.0
    return CompiledCoalitions(game, points, worth, threats, weights, defined, close & defined)


def _table(game: CoalitionalGame, points: Points) -> tuple[NumberArray, BoolArray]:
    """Return worths (coalitions, points) of a table."""
    assert isinstance(game.worth, FrozenMap)
    place = {p.name: 1 << i for i, p in enumerate(game.players)}
    rows = _nothing((1 << len(game.players), points.size), points)
    for members, values in zip(game.worth, formula_values(list(game.worth.values()), points), strict=True):
        rows[sum(place[who] for who in members)] = values
    return rows, np.zeros(points.size, dtype=np.bool_)


def _nothing(shape: tuple[int, ...], points: Points) -> NumberArray:
    return np.full(shape, Fraction(0), dtype=object) if points.exact else np.zeros(shape)


def _computed(game: CoalitionalGame, points: Points) -> tuple[NumberArray, BoolArray]:
    """Return worths (coalitions, points) that are a formula of, or a condition on, gathered numbers.

    And where rounding may matter.
    """
    assert not isinstance(game.worth, FrozenMap)
    gathered = {name: _gathered(pool, game, points) for name, pool in game.gathered.items()}
    rows = _nothing((1 << len(game.players), points.size), points)
    shape, close = rows[1:].shape, np.zeros(points.size, dtype=np.bool_)
    if points.exact:
        rows[1:] = _exactly(game.worth, gathered, points, shape)
        return rows, close
    values: dict[str, Any] = {name: points.flat(name) for name in points.values} | gathered
    if isinstance(game.worth, Condition):
        rows[1:], close = _decided(game.worth, values, shape)
    else:
        rows[1:] = compile_formulas((game.worth,)).run(values, shape)[0]
    return rows, close


def _gathered(pool: Gathered, game: CoalitionalGame, points: Points) -> NumberArray:
    """Return a gathered number (coalitions, points), the empty coalition left out, by doubling."""
    combine: Any = {"sum": np.add, "min": np.minimum, "max": np.maximum}[pool.kind]
    owned = formula_values([pool.of[p.name] for p in game.players], points)
    out = np.empty(((1 << len(owned)) - 1, points.size), dtype=object if points.exact else np.float64)
    for i, row in enumerate(owned):
        alone = (1 << i) - 1  # the coalition of i alone; those with i and smaller players follow
        out[alone] = row
        combine(out[:alone], row, out=out[alone + 1 : 2 * alone + 1])
    return out


def _decided(condition: Condition, values: Mapping[str, Any], shape: tuple[int, ...]) -> tuple[NumberArray, BoolArray]:
    """Return one where a condition holds, NaN where it has no value; and the points at which it nearly turns."""
    sides = compile_formulas(condition.formulas).run(values, shape)
    gap, size = np.abs(np.diff(sides, axis=0)), np.abs(sides).max(axis=0)
    close = ((gap > 0) & (gap <= _NEAR * size)).any(axis=(0, 1))
    holds = compile_conditions([condition]).run(values, shape)[0].astype(np.float64)
    return np.where(np.isfinite(size), holds, np.nan), np.asarray(close, dtype=np.bool_)


def _exactly(
    worth: Expr | Condition, gathered: Mapping[str, NumberArray], points: Points, shape: tuple[int, ...]
) -> NumberArray:
    out = np.empty(shape, dtype=object)
    holds = np.zeros(shape, dtype=np.bool_)
    for s, i in np.ndindex(*shape):
        at: dict[str, Any] = {name: points.flat(name)[i] for name in points.values}
        at |= {name: numbers[s, i] for name, numbers in gathered.items()}
        if isinstance(worth, Condition):
            holds[s, i] = holds_exactly(worth, at)
        else:
            out[s, i] = evaluate_exact(worth, at)
    return indicator(holds, exact=True) if isinstance(worth, Condition) else out


def _rows(game: CoalitionalGame, formulas: Mapping[str, Expr], points: Points) -> NumberArray | None:
    if not formulas:
        return None
    ordered: Sequence[Expr] = [formulas[p.name] for p in game.players]
    return np.stack(formula_values(ordered, points), axis=1)
