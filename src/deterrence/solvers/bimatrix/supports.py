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

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deterrence.errors import SolverError
from deterrence.solvers.bimatrix.batch import block_size, checked_batch
from deterrence.solvers.bimatrix.cramer import indifference_weights
from deterrence.solvers.bimatrix.equilibria import BimatrixEquilibria
from deterrence.solvers.bimatrix.minors import Floats
from deterrence.solvers.bimatrix.plan import IntArray, Plan, bimatrix_plan
from deterrence.solvers.bimatrix.signs import Bits, Signs, pair_chunks, set_bits

__all__ = ["MOST_ACTIONS", "TOLERANCE", "enumerate_supports"]

MOST_ACTIONS = 6
TOLERANCE = 1e-7
BLOCK = 1 << 14
_CACHE_BYTES = 1 << 20


@dataclass(frozen=True, eq=False)
class _Hits:
    """Equilibria as (game, rank among the game's equilibria, pair of supports), ordered by game."""

    game: IntArray
    rank: IntArray
    pair: IntArray


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
    search = _Search(left, right, tolerance, block)
    return search.run()


class _Search:
    """One call of `enumerate_supports`: its workspaces and its growing results."""

    def __init__(self, A: Floats, B: Floats, tolerance: float, block: int) -> None:
        self.A, self.B = A, B
        games, m, n = A.shape
        self.plan = bimatrix_plan(m, n)
        inner = block_size(self.plan, min(games, block))
        blocks = -(-games // (-(-block // inner) * inner))
        self.outer = -(-games // (max(1, blocks) * inner)) * inner or inner
        self.row_signs = Signs(self.plan.row_side, self.outer, inner, tolerance)
        self.column_signs = Signs(self.plan.column_side, self.outer, inner, tolerance)
        self.uncertain = np.zeros(games, bool)
        self.invalid = np.zeros(games, bool)
        self.hits: list[_Hits] = []

    def run(self) -> BimatrixEquilibria:
        games = len(self.A)
        for start in range(0, games, self.outer):
            self._scan(start, min(start + self.outer, games))
        hits = _Hits(
            *(
                np.concatenate([getattr(part, name) for part in self.hits] or [np.zeros(0, np.intp)])
                for name in ("game", "rank", "pair")
            )
        )
        most = int(hits.rank.max(initial=-1)) + 1
        masks = [np.zeros((most, games), np.uint8) for _ in range(2)]
        masks[0][hits.rank, hits.game] = self.plan.row_mask[hits.pair]
        masks[1][hits.rank, hits.game] = self.plan.column_mask[hits.pair]
        return BimatrixEquilibria(
            A=self.A,
            B=self.B,
            row_support=masks[0].T,
            column_support=masks[1].T,
            uncertain=self.uncertain,
            invalid=self.invalid,
            solve=partial(_strategies, self.A, self.B, hits, most),
        )

    def _scan(self, start: int, stop: int) -> None:
        self.row_signs.read(self.A[start:stop].transpose(1, 2, 0))
        self.column_signs.read(self.B[start:stop].transpose(2, 1, 0))
        valid = (self.row_signs.valid & self.column_signs.valid)[: stop - start]
        found = self._found()
        self.uncertain[start:stop] = self._doubtful()[: stop - start]
        self.invalid[start:stop] = ~valid
        if not valid.all():
            found &= np.packbits(np.resize(valid, self.outer)).view(np.uint64)
            self.uncertain[start:stop] |= ~valid
        pair, game = set_bits(found)
        self.hits.append(_ranked(pair, game, start, self.outer))

    def _found(self) -> Bits:
        rows, columns = self.row_signs, self.column_signs
        found = np.empty((len(self.plan.pairs), rows.bits.shape[1]), np.uint64)
        for pairs in pair_chunks(len(self.plan.pairs), rows.bits.shape[1] * max(rows.side.own, columns.side.own)):
            np.bitwise_and(rows.strict(rows.bits, pairs), columns.strict(columns.bits, pairs), out=found[pairs])
        return found

    def _doubtful(self) -> NDArray[np.bool_]:
        """Return the games with a pair that neither fails nor succeeds for certain."""
        rows, columns = self.row_signs, self.column_signs
        words = np.flatnonzero(rows.undecided() | columns.undecided())
        row_bits, column_bits = rows.bits[:, words], columns.bits[:, words]
        doubt = np.zeros(rows.bits.shape[1], np.uint64)
        for pairs in pair_chunks(len(self.plan.pairs), len(words) * max(rows.side.own, columns.side.own)):
            weak = rows.weak(row_bits, pairs) & columns.weak(column_bits, pairs)
            strict = rows.strict(row_bits, pairs) & columns.strict(column_bits, pairs)
            doubt[words] |= np.bitwise_or.reduce(weak & ~strict, axis=0)
        return np.unpackbits(doubt.view(np.uint8)).view(bool)


def _ranked(pair: IntArray, game: IntArray, start: int, games: int) -> _Hits:
    """Order hits by game and number them within each game."""
    order = np.argsort(game.astype(np.uint16 if games <= 1 << 16 else np.intp), kind="stable")
    game, pair = game[order], pair[order]
    counts = np.bincount(game, minlength=games)
    first = np.cumsum(counts) - counts
    return _Hits(game + start, np.arange(len(game)) - first[game], pair)


def _strategies(A: Floats, B: Floats, hits: _Hits, most: int) -> tuple[Floats, Floats]:
    games, m, n = A.shape
    x, y = np.zeros((most, m, games)), np.zeros((most, n, games))
    for group in bimatrix_plan(m, n).groups:
        chosen = np.flatnonzero((hits.pair >= group.first) & (hits.pair < group.last))
        for begin in range(0, len(chosen), BLOCK):
            part = chosen[begin : begin + BLOCK]
            game, rank, pair = hits.game[part], hits.rank[part], hits.pair[part] - group.first
            rows, columns = group.rows[:, pair], group.columns[:, pair]
            cells = game * (m * n) + rows[:, None] * n + columns
            y[rank, columns, game] = indifference_weights(A.reshape(-1)[cells])
            x[rank, rows, game] = indifference_weights(B.reshape(-1)[cells].transpose(1, 0, 2))
    return x.transpose(2, 0, 1), y.transpose(2, 0, 1)
