"""Two-person zero-sum matrix games solved exactly: the linear programme behind beliefs off the path.

A belief (or a mixture of completions) supports a prescription when no deviation gains against it. Choosing the
belief that makes the best deviation gain least is a zero-sum game against the deviator: its value decides whether
a belief exists, the belief player's optimal strategy is one, and the deviator's proves that none does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Contest", "solve_contest"]

Matrix = Sequence[Sequence[Fraction]]


@dataclass(frozen=True)
class Contest:
    """The value of a matrix game and optimal mixtures: rows maximise, columns minimise."""

    value: Fraction
    rows: tuple[Fraction, ...]
    columns: tuple[Fraction, ...]


def solve_contest(gains: Matrix) -> Contest:
    """Return value and optimal strategies of the game `gains[row][column]`, exactly.

    Simplex method on max sum(y), M y <= 1, y >= 0 for the matrix M shifted to be positive (Dantzig 1951), with
    Bland's rule, so that it ends in every degenerate case.

    >>> solve_contest([[Fraction(1), Fraction(-1)], [Fraction(-1), Fraction(1)]]).columns
    (Fraction(1, 2), Fraction(1, 2))
    """
    shift = 1 - min(min(row) for row in gains)
    table = [[*(g + shift for g in row), Fraction(1)] for row in gains]
    table.append([*(Fraction(-1) for _ in gains[0]), Fraction(0)])
    width = len(gains[0])
    across = list(range(width))  # variables out of the basis: columns first, then slacks of rows
    down = list(range(width, width + len(gains)))
    while (entering := _entering(table, across)) >= 0:
        leaving = _leaving(table, down, entering)
        _pivot(table, leaving, entering)
        across[entering], down[leaving] = down[leaving], across[entering]
    total = table[-1][-1]
    columns = [Fraction(0)] * width
    rows = [Fraction(0)] * len(gains)
    for position, variable in enumerate(down):
        if variable < width:
            columns[variable] = table[position][-1] / total
    for position, variable in enumerate(across):
        if variable >= width:
            rows[variable - width] = table[-1][position] / total
    return Contest(1 / total - shift, tuple(rows), tuple(columns))


def _entering(table: list[list[Fraction]], across: list[int]) -> int:
    """Return the position of the first variable that improves the sum, -1 when none does."""
    improving = [(variable, k) for k, variable in enumerate(across) if table[-1][k] < 0]
    return min(improving)[1] if improving else -1


def _leaving(table: list[list[Fraction]], down: list[int], entering: int) -> int:
    """Return the position of the variable that limits the entering one; ties go to the first variable."""
    ratios = [
        (row[-1] / row[entering], variable, k)
        for k, (row, variable) in enumerate(zip(table, down, strict=False))
        if row[entering] > 0
    ]
    return min(ratios)[2]


def _pivot(table: list[list[Fraction]], leaving: int, entering: int) -> None:
    """Exchange two variables in the condensed table."""
    pivot = table[leaving][entering]
    row = [number / pivot for number in table[leaving]]
    row[entering] = 1 / pivot
    for k, other in enumerate(table):
        if k != leaving and (factor := other[entering]) != 0:
            other[:] = [number - factor * r for number, r in zip(other, row, strict=True)]
            other[entering] = -factor / pivot
    table[leaving] = row
