"""Logit equilibria traced over the precision: how play moves from noise towards equilibrium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from deterrence.compiled import Value
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.errors import SolverError
from deterrence.games import ExtensiveGame, Game, StrategicGame
from deterrence.solution import Solution
from deterrence.solvers import AgentQuantalResponse, LogitQuantalResponse
from deterrence.solving import solve

__all__ = ["QuantalBranch", "qre_branch"]


@dataclass(frozen=True, eq=False)
class QuantalBranch:
    """The principal branch of logit equilibria of a batch of games, at the precisions `lam`.

    `solution` holds the strategies and certificates; what an ordinary solution lists as equilibria are here the
    points of the branch, one for each precision.
    """

    lam: FloatArray
    solution: Solution[Any]

    @property
    def found(self) -> BoolArray:
        """Where the branch could be followed, (*shape, precisions)."""
        return self.solution.exists

    @property
    def bent(self) -> BoolArray:
        """The games, (*shape), whose branch folds or bifurcates, or nearly does, before the largest precision."""
        return self.solution.flagged

    def probability(self, event: str) -> NumberArray:
        """Return the probability of an event along the branch, (*shape, precisions), NaN where not found."""
        return self.solution.probability(event)

    def payoff(self, player: str) -> NumberArray:
        """Return the expected payoff of a player along the branch, (*shape, precisions)."""
        return self.solution.payoff(player)


def qre_branch(
    game: Game, lam: Sequence[float] | FloatArray, *, at: Mapping[str, Value] | None = None
) -> QuantalBranch:
    """Return the principal branch of logit equilibria at increasing precisions `lam`, each point certified.

    Strategic games are traced as they are, extensive ones in agent form; `at` is as in `solve`. Where the branch folds,
    the first point with a precision is listed. Raises `SolverError` for other forms of game and for precisions that do
    not increase. After McKelvey and Palfrey 1995, 1998, and Turocy 2005.

    >>> from deterrence.library import load
    >>> branch = qre_branch(load("crisis-management/chicken"), [0, 1, 1.5])
    >>> branch.probability("collision").tolist()
    [0.25, 0.25, 0.25]
    """
    precisions = tuple(np.asarray(lam, dtype=np.float64).reshape(-1).tolist())
    if isinstance(game, StrategicGame):
        return QuantalBranch(np.asarray(precisions), solve(game, LogitQuantalResponse(precisions), at=at))
    if isinstance(game, ExtensiveGame):
        return QuantalBranch(np.asarray(precisions), solve(game, AgentQuantalResponse(precisions), at=at))
    raise SolverError(f"logit equilibria of {game.form} games are not defined", remedy="use a strategic game or a tree")
