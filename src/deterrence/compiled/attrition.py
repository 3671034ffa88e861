"""A symmetric war of attrition with numbers, and the grid of shares on which quitting is described."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from deterrence.compiled.formulas import defined_values
from deterrence.compiled.points import BoolArray, FloatArray, Points
from deterrence.errors import SolverError
from deterrence.expressions import Expr
from deterrence.expressions.numpy_eval import Program, compile_formulas
from deterrence.expressions.terms import derivative
from deterrence.games import AttritionGame
from deterrence.games.timing import TIME

__all__ = ["GONE", "LEFT", "MIDDLE", "STEP", "CompiledAttrition", "compile_attrition", "cumulated", "gone_and_left"]

STEP: Final = 1 / 8
REACH: Final = 36  # logits beyond which a share is one in numbers
_LOGITS: Final[FloatArray] = np.asarray(np.arange(-REACH * 8, REACH * 8 + 1) * STEP, dtype=np.float64)
MIDDLE: Final = REACH * 8

# Gregory's end correction of the trapezoidal rule, of the seventh order (backward differences)
_GREGORY: Final = (1 / 2, 1 / 12, 1 / 24, 19 / 720, 3 / 160, 863 / 60480, 275 / 24192)


def gone_and_left(logits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the share that has quit and the share that is left, both precise at their small end."""
    small = np.exp(-np.abs(logits))
    near, far = small / (1 + small), 1 / (1 + small)
    return np.where(logits < 0, near, far), np.where(logits < 0, far, near)


GONE, LEFT = (part[:, None] for part in gone_and_left(_LOGITS))  # (nodes, 1), evenly spaced in log-odds


def cumulated(values: FloatArray) -> FloatArray:
    """Return integrals over log-odds from the start to each node, of values (nodes, ...) that vanish at the start."""
    difference, total = values, np.cumsum(values, axis=0)
    for weight in _GREGORY:
        total = total - weight * difference
        difference = np.diff(difference, axis=0, prepend=0)
    return np.asarray(STEP * total)


@dataclass(frozen=True)
class CompiledAttrition:
    """The game at all points; `program` yields wins, quits, the slope of quits and the risk."""

    player: str
    points: Points
    program: Program
    count: FloatArray
    type: str
    law: tuple[str, tuple[FloatArray, ...]] | None
    defined: BoolArray

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points.size

    def at(self, time: FloatArray, type: FloatArray) -> FloatArray:
        """Return (4, ..., points): wins, quits, slope of quits and risk at times and types (..., points)."""
        shape = np.broadcast_shapes(time.shape, type.shape)
        values = {n: v if v.ndim == 0 else self.points.flat(n) for n, v in self.points.values.items()}
        given = {**values, TIME: np.broadcast_to(time, shape)}
        if self.type:
            given[self.type] = np.broadcast_to(type, shape)
        return self.program.run(given, shape)

    def quantile(self, below: FloatArray, above: FloatArray) -> FloatArray:
        """Return types (..., points) by the probabilities of lying below and above them; zeros without types."""
        if self.law is None:
            return np.zeros(np.broadcast_shapes(below.shape, (self.size,)))
        kind, arguments = self.law
        low = arguments[0]
        if kind == "exponential":
            return np.asarray(low - arguments[1] * np.log(above))
        share = below if kind == "uniform" else below ** (1 / arguments[2])
        return np.asarray(low + (arguments[1] - low) * share)


def compile_attrition(game: AttritionGame, points: Points) -> CompiledAttrition:
    """Return the game as one program; raise `SolverError` at exact points."""
    if points.exact:
        raise SolverError("wars of attrition are solved in floating point", remedy="leave exact out")
    formulas = (game.wins, game.quits, derivative(game.quits, TIME), game.risk)
    wanted = (game.count, *(game.law.arguments if game.law else ()))
    values, _, defined = defined_values(wanted, points)
    law = None if game.law is None else (game.law.kind, tuple(values[a] for a in game.law.arguments))
    return CompiledAttrition(game.side, points, _program(formulas), values[game.count], game.type, law, defined)


@lru_cache(maxsize=32)
def _program(formulas: tuple[Expr, ...]) -> Program:
    return compile_formulas(formulas)
