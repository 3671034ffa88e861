"""Pure Nash equilibria of tables and of trees, against brute force."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest

import oracles
from deterrence.compiled import compile_table, compile_tree, parameter_points
from deterrence.compiled.reduced import plans_of, reduced_form
from deterrence.games import Decision, ExtensiveGame, Outcome, Parameter, Player, StrategicGame
from deterrence.profiles import Completeness, Found, MixedProfile
from deterrence.solvers.backward import BackwardInduction
from deterrence.solvers.pure import PureNash
from deterrence.solvers.reduced import ReducedStrategicForm
from random_games import as_game, random_table, random_tree, table_game


def cells(found: Found[MixedProfile], point: int = 0) -> list[tuple[int, ...]]:
    """The action numbers of every listed equilibrium at a point."""
    out = []
    for k in np.flatnonzero(found.exists[point]):
        rows = [strategy[point, k] for strategy in found.profiles.strategies]
        assert all(sorted(set(row.tolist())) in ([0, 1], [1]) and sum(row) == 1 for row in rows)
        out.append(tuple(int(np.flatnonzero(row)[0]) for row in rows))
    return out


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (1, 4), (2, 3, 2), (2, 2, 2, 2), (3, 1, 2)])
@pytest.mark.parametrize("integers", [2, 5, 10**6])
def test_random_tables_agree_with_brute_force(shape: tuple[int, ...], integers: int, exact: bool) -> None:
    random = Random(len(shape) + integers)
    for _ in range(15):
        payoffs = random_table(random, shape, integers=integers)
        game = table_game(payoffs, shape)
        found = PureNash().solve(compile_table(game, parameter_points(game, exact=exact)))
        assert cells(found) == oracles.pure_nash(payoffs, shape)
        assert found.completeness[0] == Completeness.ALL
        assert not found.flagged[0]


def symbolic(shape: tuple[int, ...]) -> StrategicGame:
    names = [f"P{i}" for i in range(len(shape))]
    actions = {name: [f"a{a}" for a in range(n)] for name, n in zip(names, shape, strict=True)}
    table = {
        tuple(f"a{a}" for a in cell): {n: Parameter(f"u{i}_" + "_".join(map(str, cell))) for i, n in enumerate(names)}
        for cell in product(*(range(n) for n in shape))
    }
    return StrategicGame(actions, table)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 3, 2)])
def test_a_batch_of_two_thousand_games_equals_brute_force_at_every_point(shape: tuple[int, ...]) -> None:
    random = Random(2)
    tables = [random_table(random, shape, integers=4) for _ in range(700)]
    names = [(i, cell) for cell in tables[0] for i in range(len(shape))]
    at = {f"u{i}_" + "_".join(map(str, cell)): [float(t[cell][i]) for t in tables] for i, cell in names}
    game = symbolic(shape)
    found = PureNash().solve(compile_table(game, parameter_points(game, at)))
    for k, payoffs in enumerate(tables):
        assert cells(found, k) == oracles.pure_nash(payoffs, shape)


def pair(gap: float | str, *, exact: bool = False) -> Found[MixedProfile]:
    game = StrategicGame({"A": ["x", "y"]}, {("x",): {"A": 1}, ("y",): {"A": 1 + Parameter("gap")}})
    return PureNash().solve(compile_table(game, parameter_points(game, {"gap": gap}, exact=exact)))


def test_differences_within_the_tolerance_are_flagged_and_exact_arithmetic_decides() -> None:
    assert cells(pair(1e-14)) == [(0,), (1,)]
    assert pair(1e-14).flagged.tolist() == [True]
    assert cells(pair("0.00000000000001", exact=True)) == [(1,)]
    assert not pair("0.00000000000001", exact=True).flagged.any()
    assert cells(pair(1e-9)) == [(1,)]
    assert cells(pair(0)) == [(0,), (1,)]
    assert not pair(0).flagged.any()


def test_no_pure_equilibrium_is_a_complete_answer() -> None:
    pennies = table_game(
        {(a, b): (Fraction((a == b) - 1), Fraction(-(a == b))) for a in (0, 1) for b in (0, 1)}, (2, 2)
    )
    found = PureNash().solve(compile_table(pennies, parameter_points(pennies)))
    assert not found.exists.any()
    assert found.completeness.tolist() == [Completeness.ALL]
    assert "mixed" in found.arguments[Completeness.ALL]


def test_undefined_games_have_no_answer_and_no_warning() -> None:
    v = Parameter("v")
    game = StrategicGame({"A": ["x", "y"]}, {("x",): {"A": 1 / v}, ("y",): {"A": v**2}})
    found = PureNash().solve(compile_table(game, parameter_points(game, {"v": [0.0, 1e200, np.inf, 2.0, 1.0]})))
    assert found.defined.tolist() == [False, False, False, True, True]
    assert found.exists.sum(axis=1).tolist() == [0, 0, 0, 1, 2]


def test_exact_strategies_are_rational() -> None:
    (strategy,) = pair(0, exact=True).profiles.strategies
    assert {type(number) for number in strategy.flat} == {Fraction}


# --- trees through their reduced strategic form ------------------------------------------------------------------


def listed(found: Found, point: int = 0) -> set[frozenset[str]]:  # type: ignore[type-arg]
    """The sure moves of every listed equilibrium, by name."""
    tree = found.profiles.tree
    return {
        frozenset(tree.move_name(int(m)) for m in np.flatnonzero(found.profiles.strategy[point, k] == 1))
        for k in np.flatnonzero(found.exists[point])
    }


@pytest.mark.parametrize("exact", [False, True])
def test_pure_nash_equilibria_of_random_trees_agree_with_their_brute_force_table(exact: bool) -> None:
    random = Random(4)
    for _ in range(60):
        root = random_tree(random, 4, integers=4)
        game = as_game(root)
        compiled = compile_tree(game, parameter_points(game, exact=exact))
        plans = tuple(plans_of(game.tree, i) for i in range(2))
        found = ReducedStrategicForm(PureNash()).solve(compiled)
        table = reduced_form(compiled, plans)
        cells_ = product(*(range(n) for n in table.shape))
        payoffs = {cell: tuple(played(root, game, plans, cell)) for cell in cells_}
        expected = set()
        for cell in oracles.pure_nash(payoffs, table.shape):
            chosen = [
                (h, int(a))
                for mine, k in zip(plans, cell, strict=True)
                for h, a in zip(mine.sets, mine.choice[k], strict=True)
            ]
            moves = [game.tree.information_sets[h].first_move + a for h, a in chosen if a >= 0]
            expected.add(frozenset(game.tree.move_name(m) for m in moves))
        assert listed(found) == expected


def played(root: oracles.Node, game: ExtensiveGame, plans: tuple, cell: tuple[int, ...]) -> oracles.Payoffs:  # type: ignore[type-arg]
    choice = {move.name: move.actions[0] for move in oracles.decisions(root)}  # what plans leave open is never reached
    for mine, k in zip(plans, cell, strict=True):
        for h, a in zip(mine.sets, mine.choice[k], strict=True):
            info = game.tree.information_sets[h]
            choice[info.label] = info.actions[int(a)] if a >= 0 else info.actions[0]
    return oracles.play(root, choice)


def test_every_subgame_perfect_equilibrium_is_among_the_nash_equilibria() -> None:
    random = Random(6)
    for _ in range(60):
        game = as_game(random_tree(random, 5, integers=3))
        compiled = compile_tree(game, parameter_points(game))
        perfect = listed(BackwardInduction(max_equilibria=10_000).solve(compiled))
        nash = listed(ReducedStrategicForm(PureNash()).solve(compiled))
        assert all(any(profile <= whole for profile in nash) for whole in perfect)


def test_an_empty_threat_is_nash_but_not_subgame_perfect() -> None:
    A, B = Player("A"), Player("B")
    reply = Decision("reply", B, {"yield": Outcome("y", {A: 2, B: 1}), "fight": Outcome("f", {A: -1, B: -1})})
    game = ExtensiveGame(Decision("root", A, {"out": Outcome("o", {A: 0, B: 3}), "in": reply}))
    compiled = compile_tree(game, parameter_points(game))
    assert listed(BackwardInduction().solve(compiled)) == {frozenset({"A: root = in", "B: reply = yield"})}
    assert listed(ReducedStrategicForm(PureNash()).solve(compiled)) == {
        frozenset({"A: root = in", "B: reply = yield"}),
        frozenset({"A: root = out", "B: reply = fight"}),
    }
