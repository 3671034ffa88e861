"""How formation games are solved."""

from __future__ import annotations

from functools import partial
from typing import Final

from deterrence.certify import Certificate, certify_structures
from deterrence.compiled import CompiledFormation, compile_formation
from deterrence.compiled.formation import structures
from deterrence.forms.form import BLOCK, Form
from deterrence.games import FormationGame
from deterrence.outcomes import formation_outcomes
from deterrence.profiles import Found, Structure
from deterrence.solvers import CoalitionProof, Efficient, FormationSolver, PairwiseStable, WarStable

__all__ = ["FORM"]

PAYOFFS: Final = 1 << 21  # of all structures solved together


def _stable(game: FormationGame) -> FormationSolver:
    """Return the solver of war stability where strengths are given, else that of the structure's own stability."""
    if game.strengths:
        return WarStable()
    return PairwiseStable() if game.kind == "network" else CoalitionProof()


def _certify(game: CompiledFormation, found: Found[Structure], concept: str) -> Certificate:
    return certify_structures(game, found.profiles, found.exists, concept)


def _block(game: FormationGame) -> int:
    numbers = len(game.players) * len(structures(game.kind, len(game.players)).joined)
    return max(1, min(BLOCK, PAYOFFS // numbers))


FORM: Final = Form(
    game=FormationGame,
    solver=FormationSolver,
    default=_stable,
    arrays=compile_formation,
    certify=_certify,
    outcomes=formation_outcomes,
    advice="use PairwiseStable(), WarStable(), CoalitionProof() or Efficient()",
    block=_block,
    concepts={
        "pairwise-stable": PairwiseStable,
        "war-stable": WarStable,
        "efficient": Efficient,
        "delta-stable": CoalitionProof,
        "gamma-stable": partial(CoalitionProof, dissolve=True),
    },
)
