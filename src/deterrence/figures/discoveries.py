"""Pictures of what a sample of a scenario says: the box in which failures lie, and the regret of every lever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from deterrence.compiled.points import FloatArray
from deterrence.errors import ParameterError
from deterrence.figures.labels import entitle, legend_below, wrapped
from deterrence.figures.maps import meaning_of
from deterrence.figures.margins import OUTCOMES
from deterrence.figures.style import PALETTE, RISK, new_figure, styled
from deterrence.scenarios import CaseReport
from deterrence.scenarios.laboratory import Laboratory

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["discovery_box", "regret_map"]

WIDTH: Final = 4.6
SHOWN: Final = 1500  # points
BINS: Final = 10
WITH_NUMBERS: Final = 5.0  # inches from which on there is room for numbers in the cells


def discovery_box(
    report: CaseReport, *, box: int = 0, samples: int = 4096, seed: int = 0, width: float = WIDTH, height: float = 4.0
) -> Figure:
    """Return a box of a stress test over its two most limited parameters, with sampled points by verdict.

    The points are a sample of what is uncertain, drawn with `seed`; sizes in inches. Raises `ParameterError` where
    there is no such box or only one uncertain parameter, `MissingExtraError` without matplotlib.
    """
    case = report.case
    if not 0 <= box < len(report.boxes) or len(case.uncertain) < 2:
        raise ParameterError(f"no box {box} over two parameters", where="discovery_box", remedy="see report.boxes")
    found = report.boxes[box]
    x, y = [*found.limits, *(name for name in case.uncertain if name not in found.limits)][:2]
    laboratory = Laboratory(case)
    columns = laboratory.drawn(samples, seed=seed)
    outcomes = laboratory.ask(columns).outcomes[:SHOWN]
    figure = new_figure(width, height)
    with styled(min(1.0, 0.4 + 0.6 * width / WIDTH)):
        axes = figure.subplots()
        handles = []
        for (outcome, (colour, _, word)), marker in zip(OUTCOMES.items(), "oD^x", strict=True):
            here = np.flatnonzero(outcomes == outcome)
            if here.size:
                ink = PALETTE["mute"] if marker == "x" else colour
                marks = axes.scatter(columns[x][here], columns[y][here], s=11, marker=marker, color=ink, label=word)
                if marker != "x":
                    marks.set(edgecolor=PALETTE["mute"], linewidth=0.3)
                handles.append(marks)
        _draw_box(axes, report, (x, y), found.limits)
        axes.set_xlabel(wrapped(meaning_of(case.game, x), int(11 * width)))
        axes.set_ylabel(wrapped(meaning_of(case.game, y), int(9 * height)))
        entitle(axes, case.title or case.name, found.sentence)
        legend_below(figure, [], handles)
    return figure


def _draw_box(
    axes: Axes, report: CaseReport, names: tuple[str, str], limits: Mapping[str, tuple[float | None, float | None]]
) -> None:
    from matplotlib.patches import Rectangle

    sides = []
    for name in names:
        uncertain = report.case.uncertain[name]
        low, high = limits.get(name, (None, None))
        sides.append((float(uncertain.low) if low is None else low, float(uncertain.high) if high is None else high))
    (x0, x1), (y0, y1) = sides
    axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=PALETTE["ink"], linewidth=2, zorder=5))
    for set_limits, name in ((axes.set_xlim, names[0]), (axes.set_ylim, names[1])):
        uncertain = report.case.uncertain[name]
        pad = 0.03 * float(uncertain.high - uncertain.low)
        set_limits(float(uncertain.low) - pad, float(uncertain.high) + pad)


def regret_map(
    report: CaseReport, *, over: str = "", samples: int = 1 << 13, seed: int = 0, width: float = 5.6
) -> Figure:
    """Return, for every package of levers, its mean regret in each tenth of the range of one uncertain parameter.

    Regret is the loss of a package less that of the best one at the same point, losses in their worst equilibrium.
    `over` defaults to the parameter with the largest total index, else the first. Raises `ParameterError` for another
    name and a case with one package, `MissingExtraError` without matplotlib.
    """
    case, packages = report.case, report.robustness.packages
    name = over or _most_important(report)
    if name not in case.uncertain or len(packages) < 2:
        raise ParameterError(f"no regret over {name!r}", where="regret_map", remedy=", ".join(case.uncertain))
    uncertain = case.uncertain[name]
    edges = np.linspace(float(uncertain.low), float(uncertain.high), BINS + 1)
    regret = _regret(report, name, edges, samples, seed)
    figure = new_figure(width, 1.5 + 0.34 * len(packages))
    with styled(min(1.0, 0.4 + 0.6 * width / 5.6)):
        from matplotlib.colors import LinearSegmentedColormap

        axes = figure.subplots()
        top = max(float(np.nanmax(regret, initial=0)), 1e-12)
        colours = LinearSegmentedColormap.from_list("risk", RISK)
        image = axes.pcolormesh(edges, np.arange(len(packages) + 1), regret, cmap=colours, vmin=0, vmax=top)
        if width >= WITH_NUMBERS:
            _write_numbers(axes, regret, edges, top)
        labels = [f"{package.name} (cost {package.cost})" for package in packages]
        axes.set_yticks(np.arange(len(packages)) + 0.5, [wrapped(label, 30) for label in labels])
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set_xlabel(wrapped(meaning_of(case.game, name), int(11 * width)))
        bar = figure.colorbar(image, ax=axes, pad=0.02, aspect=14)
        bar.set_label("mean regret")
        bar.outline.set_linewidth(0.4)
        entitle(
            axes,
            case.title or case.name,
            f"regret in {case.loss} against the best package at the same point",
            room=0.62,
        )
    return figure


def _write_numbers(axes: Axes, regret: FloatArray, edges: FloatArray, top: float) -> None:
    digits = max(0, 1 - int(np.floor(np.log10(top))))
    for row, cells in enumerate(regret):
        for value, left, right in zip(cells, edges[:-1], edges[1:], strict=True):
            if np.isfinite(value):
                ink = "white" if value > 0.55 * top else PALETTE["ink"]
                place = ((left + right) / 2, row + 0.5)
                axes.text(*place, f"{value:.{digits}f}", ha="center", va="center", color=ink, size="x-small")


def _most_important(report: CaseReport) -> str:
    found = report.sensitivity
    if found is None or found.constant:
        return next(iter(report.case.uncertain), "")
    return max(found.total, key=lambda name: found.total[name][0])


def _regret(report: CaseReport, name: str, edges: FloatArray, samples: int, seed: int) -> FloatArray:
    """Return mean regrets (packages, bins)."""
    laboratory = Laboratory(report.case)
    columns: dict[str, Any] = laboratory.drawn(samples, seed=seed)
    packages = report.robustness.packages
    losses = np.stack([laboratory.losses(laboratory.ask(columns, package.levers)) for package in packages])
    regret = losses - np.fmin.reduce(losses, axis=0)
    place = np.clip(np.digitize(columns[name], edges) - 1, 0, BINS - 1)
    out = np.full((len(packages), BINS), np.nan)
    for k in range(BINS):
        here = regret[:, (place == k) & np.isfinite(regret).all(axis=0)]
        if here.size:
            out[:, k] = here.mean(axis=1)
    return out
