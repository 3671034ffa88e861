"""Rational functions in the parameters and unknowns of one game: exact arithmetic, factors, formulas back.

A thin layer over sympy's sparse polynomial fields, the only place that knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, TypeAlias

from sympy.polys.domains import QQ
from sympy.polys.fields import field

from deterrence.errors import SolverError
from deterrence.expressions import Expr, Number, Power, Product, Sum, Symbol
from deterrence.theory.unknowns import ONE, ZERO, product_of, sum_of

__all__ = ["Algebra", "Fractional", "Polynomial"]

Polynomial: TypeAlias = Any  # sympy PolyElement
Fractional: TypeAlias = Any  # sympy FracElement


class Algebra:
    """The field of rational functions in the given names."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self.field, *generators = field(self.names, QQ)
        self.ring = self.field.ring
        self._values: dict[Expr, Fractional] = {}
        for name, generator in zip(self.names, generators, strict=True):
            self._values[Symbol(name)] = generator

    def value(self, formula: Expr) -> Fractional:
        """Return a formula as a rational function; raise `SolverError` when it is none."""
        for node in formula.walk():
            if node not in self._values:
                self._values[node] = self._build(node)
        return self._values[formula]

    def _build(self, node: Expr) -> Fractional:
        if isinstance(node, Number):
            return self.field(QQ(node.value.numerator, node.value.denominator))
        below = [self._values[child] for child in node.children]
        if isinstance(node, Sum):
            return sum(below[1:], below[0])
        if isinstance(node, Product):
            result = below[0]
            for factor in below[1:]:
                result = result * factor
            return result
        if isinstance(node, Power) and isinstance(node.exponent, Number) and node.exponent.value.denominator == 1:
            if not below[0] and node.exponent.value < 0:
                raise SolverError("a formula divides by zero everywhere", remedy="correct the payoffs")
            return below[0] ** int(node.exponent.value)
        raise SolverError(
            f"{node.key[:80]} is not a rational function", remedy="closed forms need payoffs without exp, log or sqrt"
        )

    def degree(self, polynomial: Polynomial, name: str) -> int:
        """Return the degree of a polynomial in one name."""
        place = self.names.index(name)
        return max((int(monomial[place]) for monomial in polynomial.monoms()), default=0)

    def names_in(self, polynomial: Polynomial) -> set[str]:
        """Return the names that occur in a polynomial."""
        return {self.names[i] for monomial in polynomial.monoms() for i, power in enumerate(monomial) if power}

    def constant_sign(self, polynomial: Polynomial) -> int:
        """Return the sign of a polynomial without names."""
        value = polynomial.coeff(1)
        return int(value > 0) - int(value < 0)

    def coefficients(self, polynomial: Polynomial, name: str) -> dict[int, Polynomial]:
        """Return the coefficients of a polynomial in one name, by power."""
        place = self.names.index(name)
        parts: dict[int, dict[tuple[int, ...], Any]] = {}
        for monomial, coefficient in polynomial.terms():
            rest = (*monomial[:place], 0, *monomial[place + 1 :])
            parts.setdefault(monomial[place], {})[rest] = coefficient
        return {power: self.ring.from_dict(part) for power, part in parts.items()}

    def substitute(self, function: Fractional, name: str, value: Fractional) -> Fractional:
        """Return a rational function with a name replaced."""
        if name not in self.names_in(function.numer) | self.names_in(function.denom):
            return function
        return self._at(function.numer, name, value) / self._at(function.denom, name, value)

    def _at(self, polynomial: Polynomial, name: str, value: Fractional) -> Fractional:
        total = self.field.zero
        for power, coefficient in self.coefficients(polynomial, name).items():
            total = total + self.field(coefficient) * (value**power if power else self.field.one)
        return total

    def factors(self, polynomial: Polynomial) -> tuple[int, list[tuple[Polynomial, int]]]:
        """Return the sign of the constant factor and the irreducible factors with their powers."""
        content, factors = polynomial.factor_list()
        return (1 if content > 0 else -1), list(factors)

    def formula(self, function: Fractional, sign: Callable[[Polynomial], int] = lambda _: 0) -> Expr:
        """Return a rational function as a formula in factors.

        `sign` may know the sign of a factor: factors known to be negative are turned round.
        """
        if not function:
            return ZERO
        coefficient = Fraction(1)
        sides: list[Expr] = []
        for part in (function.numer, function.denom):
            content, factors = part.factor_list()
            flips = [(p, k, sign(p) < 0) for p, k in factors]
            content = _fraction(content) * (-1) ** sum(k for _, k, flip in flips if flip)
            coefficient = coefficient * content if not sides else coefficient / content
            sides.append(product_of(*(_power(self.polynomial_formula(-p if flip else p), k) for p, k, flip in flips)))
        top = product_of(Number(coefficient.numerator), sides[0])
        bottom = product_of(Number(coefficient.denominator), sides[1])
        return top if bottom == ONE else top / bottom

    def polynomial_formula(self, polynomial: Polynomial) -> Expr:
        """Return a polynomial as a sum of monomials, positive terms first."""
        terms: list[tuple[bool, Expr]] = []
        for monomial, coefficient in polynomial.terms():
            powers = [_power(Symbol(self.names[i]), k) for i, k in enumerate(monomial) if k]
            terms.append((coefficient < 0, product_of(Number(_fraction(coefficient)), *powers)))
        return sum_of(*(term for _, term in sorted(terms, key=lambda t: t[0])))


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.numerator), int(value.denominator))


def _power(base: Expr, exponent: int) -> Expr:
    return base if exponent == 1 else base**exponent
