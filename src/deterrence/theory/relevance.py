"""Which beliefs matter: those that some mover's incentives depend on, and those they are computed from."""

from __future__ import annotations

from deterrence.theory.algebra import Algebra
from deterrence.theory.rationality import incentive_conditions
from deterrence.theory.systems import BeliefSystem

__all__ = ["relevant_beliefs"]


def relevant_beliefs(system: BeliefSystem, algebra: Algebra) -> frozenset[str]:
    """Return the names of the beliefs that can change whether a move is optimal.

    Found with every mover mixing over all actions: a belief that drops out of the difference between any two
    actions' payoffs there drops out for every support.
    """
    sets = range(len(system.tree.information_sets))
    strategies = {h: system.unchosen(h) for h in sets}
    found: set[str] = set()
    for h in sets:
        everything = tuple(range(len(system.tree.information_sets[h].actions)))
        for condition in incentive_conditions(system, strategies, h, everything):
            for formula in condition.formulas:
                function = algebra.value(formula)
                found |= algebra.names_in(function.numer) | algebra.names_in(function.denom)
    return system.needed({name for name in found if name in system.slots})
