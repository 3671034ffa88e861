"""A map of two parameters: which equilibria exist where, with exact boundaries as curves and names on the map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from deterrence.compiled import Points, Value, parameter_points
from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import ParameterError
from deterrence.expressions import Expr, Symbol, substitute, to_text
from deterrence.figures.style import PALETTE, new_figure, styled
from deterrence.theory import Theory
from deterrence.theory.evaluate import ClassesAt, evaluate
from deterrence.theory.logic import comparisons

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["RegionMap", "region_map", "theory_regions"]

CELLS: Final = 240  # of the grid, in each direction
# Light tints that differ for the colour-blind, each with a hatch of its own for grey print.
TINTS: Final = ("#CFE5F5", "#FBE0A8", "#BFE5D6", "#F5C9AC", "#E8D3E3", "#FAF3B0", "#DDDDDD")
HATCHES: Final = ("", "....", "////", "\\\\\\\\", "xxxx", "----", "++++")


@dataclass(frozen=True, kw_only=True, eq=False)
class RegionMap:
    """What to draw: `regions[label]` says where a region is on the grid, `(len(y), len(x))`.

    Every curve is given by a function of the same shape that is zero on it; it is drawn where regions meet.
    """

    title: str
    note: str
    x_label: str
    y_label: str
    x: FloatArray
    y: FloatArray
    regions: Mapping[str, BoolArray]
    curves: Mapping[str, FloatArray]


def theory_regions(
    theory: Theory, *, x: str, y: str, at: Mapping[str, Value] | None = None, event: str = "", title: str = ""
) -> RegionMap:
    """Return the map of a theory over two parameters that are probabilities, the others at `at` or their defaults.

    A region is where the same classes exist; with `event` its probability is written there if they agree on it.
    Raises `ParameterError` for unknown parameters and those without a value.
    """
    for name in (x, y):
        theory.game.parameter(name)
    if x == y:
        raise ParameterError("the map needs two parameters", where="x, y", remedy="name two different ones")
    middles = (np.arange(CELLS) + 0.5) / CELLS
    grid = {x: np.tile(middles, CELLS), y: np.repeat(middles, CELLS)}
    points = parameter_points(theory.game, {**(at or {}), **grid})
    found = evaluate(theory, points)
    curves = {label: _values(theory, f, points) for label, f in _edges(theory, {x, y}).items()}
    table = theory.table()
    return RegionMap(
        title=title or theory.game.about.title,
        note=f"{table.concept}; refinement: {table.refinement}; all else fixed",
        x_label=_meaning(theory, x),
        y_label=_meaning(theory, y),
        x=middles,
        y=middles,
        regions=dict(_regions(found, event)),
        curves={label: values.reshape(CELLS, CELLS) for label, values in curves.items()},
    )


def _values(theory: Theory, formula: Expr, points: Points) -> FloatArray:
    (values,) = formula_values([substitute(formula, theory.game.resolved_definitions)], points)
    return np.asarray(values, dtype=np.float64)


def _regions(found: ClassesAt, event: str) -> Iterator[tuple[str, BoolArray]]:
    """Yield where the same generic classes exist, labelled by their names, and with what they agree on."""
    generic = [i for i, c in enumerate(found.classes) if c.generic]
    masks = found.masks[:, generic]
    for row in np.unique(masks, axis=0):
        here = [found.classes[generic[k]] for k in np.flatnonzero(row)]
        chances = dict.fromkeys(to_text(c.events[event]) for c in here) if event else {}
        lines = [*dict.fromkeys(c.name for c in here)] or ["no equilibrium listed"]
        if len(chances) == 1:
            lines.append(f"P({event}) = {next(iter(chances))}")
        yield "\n".join(lines), np.asarray((masks == row).all(axis=1)).reshape(CELLS, CELLS)


def _edges(theory: Theory, axes: set[str]) -> dict[str, Expr]:
    """Return the boundaries of the regions: the difference of the two sides, by the threshold's name or as written."""
    found: dict[str, Expr] = {}
    for c in (c for candidate in theory.generic for c in candidate.region):
        for chain in comparisons(c):
            for left, _, right in chain.pairs():
                names = [f.name for f in (left, right) if isinstance(f, Symbol) and f.name not in axes]
                found.setdefault(names[0] if names else f"{to_text(left)} = {to_text(right)}", left - right)
    return found


def _meaning(theory: Theory, name: str) -> str:
    meaning = theory.game.parameter(name).meaning
    return f"{name}: {meaning}" if meaning else name


def region_map(drawn: RegionMap, *, width: float = 5.6, height: float = 4.4) -> Figure:
    """Return the figure of a map, in inches; raise `MissingExtraError` without matplotlib."""
    figure = new_figure(width, height)
    with styled():
        axes = figure.subplots()
        for k, (label, mask) in enumerate(drawn.regions.items()):
            _fill(axes, drawn, k, mask)
            _name(axes, drawn, label, mask)
        near = _near_edges(drawn)
        for label, values in drawn.curves.items():
            _curve(axes, drawn, label, np.ma.masked_where(~near, values))
        axes.set(xlabel=drawn.x_label, ylabel=drawn.y_label, xlim=(0, 1), ylim=(0, 1))
        axes.set_title(drawn.title, pad=17)
        axes.annotate(
            drawn.note, (0, 1), (0, 4), "axes fraction", textcoords="offset points", size="small", color=PALETTE["mute"]
        ).set_in_layout(False)
    return figure


def _fill(axes: Axes, drawn: RegionMap, k: int, mask: BoolArray) -> None:
    tint, hatch = TINTS[k % len(TINTS)], HATCHES[k % len(HATCHES)]
    size = (drawn.x[1] - drawn.x[0]) / 2
    x = np.concatenate([[drawn.x[0] - size], drawn.x, [drawn.x[-1] + size]])
    y = np.concatenate([[drawn.y[0] - size], drawn.y, [drawn.y[-1] + size]])
    whole = np.pad(mask.astype(np.float64), 1, mode="edge")
    filled = axes.contourf(x, y, whole, levels=[0.5, 1.5], colors=[tint], hatches=[hatch])
    filled.set_edgecolor("#FFFFFF")
    filled.set_linewidth(0)


def _name(axes: Axes, drawn: RegionMap, label: str, mask: BoolArray) -> None:
    """Write a region's name at its point that is farthest from any other region."""
    depth = _depth(mask)
    ties = np.argwhere(depth >= depth.max() - 1)
    row, column = ties[np.abs(ties - ties.mean(axis=0)).sum(axis=1).argmin()]
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 2}
    axes.text(float(drawn.x[column]), float(drawn.y[row]), label, ha="center", va="center", bbox=box, zorder=5)


def _depth(mask: BoolArray) -> FloatArray:
    """Return how many cells lie between each cell and the nearest one outside the region."""
    depth = np.zeros(mask.shape)
    inner = np.pad(mask, 1)
    while inner.any():
        depth += inner[1:-1, 1:-1]
        inner = _eroded(inner)
    return depth


def _eroded(mask: BoolArray) -> BoolArray:
    out = mask.copy()
    out[1:] &= mask[:-1]
    out[:-1] &= mask[1:]
    out[:, 1:] &= mask[:, :-1]
    out[:, :-1] &= mask[:, 1:]
    return out


def _near_edges(drawn: RegionMap) -> BoolArray:
    """Return the cells beside which another region begins: boundaries are drawn there alone."""
    near = np.zeros((len(drawn.y), len(drawn.x)), dtype=np.bool_)
    for mask in drawn.regions.values():
        near |= mask & ~_eroded(mask)
    return near


def _curve(
    axes: Axes, drawn: RegionMap, label: str, values: np.ma.MaskedArray[tuple[int, int], np.dtype[np.float64]]
) -> None:
    if not (values.min() < 0 < values.max()):
        return
    ink = PALETTE["ink"]
    curve = axes.contour(drawn.x, drawn.y, values, levels=[0], colors=[ink], linewidths=1.4)
    for text in axes.clabel(curve, fmt={0: label}, fontsize=8, inline=True, inline_spacing=4):
        text.set_color(ink)
