"""Random formulas and conditions in normal form, for property tests."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from hypothesis import strategies as st

from deterrence.errors import ExpressionError
from deterrence.expressions import (
    FUNCTIONS,
    AllOf,
    AnyOf,
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

NAMES = ("a", "b", "c_DC", "p_Ch", "alpha2")

small = st.fractions(min_value=-9, max_value=9, max_denominator=9)
large = st.integers(10**58, 10**130) | st.integers(-(10**130), -(10**58))
leaves: st.SearchStrategy[Expr] = st.sampled_from(NAMES).map(Symbol) | small.map(Number)
points = st.fixed_dictionaries({name: st.fractions(min_value=-4, max_value=4, max_denominator=6) for name in NAMES})


def _operations(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    few = st.lists(parts, min_size=2, max_size=4)
    exponents = parts | st.integers(-3, 4).map(Number) | st.just(Number(Fraction(1, 2)))
    calls = [
        st.lists(parts, min_size=least, max_size=most or 3).map(partial(_call, name))
        for name, (least, most) in FUNCTIONS.items()
    ]
    return st.one_of(
        few.map(lambda terms: _legal(lambda: Sum.of(*terms))),
        few.map(lambda factors: _legal(lambda: Product.of(*factors))),
        st.tuples(parts, parts).map(lambda pair: pair[0] - pair[1]),
        st.tuples(parts, parts).map(lambda pair: _legal(lambda: pair[0] / pair[1])),
        st.tuples(parts, exponents).map(lambda pair: _legal(lambda: Power.of(*pair))),
        *calls,
    )


def _call(name: str, arguments: list[Expr]) -> Expr:
    return Call(name, *arguments)


def _legal(make: Callable[[], Expr]) -> Expr:
    """Build a formula; what folds to a division by zero becomes a name instead."""
    try:
        return make()
    except ExpressionError:
        return Symbol("a")


formulas = st.recursive(leaves, _operations, max_leaves=12)
_operands = leaves | _operations(leaves)
_links = st.lists(st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=="]), _operands), min_size=1, max_size=2)
chains = st.tuples(_operands, _links).map(
    lambda chain: Comparison((chain[0], *(right for _, right in chain[1])), [sign for sign, _ in chain[1]])
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    chains,
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda some: AllOf.of(*some)),
        st.lists(parts, min_size=1, max_size=3).map(lambda some: AnyOf.of(*some)),
    ),
    max_leaves=3,
)
