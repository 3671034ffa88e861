"""Conditions taken apart and put together: negated, made strict, rebuilt comparison by comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from deterrence.expressions import AllOf, AnyOf, Comparison, Condition, Expr
from deterrence.theory.unknowns import ONE, ZERO

__all__ = ["FALSE", "TRUE", "comparisons", "implication", "join", "mapped", "negation", "off_boundary", "strictly"]

TRUE: Final = Comparison((ZERO, ZERO), ("==",))
FALSE: Final = Comparison((ZERO, ONE), ("==",))

_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_STRICT: Final = {"<=": "<", ">=": ">"}


def mapped(condition: Condition, change: Callable[[Expr, str, Expr], Condition]) -> Condition:
    """Return the condition with every comparison of two neighbours replaced."""
    if isinstance(condition, AllOf | AnyOf):
        return join(type(condition), *(mapped(part, change) for part in condition.parts))
    assert isinstance(condition, Comparison)
    return join(AllOf, *(change(*pair) for pair in condition.pairs()))


def join(kind: type[AllOf] | type[AnyOf], *parts: Condition) -> Condition:
    """Return the parts joined, without those that decide nothing; all of nothing holds, any of nothing fails."""
    neutral, decisive = (TRUE, FALSE) if kind is AllOf else (FALSE, TRUE)
    kept = [part for part in dict.fromkeys(parts) if part != neutral]
    if decisive in kept:
        return decisive
    return kind.of(*kept) if kept else neutral


def negation(condition: Condition) -> Condition:
    """Return the condition that holds exactly where this one fails."""
    if isinstance(condition, AllOf | AnyOf):
        other = AnyOf if isinstance(condition, AllOf) else AllOf
        return join(other, *(negation(part) for part in condition.parts))
    if condition in (TRUE, FALSE):
        return FALSE if condition == TRUE else TRUE
    assert isinstance(condition, Comparison)
    return join(AnyOf, *(_denied(*pair) for pair in condition.pairs()))


def _denied(left: Expr, operator: str, right: Expr) -> Condition:
    operators = (_OPPOSITE[operator],) if operator != "==" else ("<", ">")
    return AnyOf.of(*(Comparison((left, right), (other,)) for other in operators))


def implication(premise: Condition, conclusion: Condition) -> Condition:
    """Return that the conclusion holds wherever the premise does."""
    return join(AnyOf, negation(premise), conclusion)


def strictly(condition: Condition) -> Condition:
    """Return the condition with strict inequalities; equations stay."""
    return mapped(condition, lambda a, operator, b: Comparison((a, b), (_STRICT.get(operator, operator),)))


def off_boundary(condition: Condition) -> Condition:
    """Return a condition without its boundary: strict, and nowhere where an equation has to hold."""
    return mapped(strictly(condition), lambda a, o, b: FALSE if o == "==" else Comparison((a, b), (o,)))


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield the chains that a condition is made of."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from comparisons(part)
    else:
        assert isinstance(condition, Comparison)
        yield condition
