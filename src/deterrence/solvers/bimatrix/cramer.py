"""Mixed strategies on given supports, by Cramer's rule, for many (game, pair of supports) at once.

With the last row of the payoffs on the supports subtracted from the others, the strategy that makes the opponent
indifferent has components proportional to the alternating maximal minors of what remains. No linear system is
solved, so one singular game cannot spoil the others.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from deterrence.solvers.bimatrix.minors import Floats

__all__ = ["indifference_weights"]


def indifference_weights(payoffs: Floats) -> Floats:
    """Return the weights (k, H) on the columns of payoffs (k, k, H) that make its rows indifferent; they sum to 1."""
    size = payoffs.shape[0]
    if size == 1:
        return np.ones_like(payoffs[0])
    differences = payoffs[:-1] - payoffs[-1]
    minors = {(column,): differences[0, column] for column in range(size)}
    for row in range(1, size - 1):
        minors = {
            columns: _laplace(differences[row], columns, minors) for columns in combinations(range(size), row + 1)
        }
    everything = tuple(range(size))
    weights = np.stack([minors[everything[:p] + everything[p + 1 :]] for p in range(size)])
    np.negative(weights[1::2], out=weights[1::2])
    weights /= weights.sum(axis=0)
    return weights


def _laplace(row: Floats, columns: tuple[int, ...], minors: dict[tuple[int, ...], Floats]) -> Floats:
    """Expand the minor on `columns` along its last row."""
    total = row[columns[-1]] * minors[columns[:-1]]
    for position in reversed(range(len(columns) - 1)):
        product = row[columns[position]] * minors[columns[:position] + columns[position + 1 :]]
        if (len(columns) - 1 - position) % 2:
            total -= product
        else:
            total += product
    return total
