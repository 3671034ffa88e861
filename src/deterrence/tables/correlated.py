"""Correlated equilibria by linear programming: the best and the worst that a mediator's private advice can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from deterrence.certify.correlated import correlated_gain
from deterrence.compiled import Value
from deterrence.compiled.points import FloatArray
from deterrence.errors import SolverError
from deterrence.games import FrozenMap, StrategicGame
from deterrence.games.base import suggestion
from deterrence.tables.point import at_one_point

__all__ = ["CorrelatedEquilibrium", "correlated_equilibrium"]


@dataclass(frozen=True, kw_only=True)
class CorrelatedEquilibrium:
    """A correlated equilibrium that is best or worst for an objective.

    `distribution` gives the probability of every profile of actions that is recommended, `payoffs` what each player
    expects. `gain` is the most that somebody gains by disobeying, computed by code that does not know the linear
    programme; `certified` says whether it is at most 1e-9 times the largest payoff.
    """

    objective: str
    value: float
    distribution: FrozenMap[tuple[str, ...], float]
    payoffs: FrozenMap[str, float]
    gain: float
    certified: bool

    def probability(self, game: StrategicGame, event: str) -> float:
        """Return the probability of an event of the game."""
        return sum(q for cell, q in self.distribution.items() if game.event_of[cell] == event)


def correlated_equilibrium(
    game: StrategicGame, objective: str = "welfare", *, best: bool = True, at: Mapping[str, Value] | None = None
) -> CorrelatedEquilibrium:
    """Return a correlated equilibrium that maximises (or, with `best=False`, minimises) an objective at one point.

    The objective is `welfare` (the sum of payoffs), the name of a player, or the name of an event, whose probability
    counts. The set of correlated equilibria is never empty, and the optimum is attained; where several attain it, one
    vertex is returned. Raises `SolverError` for an unknown objective. After Aumann 1974, 1987.

    >>> from deterrence.library import load
    >>> game = load("crisis-management/chicken")
    >>> found = correlated_equilibrium(game, "collision", best=False)
    >>> found.value, found.certified
    (0.0, True)
    """
    from scipy.optimize import linprog

    exact = at_one_point(game, at)
    u: FloatArray = exact.payoffs[..., 0].astype(np.float64)
    weights = _weights(game, objective, u)
    size = max(1.0, float(np.abs(u).max()))
    answer = linprog(
        _goal(weights, best),
        A_ub=_incentives(u / size),
        b_ub=np.zeros(len(_incentives(u))),
        A_eq=np.ones((1, weights.size)),
        b_eq=[1.0],
        method="highs-ds",
    )
    if answer.x is None:
        raise SolverError(f"the linear programme was not solved: {answer.message}")
    p = np.clip(answer.x, 0, None)
    p = (p / p.sum()).reshape(weights.shape)
    gain = correlated_gain(u, p)
    cells = list(product(*exact.actions))
    return CorrelatedEquilibrium(
        objective=objective,
        value=float((weights * p).sum()),
        distribution=FrozenMap(dict(zip(cells, p.reshape(-1).tolist(), strict=True))),
        payoffs=FrozenMap({who: float((u[i] * p).sum()) for i, who in enumerate(exact.players)}),
        gain=gain,
        certified=gain <= 1e-9 * size,
    )


def _goal(weights: FloatArray, best: bool) -> FloatArray:
    """Return what is minimised, in units that suit the solver."""
    flat = weights.reshape(-1) / max(float(np.abs(weights).max()), 1e-300)
    return -flat if best else flat


def _weights(game: StrategicGame, objective: str, u: FloatArray) -> FloatArray:
    players = [p.name for p in game.players]
    if objective == "welfare":
        return np.asarray(u.sum(axis=0))
    if objective in players:
        return np.asarray(u[players.index(objective)])
    if objective in game.events():
        marks = [float(game.event_of[cell] == objective) for cell in product(*game.actions.values())]
        return np.asarray(marks).reshape(u.shape[1:])
    known = ["welfare", *players, *game.events()]
    raise SolverError(f"no objective {objective[:80]!r}", remedy=suggestion(objective, known))


def _incentives(u: FloatArray) -> Any:
    """Return one row for each player, recommendation and deviation: what the deviation gains must not be positive."""
    rows = []
    for player in range(len(u)):
        mine = np.moveaxis(u[player], player, 0)
        for told, other in product(range(len(mine)), repeat=2):
            if told != other:
                row = np.zeros_like(mine)
                row[told] = mine[other] - mine[told]
                rows.append(np.moveaxis(row, 0, player).reshape(-1))
    return np.asarray(rows).reshape(-1, u[0].size)
