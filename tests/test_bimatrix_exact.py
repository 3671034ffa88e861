"""Exact extreme equilibria and maximal Nash subsets, against Gambit and against a brute force."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest

from bimatrix_oracles import fractions, gambit_extreme, nash_vertex_pairs, regret
from deterrence.errors import SolverError
from deterrence.solvers.bimatrix import exact_extreme_equilibria, maximal_nash_subsets
from deterrence.solvers.bimatrix.nash_subsets import MOST_SUBSETS

Matrix = list[list[Fraction]]


def integer_game(source: random.Random, m: int, n: int, highest: int) -> tuple[Matrix, Matrix]:
    A, B = ([[Fraction(source.randint(0, highest)) for _ in range(n)] for _ in range(m)] for _ in range(2))
    return A, B


@pytest.mark.parametrize(("m", "n"), list(product(range(1, 4), repeat=2)))
def test_agrees_with_brute_force_on_degenerate_games(m: int, n: int) -> None:
    source = random.Random(100 * m + n)
    for _ in range(25):
        A, B = integer_game(source, m, n, source.choice([1, 2, 3]))
        assert exact_extreme_equilibria(A, B) == nash_vertex_pairs(A, B)


def check_against_gambit(games: int, largest: int, seed: int) -> None:
    source = random.Random(seed)
    for _ in range(games):
        A, B = integer_game(source, source.randint(1, largest), source.randint(1, largest), source.choice([1, 3, 3]))
        assert exact_extreme_equilibria(A, B) == gambit_extreme(A, B)


def test_agrees_with_gambit_on_degenerate_games() -> None:
    check_against_gambit(200, 5, seed=1)


@pytest.mark.exhaustive
def test_agrees_with_gambit_on_many_degenerate_games() -> None:
    check_against_gambit(5_000, 6, seed=2)


def test_fractions_and_scales_of_columns_do_not_matter() -> None:
    A = [[Fraction(1, 3), Fraction(0)], [Fraction(0), Fraction(10**12, 7)]]
    B = [[Fraction(-1), Fraction(1)], [Fraction(1, 10**9), Fraction(0)]]
    assert exact_extreme_equilibria(A, B) == nash_vertex_pairs(A, B)


def test_a_perturbed_equilibrium_is_not_listed() -> None:
    A, B = fractions([[1, -1], [-1, 1]]), fractions([[-1, 1], [1, -1]])
    ((x, y),) = exact_extreme_equilibria(A, B)
    assert regret(A, B, x, y) == 0
    assert regret(A, B, (x[0] + Fraction(1, 10**30), x[1] - Fraction(1, 10**30)), y) > 0


def test_a_reduced_strategic_form_takes_less_than_a_second(record_property: Callable[[str, object], None]) -> None:
    A, B = integer_game(random.Random(5), 9, 4, 3)
    start = time.process_time()
    found = exact_extreme_equilibria(A, B)
    seconds = time.process_time() - start
    record_property("measured", f"exact extreme equilibria of a 9 x 4 game: {seconds:.3f} s")
    assert found
    assert all(regret(A, B, x, y) == 0 for x, y in found)


def test_bad_shapes_and_large_games_are_refused() -> None:
    with pytest.raises(SolverError, match="one shape"):
        exact_extreme_equilibria([], [])
    with pytest.raises(SolverError, match="one shape"):
        exact_extreme_equilibria(fractions([[1, 2]]), fractions([[1], [2]]))
    with pytest.raises(SolverError, match="pairs of supports"):
        exact_extreme_equilibria(fractions([[0] * 12] * 12), fractions([[0] * 12] * 12))


def test_nash_subsets_of_a_game_with_a_continuum() -> None:
    # The row player is indifferent against the first column only.
    A, B = fractions([[1, 1], [1, 0]]), fractions([[1, 0], [1, 1]])
    extreme = exact_extreme_equilibria(A, B)
    subsets = maximal_nash_subsets(extreme)
    assert {pair for xs, ys in subsets for pair in product(xs, ys)} == set(extreme)


@pytest.mark.parametrize("seed", range(40))
def test_nash_subsets_are_maximal_and_consist_of_equilibria(seed: int) -> None:
    source = random.Random(seed)
    A, B = integer_game(source, source.randint(2, 4), source.randint(2, 4), 2)
    extreme = exact_extreme_equilibria(A, B)
    subsets = maximal_nash_subsets(extreme)
    assert {pair for xs, ys in subsets for pair in product(xs, ys)} == set(extreme)
    for xs, ys in subsets:
        middle_x = tuple(sum(parts, Fraction(0)) / len(xs) for parts in zip(*xs, strict=True))
        middle_y = tuple(sum(parts, Fraction(0)) / len(ys) for parts in zip(*ys, strict=True))
        assert regret(A, B, middle_x, middle_y) == 0
        assert not any(x not in xs and all((x, y) in extreme for y in ys) for x, _ in extreme)
        assert not any(y not in ys and all((x, y) in extreme for x in xs) for _, y in extreme)


def test_too_many_nash_subsets_are_refused() -> None:
    size = MOST_SUBSETS.bit_length()
    crown = [(x, y) for x in range(size) for y in range(size) if x != y]
    with pytest.raises(SolverError, match="maximal Nash subsets"):
        maximal_nash_subsets(crown)
