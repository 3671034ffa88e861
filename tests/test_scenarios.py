"""Scenarios: what a stress test says is what the model says, and broken files are refused in one line."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import deterrence as dt
from command_line import CommandLine
from deterrence.report.memo import memo_html
from deterrence.scenarios import load_scenario, scenario_slugs, stress
from deterrence.scenarios.break_even import _zero_of_ratio, break_even
from deterrence.scenarios.criterion import Outcome, read_criterion
from deterrence.scenarios.laboratory import Laboratory
from deterrence.scenarios.noise import noise
from deterrence.scenarios.robustness import CRITERIA, Package, Robustness, _scores, cheapest_package, robustness
from deterrence.scenarios.worst import worst_case

for package in ("xarray", "SALib", "ema_workbench"):
    pytest.importorskip(package)

FLANK = load_scenario("eastern-flank")
CASE = FLANK.cases[0]
FILE = Path(__file__).parents[1] / "models" / "scenarios" / "eastern-flank.toml"


@pytest.fixture(scope="module")
def laboratory() -> Laboratory:
    """The first case, with its theory."""
    return Laboratory(CASE)


@pytest.mark.parametrize("slug", scenario_slugs())
def test_every_shipped_scenario_can_be_asked(slug: str) -> None:
    scenario = load_scenario(slug)
    assert scenario.question
    assert scenario.illustrative or scenario.sources
    for case in scenario.cases:
        answers = Laboratory(case).ask(Laboratory(case).at({}))
        assert answers.outcomes[0] != Outcome.UNKNOWN


def test_outcomes_are_those_of_all_equilibria(laboratory: Laboratory) -> None:
    columns = laboratory.drawn(300, seed=4)
    answers = laboratory.ask(columns)
    solved = dt.solve(CASE.game, at=columns)
    war = solved.probability("war")
    for i, outcome in enumerate(answers.outcomes):
        good = war[i][~np.isnan(war[i])] <= 0.05 + 1e-12
        wanted = Outcome.HOLDS if good.all() else Outcome.AMBIGUOUS if good.any() else Outcome.FAILS
        assert outcome == wanted


def test_break_even_values_are_exact_and_the_verdict_changes_there(laboratory: Laboratory) -> None:
    found = {change.parameter: change for change in break_even(laboratory)}
    assert {name: change.exact for name, change in found.items()} == {
        "c_SQ": Fraction(33, 10),
        "p_Def": Fraction(1, 2),
        "p_Ch": Fraction(1, 7),
    }
    for name, change in found.items():
        near = laboratory.at({name: np.array([change.value - 1e-6, change.value + 1e-6])})
        assert [Outcome(x) for x in laboratory.ask(near).outcomes] == [change.below, change.above]
    distances = [abs(change.distance) for change in break_even(laboratory)]
    assert distances == sorted(distances)


@pytest.mark.parametrize(("a", "b", "c", "d"), [(2, -3, 0, 1), (1, -5, 2, 7), (-3, 4, 1, 1)])
def test_the_zero_of_a_ratio_is_found_from_four_values(a: int, b: int, c: int, d: int) -> None:
    points = [Fraction(k, 7) for k in (1, 2, 3, 5)]
    values = [(a * x + b) / (c * x + d) for x in points]
    assert _zero_of_ratio(points, values) == Fraction(-b, a)


def test_no_zero_is_read_into_another_function() -> None:
    points = [Fraction(k, 7) for k in (1, 2, 3, 5)]
    assert _zero_of_ratio(points, [x * x + 1 for x in points]) is None
    assert _zero_of_ratio(points, [Fraction(2)] * 4) is None


def test_the_worst_case_is_refuted_at_a_point_or_proved(laboratory: Laboratory) -> None:
    columns = laboratory.drawn(64)
    outcomes = laboratory.ask(columns).outcomes
    found = worst_case(laboratory, columns, outcomes)
    assert found.verdict == "refuted"
    war = dt.solve(CASE.game, at=dict(found.point), exact=True).probability("war")
    assert max(x for x in war if x == x) > Fraction(1, 20)
    easy = Laboratory(replace(CASE, success=read_criterion("P(war) <= p_Ch", CASE.game)))
    assert worst_case(easy, columns, outcomes).verdict == "proved"


def test_levers_change_parameters_in_turn(laboratory: Laboratory) -> None:
    pulled = laboratory.pulled(laboratory.at({"p_Def": np.array([0.1, 0.4])}), ("brigade", "sanctions"))
    np.testing.assert_allclose(pulled["p_Def"], [0.1 + 0.9 / 3, 0.4 + 0.6 / 3])
    np.testing.assert_allclose(pulled["c_DDh"], 1)


def test_a_more_credible_defender_can_do_worse(laboratory: Laboratory) -> None:
    found = robustness(laboratory, FLANK, laboratory.drawn(4096))
    assert found.scores["maximin"]["brigade"] > found.scores["maximin"]["nothing"]
    assert found.scores["domain (Starr)"]["brigade"] < found.scores["domain (Starr)"]["nothing"]
    assert ("nothing", "brigade", "maximin", "Laplace") in found.reversals


def test_scores_by_hand() -> None:
    shares = dict.fromkeys(Outcome, 0.0)
    names = (("a", 1), ("b", 2))
    packages = tuple(Package((name,), Fraction(cost), shares, Outcome.HOLDS) for name, cost in names)
    losses = np.array([[0.0, 4.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0]])
    regret = losses - losses.min(axis=0)
    scores = {name: _scores(name, packages, losses, regret) for name in CRITERIA}
    assert scores["maximin"] == {"a": 4, "b": 2}
    assert scores["Hurwicz"] == {"a": 2, "b": 2}
    assert scores["Laplace"] == {"a": 1.5, "b": 2}
    assert scores["minimax regret"] == {"a": 2, "b": 2}
    ranked = Robustness("P(war)", packages, scores)
    assert ranked.ranks["Hurwicz"] == ("a", "b"), "ties go to the cheaper package"
    assert ranked.reversals == (("a", "b", "Laplace", "maximin"),)


def test_the_cheapest_package_is_the_cheapest(laboratory: Laboratory) -> None:
    columns = laboratory.drawn(2048)
    at_reference, box = cheapest_package(laboratory, FLANK, columns)
    assert at_reference is not None
    assert box is not None
    assert (at_reference.levers, box.levers) == (("sanctions",), ("brigade", "sanctions"))
    assert cheapest_package(laboratory, FLANK, columns, share=1.01)[1] is None


def test_a_report_can_be_repeated() -> None:
    one, two, other = (stress(FLANK, samples=512, seed=seed) for seed in (0, 0, 2))
    assert [case.shares for case in one.cases] == [case.shares for case in two.cases]
    assert one.cases[0].sensitivity == two.cases[0].sensitivity
    assert one.cases[0].boxes == two.cases[0].boxes
    assert one.cases[0].shares != other.cases[0].shares


def test_boxes_hold_failures() -> None:
    found = stress(FLANK, samples=4096).cases[0]
    assert found.boxes
    for box in found.boxes:
        assert box.density >= 0.75
        assert set(box.limits) <= set(CASE.uncertain)
    assert "depends on the equilibrium when" in found.boxes[0].sentence


BROKEN = {
    "unknown lever": ("brigade   = { p_Def", "brigad   = { p_Def", "models[1].effects.brigad", "mean 'brigade'?"),
    "unknown parameter": ("p_Def = { range", "p_Deff = { range", "models[1].uncertain.p_Deff", "mean 'p_Def'?"),
    "outside the domain": ("[0.1, 0.7]", "[0.1, 1.7]", "models[1].uncertain.p_Def.range", "outside the parameter's"),
    "range turned round": ("[0.1, 0.7]", "[0.7, 0.1]", "models[1].uncertain.p_Def.range", "the least value first"),
    "reference outside": ("[0.1, 0.7]", "[0.4, 0.7]", "models[1].uncertain.p_Def.range", "widen the range"),
    "criterion": ("P(war) <= 0.05", "P(war) <=", "models[1].success", "models[1].success"),
    "event": ('"P(war) <= 0.05"', '"P(wor) <= 0.05"', "models[1].success", "war"),
    "metric": ('"P(concession)"', '"P(concesion)"', "models[1].metrics[2]", "did you mean 'concession'?"),
    "model": ('"alliance-commitment/uni', '"alliance-commitment/un', "models[1].model", "did you mean"),
    "cost": ("cost = 3", "cost = -3", "levers.brigade.cost", "not negative"),
    "no reason": (', why = "the challenger\'s resolve is private"', "", "models[1].uncertain.p_Ch", "'why' is missing"),
    "unknown key": ("question =", "qestion =", "scenario.qestion", "did you mean 'question'?"),
    "idle lever": ("[levers]\n", "[levers]\nidle = { cost = 1 }\n", "levers.idle", "without effect"),
    "formula": ("p_Def + (1 - p_Def)/3", "p_Def + (1 - p_D)/3", "models[1].effects.brigade.p_Def", "p_Def"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_are_refused_in_one_place(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, where, says = BROKEN[case]
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    run = CommandLine(capsys)("stress", str(tmp_path / "mine.toml"))
    assert (run.code, run.out) == (2, "")
    assert f"mine.toml: {where}" in run.err
    assert says in run.err


def test_the_command_line_says_the_answer_first(capsys: pytest.CaptureFixture[str]) -> None:
    command = CommandLine(capsys)
    assert "scenarios/eastern-flank" in command.good("stress").out
    text = command.good("stress", "eastern-flank", "--samples", "256").out
    assert "worst case in the box: refuted in 'separating' at " in text
    assert "depends on which equilibrium is played; it holds at" in text
    assert "cheapest package with which the reference case holds: sanctions (cost 1)" in text
    document = command.good("stress", "eastern-flank", "--samples", "256", "--json").document
    assert document["cases"][0]["break_even"][0]["at"]["exact"] == "33/10"
    assert command("stress", "eastern-flak").code == 2


def test_the_memo_stands_alone_and_its_text_is_escaped(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    text = FILE.read_text(encoding="utf-8").replace("Talks on grievances", "<script>alert(1)</script> & more")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    memo = tmp_path / "memo.html"
    CommandLine(capsys).good("stress", str(tmp_path / "mine.toml"), "--samples", "256", "--report", str(memo))
    page = memo.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
    assert not re.search(r'(src|href)="(?!#)', page), "the page asks for nothing"
    assert page.count("<svg") == 4 * len(FLANK.cases)
    assert "deterrence stress mine --samples 256 --seed 0 --report memo.html" in page
    answer, margins = page.index("depends on which equilibrium"), page.index("What would change the answer")
    assert answer < margins
    run = CommandLine(capsys)("stress", "eastern-flank", "--report", str(tmp_path / "no" / "memo.html"))
    assert (run.code, run.out) == (2, "")


def test_logit_equilibria_choose_where_the_verdict_depends_on_the_equilibrium() -> None:
    """In the suppliers' game sides that seldom err end in mutual control, one of its equilibria."""
    found = load_scenario("arms-transfer")
    suppliers = Laboratory(found.case("suppliers"))
    erring = noise(suppliers)
    assert erring.outcomes[0] == Outcome.FAILS, "pure noise plays every action"
    assert erring.outcomes[-1] == Outcome.HOLDS
    assert suppliers.ask(suppliers.at({})).outcomes[0] == Outcome.AMBIGUOUS
    control = erring.numbers["P(mutual control)"]
    assert control[0] == pytest.approx(0.25)
    assert control[-1] > 0.99
    assert erring.settles == 20
    assert erring.spread == pytest.approx(4.8)


def test_noise_is_asked_of_the_case_as_it_is_with_its_levers(laboratory: Laboratory) -> None:
    plain, pulled = noise(laboratory), noise(Laboratory(CASE, ("sanctions",)))
    assert plain.spread == 5
    assert (plain.numbers["P(war)"] != pulled.numbers["P(war)"]).any()
    lam = [x / plain.spread for x in plain.precisions]
    branch = dt.qre_branch(CASE.game, lam, at=dict(CASE.reference))
    np.testing.assert_allclose(plain.numbers["P(war)"], branch.probability("war").reshape(-1))


def test_noise_says_why_it_is_not_asked() -> None:
    erring = noise(Laboratory(FLANK.case("tripwire")))
    assert erring.outcomes == ()
    assert erring.settles is None
    assert "not defined for a game of form commitment" in erring.why


CHARTS = {
    "unknown table": ('data   = "burden-2014-2024"', 'data   = "burden-2024"', "charts[1]", "no table 'burden-2024'"),
    "unknown column": ('share  = "share_2024"', 'share  = "share_2023"', "charts[1]", "did you mean 'share_2024'"),
    "a column of texts": ('size   = "gdp_2023"', 'size   = "ally"', "charts[1]", "'ally' holds text"),
    "unknown key": ("before = ", "befor = ", "charts[1].befor", "did you mean 'before'?"),
}


@pytest.mark.parametrize("case", CHARTS)
def test_broken_charts_are_refused_in_one_place(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, where, says = CHARTS[case]
    text = FILE.with_name("spending-pledge.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    run = CommandLine(capsys)("stress", str(tmp_path / "mine.toml"))
    assert (run.code, run.out) == (2, "")
    assert f"mine.toml: {where}" in run.err
    assert says in run.err


def test_the_memo_of_the_pledge_shows_the_facts() -> None:
    pytest.importorskip("matplotlib")
    page = memo_html(stress("spending-pledge", samples=64))
    assert "Values are illustrative, cited facts excepted." in page
    assert "Defence burdens of thirty-one allies in 2014 and 2024" in page
    assert "NATO, Defence Expenditure of NATO Countries (2014-2024)" in page
