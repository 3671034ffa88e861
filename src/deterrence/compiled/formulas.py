"""Formulas at parameter points: floats in one pass, or exact rationals, in the same layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np

from deterrence.compiled.points import BoolArray, NumberArray, Points
from deterrence.expressions import Expr, Number, Symbol, evaluate_exact
from deterrence.expressions.numpy_eval import Program, compile_formulas

__all__ = ["defined_values", "formula_values", "size_of"]


def formula_values(formulas: Sequence[Expr], points: Points) -> list[NumberArray]:
    """Return each formula at all points, one-dimensional and read-only: constants and names are not copied.

    Undefined values (division by zero, logarithm of a negative number) are not finite in floats; with exact
    points they raise `ExpressionError`.
    """
    if points.exact:
        return [_exact(formula, points) for formula in formulas]
    given = {name: points.flat(name) if v.ndim else v for name, v in points.values.items()}
    written = tuple(formula for formula in formulas if not isinstance(formula, Symbol))
    columns = dict(zip(written, _program(written).columns(given, (points.size,)), strict=True))
    return [_spread(given[f.name], points.size) if isinstance(f, Symbol) else columns[f] for f in formulas]


def defined_values(
    formulas: Iterable[Expr], points: Points
) -> tuple[dict[Expr, NumberArray], dict[Expr, float], BoolArray]:
    """Return each distinct formula's values, a bound on the size of those looked at, and where all are finite.

    Values that are not finite become NaN, which passes silently through later arithmetic. What is just the name of a
    parameter is not looked at where all points are known to be finite.
    """
    distinct = list(dict.fromkeys(formulas))
    values = dict(zip(distinct, formula_values(distinct, points), strict=True))
    defined = points.defined.reshape(-1)
    if points.exact:
        return values, {}, defined
    whole = bool(defined.all())
    sizes = {f: size_of(value) for f, value in values.items() if not (whole and isinstance(f, Symbol))}
    for formula in [f for f, size in sizes.items() if not np.isfinite(size)]:
        finite = np.isfinite(values[formula])
        defined = defined & finite
        sizes[formula] = size_of(values[formula][finite])
        values[formula] = np.where(finite, values[formula], np.nan)
    return values, sizes, defined


def size_of(value: NumberArray) -> float:
    """Return a bound on the absolute values, not finite when one of them is not: their Euclidean norm."""
    part = value[:1] if value.strides == (0,) else value
    return float(np.sqrt(np.einsum("i,i", part, part)))


def _spread(value: NumberArray, size: int) -> NumberArray:
    return value if value.ndim else np.broadcast_to(value, (size,))


@lru_cache(maxsize=32)
def _program(formulas: tuple[Expr, ...]) -> Program:
    """Return the compiled formulas; the blocks of one batch share them."""
    return compile_formulas(formulas)


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
