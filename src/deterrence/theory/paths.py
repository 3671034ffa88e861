"""What leads to each node of a tree: moves of players, and the odds of nature."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from deterrence.errors import SolverError
from deterrence.expressions import Expr, Number, Product
from deterrence.games import Tree
from deterrence.theory.unknowns import product_of

__all__ = ["Move", "Path", "Paths", "parents"]

Move: TypeAlias = tuple[int, int]  # information set, action


def parents(tree: Tree) -> dict[int, tuple[int, int]]:
    """Return the predecessor of every node but the root, with the branch taken there."""
    return {child: (i, b) for i, node in enumerate(tree.nodes) for b, child in enumerate(node.children)}


@dataclass(frozen=True)
class Path:
    """The moves and the odds of nature on the way to a node, as multisets: their product is how likely play comes."""

    moves: Counter[Move]
    odds: Counter[Expr]

    def __and__(self, other: Path) -> Path:
        """Return what two paths have in common."""
        return Path(self.moves & other.moves, self.odds & other.odds)

    def __sub__(self, other: Path) -> Path:
        """Return the path without what it shares with another."""
        return Path(self.moves - other.moves, self.odds - other.odds)

    @property
    def key(self) -> tuple[frozenset[tuple[Move, int]], frozenset[tuple[Expr, int]]]:
        """The path as a value that can be looked up."""
        return frozenset(self.moves.items()), frozenset(self.odds.items())

    def only(self, wanted: Callable[[int, int], bool]) -> Path:
        """Return the path with those of its moves alone that are wanted."""
        return Path(Counter({move: n for move, n in self.moves.items() if wanted(*move)}), self.odds)

    def sets(self) -> set[int]:
        """Return the information sets at which its moves are made."""
        return {h for h, _ in self.moves}

    def probability(self, strategies: Mapping[int, tuple[Expr, ...]]) -> Expr:
        """Return how likely play takes the path."""
        moves = (strategies[h][a] for h, a in self.moves.elements())
        return product_of(*self.odds.elements(), *moves)


@dataclass(frozen=True)
class Paths:
    """The paths in a tree in which every node has one predecessor."""

    tree: Tree

    def __post_init__(self) -> None:
        """Raise `SolverError` for a tree in which histories share nodes."""
        if self.tree.shared:
            raise SolverError(
                "the concept needs a tree in which every node has one predecessor", remedy="use backward induction"
            )

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The information sets, each after all that can follow it.

        Raises `SolverError` where movers do not know who moves first.
        """
        before = {h: set[int]() for h in range(len(self.tree.information_sets))}
        for h, info in enumerate(self.tree.information_sets):
            for g in set().union(*(self.path(member).sets() for member in info.members)):
                before[g].add(h)
        try:
            return tuple(TopologicalSorter(before).static_order())
        except CycleError as error:
            raise SolverError("information sets precede one another in a circle") from error

    @cached_property
    def _branches(self) -> Mapping[int, tuple[int, int]]:
        return parents(self.tree)

    def through(self, node: int) -> Iterator[int]:
        """Yield the nodes on the way back from a node to the root, both included."""
        yield node
        while node:
            node, _ = self._branches[node]
            yield node

    def path(self, node: int, start: int = 0) -> Path:
        """Return the path to a node from another one above it."""
        moves: Counter[Move] = Counter()
        odds: Counter[Expr] = Counter()
        while node != start:
            node, branch = self._branches[node]
            here = self.tree.nodes[node]
            if here.kind == "chance":
                odds.update(_factors(here.probabilities[branch]))
            else:
                moves[here.information_set, branch] += 1
        return Path(moves, odds)

    def apart(self, members: Iterable[int]) -> tuple[Path, ...]:
        """Return the paths to the nodes of an information set without what all of them share."""
        whole = [self.path(member) for member in members]
        common = reduce(Path.__and__, whole)
        return tuple(path - common for path in whole)


def _factors(probability: Expr) -> Iterable[Expr]:
    parts = probability.children if isinstance(probability, Product) else (probability,)
    return (part for part in parts if part != Number(1))
