"""An escalation ladder as a staircase: whose step it is, what stopping there gives, where play goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from deterrence.errors import DeterrenceError
from deterrence.figures.labels import entitle, legend_below
from deterrence.figures.maps import concept_words
from deterrence.figures.plays import DrawnTree, drawn_tree
from deterrence.figures.style import FULL_WIDTH, LINES, PALETTE, TINTS, new_figure, styled
from deterrence.games import ExtensiveGame
from deterrence.profiles import Assessment
from deterrence.solution import Solution

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

__all__ = ["ladder"]

STEP: Final = 0.62  # inches: the height of a rung
GREY: Final = "#9A9A9A"


@dataclass(frozen=True)
class _Rung:
    """A decision on the way up: who moves, what leads on, what stops, and by what accident it may end."""

    player: int
    on: str
    stop: str
    accident: str
    chosen: float  # the probability of going on
    reached: bool


def ladder(
    game: ExtensiveGame, solution: Solution[Assessment], *, equilibrium: int = 0, width: float = FULL_WIDTH
) -> Figure:
    """Return a ladder as stairs from the lower left: each rung a decision between going on and stopping.

    The rungs that play reaches with positive probability are tinted, and the arrow out of each points to what its
    mover chooses. `width` in inches. Raises `DeterrenceError` for a tree in which a decision does not lead to one
    further decision at most, and as `drawn_tree` does; `MissingExtraError` without matplotlib.
    """
    drawn = drawn_tree(game, solution, equilibrium=equilibrium)
    rungs, top = _rungs(drawn)
    figure = new_figure(width, 1.6 + STEP * (len(rungs) + 1) * min(1.0, 0.4 + 0.6 * width / FULL_WIDTH))
    with styled(min(1.0, 0.35 + 0.65 * width / FULL_WIDTH)):
        axes = figure.subplots()
        axes.set_axis_off()
        for k, rung in enumerate(rungs):
            _draw_rung(axes, k, rung)
        axes.text(len(rungs) + 0.08, len(rungs) + 0.5, top, va="center", fontweight="bold")
        axes.set(xlim=(-0.6, len(rungs) + 2.2), ylim=(-0.1, len(rungs) + 1))
        said = f"{concept_words(solution.concept, solution.refinement)}; payoffs: {', '.join(drawn.tree.players)}"
        entitle(axes, game.about.title or "Ladder", f"{said}; tinted: play comes there; thick: what is chosen")
        legend_below(figure, [], _players(drawn))
    return figure


def _rungs(drawn: DrawnTree) -> tuple[list[_Rung], str]:
    """Return the rungs from the first on, and what going on from the last leads to."""
    shape, rungs, here = drawn.tree, [], 0
    while True:
        node = shape.nodes[here]
        if node.kind != "decision" or len(node.children) != 2:
            raise DeterrenceError("the tree is no ladder", where="figures.ladder", remedy="draw it with figures.tree")
        onward = [b for b in (0, 1) if shape.nodes[node.children[b]].children]
        last = not onward
        b = 1 if last else onward[0]  # on the last rung the second action is the one that goes on
        if len(onward) > 1:
            raise DeterrenceError("the tree is no ladder", where="figures.ladder", remedy="draw it with figures.tree")
        child, stopped = node.children[b], node.children[1 - b]
        accident, child = ("", child) if last else _past_chance(drawn, child)
        rungs.append(
            _Rung(
                player=shape.information_sets[node.information_set].player,
                on=node.labels[b],
                stop=drawn.end(stopped),
                accident=accident,
                chosen=drawn.played[here][b],
                reached=bool(drawn.reach[here] > 0),
            )
        )
        if last:
            return rungs, drawn.end(child)
        here = child


def _past_chance(drawn: DrawnTree, i: int) -> tuple[str, int]:
    """Return what may happen by accident on the way to the next decision, and that decision."""
    node = drawn.tree.nodes[i]
    if node.kind == "decision":
        return "", i
    ends = [b for b, child in enumerate(node.children) if not drawn.tree.nodes[child].children]
    on = [child for child in node.children if drawn.tree.nodes[child].children]
    if len(on) != 1:
        raise DeterrenceError("the tree is no ladder", where="figures.ladder", remedy="draw it with figures.tree")
    return ", ".join(drawn.label(i, b) for b in ends), on[0]


def _draw_rung(axes: Axes, k: int, rung: _Rung) -> None:
    from matplotlib.patches import Rectangle

    colour, style = LINES[rung.player % len(LINES)]
    tint = TINTS[1] if rung.reached else "#F3F3F3"
    axes.add_patch(Rectangle((k, 0), 1, k + 1, facecolor=tint, edgecolor="white", linewidth=0.5))
    axes.plot([k, k + 1], [k + 1, k + 1], color=colour, linestyle=style, linewidth=3, solid_capstyle="butt")
    goes_on, stops = rung.chosen > 0, rung.chosen < 1
    dark = PALETTE["ink"] if rung.reached else PALETTE["mute"]
    up = {"arrowstyle": "->", "linewidth": 2.0 if goes_on else 0.6, "color": dark if goes_on else GREY}
    axes.annotate("", (k + 1.02, k + 1.55), (k + 0.5, k + 1.03), arrowprops=up)
    out = {"arrowstyle": "->", "linewidth": 2.0 if stops else 0.6, "color": dark if stops else GREY}
    axes.annotate("", (k + 1.2, k + 0.62), (k + 0.75, k + 0.98), arrowprops=out)
    share = f" {rung.chosen:.3g}" if 0 < rung.chosen < 1 else ""
    accident = f"{rung.accident}\n" if rung.accident else ""
    axes.text(k + 0.42, k + 1.14, f"{accident}{rung.on}{share}", ha="right", va="bottom", color=dark, size="small")
    axes.text(k + 1.24, k + 0.6, rung.stop, va="center", color=dark, size="small")


def _players(drawn: DrawnTree) -> list[Line2D]:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], linewidth=3, label=f"{name} decides") for name in drawn.tree.players]
    for line, (colour, style) in zip(lines, LINES, strict=False):
        line.set(color=colour, linestyle=style)
    return lines
