"""One entrance to all solvers: a game, a batch of points, a solver that fits the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, overload

from deterrence.certify import Certificate, certify_nash, certify_one_shot, certify_sequential, certify_tree_nash
from deterrence.compiled import CompiledTree, Points, Value, compile_table, compile_tree, parameter_points
from deterrence.errors import SolverError
from deterrence.games import ExtensiveGame, StrategicGame
from deterrence.profiles import Assessment, Found, MixedProfile, ProfileT, join_found
from deterrence.solution import Solution
from deterrence.solvers import (
    BackwardInduction,
    LemkeHowson,
    PureNash,
    SupportEnumeration,
    TableSolver,
    TreeSolver,
    VertexEnumeration,
)
from deterrence.theory.cache import theory_of
from deterrence.theory.solver import PerfectBayesian

__all__ = ["BLOCK", "default_table_solver", "default_tree_solver", "solve"]

BLOCK: Final = 32_768  # points solved together: their arrays stay in the cache

_TREE_CHECKS: Final[Mapping[str, Callable[..., Certificate]]] = {
    "subgame-perfect": certify_one_shot,
    "pbe": certify_sequential,
}


@overload
def solve(
    game: ExtensiveGame,
    solver: TreeSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[Assessment]: ...
@overload
def solve(
    game: StrategicGame,
    solver: TableSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[MixedProfile]: ...


def solve(
    game: ExtensiveGame | StrategicGame,
    solver: TreeSolver | TableSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[Assessment] | Solution[MixedProfile]:
    """Return every equilibrium that the solver finds at every point of `at`, each with a certificate.

    `at` maps parameters to numbers or arrays that broadcast against each other; the rest are at their
    defaults. With `exact`, values are rationals and so is every number of the answer. Without a solver:
    backward induction for trees of perfect information, perfect Bayesian equilibria for other trees where that concept
    is defined (their theory is derived once and kept on disk), support enumeration for two players with at most six
    actions, vertex enumeration or Lemke-Howson for larger ones, pure Nash equilibria for more players.

    With `certify=False` the certificate is computed only when the solution is asked for it, and mixed strategies too:
    for large batches of which one wants to know where equilibria exist.

    Raises `ParameterError` for bad values and `SolverError` when no solver fits the game.

    >>> from deterrence.games import StrategicGame
    >>> chicken = StrategicGame(
    ...     {"A": ["swerve", "go"], "B": ["swerve", "go"]},
    ...     {("swerve", "swerve"): {"A": 3, "B": 3}, ("swerve", "go"): {"A": 2, "B": 4},
    ...      ("go", "swerve"): {"A": 4, "B": 2}, ("go", "go"): {"A": 1, "B": 1}})
    >>> int(solve(chicken).count)
    3
    """
    points = parameter_points(game, at, exact=exact)
    if isinstance(game, ExtensiveGame):
        if solver is not None and not isinstance(solver, TreeSolver):
            raise SolverError(
                f"{type(solver).__name__} solves strategic games",
                remedy="wrap it: ReducedStrategicForm(solver)",
            )
        return _solve_tree(game, solver or default_tree_solver(game), points, certify)
    if solver is not None and not isinstance(solver, TableSolver):
        raise SolverError(f"{type(solver).__name__} solves extensive games", remedy="use a table solver")
    return _solve_table(game, solver or default_table_solver(game), points, certify)


def default_tree_solver(game: ExtensiveGame) -> TreeSolver:
    """Return backward induction for games of perfect information, else perfect Bayesian equilibrium.

    Raises `SolverError` with advice where the latter is not defined (hidden actions, correlated types) or the game is
    not given by rational functions.
    """
    if game.has_perfect_information or all(len(h.members) == 1 for h in game.tree.information_sets):
        return BackwardInduction()
    try:
        return PerfectBayesian(theory_of(game))
    except SolverError as error:
        raise SolverError(
            f"the game has imperfect information: name a solver, since {error.problem}",
            where=error.where,
            remedy="for Nash equilibria ReducedStrategicForm(VertexEnumeration()), on the command line --solver nash",
        ) from error


def default_table_solver(game: StrategicGame) -> TableSolver:
    """Return the solver that fits the number of players and actions."""
    if len(game.players) != 2:
        return PureNash()
    if max(game.shape) <= 6:
        return SupportEnumeration()
    return VertexEnumeration() if sum(game.shape) <= 16 else LemkeHowson()


def _solve_tree(game: ExtensiveGame, solver: TreeSolver, points: Points, certify: bool) -> Solution[Assessment]:
    parts: list[Found[Assessment]] = []
    checks: list[Callable[[], Certificate]] = []
    for block in _blocks(points):
        compiled = compile_tree(game, block)
        found = _inside(solver.solve(compiled), block)
        parts.append(found)
        later = partial(_check_tree, game, block, found, solver.concept)
        checks.append(partial(_given, _check_compiled(compiled, found, solver.concept)) if certify else later)
    found = join_found(parts)
    certificates = partial(_joined_certificates, checks, found.exists.shape[1])
    return Solution(game, points, found, certificates, repr(solver), solver.concept)


def _solve_table(game: StrategicGame, solver: TableSolver, points: Points, certify: bool) -> Solution[MixedProfile]:
    parts: list[Found[MixedProfile]] = []
    checks: list[Callable[[], Certificate]] = []
    for block in _blocks(points):
        compiled = compile_table(game, block)
        found = _inside(solver.solve(compiled), block)
        parts.append(found)
        later = partial(_check_table, game, block, found)
        checks.append(partial(_given, certify_nash(compiled, found.profiles, found.exists)) if certify else later)
    found = join_found(parts)
    certificates = partial(_joined_certificates, checks, found.exists.shape[1])
    return Solution(game, points, found, certificates, repr(solver), solver.concept)


def _check_compiled(game: CompiledTree, found: Found[Assessment], concept: str) -> Certificate:
    check = _TREE_CHECKS.get(concept, certify_tree_nash)
    return check(game, found.profiles, found.exists)


def _check_tree(game: ExtensiveGame, block: Points, found: Found[Assessment], concept: str) -> Certificate:
    return _check_compiled(compile_tree(game, block), found, concept)


def _check_table(game: StrategicGame, block: Points, found: Found[MixedProfile]) -> Certificate:
    return certify_nash(compile_table(game, block), found.profiles, found.exists)


def _given(certificate: Certificate) -> Certificate:
    return certificate


def _joined_certificates(checks: Sequence[Callable[[], Certificate]], width: int) -> Certificate:
    return Certificate.join([check() for check in checks], width)


def _blocks(points: Points) -> Iterator[Points]:
    if points.size <= BLOCK:
        yield points
        return
    for start in range(0, points.size, BLOCK):
        yield points.select(slice(start, start + BLOCK))


def _inside(found: Found[ProfileT], points: Points) -> Found[ProfileT]:
    """Strike the points outside the model: they are reported by status, never silently solved."""
    inside = (points.admissible & points.defined).reshape(-1)
    if inside.all():
        return found
    return replace(found, exists=found.exists & inside[:, None], flagged=found.flagged & inside)
