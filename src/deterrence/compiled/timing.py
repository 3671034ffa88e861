"""A timing game with numbers: payoffs as functions of the time, at a batch of points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray, NumberArray, Points
from deterrence.errors import SolverError
from deterrence.expressions import Expr, Number
from deterrence.expressions.numpy_eval import Program, compile_formulas
from deterrence.expressions.terms import derivative
from deterrence.games import TimingGame
from deterrence.games.timing import TIME

__all__ = ["CompiledTiming", "compile_timing"]


@dataclass(frozen=True)
class CompiledTiming:
    """Both clocks; `program` yields wins, quits, fights and the slope of quits, player by player."""

    players: tuple[str, ...]
    points: Points
    program: Program
    peaceful: bool

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points.size

    @property
    def defined(self) -> BoolArray:
        """Where every formula has a value at time zero."""
        return np.asarray(np.isfinite(self.at(np.zeros(self.size))).all(axis=(0, 1))) & self.points.defined.reshape(-1)

    def at(self, time: FloatArray, index: NumberArray | None = None) -> FloatArray:
        """Return (players, 4, ..., points): wins, quits, fights, slope of quits at times (..., points)."""
        values = {n: v if v.ndim == 0 else self.points.flat(n) for n, v in self.points.values.items()}
        if index is not None:
            values = {n: v if v.ndim == 0 else v[index] for n, v in values.items()}
        rows = self.program.run({**values, TIME: time}, time.shape)
        return rows.reshape(2, 4, *time.shape)

    def hazards(self, time: FloatArray, index: NumberArray | None = None) -> FloatArray:
        """Return the rates (players, ..., points) at which each must quit to keep the other indifferent."""
        rows = self.at(time, index)
        with np.errstate(all="ignore"):
            other = -rows[:, 3] / (rows[:, 0] - rows[:, 1])
        return other[::-1]


def compile_timing(game: TimingGame, points: Points) -> CompiledTiming:
    """Return the clocks as one program; raise `SolverError` at exact points."""
    if points.exact:
        raise SolverError("timing games are solved in floating point", remedy="leave exact out")
    formulas = tuple(f for clock in game.clocks.values() for f in (*clock.formulas, derivative(clock.quits, TIME)))
    peaceful = all(clock.fights == Number(0) for clock in game.clocks.values())
    return CompiledTiming(tuple(p.name for p in game.players), points, _program(formulas), peaceful)


@lru_cache(maxsize=32)
def _program(formulas: tuple[Expr, ...]) -> Program:
    return compile_formulas(formulas)
