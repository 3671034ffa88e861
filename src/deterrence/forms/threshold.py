"""How threshold games are solved."""

from __future__ import annotations

from typing import Final

from deterrence.certify import Certificate, certify_cutoffs
from deterrence.compiled import CompiledThresholds, compile_thresholds
from deterrence.forms.form import Form
from deterrence.games import ThresholdGame
from deterrence.outcomes import threshold_outcomes
from deterrence.profiles import CutoffProfile, Found
from deterrence.solvers import CutoffEquilibria, ThresholdSolver

__all__ = ["FORM"]


def _certify_thresholds(game: CompiledThresholds, found: Found[CutoffProfile], concept: str) -> Certificate:
    return certify_cutoffs(game, found.profiles, found.exists)


def _threshold_solver(game: ThresholdGame) -> ThresholdSolver:
    return CutoffEquilibria()


FORM: Final = Form(
    game=ThresholdGame,
    solver=ThresholdSolver,
    default=_threshold_solver,
    arrays=compile_thresholds,
    certify=_certify_thresholds,
    outcomes=threshold_outcomes,
    advice="use CutoffEquilibria()",
)
