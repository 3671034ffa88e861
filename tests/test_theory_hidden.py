"""Derived theories of games with hidden actions, correlated and known types, against enumeration and by hand."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from deterrence.certify import certify_consistent
from deterrence.compiled import compile_tree
from deterrence.games import Decision, ExtensiveGame, Outcome, Player, parameter
from deterrence.library import load
from deterrence.solving import solve
from deterrence.theory import Theory, derive
from deterrence.theory.solver import DerivedEquilibria
from hidden_oracle import PLACES, Hidden, Profile, equilibria

LONG = pytest.mark.exhaustive
NAMES = ("A", "B", "C")


def _random_game(seed: int) -> Hidden:
    """Return a game whose payoffs tie often or hardly ever; the last mover is C, or B where it can remember."""
    source = random.Random(seed)
    ties = source.random() < 0.4

    def number() -> Fraction:
        return Fraction(source.randint(-2, 2)) if ties else Fraction(source.randint(-40, 40), 7)

    last = source.choice(list(combinations(PLACES, 2)))
    mover = source.choice((1, 2)) if last[0][1] == last[1][1] else 2
    keys: list[tuple[str, ...]] = [(*place, c) for place in last for c in "LR"]
    keys += [place for place in PLACES if place not in last]
    ends = {key: tuple(number() for _ in NAMES) for key in keys}
    return Hidden(tuple(number() for _ in NAMES), ends, last, mover)


def _extensive(game: Hidden) -> ExtensiveGame:
    def end(name: str, payoffs: tuple[Fraction, ...]) -> Outcome:
        return Outcome(name, dict(zip(NAMES, payoffs, strict=True)))

    def after(a: str, b: str) -> Outcome | Decision:
        if (a, b) not in game.last:
            return end(f"{a}{b}", game.ends[a, b])
        answers = {c: end(f"{a}{b}{c}", game.ends[a, b, c]) for c in "LR"}
        return Decision(f"last-{a}{b}", NAMES[game.mover], answers, information_set="last")

    second = {a: Decision(a, "B", {b: after(a, b) for b in "lr"}, information_set="second") for a in "xy"}
    root = Decision("root", "A", {"out": end("out", game.out), **second})
    return ExtensiveGame(root, players=[Player(name) for name in NAMES])


def _pure(theory: Theory) -> set[Profile]:
    """Return the pure strategies of the classes."""
    sets = {h.label: (i, h.actions) for i, h in enumerate(theory.game.tree.information_sets)}
    found: set[Profile] = set()
    for c in theory.classes:
        if all(len(actions) == 1 for actions in c.support):
            a, b, last = (sets[label][1][c.support[sets[label][0]][0]] for label in ("root", "second", "last"))
            found.add((a, b, last))
    return found


@pytest.mark.parametrize("concept", ["sequential", "weak-pbe"])
@pytest.mark.parametrize("seed", [*range(25), *(pytest.param(s, marks=LONG) for s in range(25, 325))])
def test_pure_equilibria_are_exactly_the_enumerated_ones(seed: int, concept: str) -> None:
    game = _random_game(seed)
    theory = derive(_extensive(game), concept=concept)
    assert theory.complete
    assert _pure(theory) == equilibria(game, concept)


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(s, marks=LONG) for s in range(6, 60))])
def test_every_listed_equilibrium_is_certified_exactly(seed: int) -> None:
    for concept in ("sequential", "weak-pbe", "subgame-perfect"):
        game = _extensive(_random_game(seed))
        answer = solve(game, DerivedEquilibria(derive(game, concept=concept)), exact=True)
        assert answer.certified.all(), concept
        assert int(answer.count) >= 1, concept


def test_the_oracle_tells_the_concepts_apart() -> None:
    games = [_random_game(seed) for seed in range(200)]
    found = [(equilibria(g, "sequential"), equilibria(g, "weak-pbe")) for g in games]
    assert all(few <= many for few, many in found)
    assert sum(few < many for few, many in found) >= 5


# The gaps between the concepts


def _solution(slug: str) -> ExtensiveGame:
    game = load(f"solution-concepts/{slug}")
    assert isinstance(game, ExtensiveGame)
    return game


@pytest.mark.parametrize(
    ("slug", "result", "having", "lacking"),
    [
        ("unseen-entry", "an empty threat deters", "subgame-perfect", "weak-pbe"),
        ("entry-subgame", "deterred by a misjudgement", "weak-pbe", "subgame-perfect"),
        ("entry-subgame", "deterred by a misjudgement", "weak-pbe", "pbe"),
        ("crossed-suspicions", "both suspected", "pbe", "sequential"),
        ("crossed-suspicions", "both suspected", "weak-pbe", "sequential"),
    ],
)
def test_a_profile_separates_two_concepts(slug: str, result: str, having: str, lacking: str) -> None:
    game = _solution(slug)
    assert result in {c.family for c in derive(game, concept=having).generic}
    assert result not in {c.family for c in derive(game, concept=lacking).classes}


def test_an_attack_tells_nothing_about_the_patron() -> None:
    game = _solution("uninformed-attack")
    named = "deterred by a belief that nothing supports"
    weak, shared = (derive(game, concept=c) for c in ("weak-pbe", "pbe"))
    assert weak.named(named).region == ()
    assert [str(c) for c in shared.named("deterred by the Patron").region] == ["Comparison((p >= p_star))"]


def test_seltens_horse() -> None:
    """At g = 4 subgame perfection keeps the equilibrium in which the second would stay; the others reject it."""
    game = _solution("selten-horse")
    stays = {"subgame-perfect": True, "weak-pbe": False, "sequential": False}
    for concept, kept in stays.items():
        theory = derive(game, concept=concept)
        answer = solve(game, DerivedEquilibria(theory), exact=True)
        leaves = answer.probability("first leaves")
        assert bool((leaves == 1).any()) is kept, concept
        assert answer.certified.all()


# Correlated and known types


def _informed(*, known: bool) -> ExtensiveGame:
    """Return a choice of B whether to trust A, whose type it knows or guesses from its own, which is correlated."""
    q = parameter("q", domain="interior-probability")
    reward = {"A.good": 1, "A.bad": -2}
    trust = Outcome("trust", {"A": 1, "B": reward})
    refuse = Outcome("refuse", {"A": 0, "B": 0})
    choice = Decision("choice", "B", {"trust": trust, "refuse": refuse})
    prior = {("good", "warm"): q, ("good", "cold"): (1 - q) / 4}
    prior |= {("bad", "warm"): (1 - q) / 4, ("bad", "cold"): (1 - q) / 2}
    return ExtensiveGame(
        Decision("start", "A", {"ask": choice, "leave": Outcome("leave", {"A": Fraction(-1), "B": 0})}),
        players=[Player("A", types=["good", "bad"]), Player("B", types=["warm", "cold"])],
        prior=prior,
        knows={"B": ["A"]} if known else {},
    )


def test_correlated_types_are_weighed_by_bayes_rule() -> None:
    """The warm trust where q >= 2*(1 - q)/4, that is q >= 1/3; the cold never do: (1 - q)/4 < 2*(1 - q)/2."""
    theory = derive(_informed(known=False))
    assert theory.concept == "sequential"
    regions = {row.plays: row.region for row in theory.table().rows if row.generic}
    trusting = {who: where for plays, where in regions.items() for who, played in plays if played == (("trust", ""),)}
    assert trusting == {"B warm: choice": ("q >= 1/3",)}
    for q in ("1/5", "1/2"):
        answer = solve(theory.game, DerivedEquilibria(theory), at={"q": q}, exact=True)
        assert int(answer.count) == 1
        assert answer.certified.all()


def test_known_types_are_no_matter_of_belief() -> None:
    theory = derive(_informed(known=True))
    assert theory.concept == "sequential"
    (found,) = theory.generic
    assert found.region == ()
    assert solve(theory.game, DerivedEquilibria(theory), at={"q": "1/5"}, exact=True).certified.all()


def test_perfect_bayesian_equilibria_that_are_not_consistent_fail_the_checker() -> None:
    """Each suspicion is possible, not both."""
    game = _solution("crossed-suspicions")
    answer = solve(game, DerivedEquilibria(derive(game, concept="pbe")), exact=True)
    compiled = compile_tree(game, answer.points)
    verdicts = certify_consistent(compiled, answer.found.profiles, answer.found.exists)
    both = answer.certificate.passed & ~verdicts.passed
    assert np.count_nonzero(both) >= 1
