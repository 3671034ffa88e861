"""How timing games are solved."""

from __future__ import annotations

from typing import Final

from deterrence.certify import Certificate, certify_quitting
from deterrence.compiled import CompiledTiming, compile_timing
from deterrence.forms.form import Form
from deterrence.games import TimingGame
from deterrence.outcomes import timing_outcomes
from deterrence.profiles import Found, QuitTimes
from deterrence.solvers import Attrition, TimingSolver

__all__ = ["FORM"]

TIMED: Final = 512  # timing games solved together: each has hundreds of numbers


def _certify_timing(game: CompiledTiming, found: Found[QuitTimes], concept: str) -> Certificate:
    return certify_quitting(game, found.profiles, found.exists)


def _timing_solver(game: TimingGame) -> TimingSolver:
    return Attrition()


FORM: Final = Form(
    game=TimingGame,
    solver=TimingSolver,
    default=_timing_solver,
    arrays=compile_timing,
    certify=_certify_timing,
    outcomes=timing_outcomes,
    advice="use Attrition()",
    block=lambda game: TIMED,
)
