"""The value of a two-player zero-sum game and optimal strategies, bounded from both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from deterrence.compiled import Value
from deterrence.compiled.points import FloatArray, NumberArray
from deterrence.errors import SolverError
from deterrence.games import FrozenMap, StrategicGame
from deterrence.solvers.simplex import LARGEST
from deterrence.solvers.zero_sum import optimal_strategies
from deterrence.tables.point import at_one_point

__all__ = ["ZeroSumValue", "zero_sum_value"]


@dataclass(frozen=True)
class ZeroSumValue:
    """The first player's value with an optimal strategy of each player, one vertex of possibly many.

    The first player's strategy guarantees `least`, the second one's lets it have `most` at best; the value lies
    between, so that the width is the certificate: zero, in rational numbers, for all but very large games.
    """

    least: Fraction | float
    most: Fraction | float
    strategies: FrozenMap[str, FrozenMap[str, Fraction | float]]

    @property
    def value(self) -> Fraction | float:
        """The middle of the two bounds."""
        return (self.least + self.most) / 2


def zero_sum_value(game: StrategicGame, *, at: Mapping[str, Value] | None = None) -> ZeroSumValue:
    """Return the value of a two-player game whose payoffs sum to a constant, at one point, by linear programming.

    Raises `SolverError` where they do not (checked exactly). After von Neumann 1928.

    >>> pennies = StrategicGame({"A": "ht", "B": "ht"}, {("h", "h"): {"A": 1, "B": -1}, ("h", "t"): {"A": -1, "B": 1},
    ...     ("t", "h"): {"A": -1, "B": 1}, ("t", "t"): {"A": 1, "B": -1}})
    >>> zero_sum_value(pennies).value
    Fraction(0, 1)
    """
    exact = at_one_point(game, at)
    if len(exact.players) != 2:
        raise SolverError(f"{len(exact.players)} players", remedy="a zero-sum game here has two")
    sums = exact.payoffs.sum(axis=0)
    if (sums != sums.flat[0]).any():
        raise SolverError("the payoffs do not sum to a constant", remedy="use solve for other games")
    u: NumberArray = exact.payoffs[0, :, :, 0]
    row, column = _strategies(u)
    named = {
        who: FrozenMap(dict(zip(actions, p.tolist(), strict=True)))
        for who, actions, p in zip(exact.players, exact.actions, (row, column), strict=True)
    }
    return ZeroSumValue((row @ u).min(), (u @ column).max(), FrozenMap(named))


def _strategies(u: NumberArray) -> tuple[NumberArray, NumberArray]:
    rows, columns = u.shape
    if (rows + 1) * (rows + columns + 1) <= LARGEST:
        row, column = (np.array(p, dtype=object) for p in optimal_strategies(u.tolist()))
        return row, column
    floats: FloatArray = u.astype(np.float64)
    return _guaranteeing(floats), _guaranteeing(-floats.T)


def _guaranteeing(u: FloatArray) -> FloatArray:
    """Return a mixture of rows whose least expected payoff over columns is largest."""
    from scipy.optimize import linprog

    rows, columns = u.shape
    answer = linprog(
        [*[0.0] * rows, -1.0],
        A_ub=np.column_stack([-u.T, np.ones(columns)]),
        b_ub=np.zeros(columns),
        A_eq=[[*[1.0] * rows, 0.0]],
        b_eq=[1.0],
        bounds=[*[(0, None)] * rows, (None, None)],
        method="highs-ds",
    )
    if answer.x is None:
        raise SolverError(f"the linear programme was not solved: {answer.message}")
    p = np.clip(answer.x[:-1], 0, None)
    return np.asarray(p / p.sum())
