"""Maps of two parameters: regions with their names on the map and exact boundaries, and how likely an event is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import ParameterError
from deterrence.figures.labels import entitle, key_line, label_regions, legend_below, mark_reference, page_of, wrapped
from deterrence.figures.maps import APART, ParameterMap
from deterrence.figures.style import PALETTE, RISK, TINTS, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path
    from matplotlib.text import Text

__all__ = ["event_map", "fill_where", "near", "region_map"]

WIDTH: Final = 5.6
HEIGHT: Final = 4.4
LONGEST: Final = 26  # characters of a label on a curve; a longer one goes into the key
LEVELS: Final = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def region_map(drawn: ParameterMap, *, width: float = WIDTH, height: float = HEIGHT) -> Figure:
    """Return the figure of which equilibria exist where; sizes in inches, a key below comes on top of the height.

    Regions are tinted and named, hatched where equilibria differ in outcome, and blank outside the assumptions; the
    exact boundaries are curves. Raises `MissingExtraError` without matplotlib.
    """
    figure = new_figure(width, height)
    with styled(_scale(width)):
        axes = figure.subplots()
        for k, mask in enumerate(drawn.regions.values()):
            fill_where(axes, drawn, mask, TINTS[k % len(TINTS)])
        fill_where(axes, drawn, drawn.several, "none", hatch="////")
        _dress(axes, drawn, ["hatched: equilibria differ in outcome"] if drawn.several.any() else [])
        _name(figure, axes, drawn, _boundaries(axes, drawn))
    return figure


def event_map(drawn: ParameterMap, *, width: float = WIDTH, height: float = HEIGHT) -> Figure:
    """Return the figure of the largest value of the map's quantity over all equilibria, with contours.

    Hatched where equilibria differ in it. Jumps, where one equilibrium ends, are the thick curves of exact boundaries.
    Raises `ParameterError` for a map without a quantity, `MissingExtraError` without matplotlib.
    """
    if drawn.high is None or drawn.low is None:
        raise ParameterError("the map shows no quantity", where="event_map", remedy='parameter_map(..., of="P(war)")')
    figure = new_figure(width, height)
    with styled(_scale(width)):
        axes = figure.subplots()
        _shade(figure, axes, drawn, drawn.high)
        with np.errstate(invalid="ignore"):
            apart = np.asarray(drawn.high - drawn.low > APART)
        fill_where(axes, drawn, apart, "none", hatch="////")
        said = [f"hatched: {drawn.of} depends on the equilibrium, the largest is shown"] if apart.any() else []
        _dress(axes, drawn, said)
        levels = _contours(axes, drawn, drawn.high)
        keys = _boundaries(axes, drawn)
        legend_below(figure, [key_line(sign, text, width) for sign, text in keys.items()])
        figure.draw_without_rendering()
        mark_reference(figure, axes, drawn.reference, near(drawn.regions, grow=6))
        _without_collisions(axes, levels)
    return figure


def _scale(width: float) -> float:
    return min(1.0, 0.35 + 0.65 * width / WIDTH)


def _dress(axes: Axes, drawn: ParameterMap, notes: list[str]) -> None:
    figure = page_of(axes)
    fill_where(axes, drawn, drawn.outside, "#FFFFFF", hatch="....")
    beyond = ["dotted: outside the assumptions"] if drawn.outside.any() else []
    entitle(axes, drawn.title, "; ".join([drawn.note, *notes, *beyond]))
    axes.set(xlim=drawn.spans[0], ylim=drawn.spans[1])
    axes.set_xlabel(wrapped(drawn.labels[0], int(12 * figure.get_figwidth())))
    axes.set_ylabel(wrapped(drawn.labels[1], int(9 * figure.get_figheight())))


def fill_where(axes: Axes, drawn: ParameterMap, mask: BoolArray, colour: str, *, hatch: str = "") -> None:
    """Fill the cells of a mask up to the frame of the map."""
    if not mask.any():
        return
    x, y = (_to_the_frame(middles, span) for middles, span in zip((drawn.x, drawn.y), drawn.spans, strict=True))
    whole = np.pad(mask.astype(np.float64), 1, mode="edge")
    colours = ["none"] if colour == "none" else [colour]
    filled = axes.contourf(x, y, whole, levels=[0.5, 1.5], colors=colours, hatches=[hatch or None])
    filled.set_edgecolor(PALETTE["mute"] if hatch else "none")
    filled.set_linewidth(0)


def _to_the_frame(middles: FloatArray, span: tuple[float, float]) -> FloatArray:
    return np.concatenate([[span[0]], middles, [span[1]]])


def _shade(figure: Figure, axes: Axes, drawn: ParameterMap, values: FloatArray) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    is_chance = drawn.of.startswith("P(")
    low = 0.0 if is_chance else float(np.nanmin(values, initial=0))
    high = max(float(np.nanmax(values, initial=low)), low + 1e-9)
    image = axes.imshow(
        np.ma.masked_invalid(values), origin="lower", extent=(*drawn.spans[0], *drawn.spans[1]), aspect="auto",
        cmap=LinearSegmentedColormap.from_list("risk", RISK), vmin=low, vmax=high, interpolation="nearest",
    )  # fmt: skip
    bar = figure.colorbar(image, ax=axes, shrink=0.75, pad=0.02, aspect=18)
    bar.set_label(drawn.of)
    bar.outline.set_linewidth(0.4)


def _contours(axes: Axes, drawn: ParameterMap, values: FloatArray) -> list[Text]:
    """Draw lines of equal value, away from where it jumps, and return their labels."""
    low, high = axes.images[0].get_clim()
    levels = (
        [x for x in LEVELS if low < x < high] if drawn.of.startswith("P(") else list(np.linspace(low, high, 7)[1:-1])
    )
    levels = levels[:: max(1, int(np.ceil(len(levels) / max(2, page_of(axes).get_figwidth()))))]
    inner = np.ma.masked_where(~np.isfinite(values) | near(drawn.regions, grow=2), values)
    if not levels or not inner.count():
        return []
    lines = axes.contour(drawn.x, drawn.y, inner, levels=levels, colors=[PALETTE["ink"]], linewidths=0.7)
    texts = axes.clabel(lines, fmt="%.3g", fontsize="small", inline=False)
    for text in texts:
        text.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6})
    return list(texts)


def _without_collisions(axes: Axes, labels: list[Text]) -> None:
    """Take away labels of contours that cover another word or the frame; the colour bar says what they said."""
    kept = [text.get_window_extent() for text in axes.texts if text not in labels]
    frame = axes.get_window_extent()
    for text in labels:
        box = text.get_window_extent()
        inside = frame.x0 < box.x0 and box.x1 < frame.x1 and frame.y0 < box.y0 and box.y1 < frame.y1
        if not inside or any(box.overlaps(other) for other in kept):
            text.remove()
        else:
            kept.append(box)


def _halo(text: object) -> None:
    from matplotlib.patheffects import withStroke

    text.set_path_effects([withStroke(linewidth=2, foreground="white")])  # type: ignore[attr-defined]


def _boundaries(axes: Axes, drawn: ParameterMap) -> dict[str, str]:
    """Draw every exact boundary where regions meet; return the keys of those with long labels."""
    edges = near(drawn.regions, outside=drawn.outside)
    keys: dict[str, str] = {}
    for label, values in drawn.curves.items():
        shown = np.ma.masked_where(~edges | ~np.isfinite(values), values)
        if not shown.count() or not shown.min() < 0 < shown.max():
            continue
        sign = label if len(label) <= LONGEST else f"({len(keys) + 1})"
        curve = axes.contour(drawn.x, drawn.y, shown, levels=[0], colors=[PALETTE["ink"]], linewidths=1.4)
        texts = axes.clabel(
            curve,
            fmt={0: sign},
            fontsize="medium",
            inline=True,
            inline_spacing=4,
            manual=[_along(curve.get_paths()[0])],
        )
        for text in texts:
            _halo(text)
        if sign != label and texts:
            keys[sign] = label
    return keys


def _along(path: Path) -> tuple[float, float]:
    """Return the point a third of the way along the longest part of a curve."""
    starts = np.flatnonzero(np.asarray(path.codes) == path.MOVETO)
    longest = max(np.split(np.asarray(path.vertices), starts[1:]), key=len)
    x, y = longest[len(longest) // 3].tolist()
    return x, y


def near(regions: Mapping[str, BoolArray], *, outside: BoolArray | None = None, grow: int = 1) -> BoolArray:
    """Return the cells beside which another region begins."""
    from scipy.ndimage import binary_dilation, binary_erosion

    masks = [*regions.values(), *([outside] if outside is not None else [])]
    edge = np.zeros(masks[0].shape, dtype=np.bool_)
    for mask in masks:
        edge |= mask & ~binary_erosion(mask, border_value=1)
    return np.asarray(binary_dilation(edge, iterations=grow - 1) if grow > 1 else edge, dtype=np.bool_)


def _name(figure: Figure, axes: Axes, drawn: ParameterMap, keys: Mapping[str, str]) -> None:
    """Name the regions; where some have no room on the map, a key below explains letters."""
    width = figure.get_figwidth()
    lines = [key_line(sign, text, width) for sign, text in keys.items()]
    figure.draw_without_rendering()
    taken = mark_reference(figure, axes, drawn.reference, near(drawn.regions, grow=6))
    before = len(axes.texts)
    letters = label_regions(figure, axes, drawn.regions, blocked=taken)
    if not letters and not lines:
        return
    for text in axes.texts[before:]:
        text.remove()
    legend_below(figure, [*lines, *(key_line(letter, text, width) for text, letter in letters.items())])
    figure.draw_without_rendering()
    kept = {letters.get(label, label): mask for label, mask in drawn.regions.items()}
    label_regions(figure, axes, kept, blocked=taken)
