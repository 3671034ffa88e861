"""What must not matter: units of payoffs, names and order of players and actions, actions nobody would take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest

import oracles
from deterrence.compiled import compile_table, compile_tree, parameter_points
from deterrence.solvers.backward import BackwardInduction
from deterrence.solvers.pure import PureNash
from random_games import as_game, random_table, random_tree, table_game

Change = Callable[[oracles.Payoffs], oracles.Payoffs]
Choices = set[frozenset[tuple[str, str]]]
Table = dict[tuple[int, ...], oracles.Payoffs]


def perfect(root: oracles.Node, *, exact: bool = False, players: int = 2) -> Choices:
    """Every pure subgame perfect equilibrium, as (decision, action) pairs."""
    game = as_game(root, players=players)
    found = BackwardInduction(max_equilibria=10_000).solve(compile_tree(game, parameter_points(game, exact=exact)))
    out: Choices = set()
    for k in np.flatnonzero(found.exists[0]):
        sure = np.flatnonzero(found.profiles.strategy[0, k] == 1).tolist()
        sets = [
            (h, m - h.first_move) for h in game.tree.information_sets for m in sure if h.moves.start <= m < h.moves.stop
        ]
        out.add(frozenset((h.label, h.actions[a]) for h, a in sets))
    return out


def rewritten(node: oracles.Node, change: Change, pay: Change) -> oracles.Node:
    """The same tree with other payoffs at ends and on actions."""
    if isinstance(node, oracles.End):
        return replace(node, payoffs=change(node.payoffs))
    below = tuple(rewritten(child, change, pay) for child in node.below)
    if isinstance(node, oracles.Fork):
        return replace(node, below=below)
    return replace(node, below=below, pays=tuple(pay(paid) for paid in node.pays))


def affine(scale: tuple[Fraction, Fraction], shift: tuple[Fraction, Fraction]) -> Change:
    return lambda u: tuple(a * x + b for a, x, b in zip(scale, u, shift, strict=True))


@pytest.mark.parametrize("exact", [False, True])
def test_positive_affine_payoffs_of_each_player_keep_the_equilibria_of_trees(exact: bool) -> None:
    random = Random(1)
    for _ in range(60):
        root = random_tree(random, 5, integers=4)
        scale = (Fraction(random.randint(1, 40), 8), Fraction(random.randint(1, 40), 8))
        shift = (Fraction(random.randint(-80, 80), 8), Fraction(random.randint(-80, 80), 8))
        nothing = (Fraction(0), Fraction(0))
        other = rewritten(root, affine(scale, shift), affine(scale, nothing))
        assert perfect(other, exact=exact) == perfect(root, exact=exact)


@pytest.mark.parametrize("size", [10**-6, 10**6, 10**9])
def test_generic_trees_keep_their_equilibrium_in_other_units(size: float) -> None:
    random = Random(2)
    scale = (Fraction(str(size)), Fraction(1))
    for _ in range(60):
        root = random_tree(random, 6)
        other = rewritten(root, affine(scale, (Fraction(0), Fraction(0))), affine(scale, (Fraction(0), Fraction(0))))
        assert perfect(other) == perfect(root)


def swapped(node: oracles.Node) -> oracles.Node:
    """The same tree with the two players' roles exchanged."""
    if isinstance(node, oracles.End):
        return replace(node, payoffs=node.payoffs[::-1])
    below = tuple(swapped(child) for child in node.below)
    if isinstance(node, oracles.Fork):
        return replace(node, below=below)
    return replace(node, below=below, player=1 - node.player, pays=tuple(paid[::-1] for paid in node.pays))


def reversed_actions(node: oracles.Node) -> oracles.Node:
    """The same tree with actions and branches listed backwards."""
    if isinstance(node, oracles.End):
        return node
    below = tuple(reversed_actions(child) for child in node.below)[::-1]
    if isinstance(node, oracles.Fork):
        return replace(node, below=below, probabilities=node.probabilities[::-1])
    return replace(node, below=below, actions=node.actions[::-1], pays=node.pays[::-1])


@pytest.mark.parametrize("change", [swapped, reversed_actions])
def test_who_is_who_and_the_order_of_actions_do_not_matter(change: Callable[[oracles.Node], oracles.Node]) -> None:
    random = Random(3)
    for _ in range(80):
        root = random_tree(random, 6, integers=3)
        assert perfect(change(root)) == perfect(root)


def test_an_action_that_is_worse_whatever_follows_changes_nothing() -> None:
    random = Random(4)
    for _ in range(60):
        root = random_tree(random, 5, integers=3)
        moves = list(oracles.decisions(root))
        if not moves:
            continue
        target = random.choice(moves).name
        extra = perfect(with_bad_action(root, target))
        assert extra == perfect(root)


def with_bad_action(node: oracles.Node, target: str) -> oracles.Node:
    if isinstance(node, oracles.End):
        return node
    below = tuple(with_bad_action(child, target) for child in node.below)
    if isinstance(node, oracles.Fork) or node.name != target:
        return replace(node, below=below)
    bad = oracles.End("bad", tuple(Fraction(-1_000 if i == node.player else 1_000) for i in range(2)))
    nothing = (Fraction(0), Fraction(0))
    return replace(node, actions=("bad", *node.actions), below=(bad, *below), pays=(nothing, *node.pays))


def test_the_same_payment_on_every_action_of_a_decision_changes_no_choice_there() -> None:
    random = Random(9)
    for _ in range(60):
        root = random_tree(random, 5, integers=3)
        if isinstance(root, oracles.Move):
            toll = (Fraction(-7), Fraction(3))
            paid = tuple(tuple(a + b for a, b in zip(p, toll, strict=True)) for p in root.pays)
            assert perfect(replace(root, pays=paid)) == perfect(root)


# --- tables -------------------------------------------------------------------------------------------------------


def nash(payoffs: Table, shape: tuple[int, ...]) -> set[tuple[int, ...]]:
    game = table_game(payoffs, shape)
    found = PureNash().solve(compile_table(game, parameter_points(game)))
    rows = [strategy[0].argmax(axis=1) for strategy in found.profiles.strategies]
    return {tuple(int(row[k]) for row in rows) for k in np.flatnonzero(found.exists[0])}


SHAPES = [(2, 3), (3, 3), (2, 2, 3)]


@pytest.mark.parametrize("shape", SHAPES)
def test_affine_payoffs_keep_the_equilibria_of_tables(shape: tuple[int, ...]) -> None:
    random = Random(5)
    for _ in range(40):
        payoffs = random_table(random, shape, integers=4)
        lines = [(random.randint(1, 9), random.randint(-9, 9)) for _ in shape]
        other = {cell: tuple(a * x + b for (a, b), x in zip(lines, u, strict=True)) for cell, u in payoffs.items()}
        assert nash(other, shape) == nash(payoffs, shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_the_others_do_may_add_any_amount_to_my_payoff(shape: tuple[int, ...]) -> None:
    """Adding to a player's payoffs a function of the others' actions keeps best replies."""
    random = Random(6)
    for _ in range(40):
        payoffs = random_table(random, shape, integers=4)
        gift = {cell[1:]: random.randint(-9, 9) for cell in payoffs}
        other = {cell: (u[0] + gift[cell[1:]], *u[1:]) for cell, u in payoffs.items()}
        assert nash(other, shape) == nash(payoffs, shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_renaming_players_and_actions_renames_the_equilibria(shape: tuple[int, ...]) -> None:
    random = Random(7)
    for _ in range(40):
        payoffs = random_table(random, shape, integers=4)
        turned = {cell[::-1]: u[::-1] for cell, u in payoffs.items()}
        assert nash(turned, shape[::-1]) == {cell[::-1] for cell in nash(payoffs, shape)}
        order = random.sample(range(shape[0]), shape[0])
        moved = {(order[cell[0]], *cell[1:]): u for cell, u in payoffs.items()}
        assert nash(moved, shape) == {(order[cell[0]], *cell[1:]) for cell in nash(payoffs, shape)}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_strictly_dominated_action_can_be_removed(shape: tuple[int, ...]) -> None:
    random = Random(8)
    for _ in range(40):
        payoffs = random_table(random, shape, integers=4)
        bad = {(shape[0], *cell[1:]): (u[0] - 1, *u[1:]) for cell, u in payoffs.items() if cell[0] == 0}
        assert nash(payoffs | bad, (shape[0] + 1, *shape[1:])) == nash(payoffs, shape)
