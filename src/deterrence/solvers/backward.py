"""Backward induction on trees of perfect information, batched, with every tied equilibrium followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import CompiledTree
from deterrence.compiled.points import BoolArray, NumberArray, indicator
from deterrence.compiled.trees import Rows
from deterrence.errors import SolverError
from deterrence.games import Tree
from deterrence.profiles import Assessment, Completeness, Found
from deterrence.solvers.base import TreeSolver

__all__ = ["BackwardInduction"]

_UNIQUE: Final = "backward induction without ties: the subgame perfect equilibrium is unique"
_TIED: Final = "ties: every pure subgame perfect equilibrium is listed; mixtures of tied actions may give further ones"
_RULE: Final = "ties broken in favour of the action listed first: other equilibria exist or may exist"
_CUT: Final = (
    "ties: pure subgame perfect equilibria are listed up to max_equilibria, which some points exceed; raise it to "
    "see the rest; mixtures of tied actions may give further ones"
)
_SHARED: Final = "; a subgame that several histories share is played alike after all of them"


@dataclass(frozen=True, kw_only=True)
class BackwardInduction(TreeSolver):
    """Every pure subgame perfect equilibrium of a game of perfect information (Kuhn 1953).

    `ties`: "all" follows every tied action and lists the resulting equilibria; "first" takes the action that
    is listed first. Values count as tied when they differ by at most `tolerance` times the larger of one and
    the mover's largest payoff or payment at that point (exactly equal in exact arithmetic). At most
    `max_equilibria` are listed per point, that of the first tied actions first.

    Raises `SolverError` when some mover does not know the whole history.
    """

    ties: Literal["all", "first"] = "all"
    tolerance: float = 1e-12
    max_equilibria: int = 64

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "subgame-perfect"

    def solve(self, game: CompiledTree) -> Found[Assessment]:
        """Return the equilibria at every point."""
        check_perfect_information(game.tree)
        induction = _Induction(game, self)
        for i in range(len(game.tree.nodes) - 1, -1, -1):
            induction.step(i)
        tied = induction.tied & game.defined
        some = _RULE if self.ties == "first" else _CUT if induction.cut else _TIED
        return Found(
            Assessment(game.tree, induction.strategy()),
            induction.exists() & game.defined[:, None],
            np.where(tied, Completeness.SOME, Completeness.ALL).astype(np.int8),
            {Completeness.ALL: _UNIQUE, Completeness.SOME: some + (_SHARED if game.tree.shared else "")},
            tied,
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


class _Induction:
    """Values and choices while the nodes are visited from the last to the first.

    Arrays run over columns: first one for every point, where of several tied actions the first is taken, then
    one for every other way of resolving the ties met so far. `point` says which point a column belongs to.
    """

    def __init__(self, game: CompiledTree, solver: BackwardInduction) -> None:
        self.game = game
        self.solver = solver
        self.values: dict[int, Rows] = {}  # of the nodes whose predecessors are still to come
        self.choices = np.zeros((len(game.tree.information_sets), game.size), dtype=np.int16)
        self.point = np.arange(game.size)
        self.count = np.ones(game.size, dtype=np.int64)
        self.tied = np.zeros(game.size, dtype=np.bool_)
        self.cut = False
        self.slack: dict[int, NumberArray] = {}  # by player, over points; made when first needed
        self._last_use = _last_use(game.tree)

    def step(self, i: int) -> None:
        """Value one node; its successors have been valued."""
        node = self.game.tree.nodes[i]
        if node.kind == "end":
            self.values[i] = tuple(self._at(row) for row in self.game.payoff_rows[i])
            return
        worths = [self._worth(i, b, child) for b, child in enumerate(node.children)]
        for done in self._last_use.get(i, ()):
            del self.values[done]
        if node.kind == "chance":
            weights = [self._at(row) for row in self.game.chance_rows[i]]
            self.values[i] = tuple(_mean(weights, rows) for rows in zip(*worths, strict=True))
        else:
            self._decide(i, node.information_set, worths)

    def _worth(self, i: int, b: int, child: int) -> Rows:
        """Return what every player gets from taking branch b at node i."""
        value = self.values[child]
        if i not in self.game.payment_rows:
            return value
        paid = self.game.payment_rows[i][b]
        return tuple(row + self._at(paid[p]) if p in paid else row for p, row in enumerate(value))

    def _at(self, row: NumberArray) -> NumberArray:
        """Return a row over points as a row over columns."""
        extra = self.point[self.game.size :]
        return np.concatenate((row, row[extra])) if extra.size else row

    def _decide(self, i: int, h: int, worths: list[Rows]) -> None:
        player = self.game.tree.information_sets[h].player
        own = [worth[player] for worth in worths]
        best = reduce(np.maximum, own)
        optimal = self._optimal(player, own, best)
        self.values[i] = _first_optimal(optimal, worths, player, best)
        self.choices[h] = _position(optimal)
        if _several(optimal):
            self._follow(i, h, worths, optimal)

    def _optimal(self, player: int, own: list[NumberArray], best: NumberArray) -> list[BoolArray]:
        """Return, by action, the columns in which it is best or tied with the best.

        A tolerance wide enough for all points settles columns without ties; where it finds one, each point's own does.
        """
        if self.game.points.exact:
            return [np.asarray(row == best, dtype=np.bool_) for row in own]
        least = best - self.solver.tolerance * max(1.0, self.game.bounds[player])
        optimal = [row >= least for row in own]
        if _several(optimal):
            if player not in self.slack:
                self.slack[player] = self.solver.tolerance * np.maximum(1.0, self.game.largest(player))
            least = best - self._at(self.slack[player])
            optimal = [row >= least for row in own]
        return optimal

    def _follow(self, i: int, h: int, worths: list[Rows], optimal: list[BoolArray]) -> None:
        """Mark ties, and continue with every tied action where the rule says so."""
        seen = optimal[0]
        forks: list[tuple[int, NDArray[np.intp]]] = []
        for action, good in enumerate(optimal[1:], start=1):
            columns = np.flatnonzero(good & seen)
            seen = seen | good
            self.tied[self.point[columns]] = True
            if self.solver.ties == "all":
                forks.append((action, self._with_room(columns)))
        if any(columns.size for _, columns in forks):
            self._fork(i, h, worths, forks)

    def _with_room(self, columns: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the columns that may be resolved in one more way, up to `max_equilibria` per point."""
        points = self.point[columns]
        room = self.count[points] + _occurrence(points) < self.solver.max_equilibria
        np.add.at(self.count, points[room], 1)
        self.cut = self.cut or not room.all()
        return columns[room]

    def _fork(self, i: int, h: int, worths: list[Rows], forks: list[tuple[int, NDArray[np.intp]]]) -> None:
        """Append copies of columns that take a later tied action at node i."""
        columns = np.concatenate([c for _, c in forks])
        here = self.values.pop(i)
        self.values = {node: tuple(np.append(row, row[columns]) for row in rows) for node, rows in self.values.items()}
        taken = [np.concatenate([worths[a][p][c] for a, c in forks]) for p in range(len(here))]
        self.values[i] = tuple(np.append(row, new) for row, new in zip(here, taken, strict=True))
        self.choices = np.concatenate((self.choices, self.choices[:, columns]), axis=1)
        self.choices[h, -columns.size :] = np.repeat([a for a, _ in forks], [c.size for _, c in forks])
        self.point = np.append(self.point, self.point[columns])

    def strategy(self) -> NumberArray:
        """Return the behaviour strategies (points, equilibria, moves), the points contiguous underneath."""
        size, one, exact = self.game.size, self.game.one(), self.game.points.exact
        shape = (self.game.tree.n_moves, self._width(), size)
        out = np.empty(shape, dtype=object if exact else np.float64)
        out[:, 1:] = 0 * one
        point = self.point[size:]
        place = 1 + _occurrence(point)
        for h, info in enumerate(self.game.tree.information_sets):
            for move in range(info.moves.start, info.moves.stop):
                taken = self.choices[h, :size] == move - info.first_move
                out[move, 0] = indicator(taken, exact=True) if exact else taken
            out[info.first_move + self.choices[h, size:].astype(np.intp), place, point] = one
        return out.transpose(2, 1, 0)

    def exists(self) -> BoolArray:
        """Return which equilibria there are, (points, equilibria)."""
        return np.asarray(np.arange(self._width()) < self.count[:, None])

    def _width(self) -> int:
        return max(1, int(self.count.max(initial=1)))


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


def _mean(weights: Sequence[NumberArray], rows: Sequence[NumberArray]) -> NumberArray:
    total = weights[0] * rows[0]
    term = np.empty_like(total)
    for weight, row in zip(weights[1:], rows[1:], strict=True):
        total += np.multiply(weight, row, out=term)
    return total


def _position(optimal: Sequence[BoolArray]) -> NDArray[np.int16]:
    """Return the position of the first optimal action."""
    missed = ~optimal[0] if len(optimal) > 1 else np.zeros_like(optimal[0])
    position = missed.astype(np.int16)
    for good in optimal[1:-1]:
        missed &= ~good
        position += missed
    return position


def _several(optimal: Sequence[BoolArray]) -> bool:
    """Say whether some column has several optimal actions."""
    seen = optimal[0]
    for good in optimal[1:]:
        if (seen & good).any():
            return True
        seen = seen | good
    return False


def _first_optimal(optimal: Sequence[BoolArray], worths: Sequence[Rows], mover: int, best: NumberArray) -> Rows:
    """Return what every player gets from the first optimal action; the mover gets the best."""
    value = worths[-1]
    for good, worth in zip(optimal[-2::-1], worths[-2::-1], strict=True):
        mask = good if best.dtype == object else np.negative(good, dtype=np.int64)
        pairs = enumerate(zip(worth, value, strict=True))
        value = tuple(best if p == mover else _merged(mask, new, old) for p, (new, old) in pairs)
    return value


def _merged(mask: NDArray[np.int64] | BoolArray, new: NumberArray, old: NumberArray) -> NumberArray:
    """Return new where the mask is true or has all bits set, else old.

    Floats are merged as bits: `np.where` branches at every entry, and processors mispredict masks that vary.
    """
    if mask.dtype == np.bool_:
        return np.where(mask, new, old)
    bits = new.view(np.int64) ^ old.view(np.int64)
    bits &= mask
    bits ^= old.view(np.int64)
    return bits.view(np.float64)


def _occurrence(points: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return, for each entry, how many equal entries come before it."""
    order = np.argsort(points, kind="stable")
    ordered = points[order]
    rank = np.empty_like(points)
    rank[order] = np.arange(points.size) - np.searchsorted(ordered, ordered)
    return rank
