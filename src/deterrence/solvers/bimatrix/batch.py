"""What the batched enumerations share: input checks and the size of a block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from deterrence.errors import SolverError
from deterrence.solvers.bimatrix.minors import Floats
from deterrence.solvers.bimatrix.plan import Plan

__all__ = ["Cells", "block_size", "cells_of", "checked_batch"]

Cells = Sequence[Floats]  # payoffs of one player, one array (games,) for each row and column, rows outermost

_CACHE_BYTES = 1 << 19


def checked_batch(A: ArrayLike, B: ArrayLike) -> tuple[Floats, Floats]:
    """Return both payoff arrays as floats of one shape (N, m, n), or raise SolverError."""
    left, right = np.asarray(A, np.float64), np.asarray(B, np.float64)
    if left.ndim != 3 or left.shape != right.shape or 0 in left.shape[1:]:
        raise SolverError(
            f"the payoff arrays have shapes {left.shape} and {right.shape}",
            remedy="pass two arrays of one shape (games, rows, columns), at least one row and one column",
        )
    return left, right


def cells_of(payoffs: Floats) -> Cells:
    """Return payoffs (N, m, n) as cells, without copies."""
    return [payoffs[:, i, j] for i in range(payoffs.shape[1]) for j in range(payoffs.shape[2])]


def block_size(plan: Plan, games: int) -> int:
    """Return a power of two, at least 64 and no more than needed, of games whose minors fit the cache of a core."""
    levels = [level for side in (plan.row_side, plan.column_side) for level in side.levels]
    widest = max(len(level.rows) * len(level.columns) for level in levels)
    size = 64
    while size < games and 16 * widest * size <= _CACHE_BYTES:
        size *= 2
    return size
