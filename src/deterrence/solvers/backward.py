"""Backward induction on trees of perfect information, batched, with every tied equilibrium followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import CompiledTree
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.errors import SolverError
from deterrence.games import Tree, TreeNode
from deterrence.profiles import Assessment, Completeness, Found
from deterrence.solvers.base import TreeSolver

__all__ = ["BackwardInduction"]

_UNIQUE: Final = "backward induction without ties: the subgame perfect equilibrium is unique"
_TIED: Final = "ties: every pure subgame perfect equilibrium is listed; mixtures of tied actions may give further ones"
_RULE: Final = "ties broken in favour of the action listed first: other equilibria exist or may exist"
_CUT: Final = "ties give more pure equilibria than max_equilibria; raise it to see them"


@dataclass
class _Branch:
    """One way of resolving the ties met so far, for some of the points."""

    index: NDArray[np.intp]  # positions in the batch
    values: dict[int, NumberArray]  # node -> (players, points)
    choices: NDArray[np.int16]  # (information sets, points)


@dataclass(frozen=True, kw_only=True)
class BackwardInduction(TreeSolver):
    """Every pure subgame perfect equilibrium of a game of perfect information (Kuhn 1953).

    `ties`: "all" follows every tied action and lists the resulting equilibria; "first" takes the action that
    is listed first. Values count as tied when they differ by at most `tolerance` times the larger of one and
    the payoffs' size (exactly equal in exact arithmetic). At most `max_equilibria` are listed per point.

    Raises `SolverError` when some mover does not know the whole history.
    """

    concept: ClassVar[str] = "subgame-perfect"
    ties: Literal["all", "first"] = "all"
    tolerance: float = 1e-12
    max_equilibria: int = 64

    def solve(self, game: CompiledTree) -> Found[Assessment]:
        """Return the equilibria at every point, the choice of the first tied actions first."""
        check_perfect_information(game.tree)
        tied = np.zeros(game.size, dtype=np.bool_)
        cut = np.zeros(game.size, dtype=np.bool_)
        start = _Branch(np.arange(game.size), {}, np.zeros((len(game.tree.information_sets), game.size), np.int16))
        branches = [start]
        uses = _last_use(game.tree)
        for i in range(len(game.tree.nodes) - 1, -1, -1):
            branches = self._step(game, i, branches, tied, cut)
            for branch in branches:
                for done in uses.get(i, ()):
                    branch.values.pop(done, None)
        return self._found(game, branches, tied, cut)

    def _step(
        self, game: CompiledTree, i: int, branches: list[_Branch], tied: BoolArray, cut: BoolArray
    ) -> list[_Branch]:
        node = game.tree.nodes[i]
        if node.kind != "decision":
            for branch in branches:
                branch.values[i] = _nature(game, i, node, branch)
            return branches
        out: list[_Branch] = []
        counts = np.zeros(game.size, dtype=np.int64)
        for branch in branches:
            counts[branch.index] += 1
        for branch in branches:
            out.extend(self._decide(game, i, node, branch, tied, cut, counts))
        return out

    def _decide(
        self,
        game: CompiledTree,
        i: int,
        node: TreeNode,
        branch: _Branch,
        tied: BoolArray,
        cut: BoolArray,
        counts: NDArray[np.int64],
    ) -> list[_Branch]:
        """Choose at one node; a point with r tied actions continues in r branches."""
        player = game.tree.information_sets[node.information_set].player
        worths = np.stack([_worth(game, i, b, branch) for b in range(len(node.children))])
        own = worths[:, player]
        best = own[0].copy()
        for row in own[1:]:
            np.maximum(best, row, out=best)
        slack = 0 if game.points.exact else self.tolerance * np.maximum(1.0, np.abs(own).max(axis=0))
        optimal = np.asarray(own >= best - slack, dtype=np.bool_)
        first = optimal.argmax(axis=0)
        several = np.flatnonzero(optimal.sum(axis=0) > 1)
        tied[branch.index[several]] = True
        result = [_taken(branch, i, node.information_set, worths, first, None)]
        if self.ties == "all" and several.size:
            for action in range(1, len(node.children)):
                chosen = several[optimal[action, several] & (first[several] != action)]
                room = counts[branch.index[chosen]] < self.max_equilibria
                cut[branch.index[chosen[~room]]] = True
                chosen = chosen[room]
                counts[branch.index[chosen]] += 1
                if chosen.size:
                    same = np.full(chosen.size, action)
                    result.append(_taken(branch, i, node.information_set, worths, same, chosen))
        return result

    def _found(self, game: CompiledTree, branches: list[_Branch], tied: BoolArray, cut: BoolArray) -> Found[Assessment]:
        used = np.zeros(game.size, dtype=np.int64)
        places: list[NDArray[np.int64]] = []
        for branch in branches:
            places.append(used[branch.index].copy())
            used[branch.index] += 1
        width = max(1, int(used.max(initial=1)))
        strategy = np.zeros((game.size, width, game.tree.n_moves))
        exists = np.zeros((game.size, width), dtype=np.bool_)
        firsts = np.array([h.first_move for h in game.tree.information_sets], dtype=np.intp)
        for branch, place in zip(branches, places, strict=True):
            exists[branch.index, place] = True
            for h, first in enumerate(firsts):
                strategy[branch.index, place, first + branch.choices[h]] = 1.0
        exists &= game.defined[:, None]
        completeness = np.where(tied, Completeness.SOME, Completeness.ALL).astype(np.int8)
        some = _CUT if cut.any() else _TIED if self.ties == "all" else _RULE
        arguments = {Completeness.ALL: _UNIQUE, Completeness.SOME: some}
        return Found(
            Assessment(game.tree, strategy),
            exists,
            completeness,
            arguments,
            tied & game.defined,
            game.defined,
        )


def check_perfect_information(tree: Tree) -> None:
    """Raise `SolverError` when an information set has several nodes."""
    for h in tree.information_sets:
        if len(h.members) > 1:
            raise SolverError(
                "backward induction needs perfect information",
                where=f"information set {tree.set_name(h)}",
                remedy="use ReducedStrategicForm(...) for Nash equilibria of this game",
            )


def _last_use(tree: Tree) -> dict[int, list[int]]:
    """Return, by node, the nodes whose values nobody needs once it is done."""
    first_parent: dict[int, int] = {}
    for i in range(len(tree.nodes) - 1, -1, -1):
        for child in tree.nodes[i].children:
            first_parent[child] = i
    out: dict[int, list[int]] = {}
    for child, parent in first_parent.items():
        out.setdefault(parent, []).append(child)
    return out


def _worth(game: CompiledTree, i: int, b: int, branch: _Branch) -> NumberArray:
    """Return the (players, points) value of taking branch b at node i."""
    child = game.tree.nodes[i].children[b]
    value = branch.values[child]
    paid = game.payments[i][b] if i in game.payments else None
    return value if paid is None else value + _at(paid, branch, game.size)


def _at(rows: NumberArray, branch: _Branch, size: int) -> NumberArray:
    return rows if branch.index.size == size else rows[..., branch.index]


def _nature(game: CompiledTree, i: int, node: TreeNode, branch: _Branch) -> NumberArray:
    if node.kind == "end":
        return _at(game.payoffs[i], branch, game.size)
    chance = _at(game.chance[i], branch, game.size)
    total = chance[0] * branch.values[node.children[0]]
    for b in range(1, len(node.children)):
        total = total + chance[b] * branch.values[node.children[b]]
    return np.asarray(total)


def _taken(
    branch: _Branch,
    i: int,
    h: int,
    worths: NumberArray,
    action: NDArray[np.intp],
    chosen: NDArray[np.intp] | None,
) -> _Branch:
    """Return the branch (or its `chosen` points, copied) after taking `action` at node i."""
    if chosen is None:
        branch.choices[h] = action
        value = np.take_along_axis(worths, action[None, None, :], axis=0)[0]
        return _Branch(branch.index, {**branch.values, i: value}, branch.choices)
    choices = branch.choices[:, chosen].copy()
    choices[h] = action
    values = {node: v[:, chosen] for node, v in branch.values.items()}
    values[i] = np.take_along_axis(worths[:, :, chosen], action[None, None, :], axis=0)[0]
    return _Branch(branch.index[chosen], values, choices)
