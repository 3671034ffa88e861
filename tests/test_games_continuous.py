"""The definition of continuous games: equality, copies, refusals, and their place in model files."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any, cast

import pytest

from continuous_games import COBB_DOUGLAS, aggregative
from deterrence.errors import DeterrenceError, GameError, ModelFileError
from deterrence.expressions import Symbol, parse_expression
from deterrence.games import Aggregate, ContinuousGame, Interval, Parameter
from deterrence.library import write_game
from deterrence.library.reader import parse_game

TEXT = """
format = 1
[model]
form = "continuous"
assume = ["w_1 > w_2"]
[parameters]
w = { each = { 1 = 12, 2 = 9 }, domain = "positive" }
a = { default = 0.5 }
[aggregate]
name = "G"
of = "g"
[choices]
Ally = { each = ["1", "2"], low = 0, high = "w", payoff = "(w - g)**(1 - a)*G**a" }
"""


def test_equality_ignores_annotations_and_sees_structure() -> None:
    game = aggregative(2, COBB_DOUGLAS, "w/c")
    same = aggregative(2, COBB_DOUGLAS, "w/c")
    assert game == same
    assert hash(game) == hash(same)
    assert game != aggregative(2, COBB_DOUGLAS, "w")
    assert game != aggregative(2, COBB_DOUGLAS, "w/c", kind="max")
    assert game != aggregative(2, COBB_DOUGLAS, "w/c", weight="2")


def test_copies_are_equal() -> None:
    game = aggregative(3, COBB_DOUGLAS, "w/c", kind="ces", exponent="nu")
    assert pickle.loads(pickle.dumps(game)) == game
    assert copy.deepcopy(game) == game


def test_action_and_aggregate_are_no_parameters() -> None:
    names = {p.name for p in aggregative(2, COBB_DOUGLAS, "w/c").parameters}
    assert names == {"w_1", "w_2", "alpha_1", "alpha_2", "c_1", "c_2"}


def test_default_weights() -> None:
    assert str(aggregative(4, COBB_DOUGLAS, "w").weight("1").key) == "1"
    assert aggregative(4, COBB_DOUGLAS, "w", kind="ces", exponent="nu").weight("1").key == "1/4"


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: Aggregate(kind="ces"), "exponent"),
        (lambda: Aggregate(exponent=Symbol("e")), "exponent"),
        (lambda: Aggregate(name="x", of="x"), "one name"),
        (lambda: Aggregate(kind=cast("Any", "mean")), "no aggregate"),
        (lambda: ContinuousGame({}), "0 players"),
        (lambda: ContinuousGame({"A": Interval("0", Symbol("X"), payoff=Symbol("x"))}), "high uses 'X'"),
        (lambda: ContinuousGame({"A": Interval(0, 1, payoff=Symbol("x"), weight=Symbol("x"))}), "weight uses 'x'"),
        (lambda: ContinuousGame({"A": Interval(0, 1, payoff=Symbol("x"))}, parameters=[Parameter("x")]), "variable"),
        (lambda: ContinuousGame({"A": Interval(0, 1, payoff=Symbol("x"))}, definitions={"X": 1}), "variable"),
        (lambda: ContinuousGame({"A": Interval(0, 1, payoff=Symbol("x"))}, assume=["x > 0"]), "unknown name"),
    ],
)
def test_bad_games_are_refused(make: object, problem: str) -> None:
    assert callable(make)
    with pytest.raises((GameError, DeterrenceError), match=problem):
        make()


def test_a_file_is_read_as_the_game_written_in_python() -> None:
    w, g, total, a = Symbol("w"), Symbol("g"), Symbol("G"), Symbol("a")
    ally = Interval(0, w, payoff=(w - g) ** (1 - a) * total**a)
    game = ContinuousGame(
        {name: ally.replaced({"w": Symbol(f"w_{name}")}) for name in ("1", "2")},
        aggregate=Aggregate(name="G", of="g"),
        assume=["w_1 > w_2"],
        parameters=[Parameter("w_1", domain="positive"), Parameter("w_2", domain="positive"), Parameter("a")],
    )
    assert parse_game(TEXT) == game


@pytest.mark.parametrize("kind", ["sum", "min", "max"])
def test_round_trip(kind: str) -> None:
    game = parse_game(TEXT.replace('of = "g"', f'of = "g"\nkind = "{kind}"'))
    again = parse_game(write_game(game))
    assert again == game
    assert write_game(again) == write_game(game)


def test_round_trip_of_weights_and_exponent() -> None:
    text = TEXT.replace('of = "g"', 'of = "g"\nkind = "ces"\nexponent = "a - 1"').replace(
        "low =", 'weight = "w", low ='
    )
    game = parse_game(text)
    assert isinstance(game, ContinuousGame)
    assert game.weight("2") == parse_expression("w_2")
    assert parse_game(write_game(game)) == game


@pytest.mark.parametrize(
    ("old", "new", "where", "problem"),
    [
        ('kind = "sum"', 'kind = "maxx"', "aggregate.kind", "did you mean"),
        ("low = 0, ", "", "choices.Ally", "'low' is missing"),
        ('"(w - g)**(1 - a)*G**a"', '"(v - g)**(1 - a)*G**a"', "choices.Ally.payoff", "unknown name 'v'"),
        ('high = "w"', 'high = "g"', "choices.Ally.high", "unknown name 'g'"),
        ('high = "w"', 'heigh = "w"', "choices.Ally.heigh", "did you mean"),
        ('each = ["1", "2"]', 'each = ["1", "3"]', "choices.Ally", "unknown name 'w'"),
        ("default = 0.5", "default = 0.5, each = { 1 = 2 }", "parameters.a", "both default and each"),
        ("{ 1 = 12, 2 = 9 }", "{}", "parameters.w.each", "no labels"),
        ('each = ["1", "2"]', 'each = ["1", "1"]', "choices.Ally", "given twice"),
        ('of = "g"', 'of = "a"', "aggregate", "parameter or definition"),
        ("[choices]", "[choices]\n1 = { low = 0, high = 1, payoff = 1 }", "choices.1", "two players"),
    ],
)
def test_errors_name_the_place(old: str, new: str, where: str, problem: str) -> None:
    text = TEXT.replace('of = "g"', 'of = "g"\nkind = "sum"') if "kind" in old + new else TEXT
    assert old in text
    with pytest.raises(ModelFileError) as caught:
        parse_game(text.replace(old, new, 1), file="mine.toml")
    assert where in caught.value.where
    assert problem in str(caught.value)


def test_a_parameter_written_twice_is_refused() -> None:
    with pytest.raises(ModelFileError, match="two parameters are named 'w_1'"):
        parse_game(TEXT.replace("a = {", "w_1 = { default = 1 }\na = {"))


def test_the_schema_knows_the_form() -> None:
    schema = json.loads((Path(__file__).parents[1] / "models" / "schema.json").read_text(encoding="utf-8"))
    assert "continuous" in schema["properties"]["model"]["properties"]["form"]["enum"]
    assert {"aggregate", "choices"} <= schema["properties"].keys()
