"""The closed formula language as immutable trees of exact numbers, names, sums, products, powers and calls.

A tree keeps the author's order for display; equality ignores the order of sums and products.
Python operators build the same trees as the parser, so `1 - p` written either way is the same formula.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Final, TypeAlias

from deterrence.errors import ExpressionError
from deterrence.expressions.exact_numbers import MAX_NUMBER_DIGITS, bounded, bounded_power, exact_number

__all__ = [
    "FUNCTIONS",
    "KEYWORDS",
    "MAX_EXPONENT",
    "MAX_NUMBER_DIGITS",
    "OPERATORS",
    "Call",
    "Comparison",
    "Condition",
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
# comparison -> the same comparison read from right to left
OPERATORS: Final[Mapping[str, str]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
KEYWORDS: Final = frozenset({"and", "or", "not"})

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


class _Keyed(ABC):
    """An immutable tree whose canonical text is the basis of equality and hashing."""

    __slots__ = ("key",)
    key: str

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, _Keyed) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.key})"


class Expr(_Keyed):
    """A formula: hashable, picklable, equal up to the order of terms and factors."""

    __slots__ = ()

    @property
    @abstractmethod
    def children(self) -> tuple[Expr, ...]:
        """The direct subformulas, in the author's order."""

    @abstractmethod
    def rebuild(self, children: tuple[Expr, ...]) -> Expr:
        """Return the same operation on other subformulas."""

    def __lt__(self, other: ExprLike) -> Comparison:
        return Comparison((self, as_expr(other)), ("<",))

    def __le__(self, other: ExprLike) -> Comparison:
        return Comparison((self, as_expr(other)), ("<=",))

    def __gt__(self, other: ExprLike) -> Comparison:
        return Comparison((self, as_expr(other)), (">",))

    def __ge__(self, other: ExprLike) -> Comparison:
        return Comparison((self, as_expr(other)), (">=",))

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
        exact = bounded(Fraction(value))
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
        if not isinstance(name, str) or not self.NAME.match(name) or name in FUNCTIONS or name in KEYWORDS:
            raise ExpressionError(
                f"{str(name)[:70]!a} is not a name",
                remedy="a letter, then at most 63 letters, digits or underscores; not a function or keyword",
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

    @property
    def coefficient(self) -> Fraction:
        """The leading number, 1 if there is none."""
        return self._children[0].value if isinstance(self._children[0], Number) else Fraction(1)

    @property
    def factors(self) -> tuple[Expr, ...]:
        """The factors after the leading number."""
        return self._children[1:] if isinstance(self._children[0], Number) else self._children

    def rebuild(self, children: tuple[Expr, ...]) -> Expr:
        return Product.of(*children)


def _gather(kind: type[Sum] | type[Product], parts: Iterable[Expr], neutral: Fraction) -> Expr:
    total, rest, slot = neutral, list[Expr](), None
    for part in parts:
        for piece in part.children if isinstance(part, kind) else (part,):
            if isinstance(piece, Number):
                slot = len(rest) if slot is None else slot
                total = bounded(total + piece.value if kind is Sum else total * piece.value)
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

    @property
    def is_inverse(self) -> bool:
        """Whether this is 1/base, which a product shows as a division."""
        return self.exponent == Number(-1)

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
            return Number(bounded_power(base.value, int(exponent.value)))
        return Power(base, exponent)

    def rebuild(self, children: tuple[Expr, ...]) -> Expr:
        return Power.of(*children)


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


class Condition(_Keyed):
    """A statement about formulas that holds or fails at a parameter point."""

    __slots__ = ()

    @property
    @abstractmethod
    def formulas(self) -> tuple[Expr, ...]:
        """The formulas compared, in the author's order."""

    @abstractmethod
    def map(self, change: Callable[[Expr], Expr]) -> Condition:
        """Return the same condition about changed formulas."""

    def __bool__(self) -> bool:
        raise TypeError(
            "a condition holds only at a parameter point: write parse_condition('a > b > c') for a chain, "
            "AllOf and AnyOf for 'and' and 'or'"
        )


class Comparison(Condition):
    """A chain such as `a > b >= c`; the same chain read from right to left is equal to it."""

    __slots__ = ("operands", "operators")
    operands: tuple[Expr, ...]
    operators: tuple[str, ...]

    def __init__(self, operands: Iterable[Expr], operators: Iterable[str]) -> None:
        operands, operators = tuple(operands), tuple(operators)
        if not operators or len(operands) != len(operators) + 1 or not set(operators) <= set(OPERATORS):
            raise ExpressionError("a chain needs a comparison between each two formulas", remedy="a > b >= c")
        object.__setattr__(self, "operands", operands)
        object.__setattr__(self, "operators", operators)
        backward = _chain(operands[::-1], tuple(OPERATORS[operator] for operator in operators[::-1]))
        object.__setattr__(self, "key", min(_chain(operands, operators), backward))

    @property
    def formulas(self) -> tuple[Expr, ...]:
        return self.operands

    def pairs(self) -> Iterator[tuple[Expr, str, Expr]]:
        """Yield the comparisons of neighbours as (left, operator, right)."""
        return zip(self.operands, self.operators, self.operands[1:], strict=False)

    def map(self, change: Callable[[Expr], Expr]) -> Comparison:
        return Comparison((change(operand) for operand in self.operands), self.operators)

    def __reduce__(self) -> tuple[object, ...]:
        return (Comparison, (self.operands, self.operators))


def _chain(operands: tuple[Expr, ...], operators: tuple[str, ...]) -> str:
    rest = (f" {operator} {operand.key}" for operator, operand in zip(operators, operands[1:], strict=True))
    return f"({operands[0].key}{''.join(rest)})"


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
