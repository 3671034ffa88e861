"""What a rule for quitting leads to among sides that are alike: war, payoffs, how long it takes."""

from __future__ import annotations

import numpy as np

from deterrence.compiled.attrition import GONE, LEFT, MIDDLE, STEP, CompiledAttrition, cumulated
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.games import AttritionGame, Quantity
from deterrence.outcomes.blocks import blank
from deterrence.outcomes.result import Outcomes
from deterrence.profiles import QuitTimes

__all__ = ["attrition_outcomes"]

EVERY = 8  # of the nodes of shares: types over which payoffs are averaged


def attrition_outcomes(
    game: AttritionGame, compiled: CompiledAttrition, profile: QuitTimes, exists: BoolArray
) -> Outcomes:
    """Return P(settled), P(war), a side's expected payoff before it knows its type, hazard, duration."""
    shape = exists.shape
    with np.errstate(all="ignore"):
        times = profile.times[:, 0].T
        first = compiled.count * LEFT**compiled.count * GONE  # density of the first of all, in log-odds
        nobody = np.zeros((1, compiled.size))
        risk = compiled.at(times, nobody)[3]
        war = STEP * (risk * first).sum(axis=0)
        found = {
            Quantity("hazard", game.side): (GONE[1, 0] - GONE[0, 0]) / (times[1] - times[0]),
            Quantity("duration", "play"): STEP * (times * first).sum(axis=0),
            Quantity("time", "median"): times[MIDDLE],
        }
        payoff = _payoff(compiled, times)
    named = {Quantity(kind, of) for kind, names in game.quantities().items() for of in names}
    result = Outcomes(
        events=game.events(),
        players=(game.side,),
        types=(),
        probabilities=blank(*shape, len(game.events()), exact=False),
        payoffs=blank(*shape, 1, exact=False),
        type_payoffs=blank(*shape, 0, exact=False),
        others={q: np.where(exists, v[:, None], np.nan) for q, v in found.items() if q in named},
    )
    for i, probability in enumerate((1 - war, war)[: len(game.events())]):
        result.probabilities[..., i] = np.where(exists, probability[:, None], np.nan)
    result.payoffs[..., 0] = np.where(exists, payoff[:, None], np.nan)
    return result


def _payoff(game: CompiledAttrition, times: FloatArray) -> FloatArray:
    """Return the mean payoff over types: each against the first of the others, up to its own time."""
    low = game.at(times[:1], game.quantile(GONE[MIDDLE - 8], LEFT[MIDDLE - 8])[None])
    high = game.at(times[:1], game.quantile(LEFT[MIDDLE - 8], GONE[MIDDLE - 8])[None])
    low_first = (low[2] / (low[0] - low[1]) <= high[2] / (high[0] - high[1]))[0]
    others = (game.count - 1) * LEFT ** (game.count - 1) * GONE
    total = np.zeros(game.size)
    for k in range(EVERY // 2, GONE.size, EVERY // 2):
        kind = game.quantile(np.where(low_first, GONE[k], LEFT[k]), np.where(low_first, LEFT[k], GONE[k]))
        wins, quits, _, _ = game.at(times[: k + 1], kind[None])
        worth = cumulated(wins * others[: k + 1])[-1] + LEFT[k] ** (game.count - 1) * quits[-1]
        total += EVERY // 2 * STEP * GONE[k] * LEFT[k] * worth
    return total
