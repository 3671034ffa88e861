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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deterrence.compiled.points import same
from deterrence.errors import SolverError
from deterrence.solvers.bimatrix.batch import Cells, block_size, cells_of, checked_batch
from deterrence.solvers.bimatrix.cramer import strategies_on_supports
from deterrence.solvers.bimatrix.equilibria import BimatrixEquilibria
from deterrence.solvers.bimatrix.minors import Bounds, Floats, own_bounds, uniform_bounds
from deterrence.solvers.bimatrix.plan import IntArray, bimatrix_plan
from deterrence.solvers.bimatrix.signs import Bits, Signs, first_of, masks_of, pair_chunks
from deterrence.solvers.bimatrix.two_by_two import find_strategies, find_supports

__all__ = ["MOST_ACTIONS", "TOLERANCE", "Supports", "enumerate_supports", "find_all_supports"]

MOST_ACTIONS = 6
TOLERANCE = 1e-7
BLOCK = 1 << 16

Masks = NDArray[np.unsignedinteger]


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
    found = find_all_supports(left.shape[1:], cells_of(left), cells_of(right), tolerance=tolerance, block=block)
    rows, columns = found.by_player()
    return BimatrixEquilibria(
        A=left,
        B=right,
        row_support=rows.T,
        column_support=columns.T,
        uncertain=found.uncertain,
        invalid=found.invalid,
        solve=partial(found.strategies, left, right),
    )


@dataclass(frozen=True, eq=False)
class Supports:
    """The supports of the equilibria of N m x n games, as bit masks.

    `masks[k]` (N,) has for the equilibrium number k of each game the row actions in the lowest m bits and the column
    actions above them; it is 0 where there is no further equilibrium. For the rest see `BimatrixEquilibria`.
    """

    shape: tuple[int, ...]
    masks: Sequence[Masks]
    uncertain: NDArray[np.bool_]
    invalid: NDArray[np.bool_]

    @property
    def exists(self) -> NDArray[np.bool_]:
        """Where (N, K) an equilibrium is listed; those of a game come first."""
        exists = np.empty((len(self.masks), len(self.uncertain)), bool)
        for mask, row in zip(self.masks, exists, strict=True):
            np.not_equal(mask, 0, out=row)
        return exists.T

    def by_player(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the masks (K, N) of the rows and of the columns."""
        masks = np.array(self.masks)
        own = masks.dtype.type((1 << self.shape[0]) - 1)
        return (masks & own).astype(np.uint8), (masks >> self.shape[0]).astype(np.uint8)

    def strategies(self, A: Floats, B: Floats) -> tuple[Floats, Floats]:
        """Return for the payoffs (N, m, n) the mixtures (N, K, m) and (N, K, n) on these supports."""
        solve = find_strategies if self.shape == (2, 2) else strategies_on_supports
        return solve(A, B, *self.by_player())


def find_all_supports(
    shape: tuple[int, ...], A: Cells, B: Cells, *, tolerance: float = TOLERANCE, block: int = BLOCK
) -> Supports:
    """Return the supports of all equilibria of m x n games: what `enumerate_supports` does, for payoffs as cells."""
    if max(shape) > MOST_ACTIONS:
        raise SolverError(
            f"support enumeration is for at most {MOST_ACTIONS} actions a player, not {shape}",
            remedy="use enumerate_vertices or lemke_howson",
        )
    masks, again = _quick(shape, A, B, tolerance, block)
    games = len(masks[0])
    if not len(again):
        return Supports(shape, masks, same(np.False_, (games,)), same(np.False_, (games,)))
    some, others = [cell[again] for cell in A], [cell[again] for cell in B]
    careful = _Search(shape, some, others, own_bounds, tolerance, block)
    careful.run(settle=True)
    uncertain, invalid = np.zeros(games, bool), np.zeros(games, bool)
    uncertain[again], invalid[again] = careful.doubtful | careful.invalid, careful.invalid
    return Supports(shape, _replaced(masks, again, careful.masks), uncertain, invalid)


def _quick(shape: tuple[int, ...], A: Cells, B: Cells, tolerance: float, block: int) -> tuple[list[Masks], IntArray]:
    """Return masks of the supports, and the games that need bounds of their own to be decided, by number."""
    if shape == (2, 2):
        return find_supports(A, B)
    search = _Search(shape, A, B, uniform_bounds, tolerance, block)
    search.run(settle=False)
    return search.masks, np.flatnonzero(search.undecided)


class _Search:
    """One run over all games: its workspaces, and its results by game.

    `masks` holds the supports of the first equilibria of the games, of the second, and so on (see `Supports`);
    `undecided` are the games with any minor of no certain sign, `doubtful`, if settled, those where that matters.
    """

    def __init__(
        self, shape: tuple[int, ...], A: Cells, B: Cells, bounds: Bounds, tolerance: float, block: int
    ) -> None:
        m, n = shape
        self.A, self.B = A, [B[i * n + j] for j in range(n) for i in range(m)]
        self.games = games = len(A[0])
        self.plan = bimatrix_plan(m, n)
        inner = block_size(self.plan, min(games, block))
        blocks = max(1, -(-games // max(block, inner)))
        self.outer = max(1, -(-games // (blocks * inner))) * inner
        self.row_signs = Signs(self.plan.row_side, self.outer, inner, bounds, tolerance)
        self.column_signs = Signs(self.plan.column_side, self.outer, inner, bounds, tolerance)
        self.undecided, self.doubtful, self.invalid = (np.zeros(games, bool) for _ in range(3))
        self._kind = np.uint8 if m + n <= 8 else np.uint16
        self.masks: list[Masks] = [np.zeros(games, self._kind)]
        with_row = [np.flatnonzero(self.plan.row_mask >> action & 1) for action in range(m)]
        with_column = [np.flatnonzero(self.plan.column_mask >> action & 1) for action in range(n)]
        self._pairs_with = with_row + with_column

    def run(self, *, settle: bool) -> None:
        for start in range(0, self.games, self.outer):
            here = slice(start, min(start + self.outer, self.games))
            self.row_signs.read(self.A, here)
            self.column_signs.read(self.B, here)
            # Where both players have a choice, bounds for all games alike leave nothing decided next to such a payoff.
            if settle or self.plan.row_side.own == 1 or self.plan.column_side.own == 1:
                self.invalid[here] = _not_finite([cell[here] for cell in (*self.A, *self.B)])
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
            if len(self.masks) <= number:
                self.masks.append(np.zeros(self.games, self._kind))
            self.masks[number][here] = masks_of(first, self._pairs_with, self._kind)[: here.stop - here.start]
            number += 1


def _replaced(masks: list[Masks], games: IntArray, parts: list[Masks]) -> list[Masks]:
    """Return the masks with those of some games replaced."""
    replaced = masks + [np.zeros_like(masks[0]) for _ in parts[len(masks) :]]
    for number, mask in enumerate(replaced):
        mask[games] = parts[number] if number < len(parts) else 0
    return replaced


def _not_finite(cells: Cells) -> NDArray[np.bool_]:
    """Return the games with a payoff that is NaN or infinite."""
    bad = np.zeros(len(cells[0]), bool)
    with np.errstate(invalid="ignore", over="ignore"):
        for cell in cells:
            if not np.isfinite(cell.sum()):
                bad |= ~np.isfinite(cell)
    return bad


def _unpacked(bits: Bits, count: int) -> NDArray[np.bool_]:
    return np.unpackbits(bits.view(np.uint8)).view(bool)[:count]
