"""Parameter points: what `at=` means, as named arrays of one shape, with the points outside the model marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import ExpressionError, ParameterError
from deterrence.expressions import did_you_mean, exact_number, holds_exactly
from deterrence.expressions.numpy_eval import compile_conditions
from deterrence.games import Game

__all__ = ["BoolArray", "FloatArray", "NumberArray", "Points", "Value", "indicator", "parameter_points", "same"]

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
NumberArray: TypeAlias = NDArray[Any]  # float64, or objects that are Fractions when exact

Value: TypeAlias = "int | float | str | Fraction | Sequence[Any] | NDArray[Any]"


@dataclass(frozen=True)
class Points:
    """A batch of parameter points of one game.

    `values[name]` broadcasts to `shape` (float64, or exact Fractions in object arrays when `exact`); arrays of
    floats are used as they were given, not copied: leave them unchanged while the points are in use.
    `admissible` says where domains, probabilities and assumptions hold; `defined` where all values are finite.
    """

    shape: tuple[int, ...]
    values: Mapping[str, NumberArray]
    exact: bool
    defined: BoolArray
    admissible: BoolArray

    @property
    def size(self) -> int:
        """The number of points."""
        return int(np.prod(self.shape, dtype=np.int64))

    def flat(self, name: str) -> NumberArray:
        """Return one parameter as a one-dimensional array of all points (a view where possible)."""
        value = self.values[name]
        return np.broadcast_to(value, (self.size,)) if value.ndim == 0 else _ravel(value, self.shape)

    def select(self, index: NDArray[np.intp] | slice) -> Points:
        """Return some of the points, by position in the flattened batch."""
        values = {n: v if v.ndim == 0 else self._taken(v, index) for n, v in self.values.items()}
        defined = self.defined.reshape(-1)[index]
        return Points(defined.shape, values, self.exact, defined, self.admissible.reshape(-1)[index])

    def _taken(self, value: NumberArray, index: NDArray[np.intp] | slice) -> NumberArray:
        if value.shape == self.shape:
            return value.reshape(-1)[index]
        return np.broadcast_to(value, self.shape).flat[index]  # copies the selected points only


def _ravel(value: NumberArray, shape: tuple[int, ...]) -> NumberArray:
    return (value if value.shape == shape else np.broadcast_to(value, shape)).reshape(-1)


GameT = TypeVar("GameT", bound=Game)


@dataclass(frozen=True)
class AtPoints(Generic[GameT]):
    """A game whose numbers are arrays, at a batch of points: what such games of several forms have in common."""

    game: GameT
    points: Points

    @property
    def players(self) -> tuple[str, ...]:
        """The names of the players."""
        return tuple(p.name for p in self.game.players)

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points.size


def parameter_points(game: Game, at: Mapping[str, Value] | None = None, *, exact: bool = False) -> Points:
    """Return the points that `at` describes: values broadcast against each other, the rest at defaults.

    Raises `ParameterError` for an unknown name, a missing value without default, a value that is no number,
    or shapes that do not fit. With `exact`, values are rationals read as decimals and never become floats.
    """
    given = dict(at or {})
    known = [p.name for p in game.parameters]
    for name in given:
        if name not in known:
            raise ParameterError(f"unknown parameter {name!r}", where="at", remedy=did_you_mean(str(name), known))
    values: dict[str, NumberArray] = {}
    for p in game.parameters:
        value = given.get(p.name, p.default)
        if value is None:
            raise ParameterError(
                f"no value for {p.name!r}",
                where="at",
                remedy="it has no default: give one, for instance with --set",
            )
        values[p.name] = _array(p.name, value, exact)
    try:
        shape = np.broadcast_shapes(*(v.shape for v in values.values()))
    except ValueError:
        shapes = ", ".join(f"{n} {v.shape}" for n, v in values.items() if v.ndim)
        raise ParameterError(
            f"the shapes do not fit: {shapes}", where="at", remedy="use shapes that broadcast"
        ) from None
    return _marked(game, values, shape, exact)


def _array(name: str, value: Value, exact: bool) -> NumberArray:
    try:
        if isinstance(value, int | float | str | Fraction) and not isinstance(value, bool):
            if isinstance(value, float) and not np.isfinite(value) and not exact:
                return np.asarray(value)
            number = exact_number(value)
            return _exact_array(number) if exact else np.asarray(float(number))
        array = np.asarray(value)
        if exact or array.dtype.kind in "OUS":
            cells = np.frompyfunc(exact_number, 1, 1)(array)
            fractions = np.asarray(cells, dtype=object)
            return fractions if exact else fractions.astype(np.float64)
        if array.dtype.kind not in "iuf":
            raise ParameterError(f"{array.dtype} is not a number type", where=f"at {name}", remedy="use floats")
        return array.astype(np.float64, copy=False)
    except (ExpressionError, OverflowError, ValueError, TypeError) as error:
        problem = error.problem if isinstance(error, ExpressionError) else str(error)
        raise ParameterError(problem, where=f"at {name}", remedy="give a number such as 0.25 or 1/4") from None


def _exact_array(number: Fraction) -> NumberArray:
    array = np.empty((), dtype=object)
    array[()] = number
    return array


def _cell(columns: Mapping[str, NumberArray], index: tuple[int, ...]) -> dict[str, Fraction]:
    return {name: column[index] for name, column in columns.items()}


def _surely_finite(value: NumberArray) -> bool:
    """Say whether the sum of squares is finite, which only finite numbers give: one pass without a temporary array."""
    flat = value.reshape(-1)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return bool(np.isfinite(np.einsum("i,i", flat, flat)))


def _marked(game: Game, values: dict[str, NumberArray], shape: tuple[int, ...], exact: bool) -> Points:
    if exact:
        admissible = np.empty(shape, dtype=np.bool_)
        columns = {n: np.broadcast_to(v, shape) for n, v in values.items()}
        for index in np.ndindex(*shape):
            admissible[index] = all(holds_exactly(c, _cell(columns, index)) for c in game.admissible)
        return Points(shape, values, True, np.ones(shape, dtype=np.bool_), admissible)
    defined = same(np.True_, shape)
    for value in values.values():
        if not _surely_finite(value):
            defined = np.asarray(defined & np.isfinite(value))
    if not game.admissible:
        return Points(shape, values, False, defined, defined)
    program = compile_conditions(game.admissible)
    return Points(shape, values, False, defined, program.run(values, shape).all(axis=0) & defined)


def same(value: np.generic, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return an array with one value everywhere: a read-only view, since writing memory costs more than it tells."""
    return np.broadcast_to(value, shape)


def indicator(holds: BoolArray, *, exact: bool) -> NumberArray:
    """Return one where something holds and zero elsewhere, as floats or as Fractions."""
    if not exact:
        return holds.astype(np.float64)
    out = np.empty(holds.shape, dtype=object)
    out[...] = Fraction(0)
    out[holds] = Fraction(1)
    return out
