"""Concepts whose beliefs are about the nodes of information sets: weak perfect Bayesian and sequential equilibrium.

Both ask for optimal choices at every information set, reached or not, given the belief there, and for Bayes' rule where
play comes. They differ in what beliefs may be elsewhere.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import ClassVar, Self

from deterrence.expressions import Condition, Expr, symbols_of
from deterrence.games import ExtensiveGame
from deterrence.theory.conditions import at_least, equals
from deterrence.theory.paths import Path, Paths
from deterrence.theory.plans import plans_after
from deterrence.theory.systems import BeliefSystem, Plan, Strategies, Supports
from deterrence.theory.trembles import Alternative, Trembles
from deterrence.theory.unknowns import ZERO, BeliefSlot, distribution, fresh_prefix, product_of, sum_of

__all__ = ["NodeBeliefs", "Sequential", "WeakBayesian"]

Ways = Mapping[int, tuple[Path, ...]]  # by information set: what decides how likely each node is


@dataclass(frozen=True)
class NodeBeliefs(BeliefSystem):
    """What both concepts share: `beliefs[h]` are probabilities of the nodes of information set h.

    Information sets may share their beliefs: they bear the names of `first[h]`. `ways[h]` are the paths to the nodes.
    """

    paths: Paths
    ways: Ways
    first: Mapping[int, int]
    beliefs: Mapping[int, tuple[Expr, ...]]

    @classmethod
    def of(cls, game: ExtensiveGame) -> Self:
        """Return the concept for a game; raise `SolverError` where histories share nodes."""
        paths = Paths(game.tree)
        ways = cls._ways(paths)
        first = cls._shared(ways)
        prefix = fresh_prefix(p.name for p in game.parameters)
        slots: dict[str, BeliefSlot] = {}
        beliefs: dict[int, tuple[Expr, ...]] = {}
        for h, info in enumerate(game.tree.information_sets):
            if first[h] == h:
                names = [f"belief{prefix}_{len(slots) + k}" for k in range(len(info.members) - 1)]
                values = (game.tree.node_name(info, member) for member in info.members)
                slots |= {n: BeliefSlot(game.tree.set_name(info), (), v) for n, v in zip(names, values, strict=False)}
                beliefs[h] = distribution(names)
            else:
                beliefs[h] = beliefs[first[h]]
        return cls(game, prefix, slots, paths, ways, first, beliefs)

    @classmethod
    def _ways(cls, paths: Paths) -> Ways:
        raise NotImplementedError

    @classmethod
    def _shared(cls, ways: Ways) -> Mapping[int, int]:
        return {h: h for h in ways}

    @property
    def order(self) -> tuple[int, ...]:
        """The information sets, each after all that can follow it."""
        return self.paths.order

    def believed(self, strategies: Strategies, h: int, member: int) -> Expr:
        """Return the belief in a node."""
        return self.beliefs[h][self.tree.information_sets[h].members.index(member)]

    def needed(self, names: set[str]) -> frozenset[str]:
        """Return the beliefs with the others at the same information sets."""
        rows = [self._names(h) for h in self.beliefs]
        return frozenset().union(*(row for row in rows if row & names))

    def matters(self, h: int, relevant: Container[str]) -> bool:
        """Say whether the beliefs at an information set are relevant."""
        return any(name in relevant for name in self._names(h))

    def _names(self, h: int) -> set[str]:
        return {s.name for s in symbols_of(*self.beliefs[h])}

    def agreement(self, strategies: Strategies, h: int, relevant: Container[str]) -> Iterator[Condition]:
        """Yield that beliefs are probabilities, and Bayes' rule once the moves that it needs are known.

        `belief(node) * (sum over nodes of P(node)) == P(node)` says nothing where all have probability zero.
        """
        if self.matters(h, relevant):
            yield from (at_least(belief) for belief in self.beliefs[h])
        for g in self._due[h]:
            if self.matters(g, relevant):
                odds = [way.probability(strategies) for way in self.ways[g]]
                if (total := sum_of(*odds)) != ZERO:
                    pairs = zip(self.beliefs[g][:-1], odds, strict=False)
                    yield from (equals(product_of(belief, total), q) for belief, q in pairs)

    @cached_property
    def _due(self) -> Mapping[int, tuple[int, ...]]:
        """By information set: those to which Bayes' rule applies once it is chosen."""
        place = {h: k for k, h in enumerate(self.order)}
        due: dict[int, list[int]] = {h: [] for h in self.order}
        for g, ways in self.ways.items():
            if self.first[g] == g and len(ways) > 1:
                due[max({g}.union(*(way.sets() for way in ways)), key=place.__getitem__)].append(g)
        return {h: tuple(sets) for h, sets in due.items()}


@dataclass(frozen=True)
class WeakBayesian(NodeBeliefs):
    """`weak-pbe`: Bayes' rule at information sets that play reaches, any belief elsewhere.

    At every information set no continuation strategy of the mover yields more, given the belief there and the others'
    strategies, and beliefs follow Bayes' rule wherever play comes with positive probability (weak perfect Bayesian
    equilibrium: Mas-Colell, Whinston and Green 1995, definition 9.C.3). Beliefs at different information sets need not
    fit together, so a mover's deviations at several of them count, not single ones alone.
    """

    concept: ClassVar[str] = "weak-pbe"

    @classmethod
    def _ways(cls, paths: Paths) -> Ways:
        return {h: tuple(map(paths.path, info.members)) for h, info in enumerate(paths.tree.information_sets)}

    def continuations(self, h: int, action: int) -> Iterator[Plan]:
        """Yield the strategy itself, then every pure plan for the mover's later information sets."""
        yield {}
        yield from plans_after(self.tree, h, action)


@dataclass(frozen=True)
class Sequential(NodeBeliefs):
    """`sequential`: beliefs are limits of those that Bayes' rule gives along strategies in which everything happens.

    Optimal choices at every information set given the beliefs, which are consistent (Kreps and Wilson 1982). What all
    paths to an information set share, trembles included, cancels out of the beliefs there; so Bayes' rule applies from
    the last common point on, and information sets with the same differences between paths have the same beliefs.
    Single deviations suffice, since consistent beliefs at later information sets follow from those at earlier ones.
    """

    concept: ClassVar[str] = "sequential"

    @classmethod
    def _ways(cls, paths: Paths) -> Ways:
        return {h: paths.apart(info.members) for h, info in enumerate(paths.tree.information_sets)}

    @classmethod
    def _shared(cls, ways: Ways) -> Mapping[int, int]:
        """Return for each information set the first one with the same paths to its nodes."""
        found: dict[object, int] = {}
        return {h: found.setdefault(tuple(path.key for path in paths), h) for h, paths in ways.items()}

    def sound(
        self, supports: Supports, strategies: Strategies, relevant: Container[str]
    ) -> Iterator[tuple[Condition, ...]]:
        """Yield what consistency allows at the information sets to which Bayes' rule does not reach."""
        played = {(h, a) for h, support in supports.items() for a in support}
        open_sets = {
            h: ways
            for h, ways in self.ways.items()
            if self.first[h] == h and self.matters(h, relevant) and not any(way.moves.keys() <= played for way in ways)
        }
        for parts in product(*self._trembles.alternatives(open_sets, played)):
            yield tuple(c for part in parts for c in self._conditions(part, strategies))

    @cached_property
    def _trembles(self) -> Trembles:
        return Trembles()

    def _conditions(self, part: Alternative, strategies: Strategies) -> Iterator[Condition]:
        yield from (equals(self.beliefs[h][k], ZERO) for h, k in part.impossible)
        for relation in part.relations:
            odds = {(h, k): self._known(h, k, strategies) for (h, k), _ in relation}
            sides = []
            for sign in (1, -1):
                beliefs = [self.beliefs[h][k] for (h, k), power in relation for _ in range(sign * power)]
                others = [odds[node] for node, power in relation for _ in range(-sign * power)]
                sides.append(product_of(*beliefs, *others))
            yield equals(*sides)

    def _known(self, h: int, k: int, strategies: Strategies) -> Expr:
        """Return the part of a node's probability that does not tremble."""
        way = self.ways[h][k]
        return way.only(lambda g, a: strategies[g][a] != ZERO).probability(strategies)
