"""Roots, maxima and other calls in formulas as unknowns that satisfy polynomial conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from deterrence.errors import SolverError
from deterrence.expressions import (
    AllOf,
    AnyOf,
    Call,
    Comparison,
    Condition,
    Expr,
    Number,
    Power,
    Symbol,
    symbols_of_condition,
)
from deterrence.theory.algebra import Algebra, Fractional
from deterrence.theory.logic import mapped
from deterrence.theory.unknowns import ZERO

__all__ = ["Calls", "slope"]


@dataclass
class Calls:
    """Replaces calls by unknowns: formulas become rational, and `conditions` say what the unknowns are.

    A square root is the nonnegative unknown whose square is its argument, a maximum the argument that no other exceeds.
    Of an exponential it is only said that it is positive, of a logarithm nothing: what holds for all values of such
    unknowns is proved, while what fails for some of them need not fail.
    """

    taken: set[str]
    unknowns: dict[Expr, Symbol] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)

    def settles(self, names: Iterable[str]) -> bool:
        """Say whether the conditions determine all unknowns among some names."""
        loose = {s for call, s in self.unknowns.items() if isinstance(call, Call) and call.function in ("exp", "log")}
        tied = {s for c in self.conditions for s in symbols_of_condition(c) if loose & {*symbols_of_condition(c)}}
        return not {s.name for s in loose | tied & {*self.unknowns.values()}} & {*names}

    def formula(self, formula: Expr) -> Expr:
        """Return a formula without calls; raise `SolverError` for one that has no such description."""
        done: dict[Expr, Expr] = {}
        for node in formula.walk():
            parts = tuple(done[child] for child in node.children)
            done[node] = self._without(node.rebuild(parts) if parts else node)
        return done[formula]

    def condition(self, condition: Condition) -> Condition:
        """Return a condition without calls."""
        return mapped(condition, lambda a, op, b: Comparison((self.formula(a), self.formula(b)), (op,)))

    def _without(self, node: Expr) -> Expr:
        match node:
            case Power(exponent=Number(value=power)) if power.denominator == 2:
                return self._unknown(Call("sqrt", node.base)) ** power.numerator
            case Call():
                return self._unknown(node)
        return node

    def _unknown(self, call: Call) -> Symbol:
        if call not in self.unknowns:
            count = len(self.unknowns) + 1
            name = next(n for n in (f"call{'x' * k}_{count}" for k in range(64)) if n not in self.taken)
            self.unknowns[call] = Symbol(name)
            self.conditions += _meaning(call, self.unknowns[call])
        return self.unknowns[call]


def _meaning(call: Call, value: Symbol) -> Iterable[Condition]:
    """Return what is known of the value of a call."""
    first = call.children[0]
    match call.function:
        case "sqrt":
            return [_is(value, ">=", ZERO), _is(value * value, "==", first)]
        case "abs":
            return [_is(value, ">=", ZERO), AnyOf.of(_is(value, "==", first), _is(value, "==", -first))]
        case "min" | "max":
            side = "<=" if call.function == "min" else ">="
            one_of = AnyOf.of(*(_is(value, "==", argument) for argument in call.children))
            return [AllOf.of(*(_is(value, side, argument) for argument in call.children), one_of)]
        case "exp":
            return [_is(value, ">", ZERO)]
        case "log":
            return []
    raise SolverError(f"{call.function} has no polynomial description", remedy="write the formula without it")


def _is(left: Expr, operator: str, right: Expr) -> Condition:
    return Comparison((left, right), (operator,))


def slope(function: Fractional, wrt: str, algebra: Algebra, calls: Mapping[Expr, Symbol]) -> Fractional:
    """Return the derivative of a rational function of a parameter and of calls; `SolverError` where one has a kink."""
    rates = {wrt: algebra.one}
    for call, unknown in calls.items():
        rate = _total(algebra.value(call.children[0]), rates, algebra) if len(call.children) == 1 else None
        rates[unknown.name] = _rate(call, unknown, rate, rates, algebra)
    return _total(function, rates, algebra)


def _rate(
    call: Expr, unknown: Symbol, inner: Fractional | None, rates: Mapping[str, Fractional], algebra: Algebra
) -> Fractional:
    """Return the derivative of a call, given that of its argument."""
    assert isinstance(call, Call)
    if inner is None or call.function == "abs":
        if any(_total(algebra.value(argument), rates, algebra) for argument in call.children):
            raise SolverError("the formula has kinks: no derivative", remedy="claim the sign piece by piece")
        return algebra.zero
    value, argument = algebra.value(unknown), algebra.value(call.children[0])
    if call.function == "sqrt":
        return inner / (value + value)
    return inner * value if call.function == "exp" else inner / argument


def _total(function: Fractional, rates: Mapping[str, Fractional], algebra: Algebra) -> Fractional:
    total = algebra.zero
    for name in (algebra.names_in(function.numer) | algebra.names_in(function.denom)) & set(rates):
        total = total + _partial(function, name, algebra) * rates[name]
    return total


def _partial(function: Fractional, name: str, algebra: Algebra) -> Fractional:
    place = algebra.ring.gens[algebra.names.index(name)]
    top = function.numer.diff(place) * function.denom - function.numer * function.denom.diff(place)
    return algebra.ratio(top, function.denom**2)
