"""Exact derivatives of what happens in a class, also of one whose unknowns have no closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deterrence.expressions import Comparison, Condition
from deterrence.theory.algebra import Fractional
from deterrence.theory.cases import Cases
from deterrence.theory.classes import EquilibriumClass
from deterrence.theory.ground import Ground
from deterrence.theory.logic import negation
from deterrence.theory.unknowns import ZERO

__all__ = ["Rate", "derivative", "rate"]

Matrix = Sequence[Sequence[Fractional]]


@dataclass(frozen=True)
class Rate:
    """The derivative of a quantity in a class: `function`, where `context` holds.

    `is_open` says that the quantity depends on a belief or probability that the class leaves open, which the derivative
    holds fixed. Unknowns without closed form move along with the parameter, as the implicit function theorem has it
    wherever the determinant of their equations is not zero.
    """

    function: Fractional
    context: tuple[Condition, ...]
    is_open: bool


def derivative(cases: Ground, function: Fractional, wrt: str) -> Fractional:
    """Return the exact partial derivative of a rational function."""
    algebra = cases.algebra
    place = algebra.ring.gens[algebra.names.index(wrt)]
    top, bottom = function.numer, function.denom
    return algebra.ratio(top.diff(place) * bottom - top * bottom.diff(place), bottom * bottom)


def rate(cases: Cases, value: Fractional, wrt: str, found: EquilibriumClass | None) -> Rate:
    """Return the derivative of a quantity in the interior of a class; of a formula everywhere without a class."""
    if found is None:
        return Rate(derivative(cases, value, wrt), (), False)
    context = cases.inside(found)
    used = (cases.algebra.names_in(value.numer) | cases.algebra.names_in(value.denom)) & set(cases.unknowns(found))
    moving = used & set(found.implicit)
    equations = [c for c in found.open_conditions if isinstance(c, Comparison) and c.operators == ("==",)]
    if not moving or len(equations) != len(found.implicit):
        return Rate(derivative(cases, value, wrt), context, bool(used))
    gaps = [cases.algebra.value(cases.cleared(c, context).formulas[0]) for c in equations]
    jacobian = [[derivative(cases, gap, name) for name in found.implicit] for gap in gaps]
    along = [derivative(cases, value, name) for name in found.implicit]
    whole = _determinant(cases, jacobian)
    if not whole:
        return Rate(derivative(cases, value, wrt), context, True)
    corner = derivative(cases, value, wrt)
    bordered = [[corner, *along], *([derivative(cases, g, wrt), *row] for g, row in zip(gaps, jacobian, strict=True))]
    singular = Comparison((cases.algebra.polynomial_formula(whole.numer), ZERO), ("==",))
    function = _determinant(cases, bordered) / whole
    return Rate(function, (*context, negation(singular)), used > moving)


def _determinant(cases: Ground, matrix: Matrix) -> Fractional:
    """Return a determinant, expanded along the first row."""
    total = cases.algebra.zero if matrix else cases.algebra.one
    for k, entry in enumerate(matrix[0] if matrix else ()):
        if entry:
            minor = entry * _determinant(cases, [[*row[:k], *row[k + 1 :]] for row in matrix[1:]])
            total = total - minor if k % 2 else total + minor
    return total
