"""The payoff matrix of a table of two players: best replies underlined, equilibria in a frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from deterrence.compiled import Value, compile_table, parameter_points
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import ParameterError
from deterrence.figures.labels import entitle, wrapped
from deterrence.figures.style import LINES, PALETTE, TINTS, new_figure, styled
from deterrence.games import StrategicGame

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["payoff_matrix"]

CELL: Final = (1.35, 0.62)  # inches
MOST: Final = 8  # actions of a player


def payoff_matrix(game: StrategicGame, *, at: Mapping[str, Value] | None = None, width: float | None = None) -> Figure:
    """Return the matrix of a game of two players at one point, with the event of every cell.

    A payoff in a box is a best reply; a tinted cell is an equilibrium in pure strategies. `width` in inches, by default
    by the number of columns. Raises `ParameterError` for another number of players, more than eight actions or several
    points, `MissingExtraError` without matplotlib.
    """
    if len(game.players) != 2 or max(game.shape) > MOST:
        raise ParameterError("not a table for two players", where="game", remedy=f"at most {MOST} actions each")
    points = parameter_points(game, at)
    if points.size != 1:
        raise ParameterError("several points", where="at", remedy="a matrix is drawn at one point")
    payoffs = np.asarray(compile_table(game, points).payoffs, dtype=np.float64)[..., 0]
    best = _best_replies(payoffs)
    rows, columns = game.shape
    whole = 1.6 + CELL[0] * columns
    figure = new_figure(width or whole, 0.95 + CELL[1] * rows * min(1.0, (width or whole) / whole + 0.2))
    with styled(min(1.0, (width or whole) / whole)):
        axes = figure.subplots()
        axes.set(xlim=(-0.75, columns), ylim=(rows, -0.55))
        axes.set_axis_off()
        _write_frame(axes, game)
        for r in range(rows):
            for c in range(columns):
                _write_cell(axes, game, (r, c), payoffs[:, r, c], best[:, r, c])
        tinted = "tinted: pure equilibrium" if best.all(axis=0).any() else "no pure equilibrium"
        entitle(axes, game.about.title or "Payoffs", f"boxed: best reply; {tinted}")
    return figure


def _best_replies(payoffs: FloatArray) -> BoolArray:
    """Return where each player's payoff (players, rows, columns) is a best reply to the other's action."""
    close = 1e-9 * (1 + np.abs(payoffs))
    most = np.stack(
        [payoffs[0].max(axis=0, keepdims=True) + 0 * payoffs[0], payoffs[1].max(axis=1, keepdims=True) + 0 * payoffs[1]]
    )
    return np.asarray(payoffs >= most - close)


def _write_frame(axes: Axes, game: StrategicGame) -> None:
    (row_player, row_actions), (column_player, column_actions) = game.actions.items()
    (down, _), (across, _) = LINES[0], LINES[1]
    axes.text(len(column_actions) / 2, -0.42, column_player, ha="center", va="center", color=across, fontweight="bold")
    axes.text(
        -0.7, len(row_actions) / 2, row_player, ha="center", va="center", rotation=90, color=down, fontweight="bold"
    )
    for c, action in enumerate(column_actions):
        axes.text(c + 0.5, -0.14, wrapped(action, 16), ha="center", va="center", color=across)
    for r, action in enumerate(row_actions):
        axes.text(-0.06, r + 0.5, wrapped(action, 12), ha="right", va="center", color=down)


def _write_cell(axes: Axes, game: StrategicGame, cell: tuple[int, int], payoffs: FloatArray, best: BoolArray) -> None:
    from matplotlib.patches import Rectangle

    r, c = cell
    tint = TINTS[1] if best.all() else "white"
    axes.add_patch(Rectangle((c, r), 1, 1, facecolor=tint, edgecolor=PALETTE["mute"], linewidth=0.8))
    profile = tuple(actions[k] for actions, k in zip(game.actions.values(), cell, strict=True))
    axes.text(
        c + 0.5,
        r + 0.8,
        wrapped(game.event_of[profile], 20),
        ha="center",
        va="center",
        size="x-small",
        color=PALETTE["mute"],
    )
    for player, (value, is_best) in enumerate(zip(payoffs, best, strict=True)):
        colour, style = LINES[player]
        box = {"facecolor": "white", "edgecolor": colour, "linestyle": style, "linewidth": 1.2, "pad": 2.5}
        axes.text(
            c + (0.27, 0.73)[player], r + 0.38, f"{value:.3g}", ha="center", va="center", color=colour,
            fontweight="bold" if is_best else "normal", bbox=box if is_best else None,
        )  # fmt: skip
