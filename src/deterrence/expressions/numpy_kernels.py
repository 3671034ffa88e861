"""The array operations that formulas compile to; an undefined value is NaN and stays NaN.

Without care numpy lets an undefined value vanish again: 1/(1/0) is 0, min(1, 1/0) is 1, nan**0 is 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["COMPARISON_KERNELS", "FUNCTION_KERNELS", "KERNELS", "BoolArray", "FloatArray"]

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]


def _divide(top: FloatArray, bottom: FloatArray, out: FloatArray) -> None:
    np.divide(top, bottom, out=out)
    if not bottom.all():
        out[bottom == 0] = np.nan


def _log(argument: FloatArray, out: FloatArray) -> None:
    np.log(argument, out=out)
    if not argument.all():
        out[argument == 0] = np.nan


def _power(base: FloatArray, exponent: FloatArray, out: FloatArray) -> None:
    np.power(base, exponent, out=out)
    out[np.isnan(base) | np.isnan(exponent) | ((base == 0) & (exponent < 0))] = np.nan


# a function of any number of arguments is applied pair by pair
FUNCTION_KERNELS: Final[Mapping[str, Callable[..., Any]]] = {
    "exp": np.exp,
    "log": _log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "floor": np.floor,
    "min": np.minimum,
    "max": np.maximum,
}

KERNELS: Final[Mapping[str, Callable[..., Any]]] = {
    "add": np.add,
    "subtract": np.subtract,
    "negative": np.negative,
    "multiply": np.multiply,
    "divide": _divide,
    "power": _power,
    **FUNCTION_KERNELS,
}

COMPARISON_KERNELS: Final[Mapping[str, Callable[..., Any]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
}
