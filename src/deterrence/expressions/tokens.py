"""Text of a formula cut into tokens; every refusal names the column and shows the place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from deterrence.errors import ExpressionError

__all__ = ["MAX_TEXT", "MAX_TOKENS", "Token", "tokenize"]

MAX_TEXT: Final = 4000
MAX_TOKENS: Final = 1000

_TOKEN: Final = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<operator>\*\*|<=|>=|==|[-+*/(),<>])"
    r"|(?P<space>[ \t\r\n]+)"
)
_GLUED: Final = re.compile(r"[A-Za-z0-9_.]")
_EXCERPT: Final = 24

_REMEDY: Final = {
    "=": "write == for equality, <= or >= for an order; a formula assigns nothing",
    "!": "write the condition with < <= > >= == and 'or'",
    "^": "write ** for a power",
    "&": "write 'and'",
    "|": "write 'or'",
    ".": "a formula has no attributes; a decimal is written 0.25",
    "_": "a name starts with a letter",
    "[": "a formula has no indexing; use round brackets",
    "%": "write /100",
    "#": "a formula has no comments",
    "\u2212": "write the ASCII minus -",
    "\u2013": "write the ASCII minus -",
    "\u00b2": "write **2",
    "\u00b3": "write **3",
    "\u00d7": "write *",
    "\u00b7": "write *",
    "\u22c5": "write *",
    "\u00f7": "write /",
    "\u2264": "write <=",
    "\u2265": "write >=",
    "\u221e": "infinity is not a number of the formula language",
}
_GRAMMAR: Final = "a formula has numbers, names, + - * / **, round brackets and a few functions"


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a name, an operator or the end, with its offset (from 0)."""

    kind: str
    text: str
    offset: int


def refusal(text: str, offset: int, problem: str, remedy: str = "") -> ExpressionError:
    """Return the error for the place `offset` of `text`: column from 1 and a bounded, escaped excerpt."""
    start, stop = max(0, offset - _EXCERPT), offset + _EXCERPT
    excerpt = ("..." if start else "") + text[start:stop] + ("..." if stop < len(text) else "")
    return ExpressionError(problem, where=f"column {offset + 1} of {excerpt!a}", remedy=remedy)


def tokenize(text: str) -> tuple[Token, ...]:
    """Return the tokens of `text`, the last one of kind `end`.

    Raises `ExpressionError` for anything but text, too long text, and characters outside the grammar.
    """
    if not isinstance(text, str):
        raise ExpressionError(f"a formula is text, not {type(text).__name__}", remedy="put it in quotes")
    if len(text) > MAX_TEXT:
        raise ExpressionError(
            f"the formula is too long: {len(text)} characters", remedy=f"at most {MAX_TEXT} characters"
        )
    tokens = tuple(_tokens(text))
    if len(tokens) > MAX_TOKENS:
        raise ExpressionError("the formula is too long", remedy=f"at most {MAX_TOKENS} numbers, names and signs")
    return tokens


def _tokens(text: str) -> Iterator[Token]:
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise _stray(text, offset)
        stop = match.end()
        if match.lastgroup == "number" and _GLUED.match(text, stop):
            raise refusal(text, offset, "a number runs into what follows", "write 2*x, and digits without _ or 0x")
        if match.lastgroup in ("number", "name", "operator"):
            yield Token(match.lastgroup, match.group(), offset)
        offset = stop
    yield Token("end", "", offset)


def _stray(text: str, offset: int) -> ExpressionError:
    character = text[offset]
    name = "" if character.isascii() else f" ({unicodedata.name(character, 'unnamed character')})"
    return refusal(
        text,
        offset,
        f"{character!a}{name} is not part of a formula",
        _REMEDY.get(character) or _ascii_twin(character) or _GRAMMAR,
    )


def _ascii_twin(character: str) -> str:
    if character.isascii():
        return ""
    twin = unicodedata.normalize("NFKC", character)
    return f"write the ASCII {twin}" if twin.isascii() and twin.isalnum() else "names and numbers are ASCII"
