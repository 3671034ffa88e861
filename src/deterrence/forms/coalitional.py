"""How coalitional games are solved."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from deterrence.certify import (
    Certificate,
    certify_bargain,
    certify_core,
    certify_minimal,
    certify_nucleolus,
    certify_value,
)
from deterrence.compiled import CompiledCoalitions, compile_coalitions
from deterrence.forms.form import BLOCK, Form
from deterrence.games import CoalitionalGame
from deterrence.outcomes import coalition_outcomes
from deterrence.profiles import Found
from deterrence.solvers import (
    Banzhaf,
    CoalitionSolver,
    Core,
    MinimalWinning,
    NashBargaining,
    Nucleolus,
    Shapley,
)

__all__ = ["FORM"]

WORTHS: Final = 1 << 17  # of all coalitions solved together: their arrays stay in the cache


def _shapley(game: CoalitionalGame) -> Shapley:
    return Shapley()


def _certify(game: CompiledCoalitions, found: Found[Any], concept: str) -> Certificate:
    checks: dict[str, Callable[..., Certificate]] = {
        "core": certify_core,
        "minimal-winning": certify_minimal,
        "nash-bargaining": certify_bargain,
        "nucleolus": partial(certify_nucleolus, rational=True),
        "prenucleolus": partial(certify_nucleolus, rational=False),
    }
    check = checks.get(concept, partial(certify_value, concept=concept))
    return check(game, found.profiles, found.exists)


FORM: Final = Form(
    game=CoalitionalGame,
    solver=CoalitionSolver,
    default=_shapley,
    arrays=compile_coalitions,
    certify=_certify,
    outcomes=coalition_outcomes,
    advice="use Shapley(), Banzhaf(), Core(), Nucleolus(), NashBargaining() or MinimalWinning()",
    block=lambda game: max(1, min(BLOCK, WORTHS >> len(game.players))),
    concepts={
        "shapley": Shapley,
        "banzhaf": Banzhaf,
        "banzhaf-index": partial(Banzhaf, normalised=True),
        "core": Core,
        "nucleolus": Nucleolus,
        "prenucleolus": partial(Nucleolus, rational=False),
        "minimal-winning": MinimalWinning,
        "nash-bargaining": NashBargaining,
    },
)
