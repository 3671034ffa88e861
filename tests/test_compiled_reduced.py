"""The reduced strategic form: its plans, its payoffs against played-out trees, and the way back to behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given

import strategies
from deterrence.compiled import CompiledTree, compile_tree, parameter_points
from deterrence.compiled.reduced import MAX_PLANS, Plans, behaviour, plans_of, reduced_form
from deterrence.errors import SolverError
from deterrence.games import Decision, ExtensiveGame, Node, Outcome, Player, parameters
from tiers import examples

A, B = Player("A"), Player("B")


def end(name: str, a: int = 0, b: int = 0) -> Outcome:
    return Outcome(name, {"A": a, "B": b})


def all_plans(game: ExtensiveGame) -> tuple[Plans, ...]:
    return tuple(plans_of(game.tree, i) for i in range(len(game.players)))


def chain(length: int) -> ExtensiveGame:
    """A and B in turn stop or go on."""
    below: Node = end("end", 1, 1)
    for k in reversed(range(length)):
        below = Decision(f"d{k}", "AB"[k % 2], {"stop": end(f"o{k}", k, -k), "go": below})
    return ExtensiveGame(below, players=[A, B])


def deterrence() -> ExtensiveGame:
    p, q = parameters("p q", domain="probability")
    C = Player("Challenger", types={"hard": p, "soft": 1 - p})
    D = Player("Defender", types={"hard": q, "soft": 1 - q})
    war = Outcome("DD", {C: {"hard": 2, "soft": -1}, D: {"hard": 2, "soft": 0}})
    last = Decision("last", C, {"retreat": Outcome("CD", {C: 0, D: 3}), "fight": war})
    reply = Decision("reply", D, {"concede": Outcome("DC", {C: 4, D: 1}), "defy": last})
    return ExtensiveGame(Decision("root", C, {"wait": Outcome("SQ", {C: 3, D: 4}), "defect": reply}))


def hidden() -> ExtensiveGame:
    """Simultaneous moves of A and B, then A again where both went in."""
    again = Decision("again", "A", {"l": end("l", 3, 1), "r": end("r", 1, 3)})
    x = Decision("x", "B", {"in": again, "out": end("xo", 2, 0)}, information_set="B")
    y = Decision("y", "B", {"in": end("yi", 0, 2), "out": end("yo")}, information_set="B")
    return ExtensiveGame(Decision("root", "A", {"in": x, "out": y}), players=[A, B])


@pytest.mark.parametrize(
    ("game", "counts"),
    [(chain(1), (2, 1)), (chain(4), (3, 3)), (chain(9), (6, 5)), (deterrence(), (9, 4)), (hidden(), (3, 2))],
)
def test_plans_fix_only_what_they_can_lead_to(game: ExtensiveGame, counts: tuple[int, int]) -> None:
    plans = all_plans(game)
    assert tuple(len(mine.labels) for mine in plans) == counts
    assert all(len(set(mine.labels)) == len(mine.labels) for mine in plans)


def test_plans_are_named_by_their_actions() -> None:
    assert all_plans(hidden())[0].labels == ("root=in; again=l", "root=in; again=r", "root=out")
    assert "hard root=defect; hard last=fight; soft root=wait" in all_plans(deterrence())[0].labels
    assert all_plans(chain(1))[1].labels == ("-",)


def compiled(game: ExtensiveGame, seed: int = 0, *, exact: bool = True) -> CompiledTree:
    random = Random(seed)
    at = {p.name: Fraction(random.randint(1, 9), 10) for p in game.parameters}
    values: dict[str, Fraction | float] = {n: x if exact else float(x) for n, x in at.items()}
    return compile_tree(game, parameter_points(game, values, exact=exact))


def outcome(game: CompiledTree, node: int, strategy: Mapping[int, Fraction]) -> dict[int, Fraction]:
    """Return the probability of every terminal node under behaviour strategies, by recursion."""
    here = game.tree.nodes[node]
    if here.kind == "end":
        return {node: Fraction(1)}
    if here.kind == "chance":
        weights = [Fraction(row[0]) for row in game.chance_rows[node]]
    else:
        h = game.tree.information_sets[here.information_set]
        weights = [strategy.get(m, Fraction(0)) for m in range(h.moves.start, h.moves.stop)]
    total: dict[int, Fraction] = {}
    for weight, child in zip(weights, here.children, strict=True):
        for i, probability in (outcome(game, child, strategy) if weight else {}).items():
            total[i] = total.get(i, Fraction(0)) + weight * probability
    return total


def pure(game: CompiledTree, plans: tuple[Plans, ...], cell: tuple[int, ...]) -> dict[int, Fraction]:
    """Return the moves that a profile of plans takes, each with probability one."""
    taken = {}
    for mine, plan in zip(plans, cell, strict=True):
        for h, action in zip(mine.sets, mine.choice[plan], strict=True):
            if action >= 0:
                taken[game.tree.information_sets[h].first_move + int(action)] = Fraction(1)
    return taken


def expected(game: CompiledTree, strategy: Mapping[int, Fraction]) -> list[Fraction]:
    """Return expected payoffs, with payments, by playing the tree out."""
    return _value(game, 0, strategy)


def _value(game: CompiledTree, node: int, strategy: Mapping[int, Fraction]) -> list[Fraction]:
    here = game.tree.nodes[node]
    players = len(game.tree.players)
    if here.kind == "end":
        return [Fraction(row[0]) for row in game.payoff_rows[node]]
    total = [Fraction(0)] * players
    for b, child in enumerate(here.children):
        if here.kind == "chance":
            weight = Fraction(game.chance_rows[node][b][0])
        else:
            h = game.tree.information_sets[here.information_set]
            weight = strategy.get(h.first_move + b, Fraction(0))
        paid = game.payment_rows[node][b] if node in game.payment_rows else {}
        for i, worth in enumerate(_value(game, child, strategy) if weight else total):
            total[i] += weight * (worth + (Fraction(paid[i][0]) if i in paid else 0)) if weight else 0
    return total


@examples(30)
@given(strategies.extensive_games())
def test_payoffs_are_those_of_the_played_out_tree(game: ExtensiveGame) -> None:
    tree = compiled(game)
    try:
        plans = all_plans(game)
    except SolverError:  # a shared subgame, refused
        return
    table = reduced_form(tree, plans)
    floats = reduced_form(compiled(game, exact=False), plans)
    for cell in list(product(*(range(n) for n in table.shape)))[:40]:
        worth = expected(tree, pure(tree, plans, cell))
        assert [table.payoffs[(i, *cell, 0)] for i in range(len(worth))] == worth
        assert np.allclose([floats.payoffs[(i, *cell, 0)] for i in range(len(worth))], [float(w) for w in worth])


def mixture(random: Random, size: int) -> list[Fraction]:
    """Random weights, some of them zero."""
    weights = [Fraction(random.choice((0, 0, 1, 2, 5))) for _ in range(size)]
    weights[random.randrange(size)] += 1
    return [w / sum(weights) for w in weights]


@examples(30)
@given(strategies.extensive_games())
def test_behaviour_has_the_outcomes_of_the_mixture(game: ExtensiveGame) -> None:
    """Kuhn's theorem, checked at every terminal node in rationals."""
    tree = compiled(game)
    try:
        plans = all_plans(game)
    except SolverError:
        return
    if np.prod([len(mine.labels) for mine in plans]) > 300:
        return
    random = Random(7)
    mixtures = [mixture(random, len(mine.labels)) for mine in plans]
    strategy = behaviour(game.tree, plans, tuple(np.array([m], dtype=object) for m in mixtures))[0]
    known = {m: x for m, x in enumerate(strategy) if isinstance(x, Fraction)}
    mixed: dict[int, Fraction] = {}
    for cell in product(*(range(len(m)) for m in mixtures)):
        weight = Fraction(1)
        for i, plan in enumerate(cell):
            weight *= mixtures[i][plan]
        for node, probability in (outcome(tree, 0, pure(tree, plans, cell)) if weight else {}).items():
            mixed[node] = mixed.get(node, Fraction(0)) + weight * probability
    assert {n: q for n, q in outcome(tree, 0, known).items() if q} == {n: q for n, q in mixed.items() if q}


def test_behaviour_is_open_where_no_own_plan_leads() -> None:
    game = hidden()
    plans = all_plans(game)
    strategy = behaviour(game.tree, plans, (np.array([[0, 0, 1], [0.25, 0.75, 0]]), np.array([[1, 0], [0.5, 0.5]])))
    names = [game.tree.move_name(m) for m in range(game.tree.n_moves)]
    again = strategy[:, [names.index("A: again = l"), names.index("A: again = r")]]
    assert np.isnan(again[0]).all()
    assert again[1].tolist() == [0.25, 0.75]
    assert strategy[:, names.index("A: root = in")].tolist() == [0, 1]


def test_mixtures_that_do_not_exist_leave_everything_open() -> None:
    game = hidden()
    nothing = tuple(np.zeros((2, len(mine.labels))) for mine in all_plans(game))
    assert np.isnan(behaviour(game.tree, all_plans(game), nothing)).all()


def test_a_move_that_several_histories_share_is_refused() -> None:
    last = Decision("last", "A", {"x": end("e"), "y": end("f")})
    left, right = (Decision(side, "B", {"on": last, "out": end(f"o{side}")}) for side in "lr")
    game = ExtensiveGame(Decision("root", "A", {"l": left, "r": right}), players=[A, B])
    with pytest.raises(SolverError, match=r"node last: several histories .*BackwardInduction"):
        plans_of(game.tree, 0)
    war = end("war", -1, -1)
    reply = Decision("b", "B", {"x": war, "y": end("e")})
    shared_end = ExtensiveGame(Decision("root", "A", {"x": war, "y": reply}), players=[A, B])
    assert [len(mine.labels) for mine in all_plans(shared_end)] == [2, 2]


def test_too_many_plans_are_refused_before_they_are_made() -> None:
    p = parameters("p", domain="probability")[0]
    many = Player("A", types={f"t{i}": p / 40 if i else 1 - p * 39 / 40 for i in range(40)})
    game = ExtensiveGame(Decision("d", many, {"x": end("e"), "y": end("f")}), players=[many, B])
    with pytest.raises(SolverError, match=f"'A' has more than {MAX_PLANS} plans .use a solver for trees"):
        plans_of(game.tree, 0)


@pytest.mark.exhaustive
def test_plans_of_a_long_game_do_not_exhaust_the_stack() -> None:
    assert len(plans_of(chain(1_200).tree, 0).labels) == 601
