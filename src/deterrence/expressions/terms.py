"""Formulas as sums of power products: derivatives and coefficients, without a computer algebra system.

Powers of one base are gathered, products are multiplied out and numbers are added up; exponents may be formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Final, TypeAlias

from deterrence.errors import ExpressionError
from deterrence.expressions.nodes import Call, Expr, Number, Power, Product, Sum, Symbol, symbols_of

__all__ = [
    "Terms",
    "added",
    "coefficients",
    "contains",
    "derivative",
    "expanded",
    "from_terms",
    "multiplied",
    "terms_of",
]

Powers: TypeAlias = frozenset[tuple[Expr, Expr]]  # (base, exponent)
Terms: TypeAlias = Mapping[Powers, Fraction]  # power product -> its numerical coefficient

ZERO: Final = Number(0)
_UNIT: Final[Mapping[frozenset[tuple[Expr, Expr]], Fraction]] = {frozenset(): Fraction(1)}
ONE: Final = Number(1)
MAX_TERMS: Final = 400
MAX_POWER: Final = 8


def contains(formula: Expr, name: str) -> bool:
    """Say whether a name occurs in a formula."""
    return any(symbol.name == name for symbol in symbols_of(formula))


def derivative(formula: Expr, name: str) -> Expr:
    """Return the partial derivative; raise `ExpressionError` where a kink depends on the name.

    >>> from deterrence.expressions.parser import parse_expression
    >>> from deterrence.expressions.text import to_text
    >>> to_text(derivative(parse_expression("v*log(x) - x**2"), "x"))
    '1/x*v - 2*x'
    """
    if not contains(formula, name):
        return ZERO
    match formula:
        case Symbol():
            return ONE
        case Sum():
            return Sum.of(*(derivative(term, name) for term in formula.children))
        case Product():
            return Sum.of(*_product_rule(formula.children, name))
        case Power() | Call(function="exp" | "log" | "sqrt"):
            return expanded(_chain_rule(formula, name))
    raise ExpressionError("the formula has kinks: no derivative", remedy="no min, max, abs, floor of the variable")


def _product_rule(factors: tuple[Expr, ...], name: str) -> Iterable[Expr]:
    for i, factor in enumerate(factors):
        if contains(factor, name):
            yield Product.of(derivative(factor, name), *factors[:i], *factors[i + 1 :])


def _chain_rule(formula: Expr, name: str) -> Expr:
    inner = derivative(formula.children[0], name)
    match formula:
        case Power():
            slope = formula.exponent * Power.of(formula.base, expanded(formula.exponent - 1)) * inner
            turning = derivative(formula.exponent, name)
            return slope if turning == ZERO else slope + formula * Call("log", formula.base) * turning
        case Call(function="exp"):
            return formula * inner
        case Call(function="log"):
            return inner / formula.children[0]
    return inner / (2 * formula)


def expanded(formula: Expr) -> Expr:
    """Return the formula multiplied out, with like terms gathered."""
    return from_terms(terms_of(formula))


def terms_of(formula: Expr) -> Terms:
    """Return the formula as a sum of power products; raise `ExpressionError` when there are too many."""
    match formula:
        case Number():
            return {frozenset(): formula.value} if formula.value else {}
        case Sum():
            return reduce(added, map(terms_of, formula.children))
        case Product() | Power():
            return _product(formula.children if isinstance(formula, Product) else (formula,))
        case Call(function="sqrt"):
            return _product((Power.of(formula.children[0], Number(Fraction(1, 2))),))
    return {frozenset({(formula, ONE)}): Fraction(1)}


def from_terms(terms: Terms) -> Expr:
    """Return the sum of power products as a formula."""
    if not terms:
        return ZERO
    ordered = (Product.of(*_factors(powers), Number(coefficient)) for powers, coefficient in terms.items())
    return Sum.of(*ordered)


def _factors(powers: Powers) -> list[Expr]:
    return [Power.of(base, exponent) for base, exponent in sorted(powers, key=lambda pair: pair[0].key)]


def added(left: Terms, right: Terms) -> Terms:
    """Return the sum."""
    total = dict(left)
    for powers, coefficient in right.items():
        total[powers] = total.get(powers, Fraction(0)) + coefficient
    return _bounded({powers: coefficient for powers, coefficient in total.items() if coefficient})


def multiplied(left: Terms, right: Terms) -> Terms:
    """Return the product, multiplied out."""
    if len(left) * len(right) > MAX_TERMS:
        raise ExpressionError("the formula has too many terms when multiplied out")
    result: Terms = {}
    for powers, coefficient in left.items():
        for others, factor in right.items():
            result = added(result, _merged([*powers, *others], coefficient * factor))
    return result


def _bounded(terms: Terms) -> Terms:
    if len(terms) > MAX_TERMS:
        raise ExpressionError("the formula has too many terms when multiplied out")
    return terms


def _product(factors: Iterable[Expr]) -> Terms:
    """Return a product: powers of one base are gathered before sums are multiplied out."""
    coefficient = Fraction(1)
    powers: list[tuple[Expr, Expr]] = []
    for factor in factors:
        if isinstance(factor, Number):
            coefficient *= factor.value
        else:
            powers.append(_power(factor))
    return _merged(powers, coefficient)


def _power(factor: Expr) -> tuple[Expr, Expr]:
    match factor:
        case Power():
            base, exponent = factor.base, factor.exponent
            return (expanded(base) if isinstance(base, Sum) else base), expanded(exponent)
        case Call(function="sqrt"):
            return factor.children[0], Number(Fraction(1, 2))
        case Sum():
            return expanded(factor), ONE
    return factor, ONE


def _merged(powers: Iterable[tuple[Expr, Expr]], coefficient: Fraction) -> Terms:
    gathered: dict[Expr, Expr] = {}
    for base, exponent in powers:
        gathered[base] = expanded(gathered[base] + exponent) if base in gathered else exponent
    plain: dict[Expr, Expr] = {}
    rest: list[Terms] = []
    for base, exponent in gathered.items():
        opened = _opened(base, exponent)
        if opened is None:
            plain[base] = exponent
        else:
            rest.append(opened)
    kept = frozenset((base, exponent) for base, exponent in plain.items() if exponent != ZERO)
    return reduce(multiplied, rest, {kept: coefficient})


def _opened(base: Expr, exponent: Expr) -> Terms | None:
    """Return a power of a number, product or sum as terms, None where it stays as it is."""
    count = exponent.value if isinstance(exponent, Number) else None
    if count is None or count.denominator != 1 or abs(count) > MAX_POWER:
        return None
    if isinstance(base, Number | Product | Power):
        inverse = Number(-1) if count < 0 else ONE
        parts = base.children if isinstance(base, Product) else (base,)
        once = _product(_times(part, inverse) for part in parts)
        return reduce(multiplied, [once] * int(abs(count)), _UNIT)
    if isinstance(base, Sum) and count > 0:
        return reduce(multiplied, [terms_of(base)] * int(count))
    return None


def _times(base: Expr, exponent: Expr) -> Expr:
    if isinstance(base, Power):
        return Power.of(base.base, expanded(base.exponent * exponent))
    return Power.of(base, exponent)


def coefficients(terms: Terms, name: str) -> dict[Fraction, Terms]:
    """Return the coefficient of every power of a name; raise `ExpressionError` where it occurs in another way."""
    found: dict[Fraction, Terms] = {}
    for powers, coefficient in terms.items():
        power = Fraction(0)
        rest = []
        for base, exponent in powers:
            if isinstance(base, Symbol) and base.name == name and isinstance(exponent, Number):
                power = exponent.value
            elif contains(base, name) or contains(exponent, name):
                raise ExpressionError(f"{name} occurs other than in whole powers")
            else:
                rest.append((base, exponent))
        found[power] = added(found.get(power, {}), {frozenset(rest): coefficient})
    return found
