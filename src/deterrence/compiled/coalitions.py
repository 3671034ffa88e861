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
from deterrence.compiled.points import BoolArray, NumberArray, Points, indicator
from deterrence.expressions import Condition, Expr, evaluate_exact, holds_exactly
from deterrence.expressions.numpy_eval import compile_conditions, compile_formulas
from deterrence.games import CoalitionalGame, FrozenMap, Gathered

__all__ = ["CompiledCoalitions", "compile_coalitions", "membership"]

_LARGEST: Final = 1e100  # a worth beyond it counts as missing: sums and products of such numbers overflow
_NEAR: Final = 1e-9  # relative gap between two sides of a condition that rounding may make


@dataclass(frozen=True)
class CompiledCoalitions:
    """The worth (points, 2**n) of every coalition: player i is a member where bit i of the position is set.

    Costs stand there with a minus sign, so that players always want more. `threats` and `weights` are (points,
    players); `defined` marks the points at which everything is finite, `close` those at which rounding may decide
    whether some coalition wins.
    """

    game: CoalitionalGame
    points: Points
    worth: NumberArray
    threats: NumberArray
    weights: NumberArray
    defined: BoolArray
    close: BoolArray

    @property
    def players(self) -> tuple[str, ...]:
        """The names of the players."""
        return tuple(p.name for p in self.game.players)

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points.size

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
        worth, close = _table(game, points) if isinstance(game.worth, FrozenMap) else _computed(game, points)
        if game.costs:
            worth = -worth
        threats, weights = (_rows(game, formulas, points) for formulas in (game.threats, game.weights))
        if threats is None:
            threats = worth[:, 1 << np.arange(len(game.players))]
        if weights is None:
            weights = np.full(threats.shape, Fraction(1) if points.exact else 1.0)
        elif game.costs and game.threats:
            threats = -threats
        defined = points.defined.reshape(-1).copy()
        for numbers in (worth, threats, weights):
            defined &= (np.abs(numbers.astype(np.float64)) < _LARGEST).all(axis=1)
    for numbers in (worth, threats, weights):
        numbers[~defined] = Fraction(0) if points.exact else 0.0
    return CompiledCoalitions(game, points, worth, threats, weights, defined, close & defined)


def _table(game: CoalitionalGame, points: Points) -> tuple[NumberArray, BoolArray]:
    assert isinstance(game.worth, FrozenMap)
    place = {p.name: 1 << i for i, p in enumerate(game.players)}
    worth = _nothing((points.size, 1 << len(game.players)), points)
    for members, values in zip(game.worth, formula_values(list(game.worth.values()), points), strict=True):
        worth[:, sum(place[who] for who in members)] = values
    return worth, np.zeros(points.size, dtype=np.bool_)


def _nothing(shape: tuple[int, ...], points: Points) -> NumberArray:
    return np.full(shape, Fraction(0), dtype=object) if points.exact else np.zeros(shape)


def _computed(game: CoalitionalGame, points: Points) -> tuple[NumberArray, BoolArray]:
    """Return worths that are a formula of, or a condition on, gathered numbers; and where rounding may matter."""
    assert not isinstance(game.worth, FrozenMap)
    gathered = {name: _gathered(pool, game, points) for name, pool in game.gathered.items()}
    shape = (points.size, (1 << len(game.players)) - 1)
    worth = _nothing((shape[0], shape[1] + 1), points)
    if points.exact:
        worth[:, 1:] = _exactly(game.worth, gathered, points, shape)
        return worth, np.zeros(points.size, dtype=np.bool_)
    values: dict[str, Any] = {name: points.flat(name)[:, None] for name in points.values} | gathered
    if isinstance(game.worth, Condition):
        worth[:, 1:], close = _decided(game.worth, values, shape)
        return worth, close
    worth[:, 1:] = compile_formulas((game.worth,)).run(values, shape)[0]
    return worth, np.zeros(points.size, dtype=np.bool_)


def _gathered(pool: Gathered, game: CoalitionalGame, points: Points) -> NumberArray:
    """Return a gathered number (points, coalitions), the empty coalition left out, by doubling."""
    combine: Any = {"sum": np.add, "min": np.minimum, "max": np.maximum}[pool.kind]
    rows = formula_values([pool.of[p.name] for p in game.players], points)
    out = np.empty((points.size, (1 << len(rows)) - 1), dtype=object if points.exact else np.float64)
    for i, row in enumerate(rows):
        alone = (1 << i) - 1  # the coalition of i alone; those with i and smaller players follow
        out[:, alone] = row
        out[:, alone + 1 : 2 * alone + 1] = combine(out[:, :alone], row[:, None])
    return out


def _decided(condition: Condition, values: Mapping[str, Any], shape: tuple[int, ...]) -> tuple[NumberArray, BoolArray]:
    """Return one where a condition holds, NaN where it has no value; and the points at which it nearly turns."""
    sides = compile_formulas(condition.formulas).run(values, shape)
    gap, size = np.abs(np.diff(sides, axis=0)), np.abs(sides).max(axis=0)
    close = ((gap > 0) & (gap <= _NEAR * size)).any(axis=(0, 2))
    holds = compile_conditions([condition]).run(values, shape)[0].astype(np.float64)
    return np.where(np.isfinite(size), holds, np.nan), np.asarray(close, dtype=np.bool_)


def _exactly(
    worth: Expr | Condition, gathered: Mapping[str, NumberArray], points: Points, shape: tuple[int, ...]
) -> NumberArray:
    out = np.empty(shape, dtype=object)
    holds = np.zeros(shape, dtype=np.bool_)
    for i, s in np.ndindex(*shape):
        at: dict[str, Any] = {name: points.flat(name)[i] for name in points.values}
        at |= {name: column[i, s] for name, column in gathered.items()}
        if isinstance(worth, Condition):
            holds[i, s] = holds_exactly(worth, at)
        else:
            out[i, s] = evaluate_exact(worth, at)
    return indicator(holds, exact=True) if isinstance(worth, Condition) else out


def _rows(game: CoalitionalGame, formulas: Mapping[str, Expr], points: Points) -> NumberArray | None:
    if not formulas:
        return None
    ordered: Sequence[Expr] = [formulas[p.name] for p in game.players]
    return np.stack(formula_values(ordered, points), axis=1)
