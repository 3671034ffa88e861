"""nashpy behind solver classes, for single bimatrix games: every answer is verified here before it is returned.

nashpy's own algorithms are bounded neither in time nor in what they return, so each candidate must be a pair of
probability vectors against which nobody gains; anything else is dropped, and completeness is never claimed.
"""

from __future__ import annotations

import contextlib
import warnings
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, Final, cast

import nashpy
import numpy as np
from nashpy.linalg import create_col_tableau, create_row_tableau
from scipy.spatial import QhullError

from deterrence.compiled import CompiledTable
from deterrence.compiled.points import FloatArray
from deterrence.errors import SolverError
from deterrence.profiles import Completeness, Constant, Found, MixedProfile
from deterrence.solvers.base import TableSolver
from deterrence.solvers.two_player import payoff_matrices, stack_pairs

__all__ = ["NashpyLemkeHowson", "NashpyVertexEnumeration"]

_LARGEST: Final = 1e100  # payoffs beyond it make nashpy overflow: nothing is found
_ARGUMENT: Final = "nashpy gives no statement of completeness; every pair listed was verified"

Pair = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, kw_only=True)
class _Nashpy(TableSolver):
    """Shared run: one point after the other, candidates verified to `tolerance` times the payoffs' size."""

    tolerance: float = 1e-9
    max_candidates: int = 1_000
    max_actions: ClassVar[int]

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nash"

    @abstractmethod
    def candidates(self, A: FloatArray, B: FloatArray) -> Iterator[Pair]:
        """Yield what nashpy proposes."""

    def solve(self, game: CompiledTable) -> Found[MixedProfile]:
        """Return the verified candidates at every point."""
        A, B = payoff_matrices(game)
        if game.points.exact:
            raise SolverError("nashpy computes in floats", remedy="use VertexEnumeration() for exact points")
        if sum(game.shape) > self.max_actions:
            raise SolverError(f"{sum(game.shape)} actions in all", remedy="use LemkeHowson()")
        moderate = np.fmax(np.abs(A), np.abs(B)).max(axis=(1, 2)) <= _LARGEST
        usable = game.defined & moderate
        pairs = [self._verified(a, b) if ok else [] for a, b, ok in zip(A, B, usable, strict=True)]
        exists, strategies = stack_pairs(pairs, game.shape, exact=False)
        unknown = np.full(game.size, Completeness.UNKNOWN, dtype=np.int8)
        profile = MixedProfile(game.players, game.actions, Constant(strategies))
        none = np.zeros(game.size, dtype=np.bool_)
        return Found(profile, exists, unknown, {Completeness.UNKNOWN: _ARGUMENT}, none, game.defined)

    def _verified(self, A: FloatArray, B: FloatArray) -> list[Pair]:
        slack = self.tolerance * max(1.0, float(np.abs(A).max()), float(np.abs(B).max()))
        found: list[Pair] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # nashpy warns of degeneracy, which is judged here
            for x, y in islice(self.candidates(A, B), self.max_candidates):
                if _is_equilibrium(A, B, x, y, slack) and not any(_same((x, y), old) for old in found):
                    found.append((x, y))
        return found


def _is_equilibrium(A: FloatArray, B: FloatArray, x: FloatArray, y: FloatArray, slack: float) -> bool:
    if x.shape != A.shape[:1] or y.shape != A.shape[1:] or not (np.isfinite(x).all() and np.isfinite(y).all()):
        return False
    proper = min(x.min(), y.min()) >= -1e-12 and abs(x.sum() - 1) < 1e-9 and abs(y.sum() - 1) < 1e-9
    return bool(proper and (A @ y).max() <= x @ A @ y + slack and (x @ B).max() <= x @ B @ y + slack)


def _same(one: Pair, other: Pair) -> bool:
    return all(np.allclose(a, b, atol=1e-9) for a, b in zip(one, other, strict=True))


@dataclass(frozen=True, kw_only=True)
class NashpyVertexEnumeration(_Nashpy):
    """Nash equilibria of single games by nashpy's vertex enumeration, at most 12 actions in all."""

    max_actions: ClassVar[int] = 12

    def candidates(self, A: FloatArray, B: FloatArray) -> Iterator[Pair]:
        """Yield nashpy's vertex pairs; a polytope that qhull refuses yields none."""
        pairs = cast("Iterator[Pair]", nashpy.Game(A, B).vertex_enumeration())  # its own type says floats
        with contextlib.suppress(QhullError):
            yield from pairs


@dataclass(frozen=True, kw_only=True)
class NashpyLemkeHowson(_Nashpy):
    """Nash equilibria of single games by nashpy's Lemke-Howson tableaux from every label, at most 40 actions in all.

    The pivots are driven and counted here, since nashpy's own loop may not end; a path longer than `max_pivots`
    yields nothing.
    """

    max_actions: ClassVar[int] = 40
    max_pivots: int = 400

    def candidates(self, A: FloatArray, B: FloatArray) -> Iterator[Pair]:
        """Yield what each label leads to."""
        for label in range(sum(A.shape)):
            yield from self._path(A, B, label)

    def _path(self, A: FloatArray, B: FloatArray, label: int) -> Iterator[Pair]:
        columns, rows = create_col_tableau(A, True), create_row_tableau(B, True)
        order = (rows, columns) if label in rows.non_basic_variables else (columns, rows)
        entering = label
        for pivot in range(self.max_pivots):
            entering = order[pivot % 2].pivot_and_drop_label(entering)
            if columns.non_basic_variables | rows.non_basic_variables == columns.labels:
                yield (
                    np.asarray(rows.to_strategy(columns.non_basic_variables), dtype=np.float64),
                    np.asarray(columns.to_strategy(rows.non_basic_variables), dtype=np.float64),
                )
                return
