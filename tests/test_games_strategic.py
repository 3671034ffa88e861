"""Strategic games: what is refused, with place and remedy; equality; events."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from itertools import product

import pytest

from deterrence.errors import GameError
from deterrence.expressions import ExprLike
from deterrence.games import About, Parameter, Player, StrategicGame, parameters

u, v = parameters("u v")
Profile = tuple[str, ...]


def table(first: ExprLike = 1) -> dict[Profile, Mapping[str, ExprLike]]:
    return {cell: {"A": first, "B": i} for i, cell in enumerate(product("xy", "lr"))}


def game(**options: object) -> StrategicGame:
    fields = {"actions": {"A": ["x", "y"], "B": ["l", "r"]}, "table": table()} | options
    return StrategicGame(**fields)  # type: ignore[arg-type]  # wrong on purpose


def without(cell: Profile) -> dict[Profile, Mapping[str, ExprLike]]:
    return {c: row for c, row in table().items() if c != cell}


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no players": (lambda: StrategicGame({}, {}), "actions: a game without players"),
    "no actions": (lambda: game(actions={"A": [], "B": ["l"]}), "player A: no action"),
    "action twice": (lambda: game(actions={"A": ["x", "x"], "B": ["l", "r"]}), "player A: .*named twice"),
    "missing profile": (lambda: game(table=without(("y", "l"))), "table: no payoffs for 'y, l'"),
    "unknown profile": (lambda: game(table=table() | {("y", "m"): {}}), "table: no profile 'y, m'.*did you mean 'y, "),
    "missing payoff": (lambda: game(table=table() | {("x", "l"): {"A": 1}}), "table, x, l: no payoff for 'B'"),
    "unknown payee": (lambda: game(table=table() | {("x", "l"): {"A": 1, "B": 1, "C": 1}}), "table, x, l: .*'C'"),
    "event of no profile": (lambda: game(events={("x", "m"): "war"}), "events: no profile 'x, m'.*did you mean 'x, "),
    "hostile event": (lambda: game(events={("x", "l"): "<b>"}), "events, x, l: '<b>' is not a name of an event"),
    "hostile action": (lambda: game(actions={"A": ["x", "y."], "B": ["l", "r"]}), "player A: 'y.' is not a name"),
    "hostile player": (lambda: StrategicGame({"A\n": ["x"]}, {("x",): {"A\n": 0}}), "is not a name of a player"),
    "unused parameter": (lambda: game(parameters=[Parameter("idle")]), "parameters: unused parameter 'idle'"),
    "unknown name in an assumption": (lambda: game(table=table(u), assume=["uu > 0"]), "'uu'.*did you mean 'u'"),
    "definitions in a circle": (lambda: game(definitions={"s": "t", "t": "s"}), "definitions in a circle: s, t"),
    "too many profiles": (
        lambda: StrategicGame({f"P{i}": [f"a{k}" for k in range(10)] for i in range(6)}, {}),
        "more than 100000 profiles",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_inconsistent_tables_are_refused_with_place_and_remedy(name: str) -> None:
    make, message = REFUSED[name]
    with pytest.raises(GameError, match=message):
        make()


def test_games_are_equal_by_value_whatever_the_order_of_the_table() -> None:
    backwards = dict(reversed(table(u).items()))
    assert game(table=backwards) == game(table=table(u), about=About(title="t"))
    assert hash(game(table=backwards)) == hash(game(table=table(u)))
    assert game(table=table(u)) != game(table=table(v))
    assert game(events={("x", "l"): "war"}) != game()
    assert game(table=table(u), assume=["u > 0"]) != game(table=table(u))


def test_pickling_keeps_the_game() -> None:
    long = {"A": ["a" * 70, "b"], "B": ["c" * 70, "d"]}
    for before in (
        game(table=table(u), assume=["u > 0"], events={("x", "l"): "war"}, definitions={"half": u / 2}),
        StrategicGame(long, {cell: {"A": 0, "B": 0} for cell in product(*long.values())}),
    ):
        after = pickle.loads(pickle.dumps(before))
        assert after == before
        assert after.events() == before.events()
        assert after.definitions == before.definitions


def test_events_default_to_the_actions_and_are_listed_once() -> None:
    made = game(events={("x", "l"): "war", ("y", "r"): "war"})
    assert made.events() == ("war", "x | r", "y | l")
    assert made.shape == (2, 2)
    assert made.players == (Player("A"), Player("B"))


def test_views_show_every_profile_and_escape_the_title() -> None:
    made = game(table=table(u), about=About(title="<img src=x onerror=alert(1)>"))
    assert "<img" not in made._repr_html_()
    assert made._repr_latex_().count(r"\\") == 5
    assert len(made.outline()) == 2 + 4


def test_three_players_and_one_action_are_fine() -> None:
    made = StrategicGame({"A": ["x"], "B": ["y"], "C": ["z"]}, {("x", "y", "z"): {"A": 1, "B": 2, "C": u}})
    assert made.shape == (1, 1, 1)
    assert [p.name for p in made.parameters] == ["u"]


def test_the_game_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        game().actions = {}  # type: ignore[assignment]  # wrong on purpose
