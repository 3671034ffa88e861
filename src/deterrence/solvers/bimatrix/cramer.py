"""Mixed strategies on given supports, by Cramer's rule, for many (game, pair of supports) at once.

With the last row of the payoffs on the supports subtracted from the others, the strategy that makes the opponent
indifferent has components proportional to the alternating maximal minors of what remains. No linear system is
solved, so one singular game cannot spoil the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from deterrence.solvers.bimatrix.minors import Floats
from deterrence.solvers.bimatrix.plan import IntArray, Subset

__all__ = ["indifference_weights", "strategies_on_supports"]


_BLOCK = 1 << 13

Masks = NDArray[np.uint8]
Members = list[IntArray]


def strategies_on_supports(A: Floats, B: Floats, row_support: Masks, column_support: Masks) -> tuple[Floats, Floats]:
    """Return for payoffs (N, m, n) and support masks (K, N) the mixtures (N, K, m) and (N, K, n) that they determine.

    Both players' supports must have equal size and nonsingular payoffs. Zero where a mask is zero.
    """
    (games, m, n), most = A.shape, len(row_support)
    x, y = np.zeros((most, m, games)), np.zeros((most, n, games))
    row_cells, column_cells = _Cells(A), _Cells(B.transpose(0, 2, 1))
    for start in range(0, games, _BLOCK):
        here = slice(start, start + _BLOCK)
        for rank, game, rows, columns in _by_size(row_support[:, here], column_support[:, here]):
            game += start
            _put(x, rank, rows, game, column_cells.mixture(game, columns, rows))
            _put(y, rank, columns, game, row_cells.mixture(game, rows, columns))
    return x.transpose(2, 0, 1), y.transpose(2, 0, 1)


class _Cells:
    """One player's payoffs (N, own, other), to be read at many places at once."""

    def __init__(self, payoffs: Floats) -> None:
        # Whatever the order of the axes in memory; only arrays with gaps are copied.
        if not np.may_share_memory(payoffs.ravel(order="K"), payoffs):
            payoffs = payoffs.copy(order="K")
        self._flat = payoffs.ravel(order="K")
        self._strides = [stride // payoffs.itemsize for stride in payoffs.strides]

    def mixture(self, game: IntArray, own: Members, other: Members) -> Floats:
        """Return the weights (k, H) on the actions `other` that make the actions `own` indifferent."""
        if len(own) == 1:
            return np.ones((1, len(game)))
        game_stride, own_stride, other_stride = self._strides
        first = game * game_stride
        lasts = [member * other_stride for member in other]
        chosen = np.empty((len(own), len(own), len(game)))
        for row, member in enumerate(own):
            place = first + member * own_stride
            for column, last in enumerate(lasts):
                np.take(self._flat, place + last, out=chosen[row, column], mode="clip")
        weights = indifference_weights(chosen)
        weights /= weights.sum(axis=0)
        return weights


def _by_size(row_support: Masks, column_support: Masks) -> Iterator[tuple[IntArray, IntArray, Members, Members]]:
    """Yield rank, game, row and column members of the equilibria, of one support size at a time."""
    games = [np.flatnonzero(masks != 0) for masks in row_support]
    game = _joined(games)
    rank = np.repeat(np.arange(len(games)), [len(some) for some in games])
    row_codes, column_codes = (
        _joined([masks.take(some).astype(np.intp) for masks, some in zip(support, games, strict=True)])
        for support in (row_support, column_support)
    )
    sizes = _SIZE.take(row_codes)
    for size in range(1, int(sizes.max(initial=0)) + 1):
        chosen = np.flatnonzero(sizes == size)
        rows, columns = (
            [members.take(codes) for members in _MEMBERS[:size]]
            for codes in (row_codes.take(chosen), column_codes.take(chosen))
        )
        yield rank.take(chosen), game.take(chosen), rows, columns


def _joined(parts: list[IntArray]) -> IntArray:
    return np.concatenate([np.zeros(0, np.intp), *parts])


def _put(out: Floats, rank: IntArray, members: Members, game: IntArray, weights: Floats) -> None:
    """Write the weights of `members` (k, H) into out (K, actions, games)."""
    _, actions, games = out.shape
    flat = out.reshape(-1)
    place = rank * (actions * games) + game
    for member, weight in zip(members, weights, strict=True):
        flat[place + member * games] = weight


_SIZE = np.array([mask.bit_count() for mask in range(64)], np.intp)
_MEMBERS = np.zeros((6, 64), np.intp)
for _mask in range(64):
    _actions = [action for action in range(6) if _mask >> action & 1]
    _MEMBERS[: len(_actions), _mask] = _actions


def indifference_weights(payoffs: Floats) -> Floats:
    """Return weights (k, H) on the columns of payoffs (k, k, H) that make its rows indifferent, up to a factor."""
    size = payoffs.shape[0]
    if size == 1:
        return np.ones_like(payoffs[0])
    differences = payoffs[:-1] - payoffs[-1]
    minors: dict[Subset, Floats] = {(column,): differences[0, column] for column in range(size)}
    for row in range(1, size - 1):
        minors = {
            columns: _laplace(differences[row], columns, minors) for columns in combinations(range(size), row + 1)
        }
    everything = tuple(range(size))
    weights = np.stack([minors[everything[:p] + everything[p + 1 :]] for p in range(size)])
    np.negative(weights[1::2], out=weights[1::2])
    return weights


def _laplace(row: Floats, columns: Subset, minors: dict[Subset, Floats]) -> Floats:
    """Expand the minor on `columns` along its last row."""
    total: Floats = row[columns[-1]] * minors[columns[:-1]]
    for position in reversed(range(len(columns) - 1)):
        product = row[columns[position]] * minors[columns[:position] + columns[position + 1 :]]
        if (len(columns) - 1 - position) % 2:
            total -= product
        else:
            total += product
    return total
