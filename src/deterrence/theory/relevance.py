"""Which beliefs matter: those that some mover's incentives depend on, and those they are computed from."""

from __future__ import annotations

from deterrence.expressions import symbols_of
from deterrence.theory.algebra import Algebra
from deterrence.theory.rationality import incentive_conditions
from deterrence.theory.unknowns import Unknowns

__all__ = ["relevant_beliefs"]


def relevant_beliefs(unknowns: Unknowns, algebra: Algebra) -> frozenset[str]:
    """Return the names of the beliefs that can change whether a move is optimal.

    Found with every mover mixing over all actions: a belief that drops out of the difference between any two
    actions' payoffs there drops out for every support.
    """
    sets = range(len(unknowns.observed.tree.information_sets))
    everything = {h: tuple(range(len(unknowns.observed.tree.information_sets[h].actions))) for h in sets}
    strategies = {h: unknowns.strategy(h, support) for h, support in everything.items()}
    found: set[str] = set()
    for h in sets:
        for condition in incentive_conditions(unknowns, strategies, h, everything[h]):
            for formula in condition.formulas:
                function = algebra.value(formula)
                found |= algebra.names_in(function.numer) | algebra.names_in(function.denom)
    wanted = {name for name in found if name in unknowns.slots}
    for name in list(wanted):
        player, history, _ = unknowns.slots[name]
        for length in range(1, len(history)):
            before = unknowns.beliefs[player, history[:length]]
            wanted |= {s.name for s in symbols_of(*before.values()) if s.name in unknowns.slots}
    return frozenset(wanted)
