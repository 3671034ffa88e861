"""All sign changes of a function on the unit interval, and roots inside brackets, at many points at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import BoolArray, FloatArray

__all__ = ["NOTHING", "Scan", "bracketed", "edges", "scan"]

STEPS: Final = 60
CLOSE: Final = 4e-16  # width of a bracket that is not refined further
NOTHING: Final = 1e-13  # size below which rounding may have made a zero
CLOSE_TO_END: Final = 1e-6


@dataclass(frozen=True)
class Scan:
    """Where a function, `values` (nodes, points), vanishes or changes its sign.

    The nodes are equally spaced but for one close to either end, so that a zero at an end hides nothing. `point` and
    `left` list the findings in order: a node where `exact`; else the left end of a cell with a change of sign, or,
    where `edge`, with the end of an interval on which the function vanishes. `near` marks points with such an interval,
    and those where the function comes close to zero without a change of sign: two more roots may hide there.
    """

    nodes: FloatArray
    values: FloatArray
    point: NDArray[np.intp]
    left: NDArray[np.intp]
    exact: BoolArray
    edge: BoolArray
    near: BoolArray


def scan(function: Callable[[float], FloatArray], cells: int) -> Scan:
    """Evaluate a function of a scalar at all nodes and find its zeros and changes of sign."""
    nodes = np.array([0, CLOSE_TO_END, *(k / cells for k in range(1, cells)), 1 - CLOSE_TO_END, 1])
    values = np.stack([function(node) for node in nodes])
    zero = np.abs(values) <= NOTHING
    change, both = np.zeros_like(zero), np.zeros_like(zero)
    change[:-1] = (values[:-1] * values[1:] < 0) & ~zero[:-1] & ~zero[1:]
    both[:-1] = zero[:-1] & zero[1:]
    run = both.copy()
    run[1:] |= both[:-1]
    run[1:-1] |= zero[1:-1]  # an interval may hold one node only; its ends then tell
    edge = np.zeros_like(zero)
    edge[:-1] = (run[:-1] & ~zero[1:]) | (run[1:] & ~zero[:-1])
    single = np.zeros_like(zero)
    single[[0, -1]] = zero[[0, -1]]
    found, node = np.nonzero((single | change | edge).T)
    near = _almost(values, zero) | both.any(axis=0)
    return Scan(nodes, values, found, node, single[node, found], edge[node, found] & ~single[node, found], near)


def _almost(values: FloatArray, zero: BoolArray) -> BoolArray:
    """Say where a function turns back so close to zero that its curvature could hide two roots."""
    before, here, after = values[:-2], values[1:-1], values[2:]
    turns = (np.abs(here) < np.abs(before)) & (np.abs(here) < np.abs(after))
    same = (here * before > 0) & (here * after > 0) & ~zero[1:-1]
    return np.asarray((turns & same & (np.abs(here) <= np.abs(after - 2 * here + before))).any(axis=0))


def edges(
    function: Callable[[FloatArray], FloatArray], a: FloatArray, b: FloatArray, vanishes_at_a: BoolArray
) -> FloatArray:
    """Return where an interval on which the function vanishes ends, between a and b; by halving."""
    inside, outside = np.where(vanishes_at_a, a, b), np.where(vanishes_at_a, b, a)
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        still = np.abs(function(middle)) <= NOTHING
        inside, outside = np.where(still, middle, inside), np.where(still, outside, middle)
    return inside


def bracketed(
    function_at: Callable[[NDArray[np.intp]], Callable[[FloatArray], FloatArray]],
    a: FloatArray,
    b: FloatArray,
    fa: FloatArray,
    fb: FloatArray,
) -> FloatArray:
    """Return roots between a and b, where functions have different signs; `function_at` makes those of some brackets.

    Chandrupatla 1997: inverse quadratic interpolation where it is safe, else halving; all brackets in step, and those
    that are done left out as soon as they are many.
    """
    out, live = np.empty_like(a), np.arange(a.size)
    c, fc, share = a, fa, np.full(a.shape, 0.5)
    function = function_at(live)
    for _ in range(STEPS):
        x = a + share * (b - a)
        fx = function(x)
        same = np.sign(fx) == np.sign(fa)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = x, fx
        width = np.abs(b - a)
        limit = CLOSE / np.maximum(width, CLOSE)
        done = (limit > 0.5) | (fa == 0) | ~np.isfinite(fa)
        share = np.clip(_step(a, b, c, fa, fb, fc), np.minimum(limit, 0.5), 1 - np.minimum(limit, 0.5))
        if np.count_nonzero(done) * 3 > live.size:
            out[live] = np.where(np.abs(fa) <= np.abs(fb), a, b)
            keep = np.flatnonzero(~done)
            if not keep.size:
                return out
            live, share = live[keep], share[keep]
            a, b, c, fa, fb, fc = (x[keep] for x in (a, b, c, fa, fb, fc))
            function = function_at(live)
    out[live] = np.where(np.abs(fa) <= np.abs(fb), a, b)
    return out


def _step(a: FloatArray, b: FloatArray, c: FloatArray, fa: FloatArray, fb: FloatArray, fc: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        safe = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
        quadratic = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    return np.where(safe & np.isfinite(quadratic), quadratic, 0.5)
