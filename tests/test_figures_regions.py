"""Maps of two parameters: regions by the classes that exist there, curves where they meet, jumps and multiplicity."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import DeterrenceError
from deterrence.figures import event_map, parameter_map, region_map, save
from deterrence.figures.maps import natural_range
from deterrence.games import ExtensiveGame
from deterrence.library import load
from deterrence.theory import Theory
from deterrence.theory.cache import theory_of
from pictures import faults

SIZES = [(5.6, 4.4), (3.4, 2.9)]


@pytest.fixture(scope="module")
def theory() -> Theory:
    game = load("alliance-commitment/unilateral-deterrence")
    assert isinstance(game, ExtensiveGame)
    return theory_of(game)


def test_regions_tile_the_square_and_name_what_coexists(theory: Theory) -> None:
    drawn = parameter_map(theory, x="p_Ch", y="p_Def", of="P(war)")
    assert sorted(drawn.regions) == [
        "attack\noff-path deterrence",
        "certain deterrence\noff-path deterrence",
        "off-path deterrence\nbluff",
        "separating\noff-path deterrence",
    ]
    assert np.array_equal(sum(mask.astype(int) for mask in drawn.regions.values()), np.ones((240, 240)))
    bluff = drawn.regions["off-path deterrence\nbluff"]
    assert np.array_equal(bluff, (drawn.y[:, None] < 0.25) & (drawn.x[None, :] < 2 / 3))
    assert set(drawn.curves) >= {"t_soft", "t_hard", "d_star"}
    assert np.allclose(np.abs(drawn.curves["t_soft"][:, 0]), np.abs(drawn.y - 0.25))
    assert np.array_equal(drawn.several, np.broadcast_to(drawn.y[:, None] < 0.5, (240, 240)))
    assert drawn.reference == (0.5, 0.1)


def test_what_classes_agree_on_is_said_in_their_region(theory: Theory) -> None:
    refined = theory_of(theory.game, refinement="D1")
    drawn = parameter_map(refined, x="p_Ch", y="p_Def", say="war", cells=24)
    assert set(drawn.regions) == {
        "attack\nP(war) = p_Def*p_Ch",
        "bluff\nP(war) = p_Ch*t_soft",
        "certain deterrence\noff-path deterrence\nP(war) = 0",
        "separating\nP(war) = p_Def*p_Ch",
    }
    plain = parameter_map(theory, x="p_Ch", y="p_Def", say="war", cells=24)
    assert sum("P(war)" in label for label in plain.regions) == 1, "elsewhere the classes disagree"
    with pytest.raises(DeterrenceError, match="no event 'wor'"):
        parameter_map(theory, x="p_Ch", y="p_Def", say="wor", cells=4)


def test_the_numbers_on_the_map_are_those_of_the_solver(theory: Theory) -> None:
    drawn = parameter_map(theory, x="p_Ch", y="p_Def", of="P(war)", cells=12)
    grid = {"p_Ch": drawn.x[None, :], "p_Def": drawn.y[:, None]}
    war = dt.solve(theory.game, at=grid).probability("war")
    assert drawn.high is not None
    assert drawn.low is not None
    np.testing.assert_allclose(drawn.high, np.nanmax(war, axis=-1), atol=1e-12)
    np.testing.assert_allclose(drawn.low, np.nanmin(war, axis=-1), atol=1e-12)


def test_other_parameters_have_other_ranges_and_an_outside(theory: Theory) -> None:
    assert natural_range(theory.game, "c_SQ") == (2, 4)
    assert natural_range(theory.game, "p_Ch") == (0, 1)
    drawn = parameter_map(theory, x="c_SQ", y="p_Def", spans=((1.5, 4.5), (0, 0.6)), cells=60)
    outside = (drawn.x < 2) | (drawn.x > 4)
    assert np.array_equal(drawn.outside, np.broadcast_to(outside, (60, 60)))
    t_soft = (4 - drawn.x) / 4
    line = drawn.curves["t_soft"]
    assert np.allclose(np.abs(line), np.abs(drawn.y[:, None] - t_soft[None, :]))
    inside = ~outside
    assert not np.logical_or.reduce(list(drawn.regions.values()))[:, outside].any()
    assert np.logical_or.reduce(list(drawn.regions.values()))[:, inside].all()


def test_a_game_without_theory_has_regions_by_what_can_happen() -> None:
    drawn = parameter_map(load("crisis-management/chicken"), x="P", y="T", spans=((-1, 5), (3.5, 8)), cells=40)
    two_sided, one_sided = drawn.x < 2, drawn.x > 2
    mixed = next(mask for label, mask in drawn.regions.items() if "mixed" in label)
    assert mixed[:, two_sided].all()
    assert not mixed[:, one_sided].any()
    assert drawn.outside[:, one_sided].all(), "the model assumes a collision to be worse than giving way"


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("x", ["p_Ch", "c_SQ"])
def test_no_word_is_cut_or_covered(theory: Theory, x: str, width: float, height: float) -> None:
    pytest.importorskip("matplotlib")
    drawn = parameter_map(theory, x=x, y="p_Def", of="P(war)")
    assert faults(region_map(drawn, width=width, height=height)) == []
    assert faults(event_map(drawn, width=width, height=height)) == []


def test_the_figure_names_regions_and_curves(theory: Theory) -> None:
    pytest.importorskip("matplotlib")
    figure = region_map(parameter_map(theory, x="p_Ch", y="p_Def", title="<Map>"))
    (axes,) = figure.axes
    words = [text.get_text() for text in axes.texts]
    assert "separating\noff-path deterrence" in words
    assert {"t_soft", "t_hard", "d_star", "reference"} <= set(words)
    assert axes.get_title("left") == "<Map>"
    hatches = [list(getattr(c, "hatches", [])) for c in axes.collections]
    assert [found for found in hatches if any(found)] == [["////"]]


def test_what_has_no_room_goes_into_a_key(theory: Theory) -> None:
    pytest.importorskip("matplotlib")
    drawn = parameter_map(theory, x="p_Ch", y="p_Def")
    long = {f"a very long name of a region that cannot stand anywhere on the map {k}": m
            for k, m in enumerate(drawn.regions.values())}  # fmt: skip
    figure = region_map(replace(drawn, regions=long), width=4)
    words = {text.get_text() for text in figure.axes[0].texts}
    assert {"A", "B", "C", "D"} <= words
    (key,) = figure.legends
    assert [text.get_text().split()[0] for text in key.get_texts()] == ["A", "B", "C", "D"]
    assert faults(figure) == []


def test_contours_are_where_the_numbers_are(theory: Theory) -> None:
    pytest.importorskip("matplotlib")
    figure = event_map(parameter_map(theory, x="p_Ch", y="p_Def", of="P(war)"))
    axes: Any = figure.axes[0]
    (image,) = axes.images
    assert image.get_array().max() == pytest.approx(0.5, abs=0.01)
    contours = next(c for c in axes.collections if c.get_linewidths()[0] == pytest.approx(0.7))
    lines = dict(zip(contours.levels, contours.get_paths(), strict=True))
    across, up = np.asarray(lines[0.1].vertices).T
    in_bluff = across[(up < 0.24) & (across < 0.66)]
    assert in_bluff.size
    assert np.allclose(in_bluff, 0.4, atol=0.005), "P(war) = p_Ch*t_soft = p_Ch/4 in the bluff"


def test_a_map_without_a_quantity_shows_none(theory: Theory) -> None:
    with pytest.raises(DeterrenceError, match="shows no quantity"):
        event_map(parameter_map(theory, x="p_Ch", y="p_Def", cells=4))


def test_the_axes_are_two_parameters(theory: Theory) -> None:
    for x, y in (("p_Ch", "p_Ch"), ("p_Ch", "nothing")):
        with pytest.raises(DeterrenceError):
            parameter_map(theory, x=x, y=y)
    with pytest.raises(DeterrenceError, match="no range from 1 to 0"):
        parameter_map(theory, x="p_Ch", y="p_Def", spans=((1, 0), None))


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_maps_are_saved_alike_twice(theory: Theory, ending: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    drawn = parameter_map(theory, x="p_Ch", y="p_Def", cells=40)
    for name in "ab":
        save(region_map(drawn), tmp_path / f"{name}.{ending}")
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
    with pytest.raises(DeterrenceError, match="no picture ends in"):
        save(region_map(drawn), tmp_path / "a.txt")


@pytest.mark.parametrize(
    "slug", ["alliance-commitment/commitment-strength", "crisis-management/attribution", "crisis-management/warning"]
)
def test_maps_of_other_forms_and_with_long_names_are_readable(slug: str) -> None:
    pytest.importorskip("matplotlib")
    game = load(slug)
    x, y = (p.name for p in game.parameters[:2])
    assert faults(region_map(parameter_map(game, x=x, y=y))) == []
