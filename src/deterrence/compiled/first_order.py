"""First-order conditions of continuous games as polynomials in the own action: symbolic, once for each game.

The marginal payoff of player i, up to a positive factor, is c_0 + c_1 x + c_2 x**2 with coefficients in the parameters
and the aggregate X. Its root in x is the replacement function r_i(X): what i would choose were the aggregate X with
i's own choice included (Selten 1970; Cornes and Hartley 2007). Powers with exponents that are no whole numbers are
taken to have positive bases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from deterrence.errors import ExpressionError
from deterrence.expressions import Expr, Number, Power, Product, Symbol
from deterrence.expressions.terms import (
    Terms,
    added,
    coefficients,
    contains,
    derivative,
    from_terms,
    multiplied,
    terms_of,
)
from deterrence.games import ContinuousGame

__all__ = ["FirstOrder", "cleared", "first_order", "reach", "slopes"]

_ONE: Final = Number(1)
_MOST: Final = 2  # the highest degree that has a formula for its roots here


@dataclass(frozen=True)
class FirstOrder:
    """One player's marginal payoff up to positive factors: `orientation` times a polynomial in its action.

    `positive` are the formulas that the marginal payoff was multiplied by. `line` holds, where the condition is linear
    in the action and the replacement function is a polynomial in the aggregate, its coefficients by power of the
    aggregate.
    """

    coefficients: tuple[Expr, ...]
    orientation: Expr
    positive: tuple[Expr, ...]
    line: Mapping[Fraction, Expr] | None


@lru_cache(maxsize=64)
def first_order(game: ContinuousGame) -> tuple[FirstOrder, ...] | None:
    """Return every player's first-order condition, None where one is no linear or quadratic equation."""
    if game.aggregate.kind not in ("sum", "ces"):
        return None
    try:
        return tuple(_condition(game, who) for who in game.choices)
    except ExpressionError:
        return None


@lru_cache(maxsize=64)
def slopes(game: ContinuousGame) -> tuple[tuple[Expr, Expr], ...] | None:
    """Return every payoff's derivatives by own action and by aggregate, None where some payoff has kinks."""
    own, total = game.variables()
    payoffs = [choice.payoff for choice in game.choices.values()]
    try:
        return tuple((derivative(payoff, own), derivative(payoff, total)) for payoff in payoffs)
    except ExpressionError:
        return None


def reach(game: ContinuousGame, who: str) -> Expr:
    """Return the derivative of the aggregate by a player's action, which is its weight where they are one."""
    own, total = game.variables()
    if game.aggregate.exponent is None:
        return game.weight(who)
    less = game.aggregate.exponent - 1
    return game.weight(who) * Symbol(own) ** less * Symbol(total) ** (-less)


def _condition(game: ContinuousGame, who: str) -> FirstOrder:
    own, total = game.variables()
    marginal, positive = cleared(terms_of(_marginal(game, who)), own)
    orientation: Expr = _ONE
    if not _is_polynomial(marginal, own):
        marginal, orientation = _isolated(marginal, own, total)
    found = coefficients(marginal, own)
    if not found or max(found) > _MOST or any(power < 0 or power.denominator != 1 for power in found):
        raise ExpressionError("the first-order condition is neither linear nor quadratic")
    if max(found) == 0:
        raise ExpressionError("the marginal payoff does not depend on the own action")
    ordered = [found.get(Fraction(k), {}) for k in range(int(max(found)) + 1)]
    line = _line(ordered, total) if len(ordered) == 2 else None
    return FirstOrder(tuple(map(from_terms, ordered)), orientation, positive, line)


def _marginal(game: ContinuousGame, who: str) -> Expr:
    """Return the derivative by the own action, through the aggregate too; of the logarithm for a product of powers."""
    factors = _factors(game.choices[who].payoff)
    if not any(isinstance(f, Power) and _is_fractional(f.exponent) for f in factors):
        return _total_derivative(game, who, game.choices[who].payoff)
    marginal: Expr = Number(0)
    scale: Expr = _ONE
    single = len([f for f in factors if _varies(f, game)]) == 1
    for factor in factors:
        if not _varies(factor, game):
            scale = scale * factor
            continue
        base, exponent = (factor.base, factor.exponent) if isinstance(factor, Power) else (factor, _ONE)
        if _varies(exponent, game):
            raise ExpressionError("an exponent depends on the actions")
        change = exponent * _total_derivative(game, who, base)
        marginal = marginal + (change if single else change / base)
    return scale * marginal


def _factors(payoff: Expr) -> tuple[Expr, ...]:
    return payoff.children if isinstance(payoff, Product) else (payoff,)


def _is_fractional(exponent: Expr) -> bool:
    return not isinstance(exponent, Number) or exponent.value.denominator != 1


def _varies(formula: Expr, game: ContinuousGame) -> bool:
    return any(contains(formula, name) for name in game.variables())


def _total_derivative(game: ContinuousGame, who: str, formula: Expr) -> Expr:
    own, total = game.variables()
    return derivative(formula, own) + reach(game, who) * derivative(formula, total)


def cleared(terms: Terms, own: str) -> tuple[Terms, tuple[Expr, ...]]:
    """Return the terms times every denominator that contains the action, and these denominators."""
    found: dict[Expr, Fraction] = {}
    for powers in terms:
        for base, exponent in powers:
            if contains(base, own) and isinstance(exponent, Number) and exponent.value < 0:
                found[base] = max(found.get(base, Fraction(0)), -exponent.value)
    for base, power in found.items():
        raised: Terms = {frozenset({(base, Number(power))}): Fraction(1)}
        terms = multiplied(terms, raised)
    # Products were gathered before they could be opened; doing it again opens what the denominators left.
    return terms_of(from_terms(terms)), tuple(base for base, power in found.items() if power % 2)


def _is_polynomial(terms: Terms, own: str) -> bool:
    try:
        powers = coefficients(terms, own)
    except ExpressionError:
        return False
    return all(power >= 0 and power.denominator == 1 for power in powers)


def _isolated(terms: Terms, own: str, total: str) -> tuple[Terms, Expr]:
    """Return P*b**e + R, where only b contains the action, as b - (-R/P)**(1/e), and a factor of the same sign."""
    moving = [(powers, pair) for powers in terms for pair in powers if contains(pair[0], own)]
    pairs = {pair for _, pair in moving}
    if len(pairs) != 1 or len(moving) != len({powers for powers, _ in moving}):
        raise ExpressionError("several powers contain the action")
    base, exponent = pairs.pop()
    factor: Terms = {powers - {(base, exponent)}: c for powers, c in terms.items() if (base, exponent) in powers}
    rest: Terms = {powers: c for powers, c in terms.items() if (base, exponent) not in powers}
    if contains(exponent, own) or not rest:
        raise ExpressionError("the action occurs in an exponent, or nothing balances its power")
    root = _root(rest, factor, exponent, total)
    return added(terms_of(base), terms_of(-root)), from_terms(factor) * exponent


def _root(rest: Terms, factor: Terms, exponent: Expr, total: str) -> Expr:
    """Return (-rest/factor)**(1/exponent), with powers of the aggregate, which is positive, taken out."""
    ratio = terms_of(-from_terms(rest) * Power.of(from_terms(factor), Number(-1)))
    inverse = Power.of(exponent, Number(-1))
    if len(ratio) != 1:
        return Power.of(from_terms(ratio), inverse)
    (powers, coefficient), *_ = ratio.items()
    outside = [(base, power) for base, power in powers if base == Symbol(total)]
    inside: Terms = {frozenset(powers - set(outside)): coefficient}
    taken = [Power.of(base, from_terms(terms_of(power * inverse))) for base, power in outside]
    return Product.of(Power.of(from_terms(inside), inverse), *taken)


def _line(ordered: list[Terms], total: str) -> Mapping[Fraction, Expr] | None:
    """Return the root of a linear condition as a polynomial in the aggregate, where it is one."""
    try:
        constant, slope = (coefficients(terms, total) for terms in ordered)
    except ExpressionError:
        return None
    if len(slope) != 1:
        return None
    (power, divisor), *_ = slope.items()
    below = Power.of(from_terms(divisor), Number(-1))
    return {k - power: from_terms(terms_of(-from_terms(terms) * below)) for k, terms in constant.items()}
