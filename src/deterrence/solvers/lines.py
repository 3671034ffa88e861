"""Where actions that are clipped lines in their aggregate agree with it: one sort and cumulative sums.

Player i's action given the aggregate X is clip(p_i + q_i X, low_i, high_i), or X times max(0, p_i + q_i X). Arrays are
(players, points), floats or Fractions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from deterrence.compiled.points import BoolArray, NumberArray

__all__ = ["falling_root", "line_roots"]

_SAME: Final = 1e-11  # relative distance below which two roots in floats are one


def falling_root(level: NumberArray, fall: NumberArray, weight: NumberArray, *, shares: bool) -> NumberArray:
    """Return the one aggregate (points,) at which sum w max(0, p - f X) is X, or is 1 with `shares`; all f > 0.

    Among the m players who drop out last, for every m, the aggregate that solves the equation with all of them active
    is at most the solution, and it is the solution for the right m: the largest of the n candidates is the answer
    (Andreoni and McGuire 1993 for public goods; Stein 2002 for contests).
    """
    order = np.argsort(-(level / fall), axis=0, kind="stable")
    levels = np.cumsum(np.take_along_axis(weight * level, order, axis=0), axis=0)
    falls = np.cumsum(np.take_along_axis(weight * fall, order, axis=0), axis=0)
    candidates = (levels - 1) / falls if shares else levels / (1 + falls)
    return np.asarray(candidates.max(axis=0))


def line_roots(
    total: Callable[[NumberArray], NumberArray], breaks: NumberArray, ends: tuple[NumberArray, NumberArray]
) -> tuple[NumberArray, BoolArray, BoolArray]:
    """Return every root (roots, points) of total(X) - X on an interval, where each exists, and where a segment is root.

    `total` is piecewise linear in X with kinks among `breaks` (kinks, points); `ends` bound the interval. Between
    neighbouring kinks the function is a line, so that its values at the kinks give every root.
    """
    low, high = ends
    inside = np.clip(breaks, low, high)
    kinks = np.sort(np.concatenate([low[None], inside, high[None]]), axis=0)
    gap = total(kinks) - kinks
    before, after = gap[:-1], gap[1:]
    crosses = ((before > 0) & (after < 0)) | ((before < 0) & (after > 0))
    at_kink = before == 0
    step = np.where(crosses, before - after, 1)
    roots = np.where(at_kink, kinks[:-1], kinks[:-1] + before * (kinks[1:] - kinks[:-1]) / step)
    roots = np.concatenate([roots, kinks[-1:]])
    exists = np.concatenate([crosses | at_kink, gap[-1:] == 0])
    flat = (at_kink & (after == 0) & (kinks[1:] > kinks[:-1])).any(axis=0)
    return roots, _once(roots, np.asarray(exists, dtype=np.bool_)), np.asarray(flat, dtype=np.bool_)


def _once(roots: NumberArray, exists: BoolArray) -> BoolArray:
    """Return `exists` without roots that repeat the last one before them; roots are in ascending order."""
    kept = exists.copy()
    exact = roots.dtype == object
    last = np.full(roots.shape[1:], -np.inf)
    for k in range(len(roots)):
        here = roots[k].astype(np.float64)
        near = here <= last + (0 if exact else _SAME * np.maximum(np.abs(here), np.abs(last)))
        kept[k] &= ~near
        last = np.where(kept[k], here, last)
    return kept
