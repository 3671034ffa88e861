"""Nash equilibria of trees through their reduced strategic form, mapped back to behaviour strategies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from deterrence.compiled import CompiledTree
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.compiled.reduced import behaviour, plans_of, reduced_form
from deterrence.errors import SolverError
from deterrence.profiles import Assessment, Found
from deterrence.solvers.base import TableSolver, TreeSolver

__all__ = ["ReducedStrategicForm", "without_repeats"]

_SAME: Final = 1e-9  # probabilities closer than this are one equilibrium, met twice


@dataclass(frozen=True)
class ReducedStrategicForm(TreeSolver):
    """Nash equilibria of an extensive game, found by `table` on the reduced strategic form.

    Information sets that a player's own strategy does not reach are left open (NaN): Nash equilibrium says
    nothing about them, and the checker looks for completions. Raises `SolverError` when the form is too large.
    """

    table: TableSolver

    def __post_init__(self) -> None:
        """Refuse a solver of another concept."""
        if self.table.concept not in ("nash", "pure-nash"):
            remedy = "AgentQuantalResponse(lam) solves trees" if self.table.concept == "logit-qre" else ""
            raise SolverError(f"{type(self.table).__name__} finds no Nash equilibria", remedy=remedy)

    @property
    def concept(self) -> str:
        """The solution concept."""
        return self.table.concept

    def solve(self, game: CompiledTree) -> Found[Assessment]:
        """Return the Nash equilibria at every point, with beliefs left to the checker."""
        plans = tuple(plans_of(game.tree, i) for i in range(len(game.tree.players)))
        found = self.table.solve(reduced_form(game, plans))
        strategy = behaviour(game.tree, plans, found.profiles.strategies)
        kept = without_repeats(strategy, found.exists)
        order = np.argsort(~kept, axis=1, kind="stable")[:, : max(1, int(kept.sum(axis=1).max(initial=1)))]
        exists = np.take_along_axis(kept, order, axis=1)
        profile = Assessment(game.tree, np.take_along_axis(strategy, order[..., None], axis=1))
        return Found(profile, exists, found.completeness, found.arguments, found.flagged, found.defined)


def without_repeats(strategy: NumberArray, exists: BoolArray) -> BoolArray:
    """Return `exists` without the later of equal behaviour strategies: several mixtures of plans may play alike."""
    kept = exists.copy()
    for k in range(1, exists.shape[1]):
        for earlier in range(k):
            pairs = np.flatnonzero(kept[:, k] & kept[:, earlier])
            if pairs.size:
                kept[pairs[_alike(strategy[pairs, k], strategy[pairs, earlier])], k] = False
    return kept


def _alike(one: NumberArray, other: NumberArray) -> BoolArray:
    """Return where two strategies (points, moves) are open at the same sets and otherwise the same."""
    open_one, open_other = one != one, other != other
    distance = np.abs(np.where(open_one | open_other, 0, one - other))
    near = distance <= (0 if one.dtype == object else _SAME)
    return np.asarray((near & (open_one == open_other)).all(axis=-1), dtype=np.bool_)
