"""Linear programmes, zero-sum games, commitments to mixtures, security games and Blotto: against oracles."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

import deterrence as dt
from deterrence.certify import certify_stackelberg
from deterrence.compiled import compile_table, parameter_points
from deterrence.errors import DeterrenceError, GameError, SolverError
from deterrence.expressions import Expr
from deterrence.families import blotto, security
from deterrence.profiles import Constant, MixedProfile
from deterrence.solvers.simplex import maximise
from random_games import random_table, table_game

Floats = NDArray[np.float64]


def fractions(rows: NDArray[np.int64]) -> list[list[Fraction]]:
    return [[Fraction(int(x)) for x in row] for row in rows]


@pytest.mark.parametrize("seed", range(30))
def test_linear_programmes_agree_with_another_solver_and_prove_their_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m, n = rng.integers(1, 7, 2)
    rows, goal = rng.integers(-3, 5, (m, n)), rng.integers(-4, 6, n)
    bounds = rng.integers(0, 4, m)  # zero bounds make it degenerate
    other = linprog(-goal, A_ub=rows, b_ub=bounds, method="highs")
    arguments = fractions(goal[None])[0], fractions(rows), fractions(bounds[None])[0]
    if other.status == 3:
        with pytest.raises(SolverError, match="unbounded"):
            maximise(*arguments)
        return
    found = maximise(*arguments)
    assert other.x is not None
    assert float(found.value) == pytest.approx(goal @ other.x, abs=1e-9)
    x, y = np.array(found.x, dtype=object), np.array(found.y, dtype=object)
    assert (x >= 0).all()
    assert (rows @ x <= bounds).all()
    assert (y >= 0).all()
    assert (y @ rows >= goal).all()
    assert y @ bounds == goal @ x == found.value


def test_a_programme_that_makes_largest_gains_cycle_comes_to_an_end() -> None:
    """Beale's example: the largest gain with the first of several ties returns to its start."""
    quarter = Fraction(1, 4)
    goal = [3 * quarter, Fraction(-150), Fraction(1, 50), Fraction(-6)]
    rows = [
        [quarter, Fraction(-60), Fraction(-1, 25), Fraction(9)],
        [Fraction(1, 2), Fraction(-90), Fraction(-1, 50), Fraction(3)],
        [Fraction(0), Fraction(0), Fraction(1), Fraction(0)],
    ]
    assert maximise(goal, rows, [Fraction(0), Fraction(0), Fraction(1)]).value == Fraction(1, 20)
    with pytest.raises(SolverError, match="negative"):
        maximise(goal, rows, [Fraction(-1), Fraction(0), Fraction(1)])


def game_of(A: NDArray[np.int64], B: NDArray[np.int64]) -> dt.StrategicGame:
    table: dict[tuple[str, ...], dict[str, Expr | int]] = {
        (f"r{i}", f"c{j}"): {"A": int(A[i, j]), "B": int(B[i, j])} for i in range(len(A)) for j in range(A.shape[1])
    }
    names = {"A": [f"r{i}" for i in range(len(A))], "B": [f"c{j}" for j in range(A.shape[1])]}
    return dt.StrategicGame(names, table)


@pytest.mark.parametrize("seed", range(5))
def test_large_zero_sum_games_are_solved_exactly(seed: int) -> None:
    u = np.random.default_rng(seed).integers(-9, 9, (8, 12))
    game = game_of(u, -u)
    exact = dt.solve(game, exact=True)
    assert "ZeroSum" in exact.solver
    assert exact.certified.all()
    assert exact.certificate.worst == 0
    assert dt.solve(game).payoff("A")[0] == pytest.approx(float(exact.payoff("A")[0]))
    assert dt.zero_sum_value(game).value == exact.payoff("A")[0]
    with pytest.raises(SolverError, match="constant"):
        dt.solve(game_of(u, u), dt.ZeroSum())


def commitment_oracle(A: Floats, B: Floats) -> float:
    """The leader's value by one linear programme for every reply."""
    best = -np.inf
    for j in range(A.shape[1]):
        rows = (B - B[:, [j]]).T
        found = linprog(-A[:, j], A_ub=rows, b_ub=np.zeros(len(rows)), A_eq=[np.ones(len(A))], b_eq=[1])
        best = best if found.x is None else max(best, float(A[:, j] @ found.x))
    return float(best)


@pytest.mark.parametrize("integers", [1000, 3])
@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4), (4, 3)])
def test_commitments_are_the_best_of_all_replies(shape: tuple[int, int], integers: int) -> None:
    random, points = Random(shape[0] * 10 + shape[1]), 12
    tables = [random_table(random, shape, integers=integers) for _ in range(points)]
    for table in tables:
        game = table_game(table, shape)
        A, B = compile_table(game, parameter_points(game, {})).payoffs[..., 0]
        for leader, mine, other in (("P0", A, B), ("P1", B.T, A.T)):
            found = dt.solve(game, dt.StrongStackelberg(leader=leader))
            assert found.certified.all()
            assert found.found.exists.any()
            value = commitment_oracle(mine.astype(float), other.astype(float))
            assert found.payoff(leader)[found.exists] == pytest.approx(value, abs=1e-7)
            nash = dt.solve(game)
            assert (nash.payoff(leader)[nash.exists] <= value + 1e-7).all()


def test_commitments_over_a_batch_and_exactly() -> None:
    game = security(3, 2)
    rng = np.random.default_rng(4)
    at = {p.name: rng.integers(1, 9, 40).astype(float) for p in game.parameters}
    batch = dt.solve(game, dt.StrongStackelberg(), at=at)
    exact = dt.solve(
        game, dt.StrongStackelberg(), at={n: [Fraction(int(x)) for x in v] for n, v in at.items()}, exact=True
    )
    assert batch.certified.all()
    assert exact.certified.all()
    assert exact.certificate.worst == 0
    assert batch.count.tolist() == exact.count.tolist()
    first = np.array([float(x) for x in exact.payoff("Defender")[:, 0]])
    assert batch.payoff("Defender")[:, 0] == pytest.approx(first)


def test_the_check_of_commitments_refuses_what_is_wrong() -> None:
    game = security(3, 1)
    at = {"v_1": 10, "v_2": 6, "v_3": 3, "d_1": 8, "d_2": 6, "d_3": 4, "k": 0}
    compiled = compile_table(game, parameter_points(game, at))

    def verdict(x: list[float], y: list[float]) -> tuple[bool, float]:
        strategies = Constant((np.array([[x]]), np.array([[y]])))
        profile = MixedProfile(compiled.players, compiled.actions, strategies)
        checked = certify_stackelberg(compiled, profile, np.ones((1, 1), dtype=np.bool_))
        return bool(checked.passed.all()), round(float(checked.gain[0, 0]), 9)

    assert verdict([0.625, 0.375, 0], [0, 1, 0, 0]) == (True, 0)
    assert verdict([0.625, 0.375, 0], [0, 0, 1, 0]) == (False, 0.75)  # the other base is missed more
    assert verdict([0.6, 0.4, 0], [0, 1, 0, 0]) == (False, 0.2)
    assert verdict([0.625, 0.375, 0], [0, 0, 0, 1])[0] is False  # the reply is not best
    assert verdict([0.625, 0.475, -0.1], [0, 1, 0, 0])[0] is False
    assert verdict([float("nan"), 0.375, 0], [0, 1, 0, 0])[0] is False


def test_commitment_of_somebody_else_is_refused() -> None:
    with pytest.raises(SolverError, match="no player"):
        dt.solve(game_of(np.eye(2, dtype=int), np.eye(2, dtype=int)), dt.StrongStackelberg(leader="Mediator"))
    with pytest.raises(SolverError, match="players"):
        dt.solve(table_game(random_table(Random(1), (2, 2, 2), integers=3), (2, 2, 2)), dt.StrongStackelberg())


def test_points_that_are_no_games_get_no_commitment() -> None:
    game = security(2, 1)
    at = {p.name: [1.0, float("nan"), float("inf")] for p in game.parameters}
    found = dt.solve(game, dt.StrongStackelberg(), at=at)
    assert found.exists.any(axis=1).tolist() == [True, False, False]
    assert found.certified.tolist()[0]


@pytest.mark.parametrize(("targets", "resources"), [(2, 1), (3, 1), (3, 2), (4, 1), (4, 3)])
def test_water_filling_gives_what_the_commitment_to_sets_of_targets_gives(targets: int, resources: int) -> None:
    rng, points = np.random.default_rng(targets), 60
    value, loss = rng.uniform(0.1, 3, (2, points, targets))
    cost = rng.uniform(0, 1.5, points)
    found = dt.security_cover(value, loss, resources, cost=cost)
    assert found.certified.all()
    assert 0 < (found.target < 0).mean() < 1
    at = {f"v_{i + 1}": value[:, i] for i in range(targets)} | {f"d_{i + 1}": loss[:, i] for i in range(targets)}
    slow = dt.solve(security(targets, resources), dt.StrongStackelberg(), at={**at, "k": cost})
    assert slow.payoff("Defender")[:, 0] == pytest.approx(found.defender, abs=1e-9)
    assert slow.payoff("Attacker")[:, 0] == pytest.approx(found.attacker, abs=1e-9)


def test_a_second_type_of_attacker_costs_something_and_is_certified() -> None:
    """Facing two types the Defender does no better than the average of what it could do against each alone."""
    rng, game = np.random.default_rng(2), security(2, 1, 2)
    at = {p.name: rng.uniform(0.2, 2, 30) for p in game.parameters} | {"q": rng.uniform(0, 1, 30)}
    both = dt.solve(game, dt.StrongStackelberg(), at=at)
    assert both.certified.all()
    alone = []
    for letter in "vw":
        value = np.stack([at[f"{letter}_{i}"] for i in (1, 2)], axis=-1)
        loss = np.stack([at[f"d_{i}"] for i in (1, 2)], axis=-1)
        alone.append(dt.security_cover(value, loss, cost=at["k"]).defender)
    average = (1 - at["q"]) * alone[0] + at["q"] * alone[1]
    assert (both.payoff("Defender")[:, 0] <= average + 1e-9).all()
    assert (both.payoff("Defender")[:, 0] < average - 1e-3).any()


def test_security_games_that_are_none_are_marked_and_refused() -> None:
    found = dt.security_cover(np.array([[1.0, 2], [np.nan, 2], [np.inf, 2], [0, 2], [-1, 2]]), np.ones(2), np.ones(5))
    assert found.certified.tolist() == [True, False, False, False, False]
    assert np.isnan(found.defender[1:]).all()
    everything = dt.security_cover([3, 1], [1, 1], 2)
    assert everything.target == -1
    assert everything.defender == 0
    with pytest.raises(SolverError, match="shapes"):
        dt.security_cover([1, 2, 3], [1, 2])
    with pytest.raises(GameError, match="resources"):
        security(2, 3)


def test_water_filling_is_refused_when_it_is_wrong() -> None:
    from deterrence.certify.cover import certify_cover

    value, loss, one, zero = np.array([10.0, 6, 3]), np.array([8.0, 6, 4]), np.array(1.0), np.array(0.0)

    def sound(cover: list[float], target: int, defender: float) -> bool:
        return bool(certify_cover(value, loss, one, zero, np.array(cover), np.array(target), np.array(defender)))

    assert sound([0.625, 0.375, 0], 0, -3)
    assert not sound([0.625, 0.375, 0], 1, -3.75)
    assert not sound([0.7, 0.3, 0], 1, -4.2)
    assert not sound([0.6, 0.36, 0], 0, -3.2)
    assert not sound([0.625, 0.375, 0], -1, 0)


@pytest.mark.parametrize("ratio", [0.2, 0.32, 0.51, 0.6, 0.66, 0.67, 0.8, 1.0])
def test_blotto_marginals_use_up_the_forces_and_bound_the_share_from_both_sides(ratio: float) -> None:
    found = dt.colonel_blotto(3, ratio, 1.0)
    assert found.certified
    if ratio > 1 / 3:
        assert 3 * (1 - found.absent) * found.top / 2 == pytest.approx(ratio)
    assert 3 * (found.fixed * found.top + (1 - found.fixed) * found.top / 2) == pytest.approx(1)


@pytest.mark.parametrize("weak", [7, 8, 9, 10, 11, 12])
def test_blotto_with_divisible_forces_is_nearly_that_with_whole_units(weak: int) -> None:
    coarse = dt.zero_sum_value(blotto(3, weak, 12))
    assert coarse.least == coarse.most
    assert float(coarse.value) + 0.5 == pytest.approx(float(dt.colonel_blotto(3, weak, 12).share), abs=0.02)


def test_blotto_shares_at_the_edges_and_out_of_bounds() -> None:
    ratios = np.array([0.0, 0.3, 0.4, 0.5, 2 / 3 - 1e-12, 2 / 3, 1, 1.1, np.nan, np.inf])
    found = dt.colonel_blotto(3, ratios, 1)
    assert found.known.tolist() == [True, True, False, True, True, True, True, False, False, False]
    assert found.share[[0, 1, 3, 5, 6]] == pytest.approx([0, 0, 2 / 9, 1 / 3, 1 / 2])
    assert found.share[4] == pytest.approx(found.share[5])
    assert not found.certified[~found.known].any()
    with pytest.raises(SolverError, match="fields"):
        dt.colonel_blotto(2, 1, 1)
    with pytest.raises(GameError, match="allocations"):
        blotto(6, 20, 20)
    with pytest.raises(DeterrenceError):
        blotto(1)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("generalised", [False, True])
def test_potentials_or_cycles(seed: int, generalised: bool) -> None:
    shape = (3, 2, 2) if seed % 2 else (3, 3)
    game = table_game(random_table(Random(seed), shape, integers=3 if seed % 3 else 30), shape)
    found = dt.ordinal_potential(game, generalised=generalised)
    assert found.certified
    assert found.exists == bool(found.potential)
    if found.exists and not generalised:
        assert dt.ordinal_potential(game, generalised=True).exists


def test_games_with_and_without_ordinal_potential() -> None:
    pennies = game_of(np.array([[1, -1], [-1, 1]]), np.array([[-1, 1], [1, -1]]))
    around = dt.ordinal_potential(pennies)
    assert around.certified
    assert len(around.cycle) == 4
    for slug in ("crisis-management/chicken", "security-dilemma/stag-hunt"):
        game = dt.load(slug)
        if isinstance(game, dt.StrategicGame):
            assert dt.ordinal_potential(game).exists
    # Improvements end, but a tie closes a circle: only a generalised ordinal potential exists (Monderer and Shapley).
    weak = game_of(np.array([[1, 2], [2, 0]]), np.array([[0, 0], [0, 1]]))
    assert dt.ordinal_potential(weak, generalised=True).exists
    assert not dt.ordinal_potential(weak).exists


def test_the_check_of_potentials_refuses_what_is_wrong() -> None:
    from deterrence.certify.potentials import is_improvement_cycle, is_ordinal_potential

    u = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    circle = [(0, 0), (0, 1), (1, 1), (1, 0)]
    assert is_improvement_cycle(u, circle)
    assert not is_improvement_cycle(u, circle[::-1])
    assert not is_improvement_cycle(u, [(0, 0), (1, 1)])
    assert not is_improvement_cycle(u, [])
    assert not is_ordinal_potential(u, np.array([[0, 1], [3, 2]]))
    assert not is_improvement_cycle(np.zeros((2, 2, 2)), circle)
