"""Certificates of trees: literature cases, best replies against brute force, and wrong profiles that must fail."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from certify_games import (
    ONE,
    UDG_POINT,
    Prescribed,
    assessment,
    beer_quiche,
    compiled,
    entry_and_battle,
    entry_deterrence,
    random_strategy,
    random_tree,
    selten_horse,
    unilateral_deterrence,
    with_beliefs,
)
from deterrence.certify import (
    certify_one_shot,
    certify_sequential,
    certify_subgame_perfect,
    certify_tree_nash,
)
from deterrence.certify.subgames import subgame_roots
from deterrence.compiled import CompiledTree, Value
from deterrence.compiled.points import NumberArray
from deterrence.errors import SolverError
from deterrence.games import Decision, ExtensiveGame, Outcome, Player
from deterrence.outcomes import tree_outcomes
from deterrence.profiles import Assessment
from deterrence.solvers import BackwardInduction

BLUFF: dict[str, Prescribed] = {
    "Challenger hard: root": "defect",
    "Challenger soft: root": Fraction(1, 2),
    "Challenger hard: last": "fight",
    "Challenger soft: last": "retreat",
    "Defender hard: reply": "defy",
    "Defender soft: reply": Fraction(5, 6),
}
HORSE = {"1: first": "D", "2: second": "c", "3: third": "L"}
POOLING = {
    "S strong: breakfast": "beer",
    "S weak: breakfast": "beer",
    "R: after beer": "peace",
    "R: after quiche": "duel",
}
BATTLE = {"E: root": "out", "E: battle": "A", "I: reply": "F"}


@pytest.mark.parametrize("exact", [False, True])
def test_bluff_equilibrium_of_unilateral_deterrence(exact: bool) -> None:
    game = compiled(unilateral_deterrence(), UDG_POINT, exact=exact)
    right = assessment(game.tree, BLUFF, exact=exact)
    for certify in (certify_tree_nash, certify_subgame_perfect, certify_sequential):
        certificate = certify(game, right, ONE)
        assert certificate.passed.all()
        assert certificate.worst == 0 if exact else float(certificate.worst) < 1e-12
        assert certificate.exact is exact
        for name in BLUFF:
            wrong = assessment(game.tree, BLUFF | {name: Fraction(1, 3)}, exact=exact)
            assert not certify(game, wrong, ONE).passed.any(), name


def test_exact_check_sees_what_floats_cannot() -> None:
    game = compiled(unilateral_deterrence(), UDG_POINT, exact=True)
    nearly = BLUFF | {"Defender soft: reply": Fraction(5, 6) + Fraction(1, 10**40)}
    certificate = certify_tree_nash(game, assessment(game.tree, nearly, exact=True), ONE)
    assert not certificate.passed.any()
    assert isinstance(certificate.worst, Fraction)
    assert 0 < certificate.worst < Fraction(1, 10**39)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("wrong", [(0.6, 0.6), (1.5, -0.5), (np.nan, 0.5), (0.5, np.nan), (1, np.nan), (np.nan, 1)])
def test_what_is_no_distribution_fails(wrong: tuple[float, float], exact: bool) -> None:
    ends = {a: Outcome(a, {"A": 0, "B": 0}) for a in "lr"}
    definition = ExtensiveGame(Decision("m", "A", dict(ends)), players=[Player("A"), Player("B")])
    game = compiled(definition, exact=exact)
    kind = object if exact else np.float64
    for certify in (certify_one_shot, certify_tree_nash, certify_subgame_perfect, certify_sequential):
        assert certify(game, Assessment(game.tree, np.array([[[0.25, 0.75]]], dtype=kind)), ONE).passed.all()
        assert not certify(game, Assessment(game.tree, np.array([[wrong]], dtype=kind)), ONE).passed.any()


def test_threat_is_nash_but_not_subgame_perfect() -> None:
    game = compiled(entry_deterrence())
    threat = assessment(game.tree, {"E: root": "out", "I: reply": "fight"})
    assert certify_tree_nash(game, threat, ONE).passed.all()
    for certify in (certify_one_shot, certify_subgame_perfect, certify_sequential):
        certificate = certify(game, threat, ONE)
        assert not certificate.passed.any()
        assert certificate.worst == 2.0
    credible = assessment(game.tree, {"E: root": "in", "I: reply": "accommodate"})
    for certify in (certify_one_shot, certify_tree_nash, certify_subgame_perfect, certify_sequential):
        assert certify(game, credible, ONE).passed.all()


def test_horse_is_subgame_perfect_but_not_sequentially_rational() -> None:
    game = compiled(selten_horse())
    assert subgame_roots(game.tree) == [0]
    implausible = assessment(game.tree, HORSE)
    assert certify_tree_nash(game, implausible, ONE).passed.all()
    assert certify_subgame_perfect(game, implausible, ONE).passed.all()
    certificate = certify_sequential(game, with_beliefs(implausible, {"3: third": [1.0, 0.0]}), ONE)
    assert not certificate.passed.any()
    assert certificate.worst == 3.0  # the second player gets 4 instead of 1


@pytest.mark.parametrize(("belief", "passes"), [(0.0, True), (1 / 3, True), (0.34, False), (1.0, False)])
def test_belief_decides_the_plausible_equilibrium_of_the_horse(belief: float, passes: bool) -> None:
    game = compiled(selten_horse())
    plausible = assessment(game.tree, {"1: first": "C", "2: second": "c", "3: third": "R"})
    given = with_beliefs(plausible, {"3: third": [belief, 1 - belief]})
    assert certify_sequential(game, given, ONE).passed.all() == passes


@pytest.mark.parametrize("belief", [(0.6, 0.6), (-0.5, 1.5), (np.nan, np.nan)])
def test_beliefs_must_be_distributions_everywhere(belief: tuple[float, float]) -> None:
    game = compiled(selten_horse())
    plausible = assessment(game.tree, {"1: first": "C", "2: second": "c", "3: third": "R"})
    assert not certify_sequential(game, with_beliefs(plausible, {"3: third": belief}), ONE).passed.any()


@pytest.mark.parametrize("exact", [False, True])
def test_pooling_in_beer_and_quiche(exact: bool) -> None:
    game = compiled(beer_quiche(), exact=exact)
    pooling = assessment(game.tree, POOLING, exact=exact)
    assert certify_tree_nash(game, pooling, ONE).passed.all()
    weak, strong = {"R: after quiche": [0, 1]}, {"R: after quiche": [1, 0]}
    assert certify_sequential(game, with_beliefs(pooling, weak), ONE).passed.all()
    assert not certify_sequential(game, with_beliefs(pooling, strong), ONE).passed.any()
    prior = Fraction(9, 10)
    assert certify_sequential(game, after_beer(pooling, prior, exact=exact), ONE).passed.all()
    certificate = certify_sequential(game, after_beer(pooling, prior + Fraction(1, 10**7), exact=exact), ONE)
    assert certificate.worst <= 0  # nobody gains: only Bayes' rule is broken
    assert not certificate.passed.any()
    assert not certify_sequential(game, pooling, ONE).passed.any()  # the belief after quiche is missing


def after_beer(pooling: Assessment, strong: Fraction, *, exact: bool) -> Assessment:
    """The pooling profile with a belief after beer, and the one that supports it after quiche."""
    belief = [strong, 1 - strong] if exact else [float(strong), float(1 - strong)]
    return with_beliefs(pooling, {"R: after beer": belief, "R: after quiche": [0, 1]})


def test_weak_pbe_need_not_be_subgame_perfect() -> None:
    game = compiled(entry_and_battle())
    profile = assessment(game.tree, BATTLE)
    assert len(subgame_roots(game.tree)) == 2
    assert certify_sequential(game, with_beliefs(profile, {"I: reply": [1.0, 0.0]}), ONE).passed.all()
    assert not certify_sequential(game, with_beliefs(profile, {"I: reply": [0.0, 1.0]}), ONE).passed.any()
    certificate = certify_subgame_perfect(game, profile, ONE)
    assert not certificate.passed.any()
    assert certificate.worst == 2.0


def test_open_sets_pass_only_where_the_own_strategy_does_not_come() -> None:
    game = compiled(unilateral_deterrence(), UDG_POINT)
    deterred: dict[str, Prescribed] = {
        "Challenger hard: root": "cooperate",
        "Challenger soft: root": "cooperate",
        "Defender hard: reply": "defy",
        "Defender soft: reply": "defy",
    }
    assert certify_tree_nash(game, assessment(game.tree, deterred), ONE).passed.all()
    # The Defender's reply is off the path too, but only because of the Challenger.
    del deterred["Defender soft: reply"]
    assert not certify_tree_nash(game, assessment(game.tree, deterred), ONE).passed.any()
    hole = dict(BLUFF)
    del hole["Challenger hard: last"]
    assert not certify_tree_nash(game, assessment(game.tree, hole), ONE).passed.any()


def test_one_shot_check_needs_every_node_and_perfect_information() -> None:
    game = compiled(entry_deterrence())
    certificate = certify_one_shot(game, assessment(game.tree, {"E: root": "out"}), ONE)
    assert not certificate.passed.any()
    assert np.isnan(certificate.gain).all()
    horse = compiled(selten_horse())
    with pytest.raises(SolverError, match="perfect information"):
        certify_one_shot(horse, assessment(horse.tree, HORSE), ONE)


@pytest.mark.parametrize("seed", range(12))
def test_one_shot_check_finds_every_bad_node(seed: int) -> None:
    game = compiled(random_tree(seed, perfect=True), {"x": np.linspace(-1, 1, 7)})
    found = BackwardInduction().solve(game)
    certificate = certify_one_shot(game, found.profiles, found.exists)
    assert certificate.holds
    assert np.array_equal(certificate.passed, found.exists)
    assert certify_subgame_perfect(game, found.profiles, found.exists).holds
    assert certify_tree_nash(game, found.profiles, found.exists).holds
    for h in game.tree.information_sets:
        flipped = found.profiles.strategy.copy()
        flipped[..., h.moves] = flipped[..., h.moves][..., ::-1]
        wrong = certify_one_shot(game, Assessment(game.tree, flipped), found.exists)
        same = certify_subgame_perfect(game, Assessment(game.tree, flipped), found.exists)
        assert np.array_equal(wrong.passed, same.passed)
        assert not wrong.holds or _indifferent(game, h.members[0], found.profiles.strategy)


def _indifferent(game: CompiledTree, node: int, strategy: NumberArray) -> bool:
    """Whether both actions at the node are equally good everywhere, by plain recursion."""
    h = game.tree.information_sets[game.tree.nodes[node].information_set]
    rows = [list(strategy[n, 0]) for n in range(game.size)]
    for action in range(2):
        for row in rows:
            row[h.moves] = [float(action == 0), float(action == 1)]
        worth = [value(game, node, row, n)[h.player] for n, row in enumerate(rows)]
        if action == 0:
            before = worth
    return bool(np.allclose(before, worth))


def value(game: CompiledTree, node: int, strategy: list[Fraction] | list[float], point: int = 0) -> list[float]:
    """What each player expects from a node on, by plain recursion."""
    here = game.tree.nodes[node]
    players = range(len(game.tree.players))
    if here.kind == "end":
        return [game.payoff_rows[node][i][point] for i in players]
    chance = here.information_set < 0
    moves = None if chance else game.tree.information_sets[here.information_set].moves
    weights = [row[point] for row in game.chance_rows[node]] if moves is None else strategy[moves]
    total = [0 * weights[0]] * len(players)
    for b, (child, weight) in enumerate(zip(here.children, weights, strict=True)):
        below = value(game, child, strategy, point)
        paid = game.payment_rows[node][b] if node in game.payment_rows else {}
        for i in players:
            total[i] = total[i] + weight * (below[i] + (paid[i][point] if i in paid else 0))
    return total


def fewest_plans() -> list[int]:
    """Random trees in which no player has more than 2^6 pure strategies."""
    trees = {seed: random_tree(seed, levels=4).tree for seed in range(40)}
    return [s for s, tree in trees.items() if all(len(list(tree.of_player(p))) <= 6 for p in range(3))]


@pytest.mark.parametrize("seed", fewest_plans())
def test_best_reply_equals_the_best_pure_strategy(seed: int) -> None:
    game = compiled(random_tree(seed, levels=4), {"x": "1/3"}, exact=True)
    strategy = random_strategy(game.tree, seed)
    certificate = certify_tree_nash(game, Assessment(game.tree, strategy), ONE)
    base = value(game, 0, list(strategy[0, 0]))
    gains = []
    for player in range(len(game.tree.players)):
        sets = [h for h in game.tree.information_sets if h.player == player]
        for actions in product(range(2), repeat=len(sets)):
            row = list(strategy[0, 0])
            for h, action in zip(sets, actions, strict=True):
                row[h.moves] = [Fraction(action == 0), Fraction(action == 1)]
            gains.append(value(game, 0, row)[player] - base[player])
    assert certificate.gain[0, 0] == max(gains)


@pytest.mark.parametrize("seed", range(12))
def test_floats_and_fractions_agree(seed: int) -> None:
    definition = random_tree(seed)
    points: dict[str, Value] = {"x": ["-1/2", "0", "7/3"]}
    exact = compiled(definition, points, exact=True)
    floats = compiled(definition, points)
    rows = np.concatenate([random_strategy(exact.tree, 10 * seed + k) for k in range(3)])
    strategies = np.stack([rows[:, 0], rows[::-1, 0]], axis=1)
    exists = np.array([[True, True], [True, False], [False, False]])
    for certify in (certify_tree_nash, certify_subgame_perfect, certify_sequential):
        right = certify(exact, Assessment(exact.tree, strategies), exists)
        near = certify(floats, Assessment(floats.tree, strategies.astype(np.float64)), exists)
        assert np.array_equal(right.passed, near.passed)
        known = right.gain == right.gain
        assert np.array_equal(known, near.gain == near.gain)
        assert np.allclose(right.gain[known].astype(float), near.gain[known], atol=1e-9)


def test_gains_do_not_depend_on_how_the_batch_is_cut() -> None:
    definition = random_tree(3)
    x = np.linspace(-2, 2, 20_000)
    game = compiled(definition, {"x": x})
    strategy = np.broadcast_to(random_strategy(game.tree, 1).astype(np.float64), (x.size, 1, game.tree.n_moves))
    whole = certify_tree_nash(game, Assessment(game.tree, strategy), np.ones((x.size, 1), dtype=np.bool_))
    some = np.array([0, 8_191, 8_192, 19_999])
    few = certify_tree_nash(
        compiled(definition, {"x": x[some]}), Assessment(game.tree, strategy[some]), np.ones((4, 1), dtype=np.bool_)
    )
    assert np.array_equal(whole.gain[some], few.gain)
    assert np.unique(whole.gain).size > 100


def test_type_profiles_do_not_cut_a_tree_into_subgames() -> None:
    game = compiled(unilateral_deterrence(), UDG_POINT)
    assert subgame_roots(game.tree) == [0]
    assert len(subgame_roots(compiled(entry_deterrence()).tree)) == 2


def test_histories_that_share_a_node() -> None:
    """Two actions of A lead to the same decision of B; one of them costs A something."""
    ends = {a: Outcome(a, {"A": u, "B": v}) for a, u, v in (("u", 3, 1), ("d", 0, 0))}
    reply = Decision("reply", "B", dict(ends))
    moves = {"far": reply, "near": reply, "out": Outcome("o", {"A": 1, "B": 1})}
    root = Decision("root", "A", moves, pays={"far": {"A": Fraction(-1, 2)}})
    game = compiled(ExtensiveGame(root, players=[Player("A"), Player("B")]), exact=True)
    assert game.tree.shared

    def gains(first: list[float], second: list[float]) -> list[float | Fraction]:
        row = Assessment(game.tree, np.array([[first + second]]))
        return [c(game, row, ONE).worst for c in (certify_one_shot, certify_subgame_perfect, certify_tree_nash)]

    assert gains([0, 1, 0], [1, 0]) == [0, 0, 0]
    assert gains([1, 0, 0], [1, 0]) == [Fraction(1, 2)] * 3
    assert gains([0.5, 0.5, 0], [1, 0]) == [Fraction(1, 4)] * 3
    assert gains([0, 0, 1], [0, 1]) == [1, 1, 0]
    outcomes = tree_outcomes(game, Assessment(game.tree, np.array([[[0.5, 0.25, 0.25, 0.5, 0.5]]])))
    found = {event: outcomes.probability(event)[0, 0] for event in "udo"}
    assert found == {"u": Fraction(3, 8), "d": Fraction(3, 8), "o": Fraction(1, 4)}
    assert outcomes.payoff("A")[0, 0] == Fraction(9, 8) - Fraction(1, 4) + Fraction(1, 4)
