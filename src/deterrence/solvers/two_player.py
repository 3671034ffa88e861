"""Nash equilibria of two-player strategic games: supports first, vertices and exact rationals where ties demand it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import CompiledTable
from deterrence.compiled.points import BoolArray, NumberArray, same
from deterrence.errors import SolverError
from deterrence.profiles import Completeness, Constant, Found, MixedProfile, pad
from deterrence.solvers.base import TableSolver
from deterrence.solvers.bimatrix import (
    Supports,
    enumerate_vertices,
    exact_extreme_equilibria,
    find_all_supports,
    lemke_howson,
)

__all__ = ["LemkeHowson", "SupportEnumeration", "VertexEnumeration"]

_SUPPORTS: Final = (
    "every pair of supports of equal size was tested; a game without ties has no other equilibria. "
    "Where ties occur (flagged) the extreme points of every component are listed, and all equilibria are "
    "mixtures within maximal Nash subsets of them"
)
_EXTREME: Final = (
    "every pair of vertices of the best-reply polytopes was tested: all extreme equilibria are listed, and all "
    "equilibria are mixtures within maximal Nash subsets of them"
)
_OPEN: Final = (
    "ties that floating-point arithmetic cannot decide, at too many points for exact arithmetic: solve them exactly"
)
_ONE: Final = "Lemke-Howson follows one path from one label: other equilibria may exist"

Pair = tuple[NumberArray, NumberArray]


def payoff_matrices(game: CompiledTable) -> Pair:
    """Return both players' payoffs, (points, rows, columns); raise `SolverError` unless two players move."""
    _two_players(game)
    return np.moveaxis(game.payoffs[0], -1, 0), np.moveaxis(game.payoffs[1], -1, 0)


def _two_players(game: CompiledTable) -> None:
    if len(game.players) != 2:
        raise SolverError(f"{len(game.players)} players", remedy="this solver takes two; PureNash takes any number")


@dataclass(frozen=True, kw_only=True)
class SupportEnumeration(TableSolver):
    """All Nash equilibria of two-player games with at most six actions each, at millions of points per second.

    Points with ties are flagged and solved again by vertex enumeration, then, where floats cannot decide, in
    exact rationals (at most `exact_limit` points). With exact points everything is rational.

    Raises `SolverError` for other numbers of players or more actions.
    """

    exact_limit: int = 2_000

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nash"

    def solve(self, game: CompiledTable) -> Found[MixedProfile]:
        """Return the equilibria at every point."""
        _two_players(game)
        if max(game.shape) > 6:
            raise SolverError(f"{game.shape} actions", remedy="use VertexEnumeration() or LemkeHowson()")
        if game.points.exact:
            return VertexEnumeration().solve(game)
        first = find_all_supports(game.shape, *game.cells)
        exists, make = first.exists, _on_supports(game, first)
        nowhere = same(np.False_, (game.size,))
        flagged = np.asarray(first.uncertain & ~first.invalid)
        again = np.flatnonzero(flagged)
        if not again.size:
            return _found(game, exists, make, nowhere, nowhere, _SUPPORTS)
        A, B = payoff_matrices(game)
        second, open_points = _degenerate(A[again], B[again], self.exact_limit)
        exists, make = _merged(exists, make, again, second)
        unsettled = np.zeros_like(flagged)
        unsettled[again] = open_points
        return _found(game, exists, make, flagged, unsettled, _SUPPORTS)


@dataclass(frozen=True, kw_only=True)
class VertexEnumeration(TableSolver):
    """All extreme Nash equilibria of two-player games, degenerate ones included, up to about 16 actions in all.

    Points that floats cannot decide are solved in exact rationals (at most `exact_limit` of them).
    """

    exact_limit: int = 2_000

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nash"

    def solve(self, game: CompiledTable) -> Found[MixedProfile]:
        """Return the extreme equilibria at every point."""
        A, B = payoff_matrices(game)
        exists, strategies, unsettled = extreme_equilibria(game, A, B, self.exact_limit)
        return _found(game, exists, Constant(strategies), unsettled, unsettled, _EXTREME)


@dataclass(frozen=True, kw_only=True)
class LemkeHowson(TableSolver):
    """One Nash equilibrium of a larger two-player game, by complementary pivoting with lexicographic ties.

    After Lemke and Howson 1964; `label` is the action dropped first. One point after the other: for few points.
    """

    label: int = 0

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nash"

    def solve(self, game: CompiledTable) -> Found[MixedProfile]:
        """Return one equilibrium at every point."""
        A, B = payoff_matrices(game)
        pairs = [[lemke_howson(a, b, self.label)] if ok else [] for a, b, ok in zip(A, B, game.defined, strict=True)]
        exists, strategies = stack_pairs(pairs, game.shape, game.points.exact)
        some = np.full(game.size, Completeness.SOME, dtype=np.int8)
        profile = MixedProfile(game.players, game.actions, Constant(strategies))
        none = np.zeros(game.size, dtype=np.bool_)
        return Found(profile, exists, some, {Completeness.SOME: _ONE}, none, game.defined)


Strategies = tuple[NumberArray, ...]


def _degenerate(A: NumberArray, B: NumberArray, limit: int) -> tuple[tuple[BoolArray, Pair], BoolArray]:
    """Return (exists, strategies) of all extreme equilibria, and the points that stay undecided."""
    found = enumerate_vertices(A, B)
    undecided = np.flatnonzero(found.uncertain & ~found.invalid)
    exists, (x, y) = found.exists, found.strategies()
    settled = undecided[:limit]
    unsettled = np.asarray(found.uncertain & ~found.invalid)
    if not settled.size:
        return (exists, (x, y)), unsettled
    pairs = [exact_extreme_equilibria(_fractions(A[i]), _fractions(B[i])) for i in settled]
    extra, (ex, ey) = stack_pairs(pairs, A.shape[1:], exact=False)
    width = max(exists.shape[1], extra.shape[1])
    exists, x, y = (pad(array, width).copy() for array in (exists, x, y))
    for whole, part in zip((exists, x, y), (extra, ex, ey), strict=True):
        whole[settled] = pad(part, width)
    unsettled[settled] = False
    return (exists, (x, y)), unsettled


def _fractions(matrix: NumberArray) -> list[list[Fraction]]:
    return [[Fraction(value) for value in row] for row in matrix.tolist()]


def extreme_equilibria(
    game: CompiledTable, A: NumberArray, B: NumberArray, limit: int
) -> tuple[BoolArray, Pair, BoolArray]:
    """Return all extreme equilibria for payoffs (points, rows, columns), and the points that stay undecided."""
    if game.points.exact:
        pairs = [exact_extreme_equilibria(a.tolist(), b.tolist()) for a, b in zip(A, B, strict=True)]
        return (*stack_pairs(pairs, A.shape[1:], exact=True), same(np.False_, (game.size,)))
    (exists, strategies), unsettled = _degenerate(A, B, limit)
    return exists, strategies, unsettled


def stack_pairs(
    pairs: Iterable[Iterable[tuple[Iterable[Any], Iterable[Any]]]], shape: tuple[int, ...], exact: bool
) -> tuple[BoolArray, Pair]:
    """Return lists of strategy pairs, one list a point, as padded arrays."""
    rows = [list(point) for point in pairs]
    width = max((len(point) for point in rows), default=0) or 1
    exists = np.zeros((len(rows), width), dtype=np.bool_)
    kind: type[object] | type[np.float64] = object if exact else np.float64
    x, y = (np.full((len(rows), width, size), Fraction(0) if exact else 0.0, dtype=kind) for size in shape)
    for i, point in enumerate(rows):
        for k, (mine, other) in enumerate(point):
            exists[i, k] = True
            x[i, k, :] = list(mine)
            y[i, k, :] = list(other)
    return exists, (x, y)


def _on_supports(game: CompiledTable, supports: Supports) -> Callable[[], Strategies]:
    return lambda: supports.strategies(*payoff_matrices(game))


def _merged(
    exists: BoolArray, make: Callable[[], Strategies], again: NDArray[np.intp], second: tuple[BoolArray, Pair]
) -> tuple[BoolArray, Callable[[], Strategies]]:
    """Return the first answer with the points `again` replaced by the second, strategies still made on demand."""
    more, replaced = second
    width = max(exists.shape[1], more.shape[1])

    def put(whole: NumberArray, part: NumberArray) -> NumberArray:
        out = pad(whole, width).copy()
        out[again] = pad(part, width)
        return out

    def merged() -> Strategies:
        return tuple(put(whole, part) for whole, part in zip(make(), replaced, strict=True))

    return put(exists, more), merged


def _found(
    game: CompiledTable,
    exists: BoolArray,
    make: Callable[[], Strategies],
    flagged: BoolArray,
    unsettled: BoolArray,
    argument: str,
) -> Found[MixedProfile]:
    completeness: NDArray[np.int8] = same(np.int8(Completeness.ALL), (game.size,))
    if unsettled.any():
        completeness = np.where(unsettled, np.int8(Completeness.UNKNOWN), completeness)
    arguments = {Completeness.ALL: argument, Completeness.UNKNOWN: _OPEN}
    profile = MixedProfile(game.players, game.actions, make)
    return Found(profile, exists, completeness, arguments, flagged, game.defined)
