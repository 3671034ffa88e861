"""Actions found in floats as rational numbers, where these solve the first-order conditions exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.first_order import FirstOrder
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.errors import ExpressionError
from deterrence.expressions import evaluate_exact

__all__ = ["rational_actions"]

_LARGEST: Final = 10**6  # of a denominator


def rational_actions(
    game: CompiledContinuous, conditions: Sequence[FirstOrder], actions: FloatArray, exists: BoolArray
) -> NumberArray:
    """Return actions (equilibria, players, points) as Fractions where the conditions hold exactly, else as floats."""
    out = actions.astype(object)
    columns = {name: game.points.flat(name) for name in game.points.values}
    for k, point in zip(*np.nonzero(exists), strict=True):
        guess = [Fraction(float(x)).limit_denominator(_LARGEST) for x in actions[k, :, point]]
        at: dict[str, Fraction] = {name: column[int(point)] for name, column in columns.items()}
        total = _total(game, guess, int(point))
        if total is not None and _solves(game, conditions, guess, total, at, int(point)):
            out[k, :, point] = guess
    return out


def _total(game: CompiledContinuous, actions: Sequence[Fraction], point: int) -> Fraction | None:
    column = np.empty((len(actions), 1), dtype=object)
    column[:, 0] = actions
    total = game.select(np.array([point])).total(column)[0]
    return total if isinstance(total, Fraction) else Fraction(float(total)).limit_denominator(_LARGEST)


def _solves(
    game: CompiledContinuous,
    conditions: Sequence[FirstOrder],
    actions: Sequence[Fraction],
    total: Fraction,
    at: Mapping[str, Fraction],
    point: int,
) -> bool:
    values = {**at, game.game.aggregate.name: total}
    for i, (x, condition) in enumerate(zip(actions, conditions, strict=True)):
        try:
            c = [evaluate_exact(formula, values) for formula in condition.coefficients]
        except ExpressionError:
            return False
        marginal = sum((part * x**k for k, part in enumerate(c)), Fraction(0))
        if marginal != 0 and x not in (game.low[i, point], game.high[i, point]):
            return False
    return True
