"""Values as TOML text: keys, strings, exact numbers, inline tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from deterrence.errors import ModelFileError
from deterrence.expressions import Expr, Number, to_text

__all__ = ["dotted", "formula", "inline", "key", "number", "string", "strings", "table_lines"]

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES: Final[Mapping[str, str]] = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\b": "\\b",
    "\f": "\\f",
}
_MAX_DIGITS: Final = 15


def string(text: str) -> str:
    """Return a TOML string on one line; raise `ModelFileError` for text that is not Unicode."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ModelFileError(f"{text[:64]!a} is not valid text", remedy="remove the lone surrogates")
    return '"' + "".join(_ESCAPES.get(c) or _escaped(c) for c in text) + '"'


def _escaped(character: str) -> str:
    return character if character.isprintable() or character == " " else f"\\U{ord(character):08X}"


def strings(texts: Iterable[str]) -> str:
    """Return a TOML list of strings on one line."""
    return "[" + ", ".join(map(string, texts)) + "]"


def key(name: str) -> str:
    """Return a key, bare where TOML allows it."""
    return name if _BARE.fullmatch(name) else string(name)


def dotted(names: Iterable[str]) -> str:
    """Return keys joined by dots."""
    return ".".join(map(key, names))


def number(value: Fraction) -> str:
    """Return an exact number: a short integer or decimal as TOML writes it, else text such as `"1/3"`."""
    top, bottom = value.numerator, value.denominator
    if abs(top) >= 10**_MAX_DIGITS or bottom > 10**_MAX_DIGITS:
        return string(to_text(Number(value)))
    if bottom == 1:
        return str(top)
    places = next((k for k in range(1, _MAX_DIGITS) if 10**k % bottom == 0), None)
    if places is None:
        return string(f"{top}/{bottom}")
    digits = str(abs(top) * 10**places // bottom).rjust(places + 1, "0")
    return f"{'-' if top < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def formula(expr: Expr) -> str:
    """Return a formula as files write it."""
    return number(expr.value) if isinstance(expr, Number) else string(to_text(expr))


def inline(entries: Mapping[str, str]) -> str:
    """Return an inline table; keys and values are TOML text already."""
    return "{ " + ", ".join(f"{name} = {value}" for name, value in entries.items()) + " }" if entries else "{}"


def table_lines(header: str, entries: Mapping[str, str]) -> list[str]:
    """Return a table with its keys aligned, nothing when it is empty."""
    width = min(24, max((len(name) for name in entries), default=0))
    return ["", header, *(f"{name:<{width}} = {value}" for name, value in entries.items())] if entries else []
