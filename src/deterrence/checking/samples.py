"""Published equilibria tested at exact random points on both sides of every boundary of their regions.

For what the theory engine does not treat. A test is no proof, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal, TypeAlias

import numpy as np

from deterrence.checking.edges import edge_points
from deterrence.checking.profiles import MismatchError, ProfileCheck, claimed_values, same_values, written_profile
from deterrence.compiled import parameter_points
from deterrence.compiled.points import FloatArray
from deterrence.compiled.prescribed import prescribes
from deterrence.compiled.samples import sample_points
from deterrence.errors import DeterrenceError
from deterrence.expressions import Condition, UndefinedError, holds_exactly, substitute_condition
from deterrence.games import EquilibriumResult, ExtensiveGame, FrozenMap, StrategicGame
from deterrence.theory.compare import ResultVerdict

__all__ = ["tested"]

DRAWN: Final = 60  # random points
DIGITS: Final = 3  # after the point, of a drawn value

Point: TypeAlias = dict[str, Fraction]
Finding: TypeAlias = Literal["agrees", "open"]


class _RefutedError(MismatchError):
    """An equilibrium that is confirmed contradicts the claim."""


def tested(game: ExtensiveGame | StrategicGame, result: EquilibriumResult, why: str) -> ResultVerdict:
    """Return a verdict on a published equilibrium from exact points; `why` says why it is not proved.

    Refuted where the checker contradicts the file at a point. A game without parameters has one point: what the checker
    confirms there is proved.
    """
    findings: list[Finding] = []
    points = list(_points(game, result))
    for point in points:
        try:
            findings.append(_finding(game, result, point))
        except MismatchError as difference:
            detail, where = str(difference), FrozenMap(point)
            if isinstance(difference, _RefutedError) or _is_whole(game, result):
                return ResultVerdict(result=result, verdict="refuted", detail=detail, point=where)
            detail = f"{why}; with the choices that it leaves open made in any pure way, {detail}"
            return ResultVerdict(result=result, verdict="undecided", detail=detail, point=where)
        except DeterrenceError as error:
            return ResultVerdict(result=result, verdict="undecided", detail=f"{why}; {error}")
    agreed = findings.count("agrees")
    inside = any(all(_holds(c, p) for c in _region(game, result)) for p in points)
    if not agreed or not inside:
        return ResultVerdict(result=result, verdict="undecided", detail=f"{why}; no point tells")
    if not game.parameters and agreed == len(points):
        return ResultVerdict(result=result, verdict="proved", detail="exactly, at the only point of the game")
    left = f", {len(points) - agreed} others do not tell" if agreed < len(points) else ""
    detail = f"at {agreed} exact points, on both sides of every boundary{left} ({why})"
    return ResultVerdict(result=result, verdict="tested", detail=detail)


def _is_whole(game: ExtensiveGame | StrategicGame, result: EquilibriumResult) -> bool:
    """Say whether a profile prescribes for every information set: else a mixed choice may complete it."""
    if isinstance(game, StrategicGame):
        return True
    sets = game.tree.information_sets
    return all(any(prescribes(p, game.tree, h) for p in result.profile) for h in sets)


def _finding(game: ExtensiveGame | StrategicGame, result: EquilibriumResult, point: Point) -> Finding:
    points = parameter_points(game, point, exact=True)
    if not all(_holds(c, point) for c in _region(game, result)):
        return _outside(game, result, point)
    found = written_profile(game, result, points)
    try:
        same_values(found.outcomes, 0, claimed_values(game, result, point))
    except MismatchError as difference:
        raise (_RefutedError if _is_confirmed(found, result) else MismatchError)(str(difference)) from None
    return "agrees" if found.certain else "open"


def _outside(game: ExtensiveGame | StrategicGame, result: EquilibriumResult, point: Point) -> Finding:
    """Say whether the profile is refuted outside its region."""
    try:
        found = written_profile(game, result, parameter_points(game, point, exact=True))
    except (MismatchError, UndefinedError):
        return "agrees"
    if _is_confirmed(found, result):
        raise _RefutedError("it is an equilibrium outside its region too")
    return "open"


def _is_confirmed(found: ProfileCheck, result: EquilibriumResult) -> bool:
    """Say whether a profile is an equilibrium for certain; the checker's beliefs may be freer than other concepts'."""
    return found.certain and result.concept in ("nash", "pure-nash", "subgame-perfect", "weak-pbe")


def _region(game: ExtensiveGame | StrategicGame, result: EquilibriumResult) -> list[Condition]:
    return [substitute_condition(c, game.resolved_definitions) for c in result.iff]


def _holds(condition: Condition, point: Mapping[str, Fraction]) -> bool:
    try:
        return holds_exactly(condition, point)
    except UndefinedError:
        return False


def _points(game: ExtensiveGame | StrategicGame, result: EquilibriumResult) -> list[Point]:
    """Return drawn points, then points close to each edge of the region, on either side, as exact numbers."""
    if not game.parameters:
        return [{}]
    columns, region = sample_points(game, DRAWN), _region(game, result)
    drawn = _rows({name: np.round(column, DIGITS) for name, column in columns.items()})
    close = _rows(edge_points(game, region, columns)) if region else []
    return [p for p in (*drawn, *close) if all(_holds(c, p) for c in game.admissible)]


def _rows(columns: Mapping[str, FloatArray]) -> list[Point]:
    rows = zip(*columns.values(), strict=True)
    return [{n: Fraction(repr(float(x))) for n, x in zip(columns, row, strict=True)} for row in rows]
