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

from deterrence.solvers.bimatrix.minors import ROUNDING, Floats

__all__ = ["find_strategies", "find_supports"]

_BLOCK = 1 << 14
_LARGEST = 1e150

Masks = NDArray[np.uint8]
Flags = NDArray[np.bool_]


def find_supports(A: Floats, B: Floats) -> tuple[Masks, Masks, Flags]:
    """Return support masks (K, N) of both players, and the games (N,) too close to a tie to be decided here."""
    games = len(A)
    rows, columns = np.zeros((3, games), np.uint8), np.zeros((3, games), np.uint8)
    undecided = np.empty(games, bool)
    differences = np.empty((5, min(games, _BLOCK)))
    for start in range(0, games, _BLOCK):
        here = slice(start, min(start + _BLOCK, games))
        a, c, p, q, smallest = differences[:, : here.stop - start]
        _subtract(A[here], B[here], a, c, p, q)
        _smallest_magnitude(a, c, p, q, out=smallest)
        # Not "<=": a game with NaN has to be undecided too.
        np.logical_not(smallest > _bound(A[here], B[here]), out=undecided[here])
        _write_masks(a > 0, c > 0, p > 0, q > 0, rows[:, here], columns[:, here])
    most = 3 if rows[2].any() else 1
    return rows[:most], columns[:most], undecided


def _subtract(A: Floats, B: Floats, a: Floats, c: Floats, p: Floats, q: Floats) -> None:
    with np.errstate(invalid="ignore", over="ignore"):
        np.subtract(A[:, 0, 0], A[:, 1, 0], out=a)
        np.subtract(A[:, 0, 1], A[:, 1, 1], out=c)
        np.subtract(B[:, 0, 0], B[:, 0, 1], out=p)
        np.subtract(B[:, 1, 0], B[:, 1, 1], out=q)


def _smallest_magnitude(*values: Floats, out: Floats) -> None:
    scratch = np.empty_like(out)
    np.absolute(values[0], out=out)
    for value in values[1:]:
        np.absolute(value, out=scratch)
        np.minimum(out, scratch, out=out)


def _bound(A: Floats, B: Floats) -> float:
    """Return twice the rounding of the largest payoff; infinity, so that nothing is decided, if that is too large."""
    largest = np.maximum(np.maximum(A.max(), -A.min()), np.maximum(B.max(), -B.min()))
    return 2 * ROUNDING * float(largest) if largest < _LARGEST else np.inf


def _write_masks(a: Flags, c: Flags, p: Flags, q: Flags, rows: Masks, columns: Masks) -> None:
    """Write the masks from the signs: the pure equilibrium in the first row before that in the second."""
    first_column, second_column = a & p, c & ~p
    upper = first_column | second_column
    lower_first, lower_second = ~a & q, ~(c | q)
    lower = lower_first | lower_second
    three = upper & lower
    np.add(upper | ~lower, _twice(~upper), out=rows[0])
    np.add(first_column | ~(upper | lower_second), _twice(second_column | ~(upper | lower_first)), out=columns[0])
    rows[1] = _twice(three)
    np.add(three & lower_first, _twice(three & lower_second), out=columns[1])
    np.add(three, rows[1], out=rows[2])
    columns[2] = rows[2]


def _twice(flags: Flags) -> Masks:
    masks = flags.view(np.uint8)
    return masks + masks


def find_strategies(A: Floats, B: Floats, rows: Masks, columns: Masks) -> tuple[Floats, Floats]:
    """Return the mixtures (N, K, 2) of both players on the supports with masks (K, N)."""
    most, games = rows.shape
    x, y = np.empty((most, 2, games)), np.empty((most, 2, games))
    differences = np.empty((4, min(games, _BLOCK)))
    for start in range(0, games, _BLOCK):
        here = slice(start, min(start + _BLOCK, games))
        a, c, p, q = differences[:, : here.stop - start]
        _subtract(A[here], B[here], a, c, p, q)
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
