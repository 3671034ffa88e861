"""Rational functions in the parameters and unknowns of one game: exact arithmetic, factors, formulas back.

A thin layer over sympy's sparse polynomial rings, the only place that knows them. Greatest common divisors and factors
are computed in the ring of the names that occur, since their cost grows steeply with the number of generators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import comb, prod
from typing import Any, Final, TypeAlias

from deterrence.errors import SolverError
from deterrence.expressions import Expr, Number, Power, Product, Sum, Symbol, to_text
from deterrence.theory.unknowns import ONE, ZERO, product_of, sum_of

__all__ = ["Algebra", "Fractional", "Polynomial"]

Polynomial: TypeAlias = Any  # sympy PolyElement

# Beyond these sizes sympy may take hours. The largest that the library needs are a hundredth of them.
MOST_TERMS: Final = 1_000_000  # of two factors: the product of their numbers of terms
MOST_POWERS: Final = 10_000  # of a power: the number of its terms
MOST_DEGREES: Final = 20_000  # of what is factored: the product of its degrees in all names

_TOO_LARGE: Final = "a formula is too large to be worked out"
_SMALLER: Final = "use fewer terms or lower powers"


class Fractional:
    """A rational function in lowest terms, the denominator's leading coefficient one; made by an `Algebra`."""

    __slots__ = ("_algebra", "denom", "numer")

    def __init__(self, algebra: Algebra, numer: Polynomial, denom: Polynomial) -> None:
        self._algebra, self.numer, self.denom = algebra, numer, denom

    def __bool__(self) -> bool:
        return bool(self.numer)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fractional):
            return NotImplemented
        return bool(self.numer == other.numer and self.denom == other.denom)

    def __hash__(self) -> int:
        return hash((self.numer, self.denom))

    def __neg__(self) -> Fractional:
        return Fractional(self._algebra, -self.numer, self.denom)

    def __add__(self, other: Fractional) -> Fractional:
        if self.denom == other.denom:
            return self._algebra.ratio(self.numer + other.numer, self.denom)
        _check_size(self.numer, other.denom)
        _check_size(other.numer, self.denom)
        _check_size(self.denom, other.denom)
        return self._algebra.ratio(self.numer * other.denom + other.numer * self.denom, self.denom * other.denom)

    def __sub__(self, other: Fractional) -> Fractional:
        return self + -other

    def __mul__(self, other: Fractional) -> Fractional:
        _check_size(self.numer, other.numer)
        _check_size(self.denom, other.denom)
        return self._algebra.ratio(self.numer * other.numer, self.denom * other.denom)

    def __truediv__(self, other: Fractional) -> Fractional:
        _check_size(self.numer, other.denom)
        _check_size(self.denom, other.numer)
        return self._algebra.ratio(self.numer * other.denom, self.denom * other.numer)


class Algebra:
    """The field of rational functions in the given names."""

    def __init__(self, names: Iterable[str]) -> None:
        from sympy.polys.domains import QQ
        from sympy.polys.rings import ring

        self.names = tuple(names)
        self._field, self._new_ring = QQ, ring
        self.ring, *generators = ring(self.names, QQ)
        self.zero = Fractional(self, self.ring.zero, self.ring.one)
        self.one = Fractional(self, self.ring.one, self.ring.one)
        self._small: dict[tuple[int, ...], Any] = {}
        self._factors: dict[Polynomial, tuple[Fraction, list[tuple[Polynomial, int]]]] = {}
        self._values: dict[Expr, Fractional] = {}
        self._ratios: dict[tuple[Polynomial, Polynomial], Fractional] = {}
        self._formulas: dict[Polynomial, Expr] = {}
        for name, generator in zip(self.names, generators, strict=True):
            self._values[Symbol(name)] = self.of(generator)

    def of(self, polynomial: Polynomial) -> Fractional:
        """Return a polynomial as a rational function."""
        return Fractional(self, polynomial, self.ring.one)

    def ratio(self, numer: Polynomial, denom: Polynomial) -> Fractional:
        """Return a quotient in lowest terms."""
        if not numer:
            return self.zero
        if denom.is_ground:
            return Fractional(self, numer.quo_ground(denom.LC), self.ring.one)
        if (numer, denom) not in self._ratios:  # the classes of one game share most of their quotients
            self._ratios[numer, denom] = self._lowest(numer, denom)
        return self._ratios[numer, denom]

    def _lowest(self, numer: Polynomial, denom: Polynomial) -> Fractional:
        _check_size(numer, denom)
        if min(_degrees(numer), _degrees(denom)) > MOST_DEGREES:
            raise SolverError(_TOO_LARGE, remedy=_SMALLER)
        used = self._used(numer, denom)
        top, bottom = self._into(numer, used).cancel(self._into(denom, used))
        lead = bottom.LC
        return Fractional(self, self._back(top.quo_ground(lead), used), self._back(bottom.quo_ground(lead), used))

    def _used(self, *polynomials: Polynomial) -> tuple[int, ...]:
        return tuple(sorted({i for p in polynomials for m in p.monoms() for i, power in enumerate(m) if power}))

    def _into(self, polynomial: Polynomial, used: tuple[int, ...]) -> Polynomial:
        if used not in self._small:
            self._small[used] = self._new_ring([self.names[i] for i in used], self._field)[0]
        return self._small[used].from_dict({tuple(m[i] for i in used): c for m, c in polynomial.terms()})

    def _back(self, polynomial: Polynomial, used: tuple[int, ...]) -> Polynomial:
        out: dict[tuple[int, ...], Any] = {}
        for monomial, coefficient in polynomial.terms():
            whole = [0] * len(self.names)
            for i, power in zip(used, monomial, strict=True):
                whole[i] = power
            out[tuple(whole)] = coefficient
        return self.ring.from_dict(out)

    def value(self, formula: Expr) -> Fractional:
        """Return a formula as a rational function; raise `SolverError` when it is none."""
        for node in formula.walk():
            if node not in self._values:
                self._values[node] = self._build(node)
        return self._values[formula]

    def _build(self, node: Expr) -> Fractional:
        if isinstance(node, Number):
            return self.of(self.ring.ground_new(self._field(node.value.numerator, node.value.denominator)))
        below = [self._values[child] for child in node.children]
        if isinstance(node, Sum | Product):
            result = below[0]
            for other in below[1:]:
                result = result + other if isinstance(node, Sum) else result * other
            return result
        if isinstance(node, Power) and isinstance(node.exponent, Number) and node.exponent.value.denominator == 1:
            if not below[0] and node.exponent.value < 0:
                raise SolverError("a formula divides by zero everywhere", remedy="correct the payoffs")
            return self._power(below[0], int(node.exponent.value))
        shown = to_text(node)
        raise SolverError(
            f"{shown if len(shown) <= 80 else shown[:77] + '...'} is not a rational function",
            remedy="closed forms need formulas without exp, log, sqrt, min and max",
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
        parts = self.coefficients(polynomial, name)
        most = max(parts, default=0)
        total = self.ring.zero
        for power, coefficient in parts.items():
            total += coefficient * _repeated(value.numer, power) * _repeated(value.denom, most - power)
        return self.ratio(total, _repeated(value.denom, most))

    def _power(self, base: Fractional, exponent: int) -> Fractional:
        top, bottom = _repeated(base.numer, abs(exponent)), _repeated(base.denom, abs(exponent))
        return self.ratio(top, bottom) if exponent >= 0 else self.ratio(bottom, top)

    def factor_list(self, polynomial: Polynomial) -> tuple[Fraction, list[tuple[Polynomial, int]]]:
        """Return the constant factor and the irreducible factors with their powers.

        What is too large to be factored is one factor.
        """
        if polynomial not in self._factors:
            self._factors[polynomial] = self._factored(polynomial)
        return self._factors[polynomial]

    def _factored(self, polynomial: Polynomial) -> tuple[Fraction, list[tuple[Polynomial, int]]]:
        used = self._used(polynomial)
        if not used:
            return _fraction(polynomial.coeff(1)), []
        if _degrees(polynomial) > MOST_DEGREES:
            content, rest = polynomial.primitive()
            return _fraction(content), [(rest, 1)]
        content, factors = self._into(polynomial, used).factor_list()
        return _fraction(content), [(self._back(p, used), k) for p, k in factors]

    def factors(self, polynomial: Polynomial) -> tuple[int, list[tuple[Polynomial, int]]]:
        """Return the sign of the constant factor and the irreducible factors with their powers."""
        content, factors = self.factor_list(polynomial)
        return (1 if content > 0 else -1), factors

    def formula(self, function: Fractional, sign: Callable[[Polynomial], int] = lambda _: 0) -> Expr:
        """Return a rational function as a formula in factors.

        `sign` may know the sign of a factor: factors known to be negative are turned round.
        """
        top, bottom = self.fraction(function, sign)
        return top if bottom == ONE else top / bottom

    def fraction(self, function: Fractional, sign: Callable[[Polynomial], int] = lambda _: 0) -> tuple[Expr, Expr]:
        """Return the numerator and the denominator of `formula`."""
        if not function:
            return ZERO, ONE
        coefficient = Fraction(1)
        sides: list[list[tuple[Polynomial, int]]] = []
        for part in (function.numer, function.denom):
            content, factors = self.factor_list(part)
            turned = [(-p, k) if sign(p) < 0 else (p, k) for p, k in factors]
            content = content * (-1) ** sum(k for (p, k), (q, _) in zip(factors, turned, strict=True) if p != q)
            coefficient = coefficient / content if sides else coefficient * content
            sides.append(turned)
        if coefficient < 0 and (place := self._turnable(sides[0], sign)) is not None:
            polynomial, power = sides[0][place]
            sides[0][place] = (-polynomial, power)
            coefficient = -coefficient
        above, below = (product_of(*(_power(self.polynomial_formula(p), k) for p, k in side)) for side in sides)
        return product_of(Number(coefficient.numerator), above), product_of(Number(coefficient.denominator), below)

    def _turnable(self, factors: list[tuple[Polynomial, int]], sign: Callable[[Polynomial], int]) -> int | None:
        """Return which factor may take a minus sign: an odd power, of open sign, with a term that is then positive."""
        for place, (polynomial, power) in enumerate(factors):
            if power % 2 and not sign(polynomial) and any(c < 0 for c in polynomial.coeffs()):
                return place
        return None

    def polynomial_formula(self, polynomial: Polynomial) -> Expr:
        """Return a polynomial as a sum of monomials, positive terms first."""
        if polynomial not in self._formulas:
            self._formulas[polynomial] = self._sum_of_monomials(polynomial)
        return self._formulas[polynomial]

    def _sum_of_monomials(self, polynomial: Polynomial) -> Expr:
        terms: list[tuple[bool, Expr]] = []
        for monomial, coefficient in polynomial.terms():
            powers = [_power(Symbol(self.names[i]), k) for i, k in enumerate(monomial) if k]
            terms.append((coefficient < 0, product_of(Number(_fraction(coefficient)), *powers)))
        return sum_of(*(term for _, term in sorted(terms, key=lambda t: t[0])))


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.numerator), int(value.denominator))


def _power(base: Expr, exponent: int) -> Expr:
    return base if exponent == 1 else base**exponent


def _repeated(polynomial: Polynomial, exponent: int) -> Polynomial:
    if comb(max(len(polynomial), 1) - 1 + exponent, exponent) > MOST_POWERS:
        raise SolverError(_TOO_LARGE, remedy=_SMALLER)
    return polynomial**exponent if exponent else polynomial.ring.one


def _check_size(one: Polynomial, other: Polynomial) -> None:
    """Raise `SolverError` rather than begin a product or quotient that may not end."""
    if len(one) * len(other) > MOST_TERMS:
        raise SolverError(_TOO_LARGE, remedy=_SMALLER)


def _degrees(polynomial: Polynomial) -> int:
    """Return the product of the degrees in all names that occur."""
    return prod(max(1, *powers) for powers in zip(*polynomial.monoms(), strict=True))
