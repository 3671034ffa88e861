"""Threshold games: every equilibrium in cutoffs against brute force, certificates that refuse, faults."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from deterrence.certify import certify_cutoffs
from deterrence.compiled import compile_thresholds, parameter_points
from deterrence.errors import GameError, SolverError
from deterrence.expressions import Expr, Symbol, parse_expression
from deterrence.games import Law, Parameter, Threshold, ThresholdGame, parameters
from deterrence.library import load, parse_game, write_game
from deterrence.profiles import Completeness, CutoffProfile
from deterrence.solution import Status
from deterrence.solvers import CutoffEquilibria
from deterrence.solvers.cutoffs import surviving
from deterrence.solving import solve

Floats = NDArray[np.float64]

NAMES = ("a1", "b1", "a2", "b2")


def formula(text: str) -> Expr:
    return parse_expression(text)


Side = Literal["above", "below"]


def fear(law: Law, acts: Side = "above") -> ThresholdGame:
    """Two decisions with gains a + b*p + x (or - x), x drawn from the law."""
    sign = "+" if acts == "above" else "-"
    return ThresholdGame(
        [
            Threshold("one", "A", type="x", law=law, acts=acts, act=formula(f"a1 + b1*two {sign} x")),
            Threshold("two", "B", type="x", law=law, acts=acts, act=formula(f"a2 + b2*one {sign} x")),
        ],
        events={"both": Symbol("one") * Symbol("two")},
    )


def draws(size: int, seed: int, wide: float = 2.0) -> dict[str, Floats]:
    """Points of which half are near the middle of mutual reinforcement, where several equilibria are."""
    rng = np.random.default_rng(seed)
    at = {name: rng.uniform(-wide, wide, size) for name in NAMES}
    for i in "12":
        strong = rng.uniform(1, 4, size // 2)
        at[f"b{i}"][: size // 2] = strong
        at[f"a{i}"][: size // 2] = rng.uniform(-0.6, 0.6, size // 2) - strong / 2
    return at


def above(kind: str, x: Floats) -> Floats:
    """The probability that a type exceeds x, by other formulas than the solver's."""
    if kind == "uniform":
        return np.clip(1 - (x + 1) / 2, 0, 1)
    if kind == "normal":
        from scipy.stats import norm

        return np.asarray(norm.sf(x, scale=0.5))
    if kind == "power":
        return np.asarray(1 - np.clip((x + 1) / 2, 0, 1) ** 2)
    return np.exp(-np.maximum(x + 1, 0) / 0.7)


LAWS = {
    "uniform": Law("uniform", -1, 1),
    "normal": Law("normal", 0, 0.5),
    "power": Law("power", -1, 1, 2),
    "exponential": Law("exponential", -1, 0.7),
}


def brute(kind: str, at: dict[str, Floats], k: int) -> list[float]:
    """Equilibrium probabilities of the first decision: sign changes on a very fine grid."""
    a1, b1, a2, b2 = (float(at[name][k]) for name in NAMES)
    p = np.linspace(0, 1, 40_001)
    second = above(kind, -(a2 + b2 * p))
    excess = above(kind, -(a1 + b1 * second)) - p
    here = np.flatnonzero(excess == 0)
    change = np.flatnonzero(excess[:-1] * excess[1:] < 0)
    weight = excess[change] / (excess[change] - excess[change + 1])
    found = [*p[here], *(p[change] + weight * (p[1] - p[0]))]
    return sorted(float(x) for x in found)


@pytest.mark.parametrize("kind", LAWS)
def test_equilibria_are_those_of_brute_force(kind: str) -> None:
    at = draws(150, seed=3)
    solution = solve(fear(LAWS[kind]), at=at)
    assert solution.certified.all()
    counts = set()
    for k in range(150):
        if solution.flagged[k]:
            continue
        mine = np.sort(solution.quantity("acts(one)")[k][solution.exists[k]])
        wanted = brute(kind, at, k)
        assert len(mine) == len(wanted), (k, mine, wanted)
        np.testing.assert_allclose(mine, wanted, atol=2e-5)
        counts.add(len(wanted))
    assert len(counts) > 1  # several and single equilibria were met
    assert solution.flagged.sum() < 15


def test_the_closed_form_agrees_with_the_scan() -> None:
    at = draws(2_000, seed=5)
    closed = solve(fear(LAWS["uniform"]), at=at)
    scanned = solve(fear(Law("power", -1, 1, 1)), at=at)
    same = ~closed.flagged & ~scanned.flagged & (closed.count == scanned.count)
    assert same.mean() > 0.97
    for k in np.flatnonzero(same):
        one, two = (np.sort(s.quantity("acts(two)")[k][s.exists[k]]) for s in (closed, scanned))
        np.testing.assert_allclose(one, two, atol=1e-8)
    assert (closed.completeness == Completeness.ALL).all()


def test_acting_below_mirrors_acting_above() -> None:
    at = draws(300, seed=6)
    high, low = solve(fear(LAWS["uniform"]), at=at), solve(fear(LAWS["uniform"], "below"), at=at)
    np.testing.assert_array_equal(high.count, low.count)
    total = np.nansum(high.probability("both"), axis=1)
    np.testing.assert_allclose(total, np.nansum(low.probability("both"), axis=1), atol=1e-12)


def test_exact_points_give_fractions() -> None:
    game = fear(LAWS["uniform"])
    solution = solve(game, at={"a1": "1/8", "b1": "1/2", "a2": 0, "b2": "1/3"}, exact=True)
    p = solution.quantity("acts(one)")[0]
    q = solution.quantity("acts(two)")[0]
    # p = (1 + a1 + b1 q)/2 and q = (1 + a2 + b2 p)/2, whatever the software says
    assert p == (1 + Fraction(1, 8) + q / 2) / 2
    assert q == (1 + p / 3) / 2
    assert solution.probability("both")[0] == p * q
    with pytest.raises(SolverError, match="exactly"):
        solve(fear(LAWS["normal"]), at=dict.fromkeys(NAMES, "1/3"), exact=True)


def test_payoffs_are_means_over_types() -> None:
    at = {"a1": 0.3, "b1": -0.4, "a2": 0.1, "b2": 0.5}
    rng = np.random.default_rng(1)
    for kind, law in LAWS.items():
        solution = solve(fear(law), at=at)
        q = solution.quantity("acts(two)")[0]
        u = rng.random(400_000)
        x = {
            "uniform": 2 * u - 1,
            "normal": 0.5 * rng.standard_normal(u.size),
            "power": 2 * np.sqrt(u) - 1,
            "exponential": -1 - 0.7 * np.log(u),
        }[kind]
        gain = 0.3 - 0.4 * q + x
        np.testing.assert_allclose(solution.payoff("A")[0], np.maximum(gain, 0).mean(), atol=5e-3)


def test_stability_is_the_slope_of_the_map() -> None:
    game = fear(LAWS["normal"])
    solution = solve(game, at={"a1": -1, "b1": 2, "a2": -1, "b2": 2})
    assert int(solution.count) == 3
    assert solution.found.profiles.stable.tolist() == [[True, False, True]]
    np.testing.assert_allclose(solution.quantity("acts(one)")[1], 0.5, atol=1e-12)


def test_iterated_dominance_bounds_all_equilibria() -> None:
    at = draws(400, seed=9)
    game = fear(LAWS["normal"])
    points = parameter_points(game, at)
    left = surviving(compile_thresholds(game, points))
    solution = solve(game, at=at)
    acts = solution.found.profiles.acts
    inside = (acts >= left.least[:, None] - 1e-9) & (acts <= left.greatest[:, None] + 1e-9)
    assert (inside.all(axis=2) | ~solution.exists).all()
    solvable = (left.greatest - left.least < 1e-9).all(axis=1)
    assert 0.3 < solvable.mean() < 1
    assert (solution.count[solvable] == 1).all()


# Signals about a common state


def stag(kind: str) -> ThresholdGame:
    """Attack for a low state: mutual restraint R, attacking alone T, both attacking P, being attacked S."""
    law = Law(kind, "noise")
    one, two = (formula(f"(T - R)*(1 - {name}) + (P - S)*{name} - theta") for name in ("a_2", "a_1"))
    return ThresholdGame(
        [
            Threshold("a_1", "A", type="theta", law=law, acts="below", act=one),
            Threshold("a_2", "B", type="theta", law=law, acts="below", act=two),
        ]
    )


@pytest.mark.parametrize("kind", ["uniform-signal", "normal-signal"])
def test_the_cutoff_of_an_additive_stag_hunt_does_not_depend_on_noise(kind: str) -> None:
    rng = np.random.default_rng(2)
    T, R, P, S = rng.uniform(0, 3, (4, 60))
    keep = (P - S) > (T - R)  # complements
    at = {"T": T[keep], "R": R[keep], "P": P[keep], "S": S[keep]}
    wanted = (at["T"] + at["P"] - at["R"] - at["S"]) / 2
    for noise in (0, 0.01, 0.3):
        solution = solve(stag(kind), at={**at, "noise": noise})
        assert solution.certified.all()
        np.testing.assert_allclose(solution.quantity("cutoff(a_1)")[:, 0], wanted, atol=1e-9)
        assert (solution.completeness == Completeness.ALL).all()


def test_substitutes_on_signals_are_not_solved_silently() -> None:
    solution = solve(stag("normal-signal"), at={"T": 3, "R": 0, "P": 0, "S": 1, "noise": 0.1})
    assert int(solution.status) == Status.NONE_FOUND
    assert int(solution.completeness) == Completeness.UNKNOWN


def test_cutoffs_converge_to_risk_dominance_as_noise_vanishes() -> None:
    game = ThresholdGame(
        [
            Threshold(
                name, who, type="theta", law=Law("normal-signal", "noise"), act=formula(f"theta - h*(1 - {other})")
            )
            for name, who, other in (("p_1", "A", "p_2"), ("p_2", "B", "p_1"))
        ]
    )
    small = solve(game, at={"h": 2, "noise": [1e-1, 1e-2, 0]})
    np.testing.assert_allclose(small.quantity("cutoff(p_1)")[:, 0], 1.0, atol=1e-9)
    # Different fears: the limit equates critical probabilities, m1 + m2 = 1, that is t/(h1) + t/(h2) = 1.
    both = ThresholdGame(
        [
            Threshold("p_1", "A", type="theta", law=Law("normal-signal", "noise"), act=formula("theta - h1*(1 - p_2)")),
            Threshold("p_2", "B", type="theta", law=Law("normal-signal", "noise"), act=formula("theta - h2*(1 - p_1)")),
        ]
    )
    solution = solve(both, at={"h1": 1, "h2": 3, "noise": [0.1, 0.01, 0.001, 0]})
    assert solution.certified.all()
    cut = solution.quantity("cutoff(p_1)")[:, 0]
    gap = np.abs(cut - 0.75)
    assert gap[3] < 1e-9
    assert gap[0] > gap[1] > gap[2] > gap[3]


def test_monte_carlo_of_signals() -> None:
    solution = solve(stag("uniform-signal"), at={"T": 2, "R": 3, "P": 1, "S": 0, "noise": 0.5})
    cut = float(solution.quantity("cutoff(a_1)")[0])
    rng = np.random.default_rng(0)
    for signal, sign in ((cut - 0.2, 1), (cut + 0.2, -1)):
        theta = signal - rng.uniform(-0.5, 0.5, 200_000)
        attacks = theta + rng.uniform(-0.5, 0.5, theta.size) < cut
        gain = np.where(attacks, 1, -1) - theta
        assert sign * gain.mean() > 0.05


# Certificates refuse


def test_a_wrong_cutoff_is_refused() -> None:
    game = fear(LAWS["normal"])
    at = draws(50, seed=11)
    solution = solve(game, at=at)
    compiled = compile_thresholds(game, parameter_points(game, at))
    found = solution.found
    p = found.profiles
    moved = CutoffProfile(p.decisions, p.players, p.cutoffs + 1e-3, p.acts, p.slope)
    assert not certify_cutoffs(compiled, moved, found.exists).passed.any()
    consistent = CutoffProfile(p.decisions, p.players, p.cutoffs * 0, p.acts * 0 + 0.5, p.slope)
    assert not certify_cutoffs(compiled, consistent, found.exists).passed.all(axis=1).any()
    broken = CutoffProfile(p.decisions, p.players, p.cutoffs * np.nan, p.acts, p.slope)
    assert not certify_cutoffs(compiled, broken, found.exists).passed.any()


def test_a_wrong_cutoff_on_signals_is_refused() -> None:
    game = stag("uniform-signal")
    for noise in (0, 0.2):
        at = {"T": 2, "R": 3, "P": 1, "S": 0, "noise": noise}
        found = solve(game, at=at).found
        p = found.profiles
        compiled = compile_thresholds(game, parameter_points(game, at))
        moved = CutoffProfile(p.decisions, p.players, p.cutoffs + 1e-2, p.acts, p.slope)
        assert certify_cutoffs(compiled, p, found.exists).passed.all()
        assert not certify_cutoffs(compiled, moved, found.exists).passed.any()


# Faults


@pytest.mark.parametrize("kind", LAWS)
def test_faulty_points_are_marked(kind: str) -> None:
    bad = np.array([0.1, np.nan, np.inf, -np.inf, 1e308, 0.1])
    solution = solve(fear(LAWS[kind]), at={"a1": bad, "b1": 0.2, "a2": 0.1, "b2": np.array([0.2] * 5 + [np.nan])})
    assert solution.status[[1, 2, 3, 5]].tolist() == [Status.UNDEFINED] * 4
    assert solution.status[0] == Status.SOLVED
    assert not solution.exists[[1, 2, 3, 5]].any()
    assert solution.certified.all()


def test_a_law_without_width_is_outside_the_model() -> None:
    low, high = parameters("low high")
    game = ThresholdGame([Threshold("t", "A", type="x", law=Law("uniform", low, high), act=formula("x - 1/2"))])
    solution = solve(game, at={"low": 0, "high": [1, 0, -1]})
    assert solution.status.tolist() == [Status.SOLVED, Status.OUTSIDE, Status.OUTSIDE]


def test_a_gain_that_runs_the_wrong_way_is_no_equilibrium() -> None:
    k = Parameter("k")
    game = ThresholdGame([Threshold("t", "A", type="x", law=Law("uniform", 0, 1), act=k * Symbol("x") - k / 2)])
    solution = solve(game, at={"k": [1, -1, 0]})
    assert solution.exists[:, 0].tolist() == [True, False, False]
    assert solution.completeness.tolist() == [Completeness.ALL, Completeness.UNKNOWN, Completeness.UNKNOWN]


def test_a_continuum_is_flagged() -> None:
    # p = q and q = p: every probability is an equilibrium.
    solution = solve(fear(Law("uniform", -1, 0)), at={"a1": 0, "b1": 1, "a2": 0, "b2": 1})
    assert bool(solution.flagged)


# The object


def test_value_pickle_file() -> None:
    for law in (*LAWS.values(), Law("exponential", 0, "k")):
        game = fear(law)
        assert pickle.loads(pickle.dumps(game)) == game
        again = parse_game(write_game(game))
        assert again == game
        assert hash(again) == hash(game)
    assert fear(LAWS["normal"]) != fear(LAWS["uniform"])
    assert parse_game(write_game(stag("normal-signal"))) == stag("normal-signal")


def test_nonsense_is_refused() -> None:
    law = LAWS["uniform"]
    with pytest.raises(GameError, match="no law"):
        Law("unifrom", 0, 1)
    with pytest.raises(GameError, match="does not hold"):
        Law("uniform", 1, 0)
    with pytest.raises(GameError, match="does not know"):
        ThresholdGame([Threshold("t", "A", type="x", law=law, act=Symbol("x") * Symbol("t"))])
    with pytest.raises(GameError, match="two things"):
        ThresholdGame([Threshold("x", "A", type="x", law=law, act=Symbol("x"))])
    with pytest.raises(GameError, match="variable of the game"):
        ThresholdGame([Threshold("t", "A", type="x", law=law, act=Symbol("x"))], parameters=[Parameter("x")])
    with pytest.raises(SolverError, match="does not solve"):
        solve(stag("normal-signal"), PureNashStandIn(), at={})  # type: ignore[call-overload]


class PureNashStandIn:
    """No solver at all."""


def test_settings_are_fields() -> None:
    assert repr(CutoffEquilibria(cells=32)) == "CutoffEquilibria(cells=32)"


def test_of_an_interval_of_equilibria_the_ends_are_listed() -> None:
    game = load("signalling/sinking-costs")
    at = {"p": np.array([0.5, 0.6]), "c": np.array([0.25, 0.1]), "c_C": np.array([0.25, 0.2])}
    solution = solve(game, at=at)
    # At the least separating cost every smaller share of signallers is an equilibrium too.
    assert solution.flagged.all()
    wanted = 1 - at["c"] / at["p"]
    np.testing.assert_allclose(np.nanmax(solution.quantity("acts(signal)"), axis=1), wanted, atol=1e-9)
    assert (solution.completeness == Completeness.SOME).all()


def test_several_circles_are_solved_by_iteration() -> None:
    game = load("crisis-management/attribution")
    solution = solve(game, at={"f": [0, "1/4"]})
    assert solution.certified.all()
    assert (solution.completeness == Completeness.SOME).all()
    for name in ("attack_1", "attack_2"):
        np.testing.assert_allclose(solution.quantity(f"acts({name})")[:, 0], [3 / 8, 2 / 3], atol=1e-9)


def test_better_detection_can_backfire() -> None:
    solution = solve(load("crisis-management/attribution-backfire"), at={"e": [0, 0.2, 0.5, 0.9]})
    total = solution.probability("One attacks")[:, 0] + solution.probability("Two attacks")[:, 0]
    np.testing.assert_allclose(total, [1.1, 1.337, 1.283, 1.1], atol=1e-3)
    assert total[1] > total[0]
