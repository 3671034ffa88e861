"""Batched support enumeration: right or flagged, for every size, scale and degree of degeneracy."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from bimatrix_oracles import Floats, fractions, quantecon_all, same_strategies
from deterrence.errors import SolverError
from deterrence.solvers.bimatrix import BimatrixEquilibria, enumerate_supports, exact_extreme_equilibria

SIZES = list(product(range(1, 7), repeat=2))
NOISES = (0.0, 1e-6, 1e-12, 1e-15)
Listed = list[tuple[Floats, Floats]]


def listed(found: BimatrixEquilibria, game: int) -> Listed:
    x, y = found.strategies()
    return [(x[game, k], y[game, k]) for k in np.flatnonzero(found.exists[game])]


def gains(A: Floats, B: Floats, x: Floats, y: Floats) -> float:
    rows, columns = A @ y, x @ B
    return float(max(rows.max() - x @ rows, columns.max() - columns @ y))


def degenerate_games(m: int, n: int, games: int, seed: int) -> Iterator[tuple[Floats, Floats]]:
    """Yield batches of integer games with payoffs 0 to 3, plain and with noise of several sizes."""
    rng = np.random.default_rng([seed, m, n])
    for noise in NOISES:
        A, B = rng.integers(0, 4, (2, games, m, n)) + noise * rng.standard_normal((2, games, m, n))
        yield A, B


def check_right_or_flagged(m: int, n: int, games: int, seed: int) -> int:
    """Compare with exact rationals on the very floats; return how many games were not flagged."""
    settled = 0
    for A, B in degenerate_games(m, n, games, seed):
        found = enumerate_supports(A, B)
        for game in np.flatnonzero(~found.uncertain).tolist():
            expected = exact_extreme_equilibria(fractions(A[game]), fractions(B[game]))
            assert same_strategies(listed(found, game), expected, 1e-7), (A[game], B[game])
            settled += 1
    return settled


@pytest.mark.parametrize(("m", "n"), SIZES)
def test_no_answer_is_both_wrong_and_unflagged(m: int, n: int) -> None:
    assert check_right_or_flagged(m, n, 10, seed=0) > 0


@pytest.mark.exhaustive
@pytest.mark.parametrize(("m", "n"), SIZES)
def test_no_answer_is_both_wrong_and_unflagged_in_many_games(m: int, n: int) -> None:
    assert check_right_or_flagged(m, n, 300, seed=1) > 0


@pytest.mark.parametrize(("m", "n"), SIZES)
def test_flagged_games_list_only_equilibria(m: int, n: int) -> None:
    for A, B in degenerate_games(m, n, 20, seed=2):
        found = enumerate_supports(A, B)
        for game in np.flatnonzero(found.uncertain).tolist():
            for x, y in listed(found, game):
                assert gains(A[game], B[game], x, y) < 1e-6


def check_against_quantecon(n: int, games: int, seed: int) -> None:
    A, B = np.random.default_rng([seed, n]).standard_normal((2, games, n, n))
    found = enumerate_supports(A, B)
    assert found.uncertain.mean() < 1e-3
    for game in np.flatnonzero(~found.uncertain).tolist():
        assert same_strategies(listed(found, game), quantecon_all(A[game], B[game]), 1e-7)


@pytest.mark.parametrize("n", range(2, 7))
def test_agrees_with_quantecon_on_random_games(n: int) -> None:
    check_against_quantecon(n, 400 if n < 5 else 150, seed=3)


@pytest.mark.exhaustive
@pytest.mark.parametrize("n", range(2, 7))
def test_agrees_with_quantecon_on_many_random_games(n: int) -> None:
    check_against_quantecon(n, 4_000, seed=4)


@pytest.mark.parametrize(("m", "n"), SIZES)
def test_payoffs_match_the_best_reply_in_every_random_game(m: int, n: int) -> None:
    A, B = np.random.default_rng([5, m, n]).random((2, 3_000, m, n))
    found = enumerate_supports(A, B)
    x, y = found.strategies()
    u, v = found.payoffs()
    best_row = np.einsum("nij,nkj->nki", A, y).max(axis=2)
    best_column = np.einsum("nij,nki->nkj", B, x).max(axis=2)
    settled = found.exists & ~found.uncertain[:, None]
    assert np.abs((best_row - u)[settled]).max() < 1e-7
    assert np.abs((best_column - v)[settled]).max() < 1e-7
    assert np.all(found.exists.sum(axis=1)[~found.uncertain] % 2 == 1)
    for strategies, masks in ((x, found.row_support), (y, found.column_support)):
        bits = (masks[:, :, None] >> np.arange(strategies.shape[2])) & 1
        assert np.array_equal(strategies > 0, bits == 1)
        assert np.allclose(strategies.sum(axis=2), found.exists)


@pytest.mark.parametrize(("m", "n"), [(2, 2), (2, 3), (3, 3), (4, 3), (5, 5)])
def test_units_and_shifts_change_nothing(m: int, n: int) -> None:
    rng = np.random.default_rng([6, m, n])
    A, B = rng.standard_normal((2, 500, m, n))
    plain = enumerate_supports(A, B)
    for unit in (1e-6, 1.0, 1e6):
        row_units, column_units = 10.0 ** rng.integers(-3, 4, (2, 500, 1, 1))
        shift_A, shift_B = unit * rng.standard_normal((500, 1, n)), unit * rng.standard_normal((500, m, 1))
        moved = enumerate_supports(unit * row_units * A + shift_A, unit * column_units * B + shift_B)
        settled = ~(moved.uncertain | plain.uncertain)
        assert settled.mean() > 0.98
        assert np.array_equal(moved.row_support[settled], plain.row_support[settled])
        assert np.array_equal(moved.column_support[settled], plain.column_support[settled])


@pytest.mark.parametrize("n", [2, 3, 4])
def test_columns_of_very_different_scale_are_right_or_flagged(n: int) -> None:
    rng = np.random.default_rng([7, n])
    A, B = rng.integers(-9, 10, (2, 60, n, n)) * 10.0 ** rng.integers(-6, 7, (2, 60, 1, n))
    found = enumerate_supports(A, B)
    settled = np.flatnonzero(~found.uncertain)
    assert len(settled) > 5
    for game in settled.tolist():
        expected = exact_extreme_equilibria(fractions(A[game]), fractions(B[game]))
        assert same_strategies(listed(found, game), expected, 1e-7)


def test_relabelling_actions_and_players_permutes_the_equilibria() -> None:
    rng = np.random.default_rng(8)
    A, B = rng.random((2, 200, 3, 4))
    rows, columns = rng.permutation(3), rng.permutation(4)
    plain = enumerate_supports(A, B)
    moved = enumerate_supports(A[:, rows][:, :, columns], B[:, rows][:, :, columns])
    swapped = enumerate_supports(B.transpose(0, 2, 1), A.transpose(0, 2, 1))
    for game in range(200):
        expected = listed(plain, game)
        assert same_strategies(listed(moved, game), [(x[rows], y[columns]) for x, y in expected], 1e-9)
        assert same_strategies(listed(swapped, game), [(y, x) for x, y in expected], 1e-9)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_neither_blocks_nor_neighbours_nor_memory_layout_matter(n: int) -> None:
    A, B = np.random.default_rng([9, n]).integers(0, 50, (2, 300, n, n)).astype(float)
    A[7], B[11] = np.nan, 1e300
    whole = enumerate_supports(A, B)
    x = whole.strategies()[0]
    last = [np.ascontiguousarray(payoffs.transpose(1, 2, 0)).transpose(2, 0, 1) for payoffs in (A, B)]
    gaps = [np.repeat(np.repeat(payoffs, 2, axis=0), 3, axis=2)[::2, :, ::3] for payoffs in (A, B)]
    for other in (enumerate_supports(A, B, block=64), enumerate_supports(*last), enumerate_supports(*gaps)):
        assert np.array_equal(other.row_support, whole.row_support)
        assert np.array_equal(other.uncertain, whole.uncertain)
        assert np.array_equal(other.strategies()[0], x)
    for game in range(0, 300, 37):
        alone = enumerate_supports(A[game : game + 1], B[game : game + 1])
        assert same_strategies(listed(alone, 0), listed(whole, game), 1e-12)
        assert alone.uncertain[0] == whole.uncertain[game]


@pytest.mark.parametrize(("m", "n"), SIZES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_payoffs_that_are_not_numbers_are_flagged_and_spoil_no_other_game(m: int, n: int, bad: float) -> None:
    A, B = np.random.default_rng([10, m, n]).random((2, 90, m, n))
    clean = enumerate_supports(A, B)
    A[3, -1, 0], B[50, 0, -1] = bad, bad
    found = enumerate_supports(A, B)
    assert np.flatnonzero(found.invalid).tolist() == [3, 50]
    assert found.uncertain[[3, 50]].all()
    assert not found.exists[[3, 50]].any()
    others = ~found.invalid
    width = min(found.exists.shape[1], clean.exists.shape[1])
    assert np.array_equal(found.row_support[others, :width], clean.row_support[others, :width])
    assert np.isfinite(found.strategies()[0]).all()


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e200, 1e308])
@pytest.mark.parametrize("n", [2, 3])
def test_payoffs_near_the_ends_of_the_float_range_are_right_or_flagged(size: float, n: int) -> None:
    A, B = np.random.default_rng(11).uniform(-1, 1, (2, 50, n, n))
    found = enumerate_supports(size * A, size * B)
    plain = enumerate_supports(A, B)
    settled = ~found.uncertain
    assert not found.invalid.any()
    assert np.array_equal(found.exists[settled].sum(axis=1), plain.exists[settled].sum(axis=1))
    assert np.isfinite(found.strategies()[0]).all()


@pytest.mark.parametrize("n", range(1, 7))
def test_games_without_any_incentive_are_flagged(n: int) -> None:
    flat = np.zeros((3, n, n))
    assert enumerate_supports(flat, flat).uncertain.all() == (n > 1)


def test_a_tie_that_rounding_hides_is_flagged() -> None:
    A = np.array([[[0.3, 1.0], [0.1 + 0.2, 0.0]]])
    B = np.array([[[1.0, 0.0], [1.0, 0.0]]])
    assert A[0, 0, 0] != A[0, 1, 0]
    assert enumerate_supports(A, B).uncertain.all()


def test_battle_of_the_sexes() -> None:
    found = enumerate_supports([[[3.0, 0.0], [0.0, 2.0]]], [[[2.0, 0.0], [0.0, 3.0]]])
    x, y = found.strategies()
    assert found.row_support.tolist() == [[1, 2, 3]]
    assert x[0].tolist() == [[1.0, 0.0], [0.0, 1.0], [0.6, 0.4]]
    assert y[0].tolist() == [[1.0, 0.0], [0.0, 1.0], [0.4, 0.6]]
    assert gains(found.A[0], found.B[0], x[0, 2], y[0, 2]) < 1e-12
    assert gains(found.A[0], found.B[0], x[0, 2] + [1e-3, -1e-3], y[0, 2]) > 1e-4


def test_rock_paper_scissors_has_one_equilibrium() -> None:
    A = np.array([[[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]])
    found = enumerate_supports(A, -A)
    assert found.exists.tolist() == [[True]]
    assert np.allclose(found.strategies()[0], 1 / 3)


def test_the_identity_game_has_all_its_equilibria() -> None:
    identity = np.eye(5)[None]
    found = enumerate_supports(identity, identity)
    assert found.exists.sum() == 2**5 - 1
    assert np.array_equal(found.row_support, found.column_support)


@pytest.mark.parametrize("n", [2, 3])
def test_an_empty_batch_has_an_empty_answer(n: int) -> None:
    found = enumerate_supports(np.zeros((0, n, n)), np.zeros((0, n, n)))
    assert len(found.exists) == 0
    assert found.strategies()[0].shape[0] == 0


def test_results_cross_process_boundaries() -> None:
    A, B = np.random.default_rng(12).random((2, 5, 3, 3))
    found = enumerate_supports(A, B)
    again = pickle.loads(pickle.dumps(found))
    assert np.array_equal(again.strategies()[1], found.strategies()[1])


def test_shapes_and_options_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SolverError, match="shapes"):
        enumerate_supports(np.zeros((2, 2)), np.zeros((2, 2)))
    with pytest.raises(SolverError, match="shapes"):
        enumerate_supports(np.zeros((1, 2, 2)), np.zeros((1, 2, 3)))
    with pytest.raises(SolverError, match="at most 6"):
        enumerate_supports(np.zeros((1, 7, 2)), np.zeros((1, 7, 2)))
