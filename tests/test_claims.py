"""The claims ledger: what it must hold, what its verdicts must be, and that the record beside the models is current."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from command_line import CommandLine
from deterrence.errors import DeterrenceError, ModelFileError
from deterrence.ledger import Finding, Judgement, claims, judge, read_claims
from deterrence.library import models_folder
from deterrence.report.claims import ledger_text

UDG = "alliance-commitment/unilateral-deterrence"
GOOD = "free-riding/alliance-public-good"
IDS = [f"{group}{i + 1}" for group, n in {"A": 15, "B": 8, "C": 5, "D": 9, "E": 5}.items() for i in range(n)]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Return the command line of this process."""
    return CommandLine(capsys)


def verdict(tmp_path: Path, model: str, *lines: str) -> Finding:
    """Return what becomes of one proposition, written as in a ledger file."""
    body = [f'id = "one"\nsays = "It holds."\nmodel = "{model}"', *lines]
    text = "format = 1\n[claims.X1]\n[[claims.X1.propositions]]\n" + "\n".join(body) + "\n"
    path = tmp_path / "ledger.toml"
    path.write_text(text, encoding="utf-8")
    (claim,) = read_claims(path)
    return judge(claim).findings[0]


def test_the_ledger_has_every_claim_once_and_both_sides_of_every_debate() -> None:
    found = {claim.id: claim for claim in claims()}
    assert list(found) == IDS
    assert all(claim.text for claim in found.values())
    assert all(found[debate].critics and found[debate].proponents for debate in IDS[-5:])


@pytest.mark.parametrize(
    ("lines", "word", "where"),
    [
        (['statement = "p_Def > t_hard => P(war) == 0"'], "proved", ""),
        (['statement = "P(war) == 0"', 'refinement = "D1"'], "conditional", "p_Def > t_hard"),
        (['statement = "P(war) > p_Ch"'], "refuted", ""),
        (['statement = "in some equilibrium P(war) == 0"'], "proved", ""),
        (['statement = "P(concession) > 0"', 'within = ["separating"]'], "proved", ""),
    ],
)
def test_statements_about_trees(tmp_path: Path, lines: list[str], word: str, where: str) -> None:
    found = verdict(tmp_path, UDG, *lines)
    assert (found.word, found.where) == (word, where)
    assert found.concept == "pbe"
    assert bool(found.witness) == (word != "proved")


@pytest.mark.parametrize(
    ("sign", "within", "word"),
    [
        ("+", '["separating"]', "proved"),
        ("-0", '["separating"]', "refuted"),
        ("0", '["certain deterrence"]', "proved"),
        ("-0", "[]", "conditional"),
        ("+0", "[]", "conditional"),
    ],
)
def test_war_and_credibility(tmp_path: Path, sign: str, within: str, word: str) -> None:
    """War rises with credibility in the middle band, and drops at its edge: neither side is right everywhere."""
    found = verdict(tmp_path, UDG, f'sign = {{ of = "P(war)", wrt = "p_Def", is = "{sign}" }}', f"within = {within}")
    assert found.word == word


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (['statement = "g(1) > 0"', 'within = ["ally 1 alone"]'], "proved"),
        (['statement = "g(1) < g(2)"', 'within = ["ally 1 alone"]'], "refuted"),
        (['statement = "burden_1 >= burden_2"', 'within = ["both contribute"]'], "conditional"),
        (['statement = "aggregate(G) <= G_1 + G_2"', 'within = ["both contribute", "ally 1 alone"]'], "proved"),
        (['sign = { of = "g(1)", wrt = "w_2", is = "-" }', 'within = ["both contribute"]'], "proved"),
        (['sign = { of = "g(1)", wrt = "w_2", is = "+" }', 'within = ["both contribute"]'], "refuted"),
    ],
)
def test_closed_forms_that_a_file_gives(tmp_path: Path, lines: list[str], word: str) -> None:
    found = verdict(tmp_path, GOOD, *lines)
    assert found.word == word
    assert any("tested at" in part for part in found.basis)  # the closed form itself is tested, and the finding says so


def test_what_is_not_rational_is_tested_and_says_so(tmp_path: Path) -> None:
    model = "entanglement/commitment-dilemma"
    found = verdict(tmp_path, model, 'statement = "choice(s) <= 1"', 'within = ["partial commitment"]')
    assert (found.word, found.exact) == ("tested", False)
    found = verdict(tmp_path, model, 'statement = "choice(s) > 1/2"', 'within = ["partial commitment"]')
    assert (found.word, found.exact) == ("conditional", False)
    assert found.witness


@pytest.mark.parametrize(
    ("model", "line", "word", "where"),
    [
        (UDG, 'result = "certain deterrence"', "conditional", "p_Def >= t_hard"),
        (UDG, 'result = "off-path deterrence"', "proved", ""),
        (UDG, 'result = "a better status quo lowers the threshold"', "proved", ""),
        (UDG, "instance = 1", "tested", ""),
    ],
)
def test_results_and_instances_of_a_file(tmp_path: Path, model: str, line: str, word: str, where: str) -> None:
    found = verdict(tmp_path, model, line)
    assert (found.word, found.where) == (word, where)


@pytest.mark.parametrize(
    ("model", "lines", "problem"),
    [
        ("no/such", ['statement = "1 > 0"'], "claims.X1.propositions[1].model: no model 'no/such'"),
        (UDG, [], "0 of statement, sign, result, instance are given"),
        (UDG, ['statement = "1 > 0"', "instance = 1"], "2 of statement"),
        (UDG, ['statment = "1 > 0"'], "unknown key 'statment'"),
        (UDG, ['statement = "P(wra) > 0"'], "claims.X1.propositions[1]: column 1 of 'P(wra) > 0': no event 'wra'"),
        (UDG, ['result = "nothing"'], "has no result nothing"),
        (UDG, ['statement = "P(war) > 0"', 'within = ["nothing"]'], "no equilibrium class 'nothing'"),
        (GOOD, ['statement = "g(1) > 0"'], "no result gives g(1) a value"),
        (GOOD, ['sign = { of = "G_1", wrt = "w_9", is = "+" }'], "no parameter 'w_9'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, model: str, lines: list[str], problem: str) -> None:
    with pytest.raises(DeterrenceError) as caught:
        verdict(tmp_path, model, *lines)
    assert problem in str(caught.value)
    assert "ledger.toml" in str(caught.value)


def test_a_claim_without_propositions_says_why(tmp_path: Path) -> None:
    path = tmp_path / "ledger.toml"
    path.write_text('format = 1\n[claims.X1]\ntext = "It is so."\n', encoding="utf-8")
    with pytest.raises(ModelFileError, match="no proposition"):
        read_claims(path)


def test_a_claim_is_mixed_where_its_propositions_differ() -> None:
    claim = next(claim for claim in claims() if len(claim.propositions) > 1)
    claim = replace(claim, propositions=tuple(replace(p, against=False) for p in claim.propositions))
    proved, refuted = Finding(word="proved"), Finding(word="refuted")
    rest = (proved,) * (len(claim.propositions) - 1)
    assert Judgement(claim, (proved, *rest)).word == "proved"
    assert Judgement(claim, (refuted, *rest)).word == "mixed"
    first, *others = claim.propositions
    claim = replace(claim, propositions=(replace(first, against=True), *others))
    assert Judgement(claim, (refuted, *rest)).word == "proved"


def test_the_record_says_when_some_equilibrium_is_meant() -> None:
    known = {claim.id: claim for claim in claims()}
    assert "(subgame-perfect, some equilibrium)" in ledger_text([judge(known["A8"])])  # a published result
    assert "some equilibrium)" not in ledger_text([judge(known["A1"])])  # statements about every equilibrium


def test_the_record_says_what_was_supposed() -> None:
    """By the proposition itself, or by the result of the model that it is."""
    known = {claim.id: claim for claim in claims()}
    text = ledger_text([judge(known[name]) for name in ("B3", "D5")])
    assert "given the region of 'attacks': " in ledger_text([judge(known["B4"])])
    assert "given `L > pi` and `f < 1`" in text
    (supposed,) = [f.given for _, f in judge(known["B3"]).pairs if f.given]
    assert f"given `{supposed[0]}`" in text


def test_the_command_lists_and_decides(cli: CommandLine) -> None:
    listed = cli("claims")
    assert listed.code == 0
    assert max(map(len, listed.out.splitlines())) <= 110
    assert "E5" in listed.out
    decided = cli("claims", "a15")
    assert decided.code == 0
    assert decided.out.startswith("A15: empirical")
    wrong = cli("claims", "Z9")
    assert wrong.code == 2
    assert "no claim 'Z9'" in wrong.err


def test_the_record_is_what_the_engine_finds() -> None:
    """A verdict that drifts fails here; `scripts/ledger` writes the record anew."""
    record = (models_folder() / "CLAIMS.md").read_text(encoding="utf-8")
    assert record == ledger_text([judge(claim) for claim in claims()])
