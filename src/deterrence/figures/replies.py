"""Best replies: each player's best choice against every choice of the other, and where they meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from deterrence.compiled import Value, compile_continuous, compile_table, compile_thresholds, parameter_points
from deterrence.compiled.points import FloatArray
from deterrence.errors import ParameterError
from deterrence.figures.labels import entitle, legend_below, wrapped
from deterrence.figures.style import LINES, PALETTE, new_figure, styled
from deterrence.games import ContinuousGame, Game, StrategicGame, ThresholdGame
from deterrence.profiles import Completeness, Found
from deterrence.solvers.cutoffs.replies import Replies
from deterrence.solving import solve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["BestReplyCurves", "best_replies", "reply_curves"]

STEPS: Final = 401
WIDTH: Final = 4.2
HEIGHT: Final = 4.2
_REMEDY: Final = "two players: a 2 x 2 table, numbers from intervals, or two decisions by cutoffs"


@dataclass(frozen=True, kw_only=True, eq=False)
class BestReplyCurves:
    """Best replies of two players at one point: the first's to the second's choice, and the second's to the first's.

    `first` and `second` are curves (steps, 2) with the first player's choice across and the second's up; NaN where
    the reply jumps. `equilibria` is (equilibria, 2); `complete` says that there are no others.
    """

    title: str
    labels: tuple[str, str]
    players: tuple[str, str]
    spans: tuple[tuple[float, float], tuple[float, float]]
    first: FloatArray
    second: FloatArray
    equilibria: FloatArray
    complete: bool


def reply_curves(game: Game, *, at: Mapping[str, Value] | None = None) -> BestReplyCurves:
    """Return the best replies of a game of two players at one point, with its equilibria from `solve`.

    For a 2 x 2 table choices are probabilities of the first action, for a threshold game probabilities of acting, for
    a continuous game the numbers, the best of a fine grid. Raises `ParameterError` for other games and several points.

    >>> from deterrence.library import load
    >>> curves = reply_curves(load("crisis-management/chicken"))
    >>> curves.equilibria.tolist()
    [[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]
    """
    if parameter_points(game, at).size != 1:
        raise ParameterError("several points", where="at", remedy="best replies are drawn at one point")
    if isinstance(game, StrategicGame) and game.shape == (2, 2):
        return _of_table(game, at)
    if isinstance(game, ContinuousGame) and len(game.players) == 2:
        return _of_numbers(game, at)
    if isinstance(game, ThresholdGame) and len(game.thresholds) == 2 and not game.has_signals:
        return _of_cutoffs(game, at)
    raise ParameterError(f"best replies of this {game.form} game are no two curves", where="game", remedy=_REMEDY)


def _of_table(game: StrategicGame, at: Mapping[str, Value] | None) -> BestReplyCurves:
    payoffs = np.asarray(compile_table(game, parameter_points(game, at)).payoffs, dtype=np.float64)[..., 0]
    mine = _step(payoffs[0, 0] - payoffs[0, 1])
    other = _step(payoffs[1, :, 0] - payoffs[1, :, 1])
    found = solve(game, at=at).found
    meet = np.stack([x[0, :, 0] for x in found.profiles.strategies], axis=-1)[found.exists[0]]
    names = [f"probability that {who} plays {actions[0]}" for who, actions in game.actions.items()]
    square = ((0.0, 1.0), (0.0, 1.0))
    return _curves(game, (names[0], names[1]), square, mine[:, ::-1], other, np.asarray(meet, dtype=np.float64), found)


def _step(gain: FloatArray) -> FloatArray:
    """Return the reply (other's probability, own) of a player whose first action gains `gain` against each action."""
    against_first, against_second = gain
    slope = against_first - against_second
    indifferent = -against_second / slope if slope else -1.0
    start, end = float(against_second > 0), float(against_first > 0)
    if 0 <= indifferent <= 1 and start != end:
        return np.array([[0, start], [indifferent, start], [indifferent, end], [1, end]])
    return np.array([[0, start], [1, end]])


def _of_numbers(game: ContinuousGame, at: Mapping[str, Value] | None) -> BestReplyCurves:
    compiled = compile_continuous(game, parameter_points(game, at))
    ends = np.stack([compiled.low[:, 0], compiled.high[:, 0]], axis=1).astype(np.float64)
    found = solve(game, at=at).found
    meet = np.asarray(found.profiles.actions[0][found.exists[0]], dtype=np.float64).reshape(-1, 2)
    largest = np.maximum(2.5 * meet.max(axis=0, initial=0), 1e-9)
    ends[:, 1] = np.minimum(ends[:, 1], np.where(largest > 1e-9, largest, ends[:, 1]))
    grids = [np.linspace(low, high, STEPS) for low, high in ends.tolist()]
    replies = [_best(compiled, i, grids[i], grids[1 - i]) for i in (0, 1)]
    first, second = (np.stack([grids[1 - i], replies[i]], axis=1) for i in (0, 1))
    spans = tuple((float(a), float(b)) for a, b in ends)
    names = [f"{game.aggregate.of} of {p.name}" for p in game.players]
    return _curves(game, (names[0], names[1]), (spans[0], spans[1]), first[:, ::-1], second, meet, found)


def _best(compiled: Any, i: int, own: FloatArray, other: FloatArray) -> FloatArray:
    """Return the best of a grid of own numbers against each of the other's, NaN beside a jump."""
    mine, theirs = own[:, None, None], other[None, :, None]
    actions = [np.broadcast_to(x, (STEPS, STEPS, 1)) for x in ((mine, theirs) if i == 0 else (theirs, mine))]
    total = compiled.total_with(i, actions[i], compiled.part(1 - i, actions[1 - i]))
    worth = np.asarray(compiled.payoff(i, actions[i], total), dtype=np.float64)[..., 0]
    reply = own[np.where(np.isfinite(worth), worth, -np.inf).argmax(axis=0)]
    jump = np.abs(np.diff(reply, prepend=reply[:1])) > 0.1 * np.ptp(own)
    return np.where(jump, np.nan, reply)


def _of_cutoffs(game: ThresholdGame, at: Mapping[str, Value] | None) -> BestReplyCurves:
    acts = np.linspace(0, 1, STEPS)
    points = {p.name: p.default for p in game.parameters if p.default is not None} | dict(at or {})
    batch = {name: np.full(STEPS, float(value)) for name, value in points.items()}  # type: ignore[arg-type]
    replies = Replies(compile_thresholds(game, parameter_points(game, batch)))
    first, second = (np.stack([acts, replies.reply(i, {1 - i: acts})], axis=1) for i in (0, 1))
    found = solve(game, at=at).found
    meet = np.asarray(found.profiles.acts[0][found.exists[0]], dtype=np.float64)
    names = [f"probability of {name} ({t.player})" for name, t in game.thresholds.items()]
    return _curves(game, (names[0], names[1]), ((0.0, 1.0), (0.0, 1.0)), first[:, ::-1], second, meet, found)


def _curves(
    game: Game,
    labels: tuple[str, str],
    spans: tuple[tuple[float, float], tuple[float, float]],
    first: FloatArray,
    second: FloatArray,
    meet: FloatArray,
    found: Found[Any],
) -> BestReplyCurves:
    movers = [t.player for t in game.thresholds.values()] if isinstance(game, ThresholdGame) else []
    players = movers or [p.name for p in game.players]
    order = np.lexsort(meet.T[::-1]) if len(meet) else np.array([], dtype=np.intp)
    return BestReplyCurves(
        title=game.about.title or "Best replies",
        labels=labels,
        players=(players[0], players[1]),
        spans=spans,
        first=first,
        second=second,
        equilibria=meet[order],
        complete=bool(found.completeness[0] == Completeness.ALL),
    )


def best_replies(drawn: BestReplyCurves, *, width: float = WIDTH, height: float = HEIGHT) -> Figure:
    """Return the figure of two best-reply curves, equilibria marked where they meet; sizes in inches.

    Raises `MissingExtraError` without matplotlib.
    """
    figure = new_figure(width, height)
    with styled(min(1.0, 0.35 + 0.65 * width / WIDTH)):
        axes = figure.subplots()
        handles = []
        for curve, player, (colour, style) in zip((drawn.first, drawn.second), drawn.players, LINES, strict=False):
            text = f"best reply of {player}"
            handles += axes.plot(curve[:, 0], curve[:, 1], color=colour, linestyle=style, linewidth=1.8, label=text)
        meet = drawn.equilibria
        noun = "equilibrium" if len(meet) == 1 else "equilibria"
        said = f"{len(meet)} {noun}{'' if drawn.complete else ' listed; there may be more'}"
        if len(meet):
            handles += axes.plot(
                meet[:, 0], meet[:, 1], "o", color=PALETTE["ink"], markersize=6, markeredgecolor="white", zorder=5,
                label=said, clip_on=False,
            )  # fmt: skip
        across, up = ((low - 0.02 * (high - low), high + 0.02 * (high - low)) for low, high in drawn.spans)
        axes.set(xlim=across, ylim=up)
        axes.set_xlabel(wrapped(drawn.labels[0], int(10 * width)))
        axes.set_ylabel(wrapped(drawn.labels[1], int(9 * height)))
        entitle(axes, drawn.title, "best replies at one point")
        legend_below(figure, [], handles)
    return figure
