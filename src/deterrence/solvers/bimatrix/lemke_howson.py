"""One equilibrium of a bimatrix game by complementary pivoting, in floats or in exact rationals.

With positive payoffs the best-reply conditions are the systems

    A y + r = 1,    B' x + s = 1,    x, y, r, s >= 0,

in which x_i and r_i carry label i, and s_j and y_j carry label m + j. Basic solutions that have all labels are
equilibria after scaling, except x = y = 0, where the path starts: one label is dropped, and the variable that leaves
one system names, by its label, the one that enters the other, until the dropped label returns (Lemke and Howson 1964).
Ties for the leaving variable are broken lexicographically, as if the right-hand sides were slightly perturbed, so no
basis returns and the path ends in degenerate games too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deterrence.errors import SolverError

__all__ = ["MOST_PIVOTS", "lemke_howson"]

MOST_PIVOTS = 20_000
_SMALL = 1e-10
_MOST_REGRET = 1e-8

Numbers = NDArray[Any]


def lemke_howson(
    A: ArrayLike, B: ArrayLike, label: int = 0, *, most_pivots: int = MOST_PIVOTS
) -> tuple[Numbers, Numbers]:
    """Return the equilibrium (x, y) at the end of the path that drops `label` (0 to m + n - 1).

    Arrays of dtype object are taken for exact numbers (Fraction) and answered in kind. Raises SolverError for
    payoffs that do not fit or are not finite, after `most_pivots` pivots, and where rounding spoiled the result.

    >>> x, y = lemke_howson([[3, 0], [0, 1]], [[1, 0], [0, 3]], 0)
    >>> x.tolist(), y.tolist()
    ([1.0, 0.0], [1.0, 0.0])
    """
    left, right = _checked(A, B)
    m, n = left.shape
    if not 0 <= label < m + n:
        raise SolverError(f"label {label} is not an action", remedy=f"pass 0 to {m + n - 1}, rows first")
    # The system in x has columns x, s and the one in y columns r, y: a column number is a label in both.
    systems = (
        _System(_positive(right.T), slack_first=False),
        _System(_positive(left), slack_first=True),
    )
    entering, turn = label, 0 if label < m else 1
    for _ in range(most_pivots):
        entering = systems[turn].exchange(entering)
        if entering == label:
            return _verified(left, right, systems[0].solution()[:m], systems[1].solution()[m:])
        turn = 1 - turn
    raise SolverError(f"no equilibrium after {most_pivots} pivots", remedy="try another label or most_pivots")


class _System:
    """M z + slack = 1 in dictionary form: the tableau, and which column is basic in each row."""

    def __init__(self, matrix: Numbers, *, slack_first: bool) -> None:
        rows, columns = matrix.shape
        one, zero = matrix.flat[0] ** 0, matrix.flat[0] * 0
        unit = np.where(np.eye(rows, dtype=bool), one, zero)
        blocks = [unit, matrix] if slack_first else [matrix, unit]
        self._tableau = np.hstack([*blocks, np.full((rows, 1), one)])
        start = 0 if slack_first else columns
        self._slack = range(start, start + rows)
        self._basis = list(self._slack)
        self._small = 0 if matrix.dtype == object else _SMALL

    def exchange(self, entering: int) -> int:
        """Bring a column into the basis and return the one that leaves."""
        row = self._leaving_row(entering)
        tableau = self._tableau
        tableau[row] = tableau[row] / tableau[row, entering]
        others = [other for other in range(len(tableau)) if other != row]
        tableau[others] = tableau[others] - np.multiply.outer(tableau[others, entering], tableau[row])
        leaving, self._basis[row] = self._basis[row], entering
        return leaving

    def _leaving_row(self, entering: int) -> int:
        """Return the row of the lexicographically smallest ratio."""
        pivots = self._tableau[:, entering]
        rows = np.flatnonzero(pivots > self._small)
        for column in (-1, *self._slack):
            if len(rows) == 1:
                break
            ratios = self._tableau[rows, column] / pivots[rows]
            rows = rows[ratios <= ratios.min(initial=ratios[0] if len(rows) else 0) + self._small]
        if not len(rows):
            raise SolverError("rounding errors ended the path", remedy="pass exact numbers or try another label")
        return int(rows[0])

    def solution(self) -> Numbers:
        """Return the values of all columns."""
        values = self._tableau[0, :-1] * 0
        values[self._basis] = self._tableau[:, -1]
        return values


def _checked(A: ArrayLike, B: ArrayLike) -> tuple[Numbers, Numbers]:
    left, right = (m if m.dtype == object else m.astype(np.float64) for m in (np.asarray(A), np.asarray(B)))
    if left.ndim != 2 or left.shape != right.shape or 0 in left.shape or left.dtype != right.dtype:
        raise SolverError(
            f"the payoffs have shapes {left.shape} and {right.shape}", remedy="pass two m x n matrices of one kind"
        )
    if left.dtype != object and not (np.isfinite(left).all() and np.isfinite(right).all()):
        raise SolverError("a payoff is not a finite number", remedy="leave such games out")
    return left, right


def _positive(payoffs: Numbers) -> Numbers:
    """Shift and scale the payoffs into [1, 2]: the equilibria stay the same."""
    low, high = payoffs.min(), payoffs.max()
    scaled: Numbers = (payoffs - low) / (high - low if high > low else low**0) + 1
    return scaled


def _verified(A: Numbers, B: Numbers, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Scale both strategies to sum 1; raise unless neither player could gain by deviating."""
    if A.dtype != object:
        x, y = np.maximum(x, 0.0), np.maximum(y, 0.0)
    x, y = x / x.sum(), y / y.sum()
    replies, columns = _positive(A) @ y, x @ _positive(B)
    regret = max(replies.max() - x @ replies, columns.max() - columns @ y)
    if not regret <= (0 if A.dtype == object else _MOST_REGRET):
        raise SolverError(f"rounding left a regret of {regret:.1e}", remedy="pass exact numbers or another label")
    return x, y
