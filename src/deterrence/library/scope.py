"""The names that the formulas of a model file may use, and bounds on formulas with definitions written out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from decimal import Decimal
from fractions import Fraction
from typing import Final

from deterrence.errors import ExpressionError
from deterrence.expressions import (
    Condition,
    Expr,
    Number,
    Symbol,
    exact_number,
    parse_condition,
    parse_expression,
    substitute,
    to_text,
)
from deterrence.expressions.tokens import MAX_TEXT
from deterrence.games import Parameter
from deterrence.library.places import Place, Table, kind_of

__all__ = ["Scope", "read_number"]

MAX_WRITTEN_OUT: Final = 300_000  # characters of all formulas of a file together
MAX_DEFINITIONS: Final = 300

_NAME: Final = re.compile(r"[A-Za-z]\w*", re.ASCII)


def read_number(value: object, place: Place) -> Fraction:
    """Return the exact number that a file gives as a number or as text such as `"1/3"`."""
    with place.holding():
        formula = parse_expression(value, {}) if isinstance(value, str) else _written_number(value, place)
    if not isinstance(formula, Number):
        raise place.error("a number is needed, not a formula", "write a decimal or a ratio such as '1/3'")
    return formula.value


def _written_number(value: object, place: Place) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise place.error(f"{kind_of(value)} where a number is needed", "write a decimal or text such as '1/3'")
    if isinstance(value, Decimal) and not value.is_finite():
        raise place.error(f"{value} is not a finite number", "write a decimal or text such as '1/3'")
    with place.holding():
        return Number(exact_number(value))


class Scope:
    """Reads formulas with the parameters and definitions of one file.

    A definition may use others, so a short file can describe an enormous formula: what every formula becomes
    with its definitions written out is measured before anything is written out.
    """

    def __init__(self, parameters: Iterable[Parameter], definitions: Table) -> None:
        self.names: dict[str, Symbol] = {p.name: p for p in parameters}
        self.definitions: dict[str, Expr] = {}
        self._closed: dict[str, Expr] = {}
        self._lengths: dict[str, int] = {}
        self._read: dict[str, Expr] = {}
        self._room = MAX_WRITTEN_OUT
        self._declare(definitions)
        self._define(definitions)

    def knowing(self, variables: Iterable[str], place: Place) -> Scope:
        """Return a scope for formulas that also use names of actions, types or states."""
        wider = copy(self)
        wider.names = dict(self.names)
        wider._read = {}
        for name in variables:
            if name in self.names:
                raise place.error(f"{name[:64]!r} is a parameter or definition", "name the variable otherwise")
            with place.holding():
                wider.names[name] = Symbol(name)
        return wider

    def formula(self, value: object, place: Place) -> Expr:
        """Return the formula that a file writes as a number or as text."""
        if not isinstance(value, str):
            return _written_number(value, place)
        if value in self._read:
            self._measure(value, place)
            return self._read[value]
        formula = self._parsed(value, place)
        self._check_written_out(formula, value, place)
        self._read[value] = formula
        return formula

    def condition(self, text: str, place: Place) -> Condition:
        """Return the condition that a file writes."""
        with place.holding():
            condition = parse_condition(text, self.names)
        self._measure(text, place)
        for formula in condition.formulas:
            self._check_written_out(formula, to_text(formula), place)
        return condition

    def conditions(self, table: Table, key: str) -> tuple[Condition, ...]:
        """Return a list of conditions, empty where the key is absent."""
        place = table.place / key
        return tuple(self.condition(text, place / i) for i, text in enumerate(table.texts(key, MAX_TEXT)))

    def close(self, formula: Expr) -> Expr:
        """Return a formula in the parameters alone."""
        return substitute(formula, self._closed)

    def _declare(self, table: Table) -> None:
        if len(table.data) > MAX_DEFINITIONS:
            raise table.place.error(f"{len(table.data)} definitions", f"at most {MAX_DEFINITIONS}")
        for name in table:
            place = table.place / name
            if name in self.names:
                raise place.error(f"{name!r} is a parameter and a definition", "rename one of them")
            with place.holding():
                Symbol(name)
        self.names |= {name: Symbol(name) for name in table}

    def _define(self, table: Table) -> None:
        texts = {name: value for name, value in table.data.items() if isinstance(value, str)}
        pending = {name: self._parsed(value, table.place / name) for name, value in table.data.items()}
        self.definitions = dict(pending)
        while pending:
            ready = [name for name, formula in pending.items() if not _uses(formula, pending)]
            if not ready:
                names = ", ".join(pending)[:200]
                raise (table.place / next(iter(pending))).error(
                    f"definitions in a circle: {names}", "let one be free of the others"
                )
            for name in ready:
                self._close(name, pending.pop(name), texts.get(name, "0"), table.place / name)

    def _parsed(self, value: object, place: Place) -> Expr:
        if not isinstance(value, str):
            return _written_number(value, place)
        with place.holding():
            return parse_expression(value, self.names)

    def _close(self, name: str, formula: Expr, text: str, place: Place) -> None:
        self._check_written_out(formula, text, place)
        self._closed[name] = self.close(formula)
        self._lengths[name] = self._written_length(text) + 2

    def _check_written_out(self, formula: Expr, text: str, place: Place) -> None:
        """Check that the formula with its definitions written out is one that could stand in a file."""
        if not self._measure(text, place):
            return
        try:
            parse_expression(to_text(self.close(formula)))
        except ExpressionError as error:
            raise place.error(f"with its definitions written out: {error.problem}", error.remedy) from None

    def _measure(self, text: str, place: Place) -> bool:
        """Check the length with definitions written out; say whether there are any."""
        length = self._written_length(text)
        if length > MAX_TEXT and length > len(text):
            raise place.error(
                "with its definitions written out: the formula is too long", f"at most {MAX_TEXT} characters"
            )
        self._room -= length
        if self._room < 0:
            raise place.error("the formulas of the file are too long together", "build a large model in Python")
        return length > len(text)

    def _written_length(self, text: str) -> int:
        used = (name for name in _NAME.findall(text) if name in self._lengths)
        return len(text) + sum(max(0, self._lengths[name] - len(name)) + 1 for name in used)


def _uses(formula: Expr, names: Mapping[str, Expr]) -> bool:
    return any(isinstance(node, Symbol) and node.name in names for node in formula.walk())
