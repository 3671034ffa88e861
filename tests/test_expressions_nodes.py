"""Trees and conditions: equality, hashing, pickling, immutability, substitution."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given

from deterrence.errors import ExpressionError
from deterrence.expressions import (
    AllOf,
    AnyOf,
    Call,
    Comparison,
    Condition,
    Expr,
    Number,
    Product,
    Sum,
    Symbol,
    parse_condition,
    parse_expression,
    substitute,
    substitute_condition,
    symbols_of,
    symbols_of_condition,
)
from formula_strategies import conditions, formulas

A, B, C = Symbol("a"), Symbol("b"), Symbol("c")


@given(formulas)
def test_formulas_survive_pickling_and_copying(formula: Expr) -> None:
    for twin in (pickle.loads(pickle.dumps(formula)), copy.deepcopy(formula)):
        assert twin == formula
        assert hash(twin) == hash(formula)
        assert type(twin) is type(formula)


@given(conditions)
def test_conditions_survive_pickling(condition: Condition) -> None:
    twin = pickle.loads(pickle.dumps(condition))
    assert twin == condition
    assert hash(twin) == hash(condition)


@pytest.mark.parametrize("tree", [A, A + B, A > B, AllOf(A > B, B > C)])
def test_trees_are_immutable(tree: Expr | Condition) -> None:
    with pytest.raises(AttributeError, match="immutable"):
        tree.key = "x"


def test_order_of_terms_does_not_matter_but_structure_does() -> None:
    assert A + B == B + A
    assert A * B * C == C * (B * A)
    assert A - B != B - A
    assert A**B != B**A
    assert Call("min", A, B) != Call("max", A, B)


def test_a_chain_read_backwards_is_the_same_chain() -> None:
    assert parse_condition("a > b >= c") == parse_condition("c <= b < a")
    assert parse_condition("a > b") != parse_condition("a < b")
    assert parse_condition("a > b") != parse_condition("a >= b")


def test_comparison_operators_build_comparisons() -> None:
    assert (A < 1, A <= B, A > 0.5, A >= B) == (
        Comparison((A, Number(1)), ("<",)),
        Comparison((A, B), ("<=",)),
        Comparison((A, Number(Fraction(1, 2))), (">",)),
        Comparison((A, B), (">=",)),
    )


def test_pairs_are_the_neighbours() -> None:
    chain = Comparison((A, B, C), (">", ">="))
    assert list(chain.pairs()) == [(A, ">", B), (B, ">=", C)]


def test_a_condition_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="parse_condition"):
        _ = A > B > C  # Python would drop the first comparison


@pytest.mark.parametrize(("operands", "operators"), [((A,), ()), ((A, B), ()), ((A, B), ("!=",)), ((A, B), (">", ">"))])
def test_malformed_chains_are_refused(operands: tuple[Expr, ...], operators: tuple[str, ...]) -> None:
    with pytest.raises(ExpressionError):
        Comparison(operands, operators)


def test_junctions_flatten_and_ignore_order() -> None:
    assert AllOf(AllOf(A > B, B > C), C > 0) == AllOf(C > 0, B > C, A > B)
    assert AllOf(A > B, B > C) != AnyOf(A > B, B > C)
    assert AllOf.of(A > B) == (A > B)
    assert AnyOf(AllOf(A > B, B > C), C > 0) != AllOf(AnyOf(A > B, B > C), C > 0)


@pytest.mark.parametrize("kind", [AllOf, AnyOf])
def test_an_empty_junction_is_refused(kind: type[AllOf] | type[AnyOf]) -> None:
    with pytest.raises(ExpressionError, match="at least one"):
        kind()


def test_symbols_in_order_of_appearance() -> None:
    assert symbols_of(B + A * B) == (B, A)
    assert symbols_of_condition(parse_condition("c > a or b > c")) == (C, A, B)


def test_substitution() -> None:
    assert substitute(A * (B + 1), {"b": A - 1}) == A * A
    assert substitute_condition(parse_condition("a > b and b > 0"), {"b": Number(2)}) == parse_condition(
        "a > 2 and 2 > 0"
    )
    with pytest.raises(ExpressionError, match="division by zero"):
        substitute(1 / A, {"a": Number(0)})


@pytest.mark.parametrize("name", ["", "1a", "_a", "a-b", "a b", "and", "or", "not", "min", "a\n", "\u0430", "a" * 65])
def test_names_outside_the_grammar_are_refused(name: str) -> None:
    with pytest.raises(ExpressionError, match="is not a name"):
        Symbol(name)


def test_numbers_stay_small_while_they_are_gathered() -> None:
    for kind in (Sum, Product):
        with pytest.raises(ExpressionError, match="too large"):
            kind.of(*[Number(Fraction(1, 10**60 + 2 * n + 1)) for n in range(100)])
    assert Number(-1) ** 64 == Number(1)


def test_shared_subformulas_are_walked_once() -> None:
    formula: Expr = A
    for _ in range(12):
        formula = Call("max", formula, formula)
    assert sum(1 for _ in formula.walk()) == 13


def test_reading_formulas_loads_neither_numpy_nor_sympy() -> None:
    code = (
        "import sys, deterrence.expressions as e; e.to_text(e.parse_expression('a/2'));"
        "sys.exit(bool({'numpy', 'sympy', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_formulas_from_text_and_from_python_are_equal() -> None:
    assert parse_expression("(a - 0.5)/b**2") == (A - 0.5) / B**2
