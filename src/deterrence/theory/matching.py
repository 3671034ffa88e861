"""Which classes of a theory a written profile describes, and under which further conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deterrence.compiled.prescribed import prescribes, singled_out
from deterrence.expressions import AllOf, Comparison, Condition, Expr, substitute, symbols_of
from deterrence.games import EquilibriumResult, Prescription
from deterrence.theory.cases import Cases, UnsettledError
from deterrence.theory.classes import EquilibriumClass
from deterrence.theory.concepts import system_of
from deterrence.theory.elimination import eliminated
from deterrence.theory.logic import FALSE, TRUE, join
from deterrence.theory.ranges import given_beliefs
from deterrence.theory.smt import Answer
from deterrence.theory.systems import BeliefSystem
from deterrence.theory.unknowns import ZERO, sum_of

__all__ = ["Match", "matches"]


@dataclass(frozen=True)
class Match:
    """A class, and what must hold besides for its equilibria to be those of a written profile.

    `also` is empty where the class plays the profile for all parameter values.
    """

    found: EquilibriumClass
    also: tuple[Condition, ...]

    def conditions(self, cases: Cases) -> tuple[Condition, ...]:
        """Return what holds of parameters and open unknowns where an equilibrium of the class plays the profile."""
        return (*cases.conditions(self.found), *self.also)

    def region(self, cases: Cases) -> Condition:
        """Return where some equilibrium of the class plays the profile; raise `UnsettledError` if that is not known."""
        region = cases.region(self.found)
        return join(AllOf, *region, eliminated(cases, join(AllOf, *self.also), self.found, some=True))


def matches(cases: Cases, result: EquilibriumResult) -> tuple[Match, ...]:
    """Return the classes in which some equilibrium at some point plays a published profile, with its beliefs."""
    found = (_match(cases, result, c) for c in cases.theory.classes)
    return tuple(m for m in found if m is not None)


def _match(cases: Cases, result: EquilibriumResult, found: EquilibriumClass) -> Match | None:
    agreements = [_agreement(cases, *pair) for pair in _played(cases, result, found)]
    if FALSE in agreements:
        return None
    agreements += [_agreement(cases, *pair) for pair in _believed(cases, result, found)]
    known = cases.conditions(found)
    also = (c for c in dict.fromkeys(agreements) if c != TRUE and not cases.decider.implied(c, known))
    match = Match(found, tuple(also))
    possible = not match.also or cases.decider.satisfiable(match.conditions(cases)) is not Answer.NO
    return match if possible else None


def _agreement(cases: Cases, actual: Expr, written: Expr) -> Condition:
    """Return where what a class does is what is written, a written formula without value not being the same."""
    algebra = cases.algebra
    gap = algebra.value(actual) - algebra.value(written)
    if gap.numer and not algebra.names_in(gap.numer):
        return FALSE
    equation = Comparison((algebra.polynomial_formula(gap.numer), ZERO), ("==",)) if gap else TRUE
    return join(AllOf, equation, *cases.defined([written]))


def _played(cases: Cases, result: EquilibriumResult, found: EquilibriumClass) -> Iterator[tuple[Expr, Expr]]:
    """Yield what a class plays and what is written, for every action that is written about."""
    tree = cases.game.tree
    for prescription in result.profile:
        for h, strategy in zip(tree.information_sets, found.strategies, strict=True):
            if prescribes(prescription, tree, h):
                for action, formula in prescription.probabilities.items():
                    yield cases.closed(strategy[h.actions.index(action)]), cases.closed(formula)


def _believed(cases: Cases, result: EquilibriumResult, found: EquilibriumClass) -> Iterator[tuple[Expr, Expr]]:
    """Yield what is believed in a class and what is written, for every node or type that is written about."""
    if not result.beliefs:
        return
    tree = cases.game.tree
    system = system_of(cases.game, cases.theory.concept)
    given = given_beliefs(system, found)
    strategies = dict(enumerate(found.strategies))
    for one in result.beliefs:
        for i, h in enumerate(tree.information_sets):
            if prescribes(one, tree, h):
                for key, formula in one.probabilities.items():
                    held = sum_of(*(system.believed(strategies, i, m) for m in singled_out(tree, h, key)))
                    _check_determined(one, held, given, system)
                    yield cases.closed(substitute(held, given)), cases.closed(formula)


def _check_determined(one: Prescription, held: Expr, given: dict[str, Expr], system: BeliefSystem) -> None:
    if any(s.name in system.slots and s.name not in given for s in symbols_of(held)):
        raise UnsettledError(f"the theory leaves out the belief at {one.information_set}, which no choice depends on")
