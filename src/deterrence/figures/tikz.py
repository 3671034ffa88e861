r"""A game tree as TikZ with the macros of the LaTeX package istgame (In-Sung Cho); needs no matplotlib."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import atan2, degrees, hypot
from typing import Final

from deterrence.escape import for_latex
from deterrence.figures.plays import DrawnTree, drawn_tree
from deterrence.games import ExtensiveGame
from deterrence.profiles import Assessment
from deterrence.solution import Solution

__all__ = ["tree_tikz"]

ACROSS: Final = 3.5  # centimetres for a move
DOWN: Final = 0.8  # for an end
COLOURS: Final = ("blue!60!black", "red!75!black", "green!45!black", "violet", "orange!85!black")


def tree_tikz(game: ExtensiveGame, solution: Solution[Assessment] | None = None, *, equilibrium: int = 0) -> str:
    r"""Return the picture that `tree` draws as an `istgame` environment, for `\usepackage{istgame}`.

    Branches of the path of play are very thick, others grey; mixed choices carry probabilities, and nodes of
    information sets the mover's beliefs in brackets. Text from model files is escaped. Raises as `drawn_tree` does.
    """
    drawn = drawn_tree(game, solution, equilibrium=equilibrium)
    lines = [
        f"% {for_latex(drawn.title or 'Game tree')}; payoffs: {for_latex(', '.join(drawn.tree.players))}",
        r"\begin{istgame}[font=\footnotesize]",
        r"\setistmathTF000",  # names are words, not mathematics
        *(line for i, node in enumerate(drawn.tree.nodes) if node.children for line in _root(drawn, i)),
        *_information(drawn),
        *_beliefs(drawn),
        r"\end{istgame}",
    ]
    return "\n".join(lines) + "\n"


def _at(drawn: DrawnTree, node: int) -> tuple[float, float]:
    depth, height = drawn.place[node]
    return ACROSS * depth, DOWN * height


def _root(drawn: DrawnTree, i: int) -> Iterator[str]:
    """Yield a node with its branches; each is turned and stretched to where its end stands."""
    x, y = _at(drawn, i)
    node = drawn.tree.nodes[i]
    owner = _owner(drawn, i)
    kind = "[chance node]" if node.kind == "chance" else ""
    yield rf"\istroot({i})({x:.2f},{y:.2f}){kind}{{{owner}}}"
    for b, child in enumerate(node.children):
        to_x, to_y = _at(drawn, child)
        angle, length = degrees(atan2(to_y - y, to_x - x)), hypot(to_x - x, to_y - y)
        end = f"{{{for_latex(drawn.end(child))}}}[right]" if not drawn.tree.nodes[child].children else ""
        grow = f"<grow={angle:.1f},level distance={length:.2f}cm>"
        yield rf"  \istb{grow}[{_style(drawn, i, b)}]{{{for_latex(drawn.label(i, b))}}}[fill=white,inner sep=1pt]{end}"
    yield r"\endist"


def _owner(drawn: DrawnTree, i: int) -> str:
    node = drawn.tree.nodes[i]
    if node.kind == "chance":
        return "chance" if i == 0 else ""
    player = drawn.tree.information_sets[node.information_set].player
    return rf"\textcolor{{{COLOURS[player % len(COLOURS)]}}}{{{for_latex(drawn.tree.players[player])}}}"


def _style(drawn: DrawnTree, node: int, branch: int) -> str:
    if drawn.reach[0] != drawn.reach[0]:
        return "thin"
    if drawn.is_on_path(node, branch):
        return "very thick"
    chosen = drawn.tree.nodes[node].kind == "decision" and drawn.played[node][branch] > 0
    return "gray,thick" if chosen else "gray,thin"


def _information(drawn: DrawnTree) -> Iterator[str]:
    for h in drawn.tree.information_sets:
        colour = COLOURS[h.player % len(COLOURS)]
        members = sorted(h.members, key=lambda m: drawn.place[m][1])
        for one, other in pairwise(members):
            yield rf"\draw[{colour},densely dashed] ({one}) to[bend left=12] ({other});"


def _beliefs(drawn: DrawnTree) -> Iterator[str]:
    for i, belief in drawn.belief.items():
        x, y = _at(drawn, i)
        yield rf"\node[font=\scriptsize,left] at ({x - 0.05:.2f},{y - 0.22:.2f}) {{[{belief:.3g}]}};"
