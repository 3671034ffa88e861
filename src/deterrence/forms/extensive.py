"""How extensive games are solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from deterrence.certify import (
    Certificate,
    certify_agent_logit,
    certify_consistent,
    certify_one_shot,
    certify_perfect_bayesian,
    certify_sequential,
    certify_subgame_perfect,
    certify_tree_nash,
)
from deterrence.compiled import CompiledTree, compile_tree
from deterrence.compiled.points import BoolArray
from deterrence.errors import SolverError
from deterrence.forms.form import Form
from deterrence.games import ExtensiveGame, Tree
from deterrence.outcomes import Outcomes, tree_outcomes
from deterrence.profiles import Assessment, Found
from deterrence.solvers import BackwardInduction, TreeSolver
from deterrence.theory.cache import theory_of
from deterrence.theory.solver import DerivedEquilibria

__all__ = ["FORM"]


_TREE_CHECKS: Final[Mapping[str, Callable[..., Certificate]]] = {
    "subgame-perfect": certify_subgame_perfect,
    "weak-pbe": certify_sequential,
    "pbe": certify_perfect_bayesian,
    "sequential": certify_consistent,
}


def _tree_solver(game: ExtensiveGame) -> TreeSolver:
    """Return backward induction for games of perfect information, else the game's theory under the default concept.

    That is perfect Bayesian equilibrium where it is defined, else sequential equilibrium. Raises `SolverError` with
    advice where the game is not given by rational functions.
    """
    if game.has_perfect_information or _knows_all(game.tree):
        return BackwardInduction()
    try:
        return DerivedEquilibria(theory_of(game))
    except SolverError as error:
        raise SolverError(
            f"the game has imperfect information: name a solver, since {error.problem}",
            where=error.where,
            remedy="for Nash equilibria ReducedStrategicForm(VertexEnumeration()), on the command line --solver nash",
        ) from error


def _knows_all(tree: Tree) -> bool:
    return all(len(h.members) == 1 for h in tree.information_sets)


def _certify_tree(game: CompiledTree, found: Found[Assessment], concept: str) -> Certificate:
    if concept == "agent-logit-qre":
        return certify_agent_logit(game, found.profiles, found.exists, found.precision)
    check = _TREE_CHECKS.get(concept, certify_tree_nash)
    if concept == "subgame-perfect" and _knows_all(game.tree):
        check = certify_one_shot
    return check(game, found.profiles, found.exists)


def _tree_outcomes(game: ExtensiveGame, compiled: CompiledTree, profile: Assessment, exists: BoolArray) -> Outcomes:
    return tree_outcomes(compiled, profile, exists)


FORM: Final = Form(
    game=ExtensiveGame,
    solver=TreeSolver,
    default=_tree_solver,
    arrays=compile_tree,
    certify=_certify_tree,
    outcomes=_tree_outcomes,
    advice="wrap a solver of strategic games: ReducedStrategicForm(solver)",
)
