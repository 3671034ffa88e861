"""Game trees drawn: every end once, information sets joined, the path of play bold, beliefs and payoffs in place."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from command_line import DETERRENCE, LADDER
from deterrence.errors import DeterrenceError
from deterrence.figures import drawn_tree, ladder, save, tree, tree_tikz
from deterrence.games import Decision, ExtensiveGame, Outcome, Player
from deterrence.library import load
from deterrence.solvers import ReducedStrategicForm, VertexEnumeration
from deterrence.solving import solve
from pictures import faults

pytest.importorskip("matplotlib")


def model(slug: str, **integers: int) -> ExtensiveGame:
    game = load(slug, **integers)
    assert isinstance(game, ExtensiveGame)
    return game


def words(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_every_branch_and_end_is_drawn_once() -> None:
    game = model(DETERRENCE)
    figure = tree(game)
    labels = words(figure)
    ends = [label for label in labels if "  " in label]
    assert len(ends) == 16
    assert ends.count("concession  c_DC, d_DC") == 4
    assert ends.count("war  c_DDh, d_DDs") == 1
    assert labels.count("hard, soft") == 1
    assert sum(len(h.members) - 1 for h in game.tree.information_sets) == len(figure.axes[0].patches) == 6


def test_bold_is_where_play_goes() -> None:
    game = model(LADDER)
    figure = tree(game, solve(game))
    bold = [text.get_text() for text in figure.axes[0].texts if text.get_fontweight() == "bold"]
    assert bold == ["climb", "accident 0.05", "control 0.95", "quit"]
    plain = [text for text in tree(game).axes[0].texts if text.get_fontweight() == "bold"]
    assert not plain
    assert "concession by Defender  9, 0" in words(figure), "the prize less the cost of a climb"


def test_mixtures_carry_their_probability_and_nodes_their_beliefs() -> None:
    game = model(DETERRENCE)
    solution = solve(game, ReducedStrategicForm(VertexEnumeration()))
    war = solution.probability("war")
    labels = set(words(tree(game, solution, equilibrium=int(war.argmax()))))
    assert {"cooperate 0.5", "defect 0.5", "concede 0.833", "defy 0.167"} <= labels
    assert {"[0.667]", "[0.333]", "[0.9]", "[0.1]"} <= labels


def test_beliefs_are_bayes_where_play_comes() -> None:
    game = model(DETERRENCE)
    solution = solve(game)
    k = int(np.nanargmax(solution.probability("war")))
    drawn = drawn_tree(game, solution, equilibrium=k)
    for h in game.tree.information_sets:
        reach = [drawn.reach[m] for m in h.members]
        if len(h.members) > 1 and sum(reach):
            assert [drawn.belief[m] for m in h.members] == pytest.approx([r / sum(reach) for r in reach])
    assert sum(drawn.reach[i] for i in game.tree.ends()) == pytest.approx(1)
    war = sum(drawn.reach[i] for i in game.tree.ends() if game.tree.nodes[i].event == "war")
    assert war == pytest.approx(float(solution.probability("war")[k]))


def test_off_the_path_is_grey_and_beliefs_are_those_of_the_profile() -> None:
    game = model(DETERRENCE)
    solution = solve(game)
    k = int(np.nanargmin(solution.probability("war")))
    figure = tree(game, solution, equilibrium=k)
    texts = {text.get_text(): text for text in figure.axes[0].texts}
    assert texts["defect"].get_color() != texts["cooperate"].get_color()
    beliefs = solution.found.profiles.beliefs
    assert beliefs is not None
    said = drawn_tree(game, solution, equilibrium=k).belief
    assert len(said) == sum(len(h.members) for h in game.tree.information_sets if len(h.members) > 1)


@pytest.mark.parametrize(("slug", "width"), [(DETERRENCE, None), (DETERRENCE, 4.2), (LADDER, None), (LADDER, 5.0)])
def test_no_word_is_cut_or_covered(slug: str, width: float | None) -> None:
    game = model(slug)
    solution = solve(game)
    for k in np.flatnonzero(solution.exists):
        assert faults(tree(game, solution, equilibrium=int(k), width=width)) == []


def test_what_cannot_be_drawn_is_refused() -> None:
    game = model(LADDER)
    with pytest.raises(DeterrenceError, match="too large"):
        tree(model(LADDER, rungs=40))
    with pytest.raises(DeterrenceError, match="no equilibrium 7"):
        tree(game, solve(game), equilibrium=7)
    with pytest.raises(DeterrenceError, match="single point"):
        tree(game, solve(game, at={"q": [0.1, 0.2]}))


def test_signs_in_labels_are_text(tmp_path: Path) -> None:
    end = Outcome("end", {"A": 1}, event="$x_1$ (100%)")
    game = ExtensiveGame(Decision("root", "A", {"a_1": end}), players=[Player("A")])
    figure = tree(game)
    save(figure, tmp_path / "tree.png")
    assert "$x_1$ (100%)  1" in words(figure)
    assert r"\$x\_1\$ (100\%)  1" in tree_tikz(game)


@pytest.mark.parametrize("slug", [DETERRENCE, LADDER])
def test_tikz_says_what_the_picture_says(slug: str) -> None:
    game = model(slug)
    solution = solve(game)
    text = tree_tikz(game, solution)
    drawn = drawn_tree(game, solution)
    inner = [i for i, node in enumerate(game.tree.nodes) if node.children]
    assert text.count(r"\istroot") == text.count(r"\endist") == len(inner)
    assert text.count(r"\istb<") == len(game.tree.nodes) - 1
    on_path = sum(drawn.is_on_path(i, b) for i in inner for b in range(len(game.tree.nodes[i].children)))
    assert text.count("cm>[very thick]") == on_path
    assert text.count("densely dashed") == sum(len(h.members) - 1 for h in game.tree.information_sets)
    assert text.count("{") == text.count("}")
    assert text.count(r"\begin{istgame}") == text.count(r"\end{istgame}") == 1


def test_tikz_branches_end_where_their_nodes_stand() -> None:
    text = tree_tikz(model(LADDER))
    places = {
        int(n): complex(float(x), float(y)) for n, x, y in re.findall(r"\((\d+)\)\((-?[\d.]+),(-?[\d.]+)\)", text)
    }
    tree_ = model(LADDER).tree
    here = None
    for line in text.splitlines():
        if root := re.match(r"\\istroot\((\d+)\)", line):
            here, branch = int(root[1]), 0
        elif step := re.search(r"grow=(-?[\d.]+),level distance=([\d.]+)cm", line):
            assert here is not None
            child = tree_.nodes[here].children[branch]
            branch += 1
            angle, length = float(step[1]), float(step[2])
            end = places[here] + length * np.exp(1j * np.radians(angle))
            if child in places:
                assert abs(end - places[child]) < 0.02


@pytest.mark.parametrize("width", [7.2, 4.4])
def test_the_staircase_has_a_step_for_every_rung(width: float) -> None:
    game = model(LADDER)
    figure = ladder(game, solve(game), width=width)
    axes: Any = figure.axes[0]
    steps = [patch for patch in axes.patches if patch.get_height() >= 1 and patch.get_width() == 1]
    assert [patch.get_height() for patch in steps] == [1, 2, 3, 4]
    tinted = [patch.get_facecolor() for patch in steps]
    assert tinted[0] == tinted[1] != tinted[2] == tinted[3], "play comes to the first two rungs"
    assert "concession by Defender  9, 0" in words(figure)
    assert faults(figure) == []


def test_a_tree_that_is_no_ladder_is_refused() -> None:
    game = model(DETERRENCE)
    with pytest.raises(DeterrenceError, match="no ladder"):
        ladder(game, solve(game))


@pytest.mark.skipif(shutil.which("kpsewhich") is None, reason="NO LATEX: install TeX with istgame to set trees")
@pytest.mark.parametrize("slug", [DETERRENCE, LADDER])
def test_tikz_is_set_by_latex(slug: str, tmp_path: Path) -> None:
    found = subprocess.run(["kpsewhich", "istgame.sty"], capture_output=True, check=False)
    if found.returncode:
        pytest.skip("NO ISTGAME: install Debian's texlive-pictures to set trees")
    game = model(slug)
    body = tree_tikz(game, solve(game))
    head = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{istgame}\begin{document}"
    (tmp_path / "tree.tex").write_text(f"{head}\n{body}\n\\end{{document}}\n", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tree.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="latin-1", check=False)
    assert done.returncode == 0, done.stdout[-2000:]
