"""Extensive games: trees of decisions, chance moves and outcomes, with private types and information sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import ClassVar, Final

from deterrence.errors import GameError
from deterrence.expressions import Condition, Expr, ExprLike, as_expr, substitute
from deterrence.games.base import Game
from deterrence.games.frozen import Entries, FrozenMap
from deterrence.games.nodes import Chance, Decision, Node, Outcome, Payoff, Payoffs, Player, successors
from deterrence.games.outline import tree_lines
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About
from deterrence.games.structure import check_structure, payoff_tables
from deterrence.games.unfold import Tree, check_recall, check_types, unfold

__all__ = ["MAX_NODES", "ExtensiveGame"]

MAX_NODES: Final = 20_000


class ExtensiveGame(Game):
    """A finite game in extensive form with perfect recall.

    Parameters
    ----------
    root:
        the first node, with its successors inside it; or its name, with every node in `nodes`.
    players:
        in the order in which payoffs are listed (default: as the tree mentions them); needed when
        decisions name players by text.
    assume:
        conditions on the parameters, text such as `"a > b > c"` or `Condition` objects.
    prior:
        joint probability of the players' types, by the tuple of types in the order of the typed players;
        without it types are independent.
    knows:
        for a player, the other players whose type it observes; everyone knows the own type.

    Raises `GameError` for cycles, unreachable nodes, clashing names, inconsistent information sets, imperfect
    recall, probabilities that do not sum to one and unused parameters.

    >>> from deterrence.games import Decision, Outcome, Player, parameters
    >>> v, c = parameters("v c", domain="positive")
    >>> fight = Outcome("war", {"A": v - c, "B": -c})
    >>> yields = Outcome("peace", {"A": v, "B": 0})
    >>> reply = Decision("reply", "B", {"fight": fight, "yield": yields})
    >>> game = ExtensiveGame(reply, players=[Player("A"), Player("B")])
    >>> [p.name for p in game.parameters]
    ['v', 'c']
    """

    form: ClassVar[str] = "extensive"
    root: str
    nodes: FrozenMap[str, Node]
    prior: FrozenMap[tuple[str, ...], Expr] | None
    knows: FrozenMap[str, tuple[str, ...]]

    def __init__(
        self,
        root: Node | str,
        *,
        players: Iterable[Player] = (),
        nodes: Iterable[Node] = (),
        assume: Iterable[Condition | str] = (),
        prior: Entries[tuple[str, ...], ExprLike] | None = None,
        knows: Mapping[str, Iterable[str]] | None = None,
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        closed = self._begin(definitions, about)
        objects = _flatten(root, nodes)
        flat = {name: _closed(_by_name(node), closed) for name, node in objects.items()}
        joint = {key: substitute(as_expr(q), closed) for key, q in prior.items()} if prior else None
        self._set(
            root=root if isinstance(root, str) else root.name,
            nodes=FrozenMap(flat),
            players=tuple(players) or _mentioned(objects.values()),
            prior=FrozenMap(joint) if joint else None,
            knows=FrozenMap({who: tuple(others) for who, others in (knows or {}).items()}),
        )
        check_structure(self.root, self.nodes, tuple(p.name for p in self.players))
        self._finish(assume, parameters)
        check_types(self)
        tree = self.tree  # unfolding checks type tables and information sets
        if not self.has_perfect_information:
            check_recall(tree)

    def formulas(self) -> Iterator[Expr]:
        """Yield the formulas of priors, chance moves, payments and payoffs."""
        for _, distribution in self.probabilities():
            yield from distribution
        for node in self.nodes.values():
            for table in payoff_tables(node):
                for payoff in table.values():
                    yield from _leaves(payoff)

    def probabilities(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield the distributions: joint prior or types of each player, then chance moves."""
        if self.prior is not None:
            yield "prior", tuple(self.prior.values())
        for player in self.players:
            if player.prior is not None:
                yield f"player {player.name}", tuple(player.prior.values())
        for name, node in self.nodes.items():
            if isinstance(node, Chance):
                yield f"node {name}", tuple(q for q, _ in node.branches.values())

    def decisions(self) -> Iterator[Decision]:
        """Yield the decision nodes as written, before types are unfolded."""
        return (node for node in self.nodes.values() if isinstance(node, Decision))

    def events(self) -> tuple[str, ...]:
        """Return the outcome events, in the order of the file."""
        return tuple(dict.fromkeys(n.event for n in self.nodes.values() if isinstance(n, Outcome)))

    def outline(self) -> list[str]:
        """Return the tree as lines of text."""
        return tree_lines(self)

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield the outcomes of the full tree (for each type profile, where types matter) with payoffs."""
        rows: dict[tuple[str, tuple[Expr, ...]], list[str]] = {}
        for node in self.tree.nodes:
            if node.kind == "end":
                rows.setdefault((node.name, node.payoffs), []).append(", ".join(node.types))
        names = [name for name, _ in rows]
        for (name, payoffs), types in rows.items():
            yield (f"{name} ({'; '.join(types)})" if names.count(name) > 1 else name), payoffs

    @cached_property
    def tree(self) -> Tree:
        """The full tree, with types unfolded."""
        return unfold(self)

    @property
    def has_perfect_information(self) -> bool:
        """Whether every mover knows the whole history: no types, no shared information set."""
        labels = [d.information_set for d in self.decisions()]
        return not any(p.types for p in self.players) and len(set(labels)) == len(labels)

    def _structure(self) -> tuple[object, ...]:
        return (
            self.root,
            FrozenMap({n: _node_key(x) for n, x in self.nodes.items()}),
            self.prior,
            FrozenMap({who: frozenset(others) for who, others in self.knows.items() if others}),
        )


def _flatten(root: Node | str, given: Iterable[Node]) -> dict[str, Node]:
    """Return every node by name, in the order in which plays meet them."""
    objects: dict[str, Node] = {}
    pending = [*([root] if isinstance(root, Node) else []), *given][::-1]
    while pending:
        node = pending.pop()
        known = objects.get(node.name)
        if known is node:
            continue
        if known is not None:
            raise GameError("two nodes have the same name", where=f"node {node.name}", remedy="rename one")
        objects[node.name] = node
        if len(objects) > MAX_NODES:
            raise GameError(f"more than {MAX_NODES} nodes", remedy="build a smaller game")
        pending.extend(c for c in reversed(successors(node).values()) if isinstance(c, Node))
    return objects


def _mentioned(nodes: Iterable[Node]) -> tuple[Player, ...]:
    found: dict[str, Player] = {}
    for player in (p for node in nodes for p in node.mentions):
        if found.setdefault(player.name, player) != player:
            raise GameError(
                f"two different players are named {player.name!r}", where="players", remedy="use one object"
            )
    return tuple(found.values())


def _by_name(node: Node) -> Node:
    if not any(isinstance(child, Node) for child in successors(node).values()):
        return node
    children = {a: c.name if isinstance(c, Node) else c for a, c in successors(node).items()}
    if isinstance(node, Decision):
        return Decision(node.name, node.player, children, information_set=node.information_set, pays=node.pays)
    if isinstance(node, Chance):
        return Chance(node.name, {b: (node.branches[b][0], c) for b, c in children.items()})
    return node


def _closed(node: Node, definitions: Mapping[str, Expr]) -> Node:
    """Return the node with definitions put into its formulas."""
    if not definitions:
        return node
    if isinstance(node, Outcome):
        return Outcome(node.name, _close_table(node.payoffs, definitions), node.event)
    if isinstance(node, Decision):
        pays = {a: _close_table(table, definitions) for a, table in node.pays.items()}
        return Decision(node.name, node.player, node.actions, information_set=node.information_set, pays=pays)
    if isinstance(node, Chance):
        return Chance(node.name, {b: (substitute(q, definitions), c) for b, (q, c) in node.branches.items()})
    return node


def _close_table(table: Payoffs, definitions: Mapping[str, Expr]) -> Payoffs:
    return FrozenMap({p: _close_payoff(payoff, definitions) for p, payoff in table.items()})


def _close_payoff(payoff: Payoff, definitions: Mapping[str, Expr]) -> Payoff:
    if isinstance(payoff, Expr):
        return substitute(payoff, definitions)
    return FrozenMap({key: _close_payoff(inner, definitions) for key, inner in payoff.items()})


def _node_key(node: Node) -> tuple[object, ...]:
    if isinstance(node, Outcome):
        return ("outcome", node.payoffs, node.event)
    if isinstance(node, Decision):
        return ("decision", node.player, node.information_set, node.actions, node.pays)
    assert isinstance(node, Chance)
    return ("chance", node.branches)


def _leaves(payoff: Payoff) -> Iterator[Expr]:
    if isinstance(payoff, Expr):
        yield payoff
    else:
        for inner in payoff.values():
            yield from _leaves(inner)
