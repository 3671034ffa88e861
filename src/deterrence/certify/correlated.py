"""Correlated equilibria, checked: nobody who is told an action gains by another one, and nothing is better."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from deterrence.compiled.points import NumberArray

__all__ = ["correlated_bound", "correlated_gain"]

_ROUNDING = 1e-9  # of a distribution in floats


def correlated_gain(payoffs: NumberArray, distribution: NumberArray) -> Fraction | float:
    """Return the largest expected gain from disobeying a recommendation, over players, recommendations and deviations.

    `payoffs` is (players, actions of player 0, ...), `distribution` (actions of player 0, ...), both exact or both in
    floats. A distribution that is none (a negative or undefined entry, a sum other than one) has a gain of infinity.
    """
    p = np.asarray(distribution)
    slack = 0.0 if p.dtype == object else _ROUNDING
    if not (p.min() >= -slack and abs(p.sum() - 1) <= slack):
        return float("inf")
    worst = p.flat[0] * 0
    for player, u in enumerate(payoffs):
        mine = np.moveaxis(u, player, 0).reshape(u.shape[player], -1)
        told = np.moveaxis(p, player, 0).reshape(u.shape[player], -1)
        worth = mine @ told.T  # what each action yields when each is recommended
        worst = max(worst, (worth - np.diag(worth)).max())
    return worst if isinstance(worst, Fraction) else float(worst)


def correlated_bound(payoffs: NumberArray, weights: NumberArray, multipliers: NumberArray) -> Fraction | float:
    """Return a bound that no correlated equilibrium's expected weight exceeds, by weak duality.

    `multipliers` are one number for each player, recommendation and other action, in that order; negative ones count as
    zero. In an equilibrium every deviation loses on average, so that adding multiples of the losses to the weights can
    only help: the largest sum over profiles is a bound, whatever the multipliers are.
    """
    total, rest = weights.copy(), list(multipliers)
    for player, u in enumerate(payoffs):
        mine, sums = np.moveaxis(u, player, 0), np.moveaxis(total, player, 0)
        for told in range(len(mine)):
            for other in range(len(mine)):
                if told != other:
                    sums[told] = sums[told] + max(rest.pop(0), 0) * (mine[told] - mine[other])
    bound = total.max()
    return bound if isinstance(bound, Fraction) else float(bound)
