"""Discount factors from which a breach does not pay, as formulas."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from deterrence.errors import SolverError
from deterrence.expressions import Call, Expr, Number, symbols_of
from deterrence.repeated.incentives import Polynomial
from deterrence.theory.algebra import Algebra, Fractional

__all__ = ["threshold"]


def threshold(coefficients: Polynomial) -> Expr | None:
    """Return the root at which the polynomial turns from negative to positive; None where it has no closed form.

    Linear, pure and quadratic polynomials have one, after division by the powers of the discount factor and 1 minus it
    that divide it. The lowest coefficient is taken to be negative and their sum positive.
    """
    names = dict.fromkeys(s.name for c in coefficients for s in symbols_of(c))
    algebra = Algebra(names)
    try:
        values = [algebra.value(c) for c in coefficients]
    except SolverError:
        return None
    reduced = _without_one(_stripped(values), algebra)
    return _root(reduced, algebra)


def _stripped(values: list[Fractional]) -> list[Fractional]:
    """Return the coefficients without zeros at either end."""
    kept = [i for i, v in enumerate(values) if v]
    return values[kept[0] : kept[-1] + 1] if kept else []


def _without_one(values: list[Fractional], algebra: Algebra) -> list[Fractional]:
    """Return the coefficients divided by those factors (1 - discount) that divide the polynomial."""
    while len(values) > 1:
        sums, total = [], algebra.zero
        for value in values:
            total = total + value
            sums.append(total)
        if total:
            break
        values = sums[:-1]
    return values


def _signs(algebra: Algebra, *known: tuple[Fractional, int]) -> dict[Any, int]:
    """Return the signs of numerators that have one factor from those of the polynomials that they are."""
    found = {}
    for value, sign in known:
        content, factors = algebra.factor_list(value.numer)
        if len(factors) == 1 and value.denom.is_ground:
            found[factors[0][0]] = sign if content > 0 else -sign
    return found


def _root(values: list[Fractional], algebra: Algebra) -> Expr | None:
    if len(values) < 2:
        return None
    if not any(values[1:-1]):
        power = len(values) - 1
        signs = _signs(algebra, (values[0], -1), (values[-1], 1))
        root = algebra.formula(-values[0] / values[-1], lambda p: signs.get(p, 0))
        return root if power == 1 else root ** Number(Fraction(1, power))
    if len(values) > 3:
        return None
    c, b, a = values
    four, two = (algebra.value(Number(n)) for n in (4, 2))
    root = Call("sqrt", algebra.formula(b * b - four * a * c))
    return (root - algebra.formula(b)) / algebra.formula(two * a)
