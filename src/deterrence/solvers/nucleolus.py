"""The nucleolus: the largest excess made as small as possible, then the next, and so on, at all points in lockstep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from deterrence.compiled.coalitions import CompiledCoalitions
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import SolverError
from deterrence.profiles import Allocation, Completeness, Found
from deterrence.solvers.base import CoalitionSolver
from deterrence.solvers.excesses import FIXED, POSITIVE, Stages

__all__ = ["Nucleolus", "scaled"]

MOST: Final = 10  # players
CELLS: Final = 1 << 21  # numbers of one block of points: coalitions times players

_UNIQUE: Final = "the nucleolus is unique (Schmeidler 1969)"
_NO_IMPUTATION: Final = "the players get more alone than all together: there is no imputation"
_STOPPED: Final = "a linear program was not solved within its steps"


@dataclass(frozen=True, kw_only=True)
class Nucleolus(CoalitionSolver[Allocation]):
    """The nucleolus (Schmeidler 1969) of games with at most ten players, by a sequence of linear programs.

    Each program makes the largest excess v(S) - x(S) of the coalitions that are still open as small as possible
    (Maschler, Peleg and Shapley 1979); coalitions with a positive dual weight are tight in all its solutions and are
    fixed. With `rational` players get at least their worth alone, and where that is impossible there is no nucleolus;
    without it the answer is the prenucleolus, which always exists. In floats.
    """

    rational: bool = True

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nucleolus" if self.rational else "prenucleolus"

    def solve(self, game: CompiledCoalitions) -> Found[Allocation]:
        """Return the nucleolus at every point."""
        n = len(game.players)
        if n > MOST:
            raise SolverError(f"{n} players", where=self.concept, remedy=f"at most {MOST}")
        if game.points.exact:
            raise SolverError("the nucleolus is found in floats", where=self.concept, remedy="leave exact out")
        worth, size = scaled(game.worth)
        alone = worth[:, 1 << np.arange(n)].sum(axis=1)
        possible = np.asarray((alone <= worth[:, -1] + 1e-12) | (not self.rational), dtype=np.bool_)
        amounts = np.full((game.size, n), np.nan)
        step = max(1, CELLS // ((n + 1) << n))
        there = np.flatnonzero(np.logical_and(possible, game.defined))
        for start in range(0, there.size, step):
            part = there[start : start + step]
            amounts[part] = _lexicographic(worth[part], rational=self.rational)
        found = np.asarray(np.isfinite(amounts).all(axis=1), dtype=np.bool_)
        settled = np.where(found | ~possible, Completeness.ALL, Completeness.UNKNOWN).astype(np.int8)
        why = _UNIQUE if possible.all() else f"{_UNIQUE}; where there is none, {_NO_IMPUTATION}"
        profile = Allocation(game.players, (amounts * size[:, None])[:, None], game.game.costs)
        arguments = {Completeness.ALL: why, Completeness.UNKNOWN: _STOPPED}
        return Found(profile, found[:, None], settled, arguments, game.close | ~found & possible, game.defined)


def scaled(worth: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return worths divided by the largest of the point, and what they were divided by."""
    size = np.abs(worth).max(axis=1)
    size = np.where(size > 0, size, 1.0)
    return np.ascontiguousarray(worth / size[:, None]), size


def _lexicographic(worth: FloatArray, *, rational: bool) -> FloatArray:
    """Return the allocation (points, players) that stage after stage leaves, NaN where one fails."""
    stages = Stages(worth, rational=rational)
    good = np.ones(worth.shape[0], dtype=np.bool_)
    for _ in range(stages.players):
        there = np.flatnonzero(good & ~stages.pivots.all(axis=1))
        if not there.size:
            break
        stage = stages.minimised(there)
        good[there] = stage.solved
        for k in range(stages.players + 1):
            column = stage.columns[:, k]
            tight = stage.solved & (column != FIXED) & (stage.duals[:, k] > POSITIVE)
            chosen = column[tight]
            value = stages.worth[there[tight], chosen] - stages.level[chosen] * stage.excess[tight]
            stages.fix(there[tight], chosen, value)
    whole: BoolArray = good & stages.pivots.all(axis=1)
    return np.where(whole[:, None], stages.values, np.nan)
