"""Sequential rationality and Bayes' rule as conditions on parameters and unknowns, for a given support."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from deterrence.expressions import Comparison, Condition, Expr, symbols_of
from deterrence.theory.unknowns import ONE, ZERO, Unknowns, product_of, sum_of

__all__ = ["at_least", "bayes_conditions", "equals", "incentive_conditions", "mixing_conditions", "worth"]

Strategies = Mapping[int, tuple[Expr, ...]]  # by information set


def at_least(left: Expr, right: Expr = ZERO) -> Condition:
    """Return `left >= right`."""
    return Comparison((left, right), (">=",))


def equals(left: Expr, right: Expr) -> Condition:
    """Return `left == right`."""
    return Comparison((left, right), ("==",))


def worth(unknowns: Unknowns, strategies: Strategies, h: int, action: int) -> Expr:
    """Return the mover's expected payoff from an action at an information set, given beliefs and later play."""
    observed = unknowns.observed
    info = observed.tree.information_sets[h]
    known = dict(info.known)
    terms: list[Expr] = []
    for member in info.members:
        node = observed.tree.nodes[member]
        weights = [
            unknowns.beliefs[who, observed.public[h]][t]
            for who, t in zip(observed.tree.typed, node.types, strict=True)
            if who not in known
        ]
        weights += [_chance_of(unknowns, strategies, *move) for move in observed.hidden[h][member]]
        terms.append(product_of(*weights, _after(unknowns, strategies, member, action, info.player)))
    return sum_of(*terms)


def _chance_of(unknowns: Unknowns, strategies: Strategies, node: int, branch: int) -> Expr:
    """Return the probability of a hidden move of the same stage; a choice still open counts as unknown."""
    tree = unknowns.observed.tree
    info = tree.nodes[node].information_set
    if info in strategies:
        return strategies[info][branch]
    return unknowns.strategy(info, tuple(range(len(tree.nodes[node].children))))[branch]


def _after(unknowns: Unknowns, strategies: Strategies, node: int, branch: int, player: int) -> Expr:
    """Return the player's payoff from a branch on: what is paid on it and what follows."""
    tree = unknowns.observed.tree
    here = tree.nodes[node]
    paid = here.payments[branch][player] if here.payments and here.payments[branch] else ZERO
    child = here.children[branch]
    below = tree.nodes[child]
    if below.kind == "end":
        return sum_of(paid, below.payoffs[player])
    odds = below.probabilities if below.kind == "chance" else strategies[below.information_set]
    later = [product_of(q, _after(unknowns, strategies, child, b, player)) for b, q in enumerate(odds) if q != ZERO]
    return sum_of(paid, *later)


def incentive_conditions(
    unknowns: Unknowns, strategies: Strategies, h: int, support: tuple[int, ...]
) -> Iterator[Condition]:
    """Yield that every action of the support is worth the same, and no other more."""
    actions = range(len(unknowns.observed.tree.information_sets[h].actions))
    first = worth(unknowns, strategies, h, support[0])
    for action in actions:
        if action != support[0]:
            gain = sum_of(first, -worth(unknowns, strategies, h, action))
            yield equals(gain, ZERO) if action in support else at_least(gain)


def mixing_conditions(strategy: tuple[Expr, ...]) -> Iterator[Condition]:
    """Yield that the actions of a support have positive probability."""
    for probability in strategy:
        if probability not in (ZERO, ONE):
            yield Comparison((probability, ZERO), (">",))


def bayes_conditions(
    unknowns: Unknowns, strategies: Strategies, h: int, relevant: Container[str]
) -> Iterator[Condition]:
    """Yield Bayes' rule for the relevant beliefs after the moves of the player's types at the histories of `h`.

    `posterior(t) * P(action) == prior(t) * P(action | t)`: where the action has positive probability under the
    prevailing belief this is Bayes' rule, and where it has none it says nothing, also off the path.
    """
    observed = unknowns.observed
    tree = observed.tree
    info = tree.information_sets[h]
    player = tree.players[info.player]
    if player not in tree.typed:
        return
    for history in dict.fromkeys(observed.history[m] for m in info.members):
        sets = observed.sets_of(player, history)
        if any(other not in strategies for other in sets.values()):
            continue
        prior = unknowns.beliefs[player, history]
        node = tree.nodes[next(m for m in info.members if observed.history[m] == history)].name
        for a, label in enumerate(info.actions):
            posterior = unknowns.beliefs.get((player, (*history, f"{node}:{label}")))
            if posterior is None or not any(s.name in relevant for s in symbols_of(*posterior.values())):
                continue
            total = sum_of(*(product_of(prior[t], strategies[s][a]) for t, s in sets.items()))
            for t, s in sets.items():
                yield at_least(posterior[t])
                left, right = product_of(posterior[t], total), product_of(prior[t], strategies[s][a])
                if left != right:
                    yield equals(left, right)
