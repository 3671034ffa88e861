"""The weakest condition: where, inside the region of a class, a statement holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from deterrence.errors import SolverError
from deterrence.expressions import AllOf, AnyOf, Comparison, Condition, Expr, to_text
from deterrence.theory.cases import Cases, UnsettledError, conditions_of
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.elimination import eliminated
from deterrence.theory.logic import FALSE, TRUE, join, mapped
from deterrence.theory.prove import Prover, classes_named, read_statement
from deterrence.theory.smt import Answer
from deterrence.theory.statements import Statement
from deterrence.theory.verdicts import Undecided

__all__ = ["Extent", "shortened", "weakest_condition"]


@dataclass(frozen=True, kw_only=True)
class Extent:
    """Where, inside the region of a class, a statement holds for every open belief and mixing probability.

    `verdict` is "always" or "never" where one of the two is proved; otherwise `condition` is exact inside the region.
    """

    statement: Statement
    found: EquilibriumClass
    verdict: Literal["always", "never", "where"]
    condition: Condition

    def __str__(self) -> str:
        """Return the verdict as a sentence."""
        where = f"exactly where {to_text(self.condition)}" if self.verdict == "where" else self.verdict
        return f"in {self.found.name!r} {self.statement.text} holds {where}"


def weakest_condition(
    theory: Theory, statement: str | Statement, *, within: str, given: str | Condition | Iterable[str | Condition] = ()
) -> Extent | Undecided:
    """Return the exact part of a class's region on which a statement holds in every equilibrium of the class.

    Open unknowns are eliminated where they occur linearly; otherwise the answer is `Undecided`. Raises `SolverError`
    when there is no such class or several.
    """
    read = read_statement(theory, statement)
    found, *others = classes_named(theory, within)
    if others:
        raise SolverError(
            f"{len(others) + 1} classes are called {within[:64]!a}", remedy="rename the published results"
        )
    cases = Cases(theory)
    premises = tuple(cases.cleared(c) for c in conditions_of(given, theory.game))
    try:
        context = (*premises, *cases.region(found))
        claim = Prover(cases, read, premises, (found,), "every").claim(found)
        condition = shortened(cases, eliminated(cases, claim, found, some=False), context)
    except UnsettledError as reason:
        return Undecided(statement=read, why=str(reason))
    verdict: Literal["always", "never", "where"] = "where"
    if condition in (TRUE, FALSE):
        verdict = "always" if condition == TRUE else "never"
    return Extent(statement=read, found=found, verdict=verdict, condition=condition)


def shortened(cases: Cases, condition: Condition, context: tuple[Condition, ...]) -> Condition:
    """Return a polynomial condition as papers print it: without what `context` implies or what implies nothing."""
    if isinstance(condition, AllOf | AnyOf):
        parts = [shortened(cases, part, context) for part in condition.parts]
        return _irredundant(cases, join(type(condition), *parts), context)
    if cases.decider.implied(condition, context):
        return TRUE
    if cases.decider.satisfiable((*context, condition)) is Answer.NO:
        return FALSE
    return mapped(condition, lambda left, operator, _: _presented(cases, left, operator, context))


def _irredundant(cases: Cases, condition: Condition, context: tuple[Condition, ...]) -> Condition:
    """Drop parts of a conjunction that the others imply, and parts of a disjunction that imply another."""
    if not isinstance(condition, AllOf | AnyOf):
        return condition
    kept = list(condition.parts)
    for part in reversed(condition.parts):
        rest = [cases.cleared(other) for other in kept if other != part]
        here = cases.cleared(part)
        if isinstance(condition, AllOf):
            needless = cases.decider.implied(here, (*context, *rest))
        else:
            needless = cases.decider.implied(join(AnyOf, *rest), (*context, here))
        if needless and len(kept) > 1:
            kept.remove(part)
    return join(type(condition), *kept)


def _presented(cases: Cases, left: Expr, operator: str, context: tuple[Condition, ...]) -> Condition:
    """Return `left operator 0` solved for a parameter, factors of fixed sign divided out."""
    algebra = cases.algebra
    sign, factors = algebra.factors(algebra.value(left).numer)
    rest = algebra.ring.one
    for factor, power in factors:
        known = cases.sign(factor, context)
        sign *= known**power if known else 1
        rest = rest * (algebra.ring.one if known else factor ** (2 - power % 2))
    polynomial = rest if (sign > 0) == (operator[0] == ">") else -rest
    if operator == "==":
        return cases.presenter.condition(polynomial, equality=True)
    weak = cases.presenter.condition(polynomial)
    assert isinstance(weak, Comparison)
    return weak if "=" in operator else Comparison(weak.operands, tuple(o.rstrip("=") for o in weak.operators))
