"""Open beliefs and mixing probabilities eliminated from conditions: for every value, or for some.

An unknown that occurs linearly is as favourable as can be at an end of its interval. Exact, also for strict
inequalities; where the rules do not suffice the answer is `UnsettledError`, never an approximation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deterrence.expressions import AllOf, AnyOf, Comparison, Condition, Expr, symbols_of_condition
from deterrence.theory.algebra import Fractional
from deterrence.theory.cases import Cases, UnsettledError
from deterrence.theory.classes import EquilibriumClass
from deterrence.theory.logic import join, mapped

__all__ = ["eliminated"]


def eliminated(cases: Cases, condition: Condition, found: EquilibriumClass, *, some: bool) -> Condition:
    """Return, in the parameters, where a polynomial condition holds for some (or every) value of the open unknowns.

    Equivalent on the class's region only.
    """
    for name in reversed(cases.unknowns(found)):
        if name not in _names(condition):
            continue
        if found.open_conditions or name not in found.free:
            raise UnsettledError(f"{found.meaning.get(name, name)} has no closed form")
        interval = found.free[name]
        context = cases.conditions(found)
        lower, upper = (tuple(cases.function(f, context) for f in side) for side in (interval.lower, interval.upper))
        condition = _Step(cases, name, lower, upper, some, context).run(condition)
    return condition


def _names(condition: Condition) -> set[str]:
    return {s.name for s in symbols_of_condition(condition)}


@dataclass(frozen=True)
class _Step:
    """The elimination of one unknown."""

    cases: Cases
    name: str
    lower: tuple[Fractional, ...]
    upper: tuple[Fractional, ...]
    some: bool
    context: Sequence[Condition]

    def run(self, condition: Condition) -> Condition:
        """Eliminate the unknown from a condition."""
        if self.name not in _names(condition):
            return condition
        if not isinstance(condition, AllOf | AnyOf):
            return mapped(condition, self._leaf)
        mentioning = [part for part in condition.parts if self.name in _names(part)]
        if len(mentioning) > 1 and isinstance(condition, AnyOf) is not self.some:
            raise UnsettledError("several conditions share an open belief or mixing probability")
        return join(type(condition), *(self.run(part) for part in condition.parts))

    def _leaf(self, left: Expr, operator: str, right: Expr) -> Condition:
        algebra = self.cases.algebra
        polynomial = algebra.value(left).numer
        if algebra.degree(polynomial, self.name) > 1:
            raise UnsettledError("an open belief or mixing probability does not occur linearly")
        parts = algebra.coefficients(polynomial, self.name)
        slope, constant = algebra.of(parts[1]), algebra.of(parts.get(0, algebra.ring.zero))
        sign = self.cases.sign(parts[1], self.context)
        if not sign or not self.lower or not self.upper:
            raise UnsettledError("the sign of a coefficient of an open unknown is not fixed")
        if operator == "==":
            return self._equation(Comparison((left, right), ("==",)), -constant / slope)
        best = self.upper if (sign > 0) == (operator[0] == ">") else self.lower
        worst = self.lower if best is self.upper else self.upper
        ends = best if self.some else worst
        values = (self.cases.leaf(slope * end + constant, operator, self.context) for end in ends)
        return join(AllOf if self.some else AnyOf, *values)

    def _equation(self, equation: Comparison, root: Fractional) -> Condition:
        """Eliminate from an equation: its root in the interval solves it; every value does where both orders hold."""
        if self.some:
            inside = [self.cases.leaf(root - low, ">=", self.context) for low in self.lower]
            return join(AllOf, *inside, *(self.cases.leaf(high - root, ">=", self.context) for high in self.upper))
        orders = (Comparison(equation.operands, (operator,)) for operator in (">=", "<="))
        return join(AllOf, *(self.run(order) for order in orders))
