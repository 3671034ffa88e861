"""Pictures of facts and of stress tests: numbers in their places, all words readable at two sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import DeterrenceError
from deterrence.figures import burden_chart, discovery_box, lever_bars, margins, regret_map, tornado, verdict_map
from deterrence.scenarios import CaseReport
from deterrence.scenarios.laboratory import Laboratory
from pictures import faults

for package in ("matplotlib", "xarray", "SALib", "ema_workbench"):
    pytest.importorskip(package)


@pytest.fixture(scope="module")
def case() -> CaseReport:
    return dt.stress("eastern-flank", samples=1024).cases[0]


@pytest.mark.parametrize("width", [5.2, 3.4])
def test_the_burdens_of_allies(width: float) -> None:
    table = dt.data("burden-2014-2024")
    figure = burden_chart(
        table, share="share_2024", size="gdp_2023", before="share_2014", pledge=2, width=width
    )  # fmt: skip
    axes: Any = figure.axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert (names[0], names[-1]) == ("Montenegro", "United States"), "the largest on top"
    points = {tuple(np.round(xy, 6)) for marks in axes.collections for xy in np.asarray(marks.get_offsets())}
    assert (4.12, float(names.index("Poland"))) in points
    below = [marks for marks in axes.collections if "below the pledge" in marks.get_label().replace("\n", " ")]
    assert len(below[0].get_offsets()) == 31 - 23
    assert faults(figure) == []


@pytest.mark.parametrize("width", [5.2, 3.4])
def test_the_burdens_of_1964(width: float) -> None:
    figure = burden_chart(dt.data("burden-1964"), share="share", size="gnp", width=width)
    assert any("rank correlation with the share 0.49" in " ".join(t.get_text().split()) for t in figure.axes[0].texts)
    assert faults(figure) == []


@pytest.mark.parametrize("width", [4.6, 3.2])
def test_a_box_is_drawn_where_its_limits_are(case: CaseReport, width: float) -> None:
    figure = discovery_box(case, width=width)
    axes: Any = figure.axes[0]
    (box,) = axes.patches
    x, y = list(case.boxes[0].limits)[:2]
    for name, low, length in ((x, box.get_x(), box.get_width()), (y, box.get_y(), box.get_height())):
        least, most = case.boxes[0].limits[name]
        uncertain = case.case.uncertain[name]
        assert low == pytest.approx(float(uncertain.low) if least is None else least)
        assert low + length == pytest.approx(float(uncertain.high) if most is None else most)
    assert faults(figure) == []
    with pytest.raises(DeterrenceError, match="no box 9"):
        discovery_box(case, box=9)


@pytest.mark.parametrize("width", [5.6, 3.8])
def test_regret_is_never_negative_and_somebody_has_none(case: CaseReport, width: float) -> None:
    figure = regret_map(case, over="c_SQ", samples=512, width=width)
    axes: Any = figure.axes[0]
    cells = np.asarray(axes.collections[0].get_array()).reshape(len(case.robustness.packages), 10)
    assert cells.min() >= 0
    together = [package.levers for package in case.robustness.packages].index(("brigade", "sanctions", "access"))
    assert cells[together, 9] == 0
    assert faults(figure) == []
    with pytest.raises(DeterrenceError, match="no regret over 'c_CD'"):
        regret_map(case, over="c_CD")


@pytest.mark.parametrize("scale", [1.0, 0.7])
def test_the_pictures_of_the_memo_are_readable(case: CaseReport, scale: float) -> None:
    drawn = [margins(case, width=7.2 * scale), lever_bars(case, width=7.2 * scale), tornado(case, width=7.2 * scale)]
    drawn.append(verdict_map(Laboratory(case.case), "p_Ch", "c_SQ", width=4.5 * scale, height=3.4 * scale))
    for figure in drawn:
        assert figure is not None
        assert faults(figure) == []
