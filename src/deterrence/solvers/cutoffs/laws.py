"""Distribution functions of private types, on arrays."""

from __future__ import annotations

import numpy as np

from deterrence.compiled.points import NumberArray
from deterrence.compiled.thresholds import CompiledLaw

__all__ = ["density_bound", "reach", "share_below", "support"]


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
    from scipy.special import ndtr

    return np.asarray(ndtr((x - first) / law.arguments[1]))


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
