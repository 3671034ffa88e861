"""The full tree of an extensive game: types as chance, information sets as the mover knows them.

Everything numeric starts here. Where the game has perfect information, subgames that several histories
share are kept shared (the nodes then form a directed acyclic graph), since they are solved once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final, Literal

from deterrence.errors import GameError
from deterrence.expressions import Expr, Number, did_you_mean
from deterrence.games.frozen import FrozenMap
from deterrence.games.nodes import Chance, Decision, Node, Outcome, Payoff, successors
from deterrence.games.structure import topological_order

if TYPE_CHECKING:
    from deterrence.games.extensive import ExtensiveGame

__all__ = [
    "MAX_TREE_NODES",
    "InformationSet",
    "Tree",
    "TreeNode",
    "check_recall",
    "check_types",
    "marginal_prior",
    "unfold",
]

MAX_TREE_NODES: Final = 100_000
MAX_TYPE_PROFILES: Final = 4096


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One node of the full tree; indices refer to `Tree.nodes` and `Tree.information_sets`.

    `labels` are actions or branches, in step with `children`; `payments[i]` is what each player receives on
    branch i (empty when nothing is paid); `payoffs` and `event` belong to ends, `probabilities` to chance.
    """

    kind: Literal["decision", "chance", "end"]
    name: str
    types: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    children: tuple[int, ...] = ()
    information_set: int = -1
    probabilities: tuple[Expr, ...] = ()
    payments: tuple[tuple[Expr, ...], ...] = ()
    payoffs: tuple[Expr, ...] = ()
    event: str = ""


@dataclass(frozen=True, slots=True)
class InformationSet:
    """What a mover knows: the player (by index), the label in the file, the types it knows, its actions.

    `members` are the nodes it cannot tell apart; `first_move` is the position of its first action in the
    tree's list of all (information set, action) pairs.
    """

    player: int
    label: str
    known: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]
    members: tuple[int, ...]
    first_move: int

    @property
    def moves(self) -> slice:
        """The slice of this set's actions among all moves of the tree."""
        return slice(self.first_move, self.first_move + len(self.actions))

    def selectors(self, players: tuple[str, ...]) -> tuple[str, ...]:
        """Return the known types as profiles write them: the own type bare, another's as `Other.type`."""
        own = players[self.player]
        return tuple(t if who == own else f"{who}.{t}" for who, t in self.known)


@dataclass(frozen=True)
class Tree:
    """A full game tree; node 0 is the root and successors have larger indices than their predecessors."""

    players: tuple[str, ...]
    typed: tuple[str, ...]  # players with types, in the order of TreeNode.types
    nodes: tuple[TreeNode, ...]
    information_sets: tuple[InformationSet, ...]
    shared: bool = field(default=False)  # True when a node has several predecessors

    @property
    def n_moves(self) -> int:
        """The number of (information set, action) pairs."""
        return sum(len(h.actions) for h in self.information_sets)

    @property
    def events(self) -> tuple[str, ...]:
        """The outcome events, each once, in the order of the tree."""
        return tuple(dict.fromkeys(n.event for n in self.nodes if n.kind == "end"))

    def ends(self) -> Iterator[int]:
        """Yield the indices of the terminal nodes."""
        return (i for i, node in enumerate(self.nodes) if node.kind == "end")

    def of_player(self, player: int) -> Iterator[int]:
        """Yield the indices of a player's information sets."""
        return (i for i, h in enumerate(self.information_sets) if h.player == player)

    def move_name(self, move: int) -> str:
        """Return a readable name such as `Challenger hard: root = defect`."""
        for h in self.information_sets:
            if h.moves.start <= move < h.moves.stop:
                return f"{self.set_name(h)} = {h.actions[move - h.first_move]}"
        raise IndexError(move)

    def set_name(self, h: InformationSet) -> str:
        """Return a readable name such as `Challenger hard: root`."""
        return " ".join((self.players[h.player], *h.selectors(self.players))) + f": {h.label}"

    def node_name(self, h: InformationSet, i: int) -> str:
        """Return what tells a node from the others of its set: types that the mover does not know, or its name."""
        known = {who for who, _ in h.known}
        types = zip(self.typed, self.nodes[i].types, strict=True)
        name = [self.nodes[i].name] if len({self.nodes[m].name for m in h.members}) > 1 else []
        return ", ".join((*name, *(f"{who}.{t}" for who, t in types if who not in known)))


def unfold(game: ExtensiveGame) -> Tree:
    """Return the full tree of a game.

    Raises `GameError` when nodes of an information set differ in their actions, a payoff table does not fit
    the types, or the tree exceeds `MAX_TREE_NODES` nodes.
    """
    return _Unfolding(game).run()


class _Unfolding:
    """One pass over the game as written, making nodes before their successors."""

    def __init__(self, game: ExtensiveGame) -> None:
        self.game = game
        self.typed = tuple(p for p in game.players if p.types)
        self.nodes: list[TreeNode | None] = []
        self.sets: dict[tuple[object, ...], list[int]] = {}
        self.visited: set[tuple[str, tuple[str, ...]]] = set()
        self.share = game.has_perfect_information

    def run(self) -> Tree:
        """Build every type profile's copy of the tree below one initial chance move."""
        if self.typed:
            profiles = [(types, q) for types, q in joint_prior(self.game) if q != Number(0)]
            root = self._reserve()
            children = tuple(self._copy(types) for types, _ in profiles)
            labels = tuple(", ".join(types) for types, _ in profiles)
            self.nodes[root] = TreeNode(
                "chance",
                "types",
                labels=labels,
                children=children,
                probabilities=tuple(q for _, q in profiles),
            )
        else:
            self._copy(())
        return self._finish()

    def _reserve(self) -> int:
        if len(self.nodes) >= MAX_TREE_NODES:
            raise GameError(f"the tree has more than {MAX_TREE_NODES} nodes", remedy="build a smaller game")
        self.nodes.append(None)
        return len(self.nodes) - 1

    def _copy(self, types: tuple[str, ...]) -> int:
        if self.share:
            return self._shared(types)
        root = self._reserve()
        pending = [(root, self.game.root)]
        while pending:
            index, name = pending.pop()
            node = self.game.nodes[name]
            below = [(self._reserve(), str(child)) for child in successors(node).values()]
            self._fill(index, node, types, tuple(i for i, _ in below))
            pending.extend(reversed(below))
        return root

    def _shared(self, types: tuple[str, ...]) -> int:
        """Build a tree whose paths may meet; an outcome is copied, as it does not matter where it is reached."""
        first = len(self.nodes)
        order = topological_order(self.game.root, self.game.nodes)
        inner = {n: self._reserve() for n in order if not isinstance(self.game.nodes[n], Outcome)}
        for name, i in inner.items():
            below = [str(c) for c in successors(self.game.nodes[name]).values()]
            self._fill(i, self.game.nodes[name], types, tuple(inner.get(c) or self._leaf(c, types) for c in below))
        return first if inner else self._leaf(self.game.root, types)

    def _leaf(self, name: str, types: tuple[str, ...]) -> int:
        index = self._reserve()
        self._fill(index, self.game.nodes[name], types, ())
        return index

    def _fill(self, index: int, node: Node, types: tuple[str, ...], children: tuple[int, ...]) -> None:
        if isinstance(node, Outcome):
            payoffs = tuple(self._payoff(node.payoffs[p.name], p.name, types, node) for p in self.game.players)
            self.nodes[index] = TreeNode("end", node.name, types, payoffs=payoffs, event=node.event)
        elif isinstance(node, Decision):
            self._visit(node, types)
            payments = tuple(self._payments(node, action, types) for action in node.actions) if node.pays else ()
            self.nodes[index] = TreeNode("decision", node.name, types, tuple(node.actions), children, payments=payments)
            self.sets.setdefault((node.player, node.information_set, self._known(node, types)), []).append(index)
        else:
            assert isinstance(node, Chance)
            self.nodes[index] = TreeNode(
                "chance",
                node.name,
                types,
                tuple(node.branches),
                children,
                probabilities=tuple(q for q, _ in node.branches.values()),
            )

    def _visit(self, node: Decision, types: tuple[str, ...]) -> None:
        """Refuse a second way into a decision: it would leave open whether the mover knows which one was taken."""
        if (node.name, types) in self.visited:
            raise GameError(
                "two paths lead to this decision of a game with imperfect information",
                where=f"node {node.name}",
                remedy="write one node for each path, with one information_set if the mover cannot tell them apart",
            )
        self.visited.add((node.name, types))

    def _known(self, node: Decision, types: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        knows = {node.player, *self.game.knows.get(node.player, ())}
        return tuple((p.name, t) for p, t in zip(self.typed, types, strict=True) if p.name in knows)

    def _payments(self, node: Decision, action: str, types: tuple[str, ...]) -> tuple[Expr, ...]:
        table = node.pays.get(action)
        if table is None:
            return ()
        return tuple(
            self._payoff(table[p.name], p.name, types, node) if p.name in table else Number(0)
            for p in self.game.players
        )

    def _payoff(self, payoff: Payoff, player: str, types: tuple[str, ...], node: Node) -> Expr:
        """Choose the formula for this type profile from a payoff table."""
        actual = {f"{p.name}.{t}" for p, t in zip(self.typed, types, strict=True)}
        actual |= {t for p, t in zip(self.typed, types, strict=True) if p.name == player}
        while not isinstance(payoff, Expr):
            self._check_keys(payoff, player, node)
            fitting = [key for key in payoff if key in actual]
            if len(fitting) != 1:
                raise GameError(
                    f"the payoff table {list(payoff)} of {player!r} does not fit the types {list(types)}",
                    where=f"node {node.name}",
                    remedy="one entry for every type of one player: own types bare, others as Other.type",
                )
            payoff = payoff[fitting[0]]
        return payoff

    def _check_keys(self, table: FrozenMap[str, Payoff], player: str, node: Node) -> None:
        known = [f"{p.name}.{t}" for p in self.typed for t in p.types]
        known += [t for p in self.typed for t in p.types if p.name == player]
        for key in table:
            if key not in known:
                raise GameError(
                    f"the payoff table of {player!r} has the unknown type {key!r}",
                    where=f"node {node.name}",
                    remedy=did_you_mean(key, known),
                )

    def _finish(self) -> Tree:
        nodes = [node for node in self.nodes if node is not None]
        names = tuple(p.name for p in self.game.players)
        sets: list[InformationSet] = []
        move = 0
        for (player, label, known), members in sorted(self.sets.items(), key=lambda item: item[1][0]):
            actions = nodes[members[0]].labels
            for member in members:
                if set(nodes[member].labels) != set(actions):
                    raise GameError(
                        f"nodes {nodes[members[0]].name!r} and {nodes[member].name!r} have different actions",
                        where=f"information set {label}",
                        remedy="nodes of one information set offer the same actions",
                    )
                nodes[member] = _in_set(nodes[member], len(sets), actions)
            assert isinstance(known, tuple)
            sets.append(InformationSet(names.index(str(player)), str(label), known, actions, tuple(members), move))
            move += len(actions)
        shared = sum(len(n.children) for n in nodes) > len(nodes) - 1
        return Tree(names, tuple(p.name for p in self.typed), tuple(nodes), tuple(sets), shared)


def _in_set(node: TreeNode, index: int, actions: tuple[str, ...]) -> TreeNode:
    """Return the node with its actions in the order of its information set."""
    order = [node.labels.index(a) for a in actions]
    return TreeNode(
        "decision",
        node.name,
        node.types,
        actions,
        tuple(node.children[i] for i in order),
        index,
        payments=tuple(node.payments[i] for i in order) if node.payments else (),
    )


def joint_prior(game: ExtensiveGame) -> list[tuple[tuple[str, ...], Expr]]:
    """Return the probability of every profile of types, products of the priors when types are independent."""
    typed = [p for p in game.players if p.types]
    if game.prior is not None:
        return list(game.prior.items())
    profiles: list[tuple[tuple[str, ...], Expr]] = []
    for types in product(*(p.types for p in typed)):
        probability: Expr = Number(1)
        for player, t in zip(typed, types, strict=True):
            assert player.prior is not None
            probability = probability * player.prior[t]
        profiles.append((types, probability))
    return profiles


def marginal_prior(game: ExtensiveGame, player: str) -> dict[str, Expr]:
    """Return the probability of every type of a player that has types."""
    place = [p.name for p in game.players if p.types].index(player)
    chances: dict[str, Expr] = {}
    if game.prior is None:
        found = next(p for p in game.players if p.name == player)
        assert found.prior is not None
        return dict(found.prior)
    for types, probability in game.prior.items():
        chances[types[place]] = chances[types[place]] + probability if types[place] in chances else probability
    return chances


def check_types(game: ExtensiveGame) -> None:
    """Check that priors cover the types and that `knows` names players with types."""
    typed = {p.name: p for p in game.players if p.types}
    for player in typed.values():
        if game.prior is None and player.prior is None:
            raise GameError(
                "types without a prior",
                where=f"player {player.name}",
                remedy="give probabilities or a joint prior",
            )
        if game.prior is not None and player.prior is not None:
            raise GameError("a prior twice", where=f"player {player.name}", remedy="joint or separate, not both")
    if prod(len(player.types) for player in typed.values()) > MAX_TYPE_PROFILES:
        raise GameError(f"more than {MAX_TYPE_PROFILES} profiles of types", where="players", remedy="use fewer types")
    for types in game.prior or ():
        if len(types) != len(typed) or any(t not in p.types for t, p in zip(types, typed.values(), strict=True)):
            raise GameError(
                f"{', '.join(types)!r} is not a profile of types",
                where="prior",
                remedy=f"one type each of {', '.join(typed)}",
            )
    for who, others in game.knows.items():
        for name in (*others, who):
            if name not in (typed if name != who else {p.name for p in game.players}):
                raise GameError(f"{name!r} is no player with types", where=f"knows {who}", remedy="name one")


def check_recall(tree: Tree) -> None:
    """Check perfect recall: all nodes of an information set follow the same own moves of its player.

    `past` numbers each player's own moves so far: one number for each (moves before, information set, action).
    """
    numbers: dict[tuple[int, int, int], int] = {}
    own: dict[int, int] = {}
    pending: list[tuple[int, tuple[int, ...]]] = [(0, (0,) * len(tree.players))]
    while pending:
        index, past = pending.pop()
        node = tree.nodes[index]
        here = node.information_set
        if here < 0:
            pending.extend((child, past) for child in node.children)
            continue
        h = tree.information_sets[here]
        mine = past[h.player]
        if own.setdefault(here, mine) != mine:
            raise GameError(
                f"{tree.players[h.player]!r} would forget an own move",
                where=f"information set {h.label}",
                remedy="nodes of one information set must follow the same own moves (perfect recall)",
            )
        for action, child in enumerate(node.children):
            number = numbers.setdefault((mine, here, action), len(numbers) + 1)
            pending.append((child, (*past[: h.player], number, *past[h.player + 1 :])))
