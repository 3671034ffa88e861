"""How repeated games with an agreement are solved."""

from __future__ import annotations

from typing import Final

from deterrence.certify import Certificate
from deterrence.forms.form import Form
from deterrence.games import RepeatedGame
from deterrence.profiles import DiscountRange, Found
from deterrence.repeated.ranges import (
    CompiledRepeated,
    PatienceRanges,
    certify_ranges,
    compile_repeated,
    range_outcomes,
)

__all__ = ["FORM"]

TOGETHER: Final = 4096  # points: each is solved at several discount factors to certify it


def _certify(game: CompiledRepeated, found: Found[DiscountRange], concept: str) -> Certificate:
    return certify_ranges(game, found.profiles, found.exists)


def _solver(game: RepeatedGame) -> PatienceRanges:
    return PatienceRanges()


FORM: Final = Form(
    game=RepeatedGame,
    solver=PatienceRanges,
    default=_solver,
    arrays=compile_repeated,
    certify=_certify,
    outcomes=range_outcomes,
    advice="use PatienceRanges()",
    block=lambda game: TOGETHER,
)
