"""Formulas and conditions written as the parser reads them, with as few brackets as possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, TypeAlias

from deterrence.errors import ExpressionError
from deterrence.expressions.conditions import AllOf, AnyOf
from deterrence.expressions.exact_numbers import MAX_NUMBER_DIGITS
from deterrence.expressions.nodes import (
    Call,
    Comparison,
    Condition,
    Expr,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
)

__all__ = ["Level", "Style", "Text", "sum_of_texts", "to_text"]


class Level(IntEnum):
    """How tightly the outermost operation of a text binds."""

    SUM = 0
    PRODUCT = 1
    SIGN = 2
    POWER = 3
    ATOM = 4


Text: TypeAlias = tuple[str, Level]

_PIECE: Final = 10**MAX_NUMBER_DIGITS


def to_text(subject: Expr | Condition) -> str:
    """Return the text of a formula or condition, in the author's order.

    Within the bounds of the parser, reading the text gives an equal formula, for every formula in normal
    form (what the parser, Python operators and `Sum.of`, `Product.of`, `Power.of` make).

    >>> from deterrence.expressions.parser import parse_expression
    >>> to_text(parse_expression("((c - b) / (c - (a)))"))
    '(c - b)/(c - a)'
    """
    return _PLAIN.written(subject)


@dataclass(frozen=True)
class Style:
    """A way to write: each node from what its children became, and what joins and compares."""

    node: Callable[[Expr, Mapping[Expr, Text]], Text]
    brackets: tuple[str, str] = ("(", ")")
    either: str = " or "
    both: str = " and "
    order: Mapping[str, str] = field(default_factory=dict)

    def written(self, subject: Expr | Condition) -> str:
        """Return a formula or condition in this style."""
        return self._condition(subject) if isinstance(subject, Condition) else self._formula(subject)

    def _condition(self, condition: Condition) -> str:
        if isinstance(condition, AnyOf):
            return self.either.join(map(self._condition, condition.parts))
        if isinstance(condition, AllOf):
            return self.both.join(map(self._part, condition.parts))
        if not isinstance(condition, Comparison):
            raise ExpressionError(f"cannot write a condition of kind {type(condition).__name__}")
        rest = (f" {self.order.get(sign, sign)} {self._formula(right)}" for _, sign, right in condition.pairs())
        return self._formula(condition.operands[0]) + "".join(rest)

    def _part(self, condition: Condition) -> str:
        text = self._condition(condition)
        return text.join(self.brackets) if isinstance(condition, AnyOf) else text

    def _formula(self, formula: Expr) -> str:
        done: dict[Expr, Text] = {}
        for node in formula.walk():
            done[node] = self.node(node, done)
        return done[formula][0]


def _write(node: Expr, done: Mapping[Expr, Text]) -> Text:
    match node:
        case Number():
            return _number(node)
        case Symbol():
            return node.name, Level.ATOM
        case Sum():
            return sum_of_texts([_at_least(Level.PRODUCT, done[child]) for child in node.children]), Level.SUM
        case Product():
            return _product(node, done), Level.PRODUCT
        case Power():
            return _power(node, done)
        case Call():
            return f"{node.function}({', '.join(done[child][0] for child in node.children)})", Level.ATOM
    raise ExpressionError(f"cannot write a formula of kind {type(node).__name__}")


def _at_least(level: Level, text: Text) -> str:
    return text[0] if text[1] >= level else f"({text[0]})"


def _number(node: Number) -> Text:
    sign = "-" if node.value < 0 else ""
    top, bottom = abs(node.value.numerator), node.value.denominator
    if bottom != 1:
        return f"{sign}{_integer(top)}/{_integer(bottom)}", Level.PRODUCT
    return sign + _integer(top), Level.SIGN if sign else Level.ATOM


def _integer(value: int) -> str:
    """Write an integer; one with more digits than the parser takes in one piece is put together."""
    if value < _PIECE:
        return str(value)
    high, low = divmod(value, _PIECE)
    return f"({_integer(high)}*10**{MAX_NUMBER_DIGITS} + {low})"


def sum_of_texts(terms: Sequence[str]) -> str:
    """Join terms by plus, or by minus where one begins with it."""
    rest = (f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in terms[1:])
    return terms[0] + "".join(rest)


def _product(node: Product, done: Mapping[Expr, Text]) -> str:
    top, bottom = abs(node.coefficient.numerator), node.coefficient.denominator
    text = "".join(_factor(factor, done) for factor in node.factors)
    text = text[1:] if top == 1 and text.startswith("*") else _integer(top) + text
    sign = "-" if node.coefficient < 0 else ""
    return sign + text + (f"/{_integer(bottom)}" if bottom != 1 else "")


def _factor(factor: Expr, done: Mapping[Expr, Text]) -> str:
    if isinstance(factor, Power) and factor.is_inverse:
        return "/" + _at_least(Level.POWER, done[factor.base])
    return "*" + _at_least(Level.POWER, done[factor])


def _power(node: Power, done: Mapping[Expr, Text]) -> Text:
    if node.is_inverse:
        return "1" + _factor(node, done), Level.PRODUCT
    return (
        f"{_at_least(Level.ATOM, done[node.base])}**{_at_least(Level.SIGN, done[node.exponent])}",
        Level.POWER,
    )


_PLAIN: Final = Style(_write)
