"""What a picture of a game tree shows: where nodes stand, what is played and believed, and where play comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from deterrence.certify.beliefs import belief_slices
from deterrence.compiled import CompiledTree, compile_tree
from deterrence.compiled.points import FloatArray
from deterrence.errors import DeterrenceError
from deterrence.expressions import Expr, Number, to_text
from deterrence.games import ExtensiveGame, Tree
from deterrence.profiles import Assessment
from deterrence.solution import Solution

__all__ = ["DrawnTree", "drawn_tree"]

MAX_ENDS: Final = 60
LONGEST: Final = 40  # characters of the payoffs at one end; with longer ones the tree shows events alone
LONG_CHANCE: Final = 12


@dataclass(frozen=True, eq=False)
class DrawnTree:
    """A tree with the place of every node (depth, height) and what happens in one equilibrium, if one is shown.

    `played[i]` are the probabilities of the branches of node i (NaN where nothing is said), `reach[i]` the probability
    that play comes there (NaN without an equilibrium). `belief` holds the mover's belief at nodes of information
    sets with several. `chances[i]` and `payoffs[i]` are texts, numbers where an equilibrium is shown, else formulas;
    `payoffs` is empty where these are too long.
    """

    tree: Tree
    title: str
    place: Mapping[int, tuple[float, float]]
    played: Mapping[int, tuple[float, ...]]
    reach: FloatArray
    belief: Mapping[int, float]
    chances: Mapping[int, tuple[str, ...]]
    payoffs: Mapping[int, str]

    def is_on_path(self, node: int, branch: int) -> bool:
        """Say whether a branch is taken with positive probability."""
        return bool(self.reach[self.tree.nodes[node].children[branch]] > 0)

    def rises_to(self, node: int) -> bool:
        """Say whether the branch that leads to a node runs upwards."""
        before = next((i for i, n in enumerate(self.tree.nodes) if node in n.children), node)
        return self.place[before][1] < self.place[node][1]

    def label(self, node: int, branch: int) -> str:
        """Return the branch's action or chance, with its probability unless that is zero or one."""
        shape, q = self.tree.nodes[node], self.played[node][branch]
        if shape.kind == "chance":
            said = self.chances[node][branch]
            return f"{shape.labels[branch]} {said}".strip()
        return shape.labels[branch] + (f" {q:.3g}" if 0 < q < 1 else "")

    def end(self, node: int) -> str:
        """Return the event of an end with its payoffs."""
        event = self.tree.nodes[node].event
        return f"{event}  {self.payoffs[node]}" if node in self.payoffs else event


def drawn_tree(game: ExtensiveGame, solution: Solution[Assessment] | None = None, *, equilibrium: int = 0) -> DrawnTree:
    """Return the full tree, types unfolded, with one equilibrium of a solution at a single point.

    Raises `DeterrenceError` for a tree of more than 60 ends or one whose histories share nodes, a solution at several
    points, and an equilibrium that is not there.
    """
    shape = game.tree
    if shape.shared or sum(1 for _ in shape.ends()) > MAX_ENDS:
        raise DeterrenceError("the tree is too large to draw", remedy=f"at most {MAX_ENDS} ends, none met twice")
    place = layout(shape)
    if solution is None:
        nothing = {i: (float("nan"),) * len(node.children) for i, node in enumerate(shape.nodes)}
        unknown = np.full(len(shape.nodes), np.nan)
        chances, payoffs = _formulas(game)
        return DrawnTree(shape, game.about.title, place, nothing, unknown, {}, chances, payoffs)
    exists = solution.found.exists
    if len(exists) != 1 or not 0 <= equilibrium < exists.shape[1] or not exists[0, equilibrium]:
        raise DeterrenceError(
            f"there is no equilibrium {equilibrium} at a single point", where="figures.tree", remedy="solve one point"
        )
    compiled = compile_tree(game, solution.points)
    played = _played(compiled, np.asarray(solution.found.profiles.strategy[0, equilibrium], dtype=np.float64))
    reach = _reach(shape, played)
    beliefs = solution.found.profiles.beliefs
    given = None if beliefs is None else np.asarray(beliefs[0, equilibrium], dtype=np.float64)
    chances = {i: tuple(f"{q:.3g}" for q in played[i]) for i in compiled.chance_rows}
    return DrawnTree(
        shape, game.about.title, place, played, reach, _beliefs(shape, reach, given), chances, _numbers(compiled)
    )


def layout(shape: Tree) -> dict[int, tuple[float, float]]:
    """Return (depth, height) of every node: ends evenly spaced from the top, others amid their successors."""
    depth = {0: 0}
    order, pending = [], [0]
    while pending:
        i = pending.pop()
        order.append(i)
        for child in reversed(shape.nodes[i].children):
            depth[child] = depth[i] + 1
            pending.append(child)
    height: dict[int, float] = {}
    for row, i in enumerate(i for i in order if not shape.nodes[i].children):
        height[i] = -float(row)
    for i in reversed(order):
        below = [height[child] for child in shape.nodes[i].children]
        if below:
            height[i] = (below[0] + below[-1]) / 2
    return {i: (float(depth[i]), height[i]) for i in order}


def _played(compiled: CompiledTree, strategy: FloatArray) -> dict[int, tuple[float, ...]]:
    """Return the probabilities of all branches; what the profile leaves open is NaN."""
    shape = compiled.tree
    out: dict[int, tuple[float, ...]] = {}
    for i, node in enumerate(shape.nodes):
        if node.kind == "chance":
            out[i] = tuple(float(row.reshape(-1)[0]) for row in compiled.chance_rows[i])
        elif node.kind == "decision":
            out[i] = tuple(strategy[shape.information_sets[node.information_set].moves].tolist())
        else:
            out[i] = ()
    return out


def _reach(shape: Tree, played: Mapping[int, tuple[float, ...]]) -> FloatArray:
    reach = np.zeros(len(shape.nodes))
    reach[0] = 1
    for i, node in enumerate(shape.nodes):
        for q, child in zip(played[i], node.children, strict=True):
            reach[child] = reach[i] * q if reach[i] > 0 else 0.0
    return reach


def _beliefs(shape: Tree, reach: FloatArray, given: FloatArray | None) -> dict[int, float]:
    """Return beliefs by Bayes' rule where play comes, else those that the profile states."""
    out: dict[int, float] = {}
    for h, part in zip(shape.information_sets, belief_slices(shape), strict=True):
        if len(h.members) < 2:
            continue
        total = sum(reach[m] for m in h.members)
        if total > 0:
            out |= {m: float(reach[m] / total) for m in h.members}
        elif given is not None and np.isfinite(given[part]).all():
            out |= dict(zip(h.members, given[part].tolist(), strict=True))
    return out


def _numbers(compiled: CompiledTree) -> dict[int, str]:
    """Return the payoffs at every end, with what was paid on the way."""
    shape = compiled.tree
    paid = {0: np.zeros(len(shape.players))}
    for i, node in enumerate(shape.nodes):
        rows = compiled.payment_rows.get(i, [{} for _ in node.children])
        for child, row in zip(node.children, rows, strict=True):
            paid[child] = paid[i].copy()
            for player, amount in row.items():
                paid[child][player] += float(amount.reshape(-1)[0])
    worth = {i: paid[i] + [float(r.reshape(-1)[0]) for r in rows] for i, rows in compiled.payoff_rows.items()}
    return {i: ", ".join(f"{value + 0.0:.3g}" for value in row) for i, row in worth.items()}


def _formulas(game: ExtensiveGame) -> tuple[dict[int, tuple[str, ...]], dict[int, str]]:
    """Return chances and payoffs as formulas; no payoffs where some are too long to stand at an end."""
    shape = game.tree
    paid: dict[int, list[Expr]] = {0: [Number(0) for _ in shape.players]}
    chances: dict[int, tuple[str, ...]] = {}
    payoffs: dict[int, str] = {}
    for i, node in enumerate(shape.nodes):
        rows = node.payments or ((),) * len(node.children)
        for child, row in zip(node.children, rows, strict=True):
            paid[child] = [a + b for a, b in zip(paid[i], row or [Number(0)] * len(paid[i]), strict=True)]
        if node.kind == "chance":
            said = tuple(to_text(q) for q in node.probabilities)
            chances[i] = said if max(map(len, said)) <= LONG_CHANCE else ("",) * len(said)
        if node.kind == "end":
            worth = (a + b for a, b in zip(node.payoffs, paid[i], strict=True))
            payoffs[i] = ", ".join(map(to_text, worth))
    return chances, payoffs if max(map(len, payoffs.values())) <= LONGEST else {}
