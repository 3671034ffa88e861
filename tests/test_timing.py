"""Timing games: closed forms, simulation, deviations, certificates that refuse, faults."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from deterrence.certify import certify_quitting
from deterrence.compiled import compile_timing, parameter_points
from deterrence.errors import GameError, ModelFileError
from deterrence.expressions import parse_expression
from deterrence.games import Clock, TimingGame
from deterrence.library import load, parse_game, write_game
from deterrence.profiles import Completeness
from deterrence.solution import Status
from deterrence.solving import solve

CRISIS = "crisis-management/audience-cost-attrition"
ATTRITION = "escalation/war-of-attrition"


def test_the_crisis_is_its_closed_form() -> None:
    rng = np.random.default_rng(1)
    at = {name: rng.uniform(0.3, 3, 60) for name in ("a_1", "a_2", "v_1", "v_2", "W_1", "W_2")}
    solution = solve(load(CRISIS), at=at)
    assert solution.certified.all()
    a1, a2, v1, v2, w1, w2 = at.values()
    ends = [
        (-aj * vi + np.sqrt((aj * vi) ** 2 + 4 * ai * aj * vi * wj)) / (2 * ai * aj)
        for ai, aj, vi, wj in ((a1, a2, v1, w2), (a2, a1, v2, w1))
    ]
    end = np.minimum(*ends)
    np.testing.assert_allclose(solution.quantity("horizon(play)")[:, 0], end, rtol=1e-9)
    np.testing.assert_allclose(solution.probability("war")[:, 0], a1 * end / w1 * (a2 * end / w2), rtol=1e-9)
    atoms = [solution.quantity(f"atom({who})")[:, 0] for who in ("One", "Two")]
    assert (np.minimum(*atoms) < 1e-9).all()
    total = sum(solution.probability(event)[:, 0] for event in ("One quits", "Two quits", "war"))
    np.testing.assert_allclose(total, 1, atol=1e-9)


def test_who_quits_first_by_simulation() -> None:
    solution = solve(load(CRISIS), at={"W_2": 6})
    rng = np.random.default_rng(0)
    u = rng.random((2, 400_000))
    # Survival of each: (1 - k)/(1 + t) up to t = 1, with an atom of 2/3 of the second at zero.
    times = [np.where(u[0] < 0.5, 1 / (1 - u[0]) - 1, np.inf), np.where(u[1] < 2 / 3, 0, (1 / 3) / (1 - u[1]) - 1)]
    times[1] = np.where(times[1] > 1, np.inf, times[1])
    first = times[0] < times[1]
    assert abs(first.mean() - float(solution.probability("One quits")[0])) < 3e-3
    both = np.isinf(times[0]) & np.isinf(times[1])
    assert abs(both.mean() - float(solution.probability("war")[0])) < 3e-3
    lasted = np.minimum(np.minimum(times[0], times[1]), 1).mean()
    assert abs(lasted - float(solution.quantity("duration(play)")[0])) < 3e-3


def test_rates_of_attrition_and_its_other_equilibria() -> None:
    rng = np.random.default_rng(2)
    at = {name: rng.uniform(0.2, 5, 50) for name in ("v_1", "v_2", "c_1", "c_2")}
    solution = solve(load(ATTRITION), at=at)
    assert solution.certified.all()
    assert (solution.count == 3).all()
    assert (solution.completeness == Completeness.SOME).all()
    one, two = at["c_2"] / at["v_2"], at["c_1"] / at["v_1"]
    np.testing.assert_allclose(solution.probability("One quits")[:, 0], one / (one + two), rtol=1e-7)
    np.testing.assert_allclose(solution.quantity("duration(play)")[:, 0], 1 / (one + two), rtol=1e-7)
    assert np.isinf(solution.quantity("horizon(play)")).all()


def test_a_discounted_wait_has_the_rate_of_the_paper() -> None:
    # Who provides a good worth v at cost c first? Waiting is discounted at rate r: the other provides at r(v - c)/c.
    clock = Clock.of(parse_expression("v*exp(-r*t)"), parse_expression("(v - c)*exp(-r*t)"))
    solution = solve(TimingGame({"A": clock, "B": clock}), at={"v": 3, "c": 1, "r": [0.1, 0.2]})
    assert solution.certified.all()
    np.testing.assert_allclose(solution.quantity("hazard(A)")[:, 0], [0.2, 0.4], rtol=1e-12)


def test_wrong_distributions_are_refused() -> None:
    game = load(CRISIS)
    assert isinstance(game, TimingGame)
    found = solve(game, at={"W_2": 6}).found
    compiled = compile_timing(game, parameter_points(game, {"W_2": 6}))
    p = found.profiles
    assert certify_quitting(compiled, p, found.exists).passed.all()
    swapped = replace(p, shares=p.shares[:, :, ::-1])
    earlier = replace(p, times=p.times * 0.9)
    bent = replace(p, shares=p.shares**1.02)
    for wrong in (swapped, earlier, bent, replace(p, shares=p.shares * np.nan)):
        assert not certify_quitting(compiled, wrong, found.exists).passed.any()


@pytest.mark.parametrize("slug", [CRISIS, ATTRITION])
def test_faulty_points_are_marked(slug: str) -> None:
    bad = np.array([1, np.nan, np.inf, -1, 0])
    solution = solve(load(slug), at={"v_1": bad})
    wanted = [Status.SOLVED, Status.UNDEFINED, Status.UNDEFINED, Status.OUTSIDE, Status.OUTSIDE]
    assert solution.status.tolist() == wanted
    assert solution.certified.all()


def test_a_wait_that_costs_nothing_has_no_end() -> None:
    clock = Clock.of(parse_expression("1 - c*t"), parse_expression("-c*t"))
    solution = solve(TimingGame({"A": clock, "B": clock}), at={"c": [1, 0]})
    assert solution.status.tolist() == [Status.SOLVED, Status.NONE_FOUND]
    assert solution.flagged.tolist() == [False, True]


@pytest.mark.parametrize("slug", [CRISIS, ATTRITION])
def test_file_and_pickle(slug: str) -> None:
    game = load(slug)
    assert parse_game(write_game(game)) == game
    assert pickle.loads(pickle.dumps(game)) == game


def test_nonsense_is_refused() -> None:
    clock = Clock.of(1, parse_expression("-t"))
    with pytest.raises(GameError, match="1 sides"):
        TimingGame({"A": clock})
    text = write_game(load(ATTRITION)).partition("[definitions]")[0]
    with pytest.raises(ModelFileError, match="unknown key 'winz'"):
        parse_game(text.replace("wins", "winz", 1))
