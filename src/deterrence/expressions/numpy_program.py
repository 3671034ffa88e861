"""Formulas compiled to one list of array operations in which every subformula occurs once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from math import copysign, inf
from typing import Final, TypeAlias

from deterrence.errors import ExpressionError
from deterrence.expressions.nodes import FUNCTIONS, Call, Expr, Number, Power, Product, Sum, Symbol

__all__ = ["Entry", "Step", "straight_line"]


@dataclass(frozen=True, slots=True)
class Step:
    """An operation of `KERNELS` on earlier entries."""

    kernel: str
    arguments: tuple[int, ...]


# a name to be given, a constant, or an operation on earlier entries
Entry: TypeAlias = str | float | Step

_ROOT: Final = Number(1) / 2


def straight_line(formulas: Iterable[Expr]) -> tuple[tuple[Entry, ...], tuple[int, ...]]:
    """Return entries, each using earlier ones only, and the position of every formula's value among them."""
    writer = _Writer()
    outputs = [writer.place(formula) for formula in formulas]
    return _without_unused(writer.entries, outputs)


class _Writer:
    """Entries under construction; equal operations get one entry."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._where: dict[Hashable, int] = {}
        self._places: dict[Expr, int] = {}

    def place(self, formula: Expr) -> int:
        """Return the position of the formula's value, writing what is missing."""
        if formula not in self._places:
            for node in formula.walk():
                if node not in self._places:
                    self._places[node] = self._write(node)
        return self._places[formula]

    def _entry(self, entry: Entry) -> int:
        key = (type(entry), entry)
        if key not in self._where:
            self._where[key] = len(self.entries)
            self.entries.append(entry)
        return self._where[key]

    def _step(self, kernel: str, *arguments: int) -> int:
        return self._entry(Step(kernel, arguments))

    def _write(self, node: Expr) -> int:
        match node:
            case Number():
                return self._entry(_nearest_float(node))
            case Symbol():
                return self._entry(node.name)
            case Sum():
                return self._sum(node)
            case Product():
                return self._scaled(node)
            case Power():
                return self._power(node)
            case Call():
                return self._call(node)
        raise ExpressionError(f"cannot evaluate a formula of kind {type(node).__name__}")

    def _sum(self, node: Sum) -> int:
        added = [self._places[term] for term in node.children if not _is_negated(term)]
        taken = [self._times(term.children[1:]) for term in node.children if _is_negated(term)]
        if not added:
            added = [self._step("negative", taken.pop(0))]
        return self._chain("subtract", self._chain("add", added[0], added[1:]), taken)

    def _scaled(self, node: Product) -> int:
        if _is_negated(node):
            return self._step("negative", self._times(node.factors))
        return self._times(node.children)

    def _times(self, factors: Sequence[Expr]) -> int:
        above = [self._places[factor] for factor in factors if not _is_inverse(factor)]
        below = [self._places[factor.children[0]] for factor in factors if _is_inverse(factor)]
        above = above or [self._entry(1.0)]
        return self._chain("divide", self._chain("multiply", above[0], above[1:]), below)

    def _chain(self, kernel: str, start: int, rest: Sequence[int]) -> int:
        return reduce(lambda left, right: self._step(kernel, left, right), rest, start)

    def _power(self, node: Power) -> int:
        base, exponent = self._places[node.base], node.exponent
        if exponent == _ROOT:
            return self._step("sqrt", base)
        if not isinstance(exponent, Number) or exponent.value.denominator != 1:
            return self._step("power", base, self._places[exponent])
        count = int(exponent.value)
        if count < 0:
            return self._step("divide", self._entry(1.0), self._repeated(base, -count))
        return self._repeated(base, count)

    def _repeated(self, base: int, count: int) -> int:
        if count == 0:  # one, unless the base is undefined
            return self._step("add", self._step("multiply", base, self._entry(0.0)), self._entry(1.0))
        if count == 1:
            return base
        half = self._repeated(base, count // 2)
        square = self._step("multiply", half, half)
        return self._step("multiply", square, base) if count % 2 else square

    def _call(self, node: Call) -> int:
        arguments = [self._places[child] for child in node.children]
        if FUNCTIONS[node.function][1] is None:
            return self._chain(node.function, arguments[0], arguments[1:])
        return self._step(node.function, *arguments)


def _is_negated(term: Expr) -> bool:
    return isinstance(term, Product) and term.coefficient == -1


def _is_inverse(factor: Expr) -> bool:
    return isinstance(factor, Power) and factor.is_inverse


def _nearest_float(number: Number) -> float:
    try:
        return float(number.value)
    except OverflowError:
        return copysign(inf, number.value)


def _without_unused(entries: Sequence[Entry], outputs: Sequence[int]) -> tuple[tuple[Entry, ...], tuple[int, ...]]:
    needed = set(outputs)
    for place in reversed(range(len(entries))):
        entry = entries[place]
        if place in needed and isinstance(entry, Step):
            needed.update(entry.arguments)
    moved = {place: position for position, place in enumerate(sorted(needed))}
    kept = tuple(_renumbered(entries[place], moved.__getitem__) for place in sorted(needed))
    return kept, tuple(moved[place] for place in outputs)


def _renumbered(entry: Entry, move: Callable[[int], int]) -> Entry:
    return Step(entry.kernel, tuple(map(move, entry.arguments))) if isinstance(entry, Step) else entry
