"""Results about numbers are tested close to the edges of their regions, where a threshold one per cent off shows."""

from __future__ import annotations

import numpy as np

from deterrence.checking.edges import edge_points
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
