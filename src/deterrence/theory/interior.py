"""What is assumed throughout: an admissible point at which every type and chance branch is possible."""

from __future__ import annotations

from collections.abc import Iterator

from deterrence.expressions import Call, Comparison, Condition, Expr, Number, Power, symbols_of
from deterrence.games import Game
from deterrence.theory.smt import Answer, Decider
from deterrence.theory.unknowns import ZERO

__all__ = ["divisors", "interior"]


def interior(game: Game) -> tuple[Condition, ...]:
    """Return what is assumed throughout: the admissible set, with every type and chance branch possible.

    Where a payoff divides by something that may be zero there is no game: such points are left out as well.
    """
    positive = [Comparison((q, ZERO), (">",)) for _, d in game.probabilities() for q in d if not isinstance(q, Number)]
    known = (*game.admissible, *positive)
    below = divisors(game)
    decider = Decider(known) if below else None
    return (*known, *(_nonzero(d) for d in below if decider and decider.satisfiable([_zero(d)]) is not Answer.NO))


def divisors(game: Game) -> tuple[Expr, ...]:
    """Return what payoffs divide by, as far as these are rational functions of the parameters."""
    return tuple(dict.fromkeys(_divisors(game)))


def _divisors(game: Game) -> Iterator[Expr]:
    names = {p.name for p in game.parameters}
    powers = (node for formula in game.formulas() for node in formula.walk() if isinstance(node, Power))
    for base in (p.base for p in powers if isinstance(p.exponent, Number) and p.exponent.value < 0):
        if {s.name for s in symbols_of(base)} <= names and all(map(_is_rational, base.walk())):
            yield base


def _is_rational(node: Expr) -> bool:
    if isinstance(node, Power):
        return isinstance(node.exponent, Number) and node.exponent.value.denominator == 1
    return not isinstance(node, Call)


def _zero(divisor: Expr) -> Condition:
    return Comparison((divisor, ZERO), ("==",))


def _nonzero(divisor: Expr) -> Condition:
    return Comparison((divisor**2, ZERO), (">",))
