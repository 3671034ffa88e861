"""Subgame perfection and sequential rationality of profiles with open sets: proofs, examples, refusals."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
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
    random_tree,
    selten_horse,
    unilateral_deterrence,
)
from deterrence.certify import Rationality, certify_sequential, certify_subgame_perfect, rationality
from deterrence.certify.beliefs import belief_slices
from deterrence.certify.contest import solve_contest
from deterrence.compiled import CompiledTree
from deterrence.compiled.reduced import plans_of
from deterrence.errors import SolverError
from deterrence.games import Decision, ExtensiveGame, Outcome, Player
from deterrence.profiles import Assessment
from deterrence.solvers import ReducedStrategicForm, VertexEnumeration

DETERRED: dict[str, Prescribed] = {"Challenger hard: root": "cooperate", "Challenger soft: root": "cooperate"}


def verdicts(found: Rationality) -> tuple[str, str, str]:
    return found.nash, found.subgame_perfect, found.sequentially_rational


def classify(game: ExtensiveGame, profile: dict[str, Prescribed], *, exact: bool) -> Rationality:
    point = UDG_POINT if game.parameters else {}
    numbers = compiled(game, point, exact=exact)
    return rationality(numbers, assessment(numbers.tree, profile, exact=exact))


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(
    ("game", "profile", "expected"),
    [
        (selten_horse(), {"1: first": "D", "2: second": "c", "3: third": "L"}, ("yes", "yes", "no")),
        (selten_horse(), {"1: first": "C", "2: second": "c", "3: third": "R"}, ("yes", "yes", "yes")),
        (selten_horse(), {"1: first": "C", "2: second": "d", "3: third": "R"}, ("no", "no", "no")),
        (entry_deterrence(), {"E: root": "out", "I: reply": "fight"}, ("yes", "no", "no")),
        (entry_deterrence(), {"E: root": "in", "I: reply": "accommodate"}, ("yes", "yes", "yes")),
        (entry_and_battle(), {"E: root": "out", "E: battle": "A", "I: reply": "F"}, ("yes", "no", "yes")),
        (entry_and_battle(), {"E: root": "out", "I: reply": "F"}, ("yes", "no", "yes")),
        (entry_and_battle(), {"E: root": "in", "E: battle": "A", "I: reply": "A"}, ("yes", "yes", "yes")),
        (
            beer_quiche(),
            {"S strong: breakfast": "beer", "S weak: breakfast": "beer", "R: after beer": "peace",
             "R: after quiche": "duel"},
            ("yes", "yes", "yes"),
        ),
        (unilateral_deterrence(), DETERRED | dict.fromkeys(("Defender hard: reply", "Defender soft: reply"), "defy"),
         ("yes", "yes", "yes")),
        (unilateral_deterrence(), DETERRED | {"Defender hard: reply": "concede", "Defender soft: reply": "defy"},
         ("yes", "yes", "no")),
        (unilateral_deterrence(), DETERRED | {"Defender hard: reply": "defy", "Defender soft: reply": "concede"},
         ("no", "no", "no")),
    ],
)  # fmt: skip
def test_literature_cases(
    game: ExtensiveGame, profile: dict[str, Prescribed], expected: tuple[str, str, str], exact: bool
) -> None:
    found = classify(game, profile, exact=exact)
    assert verdicts(found) == expected
    for concept, verdict in zip(("Nash", "subgame perfect", "sequentially rational"), expected, strict=True):
        refuted = verdict == "no" and not (concept != "Nash" and expected[0] == "no")
        assert refuted == (concept in [w.concept for w in found.witnesses])
    assert all(w.gain > 0 for w in found.witnesses)
    assert (found.completion is None) == ("yes" not in expected[1:])
    assert (found.beliefs is None) == (expected[2] != "yes")


def test_witness_says_who_deviates_where_to_what() -> None:
    found = classify(selten_horse(), {"1: first": "D", "2: second": "c", "3: third": "L"}, exact=True)
    (witness,) = found.witnesses
    assert (witness.concept, witness.player, witness.where) == ("sequentially rational", "2", "2: second")
    assert witness.moves == ("2: second = d",)
    assert witness.gain == Fraction(3)


def test_beliefs_of_the_horse_are_those_that_support_it() -> None:
    found = classify(selten_horse(), {"1: first": "C", "2: second": "c", "3: third": "R"}, exact=True)
    assert found.beliefs is not None
    tree = selten_horse().tree
    (after_d, after_cd) = next(
        found.beliefs[part]
        for h, part in zip(tree.information_sets, belief_slices(tree), strict=True)
        if tree.set_name(h) == "3: third"
    )
    assert 0 <= after_d <= Fraction(1, 3)
    assert after_d + after_cd == 1


def test_belief_in_between_is_found() -> None:
    """The prescribed action is best only at beliefs between one and two thirds: neither node alone supports it."""

    def third(name: str, payoffs: tuple[int, int, int]) -> Decision:
        ends = {a: Outcome(f"{name}{a}", {"A": -1, "B": u}) for a, u in zip("lmr", payoffs, strict=True)}
        return Decision(name, "B", ends, information_set="reply")

    ends = {"out": Outcome("out", {"A": 0, "B": 0}), "x": third("x", (3, 2, 0)), "y": third("y", (0, 2, 3))}
    game = compiled(ExtensiveGame(Decision("root", "A", dict(ends)), players=[Player("A"), Player("B")]), exact=True)
    middle = rationality(game, assessment_of(game, {"A: root": "out", "B: reply": "m"}))
    assert verdicts(middle) == ("yes", "yes", "yes")
    assert middle.beliefs is not None
    assert Fraction(1, 3) <= middle.beliefs[-1] <= Fraction(2, 3)
    worse = {"x": third("x", (3, 1, 0)), "y": third("y", (0, 1, 3))}
    game = compiled(
        ExtensiveGame(Decision("root", "A", {**ends, **worse}), players=[Player("A"), Player("B")]), exact=True
    )
    found = rationality(game, assessment_of(game, {"A: root": "out", "B: reply": "m"}))
    assert found.sequentially_rational == "no"  # though each other action alone is worse at some node
    assert found.witnesses[0].gain == Fraction(1, 2)


def assessment_of(game: CompiledTree, actions: dict[str, str]) -> Assessment:
    """A pure profile in Fractions, for sets with any number of actions."""
    row = [
        Fraction(action == actions[game.tree.set_name(h)]) for h in game.tree.information_sets for action in h.actions
    ]
    return Assessment(game.tree, np.array([[row]], dtype=object))


def chain(last: tuple[int, int], second: tuple[int, int]) -> ExtensiveGame:
    """A stops or goes; B stops or goes; A ends with l or r."""
    end = Decision("end", "A", {"l": Outcome("l", {"A": 0, "B": last[0]}), "r": Outcome("r", {"A": 1, "B": last[1]})})
    middle = Decision("middle", "B", {"stop": Outcome("s", {"A": second[0], "B": second[1]}), "go": end})
    root = Decision("root", "A", {"stop": Outcome("S", {"A": 2, "B": 2}), "go": middle})
    return ExtensiveGame(root, players=[Player("A"), Player("B")])


def test_no_covers_mixed_completions_of_open_sets() -> None:
    # At the end only r is optimal, so B's threat to go yields 0 against 1 for stopping.
    found = classify(chain((5, 0), (1, 1)), {"A: root": "stop", "B: middle": "go"}, exact=True)
    assert verdicts(found) == ("yes", "no", "no")
    found = classify(chain((0, 5), (1, 1)), {"A: root": "stop", "B: middle": "go"}, exact=True)
    assert verdicts(found) == ("yes", "yes", "yes")
    assert found.completion is not None
    assert found.completion.tolist()[-2:] == [0, 1]


def test_mixed_completions_are_not_searched_and_not_denied() -> None:
    """B's even mixture in a coordination game off the path is optimal only if A, whose set is open, mixes too."""
    reply = {
        a: Decision(
            f"guess {a}",
            "A",
            {b: Outcome(a + b, {"A": 0 if a == b else -2, "B": int(a == b)}) for b in "ht"},
            information_set="guess",
        )
        for a in "ht"
    }
    game = ExtensiveGame(
        Decision("root", "A", {"out": Outcome("out", {"A": 1, "B": 1}), "in": Decision("pick", "B", dict(reply))}),
        players=[Player("A"), Player("B")],
    )
    numbers = compiled(game)
    profile = assessment(numbers.tree, {"A: root": "out", "B: pick": 0.5})
    found = rationality(numbers, profile)
    assert verdicts(found) == ("yes", "not found", "not found")
    assert found.witnesses == ()
    even = Assessment(numbers.tree, np.where(np.isnan(profile.strategy), 0.5, profile.strategy))
    assert certify_subgame_perfect(numbers, even, ONE).passed.all()


def test_a_set_left_open_on_the_own_path_is_an_error() -> None:
    game = compiled(entry_deterrence())
    with pytest.raises(SolverError, match="own strategy reaches"):
        rationality(game, assessment(game.tree, {"E: root": "out"}))


@pytest.mark.parametrize("wrong", [(0.6, 0.6), (1.5, -0.5), (0.5, np.nan)])
def test_what_is_no_distribution_is_an_error(wrong: tuple[float, float]) -> None:
    game = compiled(entry_deterrence())
    profile = assessment(game.tree, {"E: root": "in", "I: reply": "accommodate"})
    profile.strategy[0, 0, :2] = wrong
    with pytest.raises(SolverError, match="not probability distributions"):
        rationality(game, profile)


@pytest.mark.parametrize("exact", [False, True])
def test_equilibria_of_unilateral_deterrence(exact: bool, record_property: Callable[[str, object], None]) -> None:
    game = compiled(unilateral_deterrence(), UDG_POINT, exact=exact)
    found = ReducedStrategicForm(VertexEnumeration()).solve(game)
    count = int(found.exists.sum())
    start = time.perf_counter()
    results = [rationality(game, found.profiles, equilibrium=k) for k in range(count)]
    took = (time.perf_counter() - start) / count
    record_property("measured", f"rationality, unilateral deterrence, exact {exact}: {took * 1e3:.1f} ms each")
    assert {r.nash for r in results} == {"yes"}
    assert {r.subgame_perfect for r in results} == {"yes"}  # there is no proper subgame
    assert {r.sequentially_rational for r in results} == {"yes", "no"}
    hard = next(h for h in game.tree.information_sets if game.tree.set_name(h) == "Defender hard: reply")
    for k, result in enumerate(results):
        concedes = float(found.profiles.strategy[0, k, hard.first_move]) > 1e-9
        assert (result.sequentially_rational == "no") == concedes  # a hard Defender never concedes


def small_trees() -> list[int]:
    """Random trees of two players in which both have at most six plans."""
    trees = {seed: random_tree(seed, levels=4, players=2).tree for seed in range(60)}
    return [s for s, tree in trees.items() if all(1 < len(plans_of(tree, p).labels) <= 6 for p in range(2))]


@pytest.mark.parametrize("seed", small_trees())
def test_verdicts_agree_with_enumeration(seed: int) -> None:
    """Compare each verdict with all pure completions and with beliefs that are certain of some node."""
    game = compiled(random_tree(seed, levels=4, players=2), {"x": 1})
    found = ReducedStrategicForm(VertexEnumeration()).solve(game)
    for k in range(min(4, int(found.exists.sum()))):
        result = rationality(game, found.profiles, equilibrium=k)
        assert result.nash == "yes"
        closures = completions(game, found.profiles, k)
        perfect = any(certify_subgame_perfect(game, a, ONE).passed.all() for a in closures)
        assert perfect == (result.subgame_perfect == "yes")
        if any(certify_sequential(game, b, ONE).passed.all() for a in closures for b in certain_beliefs(game, a)):
            assert result.sequentially_rational == "yes"
        if result.sequentially_rational == "yes":
            assert result.completion is not None
            assert result.beliefs is not None
            shown = Assessment(game.tree, result.completion[None, None], result.beliefs[None, None])
            assert certify_sequential(game, shown, ONE).passed.all()


def completions(game: CompiledTree, given: Assessment, k: int) -> list[Assessment]:
    """All pure completions of one profile."""
    strategy = given.strategy[0, k]
    gaps = [h for h in game.tree.information_sets if np.isnan(strategy[h.first_move])]
    out = []
    for actions in product(range(2), repeat=len(gaps)):
        row = strategy.copy()
        for h, action in zip(gaps, actions, strict=True):
            row[h.moves] = [float(action == 0), float(action == 1)]
        out.append(Assessment(game.tree, row[None, None]))
    return out


def certain_beliefs(game: CompiledTree, given: Assessment) -> Iterator[Assessment]:
    """The assessment with every combination of beliefs that are certain of one node, Bayes' rule on the path."""
    on_path = {game.tree.nodes[i].information_set for i in come_to(game, given)}
    options = [
        [np.full(len(h.members), np.nan)] if here in on_path else list(np.eye(len(h.members)))
        for here, h in enumerate(game.tree.information_sets)
    ]
    for rows in product(*options):
        yield Assessment(game.tree, given.strategy, np.concatenate(rows)[None, None])


def come_to(game: CompiledTree, given: Assessment) -> Iterator[int]:
    """The nodes that play comes to with positive probability."""
    pending = [0]
    while pending:
        i = pending.pop()
        yield i
        node = game.tree.nodes[i]
        here = node.information_set
        chance = [row[0] for row in game.chance_rows.get(i, ())]
        weights = given.strategy[0, 0, game.tree.information_sets[here].moves] if here >= 0 else chance
        pending += [child for child, w in zip(node.children, weights, strict=True) if w > 1e-12]


@pytest.mark.parametrize("seed", range(30))
def test_contest_is_solved_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(1, 6, size=2)
    low = rng.integers(-3, 1)
    matrix = [[Fraction(int(g)) for g in row] for row in rng.integers(low, low + 5, size=(rows, columns))]
    contest = solve_contest(matrix)
    assert sum(contest.rows) == sum(contest.columns) == 1
    assert min(*contest.rows, *contest.columns) >= 0
    # Both sides guarantee the value: that proves it.
    assert max(sum(g * q for g, q in zip(row, contest.columns, strict=True)) for row in matrix) == contest.value
    against = [sum(r * row[c] for r, row in zip(contest.rows, matrix, strict=True)) for c in range(columns)]
    assert min(against) == contest.value
