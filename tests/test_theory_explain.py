"""Explanations: every mover's arithmetic under a written profile, against sums done by hand and the checker."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deterrence.errors import GameError, ModelFileError, ParameterError
from deterrence.games import Chance, Decision, ExtensiveGame, Outcome, Player, parameters
from deterrence.library import load
from deterrence.theory.explain import Account, Explanation, Term, explain

UDG = "alliance-commitment/unilateral-deterrence"
LAST = {"hard": {"last": "fight"}, "soft": {"last": "retreat"}}
SEPARATING: dict[str, object] = {
    "Challenger": {"hard": {"root": "defect", "last": "fight"}, "soft": {"root": "cooperate", "last": "retreat"}},
    "Defender": {"hard": {"reply": "defy"}, "soft": {"reply": "concede"}},
}
BRAVE: dict[str, object] = {"Challenger": {"root": "cooperate", **LAST}, "Defender": {"reply": "defy"}}


@pytest.fixture(scope="module")
def game() -> ExtensiveGame:
    game = load(UDG)
    assert isinstance(game, ExtensiveGame)
    return game


def account(explanation: Explanation, where: str) -> Account:
    (found,) = [a for a in explanation.accounts if a.where == where]
    return found


def test_nobody_deviates_inside_the_region(game: ExtensiveGame) -> None:
    found = explain(game, SEPARATING, at={"p_Def": "3/8"})
    assert found.verdict == "yes"
    assert found.deviations == ()
    root = account(found, "Challenger hard: root")
    assert root.actions[1].terms == (
        Term(Fraction(3, 8), "war", Fraction(2)),
        Term(Fraction(5, 8), "concession", Fraction(4)),
    )
    assert root.prescribed == Fraction(13, 4)
    assert "defect: 3/8 x 2 (war) + 5/8 x 4 (concession) = 13/4" in str(root)
    assert dict(account(found, "Defender hard: reply").beliefs) == {"Challenger.hard": 1, "Challenger.soft": 0}


def test_the_hard_challenger_deviates_beyond_the_threshold(game: ExtensiveGame) -> None:
    found = explain(game, SEPARATING, at={"p_Def": "3/4"})
    assert found.verdict == "no"
    (deviation,) = found.deviations
    assert (deviation.where, deviation.gain) == ("Challenger hard: root", Fraction(1, 2))
    assert deviation.best is not None
    assert deviation.best.action == "cooperate"
    assert found.checked_gain == Fraction(1, 2)
    assert "gain 1/2" in str(found)


def test_the_soft_challenger_deviates_below_the_other(game: ExtensiveGame) -> None:
    found = explain(game, SEPARATING, at={"p_Def": "1/10"})
    assert [d.where for d in found.deviations] == ["Challenger soft: root"]
    assert found.deviations[0].gain == Fraction(36, 10) - 3


@pytest.mark.parametrize(("belief", "verdict"), [("1/2", "yes"), ("2/3", "yes"), ("9/10", "no"), (None, "open")])
def test_off_the_path_the_belief_decides(game: ExtensiveGame, belief: str | None, verdict: str) -> None:
    beliefs = {"Defender": {"reply": {"Challenger.hard": belief}}} if belief else None
    found = explain(game, BRAVE, at={"p_Def": "1/10"}, beliefs=beliefs)
    assert found.verdict == verdict
    if verdict == "no":
        assert [(d.where, d.gain) for d in found.deviations] == [("Defender soft: reply", Fraction(7, 10))]
    if verdict == "open":
        assert "no belief is given here" in str(account(found, "Defender soft: reply"))


def test_a_belief_against_bayes_is_named(game: ExtensiveGame) -> None:
    beliefs = {"Defender": {"soft": {"reply": {"Challenger.hard": 0.5}}}}
    found = explain(game, SEPARATING, at={"p_Def": "3/8"}, beliefs=beliefs)
    assert found.verdict == "no"
    assert "Bayes' rule, which gives Challenger.hard 1" in account(found, "Defender soft: reply").conflict


def test_mixtures_may_use_parameters_and_definitions(game: ExtensiveGame) -> None:
    bluff = {
        "Challenger": {
            "hard": {"root": "defect", "last": "fight"},
            "soft": {"root": {"defect": "p_Ch*(1 - d_star)/((1 - p_Ch)*d_star)"}, "last": "retreat"},
        },
        "Defender": {"hard": {"reply": "defy"}, "soft": {"reply": {"defy": "(t_soft - p_Def)/(1 - p_Def)"}}},
    }
    found = explain(game, bluff, at={"p_Def": "1/10"})
    assert found.verdict == "yes"
    indifferent = account(found, "Defender soft: reply")
    assert {a.worth for a in indifferent.actions} == {Fraction(1)}


@pytest.mark.parametrize(
    ("profile", "at", "error", "message"),
    [
        ({"Challenger": {"root": "cooperate"}}, {}, GameError, "nothing is prescribed at .*Defender hard: reply"),
        ({"Chalenger": {"root": "cooperate"}}, {}, ModelFileError, "did you mean 'Challenger'"),
        (BRAVE, {"p_Def": [0.1, 0.2]}, ParameterError, "one admissible point"),
        (BRAVE, {"c_SQ": 9}, ParameterError, "one admissible point"),
        ({**BRAVE, "Defender": {"reply": {"defy": 2}}}, {}, GameError, "no distribution"),
    ],
)
def test_what_cannot_be_explained_is_refused(
    game: ExtensiveGame, profile: dict[str, object], at: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        explain(game, profile, at=at)  # type: ignore[arg-type]  # wrong values on purpose


def test_beliefs_must_be_distributions(game: ExtensiveGame) -> None:
    with pytest.raises(GameError, match="no distribution"):
        explain(game, BRAVE, beliefs={"Defender": {"reply": {"Challenger.hard": "3/2"}}})


def test_payments_and_chance_enter_the_sum() -> None:
    v, k = parameters("v k", domain="positive")
    ends = [Outcome(name, {"A": x}) for name, x in (("win", v), ("lose", -v), ("stay", 0))]
    lottery = Chance("lottery", {"up": ("1/4", ends[0]), "down": ("3/4", ends[1])})
    root = Decision("root", "A", {"try": lottery, "stay": ends[2]}, pays={"try": {"A": -k}})
    found = explain(ExtensiveGame(root, players=[Player("A")]), {"A": {"root": "try"}}, at={"v": 2, "k": 1})
    (only,) = found.accounts
    assert only.actions[0].terms == (
        Term(Fraction(1, 4), "win", Fraction(1)),
        Term(Fraction(3, 4), "lose", Fraction(-3)),
    )
    assert only.gain == 2
    assert found.verdict == "no"
