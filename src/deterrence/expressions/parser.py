"""Text to formulas and conditions: a precedence parser of the closed grammar, with bounded work.

condition   any   := all ("or" all)*        all := chain ("and" chain)*
chain             := sum (("<" | "<=" | ">" | ">=" | "==") sum)*
formula     sum   := product (("+" | "-") product)*
            product := unary (("*" | "/") unary)*
            unary := ("+" | "-") unary | power
            power := atom ["**" unary]
            atom  := number | name | function "(" any ("," any)* ")" | "(" any ")"
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, TypeAlias

from deterrence.errors import ExpressionError
from deterrence.expressions.conditions import AllOf, AnyOf
from deterrence.expressions.nodes import (
    FUNCTIONS,
    KEYWORDS,
    OPERATORS,
    Call,
    Comparison,
    Condition,
    Expr,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    exact_number,
)
from deterrence.expressions.suggestions import did_you_mean
from deterrence.expressions.tokens import Token, refusal, tokenize

__all__ = ["MAX_DEPTH", "parse_condition", "parse_expression"]

MAX_DEPTH: Final = 50

Parsed: TypeAlias = Expr | Condition


def parse_expression(text: str, names: Mapping[str, Symbol] | None = None) -> Expr:
    """Return the formula that `text` writes; each name becomes the object that `names` gives for it.

    Without `names` every name is a plain `Symbol`. Decimals are exact rationals. Raises `ExpressionError`
    with the column for anything outside the grammar or its bounds, and for a name that is not in `names`.

    >>> parse_expression("(a - 0.5)/b") == (Symbol("a") - Number(1) / 2) / Symbol("b")
    True
    """
    result = _Parser(text, names).whole()
    if isinstance(result, Condition):
        raise refusal(text, 0, "a condition stands where a formula is needed", "leave the comparison out")
    return result


def parse_condition(text: str, names: Mapping[str, Symbol] | None = None) -> Condition:
    """Return the condition that `text` writes: a chain such as `a > b >= c`, or chains joined by and, or.

    Raises `ExpressionError` as `parse_expression` does.

    >>> parse_condition("1 > p >= 0") == parse_condition("0 <= p < 1")
    True
    """
    result = _Parser(text, names).whole()
    if isinstance(result, Expr):
        raise refusal(text, 0, "a formula stands where a condition is needed", "compare it: a > b, a >= b > c")
    return result


class _Parser:
    """One pass over the tokens; every method reads one level of the grammar above."""

    def __init__(self, text: str, names: Mapping[str, Symbol] | None) -> None:
        self._tokens = tokenize(text)
        self._text = text
        self._names = names
        self._next = 0
        self._depth = 0

    def whole(self) -> Parsed:
        if self._token.kind == "end":
            raise ExpressionError("the formula is empty", remedy="write at least a number or a name")
        result = self._any()
        if self._token.kind != "end":
            raise self._unexpected("an operator or the end")
        return result

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _accept(self, *texts: str) -> Token | None:
        return self._take() if self._token.text in texts else None

    def _expect(self, text: str) -> None:
        if self._accept(text) is None:
            raise self._unexpected(f"'{text}'")

    def _unexpected(self, wanted: str) -> ExpressionError:
        found = f"found {self._token.text[:20]!a}" if self._token.text else "the formula ends"
        return self._refuse(self._token, f"expected {wanted}, but {found}")

    def _refuse(self, token: Token, problem: str, remedy: str = "") -> ExpressionError:
        return refusal(self._text, token.offset, problem, remedy)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._refuse(self._token, "the formula is nested too deeply", f"at most {MAX_DEPTH} levels")
        yield
        self._depth -= 1

    def _build(self, token: Token, make: Callable[..., Expr], *parts: Expr | str) -> Expr:
        try:
            return make(*parts)
        except ExpressionError as error:
            raise self._refuse(token, error.problem, error.remedy) from None

    def _formula(self, start: Token, value: Parsed) -> Expr:
        if isinstance(value, Condition):
            raise self._refuse(start, "a condition stands where a formula is needed", "join conditions by and, or")
        return value

    def _condition(self, start: Token, value: Parsed) -> Condition:
        if isinstance(value, Expr):
            raise self._refuse(start, "a formula stands where a condition is needed", "compare it: a > b")
        return value

    def _any(self) -> Parsed:
        return self._joined("or", self._all, AnyOf.of)

    def _all(self) -> Parsed:
        return self._joined("and", self._chain, AllOf.of)

    def _joined(self, word: str, read: Callable[[], Parsed], join: Callable[..., Condition]) -> Parsed:
        start, first = self._token, read()
        if self._token.text != word:
            return first
        parts = [self._condition(start, first)]
        while self._accept(word):
            parts.append(self._condition(self._token, read()))
        return join(*parts)

    def _chain(self) -> Parsed:
        start, first = self._token, self._sum()
        if self._token.text not in OPERATORS:
            return first
        operands, operators = [self._formula(start, first)], list[str]()
        while operator := self._accept(*OPERATORS):
            operators.append(operator.text)
            operands.append(self._formula(self._token, self._sum()))
        return Comparison(operands, operators)

    def _sum(self) -> Parsed:
        start, first = self._token, self._product()
        if self._token.text not in ("+", "-"):
            return first
        terms = [self._formula(start, first)]
        while sign := self._accept("+", "-"):
            term = self._formula(self._token, self._product())
            terms.append(self._build(sign, Product.of, Number(-1), term) if sign.text == "-" else term)
        return self._build(start, Sum.of, *terms)

    def _product(self) -> Parsed:
        start, first = self._token, self._unary()
        if self._token.text not in ("*", "/"):
            return first
        factors = [self._formula(start, first)]
        while sign := self._accept("*", "/"):
            factor = self._formula(self._token, self._unary())
            factors.append(self._build(sign, Power.of, factor, Number(-1)) if sign.text == "/" else factor)
        return self._build(start, Product.of, *factors)

    def _unary(self) -> Parsed:
        sign = self._accept("+", "-")
        if sign is None:
            return self._power()
        with self._deeper():
            value = self._formula(self._token, self._unary())
        return self._build(sign, Product.of, Number(-1), value) if sign.text == "-" else value

    def _power(self) -> Parsed:
        start, base = self._token, self._atom()
        sign = self._accept("**")
        if sign is None:
            return base
        with self._deeper():
            exponent = self._formula(self._token, self._unary())
        return self._build(sign, Power.of, self._formula(start, base), exponent)

    def _atom(self) -> Parsed:
        token = self._take()
        if token.kind == "number":
            return self._build(token, lambda: Number(exact_number(token.text)))
        if token.kind == "name" and token.text not in KEYWORDS:
            return self._call(token) if token.text in FUNCTIONS else self._symbol(token)
        if token.text != "(":
            self._next -= 1
            raise self._unexpected("a number, a name or '('")
        with self._deeper():
            inside = self._any()
        self._expect(")")
        return inside

    def _call(self, name: Token) -> Expr:
        self._expect("(")
        with self._deeper():
            arguments = [self._formula(self._token, self._any())]
            while self._accept(","):
                arguments.append(self._formula(self._token, self._any()))
        self._expect(")")
        return self._build(name, Call, name.text, *arguments)

    def _symbol(self, token: Token) -> Expr:
        if self._token.text == "(":
            known = f"functions: {', '.join(FUNCTIONS)}; a product is written with *"
            raise self._refuse(token, f"{token.text[:64]!r} is not a function", known)
        if self._names is None:
            return self._build(token, Symbol, token.text)
        symbol = self._names.get(token.text)
        if symbol is None:
            raise self._refuse(token, f"unknown name {token.text[:64]!r}", did_you_mean(token.text, self._names))
        return symbol
