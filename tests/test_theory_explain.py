"""Explanations: every mover's arithmetic under a written profile, against sums done by hand and the checker."""

from __future__ import annotations

from fractions import Fraction

import pytest

from deterrence.errors import GameError, ModelFileError, ParameterError
from deterrence.games import Chance, Decision, ExtensiveGame, Outcome, Player, StrategicGame, parameters
from deterrence.library import load
from deterrence.theory.accounts import Account, Explanation, Term
from deterrence.theory.explain import explain

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
        ("bluf", {}, GameError, "no result 'bluf' with a profile.*did you mean 'bluff'"),
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


def test_a_gap_is_filled_by_what_is_best_whatever_is_believed(game: ExtensiveGame) -> None:
    brief = {
        "Challenger": {"hard": {"root": "defect"}, "soft": {"root": "cooperate"}},
        "Defender": SEPARATING["Defender"],
    }
    found = explain(game, brief, at={"p_Def": "3/8"})
    assert (found.verdict, found.checked_gain) == ("yes", Fraction(0))
    assert account(found, "Challenger hard: last").prescription == "best"
    assert "fight is best whatever is believed" in str(account(found, "Challenger hard: last"))
    assert explain(game, "separating", at={"p_Def": "3/8"}).verdict == "yes"
    assert (
        explain(game, "separating", at={"p_Def": "3/4"}).deviations
        == explain(game, SEPARATING, at={"p_Def": "3/4"}).deviations
    )


def test_a_gap_that_matters_stays_open_and_is_named(game: ExtensiveGame) -> None:
    found = explain(game, {"Challenger": {"root": "defect"}})
    assert found.verdict == "open"
    assert found.sentence == "open: a prescription is missing"
    assert account(found, "Challenger hard: root").actions[1].needs == ("Defender soft: reply",)
    assert account(found, "Defender soft: reply").open == "nothing is prescribed here"
    assert "concede: 1 x 1 (concession) = 1" in str(account(found, "Defender soft: reply"))
    bare = explain(game, {})
    assert bare.verdict == "open"
    assert account(bare, "Defender soft: reply").reached is None


def test_a_missing_belief_is_told_by_the_threshold() -> None:
    beer = load("signalling/beer-quiche")
    assert isinstance(beer, ExtensiveGame)
    profile = {"Sender": {"breakfast": "quiche"}, "Receiver": {"saw-quiche": "leave", "saw-beer": "fight"}}
    found = explain(beer, profile)
    assert account(found, "Receiver: saw-beer").unless == ("P(Sender.strong) <= 1/2 (else leave is better)",)
    for strong, verdict in (("1/2", "yes"), (0.51, "no"), (Fraction(1, 10), "yes")):
        beliefs = {"Receiver": {"saw-beer": {"Sender.strong": strong}}}
        assert explain(beer, profile, beliefs=beliefs).verdict == verdict


def test_selten_on_the_horse() -> None:
    horse = load("solution-concepts/selten-horse")
    assert isinstance(horse, ExtensiveGame)
    found = explain(horse, {"First": {"first": "down"}, "Second": {"second": "across"}, "Third": {"third": "left"}})
    assert [(d.where, d.gain) for d in found.deviations] == [("Second: second", Fraction(3))]
    good = {"First": {"first": "across"}, "Second": {"second": "across"}, "Third": {"third": "right"}}
    assert explain(horse, good).verdict == "open"
    assert explain(horse, good, beliefs={"Third": {"third": {"third-right": "2/3"}}}).verdict == "yes"


def test_tables_are_explained_too() -> None:
    chicken = load("crisis-management/chicken")
    assert isinstance(chicken, StrategicGame)
    found = explain(chicken, {"Row": {"stand": 0.25}, "Column": "yield"})
    assert [(d.where, d.gain) for d in found.deviations] == [("Row", Fraction(3, 4)), ("Column", Fraction(1, 2))]
    assert explain(chicken, "brinkmanship").verdict == "yes"
    assert explain(chicken, {"Row": "stand"}).sentence == "open: a prescription is missing"
    with pytest.raises(GameError, match="beliefs follow from the profile"):
        explain(chicken, {"Row": "stand"}, beliefs={"Row": {"x": 1}})
    with pytest.raises(ModelFileError, match="did you mean 'stand'"):
        explain(chicken, {"Row": {"stnd": 1}})


def test_simultaneous_moves_are_explained() -> None:
    game = load("crisis-management/mutual-deterrence")
    assert isinstance(game, ExtensiveGame)
    found = explain(game, {"A": {"first": "defect"}, "B": {"second": "cooperate"}})
    assert found.verdict == "no"
    assert "pressed, A.hard" in str(account(found, "B soft: second"))
    assert "quiet" not in str(account(found, "B soft: second"))
