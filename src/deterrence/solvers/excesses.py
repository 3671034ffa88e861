"""Smallest excesses: linear programs of the least core and the nucleolus, at all points of a batch in lockstep.

The program minimises e subject to x(S) + e >= v(S) for coalitions S, x_i >= v({i}) where asked, and equations on x that
earlier stages fixed. Its dual is solved by the simplex method, all points one step at a time. A basis has one column
more than there are players; its multipliers are (x, e), so what enters is the coalition with the largest violation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.coalitions import membership
from deterrence.compiled.points import BoolArray, FloatArray

__all__ = ["Stage", "Stages"]

TOLERANCE: Final = 1e-11  # violation of a constraint that counts as none, relative to the largest worth
POSITIVE: Final = 1e-7  # least dual weight: weights are ratios of determinants of zeros and ones, far larger
STEPS: Final = 600  # of the simplex method
GREEDY: Final = 60  # steps before the rule of Bland, which cannot circle

FIXED: Final = -1  # what stands for a column that fixes an equation, and never leaves the basis


@dataclass(frozen=True)
class Stage:
    """What one program yields: (points,) `excess`, (points, players) `amounts`, and the dual.

    `columns` (points, players + 1) are the coalitions in the basis (beyond 2**n those of individual rationality,
    `FIXED` for equations) and `duals` their weights. `solved` is false where the steps ran out or nothing is feasible.
    """

    excess: FloatArray
    amounts: FloatArray
    columns: NDArray[np.int64]
    duals: FloatArray
    solved: BoolArray


class Stages:
    """The programs of a batch of games with worths (points, 2**n), scaled to one, one stage after the other.

    Equations are kept in reduced echelon form: `rows[p, i]` is the equation with player i as its pivot.
    """

    def __init__(self, worth: FloatArray, *, rational: bool) -> None:
        points, size = worth.shape
        n = size.bit_length() - 1
        self.players = n
        members = membership(n).astype(np.float64)
        alone = members[1 << np.arange(n)]
        self.columns = np.concatenate([members, alone])  # what is beyond 2**n is individual rationality
        self.level = np.concatenate([np.ones(size), np.zeros(n)])
        self.worth = np.concatenate([worth, worth[:, 1 << np.arange(n)]], axis=1)
        self.usable = np.ones(size + n, dtype=np.bool_)
        self.usable[[0, size - 1]] = False
        self.usable[size:] = rational
        self.rows = np.zeros((points, n, n))
        self.values = np.zeros((points, n))
        self.pivots = np.zeros((points, n), dtype=np.bool_)
        self.fix(np.arange(points), np.full(points, size - 1), worth[:, -1])

    def fix(self, at: NDArray[np.intp], column: NDArray[np.int64], value: FloatArray) -> None:
        """Add the equation column . x = value at some points, unless it follows from those that are there."""
        row = self.columns[column]
        residual = row - np.einsum("pi,pij->pj", row, self.rows[at])
        rest = value - np.einsum("pi,pi->p", row, self.values[at])
        size = np.abs(residual)
        pivot = size.argmax(axis=1)
        new = size.max(axis=1) > POSITIVE
        at, residual, rest, pivot = at[new], residual[new], rest[new], pivot[new]
        each = np.arange(at.size)
        scale = residual[each, pivot]
        residual, rest = residual / scale[:, None], rest / scale
        factor = self.rows[at, :, pivot]
        self.rows[at] -= factor[:, :, None] * residual[:, None]
        self.values[at] -= factor * rest[:, None]
        self.rows[at, pivot], self.values[at, pivot] = residual, rest
        self.pivots[at, pivot] = True

    def free(self, at: NDArray[np.intp]) -> BoolArray:
        """Return which columns (points, columns) the equations do not determine."""
        determined = self.columns @ self.rows[at]
        return np.asarray((np.abs(self.columns - determined) > POSITIVE).any(axis=2) & self.usable, dtype=np.bool_)

    def minimised(self, at: NDArray[np.intp]) -> Stage:
        """Return the smallest excess at points whose equations leave something open."""
        basis = _Basis(self, at)
        open_ = np.arange(at.size)
        for step in range(STEPS):
            open_ = open_[basis.improve(open_, bland=step >= GREEDY)]
            if not open_.size:
                break
        basis.solved[open_] = False
        return basis.stage()


class _Basis:
    """Bases of the programs at some points: matrices, their costs, and which columns they hold."""

    def __init__(self, stages: Stages, at: NDArray[np.intp]) -> None:
        n, points = stages.players, at.size
        self.stages, self.at = stages, at
        self.candidates = stages.free(at)
        self.solved = np.ones(points, dtype=np.bool_)
        pivots = stages.pivots[at]
        first = (~pivots).argmax(axis=1)  # a player whom the equations leave open
        others = stages.worth.shape[1] - n - 1 - (1 << first)
        singles = np.where(pivots, FIXED, 1 << np.arange(n))
        self.ids = np.concatenate([singles, others[:, None]], axis=1)
        self.matrix = np.zeros((points, n + 1, n + 1))  # columns of the basis
        self.costs = np.zeros((points, n + 1))
        for k in range(n + 1):
            chosen = np.maximum(self.ids[:, k], 0)
            fixed = self.ids[:, k] == FIXED
            row = stages.rows[at, min(k, n - 1)]
            self.matrix[:, :n, k] = np.where(fixed[:, None], row, stages.columns[chosen])
            self.matrix[:, n, k] = np.where(fixed, 0.0, stages.level[chosen])
            self.costs[:, k] = np.where(fixed, stages.values[at, min(k, n - 1)], self._worth(np.arange(points), chosen))

    def _worth(self, some: NDArray[np.intp], column: NDArray[np.int64]) -> FloatArray:
        return np.asarray(self.stages.worth[self.at[some], column])

    def improve(self, some: NDArray[np.intp], *, bland: bool) -> BoolArray:
        """Make one step at some of the points; return where there is more to do."""
        inverse = np.asarray(np.linalg.inv(self.matrix[some]), dtype=np.float64)
        multipliers = np.einsum("pk,pkj->pj", self.costs[some], inverse)
        held = multipliers @ np.concatenate([self.stages.columns, self.stages.level[:, None]], axis=1).T
        violation = np.where(self.candidates[some], self.stages.worth[self.at[some]] - held, -np.inf)
        entering = (violation > TOLERANCE).argmax(axis=1) if bland else violation.argmax(axis=1)
        more = violation.max(axis=1) > TOLERANCE
        some, entering, inverse = some[more], entering[more], inverse[more]
        column = np.concatenate([self.stages.columns[entering], self.stages.level[entering, None]], axis=1)
        direction = np.einsum("pkj,pj->pk", inverse, column)
        leaving, bounded = _leaving(inverse[:, :, -1], direction, self.ids[some])
        self.solved[some[~bounded]] = False
        some, entering, leaving, column = some[bounded], entering[bounded], leaving[bounded], column[bounded]
        self.matrix[some, :, leaving] = column
        self.costs[some, leaving] = self._worth(some, entering)
        self.ids[some, leaving] = entering
        again = np.zeros(more.size, dtype=np.bool_)
        again[np.flatnonzero(more)[bounded]] = True
        return again

    def stage(self) -> Stage:
        """Return what the bases say."""
        inverse = np.asarray(np.linalg.inv(self.matrix), dtype=np.float64)
        multipliers = np.einsum("pk,pkj->pj", self.costs, inverse)
        return Stage(multipliers[:, -1], multipliers[:, :-1], self.ids, inverse[:, :, -1], self.solved)


def _leaving(weights: FloatArray, direction: FloatArray, ids: NDArray[np.int64]) -> tuple[NDArray[np.intp], BoolArray]:
    """Return the place that leaves the basis, of equal ones that with the smallest column; and whether one does."""
    able = (direction > POSITIVE) & (ids != FIXED)
    ratio = np.where(able, np.maximum(weights, 0) / np.where(able, direction, 1.0), np.inf)
    least = ratio.min(axis=1)
    tied = able & (ratio <= least[:, None] + TOLERANCE)
    return np.where(tied, ids, np.iinfo(np.int64).max).argmin(axis=1), np.asarray(able.any(axis=1), dtype=np.bool_)
