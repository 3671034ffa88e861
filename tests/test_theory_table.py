"""Theories as people read them: rows, LaTeX, HTML, and why each boundary lies where it does."""

from __future__ import annotations

import re

import pytest

from deterrence.expressions import parse_condition
from deterrence.games import Decision, ExtensiveGame, Outcome, Player, parameters
from deterrence.games.statements import About
from deterrence.report.theories import theory_document
from deterrence.theory import Theory, derive
from deterrence.theory.sketch import Incentive, sketch
from deterrence.theory.table import theory_table
from theory_games import deterrence_theory, entry_theory

HOSTILE = r"\input{x} $^_&%#~ <b> ] * }"


def hostile() -> Theory:
    """Return a theory whose game has a title and outcomes of awkward signs."""
    a, b = parameters("a b")
    ends = {"go_on": Outcome("50%-deal #1 ~x", {"One": a}), "stop": Outcome("no yes", {"One": b})}
    game = ExtensiveGame(Decision("start_1", "One", ends), players=[Player("One")])
    return derive(game.described(About(title=HOSTILE)))


def test_rows_say_what_everyone_does_and_where() -> None:
    table = theory_table(entry_theory())
    assert [row.kind for row in table.rows] == ["generic", "generic", "knife edge"]
    enter = table.rows[0]
    assert dict(enter.plays) == {
        "Entrant: start": (("enter", ""),),
        "Incumbent tough: reply": (("fight", ""),),
        "Incumbent weak: reply": (("share", ""),),
    }
    assert dict(enter.events) == {"out": "0", "fight": "p", "share": "1 - p"}
    ((name, words, interval),) = table.rows[2].free
    assert words == "probability of enter at Entrant: start"
    assert interval == "[0, 1]"
    assert name in table.rows[2].plays[0][1][0][1]


def test_text_names_concept_refinement_and_completeness() -> None:
    text = str(entry_theory().table())
    assert "perfect Bayesian equilibrium, refinement none; complete: " in text
    assert "where: p" in text
    assert "enter with probability mix" in text
    assert deterrence_theory().table().rows[3].where == "everywhere under the assumptions"


def test_boundaries_are_drawn_by_the_known_temptations() -> None:
    theory = deterrence_theory()
    found = sketch(theory, theory.named("separating"))
    hard = Incentive("Challenger hard: root", "defect", "cooperate")
    soft = Incentive("Challenger soft: root", "cooperate", "defect")
    edges = {parse_condition("p_Def <= t_hard"): (hard,), parse_condition("p_Def >= t_soft"): (soft,)}
    assert dict(found.binding) == edges
    assert found.indifferent == ()


def test_those_who_mix_are_indifferent() -> None:
    theory = deterrence_theory()
    found = sketch(theory, theory.named("bluff"))
    assert {i.information_set for i in found.indifferent} == {"Defender soft: reply", "Challenger soft: root"}
    assert found.binding == ()  # its region keeps mixing probabilities between 0 and 1


def test_off_path_beliefs_bind_the_one_who_holds_them() -> None:
    theory = deterrence_theory()
    (found,) = (c for c in theory.generic if c.region == (parse_condition("p_Def >= t_hard"),))
    ((_, first), (bound, second)) = sketch(theory, found).binding
    assert first == (Incentive("Challenger hard: root", "cooperate", "defect"),)
    assert second == (Incentive("Defender soft: reply", "concede", "defy"),)
    assert {s.split("_")[0] for s in str(bound.formulas[0].key).split()} == {"belief"}


def balanced(text: str) -> bool:
    """Say whether environments and braces close."""
    opened: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    bare = re.sub(r"\\[{}\\]", "", text)
    return not opened and bare.count("{") == bare.count("}")


@pytest.mark.parametrize("knife_edges", [False, True])
def test_latex_lists_classes_and_regions(knife_edges: bool) -> None:
    theory = deterrence_theory()
    text = theory.latex(knife_edges=knife_edges)
    assert balanced(text)
    assert text.count(r"\item \emph{") == (9 if knife_edges else 6)
    assert r"$p_{Def} \leq t_{soft}$ and $p_{Ch} \leq d_{star}$" in text
    assert r"\Pr(\text{war}) = p_{Ch} t_{soft}" in text
    assert "are exactly the following" in text
    assert ("beside 3 that exist only where" in text) is not knife_edges
    assert "z3" in text


def test_latex_and_html_show_any_text() -> None:
    theory = hostile()
    text = theory.latex()
    assert balanced(text)
    assert r"\input" not in text
    assert r"go\_on" in text
    assert r"50\%-deal \#1 \textasciitilde{}x" in text
    html = theory._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_the_balance_check_bites() -> None:
    assert not balanced(r"\begin{proof}")
    assert not balanced(r"\begin{a}\begin{b}\end{a}\end{b}")
    assert not balanced("{{}")


def test_documents_hold_every_class() -> None:
    document = theory_document(deterrence_theory())
    classes = document["classes"]
    assert isinstance(classes, list)
    assert len(classes) == 9
    bluff = next(c for c in classes if c["name"] == "bluff")
    assert bluff["events"]["war"] == "p_Ch*t_soft"
    assert bluff["region"] == ["p_Def <= t_soft", "p_Ch <= d_star"]
    assert len(theory_document(deterrence_theory(), classes=deterrence_theory().generic)["classes"]) == 6  # type: ignore[arg-type]  # Json


def test_every_row_says_what_every_type_expects() -> None:
    (bluff,) = (row for row in theory_table(deterrence_theory()).rows if row.name == "bluff")
    expected = dict(bluff.payoffs)
    assert list(expected) == ["U(Challenger.hard)", "U(Challenger.soft)", "U(Defender.hard)", "U(Defender.soft)"]
    assert expected["U(Challenger.soft)"] == "c_SQ"
    assert "U(Challenger.soft) = c_SQ" in str(deterrence_theory().table())
