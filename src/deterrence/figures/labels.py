"""Words on a map: each whole inside its region, clear of boundaries and marks; what has no room goes into a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import ascii_uppercase
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from deterrence.compiled.points import BoolArray
from deterrence.figures.style import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["entitle", "key_line", "label_regions", "legend_below", "mark_reference", "page_of", "wrapped"]

SIDES: Final = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1))
CLEAR: Final = 5.0  # points between a label and what is not its region
LINE: Final = 0.17  # inches for a line of a key
PER_INCH: Final = 13  # characters of a key
LONGEST_KEY: Final = 180  # characters; a boundary's formula can fill a page


def wrapped(text: str, width: int) -> str:
    """Return text broken into lines of at most a width, its own lines kept."""
    return "\n".join(
        line for part in text.split("\n") for line in ([part] if len(part) <= width else wrap(part, width))
    )


def page_of(axes: Axes) -> Figure:
    """Return the whole figure that the axes are part of."""
    from matplotlib.figure import Figure

    figure = axes.figure
    assert isinstance(figure, Figure)
    return figure


def entitle(axes: Axes, title: str, note: str, *, room: float = 1.0) -> None:
    """Write a title and, smaller below it, what exactly is shown; `room` is the part of the width that is free."""
    from matplotlib import rcParams

    width = room * page_of(axes).get_figwidth()
    below = wrapped(note, int(14 * width))
    line = 1.2 * float(rcParams["font.size"])
    axes.annotate(
        below, (0, 1), (0, 4), "axes fraction", textcoords="offset points", size="small", color=PALETTE["mute"]
    ).set_in_layout(False)
    axes.set_title(wrapped(title, int(10.5 * width)), pad=5 + line * (below.count("\n") + 1))


def label_regions(
    figure: Figure,
    axes: Axes,
    regions: Mapping[str, BoolArray],
    *,
    blocked: BoolArray | None = None,
    colours: Mapping[str, tuple[str, str]] | None = None,
) -> dict[str, str]:
    """Write each region's label where it has most room; return the letters put in place of those without room.

    Masks (rows, columns) cover the axes evenly from the lower left. `blocked` cells are kept free; `colours` are those
    of the ground behind a label and of its letters.
    """
    letters: dict[str, str] = {}
    names = (f"{a}{b}" for b in ("", *ascii_uppercase) for a in ascii_uppercase)
    taken = [_cells_under(axes, text, mask.shape) for mask in list(regions.values())[:1] for text in axes.texts]
    words = np.logical_or.reduce([*taken, *([blocked] if blocked is not None else [])]) if taken else blocked
    for label, mask in regions.items():
        free = mask if words is None else mask & ~words
        if not mask.any():
            continue
        ground, ink = (colours or {}).get(label, ("white", PALETTE["ink"]))
        box = {"facecolor": ground, "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
        options = {"color": ink, "bbox": box}
        if not _put(figure, axes, label, free, options) and label.strip():
            letters[label] = next(names)
            if not _put(figure, axes, letters[label], free, options):
                _arrow(axes, letters[label], mask)
    return letters


def mark_reference(
    figure: Figure, axes: Axes, place: tuple[float, float] | None, taken: BoolArray, *, word: str = "reference"
) -> BoolArray:
    """Mark the reference case, its word where it covers fewest `taken` cells; return the cells that it covers."""
    if place is None:
        return np.zeros(taken.shape, dtype=np.bool_)
    ink = PALETTE["ink"]
    axes.plot([place[0]], [place[1]], "o", markersize=6, color=ink, markeredgecolor="white", zorder=8)
    choices = [(a, b) for b in (5, -5) for a in (7, -7)] + [(0, 9), (0, -9)]
    covered = [_tried(axes, word, place, choice, taken) for choice in choices]
    best = min(range(len(choices)), key=lambda k: (int((covered[k][1] & taken).sum()) + covered[k][2], k))
    for k, (text, _, _) in enumerate(covered):
        if k != best:
            text.remove()
    return covered[best][1]


def _tried(
    axes: Axes, word: str, place: tuple[float, float], offset: tuple[int, int], taken: BoolArray
) -> tuple[Any, BoolArray, int]:
    """Write the word at an offset; return it, the cells under it and the mark, and a penalty for leaving the axes."""
    sides = ("left", "center", "right"), ("bottom", "center", "top")
    across, along = (0 if o > 0 else 2 if o < 0 else 1 for o in offset)
    box_style = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85}
    text = axes.annotate(
        word, place, offset, textcoords="offset points", fontweight="bold", size="small", zorder=8,
        ha=sides[0][across], va=sides[1][along], bbox=box_style,
    )  # fmt: skip
    text.set_in_layout(False)
    box, whole = text.get_window_extent(), axes.get_window_extent()
    mark = axes.transData.transform(place)
    ends = np.array(
        [[min(box.x0, mark[0] - 6), min(box.y0, mark[1] - 6)], [max(box.x1, mark[0] + 6), max(box.y1, mark[1] + 6)]]
    )
    rows, columns = taken.shape
    corner, size = np.array([whole.x0, whole.y0]), np.array([whole.width, whole.height])
    scaled = (ends - corner) / size * [columns, rows]
    cells = np.zeros(taken.shape, dtype=np.bool_)
    (left, low), (right, high) = np.clip(scaled, 0, [columns, rows]).astype(int)
    cells[low : high + 1, left : right + 1] = True
    inside = bool((box.min >= corner - 1).all() and (box.max <= corner + size + 1).all())
    return text, cells, 0 if inside else taken.size


def _cells_under(axes: Axes, text: Any, shape: tuple[int, ...]) -> BoolArray:
    """Return the cells that a word covers."""
    from matplotlib.text import Text

    box, whole = Text.get_window_extent(text), axes.get_window_extent()
    scaled = (box.get_points() - [whole.x0, whole.y0]) / [whole.width, whole.height] * [shape[1], shape[0]]
    (left, low), (right, high) = np.clip(scaled, 0, [shape[1], shape[0]]).astype(int)
    cells = np.zeros(shape, dtype=np.bool_)
    cells[low : high + 1, left : right + 1] = True
    return cells


def _put(figure: Figure, axes: Axes, label: str, free: BoolArray, options: Mapping[str, Any]) -> bool:
    """Write a label at the middle of the widest gap that holds it; say whether there is one."""
    text = axes.text(0.5, 0.5, label, transform=axes.transAxes, ha="center", va="center", zorder=6, **options)
    text.set_in_layout(False)
    size, whole = text.get_window_extent(), axes.get_window_extent()
    margin = CLEAR * figure.dpi / 72
    cells = [
        max(1, int(np.ceil((length + 2 * margin) / room * n)))
        for length, room, n in zip((size.height, size.width), (whole.height, whole.width), free.shape, strict=True)
    ]
    place = _roomiest(free, cells[0], cells[1])
    if place is None:
        text.remove()
        return False
    text.set_position(place)
    return True


def _roomiest(free: BoolArray, height: int, width: int) -> tuple[float, float] | None:
    """Return (across, up), as fractions, of the window of free cells that is farthest from any other cell."""
    from scipy.ndimage import distance_transform_cdt

    rows, columns = free.shape
    if height > rows or width > columns:
        return None
    sums = np.pad(free.astype(np.int64), ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    inside = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    fits = inside == height * width
    if not fits.any():
        return None
    depth = distance_transform_cdt(np.pad(fits, 1), metric="chessboard")[1:-1, 1:-1]
    ties = np.argwhere(depth >= depth.max() - 1)
    row, column = ties[np.abs(ties - ties.mean(axis=0)).sum(axis=1).argmin()]
    return float((column + width / 2) / columns), float((row + height / 2) / rows)


def _arrow(axes: Axes, letter: str, mask: BoolArray) -> None:
    """Point at a region that holds not even a letter, from beside it, over no other word where that can be had."""
    from matplotlib.text import Text

    row, column = np.argwhere(mask)[len(np.argwhere(mask)) // 2]
    place = ((column + 0.5) / mask.shape[1], (row + 0.5) / mask.shape[0])
    others = [Text.get_window_extent(text) for text in axes.texts]  # of words, without their arrows
    whole = axes.get_window_extent()
    tried: list[tuple[int, Any]] = []
    for offset in [
        (r * x, r * y) for r in (16, 26, 40) for x, y in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1))
    ]:
        text = axes.annotate(
            letter, place, offset, "axes fraction", textcoords="offset points", ha="center", va="center", zorder=7,
            arrowprops={"arrowstyle": "-", "linewidth": 0.7, "shrinkA": 1, "shrinkB": 0},
            bbox={"facecolor": "white", "edgecolor": PALETTE["mute"], "linewidth": 0.4, "pad": 1.2},
        )  # fmt: skip
        text.set_in_layout(False)
        box = Text.get_window_extent(text)
        inside = whole.x0 <= box.x0 and box.x1 <= whole.x1 and whole.y0 <= box.y0 and box.y1 <= whole.y1
        tried.append((sum(map(box.overlaps, others)) + (0 if inside else 100), text))
    best = min(range(len(tried)), key=lambda k: (tried[k][0], k))
    for k, (_, text) in enumerate(tried):
        if k != best:
            text.remove()


def key_line(sign: str, text: str, width: float) -> str:
    """Return a line of a key, broken to fit a figure of a width in inches; what is very long ends in dots."""
    text = text if len(text) <= LONGEST_KEY else f"{text[: LONGEST_KEY - 2]} …"
    first, *others = wrap(f"{sign}  {' · '.join(text.split(chr(10)))}", int(PER_INCH * width)) or [""]
    return "\n".join([first, *(f"     {line}" for line in others)])


def legend_below(figure: Figure, lines: Iterable[str], handles: Iterable[Any] = ()) -> None:
    """Write a key below everything else, and make the figure higher by what it needs."""
    from matplotlib.lines import Line2D

    rows = [*handles, *(Line2D([], [], linestyle="none", label=line) for line in lines)]
    if not rows:
        return
    words = [str(row.get_label()) for row in rows]
    figure.set_figheight(figure.get_figheight() + LINE * sum(text.count("\n") + 1 for text in words))
    only_words = not any(True for row in rows if row.get_label() and getattr(row, "get_linestyle", str)() != "None")
    figure.legend(
        handles=rows, loc="outside lower left", frameon=False, handlelength=0 if only_words else 2.4, alignment="left",
        handletextpad=0 if only_words else 0.8, labelspacing=0.35, borderaxespad=0.2,
    )  # fmt: skip
