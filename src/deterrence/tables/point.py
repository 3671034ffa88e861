"""A strategic game at one point, exact."""

from __future__ import annotations

from collections.abc import Mapping

from deterrence.compiled import CompiledTable, Value, compile_table, parameter_points
from deterrence.errors import ParameterError
from deterrence.games import StrategicGame

__all__ = ["at_one_point"]


def at_one_point(game: StrategicGame, at: Mapping[str, Value] | None) -> CompiledTable:
    """Return the game with exact payoffs at one point; raise `ParameterError` for several or one outside the model."""
    points = parameter_points(game, at, exact=True)
    if points.shape:
        raise ParameterError("several points", where="at", remedy="give single numbers")
    if not points.admissible.all():
        raise ParameterError("the point violates the model's assumptions", where="at", remedy="see deterrence show")
    return compile_table(game, points)
