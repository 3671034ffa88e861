"""One entrance to all solvers: a game, a batch of points, a solver that fits the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, overload

from deterrence.certify import Certificate
from deterrence.compiled import Points, Value, parameter_points
from deterrence.errors import SolverError
from deterrence.forms import Form, form_of
from deterrence.games import (
    AttritionGame,
    CoalitionalGame,
    CommitmentGame,
    ContinuousGame,
    ExtensiveGame,
    FormationGame,
    Game,
    StochasticGame,
    StrategicGame,
    ThresholdGame,
    TimingGame,
)
from deterrence.outcomes import Outcomes
from deterrence.profiles import (
    ActionProfile,
    Allocation,
    Assessment,
    Coalitions,
    Commitment,
    CutoffProfile,
    Found,
    MarkovStrategy,
    MixedProfile,
    ProfileT,
    QuitTimes,
    Structure,
    join_found,
)
from deterrence.solution import Solution
from deterrence.solvers import (
    AttritionSolver,
    CoalitionSolver,
    CommitmentSolver,
    ContinuousSolver,
    FormationSolver,
    Solver,
    StateSolver,
    TableSolver,
    ThresholdSolver,
    TimingSolver,
    TreeSolver,
)
from deterrence.theory.cache import theory_of
from deterrence.theory.solver import DerivedEquilibria

__all__ = ["solve"]


@overload
def solve(
    game: ExtensiveGame,
    solver: TreeSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
    refinement: str = "none",
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
@overload
def solve(
    game: CommitmentGame,
    solver: CommitmentSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[Commitment]: ...
@overload
def solve(
    game: ContinuousGame,
    solver: ContinuousSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[ActionProfile]: ...
@overload
def solve(
    game: StochasticGame,
    solver: StateSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[MarkovStrategy]: ...
@overload
def solve(
    game: TimingGame,
    solver: TimingSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[QuitTimes]: ...
@overload
def solve(
    game: AttritionGame,
    solver: AttritionSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[QuitTimes]: ...
@overload
def solve(
    game: ThresholdGame,
    solver: ThresholdSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[CutoffProfile]: ...
@overload
def solve(
    game: CoalitionalGame,
    solver: CoalitionSolver[Allocation] | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[Allocation]: ...
@overload
def solve(
    game: CoalitionalGame,
    solver: CoalitionSolver[Coalitions],
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[Coalitions]: ...
@overload
def solve(
    game: FormationGame,
    solver: FormationSolver | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[Structure]: ...
@overload
def solve(
    game: Game,
    solver: None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
) -> Solution[Any]: ...


def solve(
    game: Game,
    solver: Solver[Any, Any] | None = None,
    *,
    at: Mapping[str, Value] | None = None,
    exact: bool = False,
    certify: bool = True,
    refinement: str = "none",
) -> Solution[Any]:
    """Return every equilibrium that the solver finds at every point of `at`, each with a certificate.

    `at` maps parameters to numbers or arrays that broadcast against each other; the rest are at their
    defaults. With `exact`, values are rationals and so is every number of the answer. Without a solver:
    backward induction for trees of perfect information, perfect Bayesian equilibria for other trees where that concept
    is defined (their theory is derived once and kept on disk), support enumeration for two players with at most six
    actions; for larger tables vertex enumeration, a linear programme where payoffs sum to zero, or Lemke-Howson; pure
    Nash equilibria for more players.

    With `certify=False` the certificate is computed only when the solution is asked for it, and mixed strategies too:
    for large batches of which one wants to know where equilibria exist.

    A `refinement` (`intuitive`, `D1`, `undefeated`) leaves of the perfect Bayesian equilibria of a tree those that it
    does not remove.

    Raises `ParameterError` for bad values and `SolverError` when no solver fits the game or a refinement is not
    defined for it.

    >>> from deterrence.games import StrategicGame
    >>> chicken = StrategicGame(
    ...     {"A": ["swerve", "go"], "B": ["swerve", "go"]},
    ...     {("swerve", "swerve"): {"A": 3, "B": 3}, ("swerve", "go"): {"A": 2, "B": 4},
    ...      ("go", "swerve"): {"A": 4, "B": 2}, ("go", "go"): {"A": 1, "B": 1}})
    >>> int(solve(chicken).count)
    3
    """
    form = form_of(game)
    if solver is not None and not isinstance(solver, form.solver):
        raise SolverError(f"{type(solver).__name__} does not solve {game.form} games", remedy=form.advice)
    points = parameter_points(game, at, exact=exact)
    if refinement != "none":
        return _solved(form, game, _refined(game, solver, refinement), points, certify)
    return _solved(form, game, solver or form.default(game), points, certify)


def _refined(game: Game, solver: Solver[Any, Any] | None, refinement: str) -> DerivedEquilibria:
    if solver is not None or not isinstance(game, ExtensiveGame):
        raise SolverError(
            "refinements are for perfect Bayesian equilibria of extensive games",
            where=f"refinement={refinement!r}",
            remedy="leave the refinement or the solver out",
        )
    return DerivedEquilibria(theory_of(game, refinement=refinement))


def _solved(form: Form, game: Game, solver: Solver[Any, Any], points: Points, certify: bool) -> Solution[Any]:
    parts: list[Found[Any]] = []
    checks: list[Callable[[], Certificate]] = []
    for block in _blocks(points, form.block(game)):
        compiled = form.arrays(game, block)
        found = _inside(solver.solve(compiled), block)
        parts.append(found)
        later = partial(_checked, form, game, block, found, solver.concept)
        checks.append(partial(_given, form.certify(compiled, found, solver.concept)) if certify else later)
    found = join_found(parts)
    certificates = partial(_joined_certificates, checks, found.exists.shape[1])
    outcomes = partial(_outcomes, form, game, points, found)
    return Solution(game, points, found, certificates, outcomes, repr(solver), solver.concept, solver.refinement)


def _checked(form: Form, game: Game, block: Points, found: Found[Any], concept: str) -> Certificate:
    return form.certify(form.arrays(game, block), found, concept)


def _outcomes(form: Form, game: Game, points: Points, found: Found[Any]) -> Outcomes:
    return form.outcomes(game, form.arrays(game, points), found.profiles, found.exists)


def _given(certificate: Certificate) -> Certificate:
    return certificate


def _joined_certificates(checks: Sequence[Callable[[], Certificate]], width: int) -> Certificate:
    return Certificate.join([check() for check in checks], width)


def _blocks(points: Points, size: int) -> Iterator[Points]:
    if points.size <= size:
        yield points
        return
    for start in range(0, points.size, size):
        yield points.select(slice(start, start + size))


def _inside(found: Found[ProfileT], points: Points) -> Found[ProfileT]:
    """Strike the points outside the model: they are reported by status, never silently solved."""
    inside = (points.admissible & points.defined).reshape(-1)
    if inside.all():
        return found
    return replace(found, exists=found.exists & inside[:, None], flagged=found.flagged & inside)
