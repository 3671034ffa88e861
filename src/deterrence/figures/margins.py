"""Pictures of a stress test: margins along each parameter, levers side by side, a map of two parameters, a tornado."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import TYPE_CHECKING, Final

import numpy as np

from deterrence.figures.labels import key_line, label_regions, legend_below, mark_reference, wrapped
from deterrence.figures.maps import ParameterMap, meaning_of
from deterrence.figures.regions import fill_where, near
from deterrence.figures.style import FULL_WIDTH, PALETTE, new_figure, styled
from deterrence.scenarios import CaseReport
from deterrence.scenarios.criterion import Outcome
from deterrence.scenarios.laboratory import Laboratory

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["OUTCOMES", "lever_bars", "margins", "tornado", "verdict_map"]

# Colour, hatch and word of every verdict: the three differ in grey print as well.
OUTCOMES: Final[Mapping[Outcome, tuple[str, str, str]]] = {
    Outcome.HOLDS: ("#CDE7F5", "", "holds"),
    Outcome.AMBIGUOUS: ("#F2B84B", "////", "depends on the equilibrium"),
    Outcome.FAILS: ("#8C2D04", "", "fails"),
    Outcome.UNKNOWN: ("#FFFFFF", "....", "outside the model"),
}
ROW: Final = 0.62  # inches for a bar
CELLS: Final = 241  # of a map, each way


def margins(case: CaseReport, *, width: float = FULL_WIDTH) -> Figure:
    """Return, for each uncertain parameter, its range with the verdicts along it; all else is at the reference case.

    Each range is drawn to the same length; ends, break-even values and the reference value are written at their places.
    """
    names = list(case.case.uncertain)
    figure = new_figure(width, 0.75 + ROW * max(1, len(names)))
    with styled(min(1.0, width / FULL_WIDTH)):
        axes = figure.subplots()
        for row, name in enumerate(names):
            _margin(axes, case, name, len(names) - 1 - row)
        axes.set_ylim(-0.75, len(names) - 0.35)
        axes.set_xlim(-0.02, 1.02)
        axes.set_yticks(range(len(names)), names[::-1])
        axes.set_xticks([])
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        _legend(axes, {outcome for name in names for *_, outcome in _segments(case, name)})
    return figure


def _margin(axes: Axes, case: CaseReport, name: str, y: int) -> None:
    uncertain, reference = case.case.uncertain[name], float(case.case.reference[name])
    low, high = float(uncertain.low), float(uncertain.high)
    for left, right, outcome in _segments(case, name):
        colour, hatch, _ = OUTCOMES[outcome]
        start, length = (left - low) / (high - low), (right - left) / (high - low)
        axes.barh(y, length, 0.34, left=start, color=colour, hatch=hatch, edgecolor=PALETTE["mute"], linewidth=0.5)
    for change in case.break_even:
        if change.parameter == name:
            place = (change.value - low) / (high - low)
            said = (
                str(change.exact) if change.exact is not None and len(str(change.exact)) < 9 else f"{change.value:.3g}"
            )
            axes.plot([place, place], [y - 0.17, y + 0.27], color=PALETTE["ink"], linewidth=1)
            axes.annotate(said, (place, y + 0.28), ha="center", va="bottom")
    place = (reference - low) / (high - low)
    axes.plot([place], [y - 0.17], marker="^", markersize=7, color=PALETTE["ink"], clip_on=False)
    axes.annotate(f"now {reference:.3g}", (place, y - 0.27), ha="center", va="top", fontweight="bold")
    if place > 0.08:
        axes.annotate(f"{low:.3g}", (0, y - 0.2), ha="left", va="top", color=PALETTE["mute"])
    if place < 0.92:
        axes.annotate(f"{high:.3g}", (1, y - 0.2), ha="right", va="top", color=PALETTE["mute"])


def _segments(case: CaseReport, name: str) -> Iterator[tuple[float, float, Outcome]]:
    """Yield the parts of a parameter's range with their verdicts."""
    uncertain = case.case.uncertain[name]
    changes = sorted((c for c in case.break_even if c.parameter == name), key=lambda c: c.value)
    left = float(uncertain.low)
    outcome = changes[0].below if changes else case.reference
    for change in changes:
        yield left, change.value, outcome
        left, outcome = change.value, change.above
    yield left, float(uncertain.high), outcome


def _legend(axes: Axes, shown: Set[Outcome]) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=PALETTE["mute"], label=word)
        for outcome, (colour, hatch, word) in OUTCOMES.items()
        if outcome in shown
    ]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(handles), frameon=False)


def lever_bars(case: CaseReport, *, width: float = FULL_WIDTH) -> Figure:
    """Return, for each package of levers, at what share of the sampled points each verdict is reached."""
    packages = case.robustness.packages
    figure = new_figure(width, 0.95 + 0.42 * len(packages))
    with styled(min(1.0, width / FULL_WIDTH)):
        axes = figure.subplots()
        for row, package in enumerate(packages):
            left = 0.0
            for outcome, (colour, hatch, _) in OUTCOMES.items():
                share = package.shares[outcome]
                if share:
                    y = len(packages) - 1 - row
                    axes.barh(
                        y, share, 0.6, left=left, color=colour, hatch=hatch, edgecolor=PALETTE["mute"], linewidth=0.5
                    )
                    if share > 0.08:
                        box = {"facecolor": colour, "edgecolor": "none", "pad": 1.5}
                        text = f"{100 * share:.0f} %"
                        axes.annotate(
                            text, (left + share / 2, y), ha="center", va="center", color=_ink(outcome), bbox=box
                        )
                    left += share
        labels = [f"{package.name} (cost {package.cost})" for package in packages]
        axes.set_yticks(range(len(packages)), labels[::-1])
        axes.set_xlim(0, 1)
        _legend(axes, {o for package in packages for o, share in package.shares.items() if share})
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 % of the points"])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    return figure


def _ink(outcome: Outcome) -> str:
    """Return the colour in which to write on a verdict's colour."""
    return "white" if outcome is Outcome.FAILS else PALETTE["ink"]


def verdict_map(
    laboratory: Laboratory, x: str, y: str, *, width: float = FULL_WIDTH * 0.62, height: float = 3.4
) -> Figure:
    """Return the verdicts over two uncertain parameters, all else at the reference case, which is marked."""
    drawn = _verdicts(laboratory, x, y)
    figure = new_figure(width, height)
    with styled(min(1.0, width / (FULL_WIDTH * 0.62))):
        axes = figure.subplots()
        for colour, hatch, word in OUTCOMES.values():
            if word in drawn.regions:
                fill_where(axes, drawn, drawn.regions[word], colour, hatch=hatch)
        numbers = sum(k * mask for k, mask in enumerate(drawn.regions.values()))
        levels = np.arange(len(drawn.regions) - 1) + 0.5
        if levels.size:
            axes.contour(drawn.x, drawn.y, numbers, levels=levels, colors=[PALETTE["ink"]], linewidths=0.9)
        axes.set(xlabel=wrapped(drawn.labels[0], 44), ylabel=wrapped(drawn.labels[1], 44))
        figure.draw_without_rendering()
        taken = mark_reference(figure, axes, drawn.reference, near(drawn.regions, grow=4), word="now")
        colours = {word: (colour, _ink(outcome)) for outcome, (colour, _, word) in OUTCOMES.items()}
        narrow = label_regions(figure, axes, drawn.regions, blocked=taken, colours=colours)
        legend_below(figure, [key_line(letter, word, width) for word, letter in narrow.items()])
    return figure


def _verdicts(laboratory: Laboratory, x: str, y: str) -> ParameterMap:
    case = laboratory.case
    spans = tuple((float(case.uncertain[name].low), float(case.uncertain[name].high)) for name in (x, y))
    across, up = (np.linspace(*span, CELLS) for span in spans)
    grid = {x: np.tile(across, CELLS), y: np.repeat(up, CELLS)}
    outcomes = laboratory.ask(laboratory.at(grid)).outcomes.reshape(CELLS, CELLS)
    regions = {word: outcomes == outcome for outcome, (_, _, word) in OUTCOMES.items()}
    nowhere = np.zeros((CELLS, CELLS), dtype=np.bool_)
    return ParameterMap(
        title="",
        note="",
        labels=(meaning_of(case.game, x), meaning_of(case.game, y)),
        spans=(spans[0], spans[1]),
        x=across,
        y=up,
        regions={word: mask for word, mask in regions.items() if mask.any()},
        several=nowhere,
        outside=nowhere,
        curves={},
        reference=(float(case.reference[x]), float(case.reference[y])),
    )


def tornado(case: CaseReport, *, width: float = FULL_WIDTH) -> Figure | None:
    """Return total and first-order Sobol' indices with their intervals, the largest on top; None without any."""
    found = case.sensitivity
    if found is None or found.constant:
        return None
    names = sorted(found.total, key=lambda name: found.total[name][0])
    figure = new_figure(width, 0.75 + 0.42 * len(names))
    with styled(min(1.0, width / FULL_WIDTH)):
        axes = figure.subplots()
        rows = np.arange(len(names))
        for offset, indices, colour, hatch, label in (
            (0.17, found.total, PALETTE["blue"], "", "with interactions"),
            (-0.17, found.first, PALETTE["sky"], "////", "alone"),
        ):
            values = [indices[name][0] for name in names]
            errors = [indices[name][1] for name in names]
            axes.barh(
                rows + offset, values, 0.32, xerr=errors, color=colour, hatch=hatch, edgecolor="white", linewidth=0.3,
                error_kw={"ecolor": PALETTE["ink"], "elinewidth": 0.8, "capsize": 2}, label=label,
            )  # fmt: skip
        axes.set_yticks(rows, names)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"share of the variance of {found.metric} in its worst equilibrium")
        axes.tick_params(axis="y", length=0)
        axes.legend(frameon=False, loc="lower right")
    return figure
