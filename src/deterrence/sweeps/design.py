"""Where a sweep looks: parameter points laid out along named dimensions, in blocks of bounded size."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import Value
from deterrence.compiled.points import FloatArray
from deterrence.errors import ParameterError
from deterrence.expressions import did_you_mean, symbols_of
from deterrence.games import Game
from deterrence.sweeps.definitions import solved_for

__all__ = ["Block", "Column", "Design", "Over", "grid_design"]

MAX_POINTS: Final = 10**12
SCENARIO: Final = "scenario"

Block: TypeAlias = tuple[slice, ...]
Over: TypeAlias = "Mapping[str, Value | Mapping[str, Value] | Mapping[str, Mapping[str, Value]]]"


@dataclass(frozen=True, eq=False)
class Column:
    """The values of one parameter and the dimensions along which they vary, in the order of the design's."""

    dims: tuple[str, ...]
    values: FloatArray


@dataclass(frozen=True, eq=False)
class Design:
    """Parameter points along named dimensions.

    `coordinates[dim]` labels a dimension: the values of its parameter, the names of scenarios, or the numbers of
    sampled points. `columns` gives each parameter that varies; the others are at `fixed` or at their defaults.
    `method` and `seed` say how points were drawn.
    """

    coordinates: Mapping[str, NDArray[Any]]
    columns: Mapping[str, Column]
    fixed: Mapping[str, Value]
    method: str = "grid"
    seed: int | None = None

    @property
    def dims(self) -> tuple[str, ...]:
        """The names of the dimensions."""
        return tuple(self.coordinates)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of points along every dimension."""
        return tuple(len(labels) for labels in self.coordinates.values())

    @property
    def size(self) -> int:
        """The number of points."""
        return math.prod(self.shape)

    def chunk(self, most: int) -> tuple[int, ...]:
        """Return the shape of a block of at most `most` points, long in the last dimensions."""
        shape: list[int] = []
        room = max(1, most)
        for length in reversed(self.shape):
            shape.append(min(length, room))
            room = max(1, room // length)
        return tuple(reversed(shape))

    def blocks(self, chunk: Sequence[int]) -> Iterator[Block]:
        """Yield all blocks of a shape, in the order of the points."""
        starts = (range(0, n, step) for n, step in zip(self.shape, chunk, strict=True))
        for corner in product(*starts):
            yield tuple(slice(a, min(a + c, n)) for a, c, n in zip(corner, chunk, self.shape, strict=True))

    def at(self, block: Block) -> dict[str, Value]:
        """Return the values of all parameters in a block; they broadcast to its shape."""
        where = dict(zip(self.dims, block, strict=True))
        return {**self.fixed, **{name: self._laid_out(column, where) for name, column in self.columns.items()}}

    def _laid_out(self, column: Column, where: Mapping[str, slice]) -> FloatArray:
        part = column.values[tuple(where[dim] for dim in column.dims)]
        return part.reshape([part.shape[column.dims.index(dim)] if dim in column.dims else 1 for dim in self.dims])


def grid_design(game: Game, over: Over, at: Mapping[str, Value]) -> Design:
    """Return the product of the axes of `over`.

    An axis is named by a parameter and holds its values; the axis `scenario` holds named settings of several
    parameters. An axis named by a definition holds `{parameter: values}`: the parameter is solved for at every point
    so that the definition has those values. Raises `ParameterError` for an unknown name, values that are no numbers or
    not one-dimensional, a definition that cannot be solved for the parameter, and more than 10^12 points.
    """
    known = [p.name for p in game.parameters]
    coordinates: dict[str, NDArray[Any]] = {}
    columns: dict[str, Column] = {}
    through: dict[str, str] = {}
    for name, values in over.items():
        if name == SCENARIO and isinstance(values, Mapping):
            coordinates[name] = np.asarray(list(values), dtype=np.str_)
            columns |= _scenarios(game, _settings(values), at)
        elif name in known and not isinstance(values, Mapping):
            coordinates[name] = axis_values(name, values)
            columns[name] = Column((name,), coordinates[name])
        elif name in game.definitions:
            through[name], coordinates[name] = _aimed(game, name, values)
        else:
            remedy = did_you_mean(str(name), [*known, *game.definitions, SCENARIO])
            raise ParameterError(f"no parameter {name!r}", where="over", remedy=remedy)
    for name, by in through.items():
        if by in columns:
            raise ParameterError(f"{by!r} is swept twice", where=f"over {name}", remedy="go through another parameter")
        columns[by] = _through(game, name, by, coordinates, columns, at)
    twice = [name for name in columns if name in at]
    if twice:
        raise ParameterError(f"{twice[0]!r} is swept and fixed", where="at", remedy="leave it out of one of them")
    design = Design(coordinates, columns, dict(at))
    if design.size > MAX_POINTS:
        raise ParameterError(f"{design.size:,} points", where="over", remedy=f"at most {MAX_POINTS:,}")
    return design


def _aimed(game: Game, name: str, values: object) -> tuple[str, FloatArray]:
    """Return the parameter through which a definition takes its values, and these."""
    if not isinstance(values, Mapping) or len(values) != 1:
        remedy = f'over={{"{name}": {{"PARAMETER": values}}}}: the parameter that is solved for'
        raise ParameterError("a definition takes its values through a parameter", where=f"over {name}", remedy=remedy)
    ((by, row),) = values.items()
    return game.parameter(by, where=f"over {name}").name, axis_values(name, row)


def _through(
    game: Game,
    name: str,
    by: str,
    coordinates: Mapping[str, NDArray[Any]],
    columns: Mapping[str, Column],
    at: Mapping[str, Value],
) -> Column:
    """Return the column of the parameter through which a definition takes the values of its axis."""
    needed = {symbol.name for symbol in symbols_of(game.resolved_definitions[name])}
    used = {dim for n, column in columns.items() if n in needed for dim in column.dims} | {name}
    dims = tuple(dim for dim in coordinates if dim in used)
    shape = tuple(len(coordinates[dim]) for dim in dims)
    layout = Design({dim: coordinates[dim] for dim in dims}, {}, {})
    whole = {dim: slice(None) for dim in dims}
    others = {n: layout._laid_out(column, whole) for n, column in columns.items() if n in needed}
    wanted = layout._laid_out(Column((name,), coordinates[name]), whole)
    fixed = {n: v for n, v in at.items() if n != by}
    return Column(dims, solved_for(game, name, by, np.broadcast_to(wanted, shape), {**fixed, **others}))


def axis_values(name: str, values: object) -> FloatArray:
    """Return the values of an axis as floats; a single number is an axis of one point."""
    try:
        array = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError):
        raise ParameterError("not a list of numbers", where=f"over {name}", remedy="for instance [0, 0.5, 1]") from None
    if array.ndim != 1 or not array.size:
        raise ParameterError(f"an axis of shape {array.shape}", where=f"over {name}", remedy="give a list of numbers")
    return array


def _settings(values: Mapping[str, Any]) -> Mapping[str, Mapping[str, Value]]:
    """Return scenarios as given, each a mapping of parameters to values."""
    for name, settings in values.items():
        if not isinstance(settings, Mapping):
            remedy = 'such as {"now": {}, "reinforced": {"p": 0.4}}'
            raise ParameterError(f"{name!r} is no setting of parameters", where="over scenario", remedy=remedy)
    return values


def _scenarios(game: Game, scenarios: Mapping[str, Mapping[str, Value]], at: Mapping[str, Value]) -> dict[str, Column]:
    """Return a column for every parameter that some scenario sets; the others have it at its fixed or default value."""
    columns: dict[str, Column] = {}
    for name in dict.fromkeys(n for settings in scenarios.values() for n in settings):
        usual = at.get(name, game.parameter(name).default)
        given = [settings.get(name, usual) for settings in scenarios.values()]
        if None in given:
            raise ParameterError(f"no value for {name!r} in every scenario", where="over scenario", remedy="set it")
        columns[name] = Column((SCENARIO,), axis_values(f"scenario {name}", [float(x) for x in given]))  # type: ignore[arg-type]
    return columns
