"""Logit quantal response equilibria as solvers: of strategic games, and of trees in agent form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import CompiledTable, CompiledTree
from deterrence.compiled.points import BoolArray, FloatArray, Points
from deterrence.errors import SolverError
from deterrence.profiles import Assessment, Completeness, Found, MixedProfile, ProfileT
from deterrence.solvers.base import TableSolver, TreeSolver
from deterrence.solvers.quantal.branch import BranchPoints, follow, precisions
from deterrence.solvers.quantal.system import probabilities
from deterrence.solvers.quantal.tables import TableSystem, table_system
from deterrence.solvers.quantal.trees import TreeSystem, tree_system

__all__ = ["AgentQuantalResponse", "LogitQuantalResponse"]

_ARGUMENTS: Final = {
    Completeness.ALL: "the logit responses contract at this precision, so that there is one equilibrium alone",
    Completeness.SOME: (
        "the point at which the principal branch, followed from precision zero, first reaches the precision; "
        "other logit equilibria may exist"
    ),
    Completeness.UNKNOWN: "the branch could not be followed to the precision",
}


@dataclass(frozen=True)
class LogitQuantalResponse(TableSolver):
    """The logit quantal response equilibrium on the principal branch, for any number of players.

    Every action is played with a probability proportional to exp(lam times its expected payoff); `lam` is the
    precision, in one over payoff units. The branch starts at lam = 0, where all actions are equally likely, and is
    followed to lam; where it folds or bifurcates (flagged) it is followed by arclength, straight on through a
    bifurcation. Of several points with that precision the first along the branch is listed. With several precisions,
    which must increase, the equilibria of a point are the branch at these precisions.

    Raises `SolverError` for other precisions, exact points and games with more than 300 actions in all. After
    McKelvey and Palfrey 1995 (the equilibrium) and Turocy 2005 (the branch as a homotopy).

    >>> from deterrence.games import StrategicGame
    >>> from deterrence.solving import solve
    >>> game = StrategicGame(
    ...     {"A": ["x", "y"], "B": ["x", "y"]},
    ...     {("x", "x"): {"A": 1, "B": -1}, ("x", "y"): {"A": -1, "B": 1},
    ...      ("y", "x"): {"A": -1, "B": 1}, ("y", "y"): {"A": 1, "B": -1}})
    >>> solve(game, LogitQuantalResponse(2)).found.profiles.strategies[0].tolist()
    [[[0.5, 0.5]]]
    """

    lam: float | Sequence[float] = 1.0

    def __post_init__(self) -> None:
        """Check the precision."""
        precisions(self.lam)

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "logit-qre"

    def solve(self, game: CompiledTable) -> Found[MixedProfile]:
        """Return the branch at the precisions, at every point."""
        _refuse_exact(game.points)
        lam = precisions(self.lam)
        system = table_system(game.payoffs)
        branch = follow(system, lam)
        exists = branch.found.T & game.defined[:, None]
        profile = MixedProfile(game.players, game.actions, partial(_strategies, system, branch))
        return _found(profile, exists, branch, _one_alone(game, lam[-1]), game.defined, lam)


@dataclass(frozen=True)
class AgentQuantalResponse(TreeSolver):
    """The logit equilibrium of a tree in agent form, on the principal branch.

    Every information set is an agent of its own, who plays each action with a probability proportional to exp(lam
    times what the action is worth there, given Bayesian beliefs and everybody's behaviour later on). `lam` and the
    branch are as in `LogitQuantalResponse`. Beliefs are defined everywhere: every action has positive probability.

    Raises `SolverError` for other precisions, exact points and trees with more than 300 actions in all. After
    McKelvey and Palfrey 1998 (the equilibrium) and Turocy 2010 (its computation).
    """

    lam: float | Sequence[float] = 1.0

    def __post_init__(self) -> None:
        """Check the precision."""
        precisions(self.lam)

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "agent-logit-qre"

    def solve(self, game: CompiledTree) -> Found[Assessment]:
        """Return the branch at the precisions, at every point."""
        _refuse_exact(game.points)
        lam = precisions(self.lam)
        system = tree_system(game)
        branch = follow(system, lam)
        exists = branch.found.T & game.defined[:, None]
        none = np.zeros(game.size, dtype=np.bool_)
        return _found(_assessment(game, system, branch), exists, branch, none, game.defined, lam)


def _refuse_exact(points: Points) -> None:
    if points.exact:
        raise SolverError("logit equilibria are not rational", remedy="solve without exact")


def _strategies(system: TableSystem, branch: BranchPoints) -> tuple[FloatArray, ...]:
    """Return each player's strategies (games, precisions, actions)."""
    out = []
    for part in system.parts:
        p = [probabilities(theta[part]) for theta in branch.theta]
        out.append(np.stack(p).transpose(2, 0, 1))
    return tuple(out)


def _assessment(game: CompiledTree, system: TreeSystem, branch: BranchPoints) -> Assessment:
    tree, slots = game.tree, len(branch.theta)
    strategy = np.empty((slots, tree.n_moves, game.size))
    members = sum(len(h.members) for h in tree.information_sets)
    beliefs = np.empty((slots, members, game.size))
    with np.errstate(all="ignore"):
        for k, theta in enumerate(branch.theta):
            for here, mix in system.mixes(theta).items():
                strategy[k, tree.information_sets[here].moves] = mix.p
            beliefs[k] = system.beliefs(theta)
    return Assessment(tree, strategy.transpose(2, 0, 1), beliefs.transpose(2, 0, 1))


def _one_alone(game: CompiledTable, lam: float) -> BoolArray:
    """Say where a bound on the slope of the logit responses proves that there is one equilibrium.

    When log-odds of player j change by at most s between any two actions, its strategy changes by at most s/4 in
    total variation; the payoff difference of two actions of i then changes by at most that times how far it varies
    over j's actions. If the sum over j of these bounds, times lam, is below one for all i, the responses contract.
    """
    players = range(len(game.shape))
    slopes = [np.asarray(sum(_swing(game.payoffs[i], i, j) for j in players if j != i)) for i in players]
    with np.errstate(all="ignore"):
        return np.asarray(0.25 * lam * np.maximum.reduce([np.broadcast_to(s, game.size) for s in slopes]) < 1)


def _swing(payoffs: FloatArray, i: int, j: int) -> FloatArray:
    """Return the most by which two actions' payoff difference varies over the actions of another player."""
    swing = np.zeros(payoffs.shape[-1])
    rows = np.moveaxis(payoffs, i, 0)
    with np.errstate(all="ignore"):
        for a, b in product(range(len(rows)), repeat=2):
            if a < b:
                gap = np.moveaxis(rows[a] - rows[b], j if j < i else j - 1, 0)
                spread = gap.max(axis=0) - gap.min(axis=0)
                swing = np.maximum(swing, spread.reshape(-1, swing.size).max(axis=0))
    return swing


def _found(
    profile: ProfileT,
    exists: BoolArray,
    branch: BranchPoints,
    alone: BoolArray,
    defined: BoolArray,
    lam: tuple[float, ...],
) -> Found[ProfileT]:
    complete: NDArray[np.int8] = np.where(alone, Completeness.ALL, Completeness.SOME).astype(np.int8)
    complete[~exists.all(axis=1)] = Completeness.UNKNOWN
    return Found(profile, exists, complete, dict(_ARGUMENTS), branch.bent & defined, defined, lam)
