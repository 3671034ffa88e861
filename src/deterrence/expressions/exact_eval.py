"""Formulas and conditions evaluated in exact rational arithmetic, with bounded growth."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from deterrence.errors import ExpressionError
from deterrence.expressions.conditions import AllOf, AnyOf
from deterrence.expressions.exact_numbers import bounded, bounded_power
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

__all__ = ["MAX_EXACT_BITS", "UndefinedError", "evaluate_exact", "holds_exactly"]

MAX_EXACT_BITS: Final = 1 << 14


class UndefinedError(ExpressionError):
    """A formula has no value at a point: division by zero, the root or logarithm of what has none."""


def evaluate_exact(expr: Expr, values: Mapping[str, Fraction]) -> Fraction:
    """Return the exact value of a formula at a rational point.

    Raises `UndefinedError` where the formula has no value, and `ExpressionError` for a name without value,
    a value that is not rational (`exp(1)`, `sqrt(2)`) and one that needs more than 2**14 bits.

    >>> from deterrence.expressions.parser import parse_expression
    >>> evaluate_exact(parse_expression("sqrt(p)/3"), {"p": Fraction(1, 4)})
    Fraction(1, 6)
    """
    done: dict[Expr, Fraction] = {}
    for node in expr.walk():
        done[node] = bounded(_value(node, done, values), MAX_EXACT_BITS)
    return done[expr]


def holds_exactly(condition: Condition, values: Mapping[str, Fraction]) -> bool:
    """Say whether a condition holds at a rational point; a comparison with an undefined side does not hold.

    Raises `ExpressionError` as `evaluate_exact` does for irrational values and missing names.
    """
    if isinstance(condition, AllOf):
        return all(holds_exactly(part, values) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds_exactly(part, values) for part in condition.parts)
    if not isinstance(condition, Comparison):
        raise ExpressionError(f"cannot evaluate a condition of kind {type(condition).__name__}")
    try:
        operands = [evaluate_exact(operand, values) for operand in condition.operands]
    except UndefinedError:
        return False
    pairs = zip(operands, condition.operators, operands[1:], strict=False)
    return all(_COMPARE[sign](left, right) for left, sign, right in pairs)


_COMPARE: Final[Mapping[str, Callable[[Fraction, Fraction], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


def _value(node: Expr, done: Mapping[Expr, Fraction], values: Mapping[str, Fraction]) -> Fraction:
    arguments = [done[child] for child in node.children]
    match node:
        case Number():
            return node.value
        case Symbol():
            return _given(node.name, values)
        case Sum():
            return _fold(operator.add, arguments)
        case Product():
            return _fold(operator.mul, arguments)
        case Power():
            return _power(*arguments)
        case Call():
            return EXACT_FUNCTIONS[node.function](arguments)
    raise ExpressionError(f"cannot evaluate a formula of kind {type(node).__name__}")


def _given(name: str, values: Mapping[str, Fraction]) -> Fraction:
    if name not in values:
        raise ExpressionError(f"no value for {name!r}", remedy=f"give {name} a number")
    return Fraction(values[name])


def _fold(combine: Callable[[Fraction, Fraction], Fraction], arguments: Sequence[Fraction]) -> Fraction:
    total = arguments[0]
    for argument in arguments[1:]:
        total = bounded(combine(total, argument), MAX_EXACT_BITS)
    return total


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if base == 0 and exponent < 0:
        raise UndefinedError("division by zero")
    root = _root(base, exponent.denominator)
    return bounded_power(root, exponent.numerator, MAX_EXACT_BITS)


def _root(value: Fraction, degree: int) -> Fraction:
    if degree == 1 or value in (0, 1):
        return value
    if value < 0:
        raise UndefinedError("a root of a negative number")
    top, bottom = _integer_root(value.numerator, degree), _integer_root(value.denominator, degree)
    if top is None or bottom is None:
        raise _irrational("a root")
    return Fraction(top, bottom)


def _integer_root(value: int, degree: int) -> int | None:
    if value <= 1 or degree > value.bit_length():  # 2**degree would already be too large
        return value if value <= 1 else None
    if degree == 2:
        root = math.isqrt(value)
    else:
        low, root = 0, 1 << (value.bit_length() // degree + 1)
        while root - low > 1:
            middle = (low + root) // 2
            low, root = (middle, root) if middle**degree <= value else (low, middle)
        root = low
    return root if root**degree == value else None


def _irrational(what: str) -> ExpressionError:
    return ExpressionError(
        f"{what} has no exact rational value here",
        remedy="evaluate in floating point, or choose another point",
    )


def _exp(arguments: Sequence[Fraction]) -> Fraction:
    if arguments[0] != 0:
        raise _irrational("exp")
    return Fraction(1)


def _log(arguments: Sequence[Fraction]) -> Fraction:
    if arguments[0] <= 0:
        raise UndefinedError("the logarithm of a number that is not positive")
    if arguments[0] != 1:
        raise _irrational("log")
    return Fraction(0)


EXACT_FUNCTIONS: Final[Mapping[str, Callable[[Sequence[Fraction]], Fraction]]] = {
    "exp": _exp,
    "log": _log,
    "sqrt": lambda arguments: _root(arguments[0], 2),
    "abs": lambda arguments: abs(arguments[0]),
    "floor": lambda arguments: Fraction(math.floor(arguments[0])),
    "min": min,
    "max": max,
}
