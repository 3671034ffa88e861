"""The weakest condition: where, inside the region of a class, a statement holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from deterrence.errors import SolverError
from deterrence.expressions import AllOf, AnyOf, Comparison, Condition, Expr, to_text
from deterrence.theory.cases import Cases, UnsettledError, conditions_of
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.elimination import eliminated
from deterrence.theory.ground import Ground
from deterrence.theory.logic import FALSE, TRUE, implication, join, mapped, negation
from deterrence.theory.prover import Prover, read_statement
from deterrence.theory.smt import Answer
from deterrence.theory.statements import Statement
from deterrence.theory.verdicts import Undecided

__all__ = ["Extent", "shortened", "weakest_condition"]


@dataclass(frozen=True, kw_only=True)
class Extent:
    """Where a statement holds: inside the region of a class for every open belief and mixing probability, or anywhere.

    `verdict` is "always" or "never" where one of the two is proved; otherwise `condition` is exact, inside the region
    of `found`. Without a class it is about every equilibrium at every admissible point.
    """

    statement: Statement
    found: EquilibriumClass | None
    verdict: Literal["always", "never", "where"]
    condition: Condition

    def __str__(self) -> str:
        """Return the verdict as a sentence."""
        where = f"exactly where {to_text(self.condition)}" if self.verdict == "where" else self.verdict
        each = f"{self.statement.quantifier} equilibrium"
        place = each if self.found is None else f"{each} of {self.found.name!r}"
        return f"in {place} {self.statement.unquantified} holds {where}"


def weakest_condition(
    theory: Theory,
    statement: str | Statement,
    *,
    within: str | None = None,
    given: str | Condition | Iterable[str | Condition] = (),
) -> Extent | Undecided:
    """Return exactly where a statement holds in every equilibrium, or in every equilibrium of the class `within`.

    For a statement that begins with `in some equilibrium` it is where some equilibrium (of the class) satisfies it.

    Open unknowns are eliminated where they occur linearly; otherwise the answer is `Undecided`. Raises `SolverError`
    when there is no such class or several.
    """
    read = read_statement(theory, statement)
    found = None if within is None else _single(theory, within)
    cases = Cases(theory)
    premises = tuple(cases.cleared(c) for c in conditions_of(given, theory.game))
    try:
        context = (*premises, *(cases.region(found) if found is not None else ()))
        prover = Prover(cases, read, premises, None if found is None else (found,), read.quantifier)
        condition = shortened(cases, _everywhere(prover), context)
    except UnsettledError as reason:
        return Undecided(statement=read, why=str(reason))
    if found is None and prover.needs_all and not theory.complete:
        return Undecided(statement=read, why=theory.argument)
    verdict: Literal["always", "never", "where"] = "where"
    if condition in (TRUE, FALSE):
        verdict = "always" if condition == TRUE else "never"
    return Extent(statement=read, found=found, verdict=verdict, condition=condition)


def _single(theory: Theory, name: str) -> EquilibriumClass:
    found, *others = theory.all_named(name)
    if others:
        raise SolverError(
            f"{len(others) + 1} classes are called {name[:64]!a}",
            remedy=f"one of {', '.join(c.name for c in (found, *others))}",
        )
    return found


def _everywhere(prover: Prover) -> Condition:
    """Return where a statement holds in every class, or in some class, as it is quantified.

    A class that is not settled is no obstacle where the others decide: it never, or always, holds.
    """
    some = prover.quantifier == "some"
    parts: list[Condition] = []
    unsettled: UnsettledError | None = None
    for found in prover.classes:
        try:
            parts.append(_reach(prover, found) if some and found is not None else _extent(prover, found))
        except UnsettledError as error:
            unsettled = unsettled or error
    known = join(AnyOf if some else AllOf, *parts)
    left_open = negation(known) if some else known
    if unsettled is not None and prover.ask((*prover.given, left_open)) is not Answer.NO:
        raise unsettled
    return known


def _reach(prover: Prover, found: EquilibriumClass) -> Condition:
    """Return where some equilibrium of a class satisfies a statement, in the parameters."""
    cases = prover.cases
    claim = eliminated(cases, prover.claim(found), found, some=True)
    return join(AllOf, *cases.region(found), claim)


def _extent(prover: Prover, found: EquilibriumClass | None) -> Condition:
    """Return where a statement holds in a class, in the parameters; outside its region it does when all are asked."""
    cases = prover.cases
    claim = prover.claim(found)
    if found is None:
        return claim
    if cases.decider.implied(claim, (*prover.given, *cases.conditions(found))):
        return TRUE
    condition = eliminated(cases, claim, found, some=False)
    return implication(join(AllOf, *cases.region(found)), condition) if prover.whole else condition


def shortened(cases: Ground, condition: Condition, context: tuple[Condition, ...]) -> Condition:
    """Return a polynomial condition as papers print it: without what `context` implies or what implies nothing."""
    if isinstance(condition, AllOf | AnyOf):
        parts = [shortened(cases, part, context) for part in condition.parts]
        return _irredundant(cases, join(type(condition), *parts), context)
    if cases.decider.implied(condition, context):
        return TRUE
    if cases.decider.satisfiable((*context, condition)) is Answer.NO:
        return FALSE
    return mapped(condition, lambda left, operator, _: _presented(cases, left, operator, context))


def _irredundant(cases: Ground, condition: Condition, context: tuple[Condition, ...]) -> Condition:
    """Drop parts of a conjunction that the others imply, and parts of a disjunction that imply another."""
    if not isinstance(condition, AllOf | AnyOf):
        return condition
    kept = list(condition.parts)
    if isinstance(condition, AllOf):
        for i, part in enumerate(kept):
            kept[i] = _irredundant(cases, part, (*context, *map(cases.cleared, (*kept[:i], *kept[i + 1 :]))))
    else:
        kept = [_widened(cases, part, condition, context) for part in kept]
    for i in reversed(range(len(kept))):
        rest = [*kept[:i], *kept[i + 1 :]]
        if rest and _is_needless(cases, type(condition), kept[i], rest, context):
            kept = rest
    return join(type(condition), *kept)


def _widened(cases: Ground, part: Condition, whole: Condition, context: tuple[Condition, ...]) -> Condition:
    """Return a part of a disjunction without what may go since all it then adds lies in the whole."""
    if not isinstance(part, AllOf):
        return part
    kept = list(part.parts)
    for i in reversed(range(len(kept))):
        rest = [*kept[:i], *kept[i + 1 :]]
        if rest and cases.decider.implied(cases.cleared(whole), (*context, *map(cases.cleared, rest))):
            kept = rest
    return join(AllOf, *kept)


def _is_needless(
    cases: Ground,
    kind: type[AllOf] | type[AnyOf],
    part: Condition,
    rest: Sequence[Condition],
    context: tuple[Condition, ...],
) -> bool:
    here, others = cases.cleared(part), [cases.cleared(other) for other in rest]
    if kind is AllOf:
        return cases.decider.implied(here, (*context, *others))
    return cases.decider.implied(join(AnyOf, *others), (*context, here))


def _presented(cases: Ground, left: Expr, operator: str, context: tuple[Condition, ...]) -> Condition:
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
        return cases.presenter.condition(polynomial, "==")
    weak = cases.presenter.condition(polynomial)
    assert isinstance(weak, Comparison)
    return weak if "=" in operator else Comparison(weak.operands, tuple(o.rstrip("=") for o in weak.operators))
