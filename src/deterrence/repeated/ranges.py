"""A repeated game with an agreement as a form of game: compiled, solved, certified."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Final

import numpy as np

from deterrence.certify import Certificate
from deterrence.compiled import Points
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import SolverError
from deterrence.games import FrozenMap, Quantity, RepeatedGame
from deterrence.outcomes import Outcomes
from deterrence.outcomes.blocks import blank
from deterrence.profiles import Completeness, DiscountRange, Found
from deterrence.repeated.patience import METHOD, Problem
from deterrence.solvers import Solver

__all__ = ["CompiledRepeated", "PatienceRanges", "certify_ranges", "compile_repeated", "range_outcomes"]

_ALL: Final = "all sign changes of every incentive in the unit interval were found"


@dataclass(frozen=True)
class CompiledRepeated:
    """The question at all points."""

    problem: Problem
    points: Points


def compile_repeated(game: RepeatedGame, points: Points) -> CompiledRepeated:
    """Return the incentives and the points; raise `SolverError` at exact points."""
    if points.exact:
        raise SolverError("discount factors are found in floating point", remedy="leave exact out")
    taken = {p.name for p in game.parameters}
    free = next(name for k in count() if (name := f"delta_{k}") not in taken)
    return CompiledRepeated(Problem.of(game.stage, game.agreement, free), points)


@dataclass(frozen=True, kw_only=True)
class PatienceRanges(Solver[CompiledRepeated, DiscountRange]):
    """The ranges of discount factors with which an agreement is kept, one after the other from the least on.

    As `critical_discount`: every breach gives a polynomial inequality in the discount factor.
    """

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "subgame-perfect"

    def solve(self, game: CompiledRepeated) -> Found[DiscountRange]:
        """Return the ranges at every point."""
        ranges, _, _ = game.problem.solved(game.points, certify=False)
        good = game.problem.defined(game.points)
        exists = ~np.isnan(ranges[..., 0])
        settled = np.full(game.points.size, Completeness.ALL, dtype=np.int8)
        flagged = np.zeros(game.points.size, dtype=np.bool_)
        return Found(DiscountRange(ranges), exists, settled, {Completeness.ALL: _ALL}, flagged, good)


def certify_ranges(game: CompiledRepeated, profile: DiscountRange, exists: BoolArray) -> Certificate:
    """Check ranges by one-shot deviations inside and outside; `gain` is the largest inside, in payoffs of a period."""
    ranges: FloatArray = np.where(exists[..., None], profile.ranges, np.nan)
    agrees, gain = game.problem.agrees(game.points, ranges)
    return Certificate(
        gain=np.where(exists, gain[:, None], np.nan),
        passed=exists & agrees[:, None],
        exists=exists,
        tolerance=0.0,
        method=METHOD,
        exact=False,
    )


def range_outcomes(
    game: RepeatedGame, compiled: CompiledRepeated, profile: DiscountRange, exists: BoolArray
) -> Outcomes:
    """Return the least and the greatest discount factor of every range."""
    nothing = blank(*exists.shape, 0, exact=False)
    ends = {Quantity("patience", name): profile.ranges[..., k] for k, name in enumerate(("least", "greatest"))}
    return Outcomes(
        events=(),
        players=(),
        types=(),
        probabilities=nothing,
        payoffs=nothing,
        type_payoffs=nothing,
        others=FrozenMap({name: np.where(exists, values, np.nan) for name, values in ends.items()}),
    )
