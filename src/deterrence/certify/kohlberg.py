"""The nucleolus checked by the criterion of Kohlberg: at every level of excess, the coalitions above are balanced."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.certify.certificate import Certificate
from deterrence.certify.coalitions import verdict
from deterrence.compiled.coalitions import CompiledCoalitions, membership
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.profiles import Allocation

__all__ = ["certify_nucleolus"]

LEVEL: Final = 1e-8  # excesses closer than this, relative to the largest worth, are one level
FEW: Final = 5  # players up to whom minimal balanced collections are listed
CELLS: Final = 1 << 22  # numbers of one block

_METHOD: Final = "at every level of excess the coalitions above it are balanced (Kohlberg 1971)"


def certify_nucleolus(
    game: CompiledCoalitions, profile: Allocation, exists: BoolArray, *, rational: bool
) -> Certificate:
    """Check the criterion of Kohlberg (1971) at every level of excess, until the coalitions above it fix everything.

    Balancedness is read off the list of minimal balanced collections, up to five players for all points at once;
    beyond that a linear program decides it for each level of each point. With `rational`, players who get no more than
    their worth alone may help with any weight. `gain` is what lacks to efficiency or individual rationality, or the
    largest worth where the criterion fails.
    """
    n = len(game.players)
    alone = 1 << np.arange(n)
    size = np.abs(game.worth).max(axis=1)
    size = np.where(size > 0, size, 1.0)
    gain = np.full(exists.shape, np.nan)
    for k in range(exists.shape[1]):
        there = np.flatnonzero(exists[:, k])
        excess = (game.worth[there] - profile.amounts[there, k] @ membership(n).T) / size[there, None]
        off = np.abs(excess[:, -1])
        tight = np.zeros((there.size, n), dtype=np.bool_)
        if rational:
            tight = excess[:, alone] >= -LEVEL
            off = np.maximum(off, excess[:, alone].max(axis=1))
        gain[there, k] = np.where(_kohlberg(excess[:, 1:-1], tight), off, 1.0) * size[there]
    return verdict(game, exists, gain, _METHOD)


def _kohlberg(excess: FloatArray, tight: BoolArray) -> BoolArray:
    """Say at which points the criterion holds; `excess` is (points, proper coalitions)."""
    points, n = tight.shape
    good, open_ = np.ones(points, dtype=np.bool_), np.full(points, n > 1)
    falling = -np.sort(-excess, axis=1)
    check = _balanced if n <= FEW else _balanced_by_programs
    for place in range(excess.shape[1]):
        last = place + 1 == excess.shape[1]
        ends = np.ones(points, dtype=np.bool_) if last else falling[:, place] - falling[:, place + 1] > LEVEL
        there = np.flatnonzero(open_ & good & ends)
        if there.size:
            above = excess[there] >= falling[there, place, None] - LEVEL / 2
            good[there] = check(above, tight[there])
            open_[there] = _rank(above, n) < n
    return good


def _rank(above: BoolArray, n: int) -> NDArray[np.int64]:
    """Return the rank (points,) of the coalitions above and the grand one."""
    rows = membership(n)[1:-1].astype(np.float64)
    gram = above.astype(np.float64) @ (rows[:, :, None] * rows[:, None]).reshape(len(rows), -1)
    return np.asarray(np.linalg.matrix_rank(gram.reshape(-1, n, n) + 1.0, hermitian=True))


def _balanced(above: BoolArray, tight: BoolArray) -> BoolArray:
    """Say where every coalition above lies in a minimal balanced collection of coalitions above and tight players."""
    allowed = above.copy()
    allowed[:, (1 << np.arange(tight.shape[1])) - 1] |= tight
    collections = _collections(tight.shape[1])
    good = np.empty(len(above), dtype=np.bool_)
    step = max(1, CELLS // len(collections))
    for start in range(0, len(above), step):
        part = slice(start, start + step)
        inside = (~allowed[part]).astype(np.float32) @ collections.T < 0.5
        reached = inside.astype(np.float32) @ collections > 0.5
        good[part] = (reached | ~above[part]).all(axis=1)
    return good


@lru_cache(maxsize=8)
def _collections(n: int) -> NDArray[np.float32]:
    """Return the minimal balanced collections of proper coalitions, as zeros and ones (collections, coalitions).

    They are the linearly independent ones whose weights, then unique, are positive (Shapley 1967).
    """
    rows = membership(n)[1:-1].astype(np.float64)
    found: list[NDArray[np.intp]] = []
    for size in range(2, n + 1):
        sets = np.array(list(combinations(range(len(rows)), size)), dtype=np.intp)
        found += [_minimal(rows, sets[start : start + 8192]) for start in range(0, len(sets), 8192)]
    out = np.zeros((sum(map(len, found)), len(rows)), dtype=np.float32)
    places = np.repeat(np.arange(len(out)), np.concatenate([np.full(len(s), s.shape[1]) for s in found]))
    out[places, np.concatenate([s.reshape(-1) for s in found])] = 1
    return out


def _minimal(rows: FloatArray, sets: NDArray[np.intp]) -> NDArray[np.intp]:
    table = rows[sets]
    gram = table @ table.transpose(0, 2, 1)
    regular = np.abs(np.linalg.det(gram)) > 0.5  # a determinant of whole numbers
    sets, table, gram = sets[regular], table[regular], gram[regular]
    weights = np.linalg.solve(gram, table.sum(axis=2)[..., None])[..., 0]
    covered = np.abs(np.einsum("ck,cki->ci", weights, table) - 1).max(axis=1, initial=0) < LEVEL
    return np.asarray(sets[covered & (weights > LEVEL).all(axis=1)])


def _balanced_by_programs(above: BoolArray, tight: BoolArray) -> BoolArray:
    """Say the same point by point: no transfer among players helps a coalition above without hurting another."""
    from scipy.optimize import linprog

    n = tight.shape[1]
    rows = membership(n)[1:-1].astype(np.float64)
    good = np.empty(len(above), dtype=np.bool_)
    for p, (held, pinned) in enumerate(zip(above, tight, strict=True)):
        table = rows[held]
        none = np.zeros(len(table))
        bounds = [(0 if helps else -1, 1) for helps in pinned]
        best = linprog(-table.sum(axis=0), A_ub=-table, b_ub=none, A_eq=np.ones((1, n)), b_eq=[0], bounds=bounds)
        good[p] = best.fun is not None and best.fun >= -LEVEL
    return good
