"""A strategic game with numbers: one array over the points for every payoff in the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from deterrence.compiled.formulas import defined_values
from deterrence.compiled.points import BoolArray, NumberArray, Points
from deterrence.games import StrategicGame

__all__ = ["Cells", "CompiledTable", "compile_table"]

Cells: TypeAlias = Sequence[NumberArray]  # one player's payoffs, one array (points,) for every profile of actions


@dataclass(frozen=True)
class CompiledTable:
    """Payoffs of an n-player strategic game at `points.size` points.

    `cells[i]` are the payoffs of player i, the last player's actions running fastest; values that are parameters
    themselves are not copied. `actions` are the labels, by player; `defined` marks the points at which every payoff
    is finite; undefined values are NaN.
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    points: Points
    cells: tuple[Cells, ...]
    defined: BoolArray

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points.size

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of actions of every player."""
        return tuple(len(names) for names in self.actions)

    @cached_property
    def payoffs(self) -> NumberArray:
        """All payoffs in one array, (players, actions of player 0, ..., actions of player n-1, points)."""
        payoffs = np.empty(
            (len(self.players), len(self.cells[0]), self.size), dtype=object if self.points.exact else np.float64
        )
        for mine, cells in zip(payoffs, self.cells, strict=True):
            for row, cell in zip(mine, cells, strict=True):
                row[...] = cell
        return payoffs.reshape(len(self.players), *self.shape, self.size)


def compile_table(game: StrategicGame, points: Points) -> CompiledTable:
    """Return the game's payoffs, every distinct formula evaluated once at all points."""
    names = tuple(p.name for p in game.players)
    formulas = [[row[name] for row in game.table.values()] for name in names]
    values, _, defined = defined_values((formula for row in formulas for formula in row), points)
    cells = tuple(tuple(values[formula] for formula in row) for row in formulas)
    return CompiledTable(names, tuple(game.actions[name] for name in names), points, cells, defined)
