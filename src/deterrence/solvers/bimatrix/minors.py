"""All bordered minors of a block of payoff matrices, each computed once, and bounds on when a sign can be trusted.

Adding a constant to a column of a player's payoffs changes no bordered minor, so the last row is subtracted first:
M(S + last, C) is then a plain minor of the differences, and any other M(R, C) an alternating sum of plain minors.
Plain minors follow from those one size smaller by Laplace expansion along their last column.

A minor is homogeneous in every column, so it is measured against the product of the spreads (largest minus smallest
entry) of its columns, which makes the units of the payoffs irrelevant: it is decided if it exceeds `tolerance` times
that product. To each spread a small multiple of the largest payoff is added, such that a difference of payoffs below
`ROUNDING` times the largest payoff never decides anything: it may be no more than the rounding of the payoffs. A
decided minor has provably the computed sign. Spreads so small or large that products might leave the range of floats
count as infinite.

Arrays have the games of the block as their last axis. The array operations of a size never change, so they are
listed once, as a program over preallocated arrays, and run for each block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import comb, factorial

import numpy as np
from numpy.typing import NDArray

from deterrence.solvers.bimatrix.plan import Side, Subset, subsets

__all__ = ["ROUNDING", "Bounds", "Floats", "MinorBlock", "own_bounds", "uniform_bounds"]

Floats = NDArray[np.float64]
Bounds = Callable[[Floats, Side, float], list[Floats]]
Operation = tuple[np.ufunc, Floats, Floats, Floats]

ROUNDING = 1e-14
_SPREAD_RANGE = (1e-35, 1e35)


class MinorBlock:
    """Workspace of one player: write `payoffs` (own, other, block), call `compute`, read `minors`.

    `minors[k]` is (rows, columns, block), for the sets that `Side.levels[k]` lists.
    """

    def __init__(self, side: Side, block: int) -> None:
        self._side = side
        self.payoffs: Floats = np.zeros((side.own, side.other, block))
        self.minors = [np.ones((len(level.rows), len(level.columns), block)) for level in side.levels]
        self._scratch: Floats = np.empty((max(len(level.columns) for level in side.levels), block))
        self._program = list(self._operations())

    def compute(self) -> None:
        """Fill `minors` from `payoffs`; where these are not finite, nor are the minors that depend on them."""
        with np.errstate(invalid="ignore", over="ignore"):
            for operation, left, right, out in self._program:
                operation(left, right, out=out)

    def _operations(self) -> Iterator[Operation]:
        for level in self._side.levels[1:]:
            yield from self._plain(level.size)
            yield from self._alternating(level.size)

    def _plain_minors(self, size: int) -> Floats:
        return self.minors[size][comb(self._side.own - 1, size + 1) :]

    def _plain(self, size: int) -> Iterator[Operation]:
        """Expand det(S, C) along the largest column of C, for all C with that column at once."""
        if size == 1:
            yield np.subtract, self.payoffs[:-1], self.payoffs[-1], self._plain_minors(1)
            return
        differences, smaller, plain = self._plain_minors(1), self._plain_minors(size - 1), self._plain_minors(size)
        number = {subset: i for i, subset in enumerate(subsets(self._side.own - 1, size - 1))}
        for position, rows in enumerate(subsets(self._side.own - 1, size)):
            for column in range(size - 1, self._side.other):
                out = plain[position, comb(column, size) : comb(column + 1, size)]
                factors = [differences[row, column] for row in reversed(rows)]
                minors = [smaller[number[rest], : len(out)] for rest in _without_each(rows)]
                yield np.multiply, factors[0], minors[0], out
                for term in range(1, size):
                    scratch = self._scratch[: len(out)]
                    yield np.multiply, factors[term], minors[term], scratch
                    yield (np.add if term % 2 == 0 else np.subtract), out, scratch, out

    def _alternating(self, size: int) -> Iterator[Operation]:
        """Expand M(R, C) along the column of ones, for R without the last row."""
        # Differences of payoffs themselves, not of differences: their sign is then exact.
        terms = self.payoffs if size == 1 else self._plain_minors(size)
        number = {subset: i for i, subset in enumerate(subsets(self._side.own - 1, size))}
        for position, rows in enumerate(subsets(self._side.own - 1, size + 1)):
            out = self.minors[size][position]
            parts = [terms[number[rest]] for rest in _without_each(rows)]
            yield np.subtract, parts[0], parts[1], out
            for term, part in enumerate(parts[2:]):
                yield (np.add if term % 2 == 0 else np.subtract), out, part, out


def uniform_bounds(payoffs: Floats, side: Side, tolerance: float) -> list[Floats]:
    """Return one bound for each level, large enough for all games of the block; infinite if any is not finite."""
    tolerance = max(tolerance, _rounding_error(side))
    spread = _spread(np.asarray(payoffs.max()), np.asarray(payoffs.min()), tolerance)
    return [np.asarray(tolerance * spread**level.size) for level in side.levels]


def own_bounds(payoffs: Floats, side: Side, tolerance: float) -> list[Floats]:
    """Return for each level the bounds (columns, block) from each game's own spreads."""
    tolerance = max(tolerance, _rounding_error(side))
    spread = _spread(payoffs.max(axis=0), payoffs.min(axis=0), tolerance)
    columns = [np.array(level.columns, np.intp) for level in side.levels]
    return [tolerance * spread[chosen].prod(axis=1) for chosen in columns]


def _spread(high: Floats, low: Floats, tolerance: float) -> Floats:
    """Return spreads from the largest and smallest entries, by column where these are (columns, block)."""
    with np.errstate(invalid="ignore", over="ignore"):
        largest = np.maximum(high, -low).max(axis=0) if high.ndim else np.maximum(high, -low)
        spread = high - low + largest * (ROUNDING / tolerance)
    smallest, greatest = _SPREAD_RANGE
    return np.where((spread >= smallest) & (spread <= greatest), spread, np.inf)


def _without_each(rows: Subset) -> list[Subset]:
    """Return the subset without its last member, without the one before it, and so on."""
    return [rows[:p] + rows[p + 1 :] for p in reversed(range(len(rows)))]


def _rounding_error(side: Side) -> float:
    """Bound the rounding error of any minor, relative to the product of its columns' spreads.

    A minor of size k is a sum of at most (k + 1)! products of k differences; each goes through fewer than
    4 (k + 1) roundings of half a unit in the last place.
    """
    size = side.levels[-1].size
    return 4.0 * (size + 1) * factorial(size + 1) * float(np.finfo(np.float64).eps)
