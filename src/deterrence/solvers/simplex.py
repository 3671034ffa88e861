"""Linear programmes in exact rational arithmetic: the simplex method on integers, from the origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import SolverError

__all__ = ["LARGEST", "LinearOptimum", "maximise"]

LARGEST: Final = 20_000  # numbers in a tableau up to which an optimum takes seconds at most
_STALLED: Final = 8  # pivots without progress after which the rule that cannot cycle takes over

Row = Sequence[Fraction]


@dataclass(frozen=True)
class LinearOptimum:
    """A vertex x at which the goal is largest, and multipliers y of the rows that prove it."""

    value: Fraction
    x: tuple[Fraction, ...]
    y: tuple[Fraction, ...]


def maximise(goal: Row, rows: Sequence[Row], bounds: Row) -> LinearOptimum:
    """Maximise goal x subject to rows x <= bounds and x >= 0, where the bounds are not negative.

    Then x = 0 is feasible, and the method starts there. By weak duality the multipliers y >= 0, with y rows >= goal and
    y bounds = goal x, prove the optimum. Tableaux are kept in integers with one common denominator (Edmonds 1967);
    the column of largest gain enters, and where that makes no progress the first one (Bland 1977), so that no basis
    returns. Raises `SolverError` where a bound is negative or the goal is unbounded.

    >>> one = Fraction(1)
    >>> maximise([one, 2 * one], [[one, one], [one, 3 * one]], [4 * one, 6 * one])
    LinearOptimum(value=Fraction(5, 1), x=(Fraction(3, 1), Fraction(1, 1)), y=(Fraction(1, 2), Fraction(1, 2)))
    """
    if any(bound < 0 for bound in bounds):
        raise SolverError("a bound is negative: the origin is not feasible", remedy="shift the unknowns")
    tableau = _Tableau(goal, rows, bounds)
    while (column := tableau.entering()) is not None:
        tableau.pivot(column)
    return tableau.optimum()


class _Tableau:
    """Rows (unknowns, slacks, bound), the goal's row last, all over one denominator."""

    def __init__(self, goal: Row, rows: Sequence[Row], bounds: Row) -> None:
        self._scales = [lcm(*(x.denominator for x in (*row, bound))) for row, bound in zip(rows, bounds, strict=True)]
        self._goal_scale = lcm(*(x.denominator for x in goal))
        count = len(rows)
        table: NDArray[Any] = np.zeros((count + 1, len(goal) + count + 1), dtype=object)
        for k, (row, bound, scale) in enumerate(zip(rows, bounds, self._scales, strict=True)):
            table[k, : len(goal)] = [int(x * scale) for x in row]
            table[k, len(goal) + k], table[k, -1] = 1, int(bound * scale)
        table[-1, : len(goal)] = [-int(x * self._goal_scale) for x in goal]
        self._table, self._denominator, self._unknowns = table, 1, len(goal)
        self._basis = list(range(len(goal), len(goal) + count))
        self._stalled = 0

    def entering(self) -> int | None:
        """Return the column that enters the basis, None at the optimum."""
        gains = self._table[-1, :-1]
        open_ = np.flatnonzero(gains < 0)
        if not open_.size:
            return None
        return int(open_[0] if self._stalled > _STALLED else open_[gains[open_].argmin()])

    def pivot(self, column: int) -> None:
        """Bring a column into the basis."""
        table = self._table
        rows = np.flatnonzero(table[:-1, column] > 0)
        if not rows.size:
            raise SolverError("the goal is unbounded", remedy="bound the unknowns")
        ratios = [Fraction(table[k, -1], table[k, column]) for k in rows]
        least = min(ratios)
        row = min(
            (int(k) for k, ratio in zip(rows, ratios, strict=True) if ratio == least), key=self._basis.__getitem__
        )
        self._stalled = 0 if least else self._stalled + 1
        chosen, pivot = table[row].copy(), table[row, column]
        table[:] = (pivot * table - np.multiply.outer(table[:, column], chosen)) // self._denominator
        table[row] = chosen
        self._denominator, self._basis[row] = pivot, column

    def optimum(self) -> LinearOptimum:
        """Return the vertex, and the multipliers in the units of the rows as they were given."""
        x = [Fraction(0)] * self._table.shape[1]
        for row, column in enumerate(self._basis):
            x[column] = Fraction(self._table[row, -1], self._denominator)
        size = self._denominator * self._goal_scale
        y = (Fraction(p * s, size) for p, s in zip(self._table[-1, self._unknowns : -1], self._scales, strict=True))
        return LinearOptimum(Fraction(self._table[-1, -1], size), tuple(x[: self._unknowns]), tuple(y))
