"""Free unknowns of a class as formulas in the parameters: middle and ends of their intervals, ranges of functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING, Final

from deterrence.expressions import (
    Call,
    Expr,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    substitute,
    symbols_of,
    symbols_of_condition,
)
from deterrence.theory.unknowns import ONE, ZERO

if TYPE_CHECKING:
    from deterrence.theory.classes import EquilibriumClass
    from deterrence.theory.systems import BeliefSystem

__all__ = ["extremes", "free_order", "given_beliefs", "midpoints", "range_of"]

MAX_GRID: Final = 3  # unknowns tried in all combinations where the range has no exact formula
BESIDE: Final = Number(1) / 1000  # part of an interval left out at an end where something is divided by zero


def free_order(found: EquilibriumClass) -> tuple[str, ...]:
    """Return the free unknowns so that the bounds of each use only those before it."""
    pending = {name: _used((*i.lower, *i.upper), found) - {name} for name, i in found.free.items()}
    order: list[str] = []
    while pending:
        ready = [name for name, needs in pending.items() if needs <= set(order)]
        order += ready or pending  # a circle is left for the reader of the formulas to see
        pending = {name: needs for name, needs in pending.items() if name not in order}
    return tuple(order)


def _used(formulas: Iterable[Expr], found: EquilibriumClass) -> set[str]:
    return {s.name for s in symbols_of(*formulas) if s.name in found.free}


def given_beliefs(system: BeliefSystem, found: EquilibriumClass) -> dict[str, Expr]:
    """Return the beliefs that a class determines, and those that it leaves free or unsolved, by name."""
    solved = {name: found.beliefs[slot] for name, slot in system.slots.items() if slot in found.beliefs}
    return solved | {name: Symbol(name) for name in found.meaning if name in system.slots}


def midpoints(found: EquilibriumClass) -> dict[str, Expr]:
    """Return every free unknown at the middle of its interval, as a formula in the parameters."""
    return _placed(found, free_order(found), [Number(1) / 2] * len(found.free))


def _placed(found: EquilibriumClass, order: Sequence[str], places: Sequence[Expr]) -> dict[str, Expr]:
    """Return each unknown at a place of its interval: zero is the lower end, one the upper."""
    values: dict[str, Expr] = {}
    for name, place in zip(order, places, strict=True):
        low, high = (substitute(end, values) for end in ends(found, name))
        values[name] = low if place == ZERO else high if place == ONE else low + (high - low) * place
    return values


def ends(found: EquilibriumClass, name: str) -> tuple[Expr, Expr]:
    """Return the lower and the upper end of a free unknown's interval; it is a probability in any case."""
    interval = found.free[name]
    return _joined("max", interval.lower or (ZERO,)), _joined("min", interval.upper or (ONE,))


def _joined(function: str, formulas: tuple[Expr, ...]) -> Expr:
    return formulas[0] if len(formulas) == 1 else Call(function, *formulas)


def range_of(formula: Expr, found: EquilibriumClass) -> tuple[Expr, Expr, bool]:
    """Return the least and the largest value of a function over the free unknowns, and whether that is exact."""
    values, exact = extremes(formula, found)
    distinct = tuple(dict.fromkeys(values))
    return _joined("min", distinct), _joined("max", distinct), exact


def extremes(formula: Expr, found: EquilibriumClass) -> tuple[tuple[Expr, ...], bool]:
    """Return values of a function among which are its extremes over the free unknowns, and whether that is certain.

    A function that is a ratio of two linear ones in each unknown is monotone in each; over intervals that do not
    depend on one another its extremes are at the ends. In other cases ends and middles are tried: values that
    are attained, but perhaps not the extreme ones. Ends at which something is divided by zero belong to no equilibrium
    of the class; points beside them do.
    """
    order = [name for name in free_order(found) if name in _closure(formula, found)]
    if not order:
        return (formula,), True
    limits = [end for name in order for end in ends(found, name)]
    guarded = {s.name for s in symbols_of_condition(*found.defined)}
    open_ended = guarded & _divisors((formula, *limits)) & set(order)
    exact = not open_ended and not _used(limits, found) and all(_is_monotone(formula, name) for name in order)
    steps: tuple[Expr, ...] = (ZERO, ONE) if exact else (ZERO, Number(1) / 2, ONE)
    grid = product(steps, repeat=len(order)) if len(order) <= MAX_GRID or exact else ([s] * len(order) for s in steps)
    kept = ([_beside(p) if name in open_ended else p for name, p in zip(order, places, strict=True)] for places in grid)
    return tuple(substitute(formula, _placed(found, order, places)) for places in kept), exact


def _divisors(formulas: Iterable[Expr]) -> set[str]:
    """Return the names in what formulas divide by."""
    powers = (node for f in formulas for node in f.walk() if isinstance(node, Power))
    below = (p.base for p in powers if isinstance(p.exponent, Number) and p.exponent.value < 0)
    return {s.name for s in symbols_of(*below)}


def _beside(place: Expr) -> Expr:
    """Return a place of an interval, an end moved inwards."""
    return BESIDE if place == ZERO else ONE - BESIDE if place == ONE else place


def _closure(formula: Expr, found: EquilibriumClass) -> set[str]:
    """Return the free unknowns in a formula and those that their bounds use."""
    names = _used([formula], found)
    for name in reversed(free_order(found)):
        if name in names:
            names |= _used(ends(found, name), found)
    return names


def _is_monotone(formula: Expr, name: str) -> bool:
    degrees = _degrees(formula, name)
    return degrees is not None and max(degrees) <= 1


def _degrees(formula: Expr, name: str) -> tuple[int, int] | None:
    """Return bounds of the degrees of numerator and denominator in a name, None where they cannot be read off."""
    if not any(s.name == name for s in symbols_of(formula)):
        return 0, 0
    if isinstance(formula, Symbol):
        return 1, 0
    parts = [_degrees(child, name) for child in formula.children]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if isinstance(formula, Product):
        return sum(n for n, _ in known), sum(d for _, d in known)
    if isinstance(formula, Sum) and not any(d for _, d in known):
        return max(n for n, _ in known), 0
    if isinstance(formula, Power) and isinstance(formula.exponent, Number):
        return _power_degrees(known[0], formula.exponent)
    return None


def _power_degrees(base: tuple[int, int], exponent: Number) -> tuple[int, int] | None:
    if exponent.value.denominator != 1:
        return None
    size = abs(int(exponent.value))
    above, below = base if exponent.value > 0 else base[::-1]
    return above * size, below * size
