"""Stochastic games: equilibria against brute force and published recursions, certificates that refuse, faults."""

from __future__ import annotations

import pickle
from itertools import product
from math import comb

import numpy as np
import pytest
from numpy.typing import NDArray

from deterrence.certify import certify_markov
from deterrence.compiled import compile_states, parameter_points
from deterrence.errors import GameError, ModelFileError, SolverError
from deterrence.families import sequential_inspections, simultaneous_ladder, spending_pledge
from deterrence.games import Parameter, Stage, StochasticGame, Transition
from deterrence.library import load, parse_game, write_game
from deterrence.profiles import Completeness, MarkovStrategy
from deterrence.solution import Status
from deterrence.solvers import MarkovPerfect
from deterrence.solving import solve

Floats = NDArray[np.float64]

SLUGS = (
    "escalation/stationary-crisis",
    "escalation/absorbing-ladder",
    "escalation/simultaneous-ladder",
    "alliance-commitment/turnover",
    "alliance-commitment/mutual-aid",
    "alliance-commitment/spending-pledge",
    "export-controls/sequential-inspections",
)


@pytest.mark.parametrize("rungs", [1, 2, 3, 6, 12])
def test_the_symmetric_ladder_is_its_recursion(rungs: int) -> None:
    rng = np.random.default_rng(rungs)
    at = {"v": rng.uniform(0.5, 10, 40), "k": rng.uniform(0, 2, 40), "W": rng.uniform(0.5, 50, 40)}
    solution = solve(simultaneous_ladder(rungs), MarkovPerfect(symmetric=True), at={**at, "delta": 0.9})
    assert solution.certified.all()
    assert (solution.count == 1).all()
    for i in range(40):
        v, k, war = at["v"][i], at["k"][i], at["W"][i]
        value, risk = -war, 1.0
        for _ in range(rungs):
            ahead = -k + 0.9 * value
            hold = (v / 2) / (v / 2 - ahead) if ahead < 0 else 1.0
            value = -v / 2 * ahead / (v / 2 - ahead) if ahead < 0 else ahead
            risk *= hold**2
        np.testing.assert_allclose(solution.payoff("One")[i, 0], value, rtol=1e-9)
        np.testing.assert_allclose(solution.probability("war")[i, 0], risk, rtol=1e-9)


@pytest.mark.parametrize(("periods", "inspections"), [(2, 1), (5, 2), (8, 3), (9, 6), (12, 6)])
def test_inspections_are_worth_what_dresher_found(periods: int, inspections: int) -> None:
    # Two sides in different positions: no number of states may leave only symmetric equilibria to look for.
    b = np.array([0.2, 1.0, 3.0])
    solution = solve(sequential_inspections(periods, inspections), at={"b": b})
    assert solution.certified.all()
    assert (solution.count == 1).all()
    assert (solution.completeness == Completeness.ALL).all()
    weights = sum(comb(periods, i) * b ** (inspections - i) for i in range(inspections + 1))
    np.testing.assert_allclose(solution.payoff("Inspectee")[:, 0], comb(periods - 1, inspections) / weights, rtol=1e-9)
    np.testing.assert_allclose(solution.payoff("Inspector"), -solution.payoff("Inspectee"), rtol=1e-9)


def test_inspections_in_every_period_leave_no_game() -> None:
    with pytest.raises(GameError, match="leave nothing open"):
        sequential_inspections(3, 3)


def test_every_continuation_is_followed() -> None:
    # Climbing costs more than the prize, so every rung has three equilibria after every continuation.
    solution = solve(simultaneous_ladder(3), at={"v": 10, "k": 12, "W": 100, "delta": 1})
    assert solution.certified.all()
    found = solution.found.profiles.mixtures[0][solution.exists]
    assert len(np.unique(found.round(9), axis=0)) == len(found) == int(solution.count)
    assert int(solution.count) == 27
    assert int(solution.completeness) == Completeness.ALL
    patient = solve(simultaneous_ladder(3), at={"v": 10, "k": 1, "W": 100, "delta": 1})
    assert int(patient.count) == 3  # who surely wins above holds below
    with pytest.raises(SolverError, match="symmetric"):
        solve(simultaneous_ladder(3), MarkovPerfect(limit=2), at={"v": 10, "k": 12, "W": 100, "delta": 1})


def _value_iteration(v: float, k: float, war: float, d: float, lam: float) -> float:
    """The symmetric mixture of the stationary crisis, from value iteration."""
    value, hold = 0.0, 0.5
    for _ in range(4000):
        together = -k + d * ((1 - lam) * value - lam * war)
        hold = (v / 2) / (v / 2 - together) if together < 0 else 1.0
        value = hold * together + (1 - hold) * v
    return hold


def test_a_stationary_crisis_agrees_with_value_iteration() -> None:
    game = load("escalation/stationary-crisis")
    rng = np.random.default_rng(4)
    at = {
        "v": rng.uniform(1, 10, 30),
        "k": rng.uniform(0.1, 2, 30),
        "W": rng.uniform(1, 50, 30),
        "d": rng.uniform(0.2, 0.98, 30),
        "lam": rng.uniform(0.05, 0.95, 30),
    }
    solution = solve(game, at=at)
    assert solution.certified.all()
    mixed = solution.quantity("plays(One.crisis.hold)")
    for i in range(30):
        wanted = _value_iteration(*(float(at[name][i]) for name in ("v", "k", "W", "d", "lam")))
        assert np.nanmin(np.abs(mixed[i] - wanted)) < 1e-9


def test_pure_equilibria_of_random_cycles_are_those_of_brute_force() -> None:
    rng = np.random.default_rng(8)
    for _ in range(12):
        u = rng.uniform(-1, 1, (2, 4, 2)).round(3)
        q = rng.integers(1, 10, (2, 4))
        stages = {
            name: Stage.of(
                {"A": ["x", "y"], "B": ["x", "y"]},
                {
                    profile: Transition.of(
                        {"A": float(u[s, i, 0]), "B": float(u[s, i, 1])},
                        {"one": f"{int(q[s, i])}/10", "two": f"{10 - int(q[s, i])}/10"},
                    )
                    for i, profile in enumerate(product("xy", repeat=2))
                },
            )
            for s, name in enumerate(("one", "two"))
        }
        solution = solve(StochasticGame(stages, discount="4/5"))
        assert solution.certified.all()
        assert int(solution.completeness) == Completeness.SOME
        assert int(solution.count) == _brute(u, q / 10)


def _brute(u: Floats, q: Floats) -> int:
    """Count pure stationary equilibria by comparing each player's values over all its pure stationary policies."""

    def values(policy: tuple[int, int]) -> Floats:
        chance = np.array([[q[s, policy[s]], 1 - q[s, policy[s]]] for s in (0, 1)])
        return np.linalg.solve(np.eye(2) - 0.8 * chance, np.array([u[s, policy[s]] for s in (0, 1)]))

    count = 0
    for a, b in product(product((0, 1), repeat=2), repeat=2):
        here = values((2 * a[0] + b[0], 2 * a[1] + b[1]))
        own = [values((2 * c[0] + b[0], 2 * c[1] + b[1]))[:, 0] for c in product((0, 1), repeat=2)]
        other = [values((2 * a[0] + c[0], 2 * a[1] + c[1]))[:, 1] for c in product((0, 1), repeat=2)]
        best = all((w <= here[:, 0] + 1e-12).all() for w in own) and all((w <= here[:, 1] + 1e-12).all() for w in other)
        count += bool(best)
    return count


@pytest.mark.parametrize("allies", [2, 3, 4])
def test_the_critical_discount_factor_of_a_pledge(allies: int) -> None:
    b, c, p0, p1 = 1.0, 0.4 * allies + 0.8, 0.1, 0.7
    needed = (c - b) / ((p1 - p0) * (allies * b - c) + (1 - p0) * (c - b))
    patience = [needed - 1e-4, needed + 1e-4]
    solution = solve(spending_pledge(allies), at={"b": b, "c": c, "p_0": p0, "p_1": p1, "delta": patience})
    pays = solution.quantity("plays(Ally 1.norm.pay)")
    assert [bool((row == 1).any()) for row in pays] == [False, True]
    assert solution.certified.all()


def test_absorption_and_duration_by_simulation() -> None:
    solution = solve(load("escalation/absorbing-ladder"), at={"u": 0.4})
    rng = np.random.default_rng(0)
    war, steps = 0, 0
    for _ in range(20_000):
        rung = 1
        while 0 < rung < 3:
            rung += 1 if rng.random() < 0.4 else -1
            steps += 1
        war += rung == 3
    assert abs(float(solution.probability("war")[0]) - war / 20_000) < 0.01
    assert abs(float(solution.quantity("duration(play)")[0]) - steps / 20_000) < 0.05


def test_wrong_strategies_are_refused() -> None:
    game = load("escalation/stationary-crisis")
    assert isinstance(game, StochasticGame)
    found = solve(game).found
    compiled = compile_states(game, parameter_points(game))
    good = found.profiles
    assert certify_markov(compiled, good, found.exists).passed.all()
    for change in (good.mixtures * 0.9, np.roll(good.mixtures, 1, axis=2), good.mixtures * np.nan):
        assert not certify_markov(compiled, MarkovStrategy(good.choices, change), found.exists).passed[0, 2]
    tilted = good.mixtures.copy()
    tilted[0, 2, :2] += [1e-3, -1e-3]
    assert not certify_markov(compiled, MarkovStrategy(good.choices, tilted), found.exists).passed[0, 2]


def test_faulty_points_are_marked() -> None:
    bad = np.array([10, np.nan, np.inf, 10])
    solution = solve(simultaneous_ladder(2), at={"v": bad, "k": 1, "W": 100, "delta": [0.9, 0.9, 0.9, np.nan]})
    assert solution.status.tolist() == [Status.SOLVED, *[Status.UNDEFINED] * 3]
    assert solution.certified.all()
    game = load("alliance-commitment/mutual-aid")
    solution = solve(game, at={"b": bad, "d": [0.9, 0.9, 0.9, 1.5]})
    assert solution.status.tolist() == [Status.SOLVED, Status.UNDEFINED, Status.UNDEFINED, Status.OUTSIDE]


def test_an_endless_play_without_discount_has_no_value() -> None:
    stage = Stage.of({"A": ["wait"]}, {("wait",): Transition.of({"A": 1}, "s")})
    solution = solve(StochasticGame({"s": stage}, discount=Parameter("d")), at={"d": [0.5, 1]})
    assert solution.count.tolist() == [1, 0]
    assert solution.payoff("A")[0, 0] == 2
    assert np.isinf(solution.quantity("duration(play)")[0, 0])


@pytest.mark.parametrize("slug", SLUGS)
def test_models_return_and_pickle(slug: str) -> None:
    game = load(slug)
    again = parse_game(write_game(game))
    assert again == game
    assert hash(again) == hash(game)
    assert pickle.loads(pickle.dumps(game)) == game


def test_the_start_is_part_of_the_game() -> None:
    one = Stage.of({"A": ["x"]}, {("x",): Transition.of({"A": 1}, "two")})
    two = Stage.of({"A": ["x"]}, {("x",): Transition.of({"A": 2}, "one")})
    first = StochasticGame({"one": one, "two": two}, discount="1/2")
    assert first != StochasticGame({"two": two, "one": one}, discount="1/2")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('next = "settled" }\n"back, hold"', 'next = "setled" }\n"back, hold"', "no state 'setled'"),
        ('"hold, hold"', '"hold, hald"', "no profile 'hold, hald'"),
        ('war = "lam"', 'war = "lam/2"', "do not sum to 1"),
        ('discount = "d"', 'discout = "d"', "unknown key 'discout'"),
        ('next = { crisis = "1 - lam", war = "lam" }', "nxt = 1", "unknown key 'nxt'"),
    ],
)
def test_broken_files_are_refused(old: str, new: str, says: str) -> None:
    text = write_game(load("escalation/stationary-crisis"))
    head = text.partition("[definitions]")[0]
    assert old in head
    with pytest.raises((ModelFileError, GameError), match=says):
        parse_game(head.replace(old, new, 1))


def test_a_play_that_never_ends_is_absorbed_with_probability_zero() -> None:
    solution = solve(load("crisis-management/honest-diplomacy"), at={"d": [0.6, 0.4]})
    assert solution.probability("disbelieved")[:, 0].tolist() == pytest.approx([0, 1])
