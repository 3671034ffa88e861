"""Why a class has the region it has: who is indifferent, and whose temptation draws each boundary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deterrence.expressions import Comparison, Condition, Expr, Symbol, substitute, substitute_condition, symbols_of
from deterrence.expressions.identity import identically
from deterrence.theory.concepts import system_of
from deterrence.theory.ranges import given_beliefs
from deterrence.theory.rationality import worth
from deterrence.theory.systems import BeliefSystem, Strategies
from deterrence.theory.unknowns import ZERO, sum_of

if TYPE_CHECKING:
    from deterrence.theory.classes import EquilibriumClass, Theory

__all__ = ["Incentive", "Sketch", "sketch"]


@dataclass(frozen=True)
class Incentive:
    """Two actions at an information set (by its readable name), compared by the mover.

    In a class, `action` is played; `other` is played as well (indifference) or would bring no more.
    """

    information_set: str
    action: str
    other: str


@dataclass(frozen=True)
class Sketch:
    """The conditions behind a class: indifferences of those who mix, and what binds on each boundary.

    `binding` holds each boundary, a condition of the region or a bound of a free unknown, with the incentives that hold
    with equality there; a boundary that comes from none, such as one of a probability, is not listed.
    """

    indifferent: tuple[Incentive, ...]
    binding: tuple[tuple[Condition, tuple[Incentive, ...]], ...]


def sketch(theory: Theory, found: EquilibriumClass) -> Sketch:
    """Return what a proof of the class's region consists of, each equality tested by exact evaluation."""
    gains = list(_gains(theory, found, system_of(theory.game, theory.concept)))
    mixing = tuple(i for i, _, mixed in gains if mixed)
    closed = [(i, gain) for i, gain, mixed in gains if not mixed or _is_knife_edge(found)]
    binding: list[tuple[Condition, tuple[Incentive, ...]]] = []
    for condition in _boundaries(found):
        fitting = tuple(i for i, gain in closed if _vanishes(theory, gain, condition))
        if fitting:
            binding.append((condition, fitting))
    return Sketch(mixing, tuple(binding))


def _is_knife_edge(found: EquilibriumClass) -> bool:
    return any(isinstance(c, Comparison) and c.operators == ("==",) for c in found.region)


def _gains(theory: Theory, found: EquilibriumClass, system: BeliefSystem) -> Iterator[tuple[Incentive, Expr, bool]]:
    """Yield each comparison of an action played with another, what it gains, and whether both are played."""
    tree = theory.game.tree
    definitions = theory.game.resolved_definitions
    beliefs = {name: substitute(f, definitions) for name, f in given_beliefs(system, found).items()}
    strategies: Strategies = {
        h: tuple(substitute(q, definitions) for q in row) for h, row in enumerate(found.strategies)
    }
    supports = dict(enumerate(found.support))
    asked = {g for last in system.order for g in system.deciding(last, supports)}
    for h in sorted(asked):
        info = tree.information_sets[h]
        first = found.support[h][0]
        values = [substitute(worth(system, strategies, h, a), beliefs) for a in range(len(info.actions))]
        for action, value in enumerate(values):
            if action != first:
                incentive = Incentive(tree.set_name(info), info.actions[first], info.actions[action])
                yield incentive, sum_of(values[first], -value), action in found.support[h]


def _boundaries(found: EquilibriumClass) -> Iterator[Condition]:
    """Yield the conditions of the region, and the bounds of free unknowns as conditions."""
    yield from found.region
    for name, interval in found.free.items():
        yield from (Comparison((Symbol(name), bound), (">=",)) for bound in interval.lower)
        yield from (Comparison((Symbol(name), bound), ("<=",)) for bound in interval.upper)


def _vanishes(theory: Theory, gain: Expr, condition: Condition) -> bool:
    """Say whether a gain is zero wherever a condition on one name holds with equality, and not everywhere."""
    closed = substitute_condition(condition, theory.game.resolved_definitions)
    if not isinstance(closed, Comparison) or len(closed.operands) != 2:
        return False
    name, bound = closed.operands
    if not isinstance(name, Symbol) or name in symbols_of(bound):
        return False
    return not identically(gain, ZERO) and identically(substitute(gain, {name.name: bound}), ZERO) is True
