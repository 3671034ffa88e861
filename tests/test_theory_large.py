"""The asymmetric escalation game with two types against four: what nobody derives by hand.

`check` proves its published families one profile at a time; the whole theory, and what refinements leave of it, are for
the long tier.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from deterrence.expressions import (
    Comparison,
    Condition,
    Number,
    evaluate_exact,
    holds_exactly,
    substitute,
    substitute_condition,
)
from deterrence.games import EquilibriumResult, ExtensiveGame
from deterrence.library import load
from deterrence.solving import solve
from deterrence.theory import Theory, derive
from deterrence.theory.accounts import Explanation
from deterrence.theory.algebra import Algebra
from deterrence.theory.compare import compare
from deterrence.theory.derive import derive_profile
from deterrence.theory.explain import explain
from deterrence.theory.interior import interior
from deterrence.theory.observed import History
from deterrence.theory.refine import refined
from deterrence.theory.relevance import relevant_beliefs
from deterrence.theory.shared import SharedBeliefs
from deterrence.theory.smt import Decider
from deterrence.theory.solver import DerivedEquilibria
from deterrence.theory.supports import feasible_supports
from deterrence.theory.systems import Strategies, Supports
from deterrence.theory.unknowns import Support

FINE = 10**6  # so that no random point lies on an edge
FAMILIES = {
    "limited-response deterrence",
    "constrained limited response",
    "escalatory limited response",
    "no response",
    "escalatory deterrence",
}


@pytest.fixture(scope="module")
def game() -> ExtensiveGame:
    game = load("escalation/asymmetric-escalation-types")
    assert isinstance(game, ExtensiveGame)
    assert len(game.tree.information_sets) == 14
    return game


def published(game: ExtensiveGame, name: str) -> EquilibriumResult:
    (result,) = [r for r in game.about.results if r.id == name]
    assert isinstance(result, EquilibriumResult)
    return result


def matching(game: ExtensiveGame, result: EquilibriumResult) -> str:
    """Return how a published region agrees with what is derived of its profile alone."""
    (found,) = compare(derive_profile(game, result), [result]).published
    return found.matching


# After a demand that nobody makes, `pbe` still asks for Bayes' rule about the Defender; `weak-pbe` does not.

BETWEEN = {"p_HH": Fraction(1, 5), "p_HS": Fraction(1, 2), "p_SH": Fraction(1, 5)}  # p_HH < q_H*(p_HH + p_HS)


def limited_response(game: ExtensiveGame, hard_share: str, soft_share: str) -> Explanation:
    """Explain limited-response deterrence with a belief about who gives a limited response."""
    belief = {"Defender.HH": hard_share, "Defender.HS": soft_share, "Defender.SH": "0", "Defender.SS": "0"}
    hard, soft = {"root": "wait", "raise": "stop", "answer": "escalate"}, {"root": "wait", "raise": "stop"}
    replies = {"HH": "defy", "HS": "defy", "SH": "concede", "SS": "concede"}
    profile = {
        "Challenger": {"hard": hard, "soft": {**soft, "answer": "stop"}},
        "Defender": {
            t: {"respond": reply, "counter": "escalate" if t[1] == "H" else "stop"} for t, reply in replies.items()
        },
    }
    demanded_by = {"Challenger.hard": "1", "Challenger.soft": "0"}
    beliefs = {
        "Challenger": {"hard": {"raise": belief}, "soft": {"raise": belief}},
        "Defender": {t: {"respond": demanded_by, "counter": demanded_by} for t in replies},
    }
    return explain(game, profile, at=BETWEEN, beliefs=beliefs)


def test_limited_response_deterrence_is_judged_by_bayes_rule_off_the_path(game: ExtensiveGame) -> None:
    by_bayes, freely = limited_response(game, "2/7", "5/7"), limited_response(game, "1/3", "2/3")
    (deviation,) = by_bayes.deviations
    assert (by_bayes.verdict, deviation.where) == ("no", "Challenger hard: raise")
    assert deviation.gain == Fraction(2, 7) * -1 + Fraction(5, 7) * 2 - 1
    assert (freely.verdict, freely.deviations) == ("yes", ())


def test_the_two_concepts_differ_by_that_rule(game: ExtensiveGame) -> None:
    strict = published(game, "limited-response deterrence")
    free = published(game, "limited-response deterrence by a free belief")
    assert strict.profile == free.profile
    assert matching(game, free) == "matched"
    assert matching(game, replace(free, iff=(*free.iff, *strict.iff))) == "too narrow"
    assert matching(game, replace(strict, iff=free.iff)) == "too wide"


# Refinements


def test_d1_removes_no_response(game: ExtensiveGame) -> None:
    theory = derive_profile(game, replace(published(game, "no response"), refinement="D1"))
    assert theory.classes == ()
    assert {removal.where for removal in theory.removed} == {()}
    struck = {(a.sender, a.struck, a.by) for removal in theory.removed for a in removal.arguments}
    assert struck == {("Defender", ("HS",), "HH")}


@pytest.mark.parametrize("name", ["constrained limited response", "escalatory limited response"])
def test_d1_leaves_limited_responses_on_the_path(game: ExtensiveGame, name: str) -> None:
    result = replace(published(game, name), refinement="D1")
    assert derive_profile(game, result).removed == ()
    assert matching(game, result) == "matched"


# The whole theory


@pytest.fixture(scope="module")
def theory(game: ExtensiveGame) -> Theory:
    return derive(game)


@pytest.mark.exhaustive
def test_every_class_is_found_in_closed_form(theory: Theory, record_property: Callable[[str, object], None]) -> None:
    counts = f"{len(theory.classes)} classes, {len(theory.generic)} generic, {theory.counts['supports']} supports"
    record_property("measured", f"general asymmetric escalation: {counts}")
    assert theory.complete
    assert theory.counts["undecided"] == 0
    assert all(found.closed_form for found in theory.classes)
    assert {found.family for found in theory.classes} >= FAMILIES
    assert (len(theory.classes), len(theory.generic)) == (256, 138)


@pytest.mark.exhaustive
def test_the_intuitive_criterion_removes_no_generic_class(theory: Theory) -> None:
    left = refined(theory, "intuitive")
    assert left.generic == theory.generic
    assert not any(removal.effect == "undecided" for removal in left.removed)


def random_point(source: random.Random) -> dict[str, Fraction]:
    """Return payoffs in the assumed orders, with priors anywhere inside."""
    point: dict[str, Fraction] = {}
    for player, ends in (("c", "DC SQ ED DD EEh DE EEs"), ("d", "SQ DE DDh DC DDs EEh ED EEs")):
        values = sorted(source.sample(range(-FINE, FINE), len(ends.split())), reverse=True)
        point |= {f"{player}_{end}": Fraction(value) for end, value in zip(ends.split(), values, strict=True)}
    cuts = sorted(source.sample(range(1, FINE), 3))
    shares = dict(zip(("p_HH", "p_HS", "p_SH"), (b - a for a, b in pairwise((0, *cuts))), strict=True))
    priors = {**shares, "p_Ch": source.randint(1, FINE - 1)}
    return point | {name: Fraction(share, FINE) for name, share in priors.items()}


@pytest.mark.exhaustive
def test_the_checker_confirms_every_equilibrium_at_random_points(theory: Theory) -> None:
    source = random.Random(3)
    points = [random_point(source) for _ in range(12)]
    at = {name: [point[name] for point in points] for name in points[0]}
    solution = solve(theory.game, DerivedEquilibria(theory), at=at, exact=True)
    assert solution.count.min() > 10
    assert solution.certified.all()
    assert solution.certificate.worst == 0


@pytest.fixture(scope="module")
def after_d1(theory: Theory) -> Theory:
    return refined(theory, "D1")


@pytest.mark.exhaustive
def test_d1_leaves_deterrence_to_limited_responses(after_d1: Theory) -> None:
    assert len(after_d1.generic) == 19
    assert not any(removal.effect == "undecided" for removal in after_d1.removed)
    assert FAMILIES - {found.family for found in after_d1.generic} == {"no response", "escalatory deterrence"}
    waiting = {found.family for found in after_d1.generic if found.events["status quo"] == Number(1)}
    assert waiting == {"limited-response deterrence", "limited-response deterrence by a hesitant Defender"}


@pytest.mark.exhaustive
def test_some_equilibrium_survives_d1_at_random_points(after_d1: Theory) -> None:
    """Most points have one distribution of outcomes, some have three."""
    definitions, source = after_d1.game.resolved_definitions, random.Random(5)
    numbers: list[int] = []
    for _ in range(400):
        point = random_point(source)
        outcomes = {
            tuple(evaluate_exact(substitute(f, definitions), point) for f in found.events.values())
            for found in after_d1.generic
            if all(holds_exactly(substitute_condition(c, definitions), point) for c in found.region)
        }
        numbers.append(len(outcomes))
    assert set(numbers) == {1, 3}
    assert numbers.count(1) > 360


def is_equation(condition: Condition) -> bool:
    return isinstance(condition, Comparison) and "==" in condition.operators


class BayesOnThePath(SharedBeliefs):
    """Beliefs shared and independent as in `pbe`, but Bayes' rule only after moves that play comes to.

    The first move is always come to; whether later ones are is known once all supports are chosen.
    """

    def agreement(self, strategies: Strategies, h: int, relevant: Container[str]) -> Iterator[Condition]:
        rule = super().agreement(strategies, h, relevant)
        return (c for c in rule if not self.history_of(h) or not is_equation(c))

    def sound(
        self, supports: Supports, strategies: Strategies, relevant: Container[str]
    ) -> Iterator[tuple[Condition, ...]]:
        reached = {self.history_of(h): h for h in supports if self.comes_to(self.history_of(h), supports)}
        rules = (super(BayesOnThePath, self).agreement(strategies, h, relevant) for h in reached.values())
        yield tuple(c for rule in rules for c in rule)

    def history_of(self, h: int) -> History:
        return self.observed.public[h]

    def comes_to(self, history: History, supports: Supports) -> bool:
        """Say whether every mover has a type whose moves all lead along a history."""
        steps = [history[: k + 1] for k in range(len(history))]
        left = {player.name: set(player.types) for player in self.game.players}
        for step in steps:
            mover = self.observed.mover[step[:-1]]
            for t, h in self.observed.sets_of(mover, step[:-1]).items():
                action = self.tree.information_sets[h].actions.index(step[-1].partition(":")[2])
                left[mover] -= set() if action in supports[h] else {t}
        return all(left.values())


@pytest.mark.exhaustive
def test_a_sixth_of_the_supports_needs_beliefs_that_contradict_play_off_the_path(game: ExtensiveGame) -> None:
    """With Bayes' rule on the path alone 52 more supports are feasible, and none is lost."""
    found: list[set[Support]] = []
    for kind in (SharedBeliefs, BayesOnThePath):
        system = SharedBeliefs.of(game)
        system = kind(game, system.prefix, system.slots, system.observed, system.beliefs)
        names = (p.name for p in game.parameters)
        relevant = relevant_beliefs(system, Algebra((*names, *system.slots, *system.moves)))
        found.append({s.support for s in feasible_supports(system, Decider(interior(game)), relevant)})
    strict, free = found
    assert strict < free
    assert (len(strict), len(free)) == (253, 305)
