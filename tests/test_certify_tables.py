"""Regret certificates of strategic games: right profiles pass, wrong ones fail, in every layout and arithmetic."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from deterrence.certify import Certificate, certify_nash
from deterrence.compiled import CompiledTable, Points, compile_table, parameter_points
from deterrence.compiled.points import NumberArray
from deterrence.games import StrategicGame
from deterrence.profiles import Constant, MixedProfile

Floats = NDArray[np.float64]
Batch = tuple[CompiledTable, list[Floats], NDArray[np.bool_]]


def table(payoffs: NumberArray) -> CompiledTable:
    """A game with given payoffs (players, actions..., points)."""
    size = payoffs.shape[-1]
    everywhere = np.ones(size, dtype=np.bool_)
    points = Points((size,), {}, payoffs.dtype == object, everywhere, everywhere)
    players = tuple(f"P{i}" for i in range(payoffs.shape[0]))
    actions = tuple(tuple(f"a{k}" for k in range(m)) for m in payoffs.shape[1:-1])
    return CompiledTable(players, actions, points, tuple(tuple(own.reshape(-1, size)) for own in payoffs), everywhere)


def profile(game: CompiledTable, *strategies: NumberArray) -> MixedProfile:
    return MixedProfile(game.players, game.actions, Constant(strategies))


def two_by_two(size: int, seed: int) -> Batch:
    """Random games with all their equilibria by hand, strategies (points, equilibria, actions) batch-last."""
    A, B = payoffs = np.random.default_rng(seed).normal(size=(2, 2, 2, size))
    strategies = [np.zeros((3, 2, size)) for _ in range(2)]
    exists = np.zeros((3, size), dtype=np.bool_)
    used = np.zeros(size, dtype=np.intp)

    def add(where: NDArray[np.bool_], x: Floats, y: Floats) -> None:
        n = np.flatnonzero(where)
        exists[used[n], n] = True
        for strategy, first in zip(strategies, (x, y), strict=True):
            strategy[used[n], 0, n], strategy[used[n], 1, n] = first[n], 1 - first[n]
        used[n] += 1

    for i, j in product(range(2), range(2)):
        add((A[i, j] > A[1 - i, j]) & (B[i, j] > B[i, 1 - j]), np.full(size, 1.0 - i), np.full(size, 1.0 - j))
    x = (B[1, 1] - B[1, 0]) / (B[0, 0] - B[0, 1] - B[1, 0] + B[1, 1])
    y = (A[1, 1] - A[0, 1]) / (A[0, 0] - A[0, 1] - A[1, 0] + A[1, 1])
    add((x > 0) & (x < 1) & (y > 0) & (y < 1), x, y)
    return table(payoffs), [s.transpose(2, 0, 1) for s in strategies], exists.T


def three_by_three(size: int, seed: int) -> Batch:
    """Random games with all their equilibria, support by support; non-generic ones do not occur."""
    payoffs = np.random.default_rng(seed).normal(size=(2, 3, 3, size))
    supports = [s for s in product((False, True), repeat=3) if any(s)]
    pairs = [(own, other) for own in supports for other in supports if sum(own) == sum(other)]
    strategies = [np.zeros((len(pairs), 3, size)) for _ in range(2)]
    exists = np.zeros((len(pairs), size), dtype=np.bool_)
    for k, (own, other) in enumerate(pairs):
        y, value = _indifferent(payoffs[0], np.flatnonzero(own), np.flatnonzero(other))
        x, reply = _indifferent(payoffs[1].swapaxes(0, 1), np.flatnonzero(other), np.flatnonzero(own))
        best = np.einsum("ijn,jn->in", payoffs[0], y).max(axis=0), np.einsum("ijn,in->jn", payoffs[1], x).max(axis=0)
        exists[k] = (x.min(axis=0) >= 0) & (y.min(axis=0) >= 0)
        exists[k] &= (best[0] <= value + 1e-12) & (best[1] <= reply + 1e-12)
        strategies[0][k], strategies[1][k] = x * exists[k], y * exists[k]
    order = np.argsort(~exists, axis=0, kind="stable")
    width = int(exists.sum(axis=0).max())
    exists = np.take_along_axis(exists, order, axis=0)[:width]
    found = [np.take_along_axis(s, order[:, None], axis=0)[:width] for s in strategies]
    return table(payoffs), [s.transpose(2, 0, 1) for s in found], exists.T


def _indifferent(payoffs: Floats, own: NDArray[np.intp], other: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """The weights on `other` that make the rows `own` equally good, and what they yield."""
    k, size = own.size, payoffs.shape[-1]
    system = np.zeros((size, k + 1, k + 1))
    system[:, :k, :k] = payoffs[np.ix_(own, other)].transpose(2, 0, 1)
    system[:, :k, k] = -1
    system[:, k, :k] = 1
    solved = np.linalg.solve(system, np.broadcast_to(np.eye(k + 1)[k][:, None], (size, k + 1, 1)))[..., 0]
    weights = np.zeros((payoffs.shape[1], size))
    weights[other] = solved[:, :k].T
    return weights, solved[:, k]


def check(game: CompiledTable, strategies: list[Floats], exists: NDArray[np.bool_]) -> Certificate:
    return certify_nash(game, profile(game, *strategies), exists)


@pytest.mark.parametrize("make", [two_by_two, three_by_three])
def test_all_equilibria_of_random_games_pass(make: Callable[[int, int], Batch]) -> None:
    game, strategies, exists = make(20_000, 1)
    certificate = check(game, strategies, exists)
    assert exists.sum() > 20_000
    assert np.array_equal(certificate.passed, exists)
    assert np.array_equal(np.isnan(certificate.gain), ~exists)
    assert certificate.holds
    assert 0 <= float(certificate.worst) < 1e-12


def test_gain_is_the_best_deviation_by_brute_force() -> None:
    rng = np.random.default_rng(2)
    for shape in ((2, 3), (4, 4), (2, 2, 3), (2, 1, 2, 2)):
        payoffs = rng.normal(size=(len(shape), *shape, 5))
        strategies = [rng.dirichlet(np.ones(m), size=(5, 2)) for m in shape]
        exists = np.ones((5, 2), dtype=np.bool_)
        certificate = check(table(payoffs), strategies, exists)
        for n, k in product(range(5), range(2)):
            mixed = [s[n, k] for s in strategies]
            gains = []
            for i in range(len(shape)):
                worth = [expected(payoffs[i, ..., n], [*mixed[:i], pure, *mixed[i + 1 :]]) for pure in np.eye(shape[i])]
                gains.append(max(worth) - expected(payoffs[i, ..., n], mixed))
            assert certificate.gain[n, k] == pytest.approx(max(gains), rel=1e-12)
            assert not certificate.passed[n, k]


def expected(payoffs: Floats, strategies: list[Floats]) -> float:
    cells = product(*(range(m) for m in payoffs.shape))
    return sum(float(np.prod([s[a] for s, a in zip(strategies, c, strict=True)])) * float(payoffs[c]) for c in cells)


@pytest.mark.parametrize("shift", [1e-6, -1e-6])
def test_a_perturbed_mixture_fails(shift: float) -> None:
    game, strategies, exists = two_by_two(2_000, 3)
    mixed = exists & (strategies[0][..., 0] > 0.01) & (strategies[0][..., 0] < 0.99)
    assert mixed.sum() > 100
    strategies[0][..., 0] += shift * mixed
    strategies[0][..., 1] -= shift * mixed
    certificate = check(game, strategies, exists)
    assert np.array_equal(certificate.passed, exists & ~mixed)
    assert not certificate.holds


@pytest.mark.parametrize("wrong", [(0.6, 0.6), (1.2, -0.2), (np.nan, 0.5), (np.inf, 0.0), (0.0, 0.0)])
def test_what_is_no_distribution_fails(wrong: tuple[float, float]) -> None:
    same = np.zeros((2, 2, 2, 1))  # everything is an equilibrium here
    exists = np.ones((1, 1), dtype=np.bool_)
    fine = np.full((1, 1, 2), 0.5)
    assert check(table(same), [fine, fine], exists).holds
    assert not check(table(same), [np.array([[wrong]]), fine], exists).holds
    assert not check(table(same), [fine, np.array([[wrong]])], exists).holds


def test_layouts_agree() -> None:
    game, strategies, exists = two_by_two(3_000, 4)
    assert strategies[0].strides[0] == 8  # the batch axis is contiguous underneath
    contiguous = [np.ascontiguousarray(s) for s in strategies]
    spread = np.zeros((3_000, 6), dtype=np.bool_)  # mostly empty slots
    spread[:, 3:] = exists
    moved = [np.concatenate([np.zeros_like(s), s], axis=1) for s in contiguous]
    one, two, three = (check(game, s, e) for s, e in ((strategies, exists), (contiguous, exists), (moved, spread)))
    assert np.array_equal(one.gain, two.gain, equal_nan=True)
    assert np.array_equal(one.gain, three.gain[:, 3:], equal_nan=True)
    assert np.array_equal(one.passed, three.passed[:, 3:])


def test_passing_does_not_depend_on_units() -> None:
    game, strategies, exists = two_by_two(2_000, 5)
    for unit in (1e-200, 1e-6, 1e8, 1e200):
        scaled = table(game.payoffs * unit)
        assert np.array_equal(check(scaled, strategies, exists).passed, exists)
    wrong = [strategies[0][..., ::-1], strategies[1]]
    verdict = check(game, wrong, exists).passed
    assert not verdict.all(where=exists)
    assert np.array_equal(check(table(game.payoffs * 1e-200), wrong, exists).passed, verdict)


def test_each_player_is_measured_by_its_own_payoffs() -> None:
    payoffs = np.zeros((2, 2, 2, 1))
    payoffs[0] = 1e12
    payoffs[1, :, 1] = 1.0  # the second action of the second player is better by one
    exists = np.ones((1, 1), dtype=np.bool_)
    first = np.array([[[1.0, 0.0]]])
    certificate = check(table(payoffs), [first, first], exists)
    assert certificate.gain[0, 0] == 1.0
    assert not certificate.holds


def test_undefined_payoffs_fail_without_warnings() -> None:
    payoffs = np.zeros((2, 2, 2, 3))
    payoffs[0, 0, 0] = [np.nan, np.inf, 0.0]
    exists = np.ones((3, 1), dtype=np.bool_)
    half = np.full((3, 1, 2), 0.5)
    assert check(table(payoffs), [half, half], exists).passed[:, 0].tolist() == [False, False, True]


def test_exact_gain_is_a_fraction_and_the_tolerance_zero() -> None:
    game = StrategicGame(
        {"R": ["a", "b"], "C": ["a", "b"]},
        {("a", "a"): {"R": 1, "C": "x"}, ("a", "b"): {"R": 0, "C": 0},
         ("b", "a"): {"R": 0, "C": 0}, ("b", "b"): {"R": 2, "C": 1}},
    )  # fmt: skip
    exact = compile_table(game, parameter_points(game, {"x": ["1/3", "2"]}, exact=True))
    exists = np.ones((2, 1), dtype=np.bool_)
    third, quarter = Fraction(1, 3), Fraction(1, 4)
    rows = np.array([[[3 * quarter, quarter]], [[third, 2 * third]]], dtype=object)
    columns = np.array([[[2 * third, third]], [[2 * third, third]]], dtype=object)
    certificate = certify_nash(exact, profile(exact, rows, columns), exists)
    assert certificate.passed.all()
    assert isinstance(certificate.worst, Fraction)
    assert certificate.worst == 0
    assert certificate.tolerance == 0
    little = Fraction(1, 10**30)
    rows[0, 0] = [3 * quarter + little, quarter - little]
    certificate = certify_nash(exact, profile(exact, rows, columns), exists)
    assert certificate.passed[:, 0].tolist() == [False, True]
    assert 0 < certificate.gain[0, 0] < Fraction(1, 10**29)
    assert certificate.worst == certificate.gain[0, 0]


def test_floats_and_fractions_agree() -> None:
    rng = np.random.default_rng(6)
    payoffs = rng.integers(-9, 10, size=(3, 2, 3, 2, 4))
    weights = [rng.integers(1, 9, size=(4, 2, m)) for m in (2, 3, 2)]
    exists = rng.random((4, 2)) < 0.7
    floats = check(table(payoffs.astype(float)), [w / w.sum(axis=-1, keepdims=True) for w in weights], exists)
    fractions = np.frompyfunc(Fraction, 1, 1)
    exact_weights = [fractions(w.astype(object)) for w in weights]
    exact = check(
        table(fractions(payoffs.astype(object))), [w / w.sum(axis=-1, keepdims=True) for w in exact_weights], exists
    )
    assert np.array_equal(floats.passed, exact.passed)
    assert np.allclose(floats.gain[exists], exact.gain[exists].astype(float), rtol=1e-12)


def test_certificates_of_blocks_join() -> None:
    game, strategies, exists = two_by_two(1_000, 7)
    whole = check(game, strategies, exists)
    parts = []
    for here, width in ((slice(0, 300), 2), (slice(300, 1_000), 3)):
        inner = table(game.payoffs[..., here])
        parts.append(check(inner, [s[here, :width] for s in strategies], exists[here, :width]))
    joined = Certificate.join(parts, 3)
    covered = exists.copy()
    covered[:300, 2] = False
    assert np.array_equal(joined.passed, covered)
    assert np.array_equal(joined.gain[covered], whole.gain[covered])
    assert np.isnan(joined.gain[~covered]).all()


SPEED = 60_000


def test_speed(record_property: Callable[[str, object], None]) -> None:
    for make in (two_by_two, three_by_three):
        game, strategies, exists = make(SPEED, 8)
        times = []
        for _ in range(5):
            start = time.perf_counter()
            certificate = check(game, strategies, exists)
            times.append(time.perf_counter() - start)
        assert certificate.holds
        record_property("measured", f"certify_nash, {make.__name__}: {min(times) / SPEED * 1e9:.0f} ns a game")
