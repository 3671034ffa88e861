"""Multistage games with observed actions, read off a tree: who is believed what, where, and what changes it.

Fudenberg and Tirole (1991, "Perfect Bayesian equilibrium and sequential equilibrium", Journal of Economic Theory 53)
define perfect Bayesian equilibrium for games in which types are independent, everybody sees every move before the next
stage begins, and the moves of one stage are simultaneous. A belief about a player is then the same after all public
histories that differ only in what others did since that player last moved. Such a belief is an `Opinion` here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from deterrence.certify.beliefs import belief_slices
from deterrence.errors import SolverError
from deterrence.games import InformationSet, Tree

__all__ = ["Opinion", "Path", "Stages", "View"]

Path = tuple[str, ...]  # labels of moves since types were drawn
Stage = tuple[Path, ...]  # where one player moves at one stage: the same for all of its types


@dataclass(frozen=True)
class Opinion:
    """What is believed of a player from one of its moves to its next.

    `about` counts players with types. `before` is the opinion that held when it moved, minus one at the start, where
    the prior holds; `moves` are the positions of the move among all moves of the tree, by type.
    """

    about: int
    before: int = -1
    moves: tuple[int, ...] = ()


@dataclass(frozen=True)
class View:
    """What the beliefs at one information set show.

    `where` is the public history at the beginning of the stage, `first` the position of the first node among the
    members of all information sets. `held` lists for every player of unknown type its opinion and, by type, the
    positions of the nodes with that type. By node, in order: `types` of these players, and `unseen`, the moves of the
    same stage that led to it, as positions among all moves.
    """

    where: Path
    first: int
    held: tuple[tuple[int, tuple[tuple[int, ...], ...]], ...]
    types: tuple[tuple[int, ...], ...]
    unseen: tuple[tuple[int, ...], ...]

    @property
    def plain(self) -> bool:
        """Whether nodes differ in the type of one player alone."""
        return len(self.held) <= 1 and not any(self.unseen)


class Stages:
    """A tree as a multistage game with observed actions.

    Raises `SolverError` where the tree is none: histories that share nodes, movers who know others' types, moves that
    remain hidden when the next stage begins, nature's odds that depend on types.
    """

    def __init__(self, tree: Tree) -> None:
        if tree.shared:
            raise SolverError("perfect Bayesian equilibrium needs a tree in which every node has one predecessor")
        self.tree = tree
        self.opinions: list[Opinion] = [Opinion(place) for place in range(len(tree.typed))]
        self._held: dict[Path, tuple[int, ...]] = {(): tuple(range(len(tree.typed)))}
        self._check()
        self._walk()

    @cached_property
    def profiles(self) -> list[tuple[str, ...]]:
        """The types of all players, in the order in which nature draws them."""
        roots = self.tree.nodes[0].children if self.tree.typed else (0,)
        return [self.tree.nodes[root].types for root in roots]

    @cached_property
    def types(self) -> list[tuple[str, ...]]:
        """The types of each player that has any."""
        return [tuple(dict.fromkeys(column)) for column in zip(*self.profiles, strict=True)]

    @cached_property
    def paths(self) -> list[Path]:
        """By node, the moves since types were drawn."""
        found: list[Path] = [()] * len(self.tree.nodes)
        for i, node in enumerate(self.tree.nodes):
            for label, child in zip(node.labels, node.children, strict=True):
                found[child] = () if i == 0 and self.tree.typed else (*found[i], label)
        return found

    @cached_property
    def _stages(self) -> list[Stage]:
        """By information set, where its player moves."""
        return [tuple(sorted({self.paths[m] for m in h.members})) for h in self.tree.information_sets]

    @cached_property
    def starts(self) -> list[Path]:
        """By information set, the public history at the beginning of its stage."""
        return [_common(stage) for stage in self._stages]

    @cached_property
    def _at(self) -> dict[tuple[Path, tuple[str, ...]], int]:
        """The node at a path for types."""
        first = 1 if self.tree.typed else 0
        nodes = enumerate(self.tree.nodes[first:], first)
        return {(self.paths[i], node.types): i for i, node in nodes}

    def _check(self) -> None:
        if set(self.profiles) != set(product(*self.types)):
            raise _undefined("correlated types", "prior")
        for (path, types), i in self._at.items():
            node, first = self.tree.nodes[i], self.tree.nodes[self._at[path, self.profiles[0]]]
            if node.probabilities != first.probabilities:
                raise _undefined("moves of nature that depend on types", f"{node.name} {types}")
            if node.kind == "decision" and self._stages[node.information_set] != self._stages[first.information_set]:
                raise _undefined("types who see different moves", f"{node.name} {types}")
        for place, h in enumerate(self.tree.information_sets):
            player = self.tree.players[h.player]
            if [who for who, _ in h.known] != [who for who in self.tree.typed if who == player]:
                raise _undefined("players who know others' types", self.tree.set_name(h))
            if len(h.members) * len(self._own_types(h)) != len(self.profiles) * len(self._stages[place]):
                raise _undefined("movers who learn types otherwise than by moves", self.tree.set_name(h))
            if not self._is_simultaneous(place):
                raise _undefined("hidden actions", self.tree.set_name(h))

    def _own_types(self, h: InformationSet) -> tuple[str, ...]:
        return self.types[self.tree.typed.index(h.known[0][0])] if h.known else ("",)

    def _is_simultaneous(self, place: int) -> bool:
        """Say whether what a mover does not see are all moves of others at its own stage."""
        start, stage = self.starts[place], set(self._stages[place])
        pending = [start]
        while pending:
            path = pending.pop()
            if path in stage:
                continue
            node = self.tree.nodes[self._at[path, self.profiles[0]]]
            if node.kind != "decision" or self.starts[node.information_set] != start:
                return False
            pending += [(*path, label) for label in node.labels]
        return True

    def _walk(self) -> None:
        """Find the opinions that hold after every path, earlier ones first."""
        made: dict[tuple[Stage, str], int] = {}
        own = {who: place for place, who in enumerate(self.tree.typed)}
        for (path, types), i in self._at.items():
            node = self.tree.nodes[i]
            if types != self.profiles[0]:
                continue
            held = self._held[path]
            info = self.tree.information_sets[node.information_set] if node.kind == "decision" else None
            about = own.get(self.tree.players[info.player]) if info else None
            for label in node.labels:
                self._held[(*path, label)] = held
                if about is not None:
                    key = (self._stages[node.information_set], label)
                    if key not in made:
                        made[key] = len(self.opinions)
                        self.opinions.append(Opinion(about, held[about], tuple(self._moves(path, about, label))))
                    self._held[(*path, label)] = (*held[:about], made[key], *held[about + 1 :])

    def _moves(self, path: Path, about: int, label: str) -> Iterator[int]:
        """Yield where a move of each type of a player stands among all moves."""
        first = self.profiles[0]
        for t in self.types[about]:
            yield self._move(path, (*first[:about], t, *first[about + 1 :]), label)

    def _move(self, path: Path, types: tuple[str, ...], label: str) -> int:
        node = self.tree.nodes[self._at[path, types]]
        return self.tree.information_sets[node.information_set].first_move + node.labels.index(label)

    @cached_property
    def views(self) -> list[View]:
        """What is shown at each information set."""
        sets = zip(self.tree.information_sets, belief_slices(self.tree), strict=True)
        return [self._view(place, h, part.start) for place, (h, part) in enumerate(sets)]

    @cached_property
    def next_shown(self) -> list[list[tuple[int, tuple[tuple[int, ...], ...]]]]:
        """By opinion, the opinions that somebody shows next, each with the moves that lead to it, by type."""
        shown = {opinion for view in self.views for opinion, _ in view.held}
        found: list[list[tuple[int, tuple[tuple[int, ...], ...]]]] = [[] for _ in self.opinions]
        for i in range(len(self.opinions) - 1, -1, -1):
            opinion = self.opinions[i]
            after = [(i, ())] if i in shown else found[i]
            if opinion.before >= 0:
                found[opinion.before] += [(last, (opinion.moves, *chain)) for last, chain in after]
        return found

    def _view(self, place: int, h: InformationSet, first: int) -> View:
        start = self.starts[place]
        known = {who for who, _ in h.known}
        others = [about for about, who in enumerate(self.tree.typed) if who not in known]
        drawn = [[self.types[j].index(self.tree.nodes[m].types[j]) for m in h.members] for j in others]
        held = tuple(
            (
                self._held[start][j],
                tuple(tuple(first + k for k, u in enumerate(row) if u == t) for t in range(len(self.types[j]))),
            )
            for j, row in zip(others, drawn, strict=True)
        )
        types = tuple(zip(*drawn, strict=True)) if drawn else ((),) * len(h.members)
        return View(start, first, held, types, tuple(tuple(self._unseen(m, len(start))) for m in h.members))

    def _unseen(self, member: int, seen: int) -> Iterator[int]:
        path, types = self.paths[member], self.tree.nodes[member].types
        for length in range(seen, len(path)):
            yield self._move(path[:length], types, path[length])


def _common(stage: Stage) -> Path:
    """Return what all paths begin with."""
    first = min(stage, key=len)
    return first[: next((k for k in range(len(first)) if any(path[k] != first[k] for path in stage)), len(first))]


def _undefined(what: str, where: str) -> SolverError:
    return SolverError(
        f"perfect Bayesian equilibrium is not defined with {what}", where=where, remedy="check with certify_consistent"
    )
