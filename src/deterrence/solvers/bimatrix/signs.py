"""Signs of minors, one bit per game, and the pairs of supports that they admit.

For each minor of a side two rows of bits say in which games it is certainly positive and certainly negative, 64
games to a word, so a test of a pair of supports in 64 games is one AND.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from deterrence.solvers.bimatrix.batch import Cells
from deterrence.solvers.bimatrix.minors import Bounds, MinorBlock
from deterrence.solvers.bimatrix.plan import IntArray, Side

__all__ = ["Bits", "Signs", "first_of", "masks_of", "pair_chunks"]

Bits = NDArray[np.uint64]

_CHUNK_WORDS = 1 << 15


class Signs:
    """Workspace of one player for `games` games (a multiple of `block`, itself a multiple of 64).

    `bits` is (2 * minors, games / 64): the positive bits of every minor, then the negative ones.
    """

    def __init__(self, side: Side, games: int, block: int, bounds: Bounds, tolerance: float) -> None:
        self.side = side
        self.bits: Bits = np.zeros((2 * side.minors, games // 64), np.uint64)
        self._minors = MinorBlock(side, block)
        self._bounds, self._tolerance = bounds, tolerance
        self._games, self._size = games, block
        self._positive = np.where(side.negated, side.minor + side.minors, side.minor)
        self._negative = np.where(side.negated, side.minor, side.minor + side.minors)

    def read(self, cells: Cells, here: slice) -> None:
        """Compute the signs for some games, at most `games`; the rest of the workspace gets all-zero games."""
        workspace = self._minors.payoffs.reshape(len(cells), -1)
        for start in range(0, self._games, self._size):
            part = slice(here.start + start, min(here.start + start + self._size, here.stop))
            count = max(0, part.stop - part.start)
            for row, cell in zip(workspace, cells, strict=True):
                row[:count] = cell[part]
            workspace[:, count:] = 0.0
            self._minors.compute()
            self._store(start)
        used = np.arange(self._games) < here.stop - here.start
        self.bits[: self.side.own] = np.packbits(used).view(np.uint64)

    def _store(self, start: int) -> None:
        octets = self.bits.view(np.uint8)[:, start // 8 : (start + self._size) // 8]
        all_bounds = self._bounds(self._minors.payoffs, self.side, self._tolerance)
        for level, minors, bounds in zip(self.side.levels[1:], self._minors.minors[1:], all_bounds[1:], strict=True):
            count = len(level.rows) * len(level.columns)
            for base, signs in ((0, minors > bounds), (self.side.minors, minors < -bounds)):
                rows = slice(base + level.first, base + level.first + count)
                octets[rows] = np.packbits(signs.reshape(count, -1), axis=1)

    def undecided(self) -> Bits:
        """Return bits of the games in which some minor has no certain sign."""
        positive, negative = self.bits[: self.side.minors], self.bits[self.side.minors :]
        decided: Bits = np.bitwise_and.reduce(positive | negative, axis=0)
        return ~decided

    def strict(self, bits: Bits, pairs: slice) -> Bits:
        """Return for each pair the games in which all its minors certainly have one sign."""
        return _all_of(bits, self._positive[pairs]) | _all_of(bits, self._negative[pairs])

    def weak(self, bits: Bits, pairs: slice) -> Bits:
        """Return for each pair the games in which no two of its minors certainly have opposite signs."""
        return ~(_any_of(bits, self._positive[pairs]) & _any_of(bits, self._negative[pairs]))


def pair_chunks(pairs: int, words_per_pair: int) -> Iterator[slice]:
    """Split the pairs so that the rows gathered for a chunk stay in cache."""
    step = max(1, _CHUNK_WORDS // max(1, words_per_pair))
    return (slice(start, start + step) for start in range(0, pairs, step))


def _all_of(bits: Bits, rows: IntArray) -> Bits:
    result: Bits = np.bitwise_and.reduce(bits[rows], axis=1)
    return result


def _any_of(bits: Bits, rows: IntArray) -> Bits:
    result: Bits = np.bitwise_or.reduce(bits[rows], axis=1)
    return result


def first_of(bits: Bits) -> Bits:
    """Return bits (rows, words) with only the first row kept in which each game has its bit set."""
    first = bits.copy()
    taken = first[0].copy()
    # Row by row: an accumulation along the first axis is many times slower.
    for row in first[1:]:
        row &= ~taken
        taken |= row
    return first


def masks_of(bits: Bits, rows_with: list[IntArray], kind: type[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
    """Return for each game the mask of those i whose rows, `rows_with[i]`, have the game's bit set."""
    masks = np.zeros(64 * bits.shape[1], kind)
    for rows in reversed(rows_with):
        masks += masks
        masks |= np.unpackbits(np.bitwise_or.reduce(bits[rows], axis=0).view(np.uint8))
    return masks
