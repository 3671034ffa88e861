"""Who bears a common burden: shares of allies by their size, before and after, and a pledge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import FloatArray
from deterrence.figures.labels import entitle, legend_below, wrapped
from deterrence.figures.style import PALETTE, new_figure, styled
from deterrence.library import DataTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["burden_chart"]

WIDTH: Final = 5.2
ROW: Final = 0.17  # inches for an ally


def burden_chart(
    table: DataTable,
    *,
    share: str,
    size: str,
    name: str = "ally",
    before: str = "",
    pledge: float | None = None,
    width: float = WIDTH,
) -> Figure:
    """Return the shares of a table's allies, the largest ally on top, with their rank correlation with size.

    `share`, `size` and `before` are columns of numbers, `name` one of texts; with `before` a line leads from the
    earlier share to the later one. `pledge` is drawn as a line. The area of a mark grows with the size. `width` in
    inches. Raises `ModelFileError` for unknown columns, `MissingExtraError` without matplotlib.
    """
    sizes = np.array([float(x) for x in table.numbers(size)])
    order = np.argsort(sizes)
    shares = np.array([float(x) for x in table.numbers(share)])[order]
    rows = np.arange(len(order))
    what = table.column(share)
    figure = new_figure(width, 1.3 + ROW * len(order))
    with styled(min(1.0, 0.4 + 0.6 * width / WIDTH)):
        axes = figure.subplots()
        area = 14 + 260 * (sizes[order] / sizes.max()) ** 0.75 * min(1, width / WIDTH)
        handles = []
        if before:
            earlier = np.array([float(x) for x in table.numbers(before)])[order]
            handles.append(
                _earlier(axes, rows, earlier, shares, wrapped(table.column(before).meaning, int(12 * width)))
            )
        met = shares >= (pledge if pledge is not None else 0)
        for mask, colour, marker, word in ((met, "blue", "o", ""), (~met, "vermilion", "D", ", below the pledge")):
            if mask.any():
                marks = axes.scatter(
                    shares[mask], rows[mask], s=area[mask], color=PALETTE[colour], marker=marker, zorder=2
                )
                marks.set(alpha=0.85, linewidth=0, label=wrapped(what.meaning + word, int(12 * width)))
                handles.append(marks)
        if pledge is not None:
            axes.axvline(pledge, color=PALETTE["ink"], linestyle=(0, (4, 2)), linewidth=1, zorder=1)
            top = (pledge, len(order) - 0.4)
            axes.annotate(f"pledge {pledge:g}", top, (3, 2), textcoords="offset points", size="small")
        axes.set_yticks(rows, np.array(table.texts(name))[order].tolist())
        axes.tick_params(axis="y", length=0, labelsize="small")
        axes.set(ylim=(-0.8, len(order) - 0.2 + (1 if pledge is not None else 0)))
        axes.set_xlabel(wrapped(f"{what.meaning}, {what.unit}", int(10 * width)))
        axes.set_xlim(left=0)
        entitle(axes, table.title, _note(table, sizes[order], shares, size), room=0.85)
        legend_below(figure, [], handles if len(handles) > 1 else [])
    return figure


def _earlier(axes: Axes, rows: NDArray[np.intp], earlier: FloatArray, shares: FloatArray, meaning: str) -> Any:
    ink = PALETTE["ink"]
    axes.hlines(rows, np.minimum(shares, earlier), np.maximum(shares, earlier), color=PALETTE["mute"], linewidth=0.9)
    marks = axes.scatter(earlier, rows, s=16, facecolor="white", edgecolor=ink, linewidth=0.8, zorder=3)
    marks.set_label(meaning)
    return marks


def _note(table: DataTable, sizes: FloatArray, shares: FloatArray, size: str) -> str:
    from scipy.stats import spearmanr

    rank = float(spearmanr(sizes, shares).statistic)
    return f"by {table.column(size).meaning}, the largest on top; rank correlation with the share {rank:.2f}"
