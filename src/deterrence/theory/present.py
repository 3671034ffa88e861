"""Conditions as papers print them: a threshold on one parameter, by name where the model defines it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deterrence.errors import SolverError
from deterrence.expressions import Comparison, Condition, Expr, Symbol
from deterrence.games import ExtensiveGame
from deterrence.theory.algebra import Algebra, Fractional, Polynomial
from deterrence.theory.regions import Reducer
from deterrence.theory.unknowns import ONE, ZERO, product_of, sum_of

__all__ = ["Presenter"]


class Presenter:
    """Writes polynomials as conditions and functions as formulas, with the definitions of the model put in."""

    def __init__(self, game: ExtensiveGame, algebra: Algebra, reducer: Reducer) -> None:
        self.algebra, self.reducer = algebra, reducer
        self.known = _definitions(game, algebra)
        chance = {s.name for _, d in game.probabilities() for q in d for s in q.walk() if isinstance(s, Symbol)}
        names = [p.name for p in game.parameters]
        self.order = [n for n in names if n in chance] + [n for n in names if n not in chance]

    def formula(self, function: Fractional) -> Expr:
        """Return a function as a formula, or the name of the definition that it equals."""
        parts: list[Expr] = []
        while (found := self._divisor(function)) is not None:
            shown, value = found
            parts.append(shown)
            function = function / value
        rest = self.algebra.formula(function, self.reducer.certain_sign)
        return product_of(rest, *parts) if rest != ONE or not parts else product_of(*parts)

    def _divisor(self, function: Fractional) -> tuple[Expr, Fractional] | None:
        """Return a definition, or one minus it, whose division makes the function shortest, if any does."""
        if function.denom.is_ground:
            return None
        best: tuple[Expr, Fractional] | None = None
        size = self._size(function)
        names = self.algebra.names_in(function.numer) | self.algebra.names_in(function.denom)
        for value, name in self.known.items():
            if not self.algebra.names_in(value.denom) <= names:
                continue
            for shown, candidate in ((Symbol(name), value), (ONE - Symbol(name), self.algebra.one - value)):
                shorter = self._size(function / candidate) if candidate else size
                if shorter < size - 1:
                    best, size = (shown, candidate), shorter
        return best

    def _size(self, function: Fractional) -> int:
        """Return how long a function is to read: the terms of its factors."""
        parts = (function.numer, function.denom)
        return sum(len(p) * k for part in parts for p, k in self.algebra.factor_list(part)[1])

    def condition(self, polynomial: Polynomial, *, equality: bool = False) -> Condition:
        """Return `polynomial >= 0` (or `== 0`) solved for the parameter that reads best."""
        readable: Condition | None = None
        for name in self.order:
            if self.algebra.degree(polynomial, name) != 1:
                continue
            parts = self.algebra.coefficients(polynomial, name)
            sign = self.reducer.certain_sign(parts[1])
            if not sign:
                continue
            bound = self.algebra.ratio(-parts.get(0, self.algebra.ring.zero), parts[1])
            operator = "==" if equality else ">=" if sign > 0 else "<="
            found = Comparison((Symbol(name), self.formula(bound)), (operator,))
            if bound in self.known:
                return found
            readable = found if readable is None else readable
        return self._balanced(polynomial, "==" if equality else ">=") if readable is None else readable

    def _balanced(self, polynomial: Polynomial, operator: str) -> Condition:
        """Return the condition with its negative terms on the other side."""
        left: list[Expr] = []
        right: list[Expr] = []
        for monomial, coefficient in polynomial.terms():
            term = self.algebra.polynomial_formula(self.algebra.ring.from_dict({monomial: abs(coefficient)}))
            (left if coefficient > 0 else right).append(term)
        return Comparison((sum_of(*left) if left else ZERO, sum_of(*right) if right else ZERO), (operator,))

    def conditions(self, polynomials: Iterable[Polynomial]) -> tuple[Condition, ...]:
        """Return each polynomial as a condition `>= 0`."""
        return tuple(self.condition(p) for p in polynomials)


def _definitions(game: ExtensiveGame, algebra: Algebra) -> Mapping[Fractional, str]:
    known: dict[Fractional, str] = {}
    for name, formula in game.resolved_definitions.items():
        try:
            known[algebra.value(formula)] = name
        except SolverError:
            continue  # a definition with roots or logarithms cannot equal a rational bound
    return known
