"""Sums and products of formulas, and the names of what an equilibrium leaves to be found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from deterrence.expressions import Expr, Number, Symbol

__all__ = ["ONE", "ZERO", "BeliefSlot", "Support", "distribution", "fresh_prefix", "product_of", "sum_of"]

ZERO, ONE = Number(0), Number(1)

Support: TypeAlias = tuple[tuple[int, ...], ...]  # by information set: the actions played with positive probability


class BeliefSlot(NamedTuple):
    """What one belief is about.

    With a public history (labels of moves): that the player `about` is of type `value` after it. With none: that play
    is at the node `value` of the information set `about`, by its readable name.
    """

    about: str
    history: tuple[str, ...]
    value: str

    @property
    def words(self) -> str:
        """The belief in words."""
        if self.history:
            return f"belief that {self.about} is {self.value} after {', '.join(self.history)}"
        return f"belief in {self.value} at {self.about}"


def sum_of(*terms: Expr) -> Expr:
    """Return a sum without its zero terms."""
    kept = [t for t in terms if t != ZERO]
    total: Expr = kept[0] if kept else ZERO
    for term in kept[1:]:
        total = total + term
    return total


def product_of(*factors: Expr) -> Expr:
    """Return a product, zero when a factor is zero: all factors here are defined."""
    result: Expr = ONE
    for factor in factors:
        if factor == ZERO:
            return ZERO
        result = result * factor
    return result


def distribution(names: Iterable[str]) -> tuple[Expr, ...]:
    """Return probabilities with the given names, and the last as one minus the others."""
    known = [Symbol(name) for name in names]
    return (*known, sum_of(ONE, *(-name for name in known)))


def fresh_prefix(taken: Iterable[str]) -> str:
    """Return what keeps the names of unknowns apart from the names that a game uses."""
    prefix = ""
    names = tuple(taken)
    while any(name.startswith((f"mix{prefix}_", f"belief{prefix}_")) for name in names):
        prefix += "x"
    return prefix
