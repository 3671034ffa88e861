"""Formulas written as text and as LaTeX."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from deterrence.errors import ExpressionError
from deterrence.expressions import (
    FUNCTIONS,
    Condition,
    Expr,
    Number,
    Symbol,
    parse_condition,
    parse_expression,
    to_latex,
    to_text,
)
from deterrence.expressions.latex import LATEX_FUNCTIONS
from formula_strategies import conditions, formulas, large


def parsed(text: str) -> Expr | Condition:
    return parse_condition(text) if re.search("[<>=]", text) else parse_expression(text)


@given(formulas)
def test_reading_what_was_written_gives_the_formula(formula: Expr) -> None:
    text = to_text(formula)
    assert parse_expression(text) == formula
    assert to_text(parse_expression(text)) == text


@given(conditions)
def test_reading_what_was_written_gives_the_condition(condition: Condition) -> None:
    text = to_text(condition)
    assert parse_condition(text) == condition
    assert to_text(parse_condition(text)) == text


@given(large, large)
def test_large_numbers_are_written_in_pieces(top: int, bottom: int) -> None:
    for formula in (Number(top), Number(top) / bottom, Number(top) * Symbol("a"), Symbol("a") ** 2 - top):
        assert parse_expression(to_text(formula)) == formula


@pytest.mark.parametrize(
    "text",
    [
        "(c_DC - c_SQ)/(c_DC - c_CD)",
        "1 - p",
        "p_Ch*(1 - d_star)/((1 - p_Ch)*d_star)",
        "a - (b - c)",
        "a - b/3",
        "-a/2",
        "-(a + b)*c",
        "2*a**b**c",
        "(a**b)**c",
        "a**(b + 1)",
        "a**-2",
        "1/a**2",
        "a/(b/c)",
        "1/3",
        "-2/3",
        "(1/3)**a",
        "(-2)**a",
        "(-a)**2",
        "0*a",
        "min(a, -b, max(c, 1/2))",
        "a > b >= c == d",
        "a > b and (c > d or d > a)",
        "a > b and c > d or d > a + 1",
    ],
)
def test_an_authors_text_comes_back_as_it_was(text: str) -> None:
    assert to_text(parsed(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("((a)) - ((b*c))", "a - b*c"),
        ("a*(b/c)", "a*b/c"),
        ("0.25", "1/4"),
        ("a*2", "2*a"),
        ("a**0.5", "a**(1/2)"),
        ("a + -b", "a - b"),
    ],
)
def test_text_is_tidied(text: str, expected: str) -> None:
    assert to_text(parsed(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c_DC", r"c_{DC}"),
        ("p_Ch", r"p_{Ch}"),
        ("delta", r"\delta"),
        ("sigma_a_1", r"\sigma_{a,1}"),
        ("x12", r"x_{12}"),
        ("cost", r"\mathrm{cost}"),
        ("Omega2_up", r"\Omega_{2,up}"),
        ("a_", "a"),
        ("(c_DC - c_SQ)/(c_DC - c_CD)", r"\frac{c_{DC} - c_{SQ}}{c_{DC} - c_{CD}}"),
        ("a/(b*(c + 1))", r"\frac{a}{b \left(c + 1\right)}"),
        ("-a*b", "-a b"),
        ("-(a + b)", r"-\left(a + b\right)"),
        ("-2/3", r"-\frac{2}{3}"),
        ("a - b/3", r"a - \frac{b}{3}"),
        ("2*3**a", r"2 \cdot 3^{a}"),
        ("(a + b)**2", r"\left(a + b\right)^{2}"),
        ("(1/3)**a", r"\left(\frac{1}{3}\right)^{a}"),
        ("(-2)**a", r"\left(-2\right)^{a}"),
        ("1/a", r"\frac{1}{a}"),
        ("sqrt(a + 1)", r"\sqrt{a + 1}"),
        ("abs(a - b)", r"\left|a - b\right|"),
        ("min(a, b)", r"\min\left(a, b\right)"),
        ("a > b >= c", r"a > b \geq c"),
        ("a > b and (c <= 1 or c == 2)", r"a > b \land \left(c \leq 1 \lor c = 2\right)"),
    ],
)
def test_latex(text: str, expected: str) -> None:
    assert to_latex(parsed(text)) == expected


@given(formulas)
def test_latex_has_balanced_braces_and_only_known_commands(formula: Expr) -> None:
    latex = to_latex(formula)
    depth = 0
    for mark in latex:
        depth += (mark == "{") - (mark == "}")
        assert depth >= 0
    assert depth == 0
    assert len(re.findall(r"\\left\b", latex)) == len(re.findall(r"\\right\b", latex))
    known = r"frac|cdot|left|right|lfloor|rfloor|sqrt|exp|log|min|max|alpha|mathrm"
    assert set(re.findall(r"\\([A-Za-z]+)", latex)) <= set(known.split("|"))


def test_latex_knows_every_function() -> None:
    assert set(LATEX_FUNCTIONS) == set(FUNCTIONS)


def test_a_forged_name_does_not_reach_latex() -> None:
    forged = Symbol("x")
    object.__setattr__(forged, "name", r"x}\input{secret")
    with pytest.raises(ExpressionError, match="is not a name"):
        to_latex(forged)
