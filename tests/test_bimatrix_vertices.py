"""Batched vertex enumeration: all extreme equilibria, certain for payoffs on a grid and flagged in doubt."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from bimatrix_oracles import Floats, fractions, same_strategies
from deterrence.errors import SolverError
from deterrence.solvers.bimatrix import (
    BimatrixEquilibria,
    enumerate_supports,
    enumerate_vertices,
    exact_extreme_equilibria,
)

SIZES = list(product(range(1, 7), repeat=2))
Listed = list[tuple[Floats, Floats]]


def listed(found: BimatrixEquilibria, game: int) -> Listed:
    x, y = found.strategies()
    return [(x[game, k], y[game, k]) for k in np.flatnonzero(found.exists[game])]


def agrees_with_exact(found: BimatrixEquilibria, A: Floats, B: Floats, game: int) -> bool:
    expected = exact_extreme_equilibria(fractions(A[game]), fractions(B[game]))
    return same_strategies(listed(found, game), expected, 1e-6)


def check_integer_games(m: int, n: int, games: int, seed: int) -> None:
    rng = np.random.default_rng([seed, m, n])
    A, B = rng.integers(0, 4, (2, games, m, n)).astype(float)
    found = enumerate_vertices(A, B)
    assert not found.uncertain.any()
    assert all(agrees_with_exact(found, A, B, game) for game in range(games))


@pytest.mark.parametrize(("m", "n"), SIZES)
def test_integer_games_are_complete_and_certain(m: int, n: int) -> None:
    check_integer_games(m, n, 20, seed=0)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("m", "n"), SIZES)
def test_many_integer_games_are_complete_and_certain(m: int, n: int) -> None:
    check_integer_games(m, n, 500, seed=1)


def check_noisy_games(m: int, n: int, games: int, seed: int) -> None:
    rng = np.random.default_rng([seed, m, n])
    for noise in (1e-6, 1e-9, 1e-12, 1e-15):
        A, B = rng.integers(0, 4, (2, games, m, n)) + noise * rng.standard_normal((2, games, m, n))
        found = enumerate_vertices(A, B)
        for game in np.flatnonzero(~found.uncertain).tolist():
            assert agrees_with_exact(found, A, B, game), (A[game], B[game])


@pytest.mark.parametrize(("m", "n"), SIZES)
def test_noisy_games_are_right_or_flagged(m: int, n: int) -> None:
    check_noisy_games(m, n, 6, seed=2)


@pytest.mark.exhaustive
@pytest.mark.parametrize(("m", "n"), SIZES)
def test_many_noisy_games_are_right_or_flagged(m: int, n: int) -> None:
    check_noisy_games(m, n, 200, seed=3)


@pytest.mark.parametrize(("m", "n"), [(7, 3), (9, 4), (4, 8), (7, 7)])
def test_larger_integer_games(m: int, n: int) -> None:
    check_integer_games(m, n, 3, seed=4)


@pytest.mark.parametrize("n", range(2, 7))
def test_agrees_with_support_enumeration_on_random_games(n: int) -> None:
    A, B = np.random.default_rng([5, n]).random((2, 150, n, n))
    vertices, supports = enumerate_vertices(A, B), enumerate_supports(A, B)
    assert not vertices.uncertain.any()
    for game in range(len(A)):
        assert same_strategies(listed(vertices, game), listed(supports, game), 1e-8)


@pytest.mark.parametrize("unit", [2.0**-40, 0.375, 2.0**40])
def test_zero_is_certain_on_any_binary_grid(unit: float) -> None:
    A, B = np.random.default_rng(6).integers(0, 4, (2, 30, 4, 4)).astype(float)
    plain, scaled = enumerate_vertices(A, B), enumerate_vertices(unit * A, unit * B)
    assert not scaled.uncertain.any()
    assert np.array_equal(plain.row_support, scaled.row_support)


def test_supports_are_those_of_the_strategies() -> None:
    A, B = np.random.default_rng(7).integers(0, 3, (2, 200, 4, 5)).astype(float)
    found = enumerate_vertices(A, B)
    for strategies, masks in zip(found.strategies(), (found.row_support, found.column_support), strict=True):
        bits = (masks[:, :, None] >> np.arange(strategies.shape[2])) & 1
        assert np.array_equal(strategies > 0, bits == 1)
        assert np.allclose(strategies.sum(axis=2), found.exists)


def test_a_game_without_incentives_has_every_pure_profile() -> None:
    flat = np.zeros((2, 3, 4))
    found = enumerate_vertices(flat, flat)
    assert found.exists.sum(axis=1).tolist() == [12, 12]
    assert not found.uncertain.any()


def test_the_identity_game_is_settled_here() -> None:
    identity = np.eye(5)[None]
    assert enumerate_supports(identity, identity).uncertain.all()
    found = enumerate_vertices(identity, identity)
    assert found.exists.sum() == 2**5 - 1
    assert not found.uncertain.any()


def test_a_tie_hidden_by_rounding_is_taken_for_a_tie_and_flagged() -> None:
    A = np.array([[[0.3, 1.0], [0.1 + 0.2, 0.0]]])
    B = np.array([[[1.0, 0.0], [1.0, 0.0]]])
    assert enumerate_vertices(A, B).uncertain.all()


def test_nearly_singular_supports_give_finite_strategies() -> None:
    rng = np.random.default_rng([3, 5, 6])
    for noise in (1e-8, 1e-9, 1e-10, 1e-11):
        A, B = rng.integers(0, 4, (2, 500, 5, 6)) + noise * rng.standard_normal((2, 500, 5, 6))
        found = enumerate_vertices(A, B)
        x, y = found.strategies()
        assert np.abs(x.sum(axis=2) - found.exists).max() < 1e-12
        assert min(x.min(), y.min()) >= 0


def test_payoffs_that_are_not_numbers_spoil_no_other_game() -> None:
    A, B = np.random.default_rng(8).random((2, 70, 3, 3))
    clean = enumerate_vertices(A, B)
    A[4, 0, 0], B[66, 1, 1] = np.nan, -np.inf
    found = enumerate_vertices(A, B)
    assert np.flatnonzero(found.invalid).tolist() == [4, 66]
    assert np.array_equal(found.uncertain, found.invalid)
    assert not found.exists[found.invalid].any()
    width = min(found.exists.shape[1], clean.exists.shape[1])
    assert np.array_equal(found.exists[5:66, :width], clean.exists[5:66, :width])


def test_an_empty_batch_has_an_empty_answer() -> None:
    found = enumerate_vertices(np.zeros((0, 3, 2)), np.zeros((0, 3, 2)))
    assert found.exists.shape[0] == 0


def test_games_too_large_are_refused() -> None:
    with pytest.raises(SolverError, match="too many pairs"):
        enumerate_vertices(np.zeros((1, 9, 9)), np.zeros((1, 9, 9)))
