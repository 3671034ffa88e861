"""Subgame perfect equilibrium: Nash equilibrium in every subgame, without beliefs."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from deterrence.expressions import Condition, Expr
from deterrence.games import ExtensiveGame, Tree
from deterrence.theory.paths import Move, Path, Paths
from deterrence.theory.plans import plans_after
from deterrence.theory.systems import BeliefSystem, Plan, Strategies, Supports
from deterrence.theory.unknowns import fresh_prefix

__all__ = ["SubgamePerfect"]


@dataclass(frozen=True)
class SubgamePerfect(BeliefSystem):
    """`subgame-perfect`: in every subgame no player's other strategy yields more (Selten 1965, 1975).

    Each information set is judged in the smallest subgame that contains it, from which the larger ones follow, with
    nodes weighed by the others' and nature's probabilities of leading there. It is asked for where its player's own
    moves in that subgame do not exclude it; what a deviator does at sets that they exclude is up to the deviator.
    """

    concept: ClassVar[str] = "subgame-perfect"

    paths: Paths

    @staticmethod
    def of(game: ExtensiveGame) -> SubgamePerfect:
        """Return the concept for a game; raise `SolverError` where histories share nodes."""
        return SubgamePerfect(game, fresh_prefix(p.name for p in game.parameters), {}, Paths(game.tree))

    @property
    def order(self) -> tuple[int, ...]:
        """The information sets, each after all that can follow it."""
        return self.paths.order

    def believed(self, strategies: Strategies, h: int, member: int) -> Expr:
        """Return the probability that nature and the others lead to a node from the start of the smallest subgame."""
        return self._way(h, member).only(lambda g, _: not self._is_own(h, g)).probability(strategies)

    def agreement(self, strategies: Strategies, h: int, relevant: Container[str]) -> Iterator[Condition]:
        """Yield nothing: there are no beliefs."""
        return iter(())

    def deciding(self, h: int, supports: Supports) -> Iterator[int]:
        """Yield the information sets whose weights are known once h is chosen and that own moves do not exclude."""
        for g in self._due[h]:
            if all(a in supports[own] for own, a in self._own_moves(g)):
                yield g

    def continuations(self, h: int, action: int) -> Iterator[Plan]:
        """Yield the strategy itself, then every pure plan for the mover's later sets of the same smallest subgame."""
        yield {}
        alike = frozenset(g for g, root in self.roots.items() if root == self.roots[h])
        yield from plans_after(self.tree, h, action, alike)

    @cached_property
    def roots(self) -> Mapping[int, int]:
        """By information set: the first node of the smallest subgame that contains it."""
        starts = _subgames(self.tree)
        return {h: max(starts.intersection(self._above(h))) for h in range(len(self.tree.information_sets))}

    def _above(self, h: int) -> set[int]:
        """Return the nodes through which every play to an information set goes, its only node included."""
        return set.intersection(*(set(self.paths.through(member)) for member in self.tree.information_sets[h].members))

    def _way(self, h: int, member: int) -> Path:
        return self.paths.path(member, self.roots[h])

    def _is_own(self, h: int, g: int) -> bool:
        sets = self.tree.information_sets
        return sets[g].player == sets[h].player

    def _own_moves(self, h: int) -> list[Move]:
        """Return the own moves on the way from the start of the smallest subgame; the same for all nodes (recall)."""
        way = self._way(h, self.tree.information_sets[h].members[0])
        return [move for move in way.moves if self._is_own(h, move[0])]

    @cached_property
    def _due(self) -> Mapping[int, tuple[int, ...]]:
        """By information set: those whose weights are known once it is chosen."""
        place = {h: k for k, h in enumerate(self.order)}
        due: dict[int, list[int]] = {h: [] for h in self.order}
        for g, info in enumerate(self.tree.information_sets):
            involved = {g}.union(*(self._way(g, member).sets() for member in info.members))
            due[max(involved, key=place.__getitem__)].append(g)
        return {h: tuple(sets) for h, sets in due.items()}


def _subgames(tree: Tree) -> set[int]:
    """Return the nodes that begin a subgame: no information set lies partly at or below them, partly elsewhere."""
    below: list[set[int]] = [set() for _ in tree.nodes]
    for i in range(len(tree.nodes) - 1, -1, -1):
        below[i] = {i}.union(*(below[child] for child in tree.nodes[i].children))
    sets = [set(h.members) for h in tree.information_sets]
    return {i for i, inside in enumerate(below) if all(members <= inside or not members & inside for members in sets)}
