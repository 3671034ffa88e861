"""Comparative statics: derivatives and signs per class, jumps between classes, monotonicity across all of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from deterrence.errors import ExpressionError, ParameterError
from deterrence.expressions import evaluate_exact, holds_exactly, substitute, substitute_condition, to_text
from deterrence.games import Decision, ExtensiveGame, Outcome, Player, parameter, parameters
from deterrence.library import load
from deterrence.theory import Theory, derive
from deterrence.theory.statics import Reversal, sign_table, statics

UDG = "alliance-commitment/unilateral-deterrence"


@pytest.fixture(scope="module")
def theory() -> Theory:
    game = load(UDG)
    assert isinstance(game, ExtensiveGame)
    return derive(game)


@pytest.fixture(scope="module")
def inspection() -> Theory:
    """An inspection game after an open first move; its only mixture is interior everywhere."""
    g, c = parameters("g c", domain="positive")
    share = parameter("share", domain="interior-probability")
    ends = {
        "caught": Outcome("caught", {"One": -g, "Two": g - c * share}),
        "missed": Outcome("missed", {"One": g, "Two": -g}),
        "idle": Outcome("idle", {"One": 0, "Two": -c * share}),
        "quiet": Outcome("quiet", {"One": 0, "Two": 0}),
    }
    after = {
        "violate": Decision(
            "violated", "Two", {"look": ends["caught"], "trust": ends["missed"]}, information_set="two"
        ),
        "comply": Decision("complied", "Two", {"look": ends["idle"], "trust": ends["quiet"]}, information_set="two"),
    }
    root = Decision("root", "One", after)
    return derive(ExtensiveGame(root, players=[Player("One"), Player("Two")]))


def at_defaults(theory: Theory) -> dict[str, Fraction]:
    return {p.name: p.default or Fraction(0) for p in theory.game.parameters}


def test_war_rises_with_credibility_until_it_jumps_down(theory: Theory) -> None:
    found = statics(theory, of="P(war)", wrt="p_Def")
    signs = {c.found.name: (c.sign, to_text(c.derivative)) for c in found.classes if c.found is not None}
    assert signs["separating"] == ("+", "p_Ch")
    assert signs["bluff"] == ("0", "0")
    assert len(found.jumps) == 1
    jump = found.jumps[0]
    assert to_text(jump.edge) == "p_Def == t_hard"
    assert jump.below.name == "separating"
    assert jump.sign == "-"
    assert to_text(jump.value_above) == "0"
    assert jump.values == (jump.point["p_Ch"] * jump.point["p_Def"], Fraction(0))
    assert (
        jump.point["p_Def"] == Fraction(1, 2) == evaluate_exact(theory.game.resolved_definitions["t_hard"], jump.point)
    )


def test_more_credibility_is_not_monotone_and_both_witnesses_are_exact(theory: Theory) -> None:
    found = statics(theory, of="P(war)", wrt="p_Def")
    assert found.monotone == "neither"
    definitions = theory.game.resolved_definitions
    for reversal, rising in ((found.rises, True), (found.falls, False)):
        assert isinstance(reversal, Reversal)
        assert reversal.wrt[0] < reversal.wrt[1]
        assert (reversal.values[0] < reversal.values[1]) is rising
        for name, value in zip(reversal.classes, reversal.wrt, strict=True):
            point = {**reversal.point, "p_Def": value}
            present = [c for c in theory.classes if c.name == name]
            assert any(
                all(holds_exactly(substitute_condition(r, definitions), point) for r in c.region) for c in present
            )


def test_jumps_in_the_other_prior(theory: Theory) -> None:
    found = statics(theory, of="P(war)", wrt="p_Ch")
    assert [(to_text(j.edge), j.below.name, j.sign) for j in found.jumps] == [("p_Ch == d_star", "bluff", "-")]
    assert found.jumps[0].values[0] > found.jumps[0].values[1]


def test_the_derivative_agrees_with_finite_differences(theory: Theory) -> None:
    definitions = theory.game.resolved_definitions
    point = at_defaults(theory) | {"p_Def": Fraction(1, 10)}
    step = Fraction(1, 10**6)
    for wrt in ("c_SQ", "c_CD", "c_DC", "p_Ch"):
        found = statics(theory, of="P(war) - p_Ch*t_soft/2", wrt=wrt)
        (bluff,) = [c for c in found.classes if c.found is not None and c.found.name == "bluff"]
        value, slope = (substitute(f, definitions) for f in (bluff.value, bluff.derivative))
        difference = evaluate_exact(value, point | {wrt: point[wrt] + step}) - evaluate_exact(value, point)
        assert abs(difference / step - evaluate_exact(slope, point)) < Fraction(1, 10**4)


def test_definitions_are_about_every_point(theory: Theory) -> None:
    found = statics(theory, of="t_soft", wrt="c_SQ")
    assert [(c.found, c.sign) for c in found.classes] == [(None, "-")]
    assert (found.monotone, found.rises, found.jumps) == ("decreasing", None, ())
    assert statics(theory, of="t_soft", wrt="p_Ch").monotone == "constant"


def test_mixed_signs_come_with_their_regions(theory: Theory) -> None:
    found = statics(theory, of="p_Ch*(1 - p_Ch)", wrt="p_Ch")
    assert {s: to_text(c) for s, c in found.classes[0].signs.items()} == {
        "+": "p_Ch < 1/2",
        "-": "p_Ch > 1/2",
        "0": "p_Ch == 1/2",
    }
    assert found.monotone == "neither"
    inside = statics(theory, of="P(war)*(1 - P(war))", wrt="p_Def")
    (separating,) = [c for c in inside.classes if c.found is not None and c.found.name == "separating"]
    assert separating.sign == "mixed"
    assert to_text(separating.signs["+"]) == "p_Ch < 1/(2*p_Def)"


def test_an_incomplete_theory_proves_no_monotonicity(theory: Theory) -> None:
    one = replace(theory, classes=(theory.named("separating"),))
    assert statics(one, of="P(war)", wrt="p_Def").monotone == "increasing"
    assert statics(replace(one, complete=False), of="P(war)", wrt="p_Def").monotone == "undecided"


def test_unknown_names_are_refused(theory: Theory) -> None:
    with pytest.raises(ParameterError, match="did you mean 'p_Def'"):
        statics(theory, of="P(war)", wrt="p_Deff")
    with pytest.raises(ExpressionError, match="no event 'peace'"):
        statics(theory, of="P(peace)", wrt="p_Def")


def test_the_sign_table_is_the_literatures(theory: Theory) -> None:
    table = sign_table(theory)
    rows = {(row.of, row.within): row.signs for row in table.rows}
    published = {
        "t_hard": {"c_SQ": "-", "c_DC": "+", "c_DDh": "+"},
        "t_soft": {"c_SQ": "-", "c_DC": "+", "c_CD": "+"},
        "d_star": {"d_DC": "-", "d_CD": "+", "d_DDs": "+"},
    }
    for name, signs in published.items():
        assert {p: s for p, s in rows[name, ""].items() if s != "0"} == signs
    assert rows["P(status quo)", "bluff"]["p_Ch"] == "-"
    assert rows["P(status quo)", "bluff"]["p_Def"] == "0"
    assert rows["P(war)", "separating"]["p_Def"] == "+"
    assert "t_soft" in str(table)


def test_the_table_can_be_narrowed(theory: Theory) -> None:
    table = sign_table(theory, of=["U(Defender.hard)"], wrt=["p_Ch"])
    assert table.parameters == ("p_Ch",)
    signs = {row.within: row.signs["p_Ch"] for row in table.rows}
    assert signs["separating"] == "-"


def test_a_mixture_in_simultaneous_moves(inspection: Theory) -> None:
    table = sign_table(inspection, of=["P(caught)", "P(quiet)"], wrt=["c", "share", "g"])
    mixing = {row.of: dict(row.signs) for row in table.rows if row.signs["c"] != "0"}
    assert mixing["P(caught)"] == {"c": "+", "share": "+", "g": "-"}
    assert mixing["P(quiet)"] == {"c": "-", "share": "-", "g": "+"}


def test_the_table_of_signs_as_latex(theory: Theory) -> None:
    text = sign_table(theory, of=["t_soft", "P(war)"], wrt=["c_SQ", "p_Def"]).latex()
    assert text.startswith("\\begin{tabular}{lcc}\n & $c_{SQ}$ & $")
    assert "t\\_soft & $-$ & $0$ \\\\" in text
    assert "P(war), separating & $0$ & $+$" in text
    assert text.endswith("\\end{tabular}\n")
