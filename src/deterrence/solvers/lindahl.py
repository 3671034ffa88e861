"""Lindahl equilibrium of a public good: shares of the sum at which everybody wants the same sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.first_order import slopes
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import SolverError
from deterrence.expressions import Expr
from deterrence.profiles import ActionProfile, Completeness, Found
from deterrence.solvers.base import ContinuousSolver
from deterrence.solvers.best_replies import as_found

__all__ = ["Lindahl"]

_BISECTIONS: Final = 48
_DIVISIONS: Final = 15  # of the sum into eighths: as exact as 45 bisections, in fewer and larger steps
_EIGHTHS: Final = np.linspace(0, 1, 9)[:, None]
_NUMBERS: Final = 1 << 18  # of one array of the search: grid times points

_GRID: Final = "every change of sign of the sum of shares on a grid was followed; a pair between could be missed"


@dataclass(frozen=True, kw_only=True)
class Lindahl(ContinuousSolver):
    """Actions such that player i, who would pay the share t_i of any sum X, wants exactly the sum that there is.

    A share for every sum follows from the player's first-order condition t_i u_x + u_X = 0; a sum at which the shares
    add up to one is an equilibrium (Lindahl 1919; Foley 1970). It is efficient and, unlike Nash equilibrium, no
    player's best reply: players pay by a price that the scheme sets. For sums alone, and payoffs without kinks.
    """

    grid: int = 64

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "lindahl"

    def solve(self, game: CompiledContinuous) -> Found[ActionProfile]:
        """Return the equilibria at every point, in ascending order of the sum."""
        parts = slopes(game.game)
        if parts is None or game.game.aggregate.kind != "sum":
            raise SolverError("shares are defined for a sum and payoffs without kinks", remedy="use JointOptimum()")
        plain = game.in_floats()
        size = max(1, _NUMBERS // self.grid)
        blocks = [slice(start, start + size) for start in range(0, max(plain.size, 1), size)]
        with np.errstate(all="ignore"):
            found = [_searched(plain.select(block), parts, self.grid) for block in blocks]
        width = max(len(actions) for actions, _ in found)
        actions = np.concatenate([_padded(actions, width) for actions, _ in found], axis=-1)
        exists = np.concatenate([_padded(exists, width) for _, exists in found], axis=-1).astype(np.bool_)
        return as_found(game, actions, exists & game.defined, Completeness.SOME, _GRID)


def _padded(array: FloatArray | BoolArray, width: int) -> FloatArray:
    missing = width - len(array)
    return np.pad(array.astype(np.float64), [(0, missing), *[(0, 0)] * (array.ndim - 1)])


def _searched(game: CompiledContinuous, parts: Sequence[tuple[Expr, Expr]], grid: int) -> tuple[FloatArray, BoolArray]:
    """Return actions (equilibria, players, points) and where each exists."""
    levels = game.total(game.high) * np.geomspace(1e-9, 1, grid)[:, None]
    excess = _shares(game, parts, levels).sum(axis=0) - 1
    falls, rises = excess[:-1] > 0, excess[:-1] < 0
    changes = (falls & (excess[1:] <= 0)) | (rises & (excess[1:] >= 0))
    rank = np.cumsum(changes, axis=0)
    count = max(1, int(rank.max(initial=0)))
    actions = np.zeros((count, len(game.players), game.size))
    exists = np.zeros((count, game.size), dtype=np.bool_)
    for k in range(count):
        segment, points = np.nonzero(changes & (rank == k + 1))
        part = game.select(points)
        low, high = levels[segment, points], levels[segment + 1, points]
        for _ in range(_DIVISIONS):
            mesh = low + _EIGHTHS * (high - low)
            before = (_shares(part, parts, mesh).sum(axis=0) > 1) == falls[segment, points]
            changed = np.where(before.all(axis=0), len(mesh) - 1, np.argmin(before, axis=0))
            last = np.maximum(changed - 1, 0)[None]
            low, high = (np.take_along_axis(mesh, last + step, axis=0)[0] for step in (0, 1))
        total = (low + high) / 2
        actions[k][:, points] = _shares(part, parts, total[None])[:, 0] * total / part.weights
        exists[k, points] = True
    return actions, exists


def _shares(game: CompiledContinuous, parts: Sequence[tuple[Expr, Expr]], totals: FloatArray) -> FloatArray:
    """Return the share (players, ..., points) at which each player wants a sum, zero or its bound where none is."""
    own, name = game.game.variables()
    found = []
    for i, (direct, through) in enumerate(parts):
        low, high = np.zeros_like(totals), game.weights[i] * game.high[i] / totals
        for _ in range(_BISECTIONS):
            share = (low + high) / 2
            given = {own: share * totals / game.weights[i], name: totals}
            slope = share / game.weights[i] * game.evaluate(direct, given, totals.shape)
            more = slope + game.evaluate(through, given, totals.shape) > 0
            low, high = np.where(more, share, low), np.where(more, high, share)
        found.append((low + high) / 2)
    return np.stack(found)
