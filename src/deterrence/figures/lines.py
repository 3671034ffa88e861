"""Lines over one parameter: what a quantity is in every equilibrium, jumps drawn as jumps; and over the precision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from deterrence.branches import QuantalBranch
from deterrence.compiled import Value, parameter_points
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import ParameterError
from deterrence.figures.labels import entitle, key_line, legend_below, wrapped
from deterrence.figures.maps import Ends, concept_words, meaning_of, natural_range, source_for
from deterrence.figures.style import LINES, PALETTE, new_figure, styled
from deterrence.games import Game
from deterrence.solvers import Solver
from deterrence.sweeps.measures import Metric, Source, Theoretical, read_metric
from deterrence.theory import Theory
from deterrence.theory.implicit import columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Line", "ParameterLines", "parameter_lines", "qre_lines", "runs_of", "statics_lines"]

POINTS: Final = 601
HALVINGS: Final = 50
SAME: Final = 1e-7  # ends closer than this, relative to the range, are the same place
MOST: Final = 2 * len(LINES)
WIDTH: Final = 5.6
HEIGHT: Final = 3.4


@dataclass(frozen=True, eq=False)
class Line:
    """A quantity in one class of equilibria over a stretch of the parameter, from `low` to `high` where it is open.

    `closed` says of both ends that the class ends there, not the picture. Without a `label` the points are dots:
    equilibria that belong to no class.
    """

    label: str
    x: FloatArray
    low: FloatArray
    high: FloatArray
    closed: tuple[bool, bool]


@dataclass(frozen=True, kw_only=True, eq=False)
class ParameterLines:
    """A quantity over a parameter; a jump is (x, before, after), where one class ends as another begins."""

    title: str
    note: str
    x_label: str
    y_label: str
    span: Ends
    lines: tuple[Line, ...]
    jumps: tuple[tuple[float, float, float], ...]
    reference: float | None


def parameter_lines(
    game: Game | Theory,
    *,
    of: str,
    wrt: str,
    span: Ends | None = None,
    at: Mapping[str, Value] | None = None,
    title: str = "",
    solver: Solver[Any, Any] | None = None,
) -> ParameterLines:
    """Return a quantity such as `P(war)` or `cutoff(arm)` in every equilibrium as a parameter grows.

    With a theory there is a line for every generic class, ended where its region ends (found by bisection to 15
    digits); with a solver a dot for every equilibrium. Others are at `at` or their defaults. Raises
    `ParameterError` for unknown names, an empty range, and parameters without a value.

    >>> from deterrence.library import load
    >>> lines = parameter_lines(load("alliance-commitment/unilateral-deterrence"), of="P(war)", wrt="p_Def")
    >>> [round(float(x), 6) for x, _, _ in lines.jumps]
    [0.5]
    """
    game, source = source_for(game, solver=solver)
    metric = read_metric(of, game)
    low, high = span or natural_range(game, wrt, at)
    if not low < high or not np.isfinite([low, high]).all():
        raise ParameterError(f"no range from {low} to {high}", where=wrt, remedy="the smaller end first")
    if wrt in (at or {}):
        raise ParameterError(f"{wrt!r} is both drawn over and fixed", where="at", remedy="leave it out of one of them")
    asked = _Asked(game, source, metric, wrt, at or {})
    lines = tuple(_merged(asked.lines(np.linspace(low, high, POINTS))))
    if not any(line.x.size for line in lines):
        remedy = "another range, or other values of the other parameters"
        raise ParameterError(f"no equilibrium with a value of {of} from {low:g} to {high:g}", where=wrt, remedy=remedy)
    facts = source.provenance
    here = game.parameter(wrt).default
    inside = here is not None and low <= float(here) <= high
    return ParameterLines(
        title=title or game.about.title or of,
        note=f"{concept_words(facts['concept'], facts['refinement'])}; all else at the reference case",
        x_label=meaning_of(game, wrt),
        y_label=of,
        span=(low, high),
        lines=lines,
        jumps=tuple(_jumps(lines, SAME * (high - low))),
        reference=float(here) if inside and here is not None else None,
    )


@dataclass(frozen=True, eq=False)
class _Asked:
    """A question about one parameter."""

    game: Game
    source: Source
    metric: Metric
    wrt: str
    at: Mapping[str, Value]

    def ask(self, x: FloatArray) -> tuple[BoolArray, FloatArray, FloatArray]:
        """Return which equilibria exist at values of the parameter and the metric's ends, (equilibria, points)."""
        points = parameter_points(self.game, {**self.at, self.wrt: x})
        found = self.source.measure(points, [self.metric])
        low = found.values[self.metric.name, "value"]
        high = found.values.get((self.metric.name, "largest"), low)
        if self.metric.quantity is None:
            inside = np.isfinite(low) & np.asarray(points.admissible).reshape(-1)
            return inside[None], low[None], high[None]
        return found.exists & np.isfinite(low), low, high

    def lines(self, x: FloatArray) -> Iterator[Line]:
        exists, low, high = self.ask(x)
        if self.metric.quantity is not None and not isinstance(self.source, Theoretical):
            rows, columns = np.nonzero(exists)
            yield Line("", x[columns], low[rows, columns], high[rows, columns], (False, False))
            return
        named = self._labels()
        runs = [(k, *run) for k, _ in named for run in runs_of(exists[k])]
        ends = iter(self._ends([(k, x, start, stop) for k, start, stop in runs]))
        labels = dict(named)
        for k, start, stop in runs:
            left, right = next(ends), next(ends)
            along = np.array([*left, *x[start:stop], *right])
            _, low, high = self.ask(along)
            yield Line(labels[k], along, low[k], high[k], (bool(left), bool(right)))

    def _labels(self) -> list[tuple[int, str]]:
        if self.metric.quantity is None or not isinstance(self.source, Theoretical):
            return [(0, self.metric.name)]
        listed = columns(self.source.theory)
        return [(k, str(self.source.labels[k])) for k, (c, _) in enumerate(listed) if c.generic]

    def _ends(self, runs: Sequence[tuple[int, FloatArray, int, int]]) -> Iterator[list[float]]:
        """Yield where each run begins and ends between points of the grid, nothing beyond it; all bisected together."""
        inside = np.array([x[i] for _, x, start, stop in runs for i in (start, stop - 1)])
        outside = np.array([x[min(max(i, 0), len(x) - 1)] for _, x, start, stop in runs for i in (start - 1, stop)])
        who = np.repeat([k for k, *_ in runs], 2).astype(np.intp)
        for _ in range(HALVINGS if len(runs) else 0):
            middle = (inside + outside) / 2
            exists, _, _ = self.ask(middle)
            there = exists[who, np.arange(len(who))]
            inside, outside = np.where(there, middle, inside), np.where(there, outside, middle)
        beyond = [i for _, x, start, stop in runs for i in (start > 0, stop < len(x))]
        yield from ([float(end)] if has_end else [] for end, has_end in zip(inside, beyond, strict=True))


def runs_of(holds: BoolArray) -> Iterator[tuple[int, int]]:
    """Yield the stretches [start, stop) in which it holds."""
    change = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(np.int8)))
    yield from ((int(start), int(stop)) for start, stop in zip(change[::2], change[1::2], strict=True))


def _merged(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield lines, those that lie on one another as one."""
    found: dict[tuple[float, ...], Line] = {}
    for line in (line for line in lines if line.x.size):
        marks = [0, len(line.x) // 3, len(line.x) // 2, -1]
        key = tuple(round(float(v), 9) for row in (line.x, line.low, line.high) for v in row[marks])
        if key in found and line.label not in found[key].label.split("\n"):
            line = replace(line, label=f"{found[key].label}\n{line.label}")
        found[key] = line
    yield from found.values()


def _jumps(lines: Sequence[Line], near: float) -> Iterator[tuple[float, float, float]]:
    """Yield where one line ends as another begins elsewhere."""
    for before in lines:
        for after in lines:
            x, y = float(before.x[-1]), float(before.low[-1])
            if before.closed[1] and after.closed[0] and abs(x - float(after.x[0])) <= near:
                start = float(after.low[0])
                if abs(start - y) > SAME:
                    yield x, y, start


def statics_lines(drawn: ParameterLines, *, width: float = WIDTH, height: float = HEIGHT) -> Figure:
    """Return the figure of a quantity over a parameter, in inches; the key below comes on top of the height.

    A class ends in a dot, which belongs to it; a jump is dotted; what a class leaves open is shaded. Raises
    `MissingExtraError` without matplotlib.
    """
    figure = new_figure(width, height)
    from matplotlib.lines import Line2D

    with styled(min(1.0, 0.35 + 0.65 * width / WIDTH)):
        axes = figure.subplots()
        labels = list(dict.fromkeys(line.label for line in drawn.lines))
        for line in drawn.lines:
            _draw(axes, line, labels.index(line.label))
        for x, before, after in drawn.jumps:
            axes.plot([x, x], [before, after], color=PALETTE["mute"], linestyle=":", linewidth=1, zorder=1)
        notes = [drawn.note, *(["dots: every equilibrium found"] if "" in labels else [])]
        entitle(axes, drawn.title, "; ".join([*notes, *(["dotted: jumps"] if drawn.jumps else [])]))
        axes.set(xlim=drawn.span, ylabel=wrapped(drawn.y_label, int(9 * height)))
        axes.set_xlabel(wrapped(drawn.x_label, int(12 * width)))
        _set_heights(axes, drawn)
        handles = _handles(labels, width)
        if drawn.reference is not None:
            mute = PALETTE["mute"]
            axes.axvline(drawn.reference, zorder=0, color=mute, linewidth=0.7)
            handles.append(Line2D([], [], label="reference case", color=mute, linewidth=0.7))
        legend_below(figure, [], handles)
    return figure


def _set_heights(axes: Axes, drawn: ParameterLines) -> None:
    """Leave room above and below; what is constant but for rounding is drawn as constant."""
    ends = [float(end) for line in drawn.lines for row in (line.low, line.high) for end in (row.min(), row.max())]
    low, high = min(ends), max(ends)
    varies = high - low > SAME * max(abs(low), abs(high), SAME)
    room = 0.06 * (high - low) if varies else 0.5 * abs(high) or 1.0
    axes.set_ylim(low - room, high + room)
    axes.ticklabel_format(useOffset=False)


def _draw(axes: Axes, line: Line, number: int) -> None:
    colour, style = _style(number)
    if not line.label:
        axes.plot(line.x, line.low, ".", color=PALETTE["blue"], markersize=2)
        return
    axes.plot(line.x, line.low, color=colour, linestyle=style, linewidth=1.8)
    if not np.array_equal(line.low, line.high):
        axes.plot(line.x, line.high, color=colour, linestyle=style, linewidth=1.8)
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.15, linewidth=0)
    for end, closed in zip((0, -1), line.closed, strict=True):
        if closed:
            ends = [line.low[end], line.high[end]]
            axes.plot([line.x[end]] * 2, ends, "o", color=colour, markersize=4, linestyle="none")


def _style(number: int) -> tuple[str, Any]:
    return LINES[number % len(LINES)] if number < MOST else (PALETTE["mute"], "-")


def _handles(labels: Sequence[str], width: float) -> list[Any]:
    from matplotlib.lines import Line2D

    named = [label for label in labels if label]
    handles = []
    for number, label in enumerate(named[:MOST]):
        colour, style = _style(number)
        text = key_line("", label, width - 0.5).strip()
        handles.append(Line2D([], [], color=colour, linestyle=style, linewidth=1.8, label=text))
    if len(named) > MOST:
        handles.append(Line2D([], [], color=PALETTE["mute"], label=f"{len(named) - MOST} other classes"))
    return handles


def qre_lines(branch: QuantalBranch, *, of: Sequence[str] = (), width: float = WIDTH, height: float = HEIGHT) -> Figure:
    """Return the figure of quantities (every event by default) along a branch of logit equilibria of one game.

    The precision grows to the right, from pure noise. Raises `ParameterError` for a branch of several games,
    `MissingExtraError` without matplotlib.
    """
    solution, lam = branch.solution, branch.lam
    if solution.points.size != 1:
        raise ParameterError(f"a branch of {solution.points.size} games", where="qre_lines", remedy="trace one game")
    game = solution.game
    names = list(of) or [f"P({event})" for event in game.events()]
    figure = new_figure(width, height)
    with styled(min(1.0, 0.35 + 0.65 * width / WIDTH)):
        axes = figure.subplots()
        for number, name in enumerate(names):
            colour, style = _style(number)
            values = np.asarray(solution.quantity(name), dtype=np.float64).reshape(-1)
            axes.plot(lam, values, color=colour, linestyle=style, linewidth=1.8)
        smallest = float(lam[lam > 0].min(initial=1.0))
        axes.set_xscale("symlog", linthresh=smallest, linscale=0.3)
        ticks = [0.0, *(10.0**k for k in range(int(np.ceil(np.log10(smallest))), 7))]
        ticks = [tick for tick in ticks if lam.min() <= tick <= lam.max()]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
        axes.set(xlim=(lam.min(), lam.max()), xlabel="precision: 0 is pure noise", ylabel="probability in equilibrium")
        if not all(name.startswith("P(") for name in names):
            axes.set_ylabel("in equilibrium")
        form = "agent form" if game.form == "extensive" else "strategic form"
        entitle(axes, game.about.title or "Logit equilibria", f"logit equilibria, principal branch, {form}")
        legend_below(figure, [], _handles(names, width))
    return figure
