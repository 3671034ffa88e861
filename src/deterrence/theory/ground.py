"""The parameters of a game ready for exact questions: names as polynomials, assumptions in a solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from deterrence.errors import SolverError
from deterrence.expressions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Expr,
    Number,
    Power,
    Symbol,
    holds_exactly,
    parse_condition,
    substitute,
    substitute_condition,
    symbols_of,
    to_text,
)
from deterrence.games import FrozenMap, Game
from deterrence.theory.algebra import Algebra, Fractional, Polynomial
from deterrence.theory.interior import interior
from deterrence.theory.logic import FALSE, TRUE, join, mapped, negation
from deterrence.theory.present import Presenter
from deterrence.theory.regions import SHORTENING_LIMIT, Reducer
from deterrence.theory.smt import Answer, Decider
from deterrence.theory.unknowns import ZERO, sum_of

__all__ = ["Ground", "Sampler", "UnsettledError", "conditions_of"]

HARD_LIMIT: Final = 3_000_000  # resource units for all hard questions about one statement
_DIGITS: Final = (3, 8, 20)  # precisions at which an irrational point is rounded


class UnsettledError(SolverError):
    """A question that the engine cannot decide; `problem` says why."""


@dataclass
class Sampler(Decider):
    """A decider that also finds rational points near irrational ones."""

    def rounded(self, conditions: Sequence[Condition]) -> Iterator[Mapping[str, Fraction]]:
        """Yield rational points near a point that satisfies the conditions; they need not satisfy them."""
        answer, model = self._ask(conditions)
        for digits in _DIGITS if answer is Answer.YES else ():
            yield {d.name(): self._near(model[d], digits) for d in model.decls() if not d.arity()}

    def _near(self, value: Any, digits: int) -> Fraction:
        rational = value.approx(digits) if self._z3.is_algebraic_value(value) else value
        return Fraction(rational.numerator_as_long(), rational.denominator_as_long())


class Ground:
    """The parameters of a game, and more unknowns if named, as polynomials; the assumptions in a solver.

    Conditions that leave this class are polynomial: denominators are multiplied out only where they are proved not to
    vanish, with the sign they are proved to have.
    """

    def __init__(self, game: Game, extra: Iterable[str] = ()) -> None:
        self.game = game
        self.algebra = Algebra(dict.fromkeys((*(p.name for p in game.parameters), *extra)))
        self.assumed = interior(game)
        self.decider = Sampler(self.assumed, budget=HARD_LIMIT)
        self.reducer = Reducer(self.algebra, self.decider)
        self.presenter = Presenter(game, self.algebra, self.reducer)
        self.definitions = game.resolved_definitions

    def defined(self, formulas: Iterable[Expr], context: Sequence[Condition] = ()) -> tuple[Condition, ...]:
        """Return that no formula divides by zero, as far as that is not certain where `context` holds."""
        divisors = dict.fromkeys(self.algebra.value(base).numer for f in formulas for base in _divisors(self.closed(f)))
        factors = dict.fromkeys(factor for p in divisors for factor, _ in self.algebra.factors(p)[1])
        return tuple(negation(self._zero(factor)) for factor in factors if self._may_vanish(factor, context))

    def cleared(self, condition: Condition, context: Sequence[Condition] = ()) -> Condition:
        """Return the condition with polynomials on the left and zero on the right, equivalent where `context` holds.

        Raises `UnsettledError` where a division is not proved to be defined.
        """

        def change(left: Expr, operator: str, right: Expr) -> Condition:
            return self.leaf(self.function(sum_of(left, -right), context), operator, context)

        return mapped(condition, change)

    def leaf(self, function: Fractional, operator: str, context: Sequence[Condition] = ()) -> Condition:
        """Return the comparison of a function with zero as one of a polynomial."""
        sign = self.sign(function.denom, context)
        numer = function.numer if sign > 0 or operator == "==" else -function.numer
        if not sign:
            numer = function.numer if operator == "==" else function.numer * function.denom
        return Comparison((self.algebra.polynomial_formula(numer) if numer else ZERO, ZERO), (operator,))

    def pruned(self, condition: Condition, context: Sequence[Condition]) -> Condition:
        """Return the condition without parts seen to hold everywhere, or nowhere, where `context` holds."""
        if self.decider.implied(condition, context, limit=SHORTENING_LIMIT):
            return TRUE
        if self.decider.implied(negation(condition), context, limit=SHORTENING_LIMIT):
            return FALSE
        if isinstance(condition, AllOf | AnyOf):
            return join(type(condition), *(self.pruned(part, context) for part in condition.parts))
        return condition

    def closed(self, formula: Expr) -> Expr:
        """Return a formula with the definitions put in."""
        return substitute(formula, self.definitions)

    def function(self, formula: Expr, context: Sequence[Condition] = ()) -> Fractional:
        """Return a formula, definitions put in, as a rational function that is proved to be defined."""
        closed = self.closed(formula)
        try:
            value = self.algebra.value(closed)
        except SolverError as error:
            raise UnsettledError(error.problem) from None
        for base in _divisors(closed):
            for factor, _ in self.algebra.factors(self.algebra.value(base).numer)[1]:
                if self._may_vanish(factor, context):
                    shown = to_text(self.algebra.polynomial_formula(factor))
                    raise UnsettledError(f"a division by {shown} may be by zero")
        return value

    def _may_vanish(self, factor: Polynomial, context: Sequence[Condition]) -> bool:
        if self.reducer.certain_sign(factor):
            return False
        return self.decider.satisfiable((*context, self._zero(factor))) is not Answer.NO

    def _zero(self, polynomial: Polynomial) -> Condition:
        return Comparison((self.algebra.polynomial_formula(polynomial), ZERO), ("==",))

    def sign(self, polynomial: Polynomial, context: Sequence[Condition] = ()) -> int:
        """Return 1 or -1 when a polynomial is proved to have that sign where `context` holds, else 0."""
        constant, factors = self.algebra.factors(polynomial)
        sign = constant
        for factor, power in factors:
            known = self.reducer.certain_sign(factor) or (self._sign_in(factor, context) if context else 0)
            if not known:
                return 0
            sign *= known**power
        return sign if polynomial else 0

    def _sign_in(self, polynomial: Polynomial, context: Sequence[Condition]) -> int:
        formula = self.algebra.polynomial_formula(polynomial)
        for sign, operator in ((1, ">"), (-1, "<")):
            if self.decider.implied(Comparison((formula, ZERO), (operator,)), context):
                return sign
        return 0

    def point(self, conditions: Sequence[Condition]) -> FrozenMap[str, Fraction] | None:
        """Return a rational point (parameters and unknowns) where all conditions hold, at defaults where possible.

        None when none was found: that is no proof that none exists.
        """
        moving = {s.name for _, d in self.game.probabilities() for q in d for s in symbols_of(q)}
        defaults = [p for p in self.game.parameters if p.default is not None]
        payoffs = [p for p in defaults if p.name not in moving]
        for fixed in (defaults, payoffs, []):
            at = [Comparison((Symbol(p.name), Number(p.default or 0)), ("==",)) for p in fixed]
            for candidate in self._candidates((*conditions, *at)):
                whole = self._completed(candidate)
                if all(holds_exactly(c, whole) for c in (*self.assumed, *conditions)):
                    return FrozenMap(whole)
        return None

    def _candidates(self, conditions: Sequence[Condition]) -> Iterator[Mapping[str, Fraction]]:
        exact = self.decider.witness(conditions)
        yield from self.decider.rounded(conditions) if exact is None else (exact,)

    def _completed(self, point: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """Return the point with every parameter and unknown: what no condition restricts takes its default or 1/2."""
        usual = {p.name: p.default for p in self.game.parameters}
        return {name: point.get(name, usual.get(name) or Fraction(1, 2)) for name in self.algebra.names}


def _divisors(formula: Expr) -> Iterator[Expr]:
    """Yield what a formula divides by."""
    for node in formula.walk():
        if isinstance(node, Power) and isinstance(node.exponent, Number) and node.exponent.value < 0:
            yield node.base


def conditions_of(given: str | Condition | Iterable[str | Condition], game: Game) -> tuple[Condition, ...]:
    """Return conditions on parameters and definitions, read from text where they are text."""
    names = {name: Symbol(name) for name in (*(p.name for p in game.parameters), *game.definitions)}
    items = (given,) if isinstance(given, str | Condition) else tuple(given)
    read = [parse_condition(c, names) if isinstance(c, str) else c for c in items]
    return tuple(substitute_condition(c, game.resolved_definitions) for c in read)
