"""Pure Nash equilibria of strategic games with any number of players, batched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import CompiledTable
from deterrence.compiled.points import BoolArray, NumberArray, indicator
from deterrence.profiles import Completeness, Found, MixedProfile
from deterrence.solvers.base import TableSolver

__all__ = ["PureNash"]

_ARGUMENT: Final = (
    "every pure profile was tested against every unilateral deviation; mixed equilibria were not searched"
)


@dataclass(frozen=True, kw_only=True)
class PureNash(TableSolver):
    """Every Nash equilibrium in pure strategies: no player gains by another action.

    A deviation counts as a gain when it exceeds `tolerance` times the larger of one and the payoffs' size
    (any gain in exact arithmetic); points with a difference inside the tolerance other than zero are flagged.
    """

    tolerance: float = 1e-12

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "pure-nash"

    def solve(self, game: CompiledTable) -> Found[MixedProfile]:
        """Return the pure equilibria at every point, in the order of the table."""
        stable, near = self._best_replies(game)
        cells = stable.reshape(-1, game.size) & game.defined
        count = cells.sum(axis=0)
        width = max(1, int(count.max(initial=0)))
        cell, point = np.nonzero(cells)
        place = (np.cumsum(cells, axis=0) - 1)[cell, point]
        exists = np.zeros((game.size, width), dtype=np.bool_)
        exists[point, place] = True
        index = np.zeros((game.size, width), dtype=np.intp)
        index[point, place] = cell
        make = partial(_one_hot, game.shape, index, exists, game.points.exact)
        profile = MixedProfile(game.players, game.actions, make)
        every = np.full(game.size, Completeness.ALL, dtype=np.int8)
        return Found(profile, exists, every, {Completeness.ALL: _ARGUMENT}, near & game.defined, game.defined)

    def _best_replies(self, game: CompiledTable) -> tuple[BoolArray, BoolArray]:
        """Return (profiles..., points) where nobody gains, and the points with a near-tie."""
        stable = np.ones((*game.shape, game.size), dtype=np.bool_)
        near = np.zeros(game.size, dtype=np.bool_)
        axes = tuple(range(len(game.shape)))
        for i in range(len(game.players)):
            u = game.payoffs[i]
            best = u.max(axis=i, keepdims=True)
            if game.points.exact:
                stable &= np.asarray(u >= best, dtype=np.bool_)
                continue
            slack = self.tolerance * np.maximum(1.0, np.abs(u).max(axis=axes))
            good = u >= best - slack
            near |= (good & (u < best)).any(axis=axes)
            stable &= good
        return stable, near


def _one_hot(
    shape: tuple[int, ...], index: NDArray[np.intp], exists: BoolArray, exact: bool
) -> tuple[NumberArray, ...]:
    """Return the strategies of the profiles by their position in the table, zeros where none exists."""
    chosen = np.unravel_index(index, shape)
    return tuple(
        indicator((action[..., None] == np.arange(size)) & exists[..., None], exact=exact)
        for action, size in zip(chosen, shape, strict=True)
    )
