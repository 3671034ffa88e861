"""Exact numbers as people write them, within bounds that keep every later computation small."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from deterrence.errors import ExpressionError

__all__ = ["MAX_NUMBER_BITS", "MAX_NUMBER_DIGITS", "bounded", "bounded_power", "exact_number"]

MAX_NUMBER_DIGITS: Final = 60
MAX_NUMBER_BITS: Final = 4096


def _bit_size(value: Fraction) -> int:
    """Return the bits of the larger of numerator and denominator."""
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def bounded(value: Fraction, most: int = MAX_NUMBER_BITS) -> Fraction:
    """Return `value`; raise `ExpressionError` when it needs more than `most` bits."""
    if _bit_size(value) > most:
        raise ExpressionError("the number is too large", remedy=f"at most {most} bits")
    return value


def bounded_power(base: Fraction, exponent: int, most: int = MAX_NUMBER_BITS) -> Fraction:
    """Return `base**exponent`; raise `ExpressionError` before computing anything too large, or for 0**-1."""
    if base == 0 and exponent < 0:
        raise ExpressionError("division by zero")
    if abs(base) not in (0, 1) and _bit_size(base) * abs(exponent) > most:
        raise ExpressionError("the number is too large", remedy=f"at most {most} bits")
    return base**exponent if abs(base) != 1 else base ** (exponent % 2)


def exact_number(value: int | Fraction | Decimal | float | str) -> Fraction:
    """Return the number that a person reads: `0.1` is one tenth, `"1/3"` one third, never a binary float.

    Raises `ExpressionError` for NaN, infinity, text that is not a number, and more than 60 digits.

    >>> exact_number(0.1) + exact_number("1/5")
    Fraction(3, 10)
    """
    if isinstance(value, bool):
        raise ExpressionError(f"{value} is not a number")
    if isinstance(value, int | Fraction):
        return bounded(Fraction(value))
    text = repr(float(value)) if isinstance(value, float) else str(value).strip()
    numerator, slash, denominator = text.partition("/")
    top = _decimal(numerator, text)
    if not slash:
        return top
    bottom = _decimal(denominator, text)
    if bottom == 0:
        raise ExpressionError(f"{text!r}: division by zero")
    return top / bottom


def _decimal(part: str, text: str) -> Fraction:
    shown = text if len(text) <= 40 else text[:37] + "..."
    if len(part) > MAX_NUMBER_DIGITS + 10 or not part.isascii():
        raise ExpressionError(f"{shown!r} is not a number", remedy=f"at most {MAX_NUMBER_DIGITS} digits")
    try:
        number = Decimal(part.strip())
    except InvalidOperation:
        raise ExpressionError(
            f"{shown!r} is not a number", remedy="write a decimal such as 0.25 or a ratio such as 1/4"
        ) from None
    if not number.is_finite():
        raise ExpressionError(f"{shown!r} is not a finite number")
    if abs(number.adjusted()) > 300:
        raise ExpressionError(f"{shown!r} is out of range", remedy="decimal exponents up to 300")
    return Fraction(number)
