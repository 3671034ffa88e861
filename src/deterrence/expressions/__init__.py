"""The closed formula language: text, trees of exact numbers, and their translations.

The batched evaluator (`deterrence.expressions.numpy_eval`) and the bridge to computer algebra
(`deterrence.expressions.sympy_bridge`) are imported by their own names, so that reading formulas stays light.
"""

from deterrence.expressions.conditions import AllOf, AnyOf, substitute_condition, symbols_of_condition
from deterrence.expressions.exact_eval import UndefinedError, evaluate_exact, holds_exactly
from deterrence.expressions.latex import to_latex
from deterrence.expressions.nodes import (
    FUNCTIONS,
    Call,
    Comparison,
    Condition,
    Expr,
    ExprLike,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    as_expr,
    exact_number,
    substitute,
    symbols_of,
)
from deterrence.expressions.parser import parse_condition, parse_expression
from deterrence.expressions.suggestions import did_you_mean
from deterrence.expressions.text import to_text

__all__ = [
    "FUNCTIONS",
    "AllOf",
    "AnyOf",
    "Call",
    "Comparison",
    "Condition",
    "Expr",
    "ExprLike",
    "Number",
    "Power",
    "Product",
    "Sum",
    "Symbol",
    "UndefinedError",
    "as_expr",
    "did_you_mean",
    "evaluate_exact",
    "exact_number",
    "holds_exactly",
    "parse_condition",
    "parse_expression",
    "substitute",
    "substitute_condition",
    "symbols_of",
    "symbols_of_condition",
    "to_latex",
    "to_text",
]
