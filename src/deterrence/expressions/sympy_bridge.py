"""Formulas and conditions to sympy and back, by walking the trees."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import sympy

from deterrence.errors import ExpressionError
from deterrence.expressions.conditions import AllOf, AnyOf
from deterrence.expressions.exact_eval import UndefinedError
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

__all__ = ["SYMPY_FUNCTIONS", "condition_from_sympy", "from_sympy", "to_sympy"]

SYMPY_FUNCTIONS: Final[Mapping[str, Any]] = {
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "abs": sympy.Abs,
    "floor": sympy.floor,
    "min": sympy.Min,
    "max": sympy.Max,
}
_RELATIONS: Final[Mapping[str, Any]] = {
    "<": sympy.StrictLessThan,
    "<=": sympy.LessThan,
    ">": sympy.StrictGreaterThan,
    ">=": sympy.GreaterThan,
    "==": sympy.Equality,
}


def to_sympy(subject: Expr | Condition) -> Any:
    """Return the formula or condition in sympy: names are real symbols, numbers exact rationals.

    A chain becomes the conjunction of its pairs. sympy simplifies while it builds (`0*x` becomes 0).
    Raises `UndefinedError` where that meets a division by zero or a root of a negative number.

    >>> from deterrence.expressions.parser import parse_expression
    >>> to_sympy(parse_expression("0.5*x + x/2"))
    x
    """
    if isinstance(subject, Condition):
        return _condition_to(subject)
    done: dict[Expr, Any] = {}
    for node in subject.walk():
        done[node] = _to(node, [done[child] for child in node.children])
    return done[subject]


def _condition_to(condition: Condition) -> Any:
    if isinstance(condition, AllOf):
        return sympy.And(*map(_condition_to, condition.parts))
    if isinstance(condition, AnyOf):
        return sympy.Or(*map(_condition_to, condition.parts))
    if not isinstance(condition, Comparison):
        raise ExpressionError(f"cannot translate a condition of kind {type(condition).__name__}")
    pairs = (_RELATIONS[sign](to_sympy(left), to_sympy(right)) for left, sign, right in condition.pairs())
    return sympy.And(*pairs)


def _to(node: Expr, arguments: list[Any]) -> Any:
    result = _built(node, arguments)
    if isinstance(node, Power | Call) and result.is_number and (result.is_real is False or result is sympy.nan):
        raise UndefinedError("no real value: a division by zero, a root or logarithm of what has none")
    return result


def _built(node: Expr, arguments: list[Any]) -> Any:
    match node:
        case Number():
            return sympy.Rational(node.value.numerator, node.value.denominator)
        case Symbol():
            return sympy.Symbol(node.name, real=True)
        case Sum():
            return sympy.Add(*arguments)
        case Product():
            return sympy.Mul(*arguments)
        case Power():
            return sympy.Pow(*arguments)
        case Call():
            return SYMPY_FUNCTIONS[node.function](*arguments)
    raise ExpressionError(f"cannot translate a formula of kind {type(node).__name__}")


def from_sympy(expression: Any) -> Expr:
    """Return a sympy expression as a formula.

    Raises `ExpressionError` for what the closed language lacks: floats, complex or infinite numbers, other
    functions.

    >>> from_sympy(sympy.Symbol("x") ** 2 / 3) == Symbol("x") ** 2 / 3
    True
    """
    done: dict[Any, Expr] = {}
    for node in sympy.postorder_traversal(expression):
        if node not in done:
            done[node] = _from(node, [done[argument] for argument in node.args])
    return done[expression]


def condition_from_sympy(condition: Any) -> Condition:
    """Return a sympy relation, or a conjunction or disjunction of relations, as a condition.

    Raises `ExpressionError` for anything else, and for one that sympy has decided to be true or false.
    """
    if isinstance(condition, sympy.And | sympy.Or):
        join = AllOf.of if isinstance(condition, sympy.And) else AnyOf.of
        return join(*map(condition_from_sympy, condition.args))
    for sign, relation in _RELATIONS.items():
        if isinstance(condition, relation):
            return Comparison((from_sympy(condition.args[0]), from_sympy(condition.args[1])), (sign,))
    raise _unknown(condition)


def _from(node: Any, arguments: list[Expr]) -> Expr:
    if isinstance(node, sympy.Rational):
        return Number(Fraction(int(node.p), int(node.q)))
    if isinstance(node, sympy.Symbol):
        return Symbol(node.name)
    if isinstance(node, sympy.Add):
        return Sum.of(*arguments)
    if isinstance(node, sympy.Mul):
        return Product.of(*arguments)
    if isinstance(node, sympy.Pow):
        return _power(*arguments)
    if node is sympy.E:
        return Call("exp", Number(1))
    return _call(node, arguments)


def _power(base: Expr, exponent: Expr) -> Expr:
    half = Number(1) / 2
    if exponent == half:
        return Call("sqrt", base)
    return 1 / Call("sqrt", base) if exponent == -half else Power.of(base, exponent)


def _call(node: Any, arguments: list[Expr]) -> Expr:
    if isinstance(node, sympy.ceiling):
        return -Call("floor", -arguments[0])
    for name, function in SYMPY_FUNCTIONS.items():
        if isinstance(function, type) and isinstance(node, function):
            return Call(name, *arguments)
    raise _unknown(node)


def _unknown(node: Any) -> ExpressionError:
    return ExpressionError(
        f"{str(node)[:60]!a} of kind {type(node).__name__} is not in the formula language",
        remedy="rational numbers, real names, + - * / **, exp, log, sqrt, abs, floor, min, max",
    )
