"""Numbers with their derivatives: values at many games and the gradient in the few unknowns that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deterrence.compiled.points import FloatArray

__all__ = ["Dual", "Mix", "difference", "expected", "total"]


@dataclass(frozen=True, eq=False)
class Dual:
    """A value (games,) and its derivative in each unknown that it depends on."""

    value: FloatArray
    slopes: dict[int, FloatArray]

    def plus(self, constant: FloatArray | None) -> Dual:
        """Return the sum with a number that depends on no unknown; None is zero."""
        return self if constant is None else Dual(self.value + constant, self.slopes)


@dataclass(frozen=True, eq=False)
class Mix:
    """Probabilities (branches, games); branch b but the first has the log-odds number `first` + b - 1.

    Nature's moves have `first` -1.
    """

    p: FloatArray
    first: int = -1


def difference(one: Dual, other: Dual) -> Dual:
    """Return one less other."""
    slopes = dict(one.slopes)
    for k, slope in other.slopes.items():
        slopes[k] = slopes[k] - slope if k in slopes else -slope
    return Dual(one.value - other.value, slopes)


def expected(mix: Mix, parts: Sequence[Dual]) -> Dual:
    """Return the average of the parts, whose derivative in a log-odds is its probability times what it adds."""
    value = total([p * part.value for p, part in zip(mix.p, parts, strict=True)])
    slopes: dict[int, FloatArray] = {}
    for p, part in zip(mix.p, parts, strict=True):
        for k, slope in part.slopes.items():
            slopes[k] = slopes[k] + p * slope if k in slopes else p * slope
    if mix.first >= 0:
        for b in range(1, len(parts)):
            k = mix.first + b - 1
            own = mix.p[b] * (parts[b].value - value)
            slopes[k] = slopes[k] + own if k in slopes else own
    return Dual(value, slopes)


def total(rows: Sequence[FloatArray]) -> FloatArray:
    """Return the sum of arrays."""
    out = rows[0]
    for row in rows[1:]:
        out = out + row
    return np.asarray(out)
