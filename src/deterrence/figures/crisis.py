"""The figure of the main job: war risk over two priors beside a ladder whose outcome turns on its number of rungs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.figures.labels import entitle
from deterrence.figures.lines import runs_of
from deterrence.figures.style import FULL_WIDTH, PALETTE, RISK, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["CellMap", "Strips", "crisis_figure"]

TICKS: Final = (0, 0.25, 0.5, 0.75, 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class CellMap:
    """A number over two parameters: `values[i, j]` in the cell around `x[i]`, `y[j]`, NaN where there is none.

    Cells are of equal size and cover the unit square. `vertical` and `horizontal` are thresholds to draw, by
    what to write at them; `zero_label` is what to write where the number is zero.
    """

    title: str
    note: str
    x_label: str
    y_label: str
    value_label: str
    zero_label: str
    values: FloatArray
    vertical: Mapping[str, float]
    horizontal: Mapping[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Strips:
    """For each of several games, where along one parameter something happens.

    `holds[i, j]` says so for game i (labelled `names[i]`) at `x[j]`; `inside` and `outside` are what to write
    there; `mark` is a threshold by what to write at it.
    """

    title: str
    note: str
    x_label: str
    y_label: str
    x: FloatArray
    names: tuple[str, ...]
    holds: BoolArray
    inside: str
    outside: str
    mark: Mapping[str, float]


def crisis_figure(cells: CellMap, strips: Strips, *, width: float = FULL_WIDTH, height: float = 3.5) -> Figure:
    """Return a figure with the map on the left and the strips on the right; sizes in inches.

    Raises `MissingExtraError` without matplotlib.
    """
    figure = new_figure(width, height)
    with styled(min(1.0, width / FULL_WIDTH)):
        left, right = figure.subplots(1, 2, width_ratios=[1.12, 1])
        draw_cells(left, cells)
        draw_strips(right, strips)
    return figure


def draw_cells(axes: Axes, cells: CellMap) -> None:
    """Draw the map with its colour bar, its largest number, its zero cells named, and the thresholds."""
    from matplotlib.colors import LinearSegmentedColormap

    top = max(float(np.nanmax(cells.values, initial=0.0)), 1e-9)
    image = axes.imshow(
        np.ma.masked_invalid(cells.values.T),
        origin="lower",
        extent=(0, 1, 0, 1),
        aspect="auto",
        cmap=LinearSegmentedColormap.from_list("risk", RISK),
        vmin=0,
        vmax=top,
    )
    entitle(axes, cells.title, cells.note)
    axes.set(xlabel=cells.x_label, ylabel=cells.y_label, xticks=TICKS, yticks=TICKS)
    axes.spines[:].set_visible(True)
    bar = axes.figure.colorbar(image, ax=axes, shrink=0.6, pad=0.03, aspect=14, ticks=[0, top / 2, top], format="%.2f")
    bar.set_label(cells.value_label)
    bar.outline.set_linewidth(0.4)
    for label, at in cells.vertical.items():
        axes.axvline(at, color=PALETTE["blue"], linestyle="--", linewidth=1)
        _tag(axes, label, at, 0.97, ha="right", va="top", rotation=90)
    for label, at in cells.horizontal.items():
        axes.axhline(at, color=PALETTE["blue"], linestyle=(0, (5, 1.5)), linewidth=1)
        _tag(axes, label, 0.02, at, ha="left", va="bottom")
    _name_extremes(axes, cells)


def _tag(axes: Axes, text: str, x: float, y: float, **options: Any) -> None:
    """Write beside a line in its colour, legible on any cell."""
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=2, foreground=RISK[0])]
    axes.text(x, y, text, color=PALETTE["blue"], path_effects=halo, **options)


def _name_extremes(axes: Axes, cells: CellMap) -> None:
    size = len(cells.values)
    if np.isfinite(cells.values).any():
        i, j = np.unravel_index(np.nanargmax(cells.values), cells.values.shape)
        highest = float(cells.values[i, j])
        place = ((i + 0.5) / size, (j + 0.5) / size)
        axes.annotate(f"{highest:.2f}", place, color="white", size="x-small", ha="center", va="center")
    zero = np.argwhere(cells.values == 0)
    if len(zero) > size * size / 5:
        x, y = (zero.mean(axis=0) + 0.5) / size
        box = {"facecolor": RISK[0], "edgecolor": "none", "pad": 1.5}
        axes.text(x, y, cells.zero_label, color=PALETTE["mute"], ha="center", va="center", style="italic", bbox=box)


def draw_strips(axes: Axes, strips: Strips) -> None:
    """Draw one strip a game, coloured and hatched where it holds; the topmost of each kind is labelled."""
    edges = _edges(strips.x)
    for row, holds in enumerate(strips.holds):
        axes.barh(row, edges[-1] - edges[0], 0.78, edges[0], color=PALETTE["paper"])
        for start, stop in runs_of(holds):
            left, width = edges[start], edges[stop] - edges[start]
            axes.barh(row, width, 0.78, left, color=PALETTE["orange"], hatch="/////", edgecolor=RISK[1], linewidth=0)
    for label, at in strips.mark.items():
        axes.axvline(at, color=PALETTE["blue"], linestyle="--", linewidth=1)
        beside = (at, len(strips.names) - 0.5)
        axes.annotate(label, beside, (3, 0), textcoords="offset points", color=PALETTE["blue"], va="bottom")
    for text, kind in ((strips.inside, strips.holds), (strips.outside, ~strips.holds)):
        _label_run(axes, text, kind, edges)
    axes.set_yticks(range(len(strips.names)), strips.names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(-0.5, len(strips.names) - 0.5 + (0.5 if strips.mark else 0))
    entitle(axes, strips.title, strips.note)
    axes.set(xlabel=strips.x_label, ylabel=strips.y_label, xlim=(edges[0], edges[-1]))


def _label_run(axes: Axes, text: str, kind: BoolArray, edges: FloatArray) -> None:
    """Write the text into the longest stretch of its kind, the topmost of equals."""
    runs = [(edges[b] - edges[a], row, edges[a]) for row, holds in enumerate(kind) for a, b in runs_of(holds)]
    if runs:
        _, row, left = max(runs)
        inset = 0.015 * (edges[-1] - edges[0])
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.2}
        axes.text(left + inset, row, text, va="center", size="small", bbox=box)


def _edges(x: FloatArray) -> FloatArray:
    """Return where the cells around increasing points begin and end."""
    middle = (x[1:] + x[:-1]) / 2
    return np.concatenate([[2 * x[0] - middle[0]], middle, [2 * x[-1] - middle[-1]]])
