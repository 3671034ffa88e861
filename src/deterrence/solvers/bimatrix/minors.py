"""All bordered minors of a block of payoff matrices, each computed once, with bounds on when a sign can be trusted.

Adding a constant to a column of a player's payoffs changes no bordered minor, so the last row is subtracted first:
M(S + last, C) is then a plain minor of the differences, and any other M(R, C) an alternating sum of plain minors.
Plain minors follow from those one size smaller by Laplace expansion along their last column.

A minor is homogeneous in every column, so it is measured against the product of the spreads (largest minus smallest
entry) of its columns. The bound of `MinorBlock.bounds` has two parts: `tolerance` times that product, for a minor
that is small as such, and the change that the minor could undergo if the payoffs moved by `ROUNDING` times the
largest of them, for a difference of payoffs that is no more than their rounding. A minor above its bound has
provably the computed sign. Spreads so small or large that products might leave the range of floats make the bound
infinite.

Arrays have the games of the block as their last axis. The array operations of a size never change, so they are
listed once, as a program over preallocated arrays, and run for each block.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb, factorial

import numpy as np
from numpy.typing import NDArray

from deterrence.solvers.bimatrix.plan import Side, Subset, subsets

__all__ = ["ROUNDING", "Floats", "MinorBlock"]

Floats = NDArray[np.float64]
Operation = tuple[np.ufunc, Floats, Floats, Floats]

ROUNDING = 1e-14
_SPREAD_RANGE = (1e-35, 1e35)


class MinorBlock:
    """Workspace of one player: write `payoffs`, call `compute`, read `minors` and `bounds` level by level.

    `payoffs` is (own, other, block), `minors[k]` is (rows, columns, block) as in `Side.levels[k]`, `bounds[k]` is
    (columns, block), `largest` (block,) is the largest magnitude among the payoffs (NaN where one is NaN).
    """

    def __init__(self, side: Side, block: int, tolerance: float) -> None:
        self._side = side
        self._tolerance = max(tolerance, _rounding_error(side))
        self.payoffs: Floats = np.zeros((side.own, side.other, block))
        self.largest: Floats = np.empty(block)
        self.spread: Floats = np.empty((side.other, block))
        self.minors = [np.ones((len(level.rows), len(level.columns), block)) for level in side.levels]
        self.bounds = [np.full((len(level.columns), block), self._tolerance) for level in side.levels]
        self._products = [np.ones_like(bound) for bound in self.bounds]
        self._slack: Floats = np.empty(block)
        self._scratch: Floats = np.empty((max(len(level.columns) for level in side.levels), block))
        self._minor_program = list(self._minor_operations())
        self._bound_program = list(self._bound_operations())

    def compute(self) -> None:
        """Fill `minors`, `bounds`, `spread` and `largest` from `payoffs`."""
        # NaN and overflow are wanted: they leave a minor undecided, which is how such games are found.
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            self._measure()
            for operation, left, right, out in self._bound_program:
                operation(left, right, out=out)
            for operation, left, right, out in self._minor_program:
                operation(left, right, out=out)

    def _measure(self) -> None:
        high, low = self.payoffs.max(axis=0), self.payoffs.min(axis=0)
        np.subtract(high, low, out=self.spread)
        np.maximum(high.max(axis=0), -low.min(axis=0), out=self.largest)
        np.multiply(self.largest, ROUNDING, out=self._slack)
        smallest, largest = _SPREAD_RANGE
        self.spread[~((self.spread >= smallest) & (self.spread <= largest))] = np.inf

    def _minor_operations(self) -> Iterator[Operation]:
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

    def _bound_operations(self) -> Iterator[Operation]:
        for level in self._side.levels[1:]:
            bound, product = self.bounds[level.size], self._products[level.size]
            fewer_bound, fewer_product = self.bounds[level.size - 1], self._products[level.size - 1]
            for column in range(level.size - 1, self._side.other):
                here = slice(comb(column, level.size), comb(column + 1, level.size))
                width = here.stop - here.start
                yield np.multiply, fewer_bound[:width], self.spread[column], bound[here]
                yield np.multiply, fewer_product[:width], self._slack, product[here]
                yield np.add, bound[here], product[here], bound[here]
                yield np.multiply, fewer_product[:width], self.spread[column], product[here]


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
