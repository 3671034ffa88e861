"""A full tree with numbers: payoffs, chance and payments as arrays with the batch axis last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np

from deterrence.compiled.formulas import defined_values, size_of
from deterrence.compiled.points import BoolArray, NumberArray, Points
from deterrence.expressions import Expr, Number
from deterrence.games import ExtensiveGame, Tree

__all__ = ["CompiledTree", "Rows", "compile_tree"]

Rows: TypeAlias = "tuple[NumberArray, ...]"  # arrays over the points; shared between nodes, so never written to

_ZERO: Final = Number(0)


@dataclass(frozen=True)
class CompiledTree:
    """A tree at `points.size` parameter points.

    `payoff_rows[end]` has an array (points) for each player, `chance_rows[node]` one for each branch;
    `payment_rows[node][branch]` maps the players who receive or pay something there to what they receive.
    `defined` marks the points at which every formula is finite; undefined values are NaN. `bounds` has for each
    player a bound on the size of payoffs and payments at all points (nothing when exact).
    """

    tree: Tree
    points: Points
    payoff_rows: dict[int, Rows]
    chance_rows: dict[int, Rows]
    payment_rows: dict[int, list[dict[int, NumberArray]]]
    defined: BoolArray
    bounds: tuple[float, ...]

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points.size

    @cached_property
    def payoffs(self) -> dict[int, NumberArray]:
        """By terminal node, the payoffs as one array (players, points)."""
        return {i: np.stack(rows) for i, rows in self.payoff_rows.items()}

    @cached_property
    def chance(self) -> dict[int, NumberArray]:
        """By chance node, the probabilities as one array (branches, points)."""
        return {i: np.stack(rows) for i, rows in self.chance_rows.items()}

    @cached_property
    def payments(self) -> dict[int, list[NumberArray | None]]:
        """By node and branch, payments as one array (players, points), None where nothing is paid."""
        return {i: [self._stacked(paid) for paid in rows] for i, rows in self.payment_rows.items()}

    def _stacked(self, paid: dict[int, NumberArray]) -> NumberArray | None:
        if not paid:
            return None
        out = self.zeros(len(self.tree.players))
        for player, row in paid.items():
            out[player] = row
        return out

    def largest(self, player: int) -> NumberArray:
        """Return the size of the player's largest payoff or payment at every point (float points only)."""
        size = np.zeros(self.size)
        for row in self._rows_of(player):
            np.maximum(size, np.abs(row), out=size)
        return size

    def _rows_of(self, player: int) -> Iterable[NumberArray]:
        """Return the different arrays that the player's payoffs and payments are made of."""
        rows = [rows[player] for rows in self.payoff_rows.values()]
        rows += [paid[player] for branches in self.payment_rows.values() for paid in branches if player in paid]
        return {id(row): row for row in rows}.values()

    def one(self) -> float | Fraction:
        """Return the number one in the arithmetic of the points."""
        return Fraction(1) if self.points.exact else 1.0

    def zeros(self, *shape: int) -> NumberArray:
        """Return zeros of the given leading shape for all points, in the arithmetic of the points."""
        if not self.points.exact:
            return np.zeros((*shape, self.size))
        out = np.empty((*shape, self.size), dtype=object)
        out[...] = Fraction(0)
        return out


def compile_tree(game: ExtensiveGame, points: Points) -> CompiledTree:
    """Return the game's full tree with every formula evaluated once at all points."""
    tree = game.tree
    values, sizes, defined = defined_values(_formulas(tree), points)
    worth = [] if points.exact else [set(_worths(tree, p)) for p in range(len(tree.players))]
    sizes |= {f: size_of(values[f]) for mine in worth for f in mine if f not in sizes}

    def rows(wanted: tuple[Expr, ...]) -> Rows:
        return tuple(values[f] for f in wanted)

    def paid(wanted: tuple[Expr, ...]) -> dict[int, NumberArray]:
        return {player: values[f] for player, f in enumerate(wanted) if f != _ZERO}

    return CompiledTree(
        tree,
        points,
        payoff_rows={i: rows(n.payoffs) for i, n in enumerate(tree.nodes) if n.kind == "end"},
        chance_rows={i: rows(n.probabilities) for i, n in enumerate(tree.nodes) if n.kind == "chance"},
        payment_rows={i: [paid(p) for p in n.payments] for i, n in enumerate(tree.nodes) if n.payments},
        defined=defined,
        bounds=tuple(max((sizes[f] for f in mine), default=0.0) for mine in worth),
    )


def _worths(tree: Tree, player: int) -> Iterator[Expr]:
    """Yield the player's payoffs and payments."""
    for node in tree.nodes:
        if node.payoffs:
            yield node.payoffs[player]
        yield from (paid[player] for paid in node.payments if paid)


def _formulas(tree: Tree) -> Iterator[Expr]:
    for node in tree.nodes:
        yield from node.payoffs
        yield from node.probabilities
        for paid in node.payments:
            yield from paid
