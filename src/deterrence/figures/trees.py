"""Game trees: information sets dashed, the path of play bold with probabilities and beliefs, the rest grey."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from deterrence.escape import for_terminal
from deterrence.figures.labels import entitle
from deterrence.figures.maps import concept_words
from deterrence.figures.plays import DrawnTree, drawn_tree
from deterrence.figures.style import FULL_WIDTH, PALETTE, new_figure, styled
from deterrence.games import ExtensiveGame
from deterrence.profiles import Assessment
from deterrence.solution import Solution

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["tree"]

COLOURS: Final = tuple(PALETTE[name] for name in ("blue", "vermilion", "green", "purple", "orange"))
GREY: Final = "#9A9A9A"
BEND: Final = 0.09
SHAPES: Final = "os^Dv"  # so that players differ in grey as well
ROW: Final = 0.27  # inches for an end
STEP: Final = 0.95  # inches for a move, at least


def tree(
    game: ExtensiveGame,
    solution: Solution[Assessment] | None = None,
    *,
    equilibrium: int = 0,
    width: float | None = None,
) -> Figure:
    """Return the full tree, types unfolded, from left to right, payoffs at the ends; its height follows from these.

    With a solution at a single point the path of play of the given equilibrium is bold, mixed choices carry their
    probabilities and nodes of information sets, in brackets, the mover's beliefs; everything off the path is grey, what
    would be chosen there thicker. `width` is in inches, by default a page or more for deep trees. Raises
    `DeterrenceError` as `drawn_tree` does, `MissingExtraError` without matplotlib.
    """
    drawn = drawn_tree(game, solution, equilibrium=equilibrium)
    natural = max(FULL_WIDTH, STEP * (1 + max(depth for depth, _ in drawn.place.values())))
    width = width or natural
    ends = sum(1 for _ in drawn.tree.ends())
    figure = new_figure(width, (1.15 + ROW * max(ends, 4)) * (0.35 + 0.65 * min(1.0, width / natural)))
    with styled(min(1.0, width / natural)):
        axes = figure.subplots()
        axes.set_axis_off()
        _draw_branches(axes, drawn)
        _draw_information(axes, drawn)
        _draw_nodes(axes, drawn)
        entitle(axes, for_terminal(drawn.title or "Game tree"), _note(drawn, solution))
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=len(drawn.tree.players) + 1, frameon=False)
    return figure


def _note(drawn: DrawnTree, solution: Solution[Assessment] | None) -> str:
    said = [f"payoffs: {', '.join(drawn.tree.players)}"] if drawn.payoffs else ["payoffs too long to be shown"]
    if solution is not None:
        said += [f"{concept_words(solution.concept, solution.refinement)}: bold on the path of play, grey off it"]
        said += ["beliefs in brackets"] if drawn.belief else []
    return "; ".join(said)


def _draw_branches(axes: Axes, drawn: DrawnTree) -> None:
    for i, node in enumerate(drawn.tree.nodes):
        for b, child in enumerate(node.children):
            (x0, y0), (x1, y1) = drawn.place[i], drawn.place[child]
            bold, chosen = drawn.is_on_path(i, b), node.kind == "decision" and drawn.played[i][b] > 0
            nothing_said = drawn.reach[0] != drawn.reach[0]
            colour = PALETTE["ink"] if bold else PALETTE["mute"] if nothing_said else GREY
            axes.plot([x0, x1], [y0, y1], color=colour, linewidth=2.2 if bold else 1.5 if chosen else 0.7, zorder=1)
            along = 0.55 if i == 0 else 0.6
            where = (x0 + along * (x1 - x0), y0 + along * (y1 - y0))
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.9}
            weight = "bold" if bold else "normal"
            ink = colour if bold else PALETTE["mute"]
            axes.text(
                *where, drawn.label(i, b), size="small", color=ink, weight=weight, ha="center", va="center", bbox=box
            )


def _draw_information(axes: Axes, drawn: DrawnTree) -> None:
    """Join the nodes of each information set in the mover's colour; a player's sets bend to either side in turn."""
    sets = drawn.tree.information_sets
    for player in range(len(drawn.tree.players)):
        shared = [i for i in drawn.tree.of_player(player) if len(sets[i].members) > 1]
        for number, i in enumerate(shared):
            _join(axes, [drawn.place[m] for m in sets[i].members], player, is_odd=number % 2 == 1)


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


def _draw_nodes(axes: Axes, drawn: DrawnTree) -> None:
    shape = drawn.tree
    for player, name in enumerate(shape.players):
        at = [drawn.place[i] for h in shape.of_player(player) for i in shape.information_sets[h].members]
        x, y = zip(*at, strict=True) if at else ((), ())
        marker, colour = SHAPES[player % len(SHAPES)], COLOURS[player % len(COLOURS)]
        axes.plot(x, y, marker, color=colour, markersize=6, zorder=2, label=name)
    chance = [drawn.place[i] for i, node in enumerate(shape.nodes) if node.kind == "chance"]
    if chance:
        x, y = zip(*chance, strict=True)
        axes.plot(x, y, "o", color="white", markeredgecolor=PALETTE["ink"], markersize=6, zorder=2, label="chance")
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.9}
    for i, belief in drawn.belief.items():
        colour = COLOURS[shape.information_sets[shape.nodes[i].information_set].player % len(COLOURS)]
        up = 9 if drawn.rises_to(i) else -9
        axes.annotate(
            f"[{belief:.3g}]", drawn.place[i], (-5, up), textcoords="offset points", ha="right", va="center",
            size="small", color=colour, bbox=box, zorder=3,
        )  # fmt: skip
    for i in shape.ends():
        reached = drawn.reach[i] != 0
        axes.annotate(
            drawn.end(i), drawn.place[i], (5, 0), textcoords="offset points", va="center", bbox=box, zorder=2,
            color=PALETTE["ink"] if reached else PALETTE["mute"],
        )  # fmt: skip
    axes.margins(x=0.02, y=0.04)
