"""Roots of polynomial systems by halving boxes: against known roots and against eigenvalues."""

from __future__ import annotations

import numpy as np
import pytest

from deterrence.compiled.points import FloatArray
from deterrence.solvers.isolation import Roots, isolate, representatives


def _with_roots(*roots: float) -> FloatArray:
    """Return the polynomial with these roots, coefficients in ascending order."""
    return np.array([np.polynomial.polynomial.polyfromroots(roots)], dtype=np.float64)


def _on_line(found: Roots, system: int = 0) -> FloatArray:
    return np.asarray(found.place[found.system == system, 0], dtype=np.float64)


@pytest.mark.parametrize("degree", [1, 2, 3, 5, 7])
def test_roots_are_those_of_the_companion_matrix(degree: int) -> None:
    coefficients = np.random.default_rng(degree).normal(size=(1000, degree + 1))
    found = isolate([coefficients])
    assert not found.open.any()
    several = 0
    for i, row in enumerate(coefficients):
        roots = np.roots(row[::-1])
        real = np.sort(roots[(abs(roots.imag) < 1e-12) & (roots.real >= 0) & (roots.real <= 1)].real)
        np.testing.assert_allclose(_on_line(found, i), real, atol=1e-9)
        several += len(real) > 1
    assert several > 10 or degree == 1


@pytest.mark.parametrize("roots", [(0.0, 1.0), (0.25, 0.5, 0.75), (0.5, 0.5 + 1e-5), (0.3, 0.300001, 0.9), (-0.1, 1.1)])
def test_roots_at_ends_of_boxes_and_close_ones(roots: tuple[float, ...]) -> None:
    found = isolate([_with_roots(*roots)])
    assert not found.open[0]
    np.testing.assert_allclose(_on_line(found), [r for r in roots if 0 <= r <= 1], atol=1e-8)


def test_a_double_root_is_listed_once_and_left_open() -> None:
    found = isolate([np.concatenate([_with_roots(0.3, 0.3), _with_roots(0.2, 0.7), [[0.1, -0.6, 1.0]]])])
    assert found.open.tolist() == [True, False, False]
    np.testing.assert_allclose(_on_line(found), [0.3], atol=1e-5)
    assert len(_on_line(found, 1)) == 2
    assert len(_on_line(found, 2)) == 0  # proved: 0.1 - 0.6 x + x**2 has no real root


def test_what_vanishes_everywhere_and_what_is_no_number_stay_open() -> None:
    found = isolate([np.array([[0.0, 0.0], [np.nan, 1.0], [-0.5, 1.0]])])
    assert found.open.tolist() == [True, True, False]
    assert _on_line(found, 2).tolist() == [0.5]


def test_products_of_lines_meet_where_they_should() -> None:
    """(x - a)(x - b) = 0 and (y - c)(y - x) = 0 have four roots, three where two coincide."""
    source = np.random.default_rng(3)
    for _ in range(60):
        a, b, c = source.uniform(0.05, 0.95, 3)
        first = _with_roots(a, b)[:, :, None]
        second = np.array([[[0.0, -c, 1.0], [c, -1.0, 0.0]]])
        found = isolate([first, second])
        expected = sorted((round(x, 8), y) for x in (a, b) for y in (c, x))
        assert not found.open[0]
        np.testing.assert_allclose(sorted(map(tuple, found.place.round(8))), np.round(expected, 8), atol=2e-8)


def test_a_third_equation_keeps_what_satisfies_it() -> None:
    first, second = _with_roots(0.2, 0.6)[:, :, None], _with_roots(0.1, 0.7)[:, None, :]
    third = np.array([[[-0.9, 1.0], [1.0, 0.0]]])  # x + y = 0.9
    found = isolate([first, second, third])
    np.testing.assert_allclose(found.place, [[0.2, 0.7]], atol=1e-9)


def test_roots_of_random_systems_are_roots_and_as_many_as_a_scan_finds() -> None:
    source = np.random.default_rng(5)
    f, g = source.normal(size=(2, 40, 3, 3))
    found = isolate([f, g])
    assert not found.open.any()
    grid = np.stack(np.meshgrid(*[np.linspace(0, 1, 15)] * 2), axis=-1).reshape(-1, 2)
    for i in range(40):
        own = found.place[found.system == i]
        assert {tuple(p) for p in own.round(6)} == _scan(f[i], g[i], grid)


def _scan(f: FloatArray, g: FloatArray, starts: FloatArray) -> set[tuple[float, ...]]:
    """Return the roots that Newton's method reaches from many starts."""
    value, der = np.polynomial.polynomial.polyval2d, np.polynomial.polynomial.polyder
    x, y = starts.T.copy()
    for _ in range(60):
        at = [value(x, y, p) for p in (f, g)]
        (a, b), (c, d) = [[value(x, y, der(p, axis=k)) for k in (0, 1)] for p in (f, g)]
        det = a * d - b * c
        x, y = x - (d * at[0] - b * at[1]) / det, y - (a * at[1] - c * at[0]) / det
    good = (abs(value(x, y, f)) + abs(value(x, y, g)) < 1e-10) & (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    return {tuple(p) for p in np.stack([x[good], y[good]], axis=1).round(6)}


def test_a_continuum_gives_one_point_inside_it_or_none() -> None:
    """A disc of radius r around (0.6, 0.4); on it the line x = 2 y; a disc outside the box."""

    def disc(x: float, y: float, r: float) -> FloatArray:
        out = np.zeros((1, 3, 3))
        out[0, 0, 0] = r * r - x * x - y * y
        out[0, 1, 0], out[0, 0, 1], out[0, 2, 0], out[0, 0, 2] = 2 * x, 2 * y, -1, -1
        return out

    line = np.array([[[0.0, -2.0], [1.0, 0.0]]])
    free = representatives([], [np.concatenate([disc(0.6, 0.4, 0.05), disc(1.6, 0.4, 0.05)])])
    assert free.system.tolist() == [0]
    assert not free.open.any()
    assert np.hypot(*(free.place[0] - [0.6, 0.4])) < 0.05
    bound = representatives([line], [disc(0.6, 0.4, 0.2)])
    assert np.hypot(*(bound.place[0] - [0.6, 0.4])) < 0.2
    assert bound.place[0, 0] == pytest.approx(2 * bound.place[0, 1])
    assert not len(representatives([line], [disc(0.6, 0.8, 0.2)]).system)
