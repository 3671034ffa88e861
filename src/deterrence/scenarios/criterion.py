"""Whether a commitment succeeds: a statement about numbers, asked of every equilibrium at many points."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import Points
from deterrence.compiled.points import BoolArray
from deterrence.errors import ExpressionError
from deterrence.expressions import substitute_condition
from deterrence.expressions.numpy_eval import compile_conditions
from deterrence.games import Game
from deterrence.sweeps.measures import Measured, Metric
from deterrence.theory.logic import TRUE
from deterrence.theory.statements import Statement, parse_statement

__all__ = ["Criterion", "Outcome", "read_criterion"]


class Outcome(IntEnum):
    """What becomes of the commitment at a point.

    HOLDS: success in every equilibrium. FAILS: in none. AMBIGUOUS: it depends on which is played. UNKNOWN: the point is
    outside the model, or no equilibrium was found there.
    """

    HOLDS = 0
    FAILS = 1
    AMBIGUOUS = 2
    UNKNOWN = 3


@dataclass(frozen=True)
class Criterion:
    """A condition on quantities, parameters and definitions, such as `P(war) <= 0.05`."""

    text: str
    statement: Statement

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The quantities that it reads."""
        return tuple(Metric(str(q), q) for q in self.statement.quantities.values())

    def outcomes(self, game: Game, points: Points, found: Measured) -> NDArray[np.int8]:
        """Return an `Outcome` for each point; where a class leaves a number open, both of its ends are tried."""
        present = found.exists.any(axis=0)
        good = np.ones(points.size, dtype=np.bool_)
        bad = np.ones(points.size, dtype=np.bool_)
        for ends in product(("value", "largest"), repeat=len(self.metrics)):
            holds = self._holds(game, points, found, ends)
            good &= (holds | ~found.exists).all(axis=0)
            bad &= (~holds | ~found.exists).all(axis=0)
        out = np.where(good, Outcome.HOLDS, np.where(bad, Outcome.FAILS, Outcome.AMBIGUOUS))
        return np.where(present, out, Outcome.UNKNOWN).astype(np.int8)

    def _holds(self, game: Game, points: Points, found: Measured, ends: tuple[str, ...]) -> BoolArray:
        shape = found.exists.shape
        values: dict[str, NDArray[Any]] = {n: np.broadcast_to(points.flat(n), shape) for n in points.values}
        for (name, quantity), end in zip(self.statement.quantities.items(), ends, strict=True):
            smallest = found.values[str(quantity), "value"]
            values[name] = found.values.get((str(quantity), "largest"), smallest) if end == "largest" else smallest
        condition = substitute_condition(self.statement.conclusion, game.resolved_definitions)
        return np.asarray(compile_conditions([condition]).run(values, shape)[0], dtype=np.bool_)


def read_criterion(text: str, game: Game) -> Criterion:
    """Return the criterion that a text writes about a game.

    Raises `ExpressionError` for anything outside the language of statements; it has no premise and speaks of no class.
    """
    statement = parse_statement(text, game)
    if statement.premise != TRUE or statement.existences:
        raise ExpressionError("a criterion is one condition on numbers", remedy="for instance P(war) <= 0.05")
    return Criterion(text, statement)
