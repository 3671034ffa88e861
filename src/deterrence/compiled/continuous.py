"""A continuous game with numbers: bounds and weights as arrays, payoffs as programs, the batch axis last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import AtPoints, BoolArray, FloatArray, NumberArray, Points
from deterrence.errors import ExpressionError
from deterrence.expressions import Expr, evaluate_exact
from deterrence.expressions.numpy_eval import Program, compile_formulas
from deterrence.games import ContinuousGame

__all__ = ["CompiledContinuous", "compile_continuous", "program_of"]

_LARGEST: Final = 1e100  # a bound beyond it counts as missing: sums and squares of such numbers overflow


@dataclass(frozen=True)
class CompiledContinuous(AtPoints[ContinuousGame]):
    """Bounds and weights (players, points) of a continuous game; payoffs are computed on demand.

    `exponent` (points,) is that of a CES aggregate. `defined` marks the points at which bounds and weights are finite
    and no interval is empty.
    """

    low: NumberArray
    high: NumberArray
    weights: NumberArray
    exponent: NumberArray | None
    defined: BoolArray

    def select(self, index: NDArray[np.intp] | slice) -> Self:
        """Return the game at some of the points, which may be repeated."""
        return replace(
            self,
            points=self.points.select(index),
            low=self.low[:, index],
            high=self.high[:, index],
            weights=self.weights[:, index],
            exponent=None if self.exponent is None else self.exponent[index],
            defined=self.defined[index],
        )

    def in_floats(self) -> CompiledContinuous:
        """Return the game in floating-point arithmetic."""
        if not self.points.exact:
            return self
        values = {name: value.astype(np.float64) for name, value in self.points.values.items()}
        return compile_continuous(self.game, replace(self.points, values=values, exact=False))

    def total(self, actions: NumberArray) -> NumberArray:
        """Return the aggregate (..., points) of actions (players, ..., points)."""
        parts = [self.part(i, own) for i, own in enumerate(actions)]
        return self.whole(np.asarray(self.combine.reduce(parts)))

    @property
    def combine(self) -> np.ufunc:
        """How the players' parts are put together: added, or the least or greatest of them."""
        return {"min": np.minimum, "max": np.maximum}.get(self.game.aggregate.kind, np.add)

    def part(self, player: int, own: NumberArray) -> NumberArray:
        """Return what a player's action (..., points) adds to the aggregate before it is made whole."""
        weight = self.weights[player]
        if self.exponent is None:
            return np.asarray(weight * own)
        action, e = own.astype(np.float64), self.exponent.astype(np.float64)
        with np.errstate(all="ignore"):
            return np.asarray(weight.astype(np.float64) * np.where(e == 0, np.log(action), action**e))

    def whole(self, parts: NumberArray) -> NumberArray:
        """Return the aggregate that parts put together make."""
        if self.exponent is None:
            return parts
        e = self.exponent.astype(np.float64)
        with np.errstate(all="ignore"):
            return np.asarray(np.where(e == 0, np.exp(parts), parts ** (1 / np.where(e == 0, 1.0, e))))

    def others(self, player: int, actions: NumberArray) -> NumberArray | None:
        """Return the parts of all other players put together, None when there are none."""
        parts = [self.part(i, own) for i, own in enumerate(actions) if i != player]
        return np.asarray(self.combine.reduce(parts)) if parts else None

    def total_with(self, player: int, own: NumberArray, others: NumberArray | None) -> NumberArray:
        """Return the aggregate when a player chooses `own` and the others' parts are given."""
        part = self.part(player, own)
        return self.whole(part if others is None else np.asarray(self.combine(part, others)))

    def payoff(self, player: int, own: NumberArray, total: NumberArray) -> NumberArray:
        """Return a player's payoff at own actions and aggregates (..., points); not finite where it has no value.

        Exact where the payoff is rational; a float stands for an irrational one.
        """
        formula = self.game.choices[self.players[player]].payoff
        action, aggregate = self.game.variables()
        shape = np.broadcast_shapes(own.shape, total.shape)
        if self.points.exact:
            return _exact_payoffs(formula, self.points, {action: own, aggregate: total}, shape)
        given = {action: own, aggregate: total}
        return self.evaluate(formula, given, shape)

    def evaluate(self, formula: Expr, given: Mapping[str, NumberArray], shape: tuple[int, ...]) -> FloatArray:
        """Return a formula in the parameters and `given` names over (..., points)."""
        values: dict[str, Any] = {**self.points.values, **given}
        column: FloatArray = program_of(formula).run(values, shape)[0]
        return column

    def rows(self, formulas: Sequence[Expr]) -> NumberArray:
        """Return formulas in the parameters alone as rows (formulas, points), NaN where one has no value."""
        return _rows(formulas, self.points)


@lru_cache(maxsize=1024)
def program_of(formula: Expr) -> Program:
    """Return a compiled formula."""
    return compile_formulas((formula,))


def compile_continuous(game: ContinuousGame, points: Points) -> CompiledContinuous:
    """Return the game's bounds and weights at all points."""
    choices = game.choices.values()
    low, high = (_rows([f(choice) for choice in choices], points) for f in _BOUNDS)
    weights = _rows([game.weight(who) for who in game.choices], points)
    exponent = None if game.aggregate.exponent is None else _rows([game.aggregate.exponent], points)[0]
    columns = [low, high, weights] if exponent is None else [low, high, weights, exponent[None]]
    defined = points.defined.reshape(-1).copy()
    for column in columns:
        defined &= (np.abs(column.astype(np.float64)) < _LARGEST).all(axis=0)
    defined &= np.asarray((low <= high).all(axis=0), dtype=np.bool_)
    return CompiledContinuous(game, points, low, high, weights, exponent, defined)


_BOUNDS: Final[tuple[Callable[[Any], Expr], ...]] = (lambda choice: choice.low, lambda choice: choice.high)


def _rows(formulas: Sequence[Expr], points: Points) -> NumberArray:
    return np.stack(formula_values(formulas, points))


def _exact_payoffs(
    formula: Expr, points: Points, given: Mapping[str, NumberArray], shape: tuple[int, ...]
) -> NumberArray:
    out = np.empty(shape, dtype=object)
    spread = {name: np.broadcast_to(value, shape) for name, value in given.items()}
    columns = {name: points.flat(name) for name in points.values}
    for index in np.ndindex(*shape):
        at: dict[str, Any] = {name: column[index[-1]] for name, column in columns.items()}
        at |= {name: value[index] for name, value in spread.items()}
        out[index] = _exact_or_float(formula, at)
    return out


def _exact_or_float(formula: Expr, at: Mapping[str, Fraction]) -> Fraction | float:
    try:
        return evaluate_exact(formula, {name: Fraction(value) for name, value in at.items()})
    except (ExpressionError, ValueError, OverflowError):
        return float(program_of(formula).run({name: float(value) for name, value in at.items()}, ())[0])
