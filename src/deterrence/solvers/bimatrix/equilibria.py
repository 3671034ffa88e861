"""Equilibria of a batch of bimatrix games, padded to one number per game."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deterrence.solvers.bimatrix.minors import Floats

__all__ = ["BimatrixEquilibria"]

Strategies = tuple[Floats, Floats]


@dataclass(frozen=True, eq=False, kw_only=True)
class BimatrixEquilibria:
    """Equilibria of N bimatrix games, at most K in any of them; treat the arrays as read-only.

    `row_support` and `column_support` (N, K) are bit masks (bit i: action i), 0 where there is no further
    equilibrium. `uncertain` (N,) marks games whose list may be wrong or incomplete, because ties or near-ties leave
    a decisive sign open; `invalid` (N,) games with a payoff that is not a finite number: they have no equilibria
    listed. Every array is a transposed view of one whose last axis is the batch.
    """

    A: Floats
    B: Floats
    row_support: NDArray[np.unsignedinteger]
    column_support: NDArray[np.unsignedinteger]
    uncertain: NDArray[np.bool_]
    invalid: NDArray[np.bool_]
    solve: Callable[[], Strategies]

    @cached_property
    def exists(self) -> NDArray[np.bool_]:
        """Where (N, K) an equilibrium is listed; those of a game come first."""
        listed: NDArray[np.bool_] = self.row_support != 0
        return listed

    @cached_property
    def _strategies(self) -> Strategies:
        return self.solve()

    def strategies(self) -> Strategies:
        """Return the mixed strategies (N, K, m) and (N, K, n), 0 where no equilibrium exists.

        They are computed at the first call. Both are views of arrays (K, m, N) and (K, n, N).
        """
        return self._strategies

    def payoffs(self) -> Strategies:
        """Return the expected payoffs (N, K) of the row and the column player, 0 where no equilibrium exists."""
        x, y = (strategy.transpose(1, 2, 0) for strategy in self.strategies())
        return _expected(self.A, x, y).T, _expected(self.B, x, y).T


def _expected(payoffs: Floats, x: Floats, y: Floats) -> Floats:
    total = np.zeros((x.shape[0], x.shape[2]))
    for i in range(x.shape[1]):
        for j in range(y.shape[1]):
            total += x[:, i] * y[:, j] * payoffs[:, i, j]
    return total
