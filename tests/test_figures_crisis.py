"""Figures: drawn from the numbers given, saved whole and reproducibly, deaf to what labels try to say."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from deterrence.errors import DeterrenceError, MissingExtraError
from deterrence.figures import PALETTE, STYLE, CellMap, Strips, crisis_figure, new_figure, save
from deterrence.figures.style import RISK
from hostile_text import LATEX, SCRIPT

X = np.linspace(0.0, 1.0, 11)


def cells(title: str = "title", values: object = ((0.0, 0.1), (0.2, 0.4))) -> CellMap:
    return CellMap(
        title=title,
        note="note",
        x_label="x",
        y_label="y",
        value_label="P(war)",
        zero_label="none",
        values=np.asarray(values, dtype=np.float64),
        vertical={"v": 0.5},
        horizontal={"h": 0.25},
    )


def strips() -> Strips:
    return Strips(
        title="strips",
        note="note",
        x_label="x",
        y_label="rungs",
        x=X,
        names=("2", "3"),
        holds=np.stack([X < 0.45, X < 0]),
        inside="starts",
        outside="waits",
        mark={"default": 0.5},
    )


def texts(axes: object) -> list[str]:
    return [text.get_text() for text in axes.texts]  # type: ignore[attr-defined]  # matplotlib's Axes, kept lazy


def test_the_map_shows_its_numbers() -> None:
    left = crisis_figure(cells(), strips()).axes[0]
    (image,) = left.images
    assert np.allclose(np.asarray(image.get_array()), np.asarray([[0.0, 0.2], [0.1, 0.4]]))
    assert tuple(image.get_extent()) == (0, 1, 0, 1)
    assert {"0.40", "v", "h", "none", "note"} <= set(texts(left))
    assert image.get_clim() == (0.0, 0.4)


def test_a_map_without_numbers_is_drawn_empty() -> None:
    left = crisis_figure(cells(values=np.full((2, 2), np.nan)), strips()).axes[0]
    assert "none" not in texts(left)


def test_strips_cover_exactly_where_it_holds() -> None:
    right = crisis_figure(cells(), strips()).axes[1]
    coloured = [p for p in right.patches if p.get_hatch()]
    (bar,) = coloured
    box = bar.get_extents().transformed(right.transData.inverted())
    assert (box.x0, box.x1) == pytest.approx((-0.05, 0.45))
    assert [label.get_text() for label in right.get_yticklabels()] == ["2", "3"]
    assert {"starts", "waits", "default"} <= set(texts(right))


@pytest.mark.parametrize("width", [3.5, 5.0, 7.2])
def test_text_stays_inside_at_every_size(width: float) -> None:
    figure = crisis_figure(cells(), strips(), width=width, height=width / 2)
    figure.draw_without_rendering()
    page = figure.bbox
    for axes in figure.axes:
        box = axes.get_tightbbox()
        assert box is not None
        assert page.x0 - 1 <= box.x0 <= box.x1 <= page.x1 + 1
        assert page.y0 - 1 <= box.y0 <= box.y1 <= page.y1 + 1


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_saving_twice_gives_the_same_picture(ending: str, tmp_path: Path) -> None:
    paths = [tmp_path / "deep" / f"{name}.{ending}" for name in "ab"]
    for path in paths:
        save(crisis_figure(cells(), strips()), path)
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    assert len(first) > 5_000
    assert sorted(p.name for p in (tmp_path / "deep").iterdir()) == [f"a.{ending}", f"b.{ending}"]


def test_a_picture_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(DeterrenceError, match="cannot be written") as error:
        save(new_figure(2, 2), tmp_path / "taken" / "a.png")
    assert error.value.remedy


@pytest.mark.parametrize("title", [LATEX, SCRIPT, "$\\frac{1}", "$x$"])
def test_labels_are_text(title: str, tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    figure = crisis_figure(cells(title), strips())
    save(figure, path)
    assert figure.axes[0].get_title(loc="left") == title
    assert "<script" not in path.read_text(encoding="utf-8")


def test_drawing_leaves_the_global_settings_alone() -> None:
    from matplotlib import rcParams

    before, loaded = dict(rcParams), "matplotlib.pyplot" in sys.modules
    crisis_figure(cells(), strips())
    assert dict(rcParams) == before
    assert ("matplotlib.pyplot" in sys.modules) is loaded  # another test may have loaded it


def test_drawing_needs_no_pyplot() -> None:
    draw = "import sys, deterrence as dt; dt.figures.new_figure(3, 2).subplots()"
    code = f"{draw}; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "False"


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError) as error:
        crisis_figure(cells(), strips())
    assert "deterrence[plot]" in error.value.remedy


def lightness(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_risk_reads_in_grey() -> None:
    levels = [lightness(colour) for colour in RISK]
    assert levels == sorted(levels, reverse=True)
    assert min(a - b for a, b in pairwise(levels)) > 0.1


def test_the_style_is_what_matplotlib_knows() -> None:
    from matplotlib import rcParams

    assert set(STYLE) <= set(rcParams)
    assert all(colour.startswith("#") for colour in PALETTE.values())
