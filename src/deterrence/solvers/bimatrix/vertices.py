"""All extreme equilibria of many bimatrix games, degenerate ones too, by batched vertex enumeration.

The same signed minors as in support enumeration, read differently: a pair of supports whose minors have no two
opposite signs for a player, zeros allowed, determines a vertex of that player's best-payoff polyhedron unless all its
weights vanish, and the zeros are the further labels of the vertex (see `exact`, which does the same in integers).
Vertices are listed per game without repetition, and joined where their labels together are all actions.

What floats cannot do in general is to tell zero from nearly zero. A zero minor counts as certain when all products
are exact: the payoffs of each column are multiples of some power of two, so few that the minor, in these units, is an
integer below 2**53. A minor that is neither certainly zero nor certainly not is taken for zero, and the game is
flagged where that could matter.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import partial
from math import comb, factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deterrence.errors import SolverError
from deterrence.solvers.bimatrix.batch import block_size, checked_batch
from deterrence.solvers.bimatrix.cramer import indifference_weights
from deterrence.solvers.bimatrix.equilibria import BimatrixEquilibria
from deterrence.solvers.bimatrix.minors import Floats, MinorBlock, own_bounds
from deterrence.solvers.bimatrix.plan import IntArray, Side, bimatrix_plan

__all__ = ["MOST_PAIRS", "enumerate_vertices"]

MOST_PAIRS = 13_000
_TOLERANCE = 1e-10
_LARGEST_EXACT = 2.0**53


@dataclass(frozen=True, eq=False)
class _Vertices:
    """Vertices of one player in a block of games, by game: the pair of supports of each, and its labels."""

    game: IntArray
    pair: IntArray
    labels: IntArray


@dataclass(frozen=True, eq=False)
class _Extreme:
    """Extreme equilibria: game, rank in the game, and for each player the pair and labels of the vertex."""

    game: IntArray
    rank: IntArray
    x_pair: IntArray
    x_labels: IntArray
    y_pair: IntArray
    y_labels: IntArray

    def shifted(self, games: int) -> _Extreme:
        """Return the same equilibria with the games numbered from `games`."""
        return replace(self, game=self.game + games)


def enumerate_vertices(A: ArrayLike, B: ArrayLike, *, tolerance: float = _TOLERANCE) -> BimatrixEquilibria:
    """Return all extreme equilibria of N bimatrix games with payoffs A, B (N, m, n), degenerate or not.

    Where the result is not `uncertain`, the list is complete, and all equilibria of the game follow from it (see
    `maximal_nash_subsets`). It is uncertain where a decisive minor is below `tolerance` relative to the spreads of
    the payoffs in its columns, and not zero for certain; it never is for small integers. Raises SolverError for
    shapes that do not fit and for more than `MOST_PAIRS` pairs of supports (8 x 8 has 12,869).

    >>> result = enumerate_vertices([[[1.0, 1.0], [0.0, 2.0]]], [[[1.0, 1.0], [0.0, 1.0]]])
    >>> x, y = result.strategies()
    >>> sorted(zip(x[0].tolist(), y[0].tolist()))
    [([0.0, 1.0], [0.0, 1.0]), ([1.0, 0.0], [0.5, 0.5]), ([1.0, 0.0], [1.0, 0.0])]
    """
    left, right = checked_batch(A, B)
    games, m, n = left.shape
    if comb(m + n, m) - 1 > MOST_PAIRS:
        raise SolverError(f"a {m} x {n} game has too many pairs of supports", remedy="use lemke_howson")
    plan = bimatrix_plan(m, n)
    block = block_size(plan, games)
    row, column = (_Polyhedra(side, block, tolerance) for side in (plan.row_side, plan.column_side))
    valid: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(left) & np.isfinite(right), axis=(1, 2))
    safe_left, safe_right = (np.where(valid[:, None, None], payoffs, 0.0) for payoffs in (left, right))
    uncertain, parts = ~valid, []
    for start in range(0, games, block):
        here = slice(start, min(start + block, games))
        row.read(safe_left[here].transpose(1, 2, 0))
        column.read(safe_right[here].transpose(2, 1, 0))
        uncertain[here] |= row.doubtful | column.doubtful
        parts.append(_join(column.vertices, row.vertices, valid[here], m + n).shifted(start))
    return _result(left, right, parts, uncertain, ~valid)


class _Polyhedra:
    """The polyhedra of one player's opponent in a block of games: workspace, then `vertices` and `doubtful`."""

    def __init__(self, side: Side, block: int, tolerance: float) -> None:
        self._side = side
        self._block = MinorBlock(side, block)
        self._tolerance = tolerance
        self._sign = np.zeros((side.minors, block), np.int8)
        self._open = np.zeros((side.minors, block), bool)
        self.count = 0
        self.doubtful = np.zeros(0, bool)
        self.vertices = _Vertices(*(np.zeros(0, np.intp) for _ in range(3)))

    def read(self, payoffs: Floats) -> None:
        """Find the vertices for payoffs (own, other, count)."""
        self.count = payoffs.shape[2]
        self._block.payoffs[:, :, : self.count] = payoffs
        self._block.compute()
        self._read_signs()
        pair, game = self._weak_pairs()
        minors = self._side.minor[pair]
        self.doubtful = np.zeros(self.count, bool)
        self.doubtful[game[self._open[minors, game[:, None]].any(axis=1)]] = True
        zero = self._sign[minors, game[:, None]] == 0
        labels = self._side.fixed[pair] + np.where(zero, self._side.label[pair], 0).sum(axis=1)
        kept = (self._side.weight[pair] & ~zero).any(axis=1)
        self.vertices = _distinct(_Vertices(game[kept], pair[kept], labels[kept]), self._side.own + self._side.other)

    def _read_signs(self) -> None:
        exact = _exact_products(self._block.payoffs, self._side)
        all_bounds = own_bounds(self._block.payoffs, self._side, self._tolerance)
        for level, minors, bounds in zip(self._side.levels, self._block.minors, all_bounds, strict=True):
            rows = slice(level.first, level.first + len(level.rows) * len(level.columns))
            sign = (minors > bounds).astype(np.int8) - (minors < -bounds)
            self._sign[rows] = sign.reshape(-1, sign.shape[2])
            unsure = (sign == 0) & ~((minors == 0) & exact[level.size])
            self._open[rows] = unsure.reshape(-1, sign.shape[2])

    def _weak_pairs(self) -> tuple[IntArray, IntArray]:
        """Return pair and game wherever no two tests have opposite signs."""
        lowest = np.full((len(self._side.minor), self.count), 1, np.int8)
        highest = -lowest
        factor = np.where(self._side.negated, -1, 1).astype(np.int8)
        for test in range(self._side.own):
            sign = self._sign[self._side.minor[:, test], : self.count] * factor[:, test, None]
            np.minimum(lowest, sign, out=lowest)
            np.maximum(highest, sign, out=highest)
        pair, game = np.nonzero((lowest >= 0) | (highest <= 0))
        return pair, game


def _exact_products(payoffs: Floats, side: Side) -> list[NDArray[np.bool_]]:
    """Return for each level where (columns, games) its minors are computed without any rounding."""
    spread = payoffs.max(axis=0) - payoffs.min(axis=0)
    with np.errstate(invalid="ignore", over="ignore"):
        units = np.where(spread == 0, 0.0, spread / _power_of_two_dividing(payoffs).min(axis=0))
        products = [
            units[np.array(level.columns, np.intp)].prod(axis=1) * factorial(level.size + 1) for level in side.levels
        ]
    exact = [product <= _LARGEST_EXACT for product in products]
    return [np.ones_like(where) if size < 2 else where for size, where in enumerate(exact)]


def _power_of_two_dividing(values: Floats) -> Floats:
    """Return the largest power of two that each value is a multiple of, infinity for 0."""
    mantissa, exponent = np.frexp(values)
    integer = (mantissa * 2.0**53).astype(np.int64)
    unit: Floats = np.ldexp((integer & -integer).astype(np.float64), exponent - 53)
    unit[values == 0] = np.inf
    return unit


def _distinct(vertices: _Vertices, actions: int) -> _Vertices:
    """Keep one pair of supports for each (game, labels), in that order."""
    _, first = np.unique((vertices.game << actions) | vertices.labels, return_index=True)
    return _Vertices(vertices.game[first], vertices.pair[first], vertices.labels[first])


def _join(xs: _Vertices, ys: _Vertices, valid: NDArray[np.bool_], actions: int) -> _Extreme:
    """Return the pairs of vertices of one game whose labels together are all actions."""
    y_count = np.bincount(ys.game, minlength=len(valid))
    y_first = np.cumsum(y_count) - y_count
    repeats = (y_count * valid)[xs.game]
    x = np.repeat(np.arange(len(xs.game)), repeats)
    y = np.arange(len(x)) - np.repeat(np.cumsum(repeats) - repeats - y_first[xs.game], repeats)
    matched = np.flatnonzero((xs.labels[x] | ys.labels[y]) == (1 << actions) - 1)
    x, y = x[matched], y[matched]
    game = xs.game[x]
    per_game = np.bincount(game, minlength=len(valid))
    rank = np.arange(len(game)) - (np.cumsum(per_game) - per_game)[game]
    return _Extreme(game, rank, xs.pair[x], xs.labels[x], ys.pair[y], ys.labels[y])


def _result(
    A: Floats, B: Floats, parts: list[_Extreme], uncertain: NDArray[np.bool_], invalid: NDArray[np.bool_]
) -> BimatrixEquilibria:
    games, m, n = A.shape
    extreme = _concatenated(parts)
    most = int(extreme.rank.max(initial=-1)) + 1
    row_support, column_support = np.zeros((most, games), np.uint16), np.zeros((most, games), np.uint16)
    row_support[extreme.rank, extreme.game] = ~extreme.x_labels & ((1 << m) - 1)
    column_support[extreme.rank, extreme.game] = (~extreme.y_labels >> m) & ((1 << n) - 1)
    return BimatrixEquilibria(
        A=A,
        B=B,
        row_support=row_support.T,
        column_support=column_support.T,
        uncertain=uncertain,
        invalid=invalid,
        solve=partial(_strategies, A, B, extreme, most),
    )


def _concatenated(parts: list[_Extreme]) -> _Extreme:
    columns = [[getattr(part, field.name) for part in parts] for field in fields(_Extreme)]
    return _Extreme(*(np.concatenate(column) if column else np.zeros(0, np.intp) for column in columns))


def _strategies(A: Floats, B: Floats, extreme: _Extreme, most: int) -> tuple[Floats, Floats]:
    games, m, n = A.shape
    x, y = np.zeros((most, m, games)), np.zeros((most, n, games))
    for group in bimatrix_plan(m, n).groups:
        for payoffs, pairs, labels, out, own_first in (
            (A, extreme.y_pair, extreme.y_labels >> m, y, True),
            (B, extreme.x_pair, extreme.x_labels, x, False),
        ):
            part = np.flatnonzero((pairs >= group.first) & (pairs < group.last))
            game, pair = extreme.game[part], pairs[part] - group.first
            rows, columns = group.rows[:, pair], group.columns[:, pair]
            chosen = payoffs[game, rows[:, None], columns]
            weights = indifference_weights(chosen if own_first else chosen.transpose(1, 0, 2))
            support = columns if own_first else rows
            # Weights taken for zero come first: left in, several of them could cancel a small one that is not.
            weights[(labels[part] >> support) & 1 == 1] = 0.0
            out[extreme.rank[part], support, game] = weights / weights.sum(axis=0)
    return x.transpose(2, 0, 1), y.transpose(2, 0, 1)
