"""A stochastic game with numbers: payoffs and transitions of every profile in every state, the batch axis last."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from deterrence.compiled.formulas import defined_values
from deterrence.compiled.points import BoolArray, FloatArray, Points
from deterrence.errors import SolverError
from deterrence.games import StochasticGame

__all__ = ["CompiledStage", "CompiledStates", "compile_states"]


@dataclass(frozen=True)
class CompiledStage:
    """One state: `payoffs` (players, profiles, points) and `next` (states, profiles, points), absorbing states last.

    Profiles are in the order of the product of the actions, of which `shape` counts those of every player.
    """

    name: str
    actions: tuple[tuple[str, ...], ...]
    payoffs: FloatArray
    next: FloatArray

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of actions of every player."""
        return tuple(len(names) for names in self.actions)


@dataclass(frozen=True)
class CompiledStates:
    """All states; `ends` (absorbing states, players, points) are payoffs on entry, `discount` is (points,)."""

    players: tuple[str, ...]
    stages: tuple[CompiledStage, ...]
    absorbing: tuple[str, ...]
    ends: FloatArray
    discount: FloatArray
    points: Points
    defined: BoolArray

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points.size

    @property
    def offsets(self) -> tuple[tuple[int, ...], ...]:
        """Where each player's actions in each state begin in an array of all probabilities, state by state."""
        out, place = [], 0
        for stage in self.stages:
            row = []
            for count in stage.shape:
                row.append(place)
                place += count
            out.append(tuple(row))
        return tuple(out)

    @property
    def width(self) -> int:
        """The number of (state, player, action) triples."""
        return sum(sum(stage.shape) for stage in self.stages)


def compile_states(game: StochasticGame, points: Points) -> CompiledStates:
    """Return the arrays; raise `SolverError` at exact points."""
    if points.exact:
        raise SolverError("stochastic games are solved in floating point", remedy="leave exact out")
    values, _, defined = defined_values(game.formulas(), points)
    states = (*game.stages, *game.absorbing)
    names = tuple(p.name for p in game.players)
    zero = np.zeros(points.size)
    stages = []
    for name, stage in game.stages.items():
        rows = [stage.table[profile] for profile in product(*stage.actions.values())]
        payoffs = np.array([[values[entry.payoffs[who]] for entry in rows] for who in names])
        following = np.array(
            [[values[e.next[s]] if s in e.next else zero for e in rows] for s in states], dtype=np.float64
        )
        stages.append(CompiledStage(name, tuple(stage.actions.values()), payoffs, following))
    ends = [[values[row[who]] for who in names] for row in game.absorbing.values()]
    shaped = np.array(ends, dtype=np.float64).reshape(len(game.absorbing), len(names), points.size)
    return CompiledStates(names, tuple(stages), tuple(game.absorbing), shaped, values[game.discount], points, defined)
