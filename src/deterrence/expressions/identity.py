"""Are two formulas equal for all values of their names? An exact randomised test, without computer algebra."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Final

from deterrence.errors import ExpressionError
from deterrence.expressions.exact_eval import evaluate_exact
from deterrence.expressions.nodes import Expr, symbols_of

__all__ = ["identically"]

_TRIALS: Final = 4
_ATTEMPTS: Final = 24


def identically(left: Expr, right: Expr) -> bool | None:
    """Say whether two formulas agree at exact random rational points; None where no such value exists.

    Two different rational functions of moderate degree agree at a random point with negligible probability
    (Schwartz 1980; Zippel 1979). A `False` is certain. The points are the same in every run.
    """
    if left == right:
        return True
    names = [symbol.name for symbol in symbols_of(left, right)]
    source = random.Random(20)
    agreed = 0
    for _ in range(_ATTEMPTS):
        point = {name: Fraction(source.randint(1, 10**9), 10**9 + 7) for name in names}
        try:
            if evaluate_exact(left, point) != evaluate_exact(right, point):
                return False
        except ExpressionError:
            continue
        agreed += 1
        if agreed == _TRIALS or not names:
            return True
    return None
