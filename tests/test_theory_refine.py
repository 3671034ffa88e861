"""Refinements of derived theories: what falls where, by which argument, and where they are not defined."""

from __future__ import annotations

from functools import cache

import pytest

from deterrence.errors import SolverError
from deterrence.expressions import to_text
from deterrence.games import Decision, ExtensiveGame, Outcome, Player, parameters
from deterrence.library import load
from deterrence.theory import Theory, derive
from deterrence.theory.refine import refine
from deterrence.theory.removal import Removal
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
    return refine(deterrence_theory(), refinement)


def where(removal: Removal) -> str:
    return " and ".join(to_text(c) for c in removal.where)


def regions(theory: Theory, name: str) -> set[str]:
    return {" and ".join(to_text(c) for c in found.region) for found in theory.generic if found.name == name}


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
    assert [to_text(c) for _, (c,) in hard.families] == ["p_Def < t_hard", "mix_3_0 > 1/(1 - p_Def)*(1 - t_hard)"]
    assert [to_text(c) for _, (c,) in soft.families] == ["p_Def < t_soft", "mix_3_0 > 1/(1 - p_Def)*(1 - t_soft)"]


def test_off_path_deterrence_survives_where_nobody_would_defect() -> None:
    """There it has the path of certain deterrence."""
    theory = deterrence("D1")
    waiting = [found for found in theory.generic if to_text(found.events["status quo"]) == "1"]
    assert len(waiting) == 3
    assert {" and ".join(to_text(c) for c in found.region) for found in waiting} == {"p_Def >= t_hard"}
    names = {found.name for found in deterrence_theory().generic} - {found.name for found in waiting}
    assert {found.name for found in theory.generic} - {found.name for found in waiting} == names


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
    (beer,) = [found for found in theory.generic if found.name == "pooling on beer"]
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


# Where refinements are not defined


def test_undefeated_needs_one_signal() -> None:
    with pytest.raises(SolverError, match=r"beliefs matter after .*respond:defy.*one player signals once"):
        refined("escalation/massive-retaliation", "undefeated")


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
