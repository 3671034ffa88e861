r"""Formulas and conditions as LaTeX: `c_DC` is c_{DC}, `delta` is \delta, a division is a fraction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from deterrence.errors import ExpressionError
from deterrence.expressions.nodes import (
    Call,
    Condition,
    Expr,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
)
from deterrence.expressions.text import Level, Style, Text, sum_of_texts

__all__ = ["LATEX_FUNCTIONS", "to_latex"]

LATEX_FUNCTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "exp": (r"\exp\left(", r"\right)"),
    "log": (r"\log\left(", r"\right)"),
    "sqrt": (r"\sqrt{", "}"),
    "abs": (r"\left|", r"\right|"),
    "floor": (r"\left\lfloor ", r"\right\rfloor"),
    "min": (r"\min\left(", r"\right)"),
    "max": (r"\max\left(", r"\right)"),
}

_GREEK: Final = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi"
    "|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega"
)
_ORDER: Final[Mapping[str, str]] = {"<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "==": "="}
_NAME: Final = re.compile(r"([A-Za-z]+)([0-9]*)([A-Za-z0-9_]*)")
_ONE: Final[Text] = ("1", Level.ATOM)


def to_latex(subject: Expr | Condition) -> str:
    r"""Return LaTeX for math mode; a name holds only letters, digits and underscores: nothing to escape.

    >>> from deterrence.expressions.parser import parse_expression
    >>> print(to_latex(parse_expression("(c_DC - 1)/delta")))
    \frac{c_{DC} - 1}{\delta}
    """
    return _LATEX.written(subject)


def _write(node: Expr, done: Mapping[Expr, Text]) -> Text:
    match node:
        case Number():
            return _ratio(node.value, [], [])
        case Symbol():
            return _symbol(node.name), Level.ATOM
        case Sum():
            return sum_of_texts([_at_least(Level.PRODUCT, done[child]) for child in node.children]), Level.SUM
        case Product():
            return _product(node.coefficient, node.factors, done)
        case Power():
            return _power(node, done)
        case Call():
            before, after = LATEX_FUNCTIONS[node.function]
            return before + ", ".join(done[child][0] for child in node.children) + after, Level.ATOM
    raise ExpressionError(f"cannot write a formula of kind {type(node).__name__}")


def _bracket(text: str) -> str:
    return rf"\left({text}\right)"


def _at_least(level: Level, text: Text) -> str:
    return text[0] if text[1] >= level else _bracket(text[0])


def _symbol(name: str) -> str:
    match = _NAME.fullmatch(name)
    if match is None:
        raise ExpressionError(f"{name[:70]!a} is not a name")
    letters, digits, rest = match.groups()
    subscripts = ",".join(piece for piece in (digits, *rest.split("_")) if piece)
    plain = letters if len(letters) == 1 else rf"\mathrm{{{letters}}}"
    head = f"\\{letters}" if _GREEK.fullmatch(letters) else plain
    return f"{head}_{{{subscripts}}}" if subscripts else head


def _product(coefficient: Fraction, factors: Sequence[Expr], done: Mapping[Expr, Text]) -> Text:
    below = [factor.base for factor in factors if isinstance(factor, Power) and factor.is_inverse]
    above = [factor for factor in factors if not (isinstance(factor, Power) and factor.is_inverse)]
    return _ratio(coefficient, [done[factor] for factor in above], [done[factor] for factor in below])


def _ratio(coefficient: Fraction, above: list[Text], below: list[Text]) -> Text:
    sign = "-" if coefficient < 0 else ""
    above = _with_number(abs(coefficient.numerator), above)
    below = _with_number(coefficient.denominator, below)
    if below:
        text = rf"\frac{{{_side_by_side(above or [_ONE])}}}{{{_side_by_side(below)}}}"
        return sign + text, Level.PRODUCT if sign else Level.POWER
    if len(above) <= 1 and not sign:
        return above[0] if above else _ONE
    return sign + _side_by_side(above or [_ONE], outermost=False), Level.PRODUCT


def _with_number(number: int, pieces: list[Text]) -> list[Text]:
    return pieces if number == 1 else [(str(number), Level.ATOM), *pieces]


def _side_by_side(pieces: Sequence[Text], *, outermost: bool = True) -> str:
    """Multiply by juxtaposition; a dot keeps apart what would read as one number."""
    if len(pieces) == 1 and outermost:
        return pieces[0][0]
    texts = [_at_least(Level.POWER, piece) for piece in pieces]
    return texts[0] + "".join(rf" \cdot {text}" if text[0].isdigit() else f" {text}" for text in texts[1:])


def _power(node: Power, done: Mapping[Expr, Text]) -> Text:
    if node.is_inverse:
        return _product(Fraction(1), (node,), done)
    return f"{_at_least(Level.ATOM, done[node.base])}^{{{done[node.exponent][0]}}}", Level.POWER


_LATEX: Final = Style(_write, (r"\left(", r"\right)"), r" \lor ", r" \land ", _ORDER)
