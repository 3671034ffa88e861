"""What a sweep computes: everything that determines its numbers, block by block."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from deterrence.compiled import Value, parameter_points
from deterrence.errors import ModelFileError, ParameterError
from deterrence.expressions import to_text
from deterrence.games import Game
from deterrence.library import write_game
from deterrence.solution import Status
from deterrence.solvers import Solver
from deterrence.sweeps.design import Block, Design, Over, grid_design
from deterrence.sweeps.measures import Measured, Metric, Source, default_metrics, read_metric, source_of
from deterrence.theory import Theory

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["Plan", "plan_of"]

POINTS: Final = 1 << 16  # of a block: its arrays fit the cache of one core


@dataclass(frozen=True)
class Plan:
    """Everything that determines a sweep's answer: the same plan gives the same numbers, block by block."""

    game: Game
    source: Source
    design: Design
    metrics: tuple[Metric, ...]
    open_metrics: tuple[str, ...]
    per_equilibrium: bool = True
    points: int = POINTS

    @property
    def chunk(self) -> tuple[int, ...]:
        """The shape of a block."""
        return self.design.chunk(self.points)

    def dims(self, name: str) -> tuple[str, ...]:
        """Return the dimensions of a variable."""
        return ("equilibrium", *self.design.dims) if name in self._wide else self.design.dims

    @property
    def _wide(self) -> tuple[str, ...]:
        if not self.per_equilibrium:
            return ()
        names = [m.name for m in self.metrics if m.quantity is not None]
        return ("exists", *names, *(f"{name}.largest" for name in self.open_metrics))

    def layout(self) -> dict[str, tuple[tuple[int, ...], Any]]:
        """Return the shape and type of every variable."""
        wide, flat = (len(self.source.labels), *self.design.shape), self.design.shape
        out: dict[str, tuple[tuple[int, ...], Any]] = {"status": (flat, np.int8), "count": (flat, np.int16)}
        out |= {name: (wide, np.bool_ if name == "exists" else np.float64) for name in self._wide}
        for metric in self.metrics:
            names = [metric.name] if metric.quantity is None else [f"{metric.name}.min", f"{metric.name}.max"]
            out |= dict.fromkeys(names, (flat, np.float64))
        return out

    def points_in(self, block: Block) -> int:
        """Return the number of points of a block."""
        return math.prod(part.stop - part.start for part in block)

    def compute(self, block: Block) -> dict[str, Any]:
        """Return all variables of a block, in its shape."""
        shape = tuple(part.stop - part.start for part in block)
        points = parameter_points(self.game, self.design.at(block))
        if points.shape != shape:  # an axis on which no parameter depends
            values = {name: np.broadcast_to(value, shape) for name, value in points.values.items()}
            points = parameter_points(self.game, values)
        found = self.source.measure(points, self.metrics)
        out = dict(self._variables(found))
        return {n: v.reshape(*v.shape[:-1], *shape) for n, v in out.items()}

    def _variables(self, found: Measured) -> Iterator[tuple[str, Any]]:
        yield "status", found.status
        yield "count", found.exists.sum(axis=0, dtype=np.int16)
        if self.per_equilibrium:
            yield "exists", found.exists
        for metric in self.metrics:
            value = found.values[metric.name, "value"]
            if metric.quantity is None:
                yield metric.name, value
                continue
            largest = found.values.get((metric.name, "largest"), value)
            yield f"{metric.name}.min", np.fmin.reduce(value, axis=0, initial=np.nan)
            yield f"{metric.name}.max", np.fmax.reduce(largest, axis=0, initial=np.nan)
            if self.per_equilibrium:
                yield metric.name, value
                if metric.name in self.open_metrics:
                    yield f"{metric.name}.largest", largest

    def attributes(self) -> dict[str, str]:
        """Return the provenance."""
        about = self.game.about
        try:
            text = write_game(self.game)
        except ModelFileError as error:  # a game that no file can hold
            text = f"{self.game!r} {error}"
        digest = about.sha256 or sha256(text.encode()).hexdigest()
        fixed = ", ".join(f"{name} = {value}" for name, value in self.design.fixed.items())
        return {
            "model": about.slug or about.title or self.game.form,
            "sha256": digest,
            **self.source.provenance,
            "design": self.design.method,
            "seed": "" if self.design.seed is None else str(self.design.seed),
            "fixed": fixed or "defaults",
            "software": f"deterrence {version('deterrence')}, numpy {np.__version__}",
        }

    def dataset(self, arrays: Mapping[str, Any]) -> Dataset:
        """Return arrays with their labels, units and meanings."""
        from xarray import Dataset

        variables = {name: (self.dims(name), values, self.meaning(name)) for name, values in arrays.items()}
        return Dataset(variables, coords=self.coordinates(), attrs=self.attributes())

    def coordinates(self) -> dict[str, Any]:
        """Return the labels of all dimensions, and what sampled parameters are at each point."""
        coords: dict[str, Any] = {}
        for dim, labels in self.design.coordinates.items():
            coords[dim] = ((dim,), labels, self._about_parameter(dim))
        for name, column in self.design.columns.items():
            if name not in coords:
                coords[name] = (column.dims, column.values, self._about_parameter(name))
        if self.per_equilibrium:
            coords["equilibrium"] = (("equilibrium",), self.source.labels, {"long_name": "equilibrium"})
        return coords

    def _about_parameter(self, name: str) -> dict[str, str]:
        for p in self.game.parameters:
            if p.name == name:
                return {"long_name": p.meaning or name, "domain": p.domain, "units": _units(p.domain)}
        formula = self.game.definitions.get(name)
        return {"long_name": name} if formula is None else {"long_name": f"{name} = {to_text(formula)}"}

    def meaning(self, name: str) -> dict[str, Any]:
        """Return what a variable is, and its unit."""
        fixed = {
            "status": (
                "what can be said at the point",
                {"flag_values": [int(s) for s in Status], "flag_meanings": " ".join(s.name.lower() for s in Status)},
            ),
            "count": ("number of equilibria", {}),
            "exists": ("whether the equilibrium exists at the point", {}),
        }
        if name in fixed:
            text, more = fixed[name]
            return {"long_name": text, **more}
        base, _, which = name.rpartition(".")
        said = {
            "min": "smallest in any equilibrium",
            "max": "largest in any equilibrium",
            "largest": "largest value that the equilibrium leaves open",
        }
        if base and which in said:
            return {"long_name": f"{base}, {said[which]}", "units": _units(base)}
        return {"long_name": name, "units": _units(name)}


def _units(name: str) -> str:
    return "1" if name.startswith("P(") or "probability" in name else "payoff units" if name.startswith("U(") else ""


def plan_of(
    game: Game,
    over: Over | Design,
    *,
    at: Mapping[str, Value] | None = None,
    metrics: Iterable[str] | None = None,
    theory: Theory | None = None,
    solver: Solver[Any, Any] | None = None,
    width: int | None = None,
    per_equilibrium: bool = True,
) -> Plan:
    """Return the plan of a sweep; raises what `sweep` raises, before anything is computed."""
    design = over if isinstance(over, Design) else grid_design(game, over, at or {})
    if isinstance(over, Design) and at:
        raise ParameterError("values beside a design", where="at", remedy="give them to sample(..., at=...)")
    read = tuple(read_metric(name, game) for name in (metrics if metrics is not None else default_metrics(game)))
    for metric in read:
        if metric.name in design.dims:
            problem = f"{metric.name!r} is an axis, where it can be read off"
            raise ParameterError(problem, where="metrics", remedy="leave it out of the metrics")
    source = source_of(game, theory=theory, solver=solver, width=width)
    return Plan(game, source, design, read, source.open_metrics(read), per_equilibrium)
