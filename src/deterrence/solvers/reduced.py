"""Nash equilibria of trees through their reduced strategic form, mapped back to behaviour strategies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deterrence.compiled import CompiledTree
from deterrence.compiled.reduced import behaviour, plans_of, reduced_form
from deterrence.profiles import Assessment, Found
from deterrence.solvers.base import TableSolver, TreeSolver

__all__ = ["ReducedStrategicForm"]


@dataclass(frozen=True)
class ReducedStrategicForm(TreeSolver):
    """Nash equilibria of an extensive game, found by `table` on the reduced strategic form.

    Information sets that a player's own strategy does not reach are left open (NaN): Nash equilibrium says
    nothing about them, and the checker looks for completions. Raises `SolverError` when the form is too large.
    """

    table: TableSolver
    concept: ClassVar[str] = "nash"

    def solve(self, game: CompiledTree) -> Found[Assessment]:
        """Return the Nash equilibria at every point, with beliefs left to the checker."""
        plans = tuple(plans_of(game.tree, i) for i in range(len(game.tree.players)))
        found = self.table.solve(reduced_form(game, plans))
        strategy = behaviour(game.tree, plans, found.profiles.strategies)
        profile = Assessment(game.tree, strategy)
        return Found(profile, found.exists, found.completeness, found.arguments, found.flagged, found.defined)
