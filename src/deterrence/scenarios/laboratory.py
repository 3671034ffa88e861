"""One model of a scenario ready for questions: points, levers, outcomes, losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import Points, parameter_points
from deterrence.compiled.points import FloatArray
from deterrence.expressions.numpy_eval import compile_formulas
from deterrence.games import ExtensiveGame
from deterrence.scenarios.definition import Case
from deterrence.sweeps.measures import Measured, Metric, Source, read_metric, source_of
from deterrence.sweeps.samples import Method, sample
from deterrence.theory import Theory
from deterrence.theory.cache import theory_of

__all__ = ["Answers", "Laboratory"]

BLOCK: Final = 1 << 16
Columns = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Answers:
    """What a case answers at many points: `outcomes` (points,) and, by metric, the ends over all equilibria."""

    outcomes: NDArray[np.int8]
    low: Mapping[str, FloatArray]
    high: Mapping[str, FloatArray]


@dataclass(frozen=True)
class Laboratory:
    """A case with its equilibria: a derived theory where there is one, else the solver of the form.

    The levers of `start` are pulled before any other.
    """

    case: Case
    start: tuple[str, ...] = ()

    @cached_property
    def theory(self) -> Theory | None:
        """The theory of the case's equilibria, None where the form has none."""
        source = self.source
        return getattr(source, "theory", None)

    @cached_property
    def source(self) -> Source:
        """Where equilibria come from."""
        case = self.case
        if isinstance(case.game, ExtensiveGame) and (case.concept or case.refinement != "none"):
            options: dict[str, Any] = {"concept": case.concept} if case.concept else {}
            return source_of(case.game, theory=theory_of(case.game, refinement=case.refinement, **options))
        return source_of(case.game)

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """What is measured: the metrics, and what the criterion reads."""
        named = (read_metric(name, self.case.game) for name in self.case.metrics)
        return tuple({metric.name: metric for metric in (*named, *self.case.success.metrics)}.values())

    def drawn(self, size: int, *, method: Method = "sobol", seed: int = 0) -> dict[str, Any]:
        """Return points of the box of what is uncertain, every other parameter at its reference value."""
        case = self.case
        box = {name: (float(u.low), float(u.high)) for name, u in case.uncertain.items()}
        columns = sample(case.game, box, size, method=method, seed=seed).columns if box else {}
        return self.at({name: column.values for name, column in columns.items()})

    def at(self, values: Columns) -> dict[str, Any]:
        """Return the reference case with some parameters changed."""
        return {**{name: float(value) for name, value in self.case.reference.items()}, **values}

    def pulled(self, columns: Columns, levers: Sequence[str]) -> dict[str, Any]:
        """Return the values that parameters have when levers are pulled, in the order of the scenario."""
        now = dict(columns)
        for name in self.case.levers((*self.start, *levers)):
            effects = self.case.effects[name]
            if effects:
                arrays = {n: np.asarray(v, dtype=np.float64) for n, v in now.items()}
                shape = np.broadcast_shapes(*(a.shape for a in arrays.values()))
                changed = compile_formulas(tuple(effects.values())).columns(arrays, shape)
                now |= dict(zip(effects, changed, strict=True))
        return now

    def ask(self, columns: Columns, levers: Sequence[str] = ()) -> Answers:
        """Return outcomes and metrics at all points, levers pulled."""
        points = parameter_points(self.case.game, self.pulled(columns, levers))
        parts = list(self._parts(points))
        return Answers(
            np.concatenate([outcomes for outcomes, _ in parts]),
            {m.name: np.concatenate([_ends(found, m, "value") for _, found in parts]) for m in self.metrics},
            {m.name: np.concatenate([_ends(found, m, "largest") for _, found in parts]) for m in self.metrics},
        )

    def losses(self, answers: Answers) -> FloatArray:
        """Return the loss (points,) in the worst equilibrium of each point."""
        loss = self.case.loss
        return -answers.low[loss[1:]] if loss.startswith("-") else answers.high[loss]

    def _parts(self, points: Points) -> Iterator[tuple[NDArray[np.int8], Measured]]:
        for start in range(0, max(1, points.size), BLOCK):
            block = points.select(slice(start, start + BLOCK))
            found = self.source.measure(block, self.metrics)
            yield self.case.success.outcomes(self.case.game, block, found), found


def _ends(found: Measured, metric: Metric, end: Literal["value", "largest"]) -> FloatArray:
    """Return the smallest or the largest value over all equilibria."""
    values = found.values.get((metric.name, end), found.values[metric.name, "value"])
    if metric.quantity is None:
        return values
    reduce = np.fmin.reduce if end == "value" else np.fmax.reduce
    return np.asarray(reduce(values, axis=0, initial=np.nan))
