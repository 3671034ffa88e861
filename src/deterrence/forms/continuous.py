"""How continuous games are solved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deterrence.certify import Certificate, certify_actions, certify_joint_optimum, certify_leadership, certify_lindahl
from deterrence.compiled import CompiledContinuous, compile_continuous
from deterrence.compiled.first_order import first_order
from deterrence.forms.form import BLOCK, Form
from deterrence.games import ContinuousGame
from deterrence.outcomes import action_outcomes
from deterrence.profiles import ActionProfile, Found
from deterrence.solvers import (
    AggregateRoot,
    BestReplies,
    BestShot,
    ContinuousSolver,
    JointOptimum,
    Lindahl,
    WeakestLink,
)

__all__ = ["FORM"]

LED_BY: Final = "leadership of "  # how the concept of that solver begins; the rest is the leader

ACTIONS: Final = 1 << 20  # numbers of all players solved together


def _continuous_solver(game: ContinuousGame) -> ContinuousSolver:
    """Return the solver that fits the aggregate and the first-order conditions."""
    extremes: Mapping[str, ContinuousSolver] = {"min": WeakestLink(), "max": BestShot()}
    roots = BestReplies() if first_order(game) is None else AggregateRoot()
    return extremes.get(game.aggregate.kind, roots)


def _certify_actions(game: CompiledContinuous, found: Found[ActionProfile], concept: str) -> Certificate:
    if concept.startswith(LED_BY):
        leader = concept.removeprefix(LED_BY)
        return certify_leadership(game, found.profiles, found.exists, leader=leader)
    checks = {"joint-optimum": certify_joint_optimum, "lindahl": certify_lindahl}
    return checks.get(concept, certify_actions)(game, found.profiles, found.exists)


FORM: Final = Form(
    game=ContinuousGame,
    solver=ContinuousSolver,
    default=_continuous_solver,
    arrays=compile_continuous,
    certify=_certify_actions,
    outcomes=action_outcomes,
    advice="use a solver such as AggregateRoot() or BestReplies()",
    block=lambda game: max(1, min(BLOCK, ACTIONS // len(game.players))),
    concepts={"joint-optimum": JointOptimum, "lindahl": Lindahl},
)
