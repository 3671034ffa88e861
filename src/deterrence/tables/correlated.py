"""Correlated equilibria by linear programming: the best and the worst that a mediator's private advice can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from deterrence.certify.correlated import correlated_bound, correlated_gain
from deterrence.compiled import Value
from deterrence.compiled.points import NumberArray
from deterrence.errors import SolverError
from deterrence.expressions import did_you_mean
from deterrence.games import FrozenMap, StrategicGame
from deterrence.solvers.simplex import LARGEST, maximise
from deterrence.tables.point import at_one_point

__all__ = ["CorrelatedEquilibrium", "correlated_equilibrium"]

_NEAR = 1e-9  # of the largest payoff, in floats


@dataclass(frozen=True, kw_only=True)
class CorrelatedEquilibrium:
    """A correlated equilibrium that is best or worst for an objective, a vertex of the set of all of them.

    `distribution` gives the probability of every profile of actions that is recommended, `payoffs` what each player
    expects. `gain` is the most that somebody gains by disobeying, and `bound` a value that no correlated equilibrium
    passes: both are computed by code that does not know the linear programme. `certified` says that the gain is zero
    and the bound is attained. With `exact` all numbers are rationals and that is a proof; else they are floats, and the
    tolerance is 1e-9 times the largest payoff.
    """

    objective: str
    value: Fraction | float
    bound: Fraction | float
    distribution: FrozenMap[tuple[str, ...], Fraction | float]
    payoffs: FrozenMap[str, Fraction | float]
    gain: Fraction | float
    exact: bool
    certified: bool

    def probability(self, game: StrategicGame, event: str) -> Fraction | float:
        """Return the probability of an event of the game."""
        zero: Fraction | float = Fraction(0) if self.exact else 0.0
        return sum((q for cell, q in self.distribution.items() if game.event_of[cell] == event), zero)


def correlated_equilibrium(
    game: StrategicGame, objective: str = "welfare", *, best: bool = True, at: Mapping[str, Value] | None = None
) -> CorrelatedEquilibrium:
    """Return a correlated equilibrium that maximises (or, with `best=False`, minimises) an objective at one point.

    The objective is `welfare` (the sum of payoffs), the name of a player, or the name of an event, whose probability
    counts. The set of correlated equilibria is never empty, and the optimum is attained; where several attain it, one
    vertex is returned. Small games are solved in rational arithmetic, others in floats. Raises `SolverError` for an
    unknown objective. After Aumann 1974, 1987.

    >>> from deterrence.library import load
    >>> game = load("crisis-management/chicken")
    >>> found = correlated_equilibrium(game, "welfare", at={"T": 7, "R": 6, "S": 2, "P": 0})
    >>> found.value, found.probability(game, "compromise"), found.certified
    (Fraction(21, 2), Fraction(1, 2), True)
    """
    point = at_one_point(game, at)
    u: NumberArray = point.payoffs[..., 0]
    weights = _weights(game, objective, u)
    goal = weights if best else -weights
    rows = _incentives(u)
    exact = (len(rows) + 2) * (len(rows) + u[0].size + 2) <= LARGEST
    if not exact:
        u, weights, goal, rows = (x.astype(np.float64) for x in (u, weights, goal, rows))
    p, multipliers = _exactly(goal, rows) if exact else _in_floats(goal, rows)
    gain, bound = correlated_gain(u, p), correlated_bound(u, goal, multipliers)
    value: Any = (weights * p).sum()
    slack = 0.0 if exact else _NEAR * max(1.0, float(np.abs(u).max()))
    return CorrelatedEquilibrium(
        objective=objective,
        value=value,
        bound=bound if best else -bound,
        distribution=FrozenMap(dict(zip(product(*point.actions), p.reshape(-1).tolist(), strict=True))),
        payoffs=FrozenMap({who: (u[i] * p).sum() for i, who in enumerate(point.players)}),
        gain=gain,
        exact=exact,
        certified=bool(gain <= slack and bound - (value if best else -value) <= slack),
    )


def _exactly(goal: NumberArray, rows: NumberArray) -> tuple[NumberArray, NumberArray]:
    """Return an optimal distribution and the multipliers of the incentive constraints, in rationals.

    With all weights positive the distribution's sum, of which only `at most one` is asked, is one at the optimum: the
    constraints are homogeneous, and a smaller sum could be scaled up.
    """
    positive = goal.reshape(-1) - goal.min() + 1
    limits = [*[Fraction(0)] * len(rows), Fraction(1)]
    found = maximise(positive.tolist(), [*rows.tolist(), [Fraction(1)] * positive.size], limits)
    p, multipliers = np.array(found.x, dtype=object), np.array(found.y[:-1], dtype=object)
    return p.reshape(goal.shape), multipliers


def _in_floats(goal: NumberArray, rows: NumberArray) -> tuple[NumberArray, NumberArray]:
    from scipy.optimize import linprog

    units = max(float(np.abs(goal).max()), 1e-300), max(float(np.abs(rows).max()), 1e-300)
    answer = linprog(
        -goal.reshape(-1) / units[0],
        A_ub=rows / units[1],
        b_ub=np.zeros(len(rows)),
        A_eq=np.ones((1, goal.size)),
        b_eq=[1.0],
        method="highs-ds",
    )
    if answer.x is None:
        raise SolverError(f"the linear programme was not solved: {answer.message}")
    p = np.clip(answer.x, 0, None)
    return (p / p.sum()).reshape(goal.shape), -np.asarray(answer.ineqlin.marginals) * units[0] / units[1]


def _weights(game: StrategicGame, objective: str, u: NumberArray) -> NumberArray:
    players = [p.name for p in game.players]
    if objective == "welfare":
        return np.asarray(u.sum(axis=0))
    if objective in players:
        return np.asarray(u[players.index(objective)])
    if objective in game.events():
        marks = [Fraction(game.event_of[cell] == objective) for cell in product(*game.actions.values())]
        return np.array(marks, dtype=object).reshape(u.shape[1:])
    known = ["welfare", *players, *game.events()]
    raise SolverError(f"no objective {objective[:80]!r}", remedy=did_you_mean(objective, known))


def _incentives(u: NumberArray) -> NumberArray:
    """Return one row for each player, recommendation and deviation: what the deviation gains must not be positive."""
    rows = []
    for player in range(len(u)):
        mine = np.moveaxis(u[player], player, 0)
        for told, other in product(range(len(mine)), repeat=2):
            if told != other:
                row = mine * 0
                row[told] = mine[other] - mine[told]
                rows.append(np.moveaxis(row, 0, player).reshape(-1))
    return np.array(rows, dtype=object).reshape(-1, u[0].size)
