"""Compiled trees and tables against direct evaluation of their formulas."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given

import strategies
from deterrence.compiled import compile_table, compile_tree, parameter_points
from deterrence.compiled.prescribed import prescribed_mixtures, prescribed_strategy
from deterrence.errors import ExpressionError, GameError
from deterrence.expressions import Expr, evaluate_exact
from deterrence.games import (
    Chance,
    Decision,
    ExtensiveGame,
    FrozenMap,
    Outcome,
    Parameter,
    Player,
    Prescription,
    StrategicGame,
)
from tiers import examples

A, B = Player("A"), Player("B")
p, v, c = Parameter("p", domain="probability"), Parameter("v"), Parameter("c")


def draw(game: ExtensiveGame | StrategicGame, random: Random, count: int) -> dict[str, list[Fraction]]:
    return {x.name: [Fraction(random.randint(1, 9), 10) for _ in range(count)] for x in game.parameters}


def direct(formula: Expr, at: Mapping[str, list[Fraction]], i: int) -> Fraction:
    return evaluate_exact(formula, {name: column[i] for name, column in at.items()})


def check_tree(game: ExtensiveGame, at: Mapping[str, list[Fraction]], count: int, exact: bool) -> None:
    given = {name: column if exact else [float(x) for x in column] for name, column in at.items()}
    compiled = compile_tree(game, parameter_points(game, given, exact=exact))
    close = 0 if exact else 1e-12
    for i, node in enumerate(game.tree.nodes):
        rows = [(node.payoffs, compiled.payoffs.get(i)), (node.probabilities, compiled.chance.get(i))]
        rows += [(paid, compiled.payments[i][b]) for b, paid in enumerate(node.payments)]
        for formulas, array in rows:
            if array is None:
                assert not any(direct(f, at, k) for f in formulas for k in range(count))
                continue
            assert array.shape == (len(formulas), compiled.size)
            for f, row in zip(formulas, array, strict=True):
                for k in range(compiled.size):
                    assert abs(row[k] - direct(f, at, k)) <= close


@examples(40)
@given(strategies.extensive_games())
def test_trees_have_the_values_of_their_formulas(game: ExtensiveGame) -> None:
    at = draw(game, Random(0), 3)
    for exact in (False, True):
        check_tree(game, at, 3 if at else 1, exact)


@examples(40)
@given(strategies.strategic_games())
def test_tables_have_the_values_of_their_formulas(game: StrategicGame) -> None:
    at = draw(game, Random(0), 2)
    for exact in (False, True):
        values = {n: column if exact else [float(x) for x in column] for n, column in at.items()}
        compiled = compile_table(game, parameter_points(game, values, exact=exact))
        assert compiled.payoffs.shape == (len(game.players), *game.shape, compiled.size)
        for profile, row in game.table.items():
            cell = tuple(game.actions[w].index(a) for w, a in zip(game.actions, profile, strict=True))
            for i, player in enumerate(game.players):
                for k in range(compiled.size):
                    assert abs(compiled.payoffs[(i, *cell, k)] - direct(row[player.name], at, k)) <= (
                        0 if exact else 1e-12
                    )


def payments() -> ExtensiveGame:
    gamble = Chance("luck", {"up": (p, Outcome("u", {A: v, B: v})), "down": (1 - p, Outcome("d", {A: -c, B: v}))})
    return ExtensiveGame(Decision("root", A, {"go": gamble, "stay": Outcome("s", {A: 0, B: 0})}, pays={"go": {A: -c}}))


def test_equal_formulas_share_one_array_and_names_are_not_copied() -> None:
    values = np.linspace(0, 1, 5)
    game = payments()
    points = parameter_points(game, {"p": 0.5, "v": values, "c": values})
    compiled = compile_tree(game, points)
    ends = [i for i, node in enumerate(game.tree.nodes) if node.kind == "end"]
    rows = [row for i in ends for row in compiled.payoff_rows[i]]
    of_v = [row for row in rows if row.tolist() == values.tolist()]
    assert len(of_v) == 3
    assert all(np.shares_memory(row, points.values["v"]) for row in of_v)
    minus_c = [row for row in rows if row is compiled.payment_rows[0][0][0]]
    assert len(minus_c) == 1


def test_players_who_are_not_paid_have_no_payment_row() -> None:
    game = payments()
    compiled = compile_tree(game, parameter_points(game, {"p": 0.5, "v": 1, "c": 2}))
    assert [list(branch) for branch in compiled.payment_rows[0]] == [[0], []]
    paid, nothing = compiled.payments[0]
    assert paid is not None
    assert paid.tolist() == [[-2.0], [0.0]]
    assert nothing is None


def test_formulas_without_a_value_are_nan_and_the_point_is_marked() -> None:
    game = StrategicGame({"A": ["x", "y"]}, {("x",): {"A": 1 / v}, ("y",): {"A": 1}})
    compiled = compile_table(game, parameter_points(game, {"v": [0, 2]}))
    assert compiled.defined.tolist() == [False, True]
    assert np.isnan(compiled.payoffs[0, 0, 0])
    with pytest.raises(ExpressionError):
        compile_table(game, parameter_points(game, {"v": 0}, exact=True))


# --- profiles as people write them -------------------------------------------------------------------------------


def prescription(player: str, h: str, *types: str, **probabilities: Expr) -> Prescription:
    return Prescription(player, types, h, FrozenMap(probabilities))


def replies() -> ExtensiveGame:
    first = Player("A", types={"hard": p, "soft": 1 - p})
    ends = {a: Outcome(a, {"A": 0, "B": 0}) for a in ("x", "y", "z")}
    reply = Decision("reply", "B", dict(ends))
    return ExtensiveGame(
        Decision("root", "A", {"go": reply, "stay": Outcome("s", {"A": 0, "B": 0})}), players=[first, B]
    )


def test_a_profile_becomes_a_strategy_with_the_rest_on_the_single_open_action() -> None:
    game = replies()
    points = parameter_points(game, {"p": [0.25, 0.5]})
    given_ = [
        prescription("A", "root", "hard", go=p * 2),
        prescription("B", "reply", x=p, y=1 - p),
    ]
    strategy = prescribed_strategy(game.tree, given_, {}, points)[:, 0]
    by_name = {game.tree.move_name(m): strategy[:, m].tolist() for m in range(game.tree.n_moves)}
    assert by_name["A hard: root = go"] == [0.5, 1.0]
    assert by_name["A hard: root = stay"] == [0.5, 0.0]
    assert by_name["B: reply = x"] == [0.25, 0.5]
    assert by_name["B: reply = z"] == [0, 0]
    assert np.isnan(by_name["A soft: root = go"]).all()


def test_profiles_that_do_not_fit_are_refused() -> None:
    game = replies()
    points = parameter_points(game, {"p": 0.5})
    for wrong, message in [
        ([prescription("A", "rood", go=p)], "no such information set"),
        ([prescription("A", "root", "weak", go=p)], "no such information set"),
        ([prescription("A", "root", go=p), prescription("A", "root", "hard", go=p)], "prescribed twice"),
        ([prescription("A", "root", goo=p)], r"A root: no action 'goo' \(did you mean 'go'"),
    ]:
        with pytest.raises(GameError, match=message):
            prescribed_strategy(game.tree, wrong, {}, points)
    table = StrategicGame({"A": ["x", "y"]}, {("x",): {"A": p}, ("y",): {"A": 1}})
    with pytest.raises(GameError, match="nothing is prescribed for 'A'"):
        prescribed_mixtures(table, [], {}, parameter_points(table, {"p": 0.5}))
