"""Optimal random cover of targets, checked: the reply is best, and no cover makes a strike less attractive."""

from __future__ import annotations

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray

__all__ = ["certify_cover"]

_STEP = 1e-9


def certify_cover(
    value: FloatArray,
    loss: FloatArray,
    resources: FloatArray,
    cost: FloatArray,
    cover: FloatArray,
    target: FloatArray,
    defender: FloatArray,
) -> BoolArray:
    """Say (...) where a cover (..., targets) is feasible, the reply `target` best, and nothing better for the Defender.

    `target` is the one struck, -1 for none. If target t is a best reply to some cover at an attraction w, every other
    one is covered with 1 - w/value at least. So where this needs more than the resources at an attraction just below
    the present one, no cover achieves less; and what the Defender loses on t is w loss/value.
    """
    attraction = (1 - cover) * value
    most = attraction.max(axis=-1)
    low = np.maximum(most * (1 - _STEP), 0)[..., None]
    needed = np.clip(1 - low / value, 0, 1).sum(axis=-1)
    struck = target >= 0
    at = np.where(struck, target, 0)[..., None]
    here, harm = (np.take_along_axis(x, at, axis=-1)[..., 0] for x in (attraction, loss * (1 - cover)))
    slack = _STEP * value.max(axis=-1)
    feasible = ((cover >= -_STEP) & (cover <= 1 + _STEP)).all(axis=-1) & (cover.sum(axis=-1) <= resources + _STEP)
    deterred = ~struck & (most <= cost + slack) & (defender == 0)
    size = _STEP * loss.max(axis=-1)
    least = np.where(value >= most[..., None] - slack[..., None], loss / value, np.inf).min(axis=-1) * most
    reply = struck & (here >= most - slack) & (most >= cost - slack) & (np.abs(defender + harm) <= size)
    best = (harm <= least + size) & ((needed >= resources - _STEP) | (most <= slack))
    return np.asarray(feasible & (deterred | (reply & best)), dtype=np.bool_)
