"""Statements on how a quantity moves with a parameter: across classes, at jumps, against exact pairs of points."""

from __future__ import annotations

import pytest

from deterrence.errors import ParameterError, SolverError
from deterrence.theory.movements import movement
from deterrence.theory.prove import prove
from deterrence.theory.verdicts import Proof, Reversed
from theory_games import deterrence_theory, entry_theory


@pytest.mark.parametrize(
    ("statement", "within", "holds"),
    [
        ("P(war) rises in p_Def", "separating", True),
        ("P(war) falls in p_Def", "separating", False),
        ("P(war) is constant in p_Def", "bluff", True),
        ("P(war) rises in p_Def", "bluff", False),
        ("P(war) never rises in p_Def", "bluff", True),
        ("P(war) never falls in p_Ch", "bluff", True),
        ("P(war) is constant in c_CD", "off-path deterrence", True),
        ("t_soft falls in c_SQ", None, True),
        ("t_soft never falls in c_SQ", None, False),
    ],
)
def test_movements_of_a_class_and_of_parameters(statement: str, within: str | None, holds: bool) -> None:
    verdict = prove(deterrence_theory(), statement, within=within)
    assert isinstance(verdict, Proof if holds else Reversed)
    assert verdict.word == ("proved" if holds else "refuted")


def test_a_proof_lists_derivatives_and_jumps() -> None:
    verdict = prove(entry_theory(), "P(fight) never falls in c", within=None)
    rises = prove(entry_theory(), "P(out) never falls in c")
    assert isinstance(rises, Proof)
    assert any("the jump from" in note and "is +" in note for note in rises.notes)
    assert any("derivative" in note for note in rises.notes)
    assert isinstance(verdict, Reversed)


def test_a_refutation_is_two_equilibria_at_points_that_differ_in_the_parameter() -> None:
    verdict = prove(deterrence_theory(), "P(war) falls in p_Def")
    assert isinstance(verdict, Reversed)
    assert verdict.reversal is not None
    (low, high), (before, after) = verdict.reversal.wrt, verdict.reversal.values
    assert low < high
    assert before < after
    assert "p_Def" not in verdict.reversal.point
    assert f"rises from {before} to {after} as p_Def goes from {low} to {high}" in str(verdict)
    assert "it is constant" not in str(verdict)


def test_what_movements_do_not_take() -> None:
    assert movement("P(war) <= p") is None
    with pytest.raises(SolverError, match="takes no premise"):
        prove(deterrence_theory(), "P(war) falls in p_Def", given="p_Ch > 1/2")
    with pytest.raises(ParameterError, match="no parameter 'p_Df'"):
        prove(deterrence_theory(), "P(war) falls in p_Df")
