"""Formulas at parameter points: floats in one pass, or exact rationals, in the same layout."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from deterrence.compiled.points import NumberArray, Points
from deterrence.expressions import Expr, Number, evaluate_exact
from deterrence.expressions.numpy_eval import compile_formulas

__all__ = ["formula_values"]


def formula_values(formulas: Sequence[Expr], points: Points) -> list[NumberArray]:
    """Return each formula at all points, one-dimensional, the batch axis contiguous unless constant.

    Undefined values (division by zero, logarithm of a negative number) are NaN in floats; with exact points
    they raise `ExpressionError`.
    """
    if points.exact:
        return [_exact(formula, points) for formula in formulas]
    values = {name: points.flat(name) if v.ndim else v for name, v in points.values.items()}
    return list(compile_formulas(formulas).run(values, (points.size,)))


def _exact(formula: Expr, points: Points) -> NumberArray:
    out = np.empty(points.size, dtype=object)
    if isinstance(formula, Number):
        out[:] = formula.value
        return out
    columns = {name: points.flat(name) for name in points.values}
    for i in range(points.size):
        at: dict[str, Fraction] = {name: column[i] for name, column in columns.items()}
        out[i] = evaluate_exact(formula, at)
    return out
