"""Statements about the equilibria of a game: comparisons of parameters, event probabilities and payoffs.

statement := ["in every equilibrium" | "in some equilibrium"] condition ["=>" condition]
condition := what the closed grammar calls a condition, in which a name may also be `P(event)`, `U(player)` or
`U(player.type)`, and a comparison may also be `exists(class)` or `unique(class)`. Names in brackets may have spaces
and may stand in quotes. These words are replaced by names of equal length before the grammar's own parser reads the
text, so the columns in its errors are those of the statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, TypeVar

from deterrence.errors import ExpressionError
from deterrence.expressions import (
    Comparison,
    Condition,
    Expr,
    Number,
    Symbol,
    did_you_mean,
    parse_condition,
    parse_expression,
    symbols_of,
    symbols_of_condition,
)
from deterrence.expressions.tokens import MAX_TEXT, refusal
from deterrence.games import FrozenMap, Game, Quantity
from deterrence.theory.logic import TRUE, comparisons

__all__ = ["Existence", "Measure", "Quantifier", "Statement", "parse_measure", "parse_statement"]

_Read = TypeVar("_Read")

_WORD: Final = re.compile(r"(?<![A-Za-z0-9_])([A-Za-z][A-Za-z0-9_]*)[ \t]*\(")
_EXISTENCE: Final = ("exists", "unique")
_QUANTIFIER: Final = re.compile(r"\s*in\s+(every|some)\s+equilibrium\b\s*[,:]?")
_FLAG: Final = "==1"  # what makes the name of an existence a comparison


Quantifier: TypeAlias = Literal["every", "some"]


@dataclass(frozen=True)
class Existence:
    """Some equilibrium of the named class exists (`exists`), or nothing but such equilibria does (`unique`)."""

    kind: Literal["exists", "unique"]
    name: str


@dataclass(frozen=True)
class Statement:
    """A premise and a conclusion; names in `quantities` and `existences` stand for what is not a parameter.

    The premise of a statement without `=>` always holds.
    """

    text: str
    premise: Condition
    conclusion: Condition
    quantities: FrozenMap[str, Quantity] = field(default_factory=lambda: FrozenMap[str, Quantity]())
    existences: FrozenMap[str, Existence] = field(default_factory=lambda: FrozenMap[str, Existence]())
    quantifier: Quantifier = "every"

    @property
    def unquantified(self) -> str:
        """The text without `in every equilibrium` or `in some equilibrium`."""
        return _QUANTIFIER.sub("", self.text, count=1).strip()

    def written(self, text: str) -> str:
        """Return text of a part of the statement with the quantities as they are written."""
        shown = {name: str(quantity) for name, quantity in self.quantities.items()}
        return re.sub("[A-Za-z][A-Za-z0-9_]*", lambda match: shown.get(match.group(), match.group()), text)


@dataclass(frozen=True)
class Measure:
    """A formula in parameters, definitions and quantities."""

    text: str
    formula: Expr
    quantities: FrozenMap[str, Quantity]


def parse_statement(text: str, game: Game, classes: Iterable[str] = ()) -> Statement:
    """Return the statement that `text` writes about a game whose equilibrium classes have the given names.

    Raises `ExpressionError` with the column for anything outside the grammar, and for unknown names.

    >>> from deterrence.library import load
    >>> game = load("alliance-commitment/unilateral-deterrence")
    >>> parse_statement("p_Def < t_soft => P(war) <= p_Ch", game).quantities
    FrozenMap({'P_war_': Quantity(kind='P', of='war')})
    """
    quantifier, rest = _quantified(text)
    masked = _Mask(rest, game, tuple(classes))
    arrows = [match.start() for match in re.finditer("=>", masked.text)]
    if len(arrows) > 1:
        raise refusal(text, arrows[1], "a second '=>'", "join premises by 'and'")
    premise: Condition = TRUE
    start = 0
    if arrows:
        start = arrows[0] + 2
        premise = masked.condition(masked.text[: arrows[0]])
    conclusion = masked.condition(" " * start + masked.text[start:])
    return Statement(text, premise, conclusion, FrozenMap(masked.quantities), FrozenMap(masked.existences), quantifier)


def _quantified(text: str) -> tuple[Quantifier, str]:
    """Return the quantifier that a statement begins with, and the statement with blanks in its place."""
    found = _QUANTIFIER.match(text) if isinstance(text, str) else None
    if found is None:
        return "every", text
    return ("some" if found.group(1) == "some" else "every"), " " * found.end() + text[found.end() :]


def parse_measure(text: str, game: Game) -> Measure:
    """Return a formula in which names may also be quantities; raises `ExpressionError` as `parse_statement` does."""
    masked = _Mask(text, game, ())
    formula = masked.formula()
    if any(s.name in masked.existences for s in symbols_of(formula)):
        raise refusal(text, 0, "exists and unique are no numbers", "write P(event), U(player) or a formula")
    return Measure(text, formula, FrozenMap(masked.quantities))


class _Mask:
    """A text with its quantities and existences replaced by names of the same length."""

    def __init__(self, text: str, game: Game, classes: tuple[str, ...]) -> None:
        if not isinstance(text, str) or len(text) > MAX_TEXT:
            raise ExpressionError("not a statement", remedy=f"text of at most {MAX_TEXT} characters")
        self.source, self.game, self.classes = text, game, classes
        self.known = {p.name for p in game.parameters} | set(game.definitions)
        self.kinds = game.quantities()
        self.quantities: dict[str, Quantity] = {}
        self.existences: dict[str, Existence] = {}
        self.text = self._masked()

    @property
    def names(self) -> Mapping[str, Symbol]:
        """What names in the masked text may be."""
        return {name: Symbol(name) for name in (*sorted(self.known), *self.quantities, *self.existences)}

    def formula(self) -> Expr:
        """Return the masked text as a formula."""
        return self._parsed(parse_expression, self.text)

    def _parsed(self, parse: Callable[[str, Mapping[str, Symbol]], _Read], text: str) -> _Read:
        """Return what `parse` reads; an error shows the text as it was written."""
        try:
            return parse(text, self.names)
        except ExpressionError as error:
            where = error.where
            for name, quantity in self.quantities.items():
                where = where.replace(name, ascii(str(quantity))[1:-1])
            raise ExpressionError(error.problem, where=where, remedy=error.remedy) from None

    def condition(self, text: str) -> Condition:
        """Return a part of the masked text as a condition."""
        condition = self._parsed(parse_condition, text)
        for chain in comparisons(condition):
            if any(s.name in self.existences for s in symbols_of_condition(chain)) and not self._is_flag(chain):
                raise refusal(self.source, 0, "exists and unique stand alone", "join them by 'and', 'or', '=>'")
        return condition

    def _is_flag(self, chain: Comparison) -> bool:
        return isinstance(chain.operands[0], Symbol) and chain.operands[1:] == (Number(1),)

    def _masked(self) -> str:
        text, done = self.source, 0
        parts: list[str] = []
        for match in _WORD.finditer(text):
            if match.start() < done or match.group(1) not in (*self.kinds, *_EXISTENCE):
                continue  # inside the brackets of an earlier word, or a function
            inside, stop = _bracketed(text, match.end())
            parts += [text[done : match.start()], self._replacement(match, inside, stop - match.start())]
            done = stop
        return "".join((*parts, text[done:]))

    def _replacement(self, match: re.Match[str], inside: str, length: int) -> str:
        word, place = match.group(1), match.start()
        if word in self.kinds:
            quantity = Quantity(word, inside)
            self._check(inside, self.kinds[word], place, word)
            known = (n for n, q in self.quantities.items() if q == quantity and len(n) <= length)
            name = next(known, "") or self._name(match, length, 0)
            self.quantities[name] = quantity
            return name.ljust(length)
        self._check(inside, self.classes, place, word)
        name = self._name(match, length, len(_FLAG))
        self.existences[name] = Existence("exists" if word == "exists" else "unique", inside)
        return (name + _FLAG).ljust(length)

    def _name(self, match: re.Match[str], length: int, spare: int) -> str:
        """Return a name that looks like the text it stands for and is not taken."""
        text = self.source[match.start() : match.start() + length - spare]
        start = re.sub("[^A-Za-z0-9]", "_", text)[: 64 - spare]
        name, count = start, 0
        while name in self.known or name in self.quantities or name in self.existences:
            count += 1
            name = start[: -len(str(count))] + str(count)
        return name

    def _check(self, name: str, known: Iterable[str], place: int, word: str) -> None:
        known = tuple(known)
        if name not in known:
            what = {"P": "event", "U": "player", **dict.fromkeys(_EXISTENCE, "equilibrium class")}.get(word, word)
            raise refusal(self.source, place, f"no {what} {name[:64]!a}", did_you_mean(name, known))


def _bracketed(text: str, start: int) -> tuple[str, int]:
    """Return the name that a bracket opened before `start` holds, and where it ends."""
    quoted = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)')\s*\)").match(text, start)
    if quoted:
        return (quoted.group(1) or quoted.group(2) or ""), quoted.end()
    depth = 1
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return text[start:place].strip(), place + 1
    raise refusal(text, start, "the bracket is not closed", "write P(event)")
