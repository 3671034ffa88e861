"""Answers claim no more than was shown: found, exists, proved, passed and their opposites are kept apart."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from deterrence.games import Decision, ExtensiveGame, Outcome, Player, StrategicGame
from deterrence.profiles import Completeness
from deterrence.report.answers import Answer, answer
from deterrence.report.comparison import comparison_blocks
from deterrence.report.plain import plain_text
from deterrence.report.solutions import answer_blocks, choice_text, completeness_text, count_text
from deterrence.solution import Status
from deterrence.solvers import ReducedStrategicForm, VertexEnumeration
from deterrence.solving import solve


def entry_game() -> ExtensiveGame:
    """An entrant stays out or enters; the incumbent yields or fights: an empty threat is Nash, not perfect."""
    out = Outcome("out", {"Entrant": 0, "Incumbent": 2})
    war = Outcome("war", {"Entrant": -1, "Incumbent": -1})
    share = Outcome("share", {"Entrant": 1, "Incumbent": 1})
    reply = Decision("reply", "Incumbent", {"fight": war, "yield": share})
    root = Decision("root", "Entrant", {"stay out": out, "enter": reply})
    return ExtensiveGame(root, players=[Player("Entrant"), Player("Incumbent")])


@pytest.fixture(scope="module")
def perfect() -> Answer:
    return answer(solve(entry_game(), exact=True), {}, refine=True)


@pytest.fixture(scope="module")
def nash() -> Answer:
    return answer(solve(entry_game(), ReducedStrategicForm(VertexEnumeration()), exact=True), {}, refine=True)


@pytest.mark.parametrize(
    ("status", "said", "never"),
    [
        (Status.NONE_EXISTS, "no subgame perfect equilibrium exists", "found"),
        (Status.NONE_FOUND, "was found, which does not show that none exists", "no subgame perfect equilibrium exists"),
        (Status.OUTSIDE, "outside the model's assumptions: not solved", "equilibrium"),
        (Status.UNDEFINED, "has no value at this point: not solved", "equilibrium"),
    ],
)
def test_kinds_of_nothing(status: Status, said: str, never: str, perfect: Answer) -> None:
    text = count_text(replace(perfect, status=status, equilibria=()))
    assert said in text
    assert never not in text


def test_completeness_is_told_with_its_argument(perfect: Answer) -> None:
    assert completeness_text(perfect).startswith("completeness: complete: backward induction")
    some = replace(perfect, completeness=Completeness.SOME, argument="one path")
    assert completeness_text(some) == "completeness: not complete, or not known to be: one path"
    unknown = replace(perfect, completeness=Completeness.UNKNOWN, argument="")
    assert completeness_text(unknown) == "completeness: unknown"


def test_one_and_many(perfect: Answer, nash: Answer) -> None:
    assert count_text(perfect) == "1 subgame perfect equilibrium found"
    assert len(nash.equilibria) > 1
    assert count_text(nash) == f"{len(nash.equilibria)} Nash equilibria found"


def test_the_empty_threat_is_nash_and_not_perfect(nash: Answer) -> None:
    verdicts = {}
    for equilibrium in nash.equilibria:
        assert equilibrium.passed
        assert equilibrium.rationality is not None
        verdicts[dict(equilibrium.events)["out"]] = equilibrium.rationality.subgame_perfect
    assert verdicts == {Fraction(0): "yes", Fraction(1): "no"}
    text = plain_text(answer_blocks(nash))
    assert "subgame perfect: no" in text
    assert "not subgame perfect: Incumbent at" in text


def test_open_choices_are_named_open(nash: Answer) -> None:
    choice = nash.equilibria[0].choices[0]
    assert choice_text(choice) in ("stay out", "enter")
    assert choice_text(replace(choice, probabilities=())).startswith("open: ")
    mixed = (("stay out", Fraction(1, 3)), ("enter", Fraction(2, 3)))
    assert choice_text(replace(choice, probabilities=mixed)).startswith("stay out 1/3 (≈ 0.333333), enter 2/3")


def test_a_failed_certificate_is_shouted(perfect: Answer) -> None:
    wrong = replace(perfect.equilibria[0], passed=False, gain=Fraction(1, 2))
    broken = replace(perfect, equilibria=(wrong,))
    assert not broken.certified
    assert "certificate: FAILED; largest gain of a deviation 1/2 (0.5)" in plain_text(answer_blocks(broken))
    assert "FAILED" in plain_text(comparison_blocks(broken))


def test_comparison_puts_the_rational_first_and_drops_none(nash: Answer) -> None:
    text = plain_text(comparison_blocks(nash))
    last = next(line.split()[2:] for line in text.splitlines() if line.startswith("sequentially rational"))
    assert last == sorted(last, reverse=True)
    assert all(f"equilibrium {i + 1}" in text for i in range(len(nash.equilibria)))


def test_mixtures_of_a_table_are_exact() -> None:
    chicken = StrategicGame(
        {"A": ["swerve", "go"], "B": ["swerve", "go"]},
        {
            ("swerve", "swerve"): {"A": 3, "B": 3},
            ("swerve", "go"): {"A": 2, "B": 4},
            ("go", "swerve"): {"A": 4, "B": 2},
            ("go", "go"): {"A": 0, "B": 0},
        },
    )
    text = plain_text(answer_blocks(answer(solve(chicken, exact=True), {})))
    assert "3 Nash equilibria found" in text
    assert "A       swerve 2/3 (≈ 0.666667), go 1/3 (≈ 0.333333)" in text
    assert "subgame perfect" not in text
