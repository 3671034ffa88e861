"""Solving at a point: every equilibrium in words and as JSON, with its certificate and what the list leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from command_line import COMPLETE, DETERRENCE, LADDER, CommandLine


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def exact(numbers: dict[str, Any]) -> dict[str, str]:
    return {name: number["exact"] for name, number in numbers.items()}


def test_the_ladder_at_its_defaults(cli: CommandLine) -> None:
    text = cli.good("solve", LADDER, "--exact").out
    assert "1 subgame perfect equilibrium found" in text
    assert "P(war) = 1/20 (0.05)" in text
    assert "U(Challenger) = 4; U(Defender) = -9/2 (-4.5)" in text
    assert "certificate: passed; largest gain of a deviation 0 (exactly)" in text
    assert "complete: backward induction without ties" in text


def test_one_more_rung_turns_the_outcome(cli: CommandLine) -> None:
    (equilibrium,) = cli.good("solve", LADDER, "--set", "rungs=5", "--exact", "--json").document["equilibria"]
    assert exact(equilibrium["events"])["status quo"] == "1"
    assert exact(equilibrium["payoffs"]) == {"Challenger": "0", "Defender": "10"}


def test_bluffing_is_found_among_the_nash_equilibria(cli: CommandLine) -> None:
    document = cli.good("solve", DETERRENCE, "--solver", "nash", "--exact", "--json").document
    assert (document["format"], document["version"]) == ("deterrence/solve", 1)
    assert (document["status"], document["concept"], document["exact"]) == ("solved", "nash", True)
    assert document["at"]["p_Def"] == {"exact": "1/10", "float": 0.1}
    assert document["certified"]
    bluffs = [e for e in document["equilibria"] if exact(e["events"])["war"] == "1/8"]
    (bluff,) = bluffs
    assert bluff["rationality"]["sequentially_rational"] == "yes"
    moves = {(*c["types"], c["information_set"]): c["probabilities"] for c in bluff["strategy"]}
    assert exact(moves["soft", "root"]) == {"cooperate": "1/2", "defect": "1/2"}
    assert exact(moves["soft", "reply"]) == {"concede": "5/6", "defy": "1/6"}
    assert bluff["certificate"] == {"passed": True, "gain": {"exact": "0", "float": 0.0}}


def test_threats_that_no_belief_supports_are_told_apart(cli: CommandLine) -> None:
    document = cli.good("solve", DETERRENCE, "--solver", "nash", "--exact", "--json").document
    verdicts = {e["rationality"]["sequentially_rational"] for e in document["equilibria"]}
    assert verdicts == {"yes", "no"}
    for equilibrium in document["equilibria"]:
        found = equilibrium["rationality"]
        against = {witness["against"] for witness in found["witnesses"]}
        assert ("sequentially rational" in against) == (found["sequentially_rational"] == "no")


def test_values_are_read_exactly(cli: CommandLine) -> None:
    at = cli.good("solve", LADDER, "--set", "q=1/3", "--set", "c = 0.1", "--json").document["at"]
    assert at["q"] == {"exact": "1/3", "float": 1 / 3}
    assert at["c"]["exact"] == "1/10"


def test_floats_have_no_exact_value(cli: CommandLine) -> None:
    document = cli.good("solve", LADDER, "--json").document
    assert document["exact"] is False
    (equilibrium,) = document["equilibria"]
    assert equilibrium["payoffs"]["Defender"]["exact"] is None
    assert equilibrium["payoffs"]["Defender"]["float"] == pytest.approx(-4.5)


def test_ties_are_all_listed_and_flagged(cli: CommandLine) -> None:
    run = cli.good("solve", COMPLETE, "--set", "d_DD=1", "--exact")
    assert "2 subgame perfect equilibria found" in run.out
    assert "not complete, or not known to be" in run.out
    assert "flagged: ties" in run.out


def test_a_tie_rule_can_be_chosen(cli: CommandLine) -> None:
    run = cli.good("solve", COMPLETE, "--set", "d_DD=1", "--solver", "backward-induction-first", "--json")
    assert len(run.document["equilibria"]) == 1
    assert run.document["completeness"] == "some"


def test_points_outside_the_model_are_not_solved(cli: CommandLine) -> None:
    run = cli.good("solve", COMPLETE, "--set", "c_SQ=9")
    assert "outside the model's assumptions: not solved" in run.out
    assert "not met: c_DC > c_SQ > c_CD" in run.out
    document = cli.good("solve", COMPLETE, "--set", "c_SQ=9", "--json").document
    assert (document["status"], document["equilibria"]) == ("outside", [])
    assert document["violated"] == ["c_DC > c_SQ > c_CD"]
    assert document["completeness"] == "unknown"


def test_none_found_is_not_none_exists(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "pennies.toml"
    path.write_text(
        'format = 1\nmodel = { form = "strategic" }\nplayers = { A = {}, B = {} }\n'
        'actions = { A = ["h", "t"], B = ["h", "t"] }\n[table]\n'
        '"h, h" = { A = 1, B = -1 }\n"h, t" = { A = -1, B = 1 }\n'
        '"t, h" = { A = -1, B = 1 }\n"t, t" = { A = 1, B = -1 }\n',
        encoding="utf-8",
    )
    pure = cli.good("solve", str(path), "--solver", "pure-nash")
    assert "no Nash equilibrium in pure strategies exists at this point" in pure.out
    mixed = cli.good("solve", str(path), "--exact")
    assert "A       h 1/2 (0.5), t 1/2 (0.5)" in mixed.out
    assert cli.good("solve", str(path), "--solver", "pure-nash", "--json").document["status"] == "none_exists"


@pytest.mark.parametrize("solver", ["nash", "vertex-enumeration", "lemke-howson", "pure-nash"])
def test_solvers_of_tables_work_on_trees(solver: str, cli: CommandLine) -> None:
    document = cli.good("solve", DETERRENCE, "--solver", solver, "--json").document
    assert document["concept"] in ("nash", "pure-nash")
    assert document["equilibria"]
    assert document["certified"]


def test_lemke_howson_claims_no_completeness(cli: CommandLine) -> None:
    document = cli.good("solve", DETERRENCE, "--solver", "lemke-howson", "--json").document
    assert document["completeness"] == "some"
    assert "other equilibria may exist" in document["argument"]


def test_solvers_are_listed(cli: CommandLine) -> None:
    names = [line.split()[0] for line in cli.good("solve", LADDER, "--solver", "help").out.splitlines()]
    assert "nash" in names
    assert "backward-induction" in names


def test_every_probability_adds_up(cli: CommandLine) -> None:
    document = cli.good("solve", DETERRENCE, "--solver", "nash", "--json").document
    for equilibrium in document["equilibria"]:
        assert sum(q["float"] for q in equilibrium["events"].values()) == pytest.approx(1)
        for choice in equilibrium["strategy"]:
            if choice["probabilities"] is not None:
                assert sum(q["float"] for q in choice["probabilities"].values()) == pytest.approx(1)


def test_logit_equilibria_have_a_name_and_a_precision(cli: CommandLine) -> None:
    text = cli.good("solve", "crisis-management/chicken", "--solver", "logit-qre", "--precision", "3").out
    assert "logit quantal response (precision 3.0)" in text
    assert "the branch folds or bifurcates" in text
    tree = cli.good("solve", "signalling/beer-quiche", "--solver", "logit-qre").out
    assert "agent quantal response (precision 1.0)" in tree
    assert "subgame perfect" not in tree
    assert "--solver logit-qre" in cli("solve", LADDER, "--precision", "3").err
    assert "precision lam is nan" in cli("solve", LADDER, "--solver", "logit-qre", "--precision", "nan").err


def test_commitments_and_zero_sum_games_have_names(cli: CommandLine) -> None:
    for option in ("--solver", "--concept"):
        arguments = ("solve", "alliance-commitment/announced-cover", option, "strong-stackelberg", "--exact", "--json")
        (found,) = cli.good(*arguments).document["equilibria"]
        assert exact(found["payoffs"]) == {"Defender": "-3", "Attacker": "11/4"}
    assert "commitment games" in cli("solve", LADDER, "--solver", "strong-stackelberg").err
    blotto = cli.good("solve", "alliance-commitment/colonel-blotto", "--solver", "zero-sum", "--exact", "--json")
    assert exact(blotto.document["equilibria"][0]["payoffs"]) == {"Weak": "-1/9", "Strong": "1/9"}
