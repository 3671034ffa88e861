"""Symmetric wars of attrition: no type gains by quitting at another time."""

from __future__ import annotations

from typing import Final

import numpy as np

from deterrence.certify.certificate import Certificate
from deterrence.compiled.attrition import GONE, LEFT, MIDDLE, CompiledAttrition, cumulated
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.profiles import QuitTimes

__all__ = ["certify_attrition"]

TOLERANCE: Final = 1e-7  # what the quadrature leaves
TRIED: Final = range(MIDDLE - 8 * 8, MIDDLE + 8 * 8 + 1, 8)  # nodes of the types that are tried

_METHOD: Final = (
    "Bayes-Nash in quitting times: for {} types, from a share of 0.03 % to one of 99.97 %, the payoff of quitting at "
    "each of {} times, against independent others who quit by the rule, compared with that at the own time"
)


def certify_attrition(
    game: CompiledAttrition, profile: QuitTimes, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check a rule by scanning deviations of many types; `gain` is the largest, in payoff units.

    Which type quits when is read off the rule in both orders of types; the one that gains less is taken.
    """
    with np.errstate(all="ignore"):
        times = profile.times[:, 0].T
        sound = (np.diff(times, axis=0) >= 0).all(axis=0) & (times[0] >= 0)
        sound &= (profile.shares[:, 0, 0].T == GONE).all(axis=0)
        gains = [_gain(game, times, below, above) for below, above in ((GONE, LEFT), (LEFT, GONE))]
        best = np.minimum(*(gain for gain, _ in gains))
        scale = gains[0][1]
        passed = exists[:, 0] & sound & (best <= tolerance * np.maximum(scale, np.finfo(float).tiny))
    return Certificate(
        gain=np.where(exists, best[:, None], np.nan),
        passed=passed[:, None],
        exists=exists,
        tolerance=tolerance,
        method=_METHOD.format(len(TRIED), GONE.size),
        exact=False,
    )


def _gain(
    game: CompiledAttrition, times: FloatArray, below: FloatArray, above: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the largest gain over the types tried, and the size of payoffs (points,)."""
    worst, scale = np.zeros(game.size), np.zeros(game.size)
    others = (game.count - 1) * LEFT ** (game.count - 1) * GONE  # density of the first of the others, in log-odds
    alone = LEFT ** (game.count - 1)
    for k in TRIED:
        kind = game.quantile(below[k], above[k])
        wins, quits, _, _ = game.at(times, kind[None])
        worth = cumulated(wins * others) + alone * quits
        worst = np.maximum(worst, np.nan_to_num(worth, nan=-np.inf).max(axis=0) - worth[k])
        scale = np.maximum(scale, np.abs(worth).max(axis=0))
    return worst, scale
