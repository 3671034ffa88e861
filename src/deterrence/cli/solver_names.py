"""Solvers by the names that the command line gives them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from deterrence.compiled import Value
from deterrence.errors import SolverError
from deterrence.expressions import did_you_mean
from deterrence.forms import form_of
from deterrence.games import ExtensiveGame, Game, StrategicGame
from deterrence.report.answers import Answer, answer
from deterrence.solvers import (
    AgentQuantalResponse,
    BackwardInduction,
    LemkeHowson,
    LogitQuantalResponse,
    PureNash,
    ReducedStrategicForm,
    StrongStackelberg,
    SupportEnumeration,
    TableSolver,
    TreeSolver,
    VertexEnumeration,
    ZeroSum,
)
from deterrence.solving import solve
from deterrence.theory.cache import theory_of
from deterrence.theory.solver import DerivedEquilibria

__all__ = ["SOLVERS", "solved", "swept_by", "table_solver", "tree_solver"]

SOLVERS: Final[Mapping[str, str]] = {
    "backward-induction": "trees of perfect information: every pure subgame perfect equilibrium",
    "backward-induction-first": "the same, ties broken in favour of the action listed first",
    "nash": "all extreme Nash equilibria of two players; of a tree through its reduced strategic form",
    "pure-nash": "every Nash equilibrium in pure strategies, for any number of players",
    "support-enumeration": "all Nash equilibria of two players with at most six actions or plans each",
    "vertex-enumeration": "all extreme Nash equilibria of two players",
    "lemke-howson": "one Nash equilibrium of two players",
    "zero-sum": "optimal strategies of two players whose payoffs sum to a constant, exactly",
    "strong-stackelberg": "the first player's best mixed commitments, seen by the second",
    "logit-qre": "the logit quantal response equilibrium at --precision; of a tree in agent form",
    "nashpy-vertex-enumeration": "nashpy's vertex enumeration, verified",
    "nashpy-lemke-howson": "nashpy's Lemke-Howson, verified",
}


def table_solver(name: str, precision: float = 1.0) -> TableSolver:
    """Return a solver of strategic games by name; raise `SolverError` for another name."""
    match name:
        case "nash" | "vertex-enumeration":
            return VertexEnumeration()
        case "support-enumeration":
            return SupportEnumeration()
        case "pure-nash":
            return PureNash()
        case "lemke-howson":
            return LemkeHowson()
        case "zero-sum":
            return ZeroSum()
        case "strong-stackelberg":
            return StrongStackelberg()
        case "logit-qre":
            return LogitQuantalResponse(precision)
        case "nashpy-vertex-enumeration" | "nashpy-lemke-howson":
            from deterrence.solvers.nashpy_solvers import NashpyLemkeHowson, NashpyVertexEnumeration

            return NashpyVertexEnumeration() if name == "nashpy-vertex-enumeration" else NashpyLemkeHowson()
    if name in SOLVERS:
        raise SolverError(f"{name} solves trees", where="--solver", remedy="name another; --solver help lists them")
    raise SolverError(f"no solver {name[:80]!r}", where="--solver", remedy=did_you_mean(name, SOLVERS))


def tree_solver(name: str, precision: float = 1.0) -> TreeSolver:
    """Return a solver of extensive games by name; those of strategic games work on the reduced form."""
    match name:
        case "backward-induction":
            return BackwardInduction()
        case "backward-induction-first":
            return BackwardInduction(ties="first")
        case "logit-qre":
            return AgentQuantalResponse(precision)
        case "strong-stackelberg":
            raise SolverError(
                f"{name} solves strategic games", where="--solver", remedy="for trees there are commitment games"
            )
    return ReducedStrategicForm(table_solver(name))


def _solver_of(game: Game, concept: str) -> Any:
    """Return the solver of a concept that the game's form names."""
    form = form_of(game)
    solver = form.solver_for(concept)
    if solver is None:
        known = f"one of {', '.join(form.concepts)}" if form.concepts else "leave it out"
        raise SolverError(f"no concept {concept[:80]!r} for {game.form} games", where="--concept", remedy=known)
    return solver


def swept_by(game: Game, concept: str) -> dict[str, Any]:
    """Return what a sweep takes its equilibria from: the theory or solver of a concept, nothing for the default."""
    if not concept:
        return {}
    if isinstance(game, ExtensiveGame):
        return {"theory": theory_of(game, concept=concept)}
    return {"solver": _solver_of(game, concept)}


def solved(
    game: Game,
    point: Mapping[str, Fraction],
    *,
    solver_name: str = "",
    concept: str = "",
    refinement: str = "none",
    exact: bool = False,
    precision: float = 1.0,
) -> Answer:
    """Return the answer at a point; without solver or concept that of the default solver.

    For Nash equilibria of a tree the checker also looks at subgame perfection and sequential rationality.
    """
    at: dict[str, Value] = dict(point)
    if refinement != "none" and not isinstance(game, ExtensiveGame):
        raise SolverError("refinements are for extensive games", where="--refine", remedy="leave it out")
    if concept and not isinstance(game, ExtensiveGame):
        return answer(solve(game, _solver_of(game, concept), at=at, exact=exact), point)
    if isinstance(game, StrategicGame):
        table = table_solver(solver_name, precision) if solver_name else None
        return answer(solve(game, table, at=at, exact=exact), point)
    if isinstance(game, ExtensiveGame):
        tree = tree_solver(solver_name, precision) if solver_name else None
        if concept or refinement != "none":
            tree = DerivedEquilibria(theory_of(game, concept=concept or None, refinement=refinement))
        return answer(solve(game, tree, at=at, exact=exact), point, refine=solver_name != "logit-qre")
    if solver_name:
        raise SolverError(f"{solver_name[:80]} does not solve {game.form} games", remedy="leave --solver out")
    return answer(solve(game, at=at, exact=exact), point)
