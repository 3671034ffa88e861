"""Distribution functions of private types, on arrays."""

from __future__ import annotations

from typing import Final

import numpy as np

from deterrence.compiled.points import NumberArray
from deterrence.compiled.thresholds import CompiledLaw

__all__ = ["density_bound", "normal_share", "reach", "share_below", "support"]

_ABOVE: Final = (
    3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383,
    112.079291497871, 221.213596169931, 220.206867912376,
)  # fmt: skip
_BELOW: Final = (
    8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461,
    296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752,
)  # fmt: skip


def share_below(law: CompiledLaw, x: NumberArray) -> NumberArray:
    """Return the probability that a type is below x."""
    first = law.arguments[0]
    if law.kind == "uniform":
        return _within((x - first) / (law.arguments[1] - first))
    if law.kind == "power":
        inside = _within((x - first) / (law.arguments[1] - first))
        return np.asarray(inside ** law.arguments[2])
    if law.kind == "exponential":
        return np.asarray(-np.expm1(-np.maximum(x - first, 0) / law.arguments[1]))
    return normal_share((x - first) / law.arguments[1])


def normal_share(x: NumberArray) -> NumberArray:
    """Return the standard normal distribution function, to within 3e-16; relative errors in the far tails reach 1e-6.

    The rational approximation of Hart and others (1968, no. 5666) as given by West (2005), continued into the tails,
    where it has the right limit. About twice as fast as scipy's, which is exact to the last digit.
    """
    size = np.minimum(np.abs(x), 40.0)
    share = size * size
    share *= -0.5
    np.exp(share, out=share)
    share *= _polynomial(_ABOVE, size)
    share /= _polynomial(_BELOW, size)
    return np.where(x > 0, 1 - share, share)


def _polynomial(coefficients: tuple[float, ...], x: NumberArray) -> NumberArray:
    out = x * coefficients[0]
    out += coefficients[1]
    for c in coefficients[2:]:
        out *= x
        out += c
    return out


def support(law: CompiledLaw) -> tuple[NumberArray, NumberArray]:
    """Return the least and the greatest type."""
    first, second = law.arguments[0], law.arguments[1]
    if law.kind in ("uniform", "power"):
        return first, second
    infinite = np.full_like(second, np.inf)
    return (first if law.kind == "exponential" else -infinite), infinite


def reach(law: CompiledLaw) -> tuple[NumberArray, NumberArray]:
    """Return types between which all others lie, up to a probability below the smallest float."""
    first, second = law.arguments[0], law.arguments[1]
    if law.kind == "normal":
        return first - 40 * second, first + 40 * second
    return (first, first + 800 * second) if law.kind == "exponential" else (first, second)


def density_bound(law: CompiledLaw) -> NumberArray:
    """Return an upper bound on the density."""
    first, second = law.arguments[0], law.arguments[1]
    if law.kind == "uniform":
        return np.asarray(1 / (second - first))
    if law.kind == "exponential":
        return np.asarray(1 / second)
    if law.kind == "normal":
        return np.asarray(1 / (second * np.sqrt(2 * np.pi)))
    exponent = law.arguments[2]
    return np.asarray(np.where(exponent >= 1, exponent / (second - first), np.inf))


def _within(share: NumberArray) -> NumberArray:
    return np.minimum(np.maximum(share, 0), 1)
