"""Payoff differences at the information sets of a tree, with their derivatives: the agent form.

Every information set is an agent of its own, who compares what actions are worth there given the others' behaviour
(McKelvey and Palfrey 1998). Beliefs are Bayes' rule, always defined since all actions have positive probability; they
are kept as differences of log-reaches, so that they stay right when those probabilities are very small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import CompiledTree
from deterrence.compiled.points import FloatArray
from deterrence.games import InformationSet, Tree
from deterrence.solvers.quantal.duals import Dual, Mix, difference, expected, total
from deterrence.solvers.quantal.system import probabilities

__all__ = ["TreeSystem", "tree_system"]

Step = tuple[int, int]  # a node and the branch taken there


@dataclass(frozen=True, eq=False)
class Outline:
    """What depends on the tree alone: the order of unknowns, whose values are needed where, the ways to nodes."""

    tree: Tree

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The information sets, those first that do not influence each other."""
        first: list[int] = []
        rest: list[int] = []
        for h in range(len(self.tree.information_sets)):
            (rest if any(self._meet(h, other) for other in first) else first).append(h)
        return (*first, *rest)

    @cached_property
    def leading(self) -> int:
        """The number of unknowns at the start that are not coupled."""
        count, taken = 0, list[int]()
        for h in self.order:
            if any(self._meet(h, other) for other in taken):
                break
            taken.append(h)
            count += len(self.tree.information_sets[h].actions) - 1
        return count

    @cached_property
    def first(self) -> Mapping[int, int]:
        """By information set, the number of its first unknown."""
        places, k = {}, 0
        for h in self.order:
            places[h] = k
            k += len(self.tree.information_sets[h].actions) - 1
        return places

    @cached_property
    def below(self) -> tuple[frozenset[int], ...]:
        """By node, the information sets from there on."""
        sets: list[frozenset[int]] = [frozenset()] * len(self.tree.nodes)
        for i in range(len(self.tree.nodes) - 1, -1, -1):
            node = self.tree.nodes[i]
            own = frozenset([node.information_set]) if node.information_set >= 0 else frozenset()
            sets[i] = own.union(*(sets[child] for child in node.children))
        return tuple(sets)

    @cached_property
    def ways(self) -> Mapping[int, tuple[Step, ...]]:
        """The way to every member of an information set with several: there histories share no nodes."""
        parents = {c: (i, b) for i, node in enumerate(self.tree.nodes) for b, c in enumerate(node.children)}
        wanted = [m for h in self.tree.information_sets if len(h.members) > 1 for m in h.members]
        ways = {}
        for member in wanted:
            steps, here = [], member
            while here:
                here, branch = parents[here]
                steps.append((here, branch))
            ways[member] = tuple(reversed(steps))
        return ways

    def needed(self, player: int) -> list[int]:
        """Return the nodes whose value a player must know, later ones first."""
        found: set[int] = set()
        pending = [
            child
            for h in self.tree.of_player(player)
            for member in self.tree.information_sets[h].members
            for child in self.tree.nodes[member].children
        ]
        while pending:
            i = pending.pop()
            if i not in found:
                found.add(i)
                pending += self.tree.nodes[i].children
        return sorted(found, reverse=True)

    @cached_property
    def needs(self) -> tuple[list[int], ...]:
        """By player, the nodes whose value it must know."""
        return tuple(self.needed(player) for player in range(len(self.tree.players)))

    def _meet(self, one: int, other: int) -> bool:
        """Say whether two information sets may influence each other's payoff differences."""
        return self._influences(one, other) or self._influences(other, one)

    def _influences(self, h: int, other: int) -> bool:
        members = self.tree.information_sets[other].members
        if any(h in self.below[child] for m in members for child in self.tree.nodes[m].children):
            return True
        return any(self.tree.nodes[i].information_set == h for m in members for i, _ in self.ways.get(m, ()))


@dataclass(frozen=True, eq=False)
class TreeSystem:
    """A batch of trees: payoffs, chance and payments as in `CompiledTree`, cut down to some games."""

    outline: Outline
    payoffs: dict[int, tuple[FloatArray, ...]]
    chance: dict[int, FloatArray]
    payments: dict[int, list[dict[int, FloatArray]]]
    scale: FloatArray

    @property
    def unknowns(self) -> int:
        """The number of log-odds."""
        return sum(len(h.actions) - 1 for h in self.outline.tree.information_sets)

    @property
    def leading(self) -> int:
        """The number of unknowns at the start that are not coupled with each other."""
        return self.outline.leading

    @property
    def size(self) -> int:
        """The number of games."""
        return int(self.scale.size)

    def take(self, index: NDArray[np.intp] | slice) -> TreeSystem:
        """Return the system of some of the games."""
        kept: dict[int, FloatArray] = {}  # rows are shared between nodes: each is cut once

        def cut(row: FloatArray) -> FloatArray:
            return kept.setdefault(id(row), row[..., index])

        return TreeSystem(
            self.outline,
            {i: tuple(cut(row) for row in rows) for i, rows in self.payoffs.items()},
            {i: cut(rows) for i, rows in self.chance.items()},
            {i: [{p: cut(r) for p, r in paid.items()} for paid in rows] for i, rows in self.payments.items()},
            self.scale[index],
        )

    def mixes(self, theta: FloatArray) -> dict[int, Mix]:
        """Return the probabilities of the actions, by information set."""
        sets = self.outline.tree.information_sets
        places = self.outline.first.items()
        return {h: Mix(probabilities(theta[k : k + len(sets[h].actions) - 1]), k) for h, k in places}

    def gaps(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return payoff differences (unknowns, games) and their derivatives (unknowns, unknowns, games)."""
        mixes = self.mixes(theta)
        gaps = np.empty((self.unknowns, theta.shape[1]))
        slopes = np.zeros((self.unknowns, *gaps.shape))
        for player in range(len(self.outline.tree.players)):
            values = self._values(player, mixes)
            for here in self.outline.tree.of_player(player):
                h = self.outline.tree.information_sets[here]
                for k, gap in enumerate(self._differences(h, mixes, values), self.outline.first[here]):
                    gaps[k] = gap.value
                    for unknown, slope in gap.slopes.items():
                        slopes[k, unknown] = slope
        return gaps, slopes

    def beliefs(self, theta: FloatArray) -> FloatArray:
        """Return the beliefs (members of all information sets in order, games)."""
        mixes = self.mixes(theta)
        rows = [self._belief(h, mixes) for h in self.outline.tree.information_sets]
        return np.concatenate([np.ones((1, self.size)) if mix is None else mix[0] for mix in rows])

    def _values(self, player: int, mixes: Mapping[int, Mix]) -> dict[int, Dual]:
        values: dict[int, Dual] = {}
        for i in self.outline.needs[player]:
            node = self.outline.tree.nodes[i]
            if node.kind == "end":
                values[i] = Dual(self.payoffs[i][player], {})
                continue
            mix = mixes[node.information_set] if node.information_set >= 0 else Mix(self.chance[i])
            values[i] = expected(mix, [self._worth(i, b, player, values) for b in range(len(node.children))])
        return values

    def _worth(self, i: int, branch: int, player: int, values: Mapping[int, Dual]) -> Dual:
        paid = self.payments[i][branch].get(player) if i in self.payments else None
        return values[self.outline.tree.nodes[i].children[branch]].plus(paid)

    def _differences(self, h: InformationSet, mixes: Mapping[int, Mix], values: Mapping[int, Dual]) -> list[Dual]:
        """Return what each action but the first is worth more than the first, at an information set."""
        tables = [[self._worth(i, b, h.player, values) for b in range(len(h.actions))] for i in h.members]
        belief = self._belief(h, mixes)
        out = []
        for b in range(1, len(h.actions)):
            parts = [difference(table[b], table[0]) for table in tables]
            out.append(parts[0] if belief is None else _believed(*belief, parts))
        return out

    def _belief(self, h: InformationSet, mixes: Mapping[int, Mix]) -> tuple[FloatArray, list[Dual]] | None:
        """Return the belief (members, games) and the logs of the reaches; None at a single node.

        The mover's own earlier actions are the same for all members, by perfect recall, and cancel.
        """
        if len(h.members) == 1:
            return None
        reaches = [self._log_reach(self.outline.ways[i], h.player, mixes) for i in h.members]
        logs = np.stack([reach.value for reach in reaches])
        weights = np.exp(logs - logs.max(axis=0))
        return weights / weights.sum(axis=0), reaches

    def _log_reach(self, way: tuple[Step, ...], player: int, mixes: Mapping[int, Mix]) -> Dual:
        tree = self.outline.tree
        logs, slopes = [np.zeros(self.size)], {}
        for i, b in way:
            here = tree.nodes[i].information_set
            if here < 0:
                logs.append(np.log(self.chance[i][b]))
            elif tree.information_sets[here].player != player:
                mix = mixes[here]
                logs.append(np.log(mix.p[b]))
                for a in range(1, len(mix.p)):
                    slopes[mix.first + a - 1] = float(a == b) - mix.p[a]
        return Dual(total(logs), slopes)


def _believed(belief: FloatArray, reaches: list[Dual], parts: list[Dual]) -> Dual:
    """Return the average of the parts under a belief that depends on the logs of the reaches."""
    average = expected(Mix(belief), parts)
    slopes = average.slopes
    for weight, reach, part in zip(belief, reaches, parts, strict=True):
        lean = weight * (part.value - average.value)
        for k, slope in reach.slopes.items():
            slopes[k] = slopes[k] + lean * slope if k in slopes else lean * slope
    return Dual(average.value, slopes)


def tree_system(game: CompiledTree) -> TreeSystem:
    """Return the system of a compiled tree in floats."""
    chance = {i: np.stack(rows) for i, rows in game.chance_rows.items()}
    scale = np.zeros(game.size)
    for player in range(len(game.tree.players)):
        np.maximum(scale, game.largest(player), out=scale)
    return TreeSystem(Outline(game.tree), game.payoff_rows, chance, game.payment_rows, scale)
