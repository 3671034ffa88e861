"""A theory's classes as exact polynomial conditions: what every question about them starts from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from deterrence.certify import rationality
from deterrence.compiled import compile_tree, parameter_points
from deterrence.errors import DeterrenceError, SolverError
from deterrence.expressions import (
    Comparison,
    Condition,
    Expr,
    Number,
    Power,
    Symbol,
    evaluate_exact,
    holds_exactly,
    parse_condition,
    substitute,
    substitute_condition,
    symbols_of,
    symbols_of_condition,
    to_text,
)
from deterrence.games import ExtensiveGame, FrozenMap, Quantity
from deterrence.profiles import Assessment
from deterrence.theory.algebra import Algebra, Fractional, Polynomial
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.interior import interior
from deterrence.theory.logic import mapped, negation, strictly
from deterrence.theory.present import Presenter
from deterrence.theory.ranges import free_order
from deterrence.theory.regions import Reducer
from deterrence.theory.smt import Answer, Decider
from deterrence.theory.unknowns import ZERO, product_of, sum_of

__all__ = ["Cases", "UnsettledError", "conditions_of", "uncertified"]

_DIGITS: Final = (3, 8, 20)  # precisions at which an irrational point is rounded


class UnsettledError(SolverError):
    """A question that the engine cannot decide; `problem` says why."""


@dataclass
class _Sampler(Decider):
    """A decider that also finds rational points near irrational ones."""

    def rounded(self, conditions: Sequence[Condition]) -> Iterator[Mapping[str, Fraction]]:
        """Yield rational points near a point that satisfies the conditions; they need not satisfy them."""
        answer, model = self._ask(conditions)
        for digits in _DIGITS if answer is Answer.YES else ():
            yield {d.name(): self._near(model[d], digits) for d in model.decls() if not d.arity()}

    def _near(self, value: Any, digits: int) -> Fraction:
        rational = value.approx(digits) if self._z3.is_algebraic_value(value) else value
        return Fraction(rational.numerator_as_long(), rational.denominator_as_long())


class Cases:
    """One theory ready for questions: its names as polynomials, its assumptions in a solver, its classes as conditions.

    Conditions that leave this class are polynomial: denominators are multiplied out only where they are proved not to
    vanish, with the sign they are proved to have.
    """

    def __init__(self, theory: Theory, *, extra: Iterable[str] = ()) -> None:
        self.theory, self.game = theory, theory.game
        names = dict.fromkeys(p.name for p in self.game.parameters)
        for found in theory.classes:
            names |= dict.fromkeys(self.unknowns(found))
        self.algebra = Algebra(dict.fromkeys((*names, *extra)))
        self.assumed = interior(self.game)
        self.decider = _Sampler(self.assumed)
        self.reducer = Reducer(self.algebra, self.decider)
        self.presenter = Presenter(self.game, self.algebra, self.reducer)
        self.definitions = self.game.resolved_definitions
        self._conditions: dict[int, tuple[Condition, ...]] = {}

    def unknowns(self, found: EquilibriumClass) -> tuple[str, ...]:
        """Return the names of beliefs and mixing probabilities that a class leaves open."""
        parameters = {p.name for p in self.game.parameters} | set(self.game.definitions)
        used = symbols_of(*(q for row in found.strategies for q in row), *found.events.values())
        left = symbols_of_condition(*found.open_conditions)
        return tuple(dict.fromkeys((*found.free, *(s.name for s in (*used, *left) if s.name not in parameters))))

    def region(self, found: EquilibriumClass) -> tuple[Condition, ...]:
        """Return where a class exists, in the parameters alone; raise `UnsettledError` for an implicit class."""
        defined = self._defined(found, ())
        own = set(self.unknowns(found))
        if found.open_conditions or own & {s.name for s in symbols_of_condition(*defined)}:
            raise UnsettledError(f"the region of {found.name!r} is not known in closed form")
        return (*(self.cleared(c) for c in found.region), *defined)

    def conditions(self, found: EquilibriumClass | None) -> tuple[Condition, ...]:
        """Return what holds of parameters and open unknowns wherever an equilibrium is of the class.

        For no class these are no conditions: any admissible point.
        """
        if found is None:
            return ()
        if id(found) not in self._conditions:
            parts: tuple[Condition, ...] = tuple(self.cleared(c) for c in (*found.region, *found.defined))
            for name in free_order(found):
                interval = found.free[name]
                below = [Comparison((bound, Symbol(name)), ("<=",)) for bound in interval.lower]
                above = [Comparison((Symbol(name), bound), ("<=",)) for bound in interval.upper]
                parts = (*parts, *(self.cleared(c, parts) for c in (*below, *above)))
            parts = (*parts, *(self.cleared(c, parts) for c in found.open_conditions))
            self._conditions[id(found)] = (*parts, *self._defined(found, parts))
        return self._conditions[id(found)]

    def _defined(self, found: EquilibriumClass, context: Sequence[Condition]) -> tuple[Condition, ...]:
        """Return that no strategy of a class divides by zero, as far as that is not certain."""
        return self.defined((q for row in found.strategies for q in row), context)

    def defined(self, formulas: Iterable[Expr], context: Sequence[Condition] = ()) -> tuple[Condition, ...]:
        """Return that no formula divides by zero, as far as that is not certain where `context` holds."""
        divisors = dict.fromkeys(self.algebra.value(base).numer for f in formulas for base in _divisors(self.closed(f)))
        factors = dict.fromkeys(factor for p in divisors for factor, _ in self.algebra.factors(p)[1])
        return tuple(negation(self._zero(factor)) for factor in factors if self._may_vanish(factor, context))

    def inside(self, found: EquilibriumClass) -> tuple[Condition, ...]:
        """Return the class's conditions, those of its region with strict inequalities; equations stay."""
        region = [self.cleared(c) for c in found.region]
        return tuple(strictly(c) if c in region else c for c in self.conditions(found))

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

    def quantity(self, quantity: Quantity, found: EquilibriumClass) -> Expr:
        """Return a quantity's formula in a class."""
        if quantity.kind == "P":
            return found.events[quantity.of]
        if (key := _payoff_key(quantity.of, found)) is not None:
            return found.payoffs[key]
        player = next(p for p in self.game.players if p.name == quantity.of)
        if player.prior is None:
            raise UnsettledError(f"the payoff of {quantity.of} over its types needs independent types")
        return sum_of(*(product_of(q, found.payoffs[player.name, t]) for t, q in player.prior.items()))

    def quantities(self, named: Mapping[str, Quantity], found: EquilibriumClass | None) -> dict[str, Expr]:
        """Return what names for quantities stand for in a class."""
        if found is None:
            return {}
        return {name: self.quantity(quantity, found) for name, quantity in named.items()}

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


def _payoff_key(of: str, found: EquilibriumClass) -> tuple[str, str] | None:
    return next((key for key in found.payoffs if of == (f"{key[0]}.{key[1]}" if key[1] else key[0])), None)


def conditions_of(given: str | Condition | Iterable[str | Condition], game: ExtensiveGame) -> tuple[Condition, ...]:
    """Return conditions on parameters and definitions, read from text where they are text."""
    names = {name: Symbol(name) for name in (*(p.name for p in game.parameters), *game.definitions)}
    items = (given,) if isinstance(given, str | Condition) else tuple(given)
    read = [parse_condition(c, names) if isinstance(c, str) else c for c in items]
    return tuple(substitute_condition(c, game.resolved_definitions) for c in read)


def uncertified(theory: Theory, found: EquilibriumClass, point: Mapping[str, Fraction]) -> str:
    """Return why the independent checker does not confirm a class at a point, exactly; empty when it does.

    `point` gives every parameter and every unknown of the class.
    """
    game = theory.game
    definitions = game.resolved_definitions
    try:
        at = {p.name: point[p.name] for p in game.parameters}
        compiled = compile_tree(game, parameter_points(game, at, exact=True))
        rows = [evaluate_exact(substitute(q, definitions), point) for row in found.strategies for q in row]
        order = [move for h in game.tree.information_sets for move in range(h.moves.start, h.moves.stop)]
        strategy = np.empty(len(rows), dtype=object)
        strategy[order] = rows
        answer = rationality(compiled, Assessment(game.tree, strategy[None, None]))
    except DeterrenceError as error:
        return str(error)
    perfect = theory.concept == "subgame-perfect"
    holds = answer.subgame_perfect if perfect else answer.sequentially_rational
    if holds == "yes":
        return ""
    return "; ".join(f"{w.player} gains {w.gain} at {w.where}" for w in answer.witnesses) or "it was not confirmed"
