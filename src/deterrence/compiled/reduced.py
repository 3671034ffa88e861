"""The reduced strategic form of a tree: plans that fix an action only where the plan itself can lead.

Kuhn's theorem (1953) makes mixtures of plans and behaviour strategies equivalent under perfect recall;
`behaviour` maps back. Plans that differ only where they themselves never lead are one plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

import numpy as np

from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.compiled.tables import CompiledTable
from deterrence.compiled.trees import CompiledTree
from deterrence.errors import SolverError
from deterrence.games import Tree

__all__ = ["MAX_PLANS", "Plans", "behaviour", "plans_of", "reduced_form"]

MAX_PLANS: Final = 4096


@dataclass(frozen=True)
class Plans:
    """The plans of one player: `choice[plan, h]` is an action of its h-th information set, -1 where not led."""

    sets: tuple[int, ...]
    choice: NumberArray
    labels: tuple[str, ...]

    def takes(self, position: int, action: int) -> BoolArray:
        """Return which plans take an action at the information set in the given position."""
        return np.asarray(self.choice[:, position] == action, dtype=np.bool_)


def plans_of(tree: Tree, player: int) -> Plans:
    """Return the player's plans; raise `SolverError` when there are more than `MAX_PLANS`."""
    check_histories(tree)
    sets = tuple(tree.of_player(player))
    rows = _plans(tree, player)
    choice = np.array([[row.get(h, -1) for h in sets] for row in rows], dtype=np.int64).reshape(len(rows), -1)
    return Plans(sets, choice, tuple(_label(tree, row) for row in rows))


def check_histories(tree: Tree) -> None:
    """Raise `SolverError` when several histories share a move: plans would have to play them alike."""
    entered: set[int] = set()
    for node in tree.nodes:
        for child in node.children:
            if child in entered and tree.nodes[child].kind != "end":
                raise SolverError(
                    "several histories lead to the same node",
                    where=f"node {tree.nodes[child].name}",
                    remedy="use BackwardInduction(), or write one node for each history",
                )
            entered.add(child)


def _label(tree: Tree, row: dict[int, int]) -> str:
    parts = []
    for h, action in row.items():
        info = tree.information_sets[h]
        parts.append(" ".join((*info.selectors(tree.players), info.label)) + "=" + info.actions[action])
    return "; ".join(parts) or "-"


def _successor_sets(tree: Tree, player: int) -> dict[tuple[int, int] | None, list[int]]:
    """Return the player's information sets by the own last move before them."""
    last: dict[int, tuple[int, int] | None] = {}
    pending: list[tuple[int, tuple[int, int] | None]] = [(0, None)]
    while pending:
        index, own = pending.pop()
        node = tree.nodes[index]
        mine = node.information_set >= 0 and tree.information_sets[node.information_set].player == player
        if mine:
            last[node.information_set] = own
        for a, child in enumerate(node.children):
            pending.append((child, (node.information_set, a) if mine else own))
    out: dict[tuple[int, int] | None, list[int]] = {}
    for h in sorted(last):
        out.setdefault(last[h], []).append(h)
    return out


def _plans(tree: Tree, player: int) -> list[dict[int, int]]:
    """Return every plan as the actions at the information sets that it leads to, later sets first combined."""
    after = _successor_sets(tree, player)
    order = list(after.get(None, []))
    for h in order:  # grows while it is read
        order.extend(s for a in range(len(tree.information_sets[h].actions)) for s in after.get((h, a), []))
    below: dict[int, list[dict[int, int]]] = {}
    for h in reversed(order):
        options: list[dict[int, int]] = []
        for a in range(len(tree.information_sets[h].actions)):
            rows = _limited(tree, player, [below[s] for s in after.get((h, a), [])])
            options.extend({h: a} | row for row in rows)
        below[h] = options
    return _limited(tree, player, [below[h] for h in after.get(None, [])])


def _limited(tree: Tree, player: int, options: list[list[dict[int, int]]]) -> list[dict[int, int]]:
    """Return one row for each way of taking one of each options."""
    if prod(len(rows) for rows in options) > MAX_PLANS:
        raise SolverError(f"{tree.players[player]!r} has more than {MAX_PLANS} plans", remedy="use a solver for trees")
    return [{h: a for row in rows for h, a in row.items()} for rows in product(*options)]


def reduced_form(game: CompiledTree, plans: tuple[Plans, ...]) -> CompiledTable:
    """Return the strategic game of the plans, with expected payoffs at every point."""
    shape = tuple(len(p.labels) for p in plans)
    if int(np.prod(shape)) > MAX_PLANS * 16:
        raise SolverError("the reduced strategic form is too large", remedy="use a solver for trees")
    payoffs = game.zeros(len(plans), *shape)
    for moves, probability, value in _plays(game):
        fitting = [np.ones(size, dtype=np.bool_) for size in shape]
        for h, action in moves:
            player = game.tree.information_sets[h].player
            fitting[player] &= plans[player].takes(plans[player].sets.index(h), action)
        cells = np.ix_(*(np.flatnonzero(f) for f in fitting))
        with np.errstate(over="ignore", invalid="ignore"):  # the solver tells such games from others
            for i in range(len(plans)):
                payoffs[i][cells] = payoffs[i][cells] + probability * value[i]
    rows = tuple(list(own.reshape(-1, game.size)) for own in payoffs)
    return CompiledTable(game.tree.players, tuple(p.labels for p in plans), game.points, rows, game.defined)


def _plays(game: CompiledTree) -> Iterator[tuple[tuple[tuple[int, int], ...], NumberArray, NumberArray]]:
    """Yield every play: the moves on it, chance's probability and the payoffs with payments."""
    players = len(game.tree.players)
    start = game.zeros() + game.one()
    pending: list[tuple[int, tuple[tuple[int, int], ...], NumberArray, NumberArray]] = [
        (0, (), start, game.zeros(players))
    ]
    while pending:
        i, moves, probability, paid = pending.pop()
        node = game.tree.nodes[i]
        if node.kind == "end":
            yield moves, probability, paid + game.payoffs[i]
            continue
        for b, child in enumerate(node.children):
            if node.kind == "chance":
                pending.append((child, moves, probability * game.chance[i][b], paid))
                continue
            extra = game.payments[i][b] if i in game.payments else None
            step = (*moves, (node.information_set, b))
            pending.append((child, step, probability, paid if extra is None else paid + extra))


def behaviour(tree: Tree, plans: tuple[Plans, ...], strategies: tuple[NumberArray, ...]) -> NumberArray:
    """Return behaviour strategies (..., moves) from mixtures of plans, NaN at sets that no own plan reaches.

    Exact mixtures (object arrays of Fractions) give exact strategies.
    """
    exact = strategies[0].dtype == object
    lead = strategies[0].shape[:-1]
    out = np.full((*lead, tree.n_moves), np.nan, dtype=object if exact else np.float64)
    for player, (mine, mixture) in enumerate(zip(plans, strategies, strict=True)):
        for position, h in enumerate(mine.sets):
            info = tree.information_sets[h]
            assert info.player == player
            reached = mixture[..., mine.choice[:, position] >= 0].sum(axis=-1)
            open_here = np.asarray(reached == 0, dtype=np.bool_)
            safe = np.where(open_here, 1, reached)
            for action in range(len(info.actions)):
                weight = mixture[..., mine.takes(position, action)].sum(axis=-1)
                out[..., info.first_move + action] = np.where(open_here, np.nan, weight / safe)
    return out
