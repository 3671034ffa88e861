"""Outcome events and expected payoffs of a class, as functions of the parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deterrence.games import Tree
from deterrence.theory.algebra import Algebra, Fractional

__all__ = ["event_functions", "payoff_functions"]

Strategies = Sequence[Sequence[Fractional]]


def _reached(
    tree: Tree, algebra: Algebra, strategies: Strategies, roots: Iterator[tuple[int, Fractional]]
) -> Iterator[tuple[int, Fractional, tuple[Fractional, ...]]]:
    """Yield every end with its probability and the payments on the way, from weighted starting nodes."""
    nothing = tuple(algebra.zero for _ in tree.players)
    pending = [(node, weight, nothing) for node, weight in roots]
    while pending:
        i, weight, paid = pending.pop()
        node = tree.nodes[i]
        if node.kind == "end":
            yield i, weight, paid
            continue
        chance = node.kind == "chance"
        for b, child in enumerate(node.children):
            q = algebra.value(node.probabilities[b]) if chance else strategies[node.information_set][b]
            if not q:
                continue
            extra = node.payments[b] if node.payments else ()
            now = tuple(p + algebra.value(e) for p, e in zip(paid, extra, strict=True)) if extra else paid
            pending.append((child, weight * q, now))


def event_functions(tree: Tree, algebra: Algebra, strategies: Strategies) -> dict[str, Fractional]:
    """Return the probability of every outcome event."""
    totals = dict.fromkeys(tree.events, algebra.zero)
    for i, weight, _ in _reached(tree, algebra, strategies, iter([(0, algebra.one)])):
        totals[tree.nodes[i].event] = totals[tree.nodes[i].event] + weight
    return totals


def payoff_functions(tree: Tree, algebra: Algebra, strategies: Strategies) -> dict[tuple[str, str], Fractional]:
    """Return every player's expected payoff, by type where it has types (conditional on the type)."""
    totals: dict[tuple[str, str], Fractional] = {}
    for index, player in enumerate(tree.players):
        for t, roots in _starts(tree, algebra, player).items():
            total, mass = algebra.zero, algebra.zero
            for i, weight, paid in _reached(tree, algebra, strategies, iter(roots)):
                total = total + weight * (algebra.value(tree.nodes[i].payoffs[index]) + paid[index])
                mass = mass + weight
            totals[player, t] = total / mass
    return totals


def _starts(tree: Tree, algebra: Algebra, player: str) -> dict[str, list[tuple[int, Fractional]]]:
    """Return the nodes at which play starts for each type of a player, with their weights."""
    if player not in tree.typed:
        return {"": [(0, algebra.one)]}
    place = tree.typed.index(player)
    starts: dict[str, list[tuple[int, Fractional]]] = {}
    root = tree.nodes[0]
    for child, q in zip(root.children, root.probabilities, strict=True):
        starts.setdefault(tree.nodes[child].types[place], []).append((child, algebra.value(q)))
    return starts
