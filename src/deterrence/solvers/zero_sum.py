"""Optimal strategies of two-player zero-sum games by exact linear programming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from deterrence.compiled import CompiledTable
from deterrence.compiled.points import NumberArray
from deterrence.errors import SolverError
from deterrence.profiles import Completeness, Constant, Found, MixedProfile
from deterrence.solvers.base import TableSolver
from deterrence.solvers.bimatrix import lemke_howson
from deterrence.solvers.simplex import Row, maximise
from deterrence.solvers.two_player import payoff_matrices, stack_pairs

__all__ = ["ZeroSum", "optimal_strategies"]

_ARGUMENT: Final = (
    "one optimal strategy of each player is listed; where there are others, every pair of them is an equilibrium, "
    "and all have the same payoffs"
)


def optimal_strategies(u: Sequence[Row]) -> tuple[Row, Row]:
    """Return exact strategies of both players that guarantee the value, where the rows' player gets u (m, n).

    With payoffs shifted above zero, maximise the sum of y >= 0 subject to u y <= 1: scaled to one, y is the columns'
    strategy and the multipliers are the rows' (Dantzig 1951).
    """
    shift = 1 - min(min(row) for row in u)
    positive = [[x + shift for x in row] for row in u]
    found = maximise([Fraction(1)] * len(u[0]), positive, [Fraction(1)] * len(u))
    return [p / found.value for p in found.y], [p / found.value for p in found.x]


@dataclass(frozen=True, kw_only=True)
class ZeroSum(TableSolver):
    """One optimal strategy of each player of a two-player game whose payoffs sum to a constant.

    At exact points the linear programme is solved in rationals, at others by Lemke and Howson's path, one point after
    the other: for large tables at few points. Raises `SolverError` where payoffs do not sum to a constant (in floats to
    within 1e-9 of their size).
    """

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nash"

    def solve(self, game: CompiledTable) -> Found[MixedProfile]:
        """Return one equilibrium at every point."""
        A, B = payoff_matrices(game)
        exact = game.points.exact
        _refuse_other_games(A[game.defined], B[game.defined], 0.0 if exact else 1e-9)
        pairs = [
            [optimal_strategies(a.tolist()) if exact else lemke_howson(a, -a)] if ok else []
            for a, ok in zip(A, game.defined, strict=True)
        ]
        exists, strategies = stack_pairs(pairs, game.shape, exact)
        some = np.full(game.size, Completeness.SOME, dtype=np.int8)
        none = np.zeros(game.size, dtype=np.bool_)
        profile = MixedProfile(game.players, game.actions, Constant(strategies))
        return Found(profile, exists, some, {Completeness.SOME: _ARGUMENT}, none, game.defined)


def _refuse_other_games(A: NumberArray, B: NumberArray, tolerance: float) -> None:
    if not len(A):
        return
    total = (A / 2 + B / 2).reshape(len(A), -1)  # halves do not overflow
    size = np.maximum(np.abs(A), np.abs(B)).reshape(len(A), -1).max(axis=1)
    if (total.max(axis=1) - total.min(axis=1) > tolerance * size).any():
        raise SolverError("the payoffs do not sum to a constant", remedy="use LemkeHowson() or another solver")
