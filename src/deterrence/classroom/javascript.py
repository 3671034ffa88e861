"""Formulas and conditions as JavaScript, written from their syntax trees alone: no text of a file becomes code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from deterrence.errors import ExpressionError
from deterrence.expressions import AllOf, AnyOf, Comparison, Condition, Expr, Number, Power, Product, Sum, Symbol
from deterrence.expressions.nodes import Call

__all__ = ["Script"]

_FUNCTIONS: Final = {
    "exp": "Math.exp",
    "log": "Math.log",
    "sqrt": "Math.sqrt",
    "abs": "Math.abs",
    "floor": "Math.floor",
    "min": "Math.min",
    "max": "Math.max",
}
_COMPARISONS: Final = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq"}
_ARGUMENTS: Final = "(p,d,u)=>"


@dataclass(frozen=True)
class Script:
    """Writes formulas in which each name is a place such as `p[0]`; results are functions of the arrays p, d and u.

    >>> from deterrence.expressions import parse_expression
    >>> Script({"a": "p[0]", "b": "d[1]"}).function(parse_expression("a/(2 - b)"))
    '(p,d,u)=>(p[0])*(Math.pow((2)+((-1)*(d[1])),-1))'
    """

    places: Mapping[str, str]

    def function(self, formula: Expr) -> str:
        """Return a formula as a function."""
        return _ARGUMENTS + self.formula(formula)

    def test(self, condition: Condition) -> str:
        """Return a condition as a function."""
        return _ARGUMENTS + self.condition(condition)

    def condition(self, condition: Condition) -> str:
        """Return a condition as an expression; comparisons are calls of the page's own functions."""
        if isinstance(condition, AllOf | AnyOf):
            joined = ("&&" if isinstance(condition, AllOf) else "||").join(map(self.condition, condition.parts))
            return f"({joined})"
        assert isinstance(condition, Comparison)
        pairs = condition.pairs()
        calls = (f"{_COMPARISONS[op]}({self.formula(left)},{self.formula(right)})" for left, op, right in pairs)
        return f"({'&&'.join(calls)})"

    def formula(self, formula: Expr) -> str:
        """Return a formula as an expression; brackets are set wherever operations meet."""
        done: dict[Expr, str] = {}
        for node in formula.walk():
            done[node] = self._write(node, done)
        return done[formula]

    def _write(self, node: Expr, done: Mapping[Expr, str]) -> str:
        match node:
            case Number():
                return _number(node.value)
            case Symbol():
                return self.places[node.name]
            case Sum():
                return "+".join(f"({done[child]})" for child in node.children)
            case Product():
                return "*".join(f"({done[child]})" for child in node.children)
            case Power():
                return f"Math.pow({done[node.base]},{done[node.exponent]})"
            case Call():
                return f"{_FUNCTIONS[node.function]}({','.join(done[child] for child in node.children)})"
        raise ExpressionError(f"cannot write a formula of kind {type(node).__name__}")


def _number(value: Fraction) -> str:
    return f"{value.numerator}" if value.denominator == 1 else f"({value.numerator}/{value.denominator})"
