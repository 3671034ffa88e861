"""The parser: its grammar, its errors, and its refusal of everything else."""

from __future__ import annotations

import time
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.errors import ExpressionError
from deterrence.expressions import (
    AllOf,
    AnyOf,
    Call,
    Comparison,
    Condition,
    Expr,
    Number,
    Power,
    Symbol,
    parse_condition,
    parse_expression,
    to_text,
)
from formula_strategies import conditions, formulas
from hostile_formulas import HOSTILE

A, B, C = Symbol("a"), Symbol("b"), Symbol("c")
HALF = Fraction(1, 2)


def seconds(text: str) -> float:
    """Return the time that both parsers need for one text, the best of three."""
    return min(_once(text) for _ in range(3))


def _once(text: str) -> float:
    start = time.process_time()
    for parse in (parse_expression, parse_condition):
        with suppress(ExpressionError):
            parse(text)
    return time.process_time() - start


def refusal(text: str, names: dict[str, Symbol] | None = None) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text, names)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.25", Number(Fraction(1, 4))),
        (".5", Number(HALF)),
        ("5.", Number(5)),
        ("1e3", Number(1000)),
        ("2.5E-1", Number(Fraction(1, 4))),
        ("0.1 + 0.2", Number(Fraction(3, 10))),
        ("1/3", Number(Fraction(1, 3))),
        ("+a", A),
        ("--a", A),
        ("a - b - c", (A - B) - C),
        ("a - (b - c)", A - (B - C)),
        ("a/b/c", (A / B) / C),
        ("a/b*c", (A / B) * C),
        ("a/(b*c)", A / (B * C)),
        ("-a**2", -(A**2)),
        ("(-a)**2", (-A) ** 2),
        ("2**3**2", Number(512)),
        ("a**b**c", A ** (B**C)),
        ("2**-1", Number(HALF)),
        ("a**-b", A**-B),
        ("a*-b", A * -B),
        ("-2*a", -2 * A),
        ("1 - a\n\t+ b", 1 - A + B),
        ("sqrt(a)", Call("sqrt", A)),
        ("min(a, b, 1)", Call("min", A, B, Number(1))),
        ("a**65**0", A),
        ("0*a", 0 * A),
    ],
)
def test_formulas_mean_what_they_mean_in_python(text: str, expected: Expr) -> None:
    assert parse_expression(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > b", A > B),
        ("a > b >= c", Comparison((A, B, C), (">", ">="))),
        ("a == b", Comparison((A, B), ("==",))),
        ("((a > b))", A > B),
        ("(a)*2 > (b + 1)", 2 * A > B + 1),
        ("a > b and b > c or c > a", AnyOf(AllOf(A > B, B > C), C > A)),
        ("a > b and (b > c or c > a)", AllOf(A > B, AnyOf(B > C, C > A))),
        ("(a > b and b > c) and c > a", AllOf(A > B, B > C, C > A)),
    ],
)
def test_conditions(text: str, expected: Condition) -> None:
    assert parse_condition(text) == expected


def test_zero_times_a_name_is_not_zero() -> None:
    assert parse_expression("0*a") != Number(0)


def test_precedence_is_not_the_other_one() -> None:
    assert parse_expression("-a**2") != parse_expression("(-a)**2")
    assert parse_expression("a**b**c") != parse_expression("(a**b)**c")
    assert parse_condition("a>b and b>c or c>a") != parse_condition("a>b and (b>c or c>a)")


def test_names_become_the_given_objects() -> None:
    class Parameter(Symbol):
        __slots__ = ()

    threshold = Parameter("t_soft")
    formula = parse_expression("2*t_soft", {"t_soft": threshold})
    assert any(node is threshold for node in formula.walk())


def test_unknown_name_has_a_column_and_a_suggestion() -> None:
    error = refusal("c_DC - c_SX", {"c_DC": Symbol("c_DC"), "c_SQ": Symbol("c_SQ")})
    assert error.where == "column 8 of 'c_DC - c_SX'"
    assert "'c_SX'" in error.problem
    assert "'c_SQ'" in error.remedy


def test_unknown_name_without_a_near_one_lists_what_is_known() -> None:
    assert "c_DC" in refusal("zebra", {"c_DC": Symbol("c_DC")}).remedy
    assert refusal("zebra", {}).remedy == "none is defined"


def test_the_suggestion_is_cheap_among_many_names() -> None:
    names = {f"{'abcdefgh' * 7}{i}": Symbol(f"{'abcdefgh' * 7}{i}") for i in range(5000)}
    start = time.process_time()
    refusal("hgfedcba" * 8, names)
    assert time.process_time() - start < 0.05


@pytest.mark.parametrize(
    ("text", "where", "advice"),
    [
        ("a \u2212 b", "column 3", "ASCII minus"),
        ("\u0430 + 1", "column 1", "ASCII"),
        ("\uff11", "column 1", "write the ASCII 1"),
        ("a\u00b2", "column 2", "write **2"),
        ("a^2", "column 2", "write **"),
        ("2a", "column 1", "2*x"),
        ("a.b", "column 2", "attributes"),
        ("a = b", "column 3", "=="),
        ("a + 1/0", "column 6", ""),
        ("a**65", "column 2", "at most 64"),
        ("exp(a, b)", "column 1", ""),
        ("a(2)", "column 1", "*"),
    ],
)
def test_errors_say_where_and_what_to_do(text: str, where: str, advice: str) -> None:
    error = refusal(text)
    assert error.where.startswith(where + " of ")
    assert advice in error.remedy


def test_a_cyrillic_letter_is_named() -> None:
    assert "CYRILLIC SMALL LETTER A" in refusal("\u0430").problem


def test_excerpts_are_bounded_and_escaped() -> None:
    message = str(refusal("a+" * 900 + "\x1b[31m" + "+a" * 100))
    assert len(message) < 250
    assert message.isascii()
    assert message.isprintable()


@pytest.mark.parametrize("value", [None, 1, 0.5, b"a", ["a"], A])
def test_only_text_is_parsed(value: object) -> None:
    with pytest.raises(ExpressionError, match="a formula is text"):
        parse_expression(value)  # type: ignore[arg-type]  # the wrong type is what is tested
    with pytest.raises(ExpressionError, match="a formula is text"):
        parse_condition(value)  # type: ignore[arg-type]  # the wrong type is what is tested


def test_formulas_and_conditions_are_not_confused() -> None:
    with pytest.raises(ExpressionError, match="a condition stands where a formula"):
        parse_expression("a > b")
    with pytest.raises(ExpressionError, match="a formula stands where a condition"):
        parse_condition("a + b")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused_quickly_and_shortly(text: str) -> None:
    message = str(refusal(text))
    with pytest.raises(ExpressionError):
        parse_condition(text)
    assert len(message) < 400
    assert message.isprintable()
    assert seconds(text) < 0.05


@pytest.mark.parametrize("levels", [1, 50])
def test_nesting_up_to_the_bound_is_accepted(levels: int) -> None:
    assert parse_expression("(" * levels + "a" + ")" * levels) == A


def test_a_long_formula_within_the_bounds_is_accepted_quickly() -> None:
    text = "+".join(["a*b"] * 249)
    assert seconds(text) < 0.05
    assert len(parse_expression(text).children) == 249


def test_exponents_up_to_the_bound_are_accepted() -> None:
    assert parse_expression("a**64") == Power(A, Number(64))


_PIECES = [
    "a",
    "b",
    "c_DC",
    "1",
    "0.5",
    "2e3",
    "(",
    ")",
    "+",
    "-",
    "*",
    "/",
    "**",
    "<",
    "<=",
    ">",
    ">=",
    "==",
    "and",
    "or",
    "not",
    ",",
    "min(",
    "exp(",
    ".",
    "e",
    "−",
    "\x00",
    "_",
    "1e400",
    "'",
    "[",
]


@given(st.text(max_size=200) | st.lists(st.sampled_from(_PIECES), max_size=80).map(" ".join))
def test_random_text_raises_nothing_but_expression_errors_and_is_quick(text: str) -> None:
    assert seconds(text) < 0.05


@given(
    st.one_of(formulas.map(to_text), conditions.map(to_text)),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 6), st.sampled_from(_PIECES)), min_size=1, max_size=6),
)
def test_mutated_formulas_raise_nothing_but_expression_errors(text: str, edits: list[tuple[int, int, str]]) -> None:
    for place, removed, added in edits:
        place %= len(text) + 1
        text = text[:place] + added + text[place + removed :]
    assert seconds(text[:4500]) < 0.05


@given(st.text(alphabet="0123456789.eE+-_j", max_size=80))
def test_a_number_is_exact_or_refused(text: str) -> None:
    try:
        parsed = parse_expression(text)
    except ExpressionError:
        return
    if isinstance(parsed, Number) and not set(text[1:]) & set("+-"):
        assert parsed.value == Fraction(text)
