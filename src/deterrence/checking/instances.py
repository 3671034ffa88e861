"""A model solved and certified at its defaults, and every worked instance recomputed exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import numpy as np

from deterrence.checking.profiles import (
    MismatchError,
    claimed_values,
    point_of,
    same,
    same_values,
    written_profile,
)
from deterrence.checking.report import CheckLine
from deterrence.compiled import Points, Value, parameter_points
from deterrence.compiled.prescribed import prescribed_mixtures, prescribed_strategy
from deterrence.errors import DeterrenceError, GameError, SolverError
from deterrence.expressions import evaluate_exact, holds_exactly, substitute_condition, to_text
from deterrence.families import resized
from deterrence.games import EquilibriumResult, ExtensiveGame, Game, Instance, StrategicGame
from deterrence.profiles import Assessment, MixedProfile
from deterrence.solution import Solution, Status
from deterrence.solvers import (
    BackwardInduction,
    LemkeHowson,
    PureNash,
    ReducedStrategicForm,
    TableSolver,
    TreeSolver,
    VertexEnumeration,
)
from deterrence.solving import solve

__all__ = ["defaults_line", "instance_line"]


def instance_line(what: str, game: ExtensiveGame | StrategicGame, instance: Instance) -> CheckLine:
    """Return whether a worked instance is reproduced exactly."""
    try:
        sized = resized(game, instance.integers)
        assert isinstance(sized, ExtensiveGame | StrategicGame)
        detail = _instance(sized, instance)
    except (MismatchError, DeterrenceError) as failure:
        return CheckLine(what, "failed", str(failure))
    return CheckLine(what, "ok", detail)


def defaults_line(game: ExtensiveGame | StrategicGame) -> CheckLine:
    """Return whether the game is solved, and its solutions are certified, at the default point."""
    try:
        solution = _some_solution(game)
    except DeterrenceError as error:
        return CheckLine("defaults", "failed", str(error))
    status = Status(int(solution.status))
    if status in (Status.OUTSIDE, Status.UNDEFINED):
        return CheckLine("defaults", "failed", f"the default point is {status.name.lower()}: {_violated(game)}")
    if not solution.certified:
        return CheckLine("defaults", "failed", f"the certificate failed: gain {solution.certificate.worst}")
    return CheckLine("defaults", "ok", f"{int(solution.count)} equilibria ({solution.concept}), certified")


def _some_solution(game: ExtensiveGame | StrategicGame) -> Solution[Assessment] | Solution[MixedProfile]:
    try:
        return _solved(game, {}, exact=False, ties="all")
    except SolverError:
        if isinstance(game, StrategicGame):
            raise
        if len(game.players) != 2:  # too many pure strategies: what the theory says instead
            return solve(game)
        return solve(game, ReducedStrategicForm(LemkeHowson()))  # too many supports to list: one equilibrium is found


def _violated(game: Game) -> str:
    point = {p.name: p.default for p in game.parameters if p.default is not None}
    return "; ".join(to_text(c) for c in game.admissible if not holds_exactly(c, point)) or "a formula is undefined"


def _solved(
    game: ExtensiveGame | StrategicGame,
    at: dict[str, Value],
    *,
    exact: bool,
    ties: Literal["all", "first"],
) -> Solution[Assessment] | Solution[MixedProfile]:
    if isinstance(game, StrategicGame):
        return solve(game, at=at, exact=exact)
    perfect = all(len(h.members) == 1 for h in game.tree.information_sets)
    table: TableSolver = VertexEnumeration() if len(game.players) == 2 else PureNash()
    solver: TreeSolver = BackwardInduction(ties=ties) if perfect else ReducedStrategicForm(table)
    return solve(game, solver, at=at, exact=exact)


def _instance(game: ExtensiveGame | StrategicGame, instance: Instance) -> str:
    at: dict[str, Value] = dict(instance.at)
    points = parameter_points(game, at, exact=True)
    if not points.admissible.all():
        raise MismatchError("the point violates the assumptions")
    for name, expected in instance.definitions.items():
        formula = game.resolved_definitions[name]
        same(name, evaluate_exact(formula, point_of(points)), expected)
    if instance.result and instance.count is None:
        return _at_result(game, instance, points)
    solution = _solved(game, at, exact=True, ties=instance.ties)
    if instance.count is not None:
        same("the number of equilibria", Fraction(int(solution.count)), Fraction(instance.count))
    if instance.result:
        return f"{_at_result(game, instance, points)}; {int(solution.count)} equilibria ({solution.concept})"
    if not instance.values and not instance.profile:
        return f"{len(instance.definitions)} values agree"
    fits = [_fit(solution, k, game, instance, points) for k in range(int(solution.count))]
    good = [fit for fit in fits if not fit]
    if (instance.quantifier == "every" and len(good) < len(fits)) or not good:
        raise MismatchError(next((fit for fit in fits if fit), "no equilibrium was found"))
    return f"{len(good)} of {len(fits)} equilibria have the expected values"


def _fit(
    solution: Solution[Assessment] | Solution[MixedProfile],
    k: int,
    game: ExtensiveGame | StrategicGame,
    instance: Instance,
    points: Points,
) -> str:
    """Return what differs between an equilibrium and the expectation, empty when nothing does."""
    try:
        same_values(solution.outcomes, k, instance.values)
        if instance.profile:
            _prescribed(solution, k, game, instance, points)
    except MismatchError as difference:
        return str(difference)
    return ""


def _prescribed(
    solution: Solution[Assessment] | Solution[MixedProfile],
    k: int,
    game: ExtensiveGame | StrategicGame,
    instance: Instance,
    points: Points,
) -> None:
    definitions = game.resolved_definitions
    found = solution.found.profiles
    if isinstance(game, ExtensiveGame):
        assert isinstance(found, Assessment)
        wanted = prescribed_strategy(game.tree, instance.profile, definitions, points)[0, 0]
        actual = found.strategy[0, k]
    else:
        assert isinstance(found, MixedProfile)
        wanted = np.concatenate([m[0, 0] for m in prescribed_mixtures(game, instance.profile, definitions, points)])
        actual = np.concatenate([m[0, k] for m in found.strategies])
    if any(w == w and w != a for w, a in zip(wanted, actual, strict=True)):
        raise MismatchError("the strategies differ from the expected profile")


def _at_result(game: ExtensiveGame | StrategicGame, instance: Instance, points: Points) -> str:
    """Check that the named published profile is an equilibrium at the instance and has its values."""
    result = _named(game, instance.result)
    definitions = game.resolved_definitions
    point = point_of(points)
    for condition in result.iff:
        if not holds_exactly(substitute_condition(condition, definitions), point):
            raise MismatchError(f"the point is outside the region of {result.id!r}: {to_text(condition)} fails")
    found = written_profile(game, result, points)
    same_values(found.outcomes, 0, instance.values)
    same_values(found.outcomes, 0, claimed_values(game, result, point))
    return f"{result.id}: {found.words}"


def _named(game: Game, name: str) -> EquilibriumResult:
    for result in game.about.results:
        if result.id == name and isinstance(result, EquilibriumResult):
            return result
    raise GameError(f"no equilibrium result {name!r}", remedy="name one of the file's [[results]]")
