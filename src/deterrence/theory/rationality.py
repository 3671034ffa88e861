"""Sequential rationality as conditions on parameters and unknowns, for a given support."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deterrence.expressions import Condition, Expr
from deterrence.games import Tree
from deterrence.theory.conditions import at_least, equals
from deterrence.theory.systems import BeliefSystem, Plan, Strategies
from deterrence.theory.unknowns import ONE, ZERO, product_of, sum_of

__all__ = ["incentive_conditions", "worth"]


def worth(system: BeliefSystem, strategies: Strategies, h: int, action: int, later: Plan | None = None) -> Expr:
    """Return the mover's expected payoff from an action at an information set, given beliefs and later play.

    `later` says where the mover itself departs from its strategy afterwards.
    """
    tree = system.tree
    info = tree.information_sets[h]
    after = {**strategies, **_pure(tree, later)} if later else strategies
    return sum_of(
        *(
            product_of(system.believed(strategies, h, member), _after(tree, after, member, action, info.player))
            for member in info.members
        )
    )


def _pure(tree: Tree, plan: Plan) -> Mapping[int, tuple[Expr, ...]]:
    sizes = {h: len(tree.information_sets[h].actions) for h in plan}
    return {h: tuple(ONE if a == taken else ZERO for a in range(sizes[h])) for h, taken in plan.items()}


def _after(tree: Tree, strategies: Strategies, node: int, branch: int, player: int) -> Expr:
    """Return the player's payoff from a branch on: what is paid on it and what follows."""
    here = tree.nodes[node]
    paid = here.payments[branch][player] if here.payments and here.payments[branch] else ZERO
    child = here.children[branch]
    below = tree.nodes[child]
    if below.kind == "end":
        return sum_of(paid, below.payoffs[player])
    odds = below.probabilities if below.kind == "chance" else strategies[below.information_set]
    later = [product_of(q, _after(tree, strategies, child, b, player)) for b, q in enumerate(odds) if q != ZERO]
    return sum_of(paid, *later)


def incentive_conditions(
    system: BeliefSystem, strategies: Strategies, h: int, support: tuple[int, ...]
) -> Iterator[Condition]:
    """Yield that every action of the support is worth the same, and no other more, whatever a deviator does later."""
    first = worth(system, strategies, h, support[0])
    for action in range(len(system.tree.information_sets[h].actions)):
        for later in system.continuations(h, action):
            if action == support[0] and not later:
                continue
            gain = sum_of(first, -worth(system, strategies, h, action, later))
            yield equals(gain, ZERO) if action in support and not later else at_least(gain)
