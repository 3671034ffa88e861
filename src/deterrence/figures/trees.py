"""Game trees: decisions in their player's colour, information sets joined by dashes, what is played in bold."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from deterrence.compiled.points import FloatArray
from deterrence.errors import DeterrenceError
from deterrence.escape import for_terminal
from deterrence.figures.style import FULL_WIDTH, PALETTE, new_figure, styled
from deterrence.games import ExtensiveGame, Tree
from deterrence.profiles import Assessment
from deterrence.solution import Solution

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["tree"]

MAX_ENDS: Final = 60
COLOURS: Final = tuple(PALETTE[name] for name in ("blue", "vermilion", "green", "purple", "orange"))
BEND: Final = 0.09
SHAPES: Final = "os^Dv"  # so that players differ in grey as well


@dataclass(frozen=True, eq=False)
class _Drawing:
    """Where every node stands, and how often each move is made (NaN where nothing is said)."""

    tree: Tree
    place: dict[int, tuple[float, float]]
    played: FloatArray

    def probability(self, node: int, branch: int) -> float:
        """Return the probability of a mover's action, NaN for nature or where nothing is said."""
        here = self.tree.nodes[node].information_set
        return float("nan") if here < 0 else float(self.played[self.tree.information_sets[here].first_move + branch])


def tree(
    game: ExtensiveGame,
    solution: Solution[Assessment] | None = None,
    *,
    equilibrium: int = 0,
    width: float = FULL_WIDTH,
) -> Figure:
    """Return the full tree, types unfolded, from left to right; its height in inches follows from its ends.

    With a solution at a single point, actions played with positive probability in the given equilibrium are bold,
    and mixed ones carry their probability. Raises `DeterrenceError` for a tree of more than 60 ends or one whose
    histories share nodes, a solution at several points, and an equilibrium that is not there; `MissingExtraError`
    without matplotlib.
    """
    shape = game.tree
    ends = sum(1 for _ in shape.ends())
    if shape.shared or ends > MAX_ENDS:
        raise DeterrenceError("the tree is too large to draw", remedy=f"at most {MAX_ENDS} ends, none met twice")
    drawing = _Drawing(shape, _layout(shape), _played(shape, solution, equilibrium))
    figure = new_figure(width, 0.9 + 0.27 * max(ends, 4))
    with styled(min(1.0, width / FULL_WIDTH)):
        axes = figure.subplots()
        axes.set_axis_off()
        _draw_branches(axes, drawing)
        _draw_information(axes, drawing)
        _draw_nodes(axes, drawing)
        axes.set_title(for_terminal(game.about.title or "Game tree"))
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=len(shape.players) + 1, frameon=False)
    return figure


def _played(shape: Tree, solution: Solution[Assessment] | None, equilibrium: int) -> FloatArray:
    if solution is None:
        return np.full(shape.n_moves, np.nan)
    exists = solution.found.exists
    if len(exists) != 1 or not 0 <= equilibrium < exists.shape[1] or not exists[0, equilibrium]:
        raise DeterrenceError(
            f"there is no equilibrium {equilibrium} at a single point", where="figures.tree", remedy="solve one point"
        )
    return np.asarray(solution.found.profiles.strategy[0, equilibrium], dtype=np.float64)


def _layout(shape: Tree) -> dict[int, tuple[float, float]]:
    """Return (depth, height) of every node: ends evenly spaced from the top, others amid their successors."""
    depth = {0: 0}
    order, pending = [], [0]
    while pending:
        i = pending.pop()
        order.append(i)
        for child in reversed(shape.nodes[i].children):
            depth[child] = depth[i] + 1
            pending.append(child)
    height: dict[int, float] = {}
    for row, i in enumerate(i for i in order if not shape.nodes[i].children):
        height[i] = -float(row)
    for i in reversed(order):
        below = [height[child] for child in shape.nodes[i].children]
        if below:
            height[i] = (below[0] + below[-1]) / 2
    return {i: (float(depth[i]), height[i]) for i in order}


def _draw_branches(axes: Axes, drawing: _Drawing) -> None:
    for i, node in enumerate(drawing.tree.nodes):
        for b, child in enumerate(node.children):
            (x0, y0), (x1, y1) = drawing.place[i], drawing.place[child]
            q = drawing.probability(i, b)
            bold = q > 0
            colour = PALETTE["ink"] if bold else PALETTE["mute"]
            axes.plot([x0, x1], [y0, y1], color=colour, linewidth=2.2 if bold else 0.7, zorder=1)
            label = node.labels[b] + (f" {q:.3g}" if 0 < q < 1 else "")
            where = (x0 + 0.62 * (x1 - x0), y0 + 0.62 * (y1 - y0))
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.9}
            weight = "bold" if bold else "normal"
            axes.text(*where, label, size="small", color=colour, weight=weight, ha="center", va="center", bbox=box)


def _draw_information(axes: Axes, drawing: _Drawing) -> None:
    """Join the nodes of each information set in the mover's colour; a player's sets bend to either side in turn."""
    sets = drawing.tree.information_sets
    for player in range(len(drawing.tree.players)):
        shared = [i for i in drawing.tree.of_player(player) if len(sets[i].members) > 1]
        for number, i in enumerate(shared):
            _join(axes, [drawing.place[m] for m in sets[i].members], player, is_odd=number % 2 == 1)


def _join(axes: Axes, places: list[tuple[float, float]], player: int, *, is_odd: bool) -> None:
    from matplotlib.patches import FancyArrowPatch

    for start, end in pairwise(sorted(places, key=lambda place: place[1])):
        line = FancyArrowPatch(
            start,
            end,
            arrowstyle="-",
            connectionstyle=f"arc3,rad={BEND if is_odd else -BEND}",
            color=COLOURS[player % len(COLOURS)],
            linestyle=(0, (1, 1.5)) if is_odd else (0, (4, 2)),
            linewidth=1.2,
            zorder=0,
        )
        axes.add_patch(line)


def _draw_nodes(axes: Axes, drawing: _Drawing) -> None:
    shape = drawing.tree
    for player, name in enumerate(shape.players):
        at = [drawing.place[i] for h in shape.of_player(player) for i in shape.information_sets[h].members]
        x, y = zip(*at, strict=True) if at else ((), ())
        marker, colour = SHAPES[player % len(SHAPES)], COLOURS[player % len(COLOURS)]
        axes.plot(x, y, marker, color=colour, markersize=6, zorder=2, label=name)
    chance = [drawing.place[i] for i, node in enumerate(shape.nodes) if node.kind == "chance"]
    if chance:
        x, y = zip(*chance, strict=True)
        axes.plot(x, y, "o", color="white", markeredgecolor=PALETTE["ink"], markersize=6, zorder=2, label="chance")
    for i in shape.ends():
        axes.annotate(shape.nodes[i].event, drawing.place[i], (5, 0), textcoords="offset points", va="center")
    axes.margins(x=0.12, y=0.04)
