"""Results about numbers are tested close to the edges of their regions, where a threshold one per cent off shows."""

from __future__ import annotations

import numpy as np
import pytest

from deterrence.checking import edges
from deterrence.checking.edges import edge_points, exact_points
from deterrence.compiled.samples import sample_points
from deterrence.expressions import parse_condition
from deterrence.library import load


def test_edges_lie_on_either_side_of_every_comparison() -> None:
    game = load("alliance-commitment/treaty-strength")
    conditions = [parse_condition("b < L and alpha > 1/2"), parse_condition("L < 3/4")]
    at = edge_points(game, conditions, sample_points(game, 400))
    inside = (at["b"] < at["L"]) & (at["alpha"] > 0.5) & (at["L"] < 0.75)
    for gap in (at["b"] - at["L"], at["alpha"] - 0.5, at["L"] - 0.75):
        close = np.abs(gap) < 0.02
        assert (close & inside).any()
        assert (close & ~inside).any()
    assert (2 * at["alpha"] > at["b"] ** 2).all()


def test_no_edges_where_the_region_is_everything() -> None:
    game = load("alliance-commitment/treaty-strength")
    at = edge_points(game, [parse_condition("L < 2")], sample_points(game, 50))
    assert all(column.size == 0 for column in at.values())


def test_an_edge_that_random_points_do_not_come_near_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    game = load("alliance-commitment/treaty-strength")
    corner = parse_condition("L < 3/4 or 1/alpha > 1000*b")  # beside L >= 3/4 the second edge is far from usual points

    def sides() -> set[bool]:
        at = edge_points(game, [corner], sample_points(game, 400))
        ratio = 1000 * at["b"] * at["alpha"]
        return {bool(r < 1) for r, high in zip(ratio, at["L"] >= 0.75, strict=True) if high and abs(r - 1) < 0.01}

    assert sides() == {True, False}
    monkeypatch.setattr(edges, "exact_points", lambda *_: iter(()))
    assert sides() != {True, False}


def test_points_are_sought_exactly_and_only_where_there_are_any() -> None:
    game = load("alliance-commitment/treaty-strength")
    thin = parse_condition("sqrt(b) < L < sqrt(b) + 1/10**9")
    found = list(exact_points(game, thin))
    assert found
    assert all(abs(float(p["b"]) - float(p["L"]) ** 2) < 1e-6 for p in found)
    assert list(exact_points(game, parse_condition("L < b and L > b + 1/10**9"))) == []
    assert list(exact_points(game, parse_condition("floor(L) == 0"))) == []  # without a polynomial description
