"""The closed formula language as immutable trees of exact numbers, names, sums, products, powers and calls.

A tree keeps the author's order for display; equality ignores the order of sums and products.
Python operators build the same trees as the parser, so `1 - p` written either way is the same formula.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import ClassVar, Final, TypeAlias

from deterrence.errors import ExpressionError

__all__ = [
    "FUNCTIONS",
    "MAX_EXPONENT",
    "MAX_NUMBER_DIGITS",
    "Call",
    "Expr",
    "ExprLike",
    "Number",
    "Power",
    "Product",
    "Sum",
    "Symbol",
    "as_expr",
    "exact_number",
    "substitute",
    "symbols_of",
]

MAX_EXPONENT: Final = 64
MAX_NUMBER_DIGITS: Final = 60
MAX_NUMBER_BITS: Final = 4096

# name -> (least, most) number of arguments; None means any number
FUNCTIONS: Final[Mapping[str, tuple[int, int | None]]] = {
    "exp": (1, 1),
    "log": (1, 1),
    "sqrt": (1, 1),
    "abs": (1, 1),
    "floor": (1, 1),
    "min": (1, None),
    "max": (1, None),
}


class Expr(ABC):
    """A formula: hashable, picklable, equal up to the order of terms and factors."""

    __slots__ = ("key",)
    key: str  # canonical text: the basis of equality and hashing

    @property
    @abstractmethod
    def children(self) -> tuple[Expr, ...]:
        """The direct subformulas, in the author's order."""

    @abstractmethod
    def rebuild(self, children: tuple[Expr, ...]) -> Expr:
        """Return the same operation on other subformulas."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Expr) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.key})"

    def __add__(self, other: ExprLike) -> Expr:
        return Sum.of(self, as_expr(other))

    def __radd__(self, other: ExprLike) -> Expr:
        return Sum.of(as_expr(other), self)

    def __sub__(self, other: ExprLike) -> Expr:
        return Sum.of(self, -as_expr(other))

    def __rsub__(self, other: ExprLike) -> Expr:
        return Sum.of(as_expr(other), -self)

    def __mul__(self, other: ExprLike) -> Expr:
        return Product.of(self, as_expr(other))

    def __rmul__(self, other: ExprLike) -> Expr:
        return Product.of(as_expr(other), self)

    def __truediv__(self, other: ExprLike) -> Expr:
        return Product.of(self, Power.of(as_expr(other), Number(-1)))

    def __rtruediv__(self, other: ExprLike) -> Expr:
        return Product.of(as_expr(other), Power.of(self, Number(-1)))

    def __pow__(self, other: ExprLike) -> Expr:
        return Power.of(self, as_expr(other))

    def __rpow__(self, other: ExprLike) -> Expr:
        return Power.of(as_expr(other), self)

    def __neg__(self) -> Expr:
        return Product.of(Number(-1), self)

    def __pos__(self) -> Expr:
        return self

    def walk(self) -> Iterator[Expr]:
        """Yield every distinct subformula once, subformulas before the formulas that use them."""
        seen: set[Expr] = set()
        stack: list[tuple[Expr, bool]] = [(self, False)]
        while stack:
            node, ready = stack.pop()
            if node in seen:
                continue
            if ready:
                seen.add(node)
                yield node
            else:
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(node.children))


ExprLike: TypeAlias = "Expr | int | Fraction | Decimal | float | str"


class Number(Expr):
    """An exact rational number."""

    __slots__ = ("value",)
    value: Fraction

    def __init__(self, value: Fraction | int) -> None:
        exact = Fraction(value)
        if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MAX_NUMBER_BITS:
            raise ExpressionError("the number is too large", remedy=f"at most {MAX_NUMBER_BITS} bits")
        object.__setattr__(self, "value", exact)
        object.__setattr__(self, "key", str(exact))

    @property
    def children(self) -> tuple[Expr, ...]:
        return ()

    def rebuild(self, children: tuple[Expr, ...]) -> Expr:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return (Number, (self.value,))


class Symbol(Expr):
    """A name: a parameter or a definition."""

    __slots__ = ("name",)
    name: str
    NAME: ClassVar = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}\Z")

    def __init__(self, name: str) -> None:
        if (
            not isinstance(name, str)
            or not self.NAME.match(name)
            or name.startswith("__")
            or name in FUNCTIONS
        ):
            raise ExpressionError(
                f"{name!r} is not a name",
                remedy="a letter, then at most 63 letters, digits or underscores; not a function's name",
            )
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "key", name)

    @property
    def children(self) -> tuple[Expr, ...]:
        return ()

    def rebuild(self, children: tuple[Expr, ...]) -> Expr:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.name,))


class _Operation(Expr):
    """Shared shape of sums, products, powers and calls."""

    __slots__ = ("_children",)
    _children: tuple[Expr, ...]

    def _set(self, children: tuple[Expr, ...], key: str) -> None:
        object.__setattr__(self, "_children", children)
        object.__setattr__(self, "key", key)

    @property
    def children(self) -> tuple[Expr, ...]:
        return self._children

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), self._children)


class Sum(_Operation):
    """A sum of at least two terms, flattened, numbers gathered into one."""

    __slots__ = ()

    def __init__(self, *terms: Expr) -> None:
        self._set(terms, f"(+ {' '.join(sorted(term.key for term in terms))})")

    @staticmethod
    def of(*terms: Expr) -> Expr:
        """Return the sum in normal form (a number or a single term stays what it is)."""
        return _gather(Sum, terms, Fraction(0))

    def rebuild(self, children: tuple[Expr, ...]) -> Expr:
        return Sum.of(*children)


class Product(_Operation):
    """A product of at least two factors, flattened, numbers gathered into a leading coefficient."""

    __slots__ = ()

    def __init__(self, *factors: Expr) -> None:
        self._set(factors, f"(* {' '.join(sorted(factor.key for factor in factors))})")

    @staticmethod
    def of(*factors: Expr) -> Expr:
        """Return the product in normal form; zero times a formula is kept: it may be undefined."""
        return _gather(Product, factors, Fraction(1))

    def rebuild(self, children: tuple[Expr, ...]) -> Expr:
        return Product.of(*children)


def _gather(kind: type[Sum] | type[Product], parts: Iterable[Expr], neutral: Fraction) -> Expr:
    total, rest, slot = neutral, list[Expr](), None
    for part in parts:
        for piece in part.children if isinstance(part, kind) else (part,):
            if isinstance(piece, Number):
                slot = len(rest) if slot is None else slot
                total = total + piece.value if kind is Sum else total * piece.value
            else:
                rest.append(piece)
    if slot is not None and (total != neutral or not rest):
        rest.insert(slot if kind is Sum else 0, Number(total))
    return rest[0] if len(rest) == 1 else kind(*rest)


class Power(_Operation):
    """A base raised to an exponent."""

    __slots__ = ()

    def __init__(self, base: Expr, exponent: Expr) -> None:
        self._set((base, exponent), f"(^ {base.key} {exponent.key})")

    @property
    def base(self) -> Expr:
        return self._children[0]

    @property
    def exponent(self) -> Expr:
        return self._children[1]

    @staticmethod
    def of(base: Expr, exponent: Expr) -> Expr:
        """Return the power, folded when rational; large exponents and division by zero are errors."""
        if not isinstance(exponent, Number):
            return Power(base, exponent)
        if abs(exponent.value) > MAX_EXPONENT:
            raise ExpressionError(
                f"the exponent {exponent.key} is too large",
                remedy=f"at most {MAX_EXPONENT} in absolute value",
            )
        if exponent.value == 1:
            return base
        if isinstance(base, Number) and exponent.value.denominator == 1:
            if base.value == 0 and exponent.value < 0:
                raise ExpressionError("division by zero")
            return Number(_bounded_power(base.value, int(exponent.value)))
        return Power(base, exponent)

    def rebuild(self, children: tuple[Expr, ...]) -> Expr:
        return Power.of(*children)


def _bounded_power(base: Fraction, exponent: int) -> Fraction:
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits * abs(exponent) > MAX_NUMBER_BITS:
        raise ExpressionError("the number is too large", remedy=f"at most {MAX_NUMBER_BITS} bits")
    return base**exponent


class Call(_Operation):
    """A function of the closed list `FUNCTIONS` applied to arguments."""

    __slots__ = ("function",)
    function: str

    def __init__(self, function: str, *arguments: Expr) -> None:
        bounds = FUNCTIONS.get(function)
        if bounds is None:
            raise ExpressionError(f"{function!r} is not a function", remedy=f"known: {', '.join(FUNCTIONS)}")
        least, most = bounds
        if len(arguments) < least or (most is not None and len(arguments) > most):
            wanted = str(least) if least == most else f"at least {least}"
            raise ExpressionError(f"{function} takes {wanted} argument(s), not {len(arguments)}")
        object.__setattr__(self, "function", function)
        self._set(arguments, f"({function} {' '.join(argument.key for argument in arguments)})")

    def rebuild(self, children: tuple[Expr, ...]) -> Expr:
        return Call(self.function, *children)

    def __reduce__(self) -> tuple[object, ...]:
        return (Call, (self.function, *self._children))


def exact_number(value: int | Fraction | Decimal | float | str) -> Fraction:
    """Return the number that a person reads: `0.1` is one tenth, `"1/3"` one third, never a binary float.

    Raises `ExpressionError` for NaN, infinity, text that is not a number, and more than 60 digits.
    """
    if isinstance(value, bool):
        raise ExpressionError(f"{value} is not a number")
    if isinstance(value, int | Fraction):
        return Number(value).value
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


def as_expr(value: ExprLike) -> Expr:
    """Return `value` as a formula: numbers become exact, text must be a plain number or a name."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, str) and Symbol.NAME.match(value):
        return Symbol(value)
    return Number(exact_number(value))


def symbols_of(*formulas: Expr) -> tuple[Symbol, ...]:
    """Return the names that occur, each once, in order of first appearance."""
    found: dict[str, Symbol] = {}
    for formula in formulas:
        for node in formula.walk():
            if isinstance(node, Symbol):
                found.setdefault(node.name, node)
    return tuple(found.values())


def substitute(formula: Expr, values: Mapping[str, Expr]) -> Expr:
    """Return the formula with names replaced, shared subformulas rebuilt once."""
    done: dict[Expr, Expr] = {}
    for node in formula.walk():
        if isinstance(node, Symbol):
            done[node] = values.get(node.name, node)
        else:
            done[node] = node.rebuild(tuple(done[child] for child in node.children))
    return done[formula]
