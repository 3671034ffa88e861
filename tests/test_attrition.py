"""Symmetric wars of attrition: closed forms, simulation, deviations, certificates that refuse, faults."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

import deterrence as dt
from deterrence.certify import certify_attrition
from deterrence.compiled import compile_attrition, parameter_points
from deterrence.errors import GameError, ModelFileError, SolverError
from deterrence.expressions import parse_expression
from deterrence.library import load, parse_game, write_game
from deterrence.profiles import Completeness

RISK = "escalation/bidding-in-risk"
PRIVATE = "escalation/private-attrition"
BUCK = "free-riding/buck-passing"


def test_the_risk_of_war_is_an_exponential_integral() -> None:
    """P(war) is 1 - 2 exp(k) E_3(k) whatever the prize, and the clock drops out."""
    from scipy.special import expn

    kappa = np.geomspace(0.02, 40, 200)
    found = dt.solve(load(RISK), at={"v": kappa})
    assert found.certified.all()
    np.testing.assert_allclose(found.probability("war")[:, 0], 1 - 2 * np.exp(kappa) * expn(3, kappa), atol=1e-12)
    np.testing.assert_allclose(found.probability("settled")[:, 0] + found.probability("war")[:, 0], 1)
    text = write_game(load(RISK))
    faster = parse_game(text.replace("exp(-t)", "exp(-3*t)"))
    again = dt.solve(faster, at={"v": kappa})
    np.testing.assert_allclose(again.probability("war"), found.probability("war"), atol=1e-12)
    np.testing.assert_allclose(3 * again.quantity("time(median)"), found.quantity("time(median)"))


def test_private_values_and_power_laws() -> None:
    """With F(v) = v**k on [0, 1] a side quits at the integral of x dF/(1 - F); k = 1 gives -v - log(1 - v)."""
    text = write_game(load(PRIVATE)).replace('uniform = [0, "v_up"]', 'power = [0, "v_up", 2]')
    for game, power in ((load(PRIVATE), 1), (parse_game(text), 2)):
        found = dt.solve(game)
        assert found.certified
        times, gone = found.found.profiles.times[0, 0], found.found.profiles.shares[0, 0, 0]
        v = np.linspace(0, 0.999, 400_001)
        middle = (v[1:] + v[:-1]) / 2
        steps = middle * np.diff(v**power) / (1 - middle**power)
        wanted = np.concatenate([[0], np.cumsum(steps)])
        some = (gone > 0.01) & (gone < 0.99)
        np.testing.assert_allclose(times[some], np.interp(gone[some], v**power, wanted), rtol=1e-6)


def test_more_allies_wait_longer_and_are_no_better_off() -> None:
    """The rate, the delay and the payoff of n allies; a simulation of the first of n clocks agrees."""
    rng = np.random.default_rng(2)
    n = np.arange(2, 12)
    found = dt.solve(load(BUCK), at={"n": n})
    assert found.certified.all()
    rate = 0.1 * 2 / (n - 1)
    np.testing.assert_allclose(found.quantity("hazard(Ally)")[:, 0], rate, rtol=1e-9)
    np.testing.assert_allclose(found.quantity("duration(play)")[:, 0], 1 / (n * rate), rtol=1e-9)
    np.testing.assert_allclose(found.payoff("Ally")[:, 0], 2, rtol=1e-9)
    clocks = rng.exponential(1 / rate[3], (200_000, n[3]))
    first = clocks.min(axis=1)
    own = np.where(clocks[:, 0] == first, 2.0, 3.0) * np.exp(-0.1 * first)
    assert own.mean() == pytest.approx(2, abs=0.02)
    assert first.mean() == pytest.approx(float(found.quantity("duration(play)")[3, 0]), rel=0.01)


def test_three_sides_with_exponential_costs() -> None:
    """Payoffs before types are known, against a simulation that follows the rule."""
    law = dt.Law("exponential", 1, 2)
    game = dt.AttritionGame(
        wins=parse_expression("v - x*t"), quits=parse_expression("-x*t"), count=3, type="x", law=law
    )
    found = dt.solve(game, at={"v": 4})
    assert found.certified
    times, gone = found.found.profiles.times[0, 0], found.found.profiles.shares[0, 0, 0]
    rng = np.random.default_rng(3)
    share = rng.random((400_000, 3))
    when = np.interp(share, gone, times)
    costs = 1 - 2 * np.log(share)  # the costliest quit first
    first = when.min(axis=1)
    own = np.where(when[:, 0] == first, 0, 4) - costs[:, 0] * first
    assert own.mean() == pytest.approx(float(found.payoff("Side")[0]), abs=0.01)
    assert first.mean() == pytest.approx(float(found.quantity("duration(play)")[0]), rel=0.01)


def test_wrong_rules_are_refused() -> None:
    """Waiting a per cent longer, or the rule of another prize, is no equilibrium."""
    game = load(RISK)
    points = parameter_points(game, {"v": [1.0, 2.0]})
    assert isinstance(game, dt.AttritionGame)
    compiled = compile_attrition(game, points)
    profile = dt.SymmetricAttrition().solve(compiled).profiles
    exists = np.ones((2, 1), dtype=bool)
    assert certify_attrition(compiled, profile, exists).passed.all()
    for times in (profile.times * 1.01, profile.times[::-1], 0 * profile.times, profile.times[..., ::-1]):
        assert not certify_attrition(compiled, replace(profile, times=times), exists).passed.any()


def test_what_is_not_solved_says_so() -> None:
    """A ratio that depends on the time or is not monotone in the type is flagged, and nothing is claimed."""
    late = dt.AttritionGame(wins=parse_expression("v"), quits=parse_expression("-a*t"))
    twisted = dt.AttritionGame(
        wins=parse_expression("v - (x - 1/2)**2*a*t"),
        quits=parse_expression("-(x - 1/2)**2*a*t"),
        type="x",
        law=dt.Law("uniform", 0, 1),
    )
    for game in (late, twisted):
        found = dt.solve(game, at={"v": 1, "a": 1})
        assert not found.exists.any()
        assert found.flagged
        assert found.completeness != Completeness.ALL


def test_faults_leave_no_answer() -> None:
    """Infinite and missing numbers, and points outside the model, are never solved."""
    found = dt.solve(load(BUCK), at={"v": [3, np.inf, np.nan, 0.5], "n": 3})
    assert found.exists[:, 0].tolist() == [True, False, False, False]
    alone = dt.solve(load(BUCK), at={"n": [1, 2]})
    assert alone.exists[:, 0].tolist() == [False, True]
    with pytest.raises(SolverError, match="floating point"):
        dt.solve(load(BUCK), exact=True)


def test_games_are_checked_and_survive_writing() -> None:
    """A law needs a type, normal types are refused, and files, pickles and games are the same."""
    wins, quits = parse_expression("v - t"), parse_expression("-t")
    with pytest.raises(GameError, match="a type without a law"):
        dt.AttritionGame(wins=wins, quits=quits, type="x")
    with pytest.raises(GameError, match="the law normal"):
        dt.AttritionGame(wins=wins, quits=quits, type="x", law=dt.Law("normal", 0, 1))
    for slug in (RISK, PRIVATE, BUCK):
        game = load(slug)
        assert parse_game(write_game(game)) == game == pickle.loads(pickle.dumps(game))
    with pytest.raises(ModelFileError, match=r"side.*quits"):
        parse_game(write_game(load(PRIVATE)).replace("quits", "leaves"))
