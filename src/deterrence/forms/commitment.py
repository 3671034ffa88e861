"""How commitment games are solved."""

from __future__ import annotations

from typing import Final

from deterrence.certify import Certificate, certify_commitment
from deterrence.compiled import CompiledCommitment, compile_commitment
from deterrence.forms.form import Form
from deterrence.games import CommitmentGame
from deterrence.outcomes import commitment_outcomes
from deterrence.profiles import Commitment, Found
from deterrence.solvers import Candidates, CommitmentSolver

__all__ = ["FORM"]

CANDIDATES: Final = 4096  # points of a commitment game: each has dozens of candidates in several ways


def _candidates(game: CommitmentGame) -> CommitmentSolver:
    return Candidates()


def _certify_commitment(game: CompiledCommitment, found: Found[Commitment], concept: str) -> Certificate:
    return certify_commitment(game, found.profiles, found.exists)


FORM: Final = Form(
    game=CommitmentGame,
    solver=CommitmentSolver,
    default=_candidates,
    arrays=compile_commitment,
    certify=_certify_commitment,
    outcomes=commitment_outcomes,
    advice="use Candidates()",
    block=lambda game: CANDIDATES,
)
