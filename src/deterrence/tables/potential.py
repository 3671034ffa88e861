"""Exact potentials and risk dominance, at every point of a batch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from deterrence.compiled import Value, compile_table, parameter_points
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import SolverError
from deterrence.games import StrategicGame

__all__ = ["exact_potential", "risk_dominance"]


def exact_potential(
    game: StrategicGame, *, at: Mapping[str, Value] | None = None, tolerance: float = 1e-9
) -> tuple[FloatArray, BoolArray]:
    """Return the exact potential (*shape, actions of player 0, ...), zero at the first profile, and where there is one.

    A potential changes by what a player gains whenever that player alone changes its action. Candidates are summed
    along one path to every profile, then every unilateral change is checked, to within `tolerance` times the largest
    payoff; where the check fails no exact potential exists and the values are NaN. After Monderer and Shapley 1996.
    """
    points = parameter_points(game, at)
    u = compile_table(game, points).payoffs
    shape = u.shape[1:-1]
    potential = np.zeros(u.shape[1:])
    for i in range(len(shape)):  # the path to a profile changes the players' actions in turn
        later = tuple([slice(None)] * (i + 1) + [slice(0, 1)] * (len(shape) - i - 1))
        gain = u[i][later] - u[i][later].take([0], axis=i)
        potential = potential + gain
    size = np.abs(u).reshape(-1, u.shape[-1]).max(axis=0)
    holds = np.ones(u.shape[-1], dtype=np.bool_)
    for i in range(len(shape)):
        rest = u[i] - potential
        spread = (rest.max(axis=i) - rest.min(axis=i)).reshape(-1, u.shape[-1]).max(axis=0)
        holds &= spread <= tolerance * size
    potential[..., ~holds] = np.nan
    return np.moveaxis(potential, -1, 0).reshape(*points.shape, *shape), holds.reshape(points.shape)


def risk_dominance(game: StrategicGame, *, at: Mapping[str, Value] | None = None) -> tuple[FloatArray, BoolArray]:
    """Return by how much the first of the two strict equilibria of a 2 x 2 game risk-dominates, and where it has two.

    With strict equilibria on the diagonal (first actions, second actions), or off it (first and second, second and
    first), the number is the log of the product of the players' losses from deviating at the first over that at the
    second: positive where the first risk-dominates, zero where neither does, NaN where there are no two strict
    equilibria. Shape (*shape,). Raises `SolverError` for other sizes. After Harsanyi and Selten 1988.
    """
    if game.shape != (2, 2):
        raise SolverError(f"risk dominance here is for 2 x 2 games, not {game.shape}")
    points = parameter_points(game, at)
    a, b = compile_table(game, points).payoffs
    out = np.full(points.size, np.nan)
    two = np.zeros(points.size, dtype=np.bool_)
    for k in (0, 1):  # on the diagonal, then off it
        first = (a[0, k] - a[1, k], b[0, k] - b[0, 1 - k])
        second = (a[1, 1 - k] - a[0, 1 - k], b[1, 1 - k] - b[1, k])
        both = np.logical_and.reduce([loss > 0 for loss in (*first, *second)])
        with np.errstate(all="ignore"):
            log = np.log(first[0]) + np.log(first[1]) - np.log(second[0]) - np.log(second[1])
        out, two = np.where(both, log, out), two | both
    return out.reshape(points.shape), two.reshape(points.shape)
