"""Sets of equilibria of derived classes at a point, as conditions for the solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from deterrence.errors import ExpressionError
from deterrence.expressions import (
    AnyOf,
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
)
from deterrence.theory import EquilibriumClass, Theory
from deterrence.theory.smt import Answer, Decider

__all__ = ["Member", "at_point", "equal", "exists_at", "has_member", "members"]

Point = Mapping[str, Fraction]
Member = dict[str, Fraction]  # what every free unknown is in one equilibrium


def at_point(formula: Expr, theory: Theory, point: Point) -> Expr:
    """Return a formula of a theory with the parameters' values put in."""
    numbers = {name: Number(value) for name, value in point.items()}
    return substitute(substitute(formula, theory.game.resolved_definitions), numbers)


def equal(left: Expr, right: Expr) -> Condition:
    """Return that two formulas are equal."""
    return Comparison((left, right), ("==",))


def exists_at(theory: Theory, found: EquilibriumClass, point: Point) -> bool:
    """Say whether the conditions on the parameters alone hold."""
    definitions = theory.game.resolved_definitions
    return all(holds_exactly(substitute_condition(c, definitions), point) for c in found.region)


def has_member(theory: Theory, found: EquilibriumClass, point: Point, also: Iterable[Condition] = ()) -> bool:
    """Say whether the class has an equilibrium at a point that satisfies further conditions on its unknowns."""
    if not exists_at(theory, found, point):
        return False
    conditions = [*_at(also, theory, point)]
    if not all(holds_exactly(c, {}) for c in conditions if not _names(c)):
        return False
    rest = _at((*found.open_conditions, *_free_conditions(found)), theory, point)
    asked = [c for c in (*conditions, *rest) if _names(c)]
    bounds = [parse_condition(f"0 <= {name} <= 1") for name in sorted(set().union(*map(_names, asked)))]
    answer = Decider().satisfiable([*asked, *bounds, *_denominators(asked)])
    assert answer is not Answer.UNKNOWN
    return answer is Answer.YES


def members(theory: Theory, found: EquilibriumClass, tried: Iterable[Sequence[Fraction]]) -> Iterator[Member]:
    """Yield equilibria of a class of a game with numbers, in which everything in its support is played.

    What is tried are places from 0 to 1 between the ends of the intervals of the free unknowns, in their order.
    """
    for places in tried:
        try:
            member = _placed(found, dict(zip(found.free, places, strict=True)))
        except ExpressionError:  # an end of an interval divides by zero there
            continue
        if not all(holds_exactly(c, member) for c in found.defined):
            continue
        if not has_member(theory, found, {}, [equal(Symbol(name), Number(value)) for name, value in member.items()]):
            continue
        rows = zip(found.support, found.strategies, strict=True)
        if all(evaluate_exact(row[a], member) > 0 for support, row in rows for a in support):
            yield member


def _placed(found: EquilibriumClass, places: Mapping[str, Fraction]) -> Member:
    member: Member = {}
    pending = dict(found.free)
    while pending:
        for name, interval in list(pending.items()):
            ends = [[_known(f, member) for f in side] for side in (interval.lower, interval.upper)]
            if None not in [*ends[0], *ends[1]]:
                low = max([end for end in ends[0] if end is not None] or [Fraction(0)])
                high = min([end for end in ends[1] if end is not None] or [Fraction(1)])
                member[name] = low + (high - low) * places[name]
                del pending[name]
    return member


def _known(formula: Expr, member: Member) -> Fraction | None:
    shown = substitute(formula, {name: Number(value) for name, value in member.items()})
    return shown.value if isinstance(shown, Number) else None


def _at(conditions: Iterable[Condition], theory: Theory, point: Point) -> list[Condition]:
    numbers = {name: Number(value) for name, value in point.items()}
    definitions = theory.game.resolved_definitions
    return [substitute_condition(substitute_condition(c, definitions), numbers) for c in conditions]


def _free_conditions(found: EquilibriumClass) -> Iterator[Condition]:
    for name, interval in found.free.items():
        yield from (Comparison((bound, Symbol(name)), ("<=",)) for bound in interval.lower)
        yield from (Comparison((Symbol(name), bound), ("<=",)) for bound in interval.upper)


def _denominators(conditions: Iterable[Condition]) -> Iterator[Condition]:
    """Yield that nothing is divided by zero: the solver may give a quotient by zero any value."""
    for formula in (f for condition in conditions for f in condition.formulas):
        for node in formula.walk():
            if isinstance(node, Power) and isinstance(node.exponent, Number) and node.exponent.value < 0:
                sides = (Comparison((node.base, Number(0)), (operator,)) for operator in "<>")
                yield AnyOf(*sides)


def _names(condition: Condition) -> set[str]:
    return {s.name for s in symbols_of(*condition.formulas)}
