"""Values of prescribed strategies and of best replies in a tree, for checkers; nothing here chooses equilibria."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from deterrence.compiled.points import NumberArray
from deterrence.games import Tree
from deterrence.outcomes.blocks import Play, flow

__all__ = ["BestReply", "average", "mover", "own_reach", "prescribed_values", "reach", "scope_of", "worths"]


def prescribed_values(play: Play, player: int, scope: Iterable[int] | None = None) -> dict[int, NumberArray]:
    """Return what a player expects (pairs,) at every node, or every node of a scope, when all follow the strategy."""
    nodes = play.game.tree.nodes
    values: dict[int, NumberArray] = {}
    for i in sorted(range(len(nodes)) if scope is None else scope, reverse=True):
        if nodes[i].kind == "end":
            values[i] = play.payoff(i, player)
        else:
            values[i] = average(play.branches(i), worths(play, i, player, values))
    return values


def worths(play: Play, i: int, player: int, values: Mapping[int, NumberArray]) -> list[NumberArray]:
    """Return what each branch of a node is worth to a player, payments included."""
    out = []
    for b, child in enumerate(play.game.tree.nodes[i].children):
        payment = play.payment(i, b, player)
        out.append(values[child] if payment is None else values[child] + payment)
    return out


def average(probabilities: Sequence[NumberArray], numbers: Sequence[NumberArray]) -> NumberArray:
    """Return the expected number."""
    total = probabilities[0] * numbers[0]
    for probability, number in zip(probabilities[1:], numbers[1:], strict=True):
        total += probability * number
    return np.asarray(total)


def reach(play: Play) -> list[NumberArray]:
    """Return the probability of coming to every node."""
    tree = play.game.tree
    zero = np.full(play.strategy.shape[1], play.game.one() * 0)
    arrived = [zero] * len(tree.nodes)
    arrived[0] = zero + play.game.one()
    for i, node in enumerate(tree.nodes):
        if node.kind == "end":
            continue
        for child, probability in zip(node.children, play.branches(i), strict=True):
            arrived[child] = arrived[child] + flow(arrived[i], probability)
    return arrived


def own_reach(play: Play) -> list[NumberArray]:
    """Return by information set the probability that the mover's own strategy does not keep play away from it.

    With perfect recall it is the same for all nodes of the set; where histories share a node, the largest counts.
    """
    tree = play.game.tree
    one = np.full(play.strategy.shape[1], play.game.one())
    result = [one] * len(tree.information_sets)
    for player in range(len(tree.players)):
        kept = [one * 0] * len(tree.nodes)
        kept[0] = one
        for i, node in enumerate(tree.nodes):
            mine = mover(tree, i) == player
            for b, child in enumerate(node.children):
                through = flow(kept[i], play.branches(i)[b]) if mine else kept[i]
                kept[child] = np.maximum(kept[child], through)
            if mine:
                result[node.information_set] = kept[i]
    return result


def scope_of(tree: Tree, starts: Iterable[int]) -> list[int]:
    """Return the nodes that can follow some of the given ones, these included, predecessors first."""
    found = set(starts)
    pending = list(found)
    while pending:
        for child in tree.nodes[pending.pop()].children:
            if child not in found:
                found.add(child)
                pending.append(child)
    return sorted(found)


@dataclass(frozen=True)
class BestReply:
    """The best a player can do from given nodes on, by a dynamic program over its information sets.

    `starts` are nodes that the player comes to with given probabilities: the root of a subgame, or the nodes of
    an information set. With perfect recall the best action at an information set follows from the others'
    strategies and from what is best at the sets that come later, so no pure strategies are enumerated.
    """

    tree: Tree
    player: int
    starts: tuple[int, ...]

    @cached_property
    def scope(self) -> list[int]:
        """The nodes that matter, predecessors first."""
        return scope_of(self.tree, self.starts)

    @cached_property
    def members(self) -> Mapping[int, list[int]]:
        """The player's information sets that matter, each with its nodes that matter."""
        found: dict[int, list[int]] = {}
        for i in self.scope:
            if mover(self.tree, i) == self.player:
                found.setdefault(self.tree.nodes[i].information_set, []).append(i)
        return found

    @cached_property
    def order(self) -> list[int]:
        """The nodes that matter, ordered so that later own moves are settled before earlier ones."""
        depth = dict.fromkeys(self.scope, 0)
        for i in self.scope:
            step = int(mover(self.tree, i) == self.player)
            for child in self.tree.nodes[i].children:
                depth[child] = max(depth[child], depth[i] + step)
        return sorted(self.scope, key=lambda i: (-depth[i], -i))

    def value(self, play: Play, weights: Mapping[int, NumberArray]) -> NumberArray:
        """Return the best payoff (pairs,), for `weights` (pairs,) of the starting nodes."""
        arrived = self._arrivals(play, weights)
        values: dict[int, NumberArray] = {}
        for i in self.order:
            if i in values:
                continue
            here = self.tree.nodes[i].information_set
            if here in self.members:
                self._choose(play, here, arrived, values)
            elif self.tree.nodes[i].kind == "end":
                values[i] = play.payoff(i, self.player)
            else:
                values[i] = average(play.branches(i), worths(play, i, self.player, values))
        return np.asarray(sum(weights[i] * values[i] for i in self.starts))

    def _arrivals(self, play: Play, weights: Mapping[int, NumberArray]) -> Mapping[int, NumberArray]:
        """Return how likely nature and the others are to come to each node; needed where sets have several."""
        if all(len(members) == 1 for members in self.members.values()):
            return weights
        arrived: dict[int, NumberArray] = dict(weights)
        for i in self.scope:
            mine = mover(self.tree, i) == self.player
            for b, child in enumerate(self.tree.nodes[i].children):
                through = arrived[i] if mine else arrived[i] * play.branches(i)[b]
                arrived[child] = arrived.get(child, 0) + through
        return arrived

    def _choose(
        self, play: Play, here: int, arrived: Mapping[int, NumberArray], values: dict[int, NumberArray]
    ) -> None:
        """Enter the value of the best action at every node of an information set."""
        members = self.members[here]
        tables = [np.stack(worths(play, i, self.player, values)) for i in members]
        if len(members) == 1:
            values[members[0]] = tables[0].max(axis=0)
            return
        total = np.asarray(sum(arrived[i] * table for i, table in zip(members, tables, strict=True)))
        best = total.argmax(axis=0)[None]
        for i, table in zip(members, tables, strict=True):
            values[i] = np.take_along_axis(table, best, axis=0)[0]


def mover(tree: Tree, i: int) -> int:
    """Return the player who moves at a node, -1 for nature and at ends."""
    here = tree.nodes[i].information_set
    return tree.information_sets[here].player if here >= 0 else -1
