"""Derived theories of random games: two concepts that must agree, and equilibria that Gambit finds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pytest

from deterrence.certify import rationality
from deterrence.compiled import compile_tree, parameter_points
from deterrence.compiled.points import NumberArray
from deterrence.compiled.prescribed import pure_completions
from deterrence.expressions import Condition, Number, evaluate_exact
from deterrence.games import ExtensiveGame, Tree
from deterrence.interop import to_pygambit
from deterrence.profiles import Assessment
from deterrence.solving import solve
from deterrence.theory import EquilibriumClass, Theory, derive
from deterrence.theory.solver import DerivedEquilibria
from observed_games import SHAPES, observed_game
from small_trees import small_tree
from test_theory_oracle import extensive, random_game
from theory_sets import equal, has_member, members

Played: TypeAlias = Sequence[Fraction] | None  # at an information set, by action

LONG = pytest.mark.exhaustive
PLACES = [Fraction(k, 12) for k in (0, 1, 5, 12)]


def _games(few: int) -> list[Any]:
    """Return seeds and shapes, few of them for the short tier."""
    return [pytest.param(seed, shape, marks=LONG if seed >= few else ()) for seed in range(100) for shape in SHAPES]


# Perfect Bayesian and sequential equilibria


def _includes(theory: Theory, other: Theory, source: random.Random) -> int:
    """Check that equilibria of a theory, some of every class, are equilibria of another; count them."""
    count = 0
    for found in theory.classes:
        same = [c for c in other.classes if c.support == found.support]
        assert same, found.name
        for member in members(theory, found, ([source.choice(PLACES) for _ in found.free] for _ in range(5))):
            played = [[evaluate_exact(q, member) for q in row] for row in found.strategies]
            assert any(has_member(other, c, {}, _plays(c, played)) for c in same), (found.name, member)
            count += 1
    return count


def _plays(found: EquilibriumClass, played: Sequence[Played]) -> list[Condition]:
    """Return that a class plays as given, at the information sets where something is given."""
    rows = ((row, given) for row, given in zip(found.strategies, played, strict=True) if given is not None)
    return [equal(q, Number(value)) for row, given in rows for q, value in zip(row, given, strict=True)]


@pytest.mark.parametrize(("seed", "shape"), _games(1))
def test_perfect_bayesian_and_sequential_agree_with_two_types(seed: int, shape: str) -> None:
    """Fudenberg and Tirole 1991: with at most two types per player the two concepts have the same equilibria."""
    game, source = observed_game(seed, shape), random.Random(seed)
    shared, sequential = (derive(game, concept=concept) for concept in ("pbe", "sequential"))
    assert shared.complete
    assert sequential.complete
    assert {c.support for c in shared.classes} == {c.support for c in sequential.classes} != set()
    assert _includes(shared, sequential, source)
    assert _includes(sequential, shared, source)


# Any small game


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=LONG) for seed in range(4, 300))])
def test_sequential_equilibria_exist_and_are_those_of_weaker_concepts(seed: int) -> None:
    """Kreps and Wilson 1982: every game has one; it is subgame perfect and a weak perfect Bayesian equilibrium."""
    game, source = small_tree(seed), random.Random(seed)
    concepts = ("sequential", "weak-pbe", "subgame-perfect")
    theories = {concept: derive(game, concept=concept) for concept in concepts}
    for theory in theories.values():
        assert theory.complete
        answer = solve(game, DerivedEquilibria(theory), exact=True)
        assert int(answer.count) >= 1, theory.concept
        assert answer.certified.all(), theory.concept
    assert _includes(theories["sequential"], theories["weak-pbe"], source)
    assert _includes(theories["sequential"], theories["subgame-perfect"], source)


# Equilibria that Gambit finds


def _extreme(game: ExtensiveGame) -> Iterator[NumberArray]:
    """Yield strategies (moves,) of the extreme Nash equilibria of the normal form."""
    pygambit = pytest.importorskip("pygambit", reason="pygambit is not installed: an oracle is missing")
    theirs = to_pygambit(game)
    tree = game.tree
    for found in pygambit.nash.enummixed_solve(theirs, rational=True).equilibria:
        behaviour = found.as_behavior()
        known = {
            (player.label, infoset.label, action.label): Fraction(str(behaviour[action]))
            for player in theirs.players
            for infoset in player.infosets
            for action in infoset.actions
        }
        strategy = np.empty(tree.n_moves, dtype=object)
        for h in tree.information_sets:
            label = " ".join((*h.selectors(tree.players)[:1], h.label))
            strategy[h.moves] = [known[tree.players[h.player], label, action] for action in h.actions]
        yield strategy


def _unreached(tree: Tree, strategy: NumberArray) -> set[int]:
    """Return the information sets that play does not come to."""
    reached: set[int] = set()
    pending = [0]
    while pending:
        node = tree.nodes[pending.pop()]
        odds: Sequence[Fraction] = [Fraction(1)] * len(node.children)
        if node.kind == "decision":
            reached.add(node.information_set)
            odds = list(strategy[tree.information_sets[node.information_set].moves])
        pending += [child for child, q in zip(node.children, odds, strict=True) if q]
    return set(range(len(tree.information_sets))) - reached


def _verdicts(game: ExtensiveGame) -> Iterator[tuple[bool, list[Played]]]:
    """Yield what extreme points play, completed where play does not come to, and whether some beliefs support it.

    The verdict is that of the independent checker. Sets that a player's own moves exclude stay open.
    """
    compiled, tree = compile_tree(game, parameter_points(game, exact=True)), game.tree
    for point in _extreme(game):
        for h in _unreached(tree, point):
            point[tree.information_sets[h].moves] = np.nan
        for row in pure_completions(tree, point):
            verdict = rationality(compiled, Assessment(tree, row[None, None])).sequentially_rational
            played = [list(row[h.moves]) for h in tree.information_sets]
            if verdict != "not found":
                yield verdict == "yes", [None if any(q != q for q in given) else given for given in played]


def _compare(game: ExtensiveGame) -> list[bool]:
    """Check that classes have exactly the points with beliefs that support them; return which do."""
    theory = derive(game, concept="weak-pbe")
    assert theory.complete
    verdicts = list(_verdicts(game))
    for supported, played in verdicts:
        assert any(has_member(theory, c, {}, _plays(c, played)) for c in theory.classes) is supported, played
    return [supported for supported, _ in verdicts]


@LONG
@pytest.mark.parametrize("seed", range(300))
def test_classes_have_the_extreme_equilibria_of_gambit_that_beliefs_support(seed: int) -> None:
    _compare(extensive(random_game(seed)))


@LONG
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "four moves"])
@pytest.mark.parametrize("seed", range(100))
def test_classes_have_the_supported_extreme_equilibria_of_longer_games(seed: int, shape: str) -> None:
    _compare(observed_game(seed, shape))


@LONG
@pytest.mark.parametrize("seed", range(400))
def test_classes_have_the_supported_extreme_equilibria_of_any_small_game(seed: int) -> None:
    _compare(small_tree(seed))


def test_some_extreme_equilibria_of_gambit_are_supported_and_some_are_not() -> None:
    games = [extensive(random_game(seed)) for seed in range(8)] + [small_tree(seed) for seed in range(8)]
    verdicts = [verdict for game in games for verdict in _compare(game)]
    assert verdicts.count(True) > 20
    assert verdicts.count(False) > 20
