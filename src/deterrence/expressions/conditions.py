"""Conditions joined by `and` and `or`, and what formulas and conditions have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from deterrence.errors import ExpressionError
from deterrence.expressions.nodes import Comparison, Condition, Expr, Symbol, substitute, symbols_of

__all__ = ["AllOf", "AnyOf", "Comparison", "Condition", "substitute_condition", "symbols_of_condition"]


class _Junction(Condition):
    """Shared shape of `and` and `or`: nested parts of the same kind are flattened, order is not compared."""

    __slots__ = ("parts",)
    WORD: ClassVar[str]
    parts: tuple[Condition, ...]

    def __init__(self, *conditions: Condition) -> None:
        parts = tuple(_flat(type(self), conditions))
        if not parts:
            raise ExpressionError(f"{type(self).__name__} needs at least one condition")
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "key", f"({self.WORD} {' '.join(sorted(part.key for part in parts))})")

    @classmethod
    def of(cls, *conditions: Condition) -> Condition:
        """Return the joined condition; a single one stays what it is."""
        return conditions[0] if len(conditions) == 1 else cls(*conditions)

    @property
    def formulas(self) -> tuple[Expr, ...]:
        return tuple(formula for part in self.parts for formula in part.formulas)

    def map(self, change: Callable[[Expr], Expr]) -> Condition:
        return type(self)(*(part.map(change) for part in self.parts))

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), self.parts)


def _flat(kind: type[_Junction], conditions: Iterable[Condition]) -> Iterable[Condition]:
    for condition in conditions:
        if isinstance(condition, kind):
            yield from condition.parts
        else:
            yield condition


class AllOf(_Junction):
    """Every part holds."""

    __slots__ = ()
    WORD = "and"


class AnyOf(_Junction):
    """At least one part holds."""

    __slots__ = ()
    WORD = "or"


def symbols_of_condition(*conditions: Condition) -> tuple[Symbol, ...]:
    """Return the names that occur, each once, in order of first appearance."""
    return symbols_of(*(formula for condition in conditions for formula in condition.formulas))


def substitute_condition(condition: Condition, values: Mapping[str, Expr]) -> Condition:
    """Return the condition with names replaced."""
    return condition.map(lambda formula: substitute(formula, values))
