"""Correlated equilibria, dominance, potentials, zero-sum values, ordinal games: against theorems and brute force."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest

import deterrence as dt
from deterrence.certify.correlated import correlated_gain
from deterrence.errors import DeterrenceError, SolverError
from deterrence.expressions import Expr
from random_games import random_table, table_game


def chicken() -> dt.StrategicGame:
    game = dt.load("crisis-management/chicken")
    assert isinstance(game, dt.StrategicGame)
    return game


CHICKEN = chicken()
AUMANN = {"T": 7, "R": 6, "S": 2, "P": 0}


def test_private_advice_in_chicken_avoids_every_collision() -> None:
    """The catalogue's worked case: half the weight on both yielding, 21/4 each, against 14/3 and 1/9 when mixing."""
    found = dt.correlated_equilibrium(CHICKEN, at=AUMANN)
    assert found.certified
    assert found.value == pytest.approx(10.5)
    assert found.distribution["yield", "yield"] == pytest.approx(0.5)
    assert found.probability(CHICKEN, "collision") == pytest.approx(0)
    mixed = dt.solve(CHICKEN, at=AUMANN)
    assert sorted(mixed.probability("collision").tolist()) == pytest.approx([0, 0, 1 / 9])
    worst = dt.correlated_equilibrium(CHICKEN, "collision", at=AUMANN)
    assert worst.value >= 1 / 9 - 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_every_nash_equilibrium_lies_between_the_best_and_the_worst_correlated_one(seed: int) -> None:
    game = table_game(random_table(Random(seed), (3, 3), integers=9), (3, 3))
    nash = dt.solve(game)
    for player in (p.name for p in game.players):
        best, worst = (dt.correlated_equilibrium(game, player, best=b) for b in (True, False))
        assert best.certified
        assert worst.certified
        payoffs = nash.payoff(player)[nash.exists]
        assert (payoffs <= best.value + 1e-9).all()
        assert (payoffs >= worst.value - 1e-9).all()


def test_the_check_of_correlated_play_refuses_what_is_wrong() -> None:
    u = np.array([[[6, 2], [7, 0]], [[6, 7], [2, 0]]])
    assert correlated_gain(u, np.array([[0.5, 0.25], [0.25, 0.0]])) == 0
    assert correlated_gain(u, np.array([[1.0, 0], [0, 0]])) == 1
    assert correlated_gain(u, np.array([[0.5, 0.5], [0.25, 0.0]])) == float("inf")
    assert correlated_gain(u, np.array([[np.nan, 0.5], [0.25, 0.0]])) == float("inf")
    with pytest.raises(SolverError, match="objective"):
        dt.correlated_equilibrium(CHICKEN, "peace")


def game_of(rows: list[list[tuple[int, int]]]) -> dt.StrategicGame:
    names = {"A": [f"r{i}" for i in range(len(rows))], "B": [f"c{j}" for j in range(len(rows[0]))]}
    table: dict[tuple[str, ...], dict[str, Expr | int]] = {
        (f"r{i}", f"c{j}"): {"A": a, "B": b} for i, row in enumerate(rows) for j, (a, b) in enumerate(row)
    }
    return dt.StrategicGame(names, table)


def test_an_action_that_only_a_mixture_dominates_goes() -> None:
    done = dt.eliminate(game_of([[(3, 0), (0, 1)], [(0, 0), (3, 1)], [(1, 1), (1, 0)]]))
    assert done.steps[0].action == "r2"
    assert dict(done.steps[0].mixture) == {"r0": Fraction(1, 2), "r1": Fraction(1, 2)}
    assert dict(done.survivors) == {"A": ("r1",), "B": ("c1",)}
    assert done.undecided == ()


def test_an_action_that_is_only_weakly_dominated_stays() -> None:
    done = dt.eliminate(game_of([[(2, 0), (0, 0)], [(0, 0), (2, 0)], [(1, 0), (1, 0)]]))
    assert done.survivors["A"] == ("r0", "r1", "r2")


@pytest.mark.parametrize("seed", range(10))
def test_no_equilibrium_uses_an_eliminated_action(seed: int) -> None:
    game = table_game(random_table(Random(seed), (3, 3), integers=5), (3, 3))
    done, nash = dt.eliminate(game), dt.solve(game)
    for i, p in enumerate(game.players):
        gone = [k for k, a in enumerate(game.actions[p.name]) if a not in done.survivors[p.name]]
        assert (nash.found.profiles.strategies[i][nash.found.exists][:, gone] < 1e-12).all()


def test_potentials_of_minimum_effort_games_and_of_no_others() -> None:
    levels = ["1", "2", "3"]
    a, c = dt.parameters("a c")
    effort = dt.StrategicGame(
        dict.fromkeys("ABC", levels),
        {
            cell: {p: a * min(map(int, cell)) - c * int(own) for p, own in zip("ABC", cell, strict=True)}
            for cell in product(levels, repeat=3)
        },
    )
    potential, holds = dt.exact_potential(effort, at={"a": [3.0, 4.0], "c": 1})
    assert holds.all()
    for cell in product(range(3), repeat=3):
        low = min(cell) + 1
        formula = np.array([3.0, 4.0]) * (low - 1) - sum(cell)
        assert potential[:, cell[0], cell[1], cell[2]] == pytest.approx(formula)
    _, pennies = dt.exact_potential(game_of([[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]]))
    assert not pennies


def test_risk_dominance_of_the_stag_hunt_changes_where_theory_says() -> None:
    """Both hunting risk-dominates if and only if R + S > T + P (Harsanyi and Selten)."""
    t, r, p, s = dt.parameters("T R P S")
    hunt = dt.StrategicGame(
        {"A": "sh", "B": "sh"},
        {("s", "s"): {"A": r, "B": r}, ("s", "h"): {"A": s, "B": t}, ("h", "s"): {"A": t, "B": s},
         ("h", "h"): {"A": p, "B": p}},
    )  # fmt: skip
    log, two = dt.risk_dominance(hunt, at={"R": 3, "P": 1, "S": 0, "T": [1.5, 2.0, 2.5, 4.0]})
    assert two.tolist() == [True, True, True, False]
    assert np.sign(log[:3]).tolist() == [1, 0, -1]
    assert np.isnan(log[3])


@pytest.mark.parametrize("seed", range(6))
def test_zero_sum_values_are_the_payoffs_of_all_equilibria(seed: int) -> None:
    rng = np.random.default_rng(seed)
    u = rng.integers(-9, 9, (3, 4))
    game = game_of([[(int(x), -int(x)) for x in row] for row in u])
    found = dt.zero_sum_value(game)
    assert found.most - found.least == pytest.approx(0, abs=1e-9)
    nash = dt.solve(game)
    assert nash.payoff("A")[nash.exists] == pytest.approx(found.value)
    with pytest.raises(SolverError, match="constant"):
        dt.zero_sum_value(CHICKEN)


def test_the_78_games_and_their_nonmyopic_equilibria() -> None:
    games = dt.ordinal_games()
    assert len(games) == 78
    assert sum(g.has_conflict for g in games) == 57
    assert Counter(len(g.nonmyopic) for g in games if g.has_conflict) == {1: 26, 2: 28, 3: 3}
    by_name = {g.name: g for g in games if g.name}
    assert set(by_name) == {"prisoner's dilemma", "chicken", "stag hunt", "deadlock", "leader", "hero"}
    assert by_name["stag hunt"].nonmyopic == ((4, 4),)
    assert set(by_name["chicken"].nonmyopic) == {(4, 2), (3, 3), (2, 4)}
    assert set(by_name["prisoner's dilemma"].nonmyopic) == {(3, 3), (2, 2)}
    for game in games:  # some nonmyopic equilibrium is efficient (Brams and Ismail)
        assert any(not any(o[0] > e[0] and o[1] > e[1] for o in game.cells) for e in game.nonmyopic)


def test_degenerate_and_hostile_inputs_are_refused_with_reasons() -> None:
    with pytest.raises(SolverError, match="indifferent"):
        dt.ordinal_game(game_of([[(1, 1), (1, 2)], [(3, 3), (4, 4)]]))
    with pytest.raises(DeterrenceError, match="several points"):
        dt.correlated_equilibrium(CHICKEN, at={"P": [1, 0]})
    with pytest.raises(DeterrenceError, match="finite"):
        dt.correlated_equilibrium(CHICKEN, at={"P": float("nan")})
    with pytest.raises(DeterrenceError, match="assumptions"):
        dt.eliminate(CHICKEN, at={"P": 100})
    nan, holds = dt.exact_potential(CHICKEN, at={"T": [4.0, np.nan, np.inf]})
    assert holds.tolist() == [True, False, False]
    assert np.isnan(nan[1:]).all()
    huge = dt.correlated_equilibrium(CHICKEN, at={"T": 4e200, "R": 3e200, "S": 2e200, "P": 1e200})
    assert huge.certified
