"""The fast path for 2 x 2 games: the four differences of payoffs between a player's two actions decide everything.

With a, c the row player's gain from the first row against the first and second column, and p, q the column player's
gain from the first column against the first and second row, the four cells are equilibria by the signs of
(a, p), (c, -p), (-a, q), (-c, -q). Both players mix, with weights (|q|, |p|) and (|c|, |a|), exactly when a and c
have opposite signs, and p and q too. A game without ties has one equilibrium, or two pure ones in different rows and
columns and the mixed one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deterrence.solvers.bimatrix.batch import Cells, cells_of
from deterrence.solvers.bimatrix.minors import ROUNDING, Floats
from deterrence.solvers.bimatrix.plan import IntArray

__all__ = ["find_strategies", "find_supports"]

_BLOCK = 1 << 15
_RANGE = (1e-150, 1e150)

Masks = NDArray[np.uint8]
Flags = NDArray[np.bool_]


def find_supports(A: Cells, B: Cells) -> tuple[list[Masks], IntArray]:
    """Return masks as in `Supports`, and the games, by number, too close to a tie to be decided here."""
    games = len(A[0])
    masks = [np.empty(games, np.uint8) for _ in range(3)]
    undecided = [np.zeros(0, np.intp)]
    gains = np.empty((4, min(games, _BLOCK)))
    signs = np.empty((2, 4, min(games, _BLOCK)), bool)
    for start in range(0, games, _BLOCK):
        here = slice(start, min(start + _BLOCK, games))
        size = here.stop - start
        mine, others = [cell[here] for cell in A], [cell[here] for cell in B]
        bound = _bound(mine, others)
        _subtract(mine, others, *gains[:, :size])
        above, below = signs[:, :, :size]
        np.greater(gains[:, :size], bound, out=above)
        np.less(gains[:, :size], -bound, out=below)
        decided = np.logical_and.reduce(above | below)
        if not decided.all():
            undecided.append(start + np.flatnonzero(~decided))
        _write_masks(above, below, [mask[here] for mask in masks])
    return (masks if masks[2].any() else masks[:1]), np.concatenate(undecided)


def _subtract(A: Cells, B: Cells, a: Floats, c: Floats, p: Floats, q: Floats) -> None:
    with np.errstate(invalid="ignore", over="ignore"):
        np.subtract(A[0], A[2], out=a)
        np.subtract(A[1], A[3], out=c)
        np.subtract(B[0], B[1], out=p)
        np.subtract(B[2], B[3], out=q)


def _bound(A: Cells, B: Cells) -> float:
    """Return twice the rounding of the payoffs' Euclidean norm, which is no smaller than any of them.

    Infinity, so that nothing is decided, if the norm is not finite or leaves the range in which it can be trusted.
    """
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        norm = sum(float(np.einsum("i,i", cell, cell)) for cell in (*A, *B)) ** 0.5
    smallest, largest = _RANGE
    return 2 * ROUNDING * norm if smallest < norm < largest else np.inf


def _write_masks(above: Flags, below: Flags, masks: list[Masks]) -> None:
    """Write the masks from the signs: the pure equilibrium in the first row before that in the second."""
    (a, c, p, q), (not_a, not_c, not_p, not_q) = above, below
    upper = _pure(a & p, c & not_p, 1)
    lower = _pure(not_a & q, not_c & not_q, 2)
    three = _everywhere((upper != 0) & (lower != 0))
    none = _everywhere((upper | lower) == 0)
    np.bitwise_and(lower, three, out=masks[1])
    np.bitwise_and(three, 15, out=masks[2])
    none &= 15
    lower ^= masks[1]
    upper |= lower
    np.bitwise_or(upper, none, out=masks[0])


def _pure(first: Flags, second: Flags, row: int) -> Masks:
    """Return the masks of equilibria in a row, in the first or in the second column."""
    left, right = first.view(np.uint8), second.view(np.uint8)
    return left * np.uint8(4 + row) + right * np.uint8(8 + row)


def _everywhere(flags: Flags) -> Masks:
    """Return all bits set where a flag is."""
    bits: Masks = np.negative(flags.view(np.uint8))
    return bits


def find_strategies(A: Floats, B: Floats, rows: Masks, columns: Masks) -> tuple[Floats, Floats]:
    """Return the mixtures (N, K, 2) of both players on the supports with masks (K, N)."""
    most, games = rows.shape
    x, y = np.empty((most, 2, games)), np.empty((most, 2, games))
    differences = np.empty((4, min(games, _BLOCK)))
    for start in range(0, games, _BLOCK):
        here = slice(start, min(start + _BLOCK, games))
        a, c, p, q = differences[:, : here.stop - start]
        _subtract(cells_of(A[here]), cells_of(B[here]), a, c, p, q)
        for rank in range(most):
            mixed = np.flatnonzero(rows[rank, here] == 3)
            _mix(rows[rank, here], mixed, q, p, x[rank, :, here])
            _mix(columns[rank, here], mixed, c, a, y[rank, :, here])
    return x.transpose(2, 0, 1), y.transpose(2, 0, 1)


def _mix(masks: Masks, mixed: NDArray[np.intp], first: Floats, second: Floats, out: Floats) -> None:
    """Write the weights first : -second where both actions are played, and else 1 for the one that is."""
    out[0] = masks & 1
    out[1] = masks > 1
    first, second = first.take(mixed), second.take(mixed)
    total = first - second
    out[0][mixed] = first / total
    out[1][mixed] = -second / total
