"""Lemke-Howson with lexicographic pivoting: an equilibrium from every label, degenerate games included."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from bimatrix_oracles import fractions, regret
from deterrence.errors import SolverError
from deterrence.solvers.bimatrix import exact_extreme_equilibria, lemke_howson


def gains(A: NDArray[np.float64], B: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    rows, columns = A @ y, x @ B
    return float(max(rows.max() - x @ rows, columns.max() - columns @ y))


def exact(matrix: NDArray[np.float64]) -> NDArray[np.object_]:
    return np.array(fractions(matrix), dtype=object)


@pytest.mark.parametrize("n", [2, 3, 5, 10, 30])
def test_every_label_ends_in_an_equilibrium(n: int) -> None:
    A, B = np.random.default_rng(n).random((2, n, n))
    for label in range(2 * n):
        x, y = lemke_howson(A, B, label)
        assert gains(A, B, x, y) < 1e-9
        assert x.sum() == pytest.approx(1)
        assert y.min() >= 0
    assert gains(A, B, np.eye(n)[0], np.eye(n)[0]) > 1e-3


def test_a_hundred_actions() -> None:
    A, B = np.random.default_rng(2).random((2, 100, 100))
    x, y = lemke_howson(A, B, 0)
    assert gains(A, B, x, y) < 1e-8


@pytest.mark.parametrize(("m", "n"), list(product(range(1, 7), repeat=2)))
def test_degenerate_games_end_in_an_exact_equilibrium(m: int, n: int) -> None:
    rng = np.random.default_rng([1, m, n])
    for _ in range(15):
        A, B = rng.integers(0, rng.integers(1, 5), (2, m, n)).astype(float)
        label = int(rng.integers(m + n))
        x, y = lemke_howson(exact(A), exact(B), label)
        assert isinstance(x[0], Fraction)
        assert sum(x) == sum(y) == 1
        assert regret(fractions(A), fractions(B), tuple(x), tuple(y)) == 0
        floats = lemke_howson(A, B, label)
        assert gains(A, B, *floats) < 1e-9


def test_the_end_of_a_path_is_an_extreme_equilibrium() -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        A, B = rng.integers(0, 4, (2, 4, 3)).astype(float)
        x, y = lemke_howson(exact(A), exact(B), 0)
        assert (tuple(x), tuple(y)) in exact_extreme_equilibria(fractions(A), fractions(B))


def test_payoffs_of_very_different_size() -> None:
    A, B = np.random.default_rng(4).random((2, 6, 6))
    for unit in (1e-9, 1e9):
        x, y = lemke_howson(unit * A + 5 * unit, B / unit, 3)
        assert gains(A, B, x, y) < 1e-8


def test_bad_input_is_refused() -> None:
    square = np.eye(2)
    with pytest.raises(SolverError, match="label 4"):
        lemke_howson(square, square, 4)
    with pytest.raises(SolverError, match="shapes"):
        lemke_howson(square, np.eye(3), 0)
    with pytest.raises(SolverError, match="finite"):
        lemke_howson(square * np.nan, square, 0)
    with pytest.raises(SolverError, match="after 1 pivots"):
        lemke_howson(square, square, 0, most_pivots=1)
