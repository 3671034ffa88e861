"""The entrance to the solvers: defaults, blocks, status of points, provenance."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import ParameterError, SolverError
from deterrence.forms import strategic
from deterrence.games import Decision, ExtensiveGame, Outcome, Player, StrategicGame, parameters
from deterrence.library import load
from deterrence.profiles import Assessment, Completeness
from deterrence.solution import Status
from deterrence.solvers import PureNash, ReducedStrategicForm, VertexEnumeration
from deterrence.solving import solve

T, R, P, S = parameters("T R P S")


def dilemma(*, assume: tuple[str, ...] = ()) -> StrategicGame:
    """Return a symmetric 2 x 2 game."""
    return StrategicGame(
        {"A": ["c", "d"], "B": ["c", "d"]},
        {
            ("c", "c"): {"A": R, "B": R},
            ("c", "d"): {"A": S, "B": T},
            ("d", "c"): {"A": T, "B": S},
            ("d", "d"): {"A": P, "B": P},
        },
        assume=assume,
    )


def deterrent() -> ExtensiveGame:
    """Return an attack that the other side may resist."""
    v, c = parameters("v c")
    war = Outcome("war", {"A": v - c, "D": 1 - c})
    peace = Outcome("peace", {"A": 0, "D": 2})
    fait = Outcome("fait accompli", {"A": v, "D": 0})
    reply = Decision("reply", "D", {"resist": war, "yield": fait})
    return ExtensiveGame(Decision("start", "A", {"attack": reply, "wait": peace}), players=[Player("A"), Player("D")])


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    block = 1_000
    monkeypatch.setattr(strategic, "PAYOFFS", 8 * block)
    rng = np.random.default_rng(1)
    at = {name: rng.integers(0, 5, 20 * block + 100).astype(float) for name in "TRPS"}
    whole = solve(dilemma(), at=at)
    for part in (slice(0, 50), slice(block - 20, block + 20), slice(20 * block + 50, None)):
        alone = solve(dilemma(), at={name: values[part] for name, values in at.items()})
        assert (alone.count == whole.count[part]).all()
        width = alone.exists.shape[-1]
        for player in "AB":
            ours, theirs = alone.payoff(player), whole.payoff(player)[part, :width]
            assert np.allclose(ours, theirs, equal_nan=True)
    assert whole.certified.all()
    assert whole.flagged.any()


def test_points_keep_their_shape() -> None:
    answer = solve(deterrent(), at={"v": np.linspace(0.1, 2, 6)[:, None], "c": np.linspace(0.2, 3, 7)})
    assert answer.shape == (6, 7) == answer.count.shape == answer.status.shape
    assert answer.exists.shape[:2] == answer.probability("war").shape[:2] == (6, 7)


def test_points_outside_the_assumptions_are_marked_and_not_solved() -> None:
    game = dilemma(assume=("T > R > P > S",))
    answer = solve(game, at={"T": np.array([5.0, 1.0, np.nan, np.inf]), "R": 3, "P": 1, "S": 0})
    states = [Status(int(s)) for s in answer.status]
    assert states == [Status.SOLVED, Status.OUTSIDE, Status.UNDEFINED, Status.UNDEFINED]
    assert answer.count.tolist() == [1, 0, 0, 0]


def test_no_pure_equilibrium_is_a_proof_for_that_concept_only() -> None:
    pennies = StrategicGame(
        {"A": ["h", "t"], "B": ["h", "t"]},
        {(a, b): {"A": 1 if a == b else -1, "B": -1 if a == b else 1} for a in "ht" for b in "ht"},
    )
    answer = solve(pennies, PureNash())
    assert Status(int(answer.status)) is Status.NONE_EXISTS
    assert answer.concept == "pure-nash"
    assert int(solve(pennies).count) == 1


def test_exact_answers_are_fractions() -> None:
    answer = solve(dilemma(), at={"T": 7, "R": 6, "P": 0, "S": 2}, exact=True)
    disaster = {Fraction(value) for value in answer.probability("d | d")}
    assert disaster == {Fraction(0), Fraction(1, 9)}
    assert answer.certificate.exact


def test_behaviour_met_twice_is_listed_once() -> None:
    game = load("alliance-commitment/unilateral-deterrence")
    assert isinstance(game, ExtensiveGame)
    answer = solve(game, ReducedStrategicForm(VertexEnumeration()))
    profile = answer.found.profiles
    assert isinstance(profile, Assessment)
    rows = [np.nan_to_num(profile.strategy[0, k], nan=-1.0) for k in np.flatnonzero(answer.found.exists[0])]
    for i, row in enumerate(rows):
        assert not any(np.allclose(row, other) for other in rows[:i])
    bluff = answer.probability("war")[np.isfinite(answer.probability("war"))]
    assert np.isclose(bluff, 1 / 8).sum() == 1


def test_the_reduced_form_names_the_concept_of_its_solver() -> None:
    game = load("alliance-commitment/unilateral-deterrence")
    assert isinstance(game, ExtensiveGame)
    assert solve(game, ReducedStrategicForm(PureNash())).concept == "pure-nash"


def hidden() -> ExtensiveGame:
    """Return a game in which the second mover does not see what happened before the last action."""
    ends = {x: Outcome(x, {"A": i % 2, "B": i // 2}) for i, x in enumerate(("ll", "lr", "rl", "rr"))}
    left = Decision("after-l", "B", {"l": ends["ll"], "r": ends["lr"]}, information_set="b")
    right = Decision("after-r", "B", {"l": ends["rl"], "r": ends["rr"]}, information_set="b")
    middle = Decision("middle", "A", {"on": right, "out": Outcome("out", {"A": 0, "B": 0})})
    return ExtensiveGame(Decision("a", "A", {"l": left, "r": middle}), players=[Player("A"), Player("B")])


def test_hidden_actions_are_solved_for_sequential_equilibria() -> None:
    answer = solve(hidden(), exact=True)
    assert answer.concept == "sequential"
    assert answer.certified.all()
    assert "consistent" in answer.certificate.method
    assert int(solve(hidden(), ReducedStrategicForm(VertexEnumeration())).count) >= 1


def test_imperfect_information_is_solved_for_perfect_bayesian_equilibria() -> None:
    game = load("alliance-commitment/unilateral-deterrence")
    assert isinstance(game, ExtensiveGame)
    answer = solve(game, at={"p_Def": np.array([0.05, 0.3, 0.5, 0.6, 0.9])})
    assert (answer.concept, answer.solver) == ("pbe", "DerivedEquilibria()")
    assert answer.certified.all()
    assert "perfect Bayesian: every continuation strategy" in answer.certificate.method
    assert (answer.completeness == Completeness.ALL).all()
    assert answer.count.tolist() == [3, 3, 5, 3, 3]  # at a threshold the classes on both sides, and those between
    assert answer.flagged.tolist() == [False, False, True, False, False]


def test_the_wrong_solver_is_refused_with_advice() -> None:
    with pytest.raises(SolverError, match="ReducedStrategicForm"):
        solve(deterrent(), VertexEnumeration(), at={"v": 1, "c": 2})  # type: ignore[call-overload]


def test_values_are_asked_for_by_name() -> None:
    with pytest.raises(ParameterError, match="no value for 'v'"):
        solve(deterrent(), at={"c": 1})
    with pytest.raises(ParameterError, match="unknown parameter 'w'"):
        solve(deterrent(), at={"v": 1, "c": 1, "w": 2})


def test_the_answer_describes_itself() -> None:
    text = repr(solve(deterrent(), at={"v": [1.0, 2.0], "c": 3}))
    assert "2 points" in text
    assert "1 equilibria a point, all certified" in text
    assert "BackwardInduction" in text


def test_the_public_face_offers_what_it_names() -> None:
    assert {name for name in dt.__all__ if not hasattr(dt, name)} == set()
    assert set(dt.__all__) <= set(dir(dt))
    with pytest.raises(AttributeError):
        dt.nothing  # noqa: B018
