"""Linear relations between rows of whole numbers, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

__all__ = ["left_kernel", "rank", "reduced"]


def left_kernel(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return independent whole-number weights of the rows under which they add up to zero.

    >>> left_kernel([[1, 0], [0, 1], [2, 2]])
    [[-2, -2, 1]]
    """
    if not rows:
        return []
    marked = [[*map(Fraction, row), *(Fraction(i == k) for k in range(len(rows)))] for i, row in enumerate(rows)]
    width = len(rows[0])
    return [_whole(row[width:]) for row in reduced(marked, width) if not any(row[:width])]


def rank(rows: Sequence[Sequence[int]]) -> int:
    """Return the largest number of independent rows."""
    width = len(rows[0]) if rows else 0
    return sum(any(row) for row in reduced([[*map(Fraction, row)] for row in rows], width))


def reduced(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    """Return the rows with the first `width` columns in reduced echelon form (Gauss and Jordan)."""
    done = 0
    for column in range(width):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        lead = [x / rows[done][column] for x in rows[done]]
        rows[done] = lead
        for i, row in enumerate(rows):
            if i != done and row[column]:
                rows[i] = [x - row[column] * y for x, y in zip(row, lead, strict=True)]
        done += 1
    return rows


def _whole(row: Sequence[Fraction]) -> list[int]:
    scale = lcm(*(x.denominator for x in row))
    whole = [int(x * scale) for x in row]
    common = gcd(*whole)
    return [x // common for x in whole]
