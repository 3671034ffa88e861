"""All equilibria of many small bimatrix games by support enumeration on the signs of bordered minors.

In a nondegenerate game both players mix over equally many actions, and a pair of supports (I, J) of equal size
carries an equilibrium exactly when its signed minors (see `plan`) have one sign for each player.

For any game, every extreme equilibrium (x, y) is represented by such a pair: x is a vertex, so its support is no
larger than the set of the column player's best replies, and the reverse; hence some I, J of equal size lie between
the supports and the best replies. No two minors of that pair have opposite signs, for both players; if they are all
nonzero, the pair carries (x, y) and nothing else. So when every pair of a game either has two minors of certainly
opposite signs (for some player), or has all its minors certainly of one sign, the equilibria found are all there
are. The games with any other pair are flagged.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deterrence.errors import SolverError
from deterrence.solvers.bimatrix.batch import block_size, checked_batch
from deterrence.solvers.bimatrix.cramer import strategies_on_supports
from deterrence.solvers.bimatrix.equilibria import BimatrixEquilibria
from deterrence.solvers.bimatrix.minors import Bounds, Floats, own_bounds, uniform_bounds
from deterrence.solvers.bimatrix.plan import IntArray, bimatrix_plan
from deterrence.solvers.bimatrix.signs import Bits, Signs, first_of, masks_of, pair_chunks
from deterrence.solvers.bimatrix.two_by_two import find_strategies, find_supports

__all__ = ["MOST_ACTIONS", "TOLERANCE", "enumerate_supports"]

MOST_ACTIONS = 6
TOLERANCE = 1e-7
BLOCK = 1 << 16

Masks = NDArray[np.uint8]


def enumerate_supports(
    A: ArrayLike, B: ArrayLike, *, tolerance: float = TOLERANCE, block: int = BLOCK
) -> BimatrixEquilibria:
    """Return all equilibria of N bimatrix games with payoffs A, B (N, m, n), m and n at most 6.

    A game in which a decisive minor is below `tolerance` relative to the spreads of the payoffs in its columns, or
    below the rounding of the payoffs, is flagged `uncertain`: what is listed there are equilibria, but not
    necessarily all. Strategies in games not flagged have a relative error of about 1e-15 / tolerance at worst.
    `block` is how many games are treated at a time. Raises SolverError for shapes that do not fit.

    >>> chicken = enumerate_supports([[[0.0, 7.0], [2.0, 6.0]]], [[[0.0, 2.0], [7.0, 6.0]]])
    >>> chicken.strategies()[0][0].tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.3333333333333333, 0.6666666666666666]]
    """
    left, right = checked_batch(A, B)
    if max(left.shape[1:]) > MOST_ACTIONS:
        raise SolverError(
            f"support enumeration is for at most {MOST_ACTIONS} actions a player, not {left.shape[1:]}",
            remedy="use enumerate_vertices or lemke_howson",
        )
    games, m, n = left.shape
    rows, columns, undecided = _quick(left, right, tolerance, block)
    again = np.flatnonzero(undecided)
    uncertain, invalid = np.zeros(games, bool), np.zeros(games, bool)
    if len(again):
        careful = _Search(left[again], right[again], own_bounds, tolerance, block)
        careful.run(settle=True)
        rows, columns = _replaced(rows, again, careful.rows), _replaced(columns, again, careful.columns)
        uncertain[again], invalid[again] = careful.doubtful | careful.invalid, careful.invalid
    return BimatrixEquilibria(
        A=left,
        B=right,
        row_support=rows.T,
        column_support=columns.T,
        uncertain=uncertain,
        invalid=invalid,
        solve=partial(find_strategies if m == n == 2 else strategies_on_supports, left, right, rows, columns),
    )


def _quick(A: Floats, B: Floats, tolerance: float, block: int) -> tuple[Masks, Masks, NDArray[np.bool_]]:
    """Return masks (K, N) of the supports, and the games that need bounds of their own to be decided."""
    if A.shape[1:] == (2, 2):
        return find_supports(A, B)
    search = _Search(A, B, uniform_bounds, tolerance, block)
    search.run(settle=False)
    shape = (len(search.rows), len(A))
    rows, columns = (np.array(masks, np.uint8).reshape(shape) for masks in (search.rows, search.columns))
    return rows, columns, search.undecided


class _Search:
    """One run over all games: its workspaces, and its results by game.

    `rows` and `columns` hold the support masks of the first equilibria of the games, of the second, and so on;
    `undecided` are the games with any minor of no certain sign, `doubtful`, if settled, those where that matters.
    """

    def __init__(self, A: Floats, B: Floats, bounds: Bounds, tolerance: float, block: int) -> None:
        self.A, self.B = A, B
        games, m, n = A.shape
        self.plan = bimatrix_plan(m, n)
        inner = block_size(self.plan, min(games, block))
        blocks = max(1, -(-games // max(block, inner)))
        self.outer = max(1, -(-games // (blocks * inner))) * inner
        self.row_signs = Signs(self.plan.row_side, self.outer, inner, bounds, tolerance)
        self.column_signs = Signs(self.plan.column_side, self.outer, inner, bounds, tolerance)
        self.undecided, self.doubtful, self.invalid = (np.zeros(games, bool) for _ in range(3))
        self.rows: list[Masks] = []
        self.columns: list[Masks] = []
        self._with_row = [np.flatnonzero(self.plan.row_mask >> action & 1) for action in range(m)]
        self._with_column = [np.flatnonzero(self.plan.column_mask >> action & 1) for action in range(n)]

    def run(self, *, settle: bool) -> None:
        for start in range(0, len(self.A), self.outer):
            here = slice(start, min(start + self.outer, len(self.A)))
            self.row_signs.read(self.A[here].transpose(1, 2, 0))
            self.column_signs.read(self.B[here].transpose(2, 1, 0))
            self.invalid[here] = _not_finite(self.A[here], self.B[here])
            undecided = self.row_signs.undecided() | self.column_signs.undecided()
            self.undecided[here] = _unpacked(undecided, here.stop - here.start) | self.invalid[here]
            if settle:
                self.doubtful[here] = _unpacked(self._open_pairs(undecided), here.stop - here.start)
            self._list(self._found(), here)

    def _open_pairs(self, undecided: Bits) -> Bits:
        """Return the games with a pair that neither fails nor succeeds for certain."""
        words = np.flatnonzero(undecided)
        rows, columns = self.row_signs, self.column_signs
        row_bits, column_bits = rows.bits[:, words], columns.bits[:, words]
        doubt = np.zeros(len(words), np.uint64)
        for pairs in self._chunks(len(words)):
            weak = rows.weak(row_bits, pairs) & columns.weak(column_bits, pairs)
            strict = rows.strict(row_bits, pairs) & columns.strict(column_bits, pairs)
            doubt |= np.bitwise_or.reduce(weak & ~strict, axis=0)
        result = np.zeros_like(undecided)
        result[words] = doubt
        return result

    def _found(self) -> Bits:
        rows, columns = self.row_signs, self.column_signs
        found = np.empty((len(self.plan.pairs), rows.bits.shape[1]), np.uint64)
        for pairs in self._chunks(rows.bits.shape[1]):
            np.bitwise_and(rows.strict(rows.bits, pairs), columns.strict(columns.bits, pairs), out=found[pairs])
        return found

    def _chunks(self, words: int) -> Iterator[slice]:
        return pair_chunks(len(self.plan.pairs), words * max(self.row_signs.side.own, self.column_signs.side.own))

    def _list(self, found: Bits, here: slice) -> None:
        """Write down the equilibria of each game one after the other, in the order of the pairs."""
        if self.invalid[here].any():
            valid = np.zeros(self.outer, bool)
            valid[: here.stop - here.start] = ~self.invalid[here]
            found &= np.packbits(valid).view(np.uint64)
        number = 0
        while found.any():
            first = first_of(found)
            found ^= first
            for masks, pairs_with in ((self.rows, self._with_row), (self.columns, self._with_column)):
                if len(masks) <= number:
                    masks.append(np.zeros(len(self.A), np.uint8))
                masks[number][here] = masks_of(first, pairs_with)[: here.stop - here.start]
            number += 1


def _replaced(masks: Masks, games: IntArray, parts: list[Masks]) -> Masks:
    """Return the masks with those of some games replaced."""
    result = np.zeros((max(len(masks), len(parts)), masks.shape[1]), np.uint8)
    result[: len(masks)] = masks
    result[:, games] = 0
    for number, part in enumerate(parts):
        result[number, games] = part
    return result


def _not_finite(A: Floats, B: Floats) -> NDArray[np.bool_]:
    """Return the games with a payoff that is NaN or infinite."""
    with np.errstate(invalid="ignore", over="ignore"):
        if np.isfinite(A.sum() + B.sum()):
            return np.zeros(len(A), bool)
    finite: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(A) & np.isfinite(B), axis=(1, 2))
    return ~finite


def _unpacked(bits: Bits, count: int) -> NDArray[np.bool_]:
    return np.unpackbits(bits.view(np.uint8)).view(bool)[:count]
