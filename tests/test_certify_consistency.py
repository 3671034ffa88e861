"""The checker of consistent beliefs: it accepts limits of trembles and refuses what no trembles lead to."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pytest

from deterrence.certify import certify_consistent, certify_sequential
from deterrence.compiled import compile_tree, parameter_points
from deterrence.games import Decision, ExtensiveGame, Outcome, Player
from deterrence.profiles import Assessment

Beliefs = Mapping[str, tuple[Fraction, ...]]  # by information set
THIRD, HALF = Fraction(1, 3), Fraction(1, 2)
NO, YES = Fraction(0), Fraction(1)


def _passed(
    game: ExtensiveGame, beliefs: Beliefs, strategy: Mapping[str, tuple[Fraction, ...]], *, exact: bool
) -> bool:
    """Say whether an assessment passes; all sets not named are played uniformly."""
    tree = game.tree
    rows = {
        h.label: strategy.get(h.label, (Fraction(1, len(h.actions)),) * len(h.actions)) for h in tree.information_sets
    }
    play = np.array([q for h in tree.information_sets for q in rows[h.label]], dtype=object)
    held = [beliefs.get(h.label, (YES,)) for h in tree.information_sets]
    given = np.array([q for row in held for q in row], dtype=object)
    compiled = compile_tree(game, parameter_points(game, exact=exact))
    numbers = [array if exact else array.astype(float) for array in (play, given)]
    assessment = Assessment(tree, numbers[0][None, None], numbers[1][None, None])
    exists = np.ones((1, 1), dtype=np.bool_)
    assert certify_sequential(compiled, assessment, exists).passed.all()  # a weak perfect Bayesian equilibrium it is
    return bool(certify_consistent(compiled, assessment, exists).passed.all())


def _common() -> ExtensiveGame:
    """A stays out; B and C each meet the same three surprises, B first, whatever it does."""
    nodes: list[Decision] = []
    surprises = ("x", "y", "z")
    for s in surprises:
        nodes.append(Decision(f"c-{s}", "C", {"left": "end", "right": "end"}, information_set="c"))
        nodes.append(Decision(f"b-{s}", "B", {"on": f"c-{s}"}, information_set="b"))
    nodes.append(Decision("root", "A", {"out": "end", **{s: f"b-{s}" for s in surprises}}))
    return _tree(nodes)


def _tree(nodes: list[Decision]) -> ExtensiveGame:
    """Return the game; every `end` is an outcome of its own, worth nothing to anybody."""
    copies: list[Decision | Outcome] = []
    for node in nodes:
        ends = {a: f"{node.name}-{a}" for a, child in node.actions.items() if child == "end"}
        copies += [Outcome(name, {"A": 0, "B": 0, "C": 0}) for name in ends.values()]
        actions = {a: ends.get(a, child) for a, child in node.actions.items()}
        copies.append(Decision(node.name, node.player, actions, information_set=node.information_set))
    return ExtensiveGame("root", nodes=copies, players=[Player(name) for name in "ABC"])


OUT = {"root": (YES, NO, NO, NO)}


@pytest.mark.parametrize("exact", [True, False])
def test_watchers_of_the_same_surprise_must_agree(exact: bool) -> None:
    game = _common()
    same = (HALF, THIRD, Fraction(1, 6))
    assert _passed(game, {"b": same, "c": same}, OUT, exact=exact)
    assert not _passed(game, {"b": same, "c": (THIRD, HALF, Fraction(1, 6))}, OUT, exact=exact)
    assert not _passed(game, {"b": (HALF, HALF, NO), "c": (NO, HALF, HALF)}, OUT, exact=exact)
    assert _passed(game, {"b": (NO, NO, YES), "c": (NO, NO, YES)}, OUT, exact=exact)


def _longer() -> ExtensiveGame:
    """B cannot tell a surprise `x` from `y` followed by another of C: that takes two mistakes."""
    nodes = [
        Decision("root", "A", {"out": "end", "x": "b-x", "y": "c-y"}),
        Decision("c-y", "C", {"stop": "end", "on": "b-y"}),
        Decision("b-x", "B", {"left": "end", "right": "end"}, information_set="b"),
        Decision("b-y", "B", {"left": "end", "right": "end"}, information_set="b"),
    ]
    return _tree(nodes)


@pytest.mark.parametrize("exact", [True, False])
def test_orders_of_trembles_are_free_where_nothing_ties_them(exact: bool) -> None:
    """A may tremble to `y` so much more that two mistakes are as likely as one."""
    strategy = {"root": (YES, NO, NO), "c-y": (YES, NO)}
    for belief in ((YES, NO), (HALF, HALF), (NO, YES)):
        assert _passed(_longer(), {"b": belief}, strategy, exact=exact)


def _ordered() -> ExtensiveGame:
    """A sees nothing twice: C hears of `x` and `y` alone, B only of `x`, or of `y` after C's second mistake."""
    nodes = [
        Decision("root", "A", {"out": "end", "x": "c-x", "y": "c-y"}),
        Decision("c-x", "C", {"stop": "b-x", "on": "end"}, information_set="c"),
        Decision("c-y", "C", {"stop": "end", "on": "b-y"}, information_set="c"),
        Decision("b-x", "B", {"left": "end", "right": "end"}, information_set="b"),
        Decision("b-y", "B", {"left": "end", "right": "end"}, information_set="b"),
    ]
    return _tree(nodes)


@pytest.mark.parametrize("exact", [True, False])
def test_orders_tie_beliefs_at_different_sets(exact: bool) -> None:
    """C, who holds `x` and `y` for equally likely, goes on by mistake alone: B must then believe in `x`."""
    strategy = {"root": (YES, NO, NO), "c": (YES, NO)}
    assert _passed(_ordered(), {"c": (HALF, HALF), "b": (YES, NO)}, strategy, exact=exact)
    assert not _passed(_ordered(), {"c": (HALF, HALF), "b": (HALF, HALF)}, strategy, exact=exact)
    assert not _passed(_ordered(), {"c": (YES, NO), "b": (NO, YES)}, strategy, exact=exact)
    assert _passed(_ordered(), {"c": (NO, YES), "b": (HALF, HALF)}, strategy, exact=exact)


@pytest.mark.parametrize("exact", [True, False])
def test_a_single_choice_is_consistent(exact: bool) -> None:
    """No branch leads to its information set."""
    game = _tree([Decision("root", "A", {"left": "end", "right": "end"})])
    assert _passed(game, {}, {"root": (THIRD, 1 - THIRD)}, exact=exact)
