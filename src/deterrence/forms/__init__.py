"""How each form of game is solved: its solvers, its compiled arrays, its checker, its outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deterrence.errors import SolverError
from deterrence.forms import (
    attrition,
    coalitional,
    commitment,
    continuous,
    extensive,
    formation,
    repeated,
    stochastic,
    strategic,
    threshold,
    timing,
)
from deterrence.forms.form import Form
from deterrence.games import Game

__all__ = ["FORMS", "Form", "form_of"]

FORMS: Final[Mapping[type[Game], Form]] = {
    form.game: form
    for form in (
        extensive.FORM,
        strategic.FORM,
        commitment.FORM,
        continuous.FORM,
        stochastic.FORM,
        timing.FORM,
        attrition.FORM,
        threshold.FORM,
        coalitional.FORM,
        formation.FORM,
        repeated.FORM,
    )
}


def form_of(game: Game) -> Form:
    """Return how the form of a game is solved; raise `SolverError` for a form without solvers."""
    if type(game) not in FORMS:
        raise SolverError(f"there is no solver of {game.form} games", remedy="use another form")
    return FORMS[type(game)]
