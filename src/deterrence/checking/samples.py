"""Published equilibria tested at exact random points on both sides of every boundary of their regions.

For what the theory engine does not treat. A test is no proof, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice
from typing import Final, Literal, TypeAlias

from deterrence.checking.edges import exact_points
from deterrence.checking.profiles import MismatchError, ProfileCheck, claimed_values, same_values, written_profile
from deterrence.compiled import parameter_points
from deterrence.compiled.prescribed import prescribes
from deterrence.compiled.samples import sample_points
from deterrence.errors import DeterrenceError
from deterrence.expressions import AllOf, Condition, UndefinedError, holds_exactly, substitute_condition
from deterrence.games import EquilibriumResult, ExtensiveGame, FrozenMap, StrategicGame
from deterrence.theory.compare import ResultVerdict
from deterrence.theory.logic import comparisons, join, off_boundary

__all__ = ["tested"]

DRAWN: Final = 60  # random points
HALVINGS: Final = 12  # steps towards a boundary
FINENESS: Final = 1000  # largest denominator of a drawn value

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
    if not agreed:
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


def _points(game: ExtensiveGame | StrategicGame, result: EquilibriumResult) -> Iterator[Point]:
    """Yield drawn points, then points close to each boundary of the region, on either side."""
    drawn = [p for p in _drawn(game) if all(_holds(c, p) for c in game.admissible)]
    if not any(all(_holds(c, p) for c in _region(game, result)) for p in drawn):
        drawn += [dict(p) for p in exact_points(game, off_boundary(join(AllOf, *_region(game, result))))]
    yield from drawn
    for condition in _region(game, result):
        for chain in comparisons(condition):
            inside = [p for p in drawn if _holds(chain, p)]
            outside = [p for p in drawn if not _holds(chain, p)]
            for pair in islice(zip(inside, outside, strict=False), 5):
                yield from (p for p in _closer(chain, *pair) if all(_holds(c, p) for c in game.admissible))


def _drawn(game: ExtensiveGame | StrategicGame) -> Iterator[Point]:
    if not game.parameters:
        yield {}
        return
    columns = sample_points(game, DRAWN)
    for row in zip(*columns.values(), strict=True):
        yield {n: Fraction(float(x)).limit_denominator(FINENESS) for n, x in zip(columns, row, strict=True)}


def _closer(condition: Condition, inside: Point, outside: Point) -> tuple[Point, Point]:
    """Return two points on either side of where a condition turns, by halving the line between two others."""
    for _ in range(HALVINGS):
        middle = {n: (inside[n] + outside[n]) / 2 for n in inside}
        inside, outside = (middle, outside) if _holds(condition, middle) else (inside, middle)
    return inside, outside
