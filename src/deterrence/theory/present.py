"""Conditions as papers print them: a threshold on one parameter, by name where the model defines it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from deterrence.errors import SolverError
from deterrence.expressions import Comparison, Condition, Expr, Symbol
from deterrence.expressions.nodes import OPERATORS
from deterrence.games import Game
from deterrence.theory.algebra import Algebra, Fractional, Polynomial
from deterrence.theory.regions import Reducer, Region
from deterrence.theory.unknowns import ONE, ZERO, product_of, sum_of

__all__ = ["Presenter"]


@dataclass(frozen=True)
class _Factor:
    """A factor of a formula as it is written, above and below the line, and its value."""

    above: Expr
    below: Expr
    value: Fractional


class Presenter:
    """Writes polynomials as conditions and functions as formulas, with the definitions of the model put in."""

    def __init__(self, game: Game, algebra: Algebra, reducer: Reducer) -> None:
        self.algebra, self.reducer = algebra, reducer
        self.known = _definitions(game, algebra)
        chance = {s.name for _, d in game.probabilities() for q in d for s in q.walk() if isinstance(s, Symbol)}
        names = [p.name for p in game.parameters]
        self.chance = tuple(n for n in names if n in chance)
        self.order = [*self.chance] + [n for n in names if n not in chance]

    def formula(self, function: Fractional) -> Expr:
        """Return a function as a formula, or the name of the definition that it equals."""
        above: list[Expr] = []
        below: list[Expr] = []
        while (found := self._shortening(function)) is not None:
            above.append(found.above)
            below.append(found.below)
            function = function / found.value
        top, bottom = self.algebra.fraction(function, self.reducer.certain_sign)
        numerator, denominator = product_of(top, *above), product_of(bottom, *below)
        return numerator if denominator == ONE else numerator / denominator

    def _shortening(self, function: Fractional) -> _Factor | None:
        """Return the factor that shortens the function most when it is taken out, if any does.

        Of two that shorten alike it is the one that leaves no minus sign.
        """
        if function.denom.is_ground:
            return None
        names = self.algebra.names_in(function.numer) | self.algebra.names_in(function.denom)
        sign, powers = self._powers(function)
        best: _Factor | None = None
        size = (_size(powers) - 1, False)
        for value, name in self.known.items():
            if self.algebra.names_in(value.numer) & names:
                for candidate in self._factors(Symbol(name), value, names):
                    turned, divisors = self._powers(candidate.value)
                    left = {p: powers.get(p, 0) - divisors.get(p, 0) for p in powers.keys() | divisors.keys()}
                    found = (_size(left), sign * turned * self._turns(left) < 0)
                    if found < size:
                        best, size = candidate, found
        return best

    def _powers(self, function: Fractional) -> tuple[int, dict[Polynomial, int]]:
        """Return a function as a sign and the powers of its factors, negative below the line."""
        above, factors = self.algebra.factors(function.numer)
        below, divisors = self.algebra.factors(function.denom)
        return above * below, {**dict(factors), **{p: -k for p, k in divisors}}

    def _turns(self, powers: Mapping[Polynomial, int]) -> int:
        """Return -1 where turning the factors of known negative sign round puts a minus sign before the rest."""
        negative = sum(k for p, k in powers.items() if k % 2 and self.reducer.certain_sign(p) < 0)
        return -1 if negative % 2 else 1

    def _factors(self, name: Expr, value: Fractional, names: Set[str]) -> Iterator[_Factor]:
        """Yield a definition, its complement, its odds, its differences with probabilities that occur; and inverses."""
        one, rest = self.algebra.one, self.algebra.one - value
        tried = [_Factor(name, ONE, value)]
        if rest:
            tried += [_Factor(ONE - name, ONE, rest), _Factor(name, ONE - name, value / rest)]
        for other in self.chance:
            if other in names and (gap := value - self.algebra.value(Symbol(other))):
                tried += [_Factor(name - Symbol(other), ONE, gap), _Factor(Symbol(other) - name, ONE, -gap)]
        for factor in tried:
            yield factor
            yield _Factor(factor.below, factor.above, one / factor.value)

    def condition(self, polynomial: Polynomial, operator: str = ">=") -> Condition:
        """Return a comparison of a polynomial with zero solved for the parameter that reads best."""
        readable: Condition | None = None
        for name in self.order:
            if self.algebra.degree(polynomial, name) != 1:
                continue
            parts = self.algebra.coefficients(polynomial, name)
            sign = self.reducer.certain_sign(parts[1])
            if not sign:
                continue
            bound = self.algebra.ratio(-parts.get(0, self.algebra.ring.zero), parts[1])
            found = Comparison((Symbol(name), self.formula(bound)), (operator if sign > 0 else OPERATORS[operator],))
            if bound in self.known:
                return found
            readable = found if readable is None else readable
        return self._balanced(polynomial, operator) if readable is None else readable

    def _balanced(self, polynomial: Polynomial, operator: str) -> Condition:
        """Return the condition with its negative terms on the other side."""
        left: list[Expr] = []
        right: list[Expr] = []
        for monomial, coefficient in polynomial.terms():
            term = self.algebra.polynomial_formula(self.algebra.ring.from_dict({monomial: abs(coefficient)}))
            (left if coefficient > 0 else right).append(term)
        return Comparison((sum_of(*left) if left else ZERO, sum_of(*right) if right else ZERO), (operator,))

    def conditions(self, polynomials: Iterable[Polynomial], operator: str = ">=") -> tuple[Condition, ...]:
        """Return each polynomial as a comparison with zero."""
        return tuple(self.condition(p, operator) for p in polynomials)

    def region(self, region: Region) -> tuple[Condition, ...]:
        """Return the conditions of a region; that something does not vanish is said of its square."""
        squares = [self.algebra.polynomial_formula(p) ** 2 for p in region.nonzero]
        return (
            *self.conditions(region.zero, "=="),
            *self.conditions(region.nonnegative),
            *self.conditions(region.positive, ">"),
            *(Comparison((square, ZERO), (">",)) for square in squares),
        )


def _definitions(game: Game, algebra: Algebra) -> Mapping[Fractional, str]:
    known: dict[Fractional, str] = {}
    for name, formula in game.resolved_definitions.items():
        try:
            known[algebra.value(formula)] = name
        except SolverError:
            continue  # a definition with roots or logarithms cannot equal a rational bound
    return known


def _size(powers: Mapping[Polynomial, int]) -> int:
    """Return how long a function is to read: the terms of its factors."""
    return sum(len(p) * abs(k) for p, k in powers.items())
