"""Polynomials in Bernstein form on boxes, many at once: on a box a polynomial lies between its coefficients.

An array (boxes, d_1 + 1, ..., d_n + 1) holds for every box the coefficients of one polynomial of degree d_i in the
i-th unknown, the box taken as the unit one (Farouki, "The Bernstein polynomial basis: a centennial retrospective",
Computer Aided Geometric Design 29, 2012).
"""

from __future__ import annotations

from functools import lru_cache, reduce
from math import comb

import numpy as np

from deterrence.compiled.points import FloatArray

__all__ = ["bernstein", "halves", "slope", "values", "window"]


def bernstein(power: FloatArray) -> FloatArray:
    """Return the coefficients on the unit box of polynomials given by those of powers.

    >>> bernstein(np.array([[0.0, 0.0, 1.0]])).tolist()
    [[0.0, 0.0, 1.0]]
    """
    return reduce(lambda c, axis: _along(_from_powers(c.shape[axis] - 1), c, axis), range(1, power.ndim), power)


def halves(coefficients: FloatArray, axis: int) -> tuple[FloatArray, FloatArray]:
    """Return the coefficients on the lower and the upper half of every box along an axis (from 1)."""
    left = _up_to(coefficients.shape[axis] - 1, 0.5)
    return _along(left, coefficients, axis), _along(left[::-1, ::-1], coefficients, axis)


def window(coefficients: FloatArray, low: float, high: float) -> FloatArray:
    """Return the coefficients on the boxes from `low` to `high` along every axis, in units of the given boxes."""
    axes = range(1, coefficients.ndim)
    return reduce(lambda c, axis: _along(_between(c.shape[axis] - 1, low, high), c, axis), axes, coefficients)


def slope(coefficients: FloatArray, axis: int) -> FloatArray:
    """Return the coefficients of the derivative along an axis (from 1), of the degree one less there."""
    degree = coefficients.shape[axis] - 1
    return degree * np.diff(coefficients, axis=axis) if degree else np.zeros_like(coefficients)


def values(coefficients: FloatArray, place: FloatArray) -> FloatArray:
    """Return the polynomials (boxes,) at one place (boxes, unknowns) of each box."""
    for unknown in reversed(range(place.shape[1])):
        basis = _basis(coefficients.shape[-1] - 1, place[:, unknown])
        shape = (len(basis), *(1,) * (coefficients.ndim - 2), basis.shape[1])
        coefficients = (coefficients * basis.reshape(shape)).sum(axis=-1)
    return coefficients


def _basis(degree: int, x: FloatArray) -> FloatArray:
    powers = np.arange(degree + 1)
    numbers = np.array([comb(degree, i) for i in powers], dtype=np.float64)
    return np.asarray(numbers * x[:, None] ** powers * (1 - x[:, None]) ** powers[::-1])


def _along(matrix: FloatArray, coefficients: FloatArray, axis: int) -> FloatArray:
    return np.moveaxis(np.tensordot(coefficients, matrix, (axis, 1)), -1, axis)


@lru_cache(maxsize=64)
def _from_powers(degree: int) -> FloatArray:
    places = range(degree + 1)
    return np.array([[comb(i, j) / comb(degree, j) for j in places] for i in places])


@lru_cache(maxsize=256)
def _up_to(degree: int, end: float) -> FloatArray:
    """Return what takes coefficients on the unit interval to those on [0, end] (de Casteljau)."""
    places = range(degree + 1)
    return np.array([[comb(i, j) * end**j * (1 - end) ** (i - j) if j <= i else 0.0 for j in places] for i in places])


@lru_cache(maxsize=256)
def _between(degree: int, low: float, high: float) -> FloatArray:
    upper = _up_to(degree, 1 - low / high)[::-1, ::-1]
    return np.asarray(upper @ _up_to(degree, high))
