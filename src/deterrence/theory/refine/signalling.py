"""The intuitive criterion and D1: which types cannot have made a move that nobody was to make.

Both compare, for each type of the deviator, the replies that would make its deviation better than its equilibrium. The
definitions, with their sources and what is added here for games of several stages, stand in docs/refinements.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Final, TypeAlias

from deterrence.expressions import AllOf, AnyOf, Condition
from deterrence.theory.conditions import equals
from deterrence.theory.logic import FALSE, join, negation
from deterrence.theory.refine.cut import Demand
from deterrence.theory.refine.replies import Responses
from deterrence.theory.removal import Argument
from deterrence.theory.unknowns import ZERO

__all__ = ["SIGNALLING"]

Criterion: TypeAlias = "Callable[[Responses], Iterator[Demand]]"


def d1(responses: Responses) -> Iterator[Demand]:
    """Yield that beliefs rule out every type that D1 strikes, unless it strikes all."""
    types = responses.types
    struck = {t: {u: _struck(responses, t, u) for u in types if u != t} for t in types}
    by_anyone = {t: join(AnyOf, *by.values()) for t, by in struck.items()}
    spared = join(AnyOf, *(negation(where) for where in by_anyone.values()))
    for t, by in struck.items():
        for other, where in by.items():
            if where != FALSE:
                condition = equals(responses.of.belief[t], ZERO)
                who, action = responses.of.deviation.sender, responses.of.deviation.action
                reason = (
                    f"{who} {t} is struck, since every rational reply that makes {action} at least as good as the "
                    f"equilibrium for {t} makes it better for {other}"
                )
                argument = partial(_argument, responses, (t,), other, reason)
                yield Demand(join(AllOf, where, spared), (condition,), argument)


def _struck(responses: Responses, t: str, other: str) -> Condition:
    return join(AllOf, responses.gains(other), negation(responses.alone(t, other)))


def intuitive(responses: Responses) -> Iterator[Demand]:
    """Yield that the class falls where some type gains whatever is replied once dominated types are ruled out."""
    types = responses.types
    for size in range(1, len(types)):
        for struck in combinations(types, size):
            left = frozenset(types) - frozenset(struck)
            exactly = [negation(responses.tempted(t)) for t in struck] + [
                responses.tempted(t) for t in types if t in left
            ]
            for t in (t for t in types if t in left):
                where = join(AllOf, *exactly, negation(responses.unmoved(t, left)))
                if where != FALSE:
                    names, action = " and ".join(struck), responses.of.deviation.action
                    reason = (
                        f"no rational reply makes {action} as good as the equilibrium for "
                        f"{responses.of.deviation.sender} {names}, and {t} gains by it "
                        f"whatever is replied once {names} {'is' if size == 1 else 'are'} ruled out"
                    )
                    yield Demand(where, (FALSE,), partial(_argument, responses, struck, t, reason))


def _argument(responses: Responses, struck: tuple[str, ...], by: str, reason: str) -> Argument:
    deviation = responses.of.deviation
    sets = tuple(responses.response_set(t) for t in (*struck, by))
    return Argument(sender=deviation.sender, after=deviation.after, struck=struck, by=by, reason=reason, sets=sets)


SIGNALLING: Final[Mapping[str, Criterion]] = {"intuitive": intuitive, "D1": d1}
