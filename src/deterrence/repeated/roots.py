"""Where polynomials on the unit interval are not negative, for many at a time."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import BoolArray, FloatArray

__all__ = ["evaluated", "ranges_of", "roots_within"]

HALVINGS: Final = 54
ROUNDING: Final = 1e-13  # of the sum of the absolute coefficients: what counts as zero
SHORT: Final = 1e-12  # intervals that are no longer count as points


def evaluated(coefficients: FloatArray, x: FloatArray) -> FloatArray:
    """Return polynomials (powers, ...) at x (...), by Horner's rule."""
    value = np.zeros(np.broadcast_shapes(coefficients.shape[1:], x.shape))
    for c in coefficients[::-1]:
        value = value * x + c
    return value


def roots_within(coefficients: FloatArray) -> FloatArray:
    """Return the places in [0, 1] where polynomials (powers, k) change sign, (powers - 1, k), filled up with ones.

    Coefficients that change sign once have one positive root at most (Descartes). For others: between two places where
    the derivative changes sign a polynomial is monotone, so that halving finds every change; the derivative's places
    are found in the same way, from the linear one on.
    """
    powers, k = coefficients.shape
    places = np.ones((powers - 1, k))
    if powers == 1:
        return places
    positive, negative = coefficients > 0, coefficients < 0
    mixed = positive.any(axis=0) & negative.any(axis=0)
    once = mixed & ((_last(positive) < _first(negative)) | (_last(negative) < _first(positive)))
    for chosen, orders in ((once, range(1)), (mixed & ~once, range(powers - 2, -1, -1))):
        where = np.flatnonzero(chosen)
        if where.size:
            places[:, where] = _followed(coefficients[:, where], orders)
    return places


def _first(marks: BoolArray) -> NDArray[np.intp]:
    return np.asarray(marks.argmax(axis=0))


def _last(marks: BoolArray) -> NDArray[np.intp]:
    return np.asarray(len(marks) - 1 - marks[::-1].argmax(axis=0))


def _followed(coefficients: FloatArray, orders: range) -> FloatArray:
    """Return the sign changes of the derivatives of these orders one after the other, the last those wanted."""
    powers, k = coefficients.shape
    found = np.ones((0, k))
    for order in orders:
        edges = np.concatenate([np.zeros((1, k)), found, np.ones((1, k))])
        derivative = np.polynomial.polynomial.polyder(coefficients, order)
        found = _changes(np.asarray(derivative, dtype=np.float64), edges)
    return np.concatenate([found, np.ones((powers - 1 - len(found), k))])


def _changes(coefficients: FloatArray, edges: FloatArray) -> FloatArray:
    """Return where polynomials change sign between edges on which they are monotone, sorted, ones where they do not."""
    low, high = edges[:-1].copy(), edges[1:].copy()
    wide = coefficients[:, None]
    rising = evaluated(wide, high) > 0
    changes = (evaluated(wide, low) > 0) != rising
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        beyond = (evaluated(wide, middle) > 0) == rising
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return np.sort(np.where(changes, high, 1.0), axis=0)


def ranges_of(polynomials: FloatArray) -> FloatArray:
    """Return where no polynomial (polynomials, powers, points) is negative: (points, ranges, 2) of [0, 1], NaN-filled.

    Single points at which polynomials only touch zero are no ranges.
    """
    conditions, powers, size = polynomials.shape
    flat = polynomials.transpose(1, 0, 2).reshape(powers, -1)
    roots = roots_within(flat).reshape((powers - 1) * conditions, size)
    edges = np.concatenate([np.zeros((1, size)), np.sort(roots, axis=0), np.ones((1, size))])
    middles = (edges[:-1] + edges[1:]) / 2
    slack = ROUNDING * np.abs(polynomials).sum(axis=1)
    holds = np.ones(middles.shape, dtype=np.bool_)
    for polynomial, tiny in zip(polynomials, slack, strict=True):
        holds &= evaluated(polynomial[:, None], middles) >= -tiny
    short = np.diff(edges, axis=0) <= SHORT
    holds[0] &= ~short[0]
    for row in range(1, len(holds)):  # what has no length goes with what lies before it
        holds[row] = np.where(short[row], holds[row - 1], holds[row])
    return _joined(edges, holds)


def _joined(edges: FloatArray, holds: BoolArray) -> FloatArray:
    """Return unions of neighbouring intervals, point by point."""
    none = np.zeros((1, holds.shape[1]), dtype=np.bool_)
    starts: BoolArray = holds & ~np.concatenate([none, holds[:-1]])
    ends: BoolArray = holds & ~np.concatenate([holds[1:], none])
    count = max(1, int(starts.sum(axis=0).max(initial=0)))
    out = np.full((holds.shape[1], count, 2), np.nan)
    for side, (marks, bounds) in enumerate(((starts, edges[:-1]), (ends, edges[1:]))):
        point, row = np.nonzero(marks.T)
        place = (np.cumsum(marks, axis=0) - 1)[row, point]
        out[point, place, side] = bounds[row, point]
    return out
