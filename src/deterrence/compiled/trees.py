"""A full tree with numbers: payoffs, chance and payments as arrays with the batch axis last."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import BoolArray, NumberArray, Points
from deterrence.expressions import Expr
from deterrence.games import ExtensiveGame, Tree

__all__ = ["CompiledTree", "compile_tree"]


@dataclass(frozen=True)
class CompiledTree:
    """A tree at `points.size` parameter points.

    `payoffs[end]` is (players, points) at a terminal node; `chance[node]` (branches, points);
    `payments[node][branch]` (players, points), or None where nothing is paid. `defined` marks the points
    at which every formula is finite.
    """

    tree: Tree
    points: Points
    payoffs: dict[int, NumberArray]
    chance: dict[int, NumberArray]
    payments: dict[int, list[NumberArray | None]]
    defined: BoolArray

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points.size

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
    formulas: dict[Expr, int] = {}
    for formula in _formulas(tree):
        formulas.setdefault(formula, len(formulas))
    values = formula_values(list(formulas), points)
    defined = np.ones(points.size, dtype=np.bool_)
    if not points.exact:
        for value in values:
            defined &= np.isfinite(value)

    def rows(wanted: tuple[Expr, ...]) -> NumberArray:
        return np.stack([values[formulas[f]] for f in wanted])

    return CompiledTree(
        tree,
        points,
        payoffs={i: rows(n.payoffs) for i, n in enumerate(tree.nodes) if n.kind == "end"},
        chance={i: rows(n.probabilities) for i, n in enumerate(tree.nodes) if n.kind == "chance"},
        payments={
            i: [rows(paid) if paid else None for paid in n.payments] for i, n in enumerate(tree.nodes) if n.payments
        },
        defined=defined,
    )


def _formulas(tree: Tree) -> list[Expr]:
    found: list[Expr] = []
    for node in tree.nodes:
        found.extend(node.payoffs)
        found.extend(node.probabilities)
        for paid in node.payments:
            found.extend(paid)
    return found
