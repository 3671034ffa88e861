"""A strategic game with numbers: one payoff array per player, the batch axis last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deterrence.compiled.formulas import defined_values
from deterrence.compiled.points import BoolArray, NumberArray, Points
from deterrence.games import StrategicGame

__all__ = ["CompiledTable", "compile_table"]


@dataclass(frozen=True)
class CompiledTable:
    """Payoffs of an n-player strategic game at `points.size` points.

    `payoffs` is (players, actions of player 0, ..., actions of player n-1, points); `actions` are the labels,
    by player; `defined` marks the points at which every payoff is finite; undefined values are NaN.
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    points: Points
    payoffs: NumberArray
    defined: BoolArray

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points.size

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of actions of every player."""
        return tuple(len(names) for names in self.actions)


def compile_table(game: StrategicGame, points: Points) -> CompiledTable:
    """Return the game's payoffs, every distinct formula evaluated once at all points."""
    names = tuple(p.name for p in game.players)
    cells = [[row[name] for row in game.table.values()] for name in names]
    values, _, defined = defined_values((formula for row in cells for formula in row), points)
    payoffs = np.empty((len(names), len(cells[0]), points.size), dtype=object if points.exact else np.float64)
    for i, row in enumerate(cells):
        for j, formula in enumerate(row):
            payoffs[i, j] = values[formula]
    shaped = payoffs.reshape(len(names), *game.shape, points.size)
    return CompiledTable(names, tuple(game.actions[name] for name in names), points, shaped, defined)
