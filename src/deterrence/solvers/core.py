"""The core of a coalitional game: its vertices for few players, one of its points for more, or why it is empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import factorial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.coalitions import CompiledCoalitions, membership
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.errors import SolverError
from deterrence.profiles import Allocation, Completeness, Found
from deterrence.solvers.base import CoalitionSolver
from deterrence.solvers.excesses import FIXED, Stages
from deterrence.solvers.nucleolus import CELLS, MOST, scaled

__all__ = ["Core"]

FEW: Final = 5  # players up to whom all vertices are listed
SLACK: Final = 1e-9  # of the largest worth: what rounding may take from a coalition
GRID: Final = 1e-7  # vertices closer than this, relative to the largest worth, are one

_VERTICES: Final = "the core consists of the averages of its vertices; where it is empty, balanced weights prove it"
_POINT: Final = f"one point of the core is listed; vertices are listed up to {FEW} players"


@dataclass(frozen=True, kw_only=True)
class Core(CoalitionSolver[Allocation]):
    """The core: allocations of the worth of all together that give every coalition at least its worth.

    Up to five players every vertex is listed, found as the solution of as many tight coalitions as there are players;
    the core has at most n! vertices (Derks and Kuipers 2002). For six to ten players a point of the least core is
    found by linear programming. Where the core is empty the dual of that program gives balanced weights that prove it
    (Bondareva 1963; Shapley 1967). Exact at exact points up to four players.
    """

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "core"

    def solve(self, game: CompiledCoalitions) -> Found[Allocation]:
        """Return the core at every point."""
        n = len(game.players)
        if n > MOST:
            raise SolverError(f"{n} players", where="core", remedy=f"at most {MOST}")
        if game.points.exact and n >= FEW:
            raise SolverError(f"exact vertices of the core of {n} players", remedy="leave exact out")
        worth, size = scaled(game.worth.astype(np.float64))
        excess, least, balance = _least_core(worth)
        empty = game.defined & (excess > SLACK)
        if n <= FEW:
            listed = _vertices(worth, game.worth if game.points.exact else worth, game.defined & ~empty)
        else:
            listed = _Listed(least[:, None], (game.defined & ~empty & np.isfinite(excess))[:, None])
        amounts = listed.amounts if game.points.exact else listed.amounts * size[:, None, None]
        some = listed.exists.any(axis=1)
        settled = np.where(empty | (some & (n <= FEW)), Completeness.ALL, Completeness.SOME).astype(np.int8)
        profile = Allocation(game.players, amounts, game.game.costs, balance * empty[:, None])
        proof = _in_words(game, balance[0]) if game.size == 1 and empty[0] else _VERTICES
        arguments = {Completeness.ALL: proof, Completeness.SOME: _POINT}
        near = game.defined & (np.abs(excess) <= SLACK)
        return Found(profile, listed.exists, settled, arguments, game.close | near, game.defined)


def _in_words(game: CompiledCoalitions, balance: FloatArray) -> str:
    """Return the weighted coalitions that together are worth more than the grand one, at a single point."""
    members = membership(len(game.players))
    parts = []
    for s in np.flatnonzero(balance):
        weight = Fraction(float(balance[s])).limit_denominator(factorial(len(game.players)))
        parts.append(f"{weight} of ({', '.join(np.array(game.players)[members[s] == 1])})")
    total = float(balance @ game.worth[0].astype(np.float64))
    proof = f"every player belongs to coalitions of total weight one in {' + '.join(parts)}"
    return f"{proof}, together worth {total:.6g}, more than {float(game.grand[0]):.6g}"


@dataclass(frozen=True)
class _Listed:
    """Allocations (points, places, players) and which places are taken."""

    amounts: NumberArray
    exists: BoolArray


def _least_core(worth: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the smallest largest excess (points,), an allocation that has it, and balanced weights that prove it."""
    points, size = worth.shape
    n = size.bit_length() - 1
    if n == 1:
        return np.zeros(points) - np.inf, worth[:, 1:], np.zeros(worth.shape)
    excess, amounts, balance = np.empty(points), np.empty((points, n)), np.zeros(worth.shape)
    step = max(1, CELLS // ((n + 1) << n))
    for start in range(0, points, step):
        part = np.arange(start, min(start + step, points))
        stage = Stages(worth[part], rational=False).minimised(np.arange(part.size))
        excess[part] = np.where(stage.solved, stage.excess, np.nan)
        amounts[part] = stage.amounts
        for k in range(n + 1):
            held = stage.columns[:, k] != FIXED
            balance[part[held], stage.columns[held, k]] = np.maximum(stage.duals[held, k], 0)
    total = np.einsum("ps,sn->pn", balance, membership(n)).mean(axis=1)  # the same for every player
    return excess, amounts, balance / np.where(total > 0, total, 1.0)[:, None]


@lru_cache(maxsize=8)
def _bases(players: int) -> tuple[NDArray[np.intp], FloatArray]:
    """Return sets of players - 1 coalitions that with the grand one determine an allocation, and the inverses.

    Positions of coalitions (bases, players), the grand one last, and matrices (bases, players, players).
    """
    table = membership(players).astype(np.float64)
    grand = (1 << players) - 1
    sets = np.array([(*s, grand) for s in combinations(range(1, grand), players - 1)], dtype=np.intp)
    parts = list(_inverses(table, sets))
    return np.concatenate([s for s, _ in parts]), np.concatenate([m for _, m in parts])


def _inverses(table: FloatArray, sets: NDArray[np.intp]) -> Iterator[tuple[NDArray[np.intp], FloatArray]]:
    for start in range(0, len(sets), 4096):
        some = sets[start : start + 4096]
        regular = np.abs(np.linalg.det(table[some])) > 0.5  # determinants of zeros and ones are whole numbers
        yield some[regular], np.asarray(np.linalg.inv(table[some[regular]]), dtype=np.float64)


def _vertices(worth: FloatArray, given: NumberArray, wanted: BoolArray) -> _Listed:
    """Return the vertices at the points that are wanted, in floats or from exact worths `given`."""
    n = worth.shape[1].bit_length() - 1
    sets, inverses = _bases(n)
    members = membership(n).astype(np.float64)
    rows: list[NDArray[np.intp]] = []
    step = max(1, CELLS // (len(sets) << n))
    there = np.flatnonzero(wanted)
    for start in range(0, there.size, step):
        part = there[start : start + step]
        amounts = np.einsum("bij,pbj->pbi", inverses, worth[part][:, sets])
        short = worth[part][:, None] - amounts @ members.T
        point, base = np.nonzero(short.max(axis=2) <= SLACK)
        rounded = np.rint(amounts[point, base] / GRID).astype(np.int64)
        _, first = np.unique(np.column_stack([part[point], -rounded]), axis=0, return_index=True)
        rows.append(np.column_stack([part[point[first]], base[first]]))
    pairs = np.concatenate(rows) if rows else np.zeros((0, 2), dtype=np.intp)
    point, base = pairs[:, 0], pairs[:, 1]
    place = np.arange(point.size) - np.searchsorted(point, point)
    width = max(1, int(place.max(initial=0)) + 1)
    exact = given.dtype == object
    out = np.full((len(worth), width, n), Fraction(0), dtype=object) if exact else np.zeros((len(worth), width, n))
    exists = np.zeros((len(worth), width), dtype=np.bool_)
    right = np.take_along_axis(given[point], sets[base], axis=1)
    out[point, place] = (_rational(inverses)[base] if exact else inverses[base]) @ right[..., None] @ [1]
    exists[point, place] = True
    return _Listed(out, exists)


def _rational(inverses: FloatArray) -> NumberArray:
    """Return inverses of matrices of zeros and ones as Fractions: denominators are at most n! here."""
    limit = factorial(inverses.shape[1])
    return np.asarray(np.frompyfunc(lambda x: Fraction(x).limit_denominator(limit), 1, 1)(inverses))
