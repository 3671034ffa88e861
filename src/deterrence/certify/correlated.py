"""Correlated equilibria, checked: nobody who is told an action gains by another one."""

from __future__ import annotations

import numpy as np

from deterrence.compiled.points import NumberArray

__all__ = ["correlated_gain"]


def correlated_gain(payoffs: NumberArray, distribution: NumberArray) -> float:
    """Return the largest expected gain from disobeying a recommendation, over players, recommendations and deviations.

    `payoffs` is (players, actions of player 0, ...), `distribution` (actions of player 0, ...). A distribution that is
    none (a negative or undefined entry, a sum other than one, to within 1e-9) has a gain of infinity.
    """
    p = np.asarray(distribution, dtype=np.float64)
    if not (p.min() >= -1e-9 and abs(p.sum() - 1) <= 1e-9):
        return float("inf")
    worst = 0.0
    for player, u in enumerate(np.asarray(payoffs, dtype=np.float64)):
        mine = np.moveaxis(u, player, 0).reshape(u.shape[player], -1)
        told = np.moveaxis(p, player, 0).reshape(u.shape[player], -1)
        worth = mine @ told.T  # what each action yields when each is recommended
        worst = max(worst, float((worth - np.diag(worth)).max()))
    return worst
