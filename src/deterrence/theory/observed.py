"""Public histories, shared beliefs and Bayes' rule in multistage games with observed actions.

In such games (Fudenberg and Tirole 1991) types are independent, every action is seen before the next stage, and
moves within a stage are simultaneous. A belief about a player is then one distribution at each public history,
common to all observers; only the player's own moves change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from deterrence.errors import SolverError
from deterrence.expressions import Expr
from deterrence.games import ExtensiveGame, InformationSet, Tree

__all__ = ["Beliefs", "History", "ObservedGame", "observe"]

History: TypeAlias = tuple[str, ...]  # labels of the moves since types were drawn
Beliefs: TypeAlias = Mapping[str, Expr]  # by type of one player


@dataclass(frozen=True)
class ObservedGame:
    """An extensive game read as a multistage game with observed actions.

    `history[node]` is the path of labels to a node, `public[h]` what everyone knew when the stage of information set
    h began, `hidden[h][member]` the moves of the same stage that lie between, as (parent node, branch).
    """

    game: ExtensiveGame
    history: tuple[History, ...]
    public: tuple[History, ...]
    hidden: tuple[Mapping[int, tuple[tuple[int, int], ...]], ...]
    mover: Mapping[History, str]
    depth: tuple[int, ...]

    @property
    def tree(self) -> Tree:
        """The full tree."""
        return self.game.tree

    def sets_of(self, player: str, history: History) -> dict[str, int]:
        """Return the information sets at which a player's types move at a history, by type."""
        where = self.tree.typed.index(player)
        found: dict[str, int] = {}
        for i, h in enumerate(self.tree.information_sets):
            if self.tree.players[h.player] == player:
                for member in h.members:
                    if self.history[member] == history:
                        found[self.tree.nodes[member].types[where]] = i
        return found

    def last_move(self, player: str, history: History) -> dict[str, int]:
        """Return where the last move of a history, one of the player's, stands among all moves, by type."""
        found: dict[str, int] = {}
        for t, i in self.sets_of(player, history[:-1]).items():
            h = self.tree.information_sets[i]
            node = next(m for m in h.members if self.history[m] == history[:-1])
            action = history[-1].removeprefix(f"{self.tree.nodes[node].name}:")
            found[t] = h.first_move + h.actions.index(action)
        return found


def observe(game: ExtensiveGame) -> ObservedGame:
    """Return the game's public histories.

    Raises `SolverError` where `pbe` is not defined: correlated types, hidden actions of an earlier stage, movers that
    know other players' types.
    """
    tree = game.tree
    _check_types(game)
    parent, history = _paths(tree)
    public = tuple(_common(tuple(history[m] for m in h.members)) for h in tree.information_sets)
    hidden = tuple(
        {m: _between(tree, parent, m, len(history[m]) - len(public[i])) for m in h.members}
        for i, h in enumerate(tree.information_sets)
    )
    mover: dict[History, str] = {}
    for i, node in enumerate(tree.nodes):
        if node.kind == "decision":
            mover[history[i]] = tree.players[tree.information_sets[node.information_set].player]
    depth = tuple(max(len(history[m]) for m in h.members) for h in tree.information_sets)
    observed = ObservedGame(game, tuple(history), public, hidden, mover, depth)
    for i, h in enumerate(tree.information_sets):
        _check_stage(observed, i, h)
    return observed


def _check_types(game: ExtensiveGame) -> None:
    advice = "derive(game, concept='sequential')"
    if game.prior is not None:
        raise SolverError("pbe is not defined for correlated types", where="prior", remedy=advice)
    if game.knows:
        raise SolverError("pbe is not defined when a player knows another's type", where="knows", remedy=advice)
    if game.tree.shared:
        raise SolverError("pbe needs a tree in which every node has one predecessor", remedy="use backward induction")


def _paths(tree: Tree) -> tuple[dict[int, tuple[int, int]], list[History]]:
    parent: dict[int, tuple[int, int]] = {}
    history: list[History] = [()] * len(tree.nodes)
    for i, node in enumerate(tree.nodes):
        nature = i == 0 and bool(tree.typed)
        for b, (label, child) in enumerate(zip(node.labels, node.children, strict=True)):
            parent[child] = (i, b)
            history[child] = () if nature else (*history[i], f"{node.name}:{label}")
    return parent, history


def _common(paths: tuple[History, ...]) -> History:
    first = min(paths, key=len)
    length = next((k for k in range(len(first)) if any(p[k] != first[k] for p in paths)), len(first))
    return first[:length]


def _between(tree: Tree, parent: Mapping[int, tuple[int, int]], node: int, steps: int) -> tuple[tuple[int, int], ...]:
    moves: list[tuple[int, int]] = []
    for _ in range(steps):
        moves.append(parent[node])
        node = parent[node][0]
    return tuple(reversed(moves))


def _check_stage(observed: ObservedGame, index: int, h: InformationSet) -> None:
    """Check that the mover misses nothing but types and moves of its own stage, and none of these rules it out."""
    tree = observed.tree
    unseen = [node for moves in observed.hidden[index].values() for node, _ in moves]
    within = {*h.members, *unseen}
    for node in unseen:
        info = tree.nodes[node].information_set
        earlier = info < 0 or observed.public[info] != observed.public[index]
        if earlier or not within.issuperset(tree.nodes[node].children):
            raise SolverError(
                "pbe is not defined for hidden actions",
                where=f"information set {tree.set_name(h)} (after node {tree.nodes[node].name})",
                remedy="derive(game, concept='sequential')",
            )
