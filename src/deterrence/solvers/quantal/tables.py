"""Payoff differences of strategic games, and their derivatives in the log-odds of the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import FloatArray
from deterrence.solvers.quantal.system import probabilities

__all__ = ["TableSystem", "table_system"]


@dataclass(frozen=True, eq=False)
class TableSystem:
    """A batch of strategic games; `differences[i]` is (actions of i but the first, actions of the others, games).

    Player i's payoff from each action less that from its first one; the others' actions are one axis each.
    """

    shape: tuple[int, ...]
    differences: tuple[FloatArray, ...]

    @property
    def unknowns(self) -> int:
        """The number of log-odds."""
        return sum(self.shape) - len(self.shape)

    @property
    def leading(self) -> int:
        """The first player's log-odds do not depend on each other."""
        return self.shape[0] - 1

    @property
    def size(self) -> int:
        """The number of games."""
        return int(self.differences[0].shape[-1])

    @property
    def scale(self) -> FloatArray:
        """The largest payoff difference of each game."""
        return self._scale

    @cached_property
    def _scale(self) -> FloatArray:
        tops = [np.abs(d).reshape(-1, self.size).max(axis=0, initial=0.0) for d in self.differences]
        return np.asarray(np.maximum.reduce(tops))

    @cached_property
    def parts(self) -> tuple[slice, ...]:
        """The place of each player's log-odds among all."""
        ends = list(accumulate(n - 1 for n in self.shape))
        return tuple(slice(end - n + 1, end) for end, n in zip(ends, self.shape, strict=True))

    def take(self, index: NDArray[np.intp] | slice) -> TableSystem:
        """Return the system of some of the games."""
        return TableSystem(self.shape, tuple(np.ascontiguousarray(d[..., index]) for d in self.differences))

    def gaps(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return payoff differences (unknowns, games) and their derivatives (unknowns, unknowns, games).

        The derivative of an expected value in the log-odds of an action is the action's probability times what
        the action adds to the expectation.
        """
        p = [probabilities(theta[part]) for part in self.parts]
        gaps = np.empty((self.unknowns, theta.shape[1]))
        slopes = np.zeros((self.unknowns, *gaps.shape))
        for i, mine in enumerate(self.parts):
            others = [j for j in range(len(p)) if j != i]
            if not others:
                gaps[mine] = self.differences[i]
            for j in others:
                worth = self._against(i, j, p)
                gap = worth[:, 0] * p[j][0]
                for b in range(1, self.shape[j]):
                    gap += worth[:, b] * p[j][b]
                gaps[mine] = gap
                block = worth[:, 1:] - gap[:, None]
                np.multiply(block, p[j][1:], out=slopes[mine, self.parts[j]])
        return gaps, slopes

    def _against(self, i: int, j: int, p: list[FloatArray]) -> FloatArray:
        """Return what player i's actions are worth against each action of j, the rest mixing."""
        worth = self.differences[i]
        others = [k for k in range(len(self.shape)) if k != i]
        for place in range(len(others) - 1, -1, -1):
            if others[place] != j:
                weights = p[others[place]]
                rows = np.moveaxis(worth, place + 1, 0)
                worth = np.asarray(sum(w * row for w, row in zip(weights, rows, strict=True)))
        return worth


def table_system(payoffs: FloatArray) -> TableSystem:
    """Return the system of payoffs (players, actions of player 0, ..., games)."""
    shape = payoffs.shape[1:-1]
    own = [np.moveaxis(payoffs[i], i, 0) for i in range(len(shape))]
    return TableSystem(shape, tuple(np.ascontiguousarray(u[1:] - u[:1]) for u in own))
