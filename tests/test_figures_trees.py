"""Game trees drawn: every end once, information sets joined, and bold exactly what is played."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import DETERRENCE, LADDER
from deterrence.errors import DeterrenceError
from deterrence.figures import save, tree
from deterrence.games import Decision, ExtensiveGame, Outcome, Player
from deterrence.library import load
from deterrence.solvers import ReducedStrategicForm, VertexEnumeration
from deterrence.solving import solve


def model(slug: str, **integers: int) -> ExtensiveGame:
    game = load(slug, **integers)
    assert isinstance(game, ExtensiveGame)
    return game


def test_every_branch_and_end_is_drawn_once() -> None:
    game = model(DETERRENCE)
    (axes,) = tree(game).axes
    labels = [text.get_text() for text in axes.texts]
    for event in game.events():
        assert labels.count(event) - (event == "retreat") * 4 == 4  # retreat is an action too
    assert labels.count("hard, soft") == 1
    assert sum(len(h.members) - 1 for h in game.tree.information_sets) == len(axes.patches) == 6


def test_bold_is_what_is_played() -> None:
    game = model(LADDER)
    (axes,) = tree(game, solve(game)).axes
    bold = [text.get_text() for text in axes.texts if text.get_fontweight() == "bold"]
    assert sorted(bold) == ["climb", "climb", "quit", "quit"]
    (plain,) = tree(game).axes
    assert not [text for text in plain.texts if text.get_fontweight() == "bold"]


def test_mixtures_carry_their_probability() -> None:
    game = model(DETERRENCE)
    solution = solve(game, ReducedStrategicForm(VertexEnumeration()))
    war = solution.probability("war")
    (axes,) = tree(game, solution, equilibrium=int(war.argmax())).axes
    labels = {text.get_text() for text in axes.texts}
    assert {"cooperate 0.5", "defect 0.5", "concede 0.833", "defy 0.167"} <= labels


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
    assert "$x_1$ (100%)" in [text.get_text() for text in figure.axes[0].texts]
