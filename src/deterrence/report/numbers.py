"""Numbers as people read them: an exact fraction with its decimal beside it, a float with six digits."""

from __future__ import annotations

from fractions import Fraction
from math import isinf

from deterrence.json_text import Scalar, is_open

__all__ = ["Scalar", "decimal_text", "is_open", "number_text", "same_text"]


def number_text(value: Scalar) -> str:
    """Return a number; an exact one that is not whole as a fraction with its decimal in brackets.

    >>> number_text(Fraction(1, 8)), number_text(Fraction(1, 3)), number_text(0.1 + 0.2)
    ('1/8 (0.125)', '1/3 (≈ 0.333333)', '0.3')
    """
    if is_open(value):
        return "–"
    if isinstance(value, Fraction):
        return f"{value}" if value.denominator == 1 else f"{value} ({decimal_text(value)})"
    return decimal_text(value)


def decimal_text(value: Scalar) -> str:
    """Return the decimal with at most six digits, marked with ≈ where it differs from an exact value."""
    if is_open(value):
        return "–"
    nearest = _float(value)
    text = f"{nearest + 0.0:.6g}"
    if not isinstance(value, Fraction):
        return text
    if isinf(nearest):
        return "too large for a decimal"
    return text if Fraction(text) == value else f"≈ {text}"


def same_text(value: Fraction) -> str:
    """Return an exact number as files write it: a short decimal where it is one, else a fraction.

    >>> same_text(Fraction(1, 20)), same_text(Fraction(1, 3))
    ('0.05', '1/3')
    """
    text = decimal_text(value)
    return text if set(text) <= set("-.0123456789") else str(value)


def _float(value: Scalar) -> float:
    """Return the nearest float; a fraction beyond the floats becomes infinite."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
