"""A definition as an axis: the parameter through which it takes its values, solved for at every point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from deterrence.compiled import parameter_points
from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import ParameterError
from deterrence.expressions import substitute, symbols_of
from deterrence.games import Game

__all__ = ["solved_for"]

# Where the definition is looked at beside the parameter's value: three fix a ratio of linear functions, one confirms.
OFFSETS: Final = (0.0, 0.37, 1.13, 2.71)
CLOSE: Final = 1e-9
NOTHING: Final = 1e-13


def solved_for(game: Game, definition: str, by: str, wanted: FloatArray, at: Mapping[str, Any]) -> FloatArray:
    """Return the values of a parameter at which a definition has the values `wanted`; all broadcast together.

    The definition must be a ratio of functions that are linear in the parameter. NaN where no value gives the wanted
    one. Raises `ParameterError` where it is none, and where the definition does not depend on the parameter.
    """
    formula = game.resolved_definitions[definition]
    if by not in {symbol.name for symbol in symbols_of(formula)}:
        remedy = f"one of {', '.join(sorted({s.name for s in symbols_of(formula)}))}"
        raise ParameterError(f"{definition!r} does not depend on {by!r}", where=f"over {definition}", remedy=remedy)
    start = float(game.parameter(by).default or 0)
    places = [start + offset for offset in OFFSETS]
    values = np.stack([_values(game, formula, {**at, by: x}, wanted.shape) for x in places])
    rows = np.stack([np.stack([np.full(wanted.shape, x), np.ones(wanted.shape), -x * y, -y], axis=-1)
                     for x, y in zip(places[:3], values[:3], strict=True)], axis=-2)  # fmt: skip
    finite = np.asarray(np.isfinite(rows).all(axis=(-2, -1)), dtype=np.bool_)
    _, _, basis = np.linalg.svd(np.where(finite[..., None, None], rows, 0.0))
    a, b, c, d = np.moveaxis(basis[..., -1, :], -1, 0)  # (a x + b)/(c x + d) runs through the three
    with np.errstate(all="ignore"):
        fourth = (a * places[3] + b) / (c * places[3] + d)
        fits = np.asarray(np.abs(fourth - values[3]) <= CLOSE * (1 + np.abs(values[3])))
        if not fits[finite].all():
            problem = f"{definition!r} is no ratio of linear functions of {by!r}"
            raise ParameterError(problem, where=f"over {definition}", remedy="go through another parameter")
        below = a - wanted * c
        never = np.abs(below) <= NOTHING * (1 + np.abs(wanted))  # only at infinity; (a, b, c, d) has length one
        found = np.where(never, np.nan, (wanted * d - b) / below)
    return np.where(_reached(game, formula, by, found, wanted, at), found, np.nan)


def _values(game: Game, formula: Any, at: Mapping[str, Any], shape: tuple[int, ...]) -> FloatArray:
    points = parameter_points(game, {name: np.broadcast_to(value, shape) for name, value in at.items()})
    with np.errstate(all="ignore"):
        (values,) = formula_values([substitute(formula, game.resolved_definitions)], points)
    return np.broadcast_to(np.asarray(values, dtype=np.float64).reshape(-1), (points.size,)).reshape(shape)


def _reached(
    game: Game, formula: Any, by: str, found: FloatArray, wanted: FloatArray, at: Mapping[str, Any]
) -> BoolArray:
    there = np.isfinite(found)
    again = _values(game, formula, {**at, by: np.where(there, found, 0.0)}, wanted.shape)
    return np.asarray(there & (np.abs(again - wanted) <= CLOSE * (1 + np.abs(wanted))))
