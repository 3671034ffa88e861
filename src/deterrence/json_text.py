"""The frame of every JSON document: format, version, and how numbers are written; docs/json.md describes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import isfinite
from typing import Final, TypeAlias

__all__ = ["VERSION", "Json", "Scalar", "is_open", "json_number", "json_numbers", "json_text"]

VERSION: Final = 1  # changes when a key goes away or changes its meaning; new keys may come without

Json: TypeAlias = "Mapping[str, object]"
Scalar: TypeAlias = "Fraction | float"


def json_text(kind: str, body: Json) -> str:
    """Return a document of a kind (`solve`, `check`, ...) as JSON text in ASCII that ends in a line break."""
    document = {"format": f"deterrence/{kind}", "version": VERSION, **body}
    return json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def is_open(value: Scalar) -> bool:
    """Say whether there is no number here (NaN)."""
    return value != value


def json_number(value: Scalar | None) -> Json | None:
    """Return a number as an object: exact text, null for a floating-point number, and the nearest float.

    >>> json_number(Fraction(1, 8)), json_number(0.5), json_number(float("nan"))
    ({'exact': '1/8', 'float': 0.125}, {'exact': None, 'float': 0.5}, None)
    """
    if value is None or is_open(value):
        return None
    if isinstance(value, Fraction):
        return {"exact": str(value), "float": _nearest(value)}
    return {"exact": None, "float": value if isfinite(value) else None}


def json_numbers(named: Iterable[tuple[str, Scalar]]) -> Json:
    """Return numbers by name."""
    return {name: json_number(value) for name, value in named}


def _nearest(value: Fraction) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None
