"""How symmetric wars of attrition are solved."""

from __future__ import annotations

from typing import Final

from deterrence.certify import Certificate, certify_attrition
from deterrence.compiled import CompiledAttrition, compile_attrition
from deterrence.forms.form import Form
from deterrence.games import AttritionGame
from deterrence.outcomes import attrition_outcomes
from deterrence.profiles import Found, QuitTimes
from deterrence.solvers import AttritionSolver, SymmetricAttrition

__all__ = ["FORM"]

TOGETHER: Final = 512  # games solved together: each has hundreds of numbers


def _certified(game: CompiledAttrition, found: Found[QuitTimes], concept: str) -> Certificate:
    return certify_attrition(game, found.profiles, found.exists)


def _solver(game: AttritionGame) -> AttritionSolver:
    return SymmetricAttrition()


FORM: Final = Form(
    game=AttritionGame,
    solver=AttritionSolver,
    default=_solver,
    arrays=compile_attrition,
    certify=_certified,
    outcomes=attrition_outcomes,
    advice="use SymmetricAttrition()",
    block=lambda game: TOGETHER,
)
