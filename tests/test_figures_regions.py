"""The map of a theory: regions by the classes that exist there, curves where they meet."""

from __future__ import annotations

import numpy as np
import pytest

from deterrence.errors import DeterrenceError
from deterrence.figures import region_map, theory_regions
from deterrence.games import ExtensiveGame
from deterrence.library import load
from deterrence.theory import Theory, derive


@pytest.fixture(scope="module")
def theory() -> Theory:
    game = load("alliance-commitment/unilateral-deterrence")
    assert isinstance(game, ExtensiveGame)
    return derive(game)


def test_regions_tile_the_square_and_name_what_coexists(theory: Theory) -> None:
    drawn = theory_regions(theory, x="p_Ch", y="p_Def", event="war")
    assert sorted(drawn.regions) == [
        "attack\noff-path deterrence",
        "certain deterrence\noff-path deterrence\nP(war) = 0",
        "off-path deterrence\nbluff",
        "separating\noff-path deterrence",
    ]
    assert np.array_equal(sum(mask.astype(int) for mask in drawn.regions.values()), np.ones((240, 240)))
    bluff = drawn.regions["off-path deterrence\nbluff"]
    assert np.array_equal(bluff, (drawn.y[:, None] < 0.25) & (drawn.x[None, :] < 2 / 3))
    assert set(drawn.curves) == {"t_soft", "t_hard", "d_star"}
    assert np.allclose(np.abs(drawn.curves["t_soft"][:, 0]), np.abs(drawn.y - 0.25))


def test_the_figure_names_regions_and_curves(theory: Theory) -> None:
    pytest.importorskip("matplotlib")
    figure = region_map(theory_regions(theory, x="p_Ch", y="p_Def", title="<Map>"))
    (axes,) = figure.axes
    words = [text.get_text() for text in axes.texts]
    assert "separating\noff-path deterrence" in words
    assert {"t_soft", "t_hard", "d_star"} <= set(words)
    assert axes.get_title("left") == "<Map>"


def test_the_axes_are_two_parameters(theory: Theory) -> None:
    for x, y in (("p_Ch", "p_Ch"), ("p_Ch", "nothing")):
        with pytest.raises(DeterrenceError):
            theory_regions(theory, x=x, y=y)
