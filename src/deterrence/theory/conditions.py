"""The conditions that every solution concept is made of."""

from __future__ import annotations

from collections.abc import Iterator

from deterrence.expressions import Comparison, Condition, Expr
from deterrence.theory.unknowns import ONE, ZERO

__all__ = ["at_least", "equals", "mixing_conditions"]


def at_least(left: Expr, right: Expr = ZERO) -> Condition:
    """Return `left >= right`."""
    return Comparison((left, right), (">=",))


def equals(left: Expr, right: Expr) -> Condition:
    """Return `left == right`."""
    return Comparison((left, right), ("==",))


def mixing_conditions(strategy: tuple[Expr, ...]) -> Iterator[Condition]:
    """Yield that the actions of a support have positive probability."""
    for probability in strategy:
        if probability not in (ZERO, ONE):
            yield Comparison((probability, ZERO), (">",))
