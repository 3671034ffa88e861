"""Refinements of derived theories: what falls where, by which argument, and where they are not defined."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from deterrence.compiled import Value
from deterrence.errors import SolverError
from deterrence.expressions import Number, Symbol, holds_exactly, to_text
from deterrence.games import Decision, ExtensiveGame, FrozenMap, Outcome, Player, parameters
from deterrence.library import load
from deterrence.solving import solve
from deterrence.theory import Interval, Theory, derive
from deterrence.theory.refine import refine
from deterrence.theory.removal import Removal
from deterrence.theory.solver import DerivedEquilibria
from deterrence.theory.tiling import tiling, with_tiling
from theory_games import deterrence_theory, entry


@cache
def unrefined(slug: str) -> Theory:
    game = load(slug)
    assert isinstance(game, ExtensiveGame)
    return derive(game)


@cache
def refined(slug: str, refinement: str) -> Theory:
    return refine(unrefined(slug), refinement)


@cache
def deterrence(refinement: str) -> Theory:
    return deterrence_theory() if refinement == "none" else refine(deterrence_theory(), refinement)


HALF = Interval((Number(0),), (Number(1) / 2,))


def where(removal: Removal) -> str:
    return " and ".join(to_text(c) for c in removal.where)


def regions(theory: Theory, name: str) -> set[str]:
    return {" and ".join(to_text(c) for c in found.region) for found in theory.generic if found.family == name}


# Unilateral deterrence


@pytest.mark.parametrize(
    ("refinement", "falls"), [("intuitive", "p_Def > t_soft and p_Def < t_hard"), ("D1", "p_Def < t_hard")]
)
def test_off_path_deterrence_falls_where_a_soft_challenger_would_not_defect(refinement: str, falls: str) -> None:
    theory = deterrence(refinement)
    off_path = {r.position for r in theory.removed}
    assert {where(r) for r in theory.removed} == {falls}
    assert all(set(deterrence_theory().classes[i].support[0]) == {0} for i in off_path)
    (argument,) = {a for r in theory.removed for a in r.arguments}
    assert (argument.sender, argument.after, argument.struck, argument.by) == (
        "Challenger",
        ("root:defect",),
        ("soft",),
        "hard",
    )
    soft, hard = argument.sets
    assert [to_text(c) for _, (c,) in hard.families] == ["p_Def < t_hard", "mix_3_0 > (1 - t_hard)/(1 - p_Def)"]
    assert [to_text(c) for _, (c,) in soft.families] == ["p_Def < t_soft", "mix_3_0 > (1 - t_soft)/(1 - p_Def)"]


def test_off_path_deterrence_survives_where_nobody_would_defect() -> None:
    """There it has the path of certain deterrence."""
    theory = deterrence("D1")
    waiting = [found for found in theory.generic if to_text(found.events["status quo"]) == "1"]
    assert len(waiting) == 3
    assert {" and ".join(to_text(c) for c in found.region) for found in waiting} == {"p_Def >= t_hard"}
    names = {found.family for found in deterrence_theory().generic} - {found.family for found in waiting}
    assert {found.family for found in theory.generic} - {found.family for found in waiting} == names


def test_a_refined_theory_says_what_it_is() -> None:
    theory = deterrence("D1")
    assert (theory.concept, theory.refinement, theory.complete) == ("pbe", "D1", True)
    text = str(theory.table())
    assert "removed where p_Def < t_hard" in text
    assert "Challenger soft is struck" in text
    assert "hard gains if Defender hard: reply defy, Defender soft: reply concede, with p_Def < t_hard" in text
    latex = theory.latex()
    assert r"falls where $p_{Def} < t_{hard}$" in latex
    assert r"refined by D1" in latex


# Signalling games


def test_beer_and_quiche() -> None:
    """Quiche needs the belief that who has beer is weak; only the strong could gain by it."""
    slug = "signalling/beer-quiche"
    intuitive, undefeated = refined(slug, "intuitive"), refined(slug, "undefeated")
    assert regions(intuitive, "pooling on quiche") == set()
    assert {a.struck for r in intuitive.removed if r.name == "pooling on quiche" for a in r.arguments} == {("weak",)}
    for name in ("pooling on beer", "the weak have beer now and then"):
        assert regions(intuitive, name) == regions(unrefined(slug), name)
    for found in unrefined(slug).generic:
        assert found in undefeated.classes


def test_d1_narrows_beliefs_and_removes_replies_that_need_struck_types() -> None:
    theory = refined("signalling/beer-quiche", "D1")
    (beer,) = [found for found in theory.generic if found.family == "pooling on beer"]
    assert not beer.free
    assert to_text(next(f for slot, f in beer.beliefs.items() if slot.history == ("breakfast:quiche",))) == "0"
    assert {r.effect for r in theory.removed if r.name == "pooling on beer"} == {"shrinks", "falls"}


@pytest.mark.parametrize("refinement", ["intuitive", "D1", "undefeated"])
def test_schooling_with_two_types(refinement: str) -> None:
    """Separation survives all, pooling on good jobs at a high prior too; pooling on plain jobs none."""
    slug = "signalling/spence"
    theory = refined(slug, refinement)
    for name in ("separating", "no schooling, good jobs", "some of the able skip school"):
        assert regions(theory, name) == regions(unrefined(slug), name)
    assert regions(theory, "no schooling, plain jobs") == set()


def test_schooling_with_three_types() -> None:
    """The low would not buy schooling even for the good job; D1 rules the middle out as well."""
    slug, name = "signalling/spence-three-types", "no schooling, plain jobs"
    assert regions(refined(slug, "intuitive"), name) == {"p_high <= p_star"}
    assert regions(refined(slug, "D1"), name) == set()
    fallen = [r for r in refined(slug, "D1").removed if r.name == name]
    assert {(r.effect, r.where) for r in fallen} == {("falls", ())}
    assert {(a.struck, a.by) for r in fallen for a in r.arguments} == {(("mid",), "high")}
    assert regions(refined(slug, "D1"), "no schooling, good jobs") == {"p_high >= p_star"}


def test_nobody_is_deterred_by_silence_once_lines_are_believed() -> None:
    slug = "crisis-management/red-lines"
    assert regions(refined(slug, "intuitive"), "undeterred") == {"mu <= mu_star"}
    assert regions(refined(slug, "D1"), "undeterred") == set()


def test_an_attack_without_allies() -> None:
    slug = "alliance-commitment/alliance-signal"
    name = "nobody allies, attack"
    assert where(next(r for r in refined(slug, "intuitive").removed if r.name == name)) == (
        "v_L < k and k < v_H + c - v_H*p_0"
    )
    assert where(next(r for r in refined(slug, "D1").removed if r.name == name)) == "k < v_H + c - v_H*p_0"


def test_reassurance_that_nobody_dares_to_offer() -> None:
    slug = "signalling/costly-reassurance"
    fallen = {where(r) for r in refined(slug, "intuitive").removed if r.name == "no trust"}
    assert fallen == {"k_u > G_u and k_t < G_t"}


@pytest.mark.parametrize("refinement", ["intuitive", "D1", "undefeated"])
def test_perfect_information_leaves_nothing_to_refine(refinement: str) -> None:
    slug = "signalling/entry-deterrence"
    assert refined(slug, refinement).classes == unrefined(slug).classes
    assert not refined(slug, refinement).removed


# Tiling, and equilibria at points


def test_d1_leaves_one_distribution_of_outcomes_in_unilateral_deterrence() -> None:
    """The regions cover all admissible points; without D1 deterrence off the path stands beside every other outcome."""
    before, after = deterrence("none"), deterrence("D1").tiling
    assert after is not None
    assert (after.covered, after.unique, after.overlaps) == ("yes", "yes", ())
    plain = before.tiling
    assert plain is not None
    assert (plain.covered, plain.unique) == ("yes", "no")
    assert {" and ".join(to_text(c) for c in overlap.where) for overlap in plain.overlaps} == {
        "p_Def <= t_hard and p_Def >= t_soft",
        "p_Def <= t_soft and p_Ch >= d_star",
        "p_Def <= t_soft and p_Ch <= d_star",
    }
    assert "one distribution of outcomes at every point" in str(deterrence("D1").table())
    assert "Off the boundaries of regions all equilibria have the same" in deterrence("D1").latex()


def test_a_gap_and_a_class_that_leaves_its_outcome_open_are_seen() -> None:
    theory = deterrence_theory()
    (bluff,) = [found for found in theory.generic if found.name == "bluff"]
    d1 = deterrence("D1")
    short = tiling(replace(d1, classes=tuple(c for c in d1.classes if c.name != "bluff"), tiling=None))
    assert short.covered == "no"
    assert short.gap is not None
    assert all(holds_exactly(c, dict(short.gap)) for c in theory.game.admissible)
    war = replace(bluff, events=FrozenMap({**bluff.events, "war": Symbol("half")}), free=FrozenMap({"half": HALF}))
    assert tiling(replace(d1, classes=(war,), tiling=None)).unique == "no"


def test_regions_that_are_too_many_to_compare_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = replace(deterrence("none"), tiling=None)
    monkeypatch.setattr("deterrence.theory.cells.MOST_TRIED", 3)
    assert with_tiling(plain).tiling is None
    with pytest.raises(SolverError, match="of 2 polynomials have too many combinations"):
        tiling(plain)


def test_the_equilibria_at_points_are_those_that_are_left() -> None:
    """With certificates; the thresholds are 1/4 and 1/2."""
    game = deterrence_theory().game
    at: dict[str, Value] = {"p_Def": np.array([0.1, 0.4, 0.6]), "p_Ch": 0.9}
    plain, intuitive, d1 = (solve(game, at=at, refinement=name) for name in ("none", "intuitive", "D1"))
    assert [list(found.count) for found in (plain, intuitive, d1)] == [[3, 3, 3], [3, 1, 3], [1, 1, 3]]
    assert d1.certified.all()
    assert (d1.concept, d1.refinement, plain.refinement) == ("pbe", "D1", "none")
    with pytest.raises(SolverError, match="leave the refinement or the solver out"):
        solve(game, DerivedEquilibria(deterrence_theory()), refinement="D1")


# Where refinements are not defined


def test_an_unknown_refinement_is_named() -> None:
    with pytest.raises(SolverError, match=r"no refinement 'D2'.*intuitive, D1, undefeated"):
        derive(entry(), refinement="D2")


def test_a_refined_theory_is_not_refined_again() -> None:
    with pytest.raises(SolverError, match="D1"):
        refine(deterrence("D1"), "intuitive")


def test_simultaneous_deviations_are_not_judged() -> None:
    """Two players with types move at once, and a third who saw both answers."""
    p, q = parameters("p q", domain="interior-probability")
    ends = {
        (a, b, c): Outcome(
            f"end-{a}{b}{c}",
            {
                "Ann": {"hard": a * c, "soft": -a * c - a},
                "Bob": {"hard": b * c, "soft": -b * c - b},
                "Cal": {"Ann.hard": c, "Ann.soft": -c},
            },
        )
        for a in (0, 1)
        for b in (0, 1)
        for c in (0, 1)
    }
    answers = {
        (a, b): Decision(f"answer-{a}{b}", "Cal", {"yes": ends[a, b, 1], "no": ends[a, b, 0]})
        for a in (0, 1)
        for b in (0, 1)
    }
    bob = {
        a: Decision(f"bob-{a}", "Bob", {"out": answers[a, 0], "in": answers[a, 1]}, information_set="bob")
        for a in (0, 1)
    }
    game = ExtensiveGame(
        Decision("ann", "Ann", {"out": bob[0], "in": bob[1]}),
        players=[
            Player("Ann", types={"hard": p, "soft": 1 - p}),
            Player("Bob", types={"hard": q, "soft": 1 - q}),
            Player("Cal"),
        ],
    )
    with pytest.raises(SolverError, match="several players move at once"):
        derive(game, refinement="D1")


# Massive retaliation


@pytest.mark.exhaustive
def test_massive_retaliation() -> None:
    """No type is sure to lose by a demand, so the intuitive criterion is silent; D1 suspects the hard Challenger."""
    slug = "escalation/massive-retaliation"
    deterring = {found.family for found in unrefined(slug).generic if to_text(found.events["status quo"]) == "1"}
    assert deterring == {
        "deterrence by everyone's escalation",
        "deterrence by a likely escalation",
        "deterrence",
    }
    assert refined(slug, "intuitive").classes == unrefined(slug).classes
    left = refined(slug, "D1")
    assert {(r.name, r.effect, r.where) for r in left.removed} == {(name, "falls", ()) for name in deterring}
    assert {(a.after, a.struck, a.by) for r in left.removed for a in r.arguments} == {
        (("root:demand",), ("soft",), "hard")
    }
    assert left.tiling is not None
    assert (left.tiling.covered, left.tiling.unique) == ("yes", "yes")
    with pytest.raises(SolverError, match=r"beliefs matter after .*respond:defy.*one player signals once"):
        refined(slug, "undefeated")
