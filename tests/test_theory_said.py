"""What theories and answers say of themselves: regions not compared, refinements, counts beside classes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from command_line import DETERRENCE, CommandLine
from deterrence.checking import check_instance
from deterrence.errors import SolverError
from deterrence.games import Decision, ExtensiveGame, Outcome, Player, parameters
from deterrence.library import load
from deterrence.theory import Theory, derive
from deterrence.theory import tiling as tilings
from deterrence.theory.cases import Cases, uncertified
from deterrence.theory.encoding import decoded, encoded
from theory_games import deterrence_theory


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def test_a_theory_says_why_its_regions_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = replace(deterrence_theory(), tiling=None)
    monkeypatch.setattr(tilings, "MOST_CLASSES", 2)
    large = tilings.with_tiling(plain)
    assert (large.tiling, large.untiled[:25]) == (None, "more than 2 generic class")
    assert "how the regions lie is not said: more than 2" in str(large.table())
    assert "How the regions lie is not said" in large.latex()
    assert decoded(large.game, encoded(large)).untiled == large.untiled
    monkeypatch.setattr(tilings, "MOST_CLASSES", 120)

    def refuse(_: Theory) -> None:
        raise SolverError("a division by p may be by zero")

    monkeypatch.setattr(tilings, "tiling", refuse)
    assert tilings.with_tiling(plain).untiled == "a division by p may be by zero"


def test_solve_names_concept_and_refinement(command: CommandLine) -> None:
    assert "concept pbe, refinement none" in command.good("solve", DETERRENCE).out
    refined = command.good("solve", DETERRENCE, "--refine", "D1").out
    assert "concept pbe, refinement D1" in refined
    assert "1 perfect Bayesian equilibrium refined by D1 found" in refined


def test_derive_refines_on_the_command_line(command: CommandLine) -> None:
    text = command.good("derive", DETERRENCE, "--refine", "intuitive").out
    assert "refinement: intuitive" in text
    assert "Removed by intuitive" in text
    wrong = command("derive", DETERRENCE, "--refine", "D2")
    assert wrong.code == 2
    assert "D1" in wrong.err


def test_an_instance_may_give_a_class_and_the_number_of_equilibria() -> None:
    game = load("crisis-management/international-interaction")
    assert isinstance(game, ExtensiveGame)
    first = game.about.instances[0]
    assert check_instance(game, replace(first, count=1)).verdict == "ok"
    assert check_instance(game, replace(first, count=2)).verdict == "failed"


def test_outcomes_may_be_reached_several_times_in_a_tree_without_types() -> None:
    v, c = parameters("v c", domain="positive")
    war, peace = Outcome("war", {"A": -c, "B": -c}), Outcome("peace", {"A": v, "B": 0})
    reply = Decision("reply", "B", {"fight": war, "yield": peace})
    start = Decision("start", "A", {"strike": war, "press": reply, "leave": peace})
    game = ExtensiveGame(start, players=[Player("A"), Player("B")])
    theory = derive(game, concept="subgame-perfect")
    assert {c.support[1] for c in theory.classes} == {(1,)}
    assert all(set(c.support[0]) <= {1, 2} for c in theory.classes)


def test_points_of_sequential_equilibria_are_confirmed_by_their_consistency() -> None:
    game = load("solution-concepts/crossed-suspicions")
    assert isinstance(game, ExtensiveGame)
    weak, strong = (derive(game, concept=concept) for concept in ("weak-pbe", "sequential"))
    both = weak.named("both suspected")
    point = Cases(weak).point(Cases(weak).conditions(both))
    assert point is not None
    assert uncertified(weak, both, point) == ""
    assert "not consistent" in uncertified(replace(weak, concept="sequential"), both, point)
    cases = Cases(strong)
    for found in strong.generic:
        where = cases.point(cases.conditions(found))
        assert where is not None
        assert uncertified(strong, found, where) == ""


@pytest.mark.exhaustive
def test_two_rounds_of_reassurance_have_the_known_classes() -> None:
    game = load("signalling/two-round-reassurance")
    assert isinstance(game, ExtensiveGame)
    theory = derive(game)
    assert (theory.complete, len(theory.generic), theory.counts["undecided"]) == (True, 17, 0)
