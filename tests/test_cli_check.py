"""Checking and starting model files: what fails is told with its reason, and the file to start from passes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from command_line import COMPLETE, LADDER, CommandLine
from deterrence.cli.new_file import TEMPLATES, template

FORMS = TEMPLATES


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def changed(tmp_path: Path, old: str, new: str, form: str = "extensive") -> str:
    text = template(form)
    assert old in text
    path = tmp_path / "changed.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("slug", [LADDER, COMPLETE])
def test_a_library_model_passes(slug: str, cli: CommandLine) -> None:
    document = cli.good("check", slug, "--json").document
    assert (document["format"], document["version"], document["ok"]) == ("deterrence/check", 1, True)
    (report,) = document["models"]
    assert report["model"] == slug
    verdicts = {line["what"]: line["verdict"] for line in report["checks"]}
    assert verdicts["file"] == "ok"
    assert verdicts["defaults"] == "ok"
    assert verdicts["instance 1"] == "ok"


@pytest.mark.parametrize("form", FORMS)
def test_the_file_to_start_from_passes(form: str, cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert str(path) in cli.good("new", str(path), "--form", form).out
    report = cli.good("check", str(path), "--json").document
    assert report["ok"]
    assert {line["verdict"] for line in report["models"][0]["checks"]} <= {"ok", "proved", "tested"}
    assert "0 refuted, 0 failed" in cli.good("check", str(path)).out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"P(concession)" = 1, d_fight = -1', '"P(concession)" = 1, d_fight = -2', "d_fight is -1, not -2"),
        ('expect = { count = 1, "P(status quo)" = 1 }', 'expect = { count = 2, "P(status quo)" = 1 }', "is 1, not 2"),
        ('"U(Challenger)" = 4', '"U(Challenger)" = 3', "U(Challenger) is 4, not 3"),
        ("c_win        = { default = 4,", "c_win        = { default = 1,", "outside"),
        ('last = "fight"', 'last = "back_down"', "successful challenge"),
    ],
)
def test_a_wrong_claim_fails(old: str, new: str, said: str, cli: CommandLine, tmp_path: Path) -> None:
    path = changed(tmp_path, old, new)
    run = cli("check", path)
    assert run.code == 1
    assert run.err == ""
    assert said in run.out
    assert "failed" in run.out
    document = cli("check", path, "--json").document
    assert document["ok"] is False


def test_a_file_that_cannot_be_read_is_a_failed_check(cli: CommandLine, tmp_path: Path) -> None:
    path = changed(tmp_path, "p*d_war + (1 - p)*d_alone", "p*d_war + (1 - p)*d_alonee")
    run = cli("check", path)
    assert (run.code, run.err) == (1, "")
    assert "did you mean 'd_alone'?" in run.out


def test_one_failure_among_several_models(cli: CommandLine, tmp_path: Path) -> None:
    path = changed(tmp_path, "d_fight = -1", "d_fight = 7")
    run = cli("check", COMPLETE, path, "--json")
    assert run.code == 1
    assert [model["ok"] for model in run.document["models"]] == [True, False]


RESULT = """[[results]]
id = "mine"
concept = "{concept}"
profile = {profile}
[[instances]]  # a C"""


@pytest.mark.parametrize(
    ("concept", "profile", "code", "verdict", "said"),
    [
        ("nash", '{ Defender = { reply = "defy" } }', 3, "undecided", "leaves an information set open"),
        ("subgame-perfect", '{ Defender = { reply = "defy" } }', 1, "refuted", "c_win = "),
        (
            "subgame-perfect",
            '{ Challenger = { last = "fight" } }\niff = ["c_war >= c_back_down"]',
            0,
            "proved",
            "trusting sympy",
        ),
    ],
)
def test_results_are_decided(
    concept: str, profile: str, code: int, verdict: str, said: str, cli: CommandLine, tmp_path: Path
) -> None:
    path = changed(
        tmp_path, "[[instances]]                         # a C", RESULT.format(concept=concept, profile=profile)
    )
    run = cli("check", path, "--json")
    assert (run.code, run.err) == (code, "")
    line = next(line for line in run.document["models"][0]["checks"] if line["what"] == "result mine")
    assert line["verdict"] == verdict
    assert said in line["detail"]
    assert run.document["decided"] is (code != 3)


def test_new_never_overwrites(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("precious", encoding="utf-8")
    run = cli("new", str(path))
    assert run.code == 2
    assert "there is a file of that name" in run.err
    assert path.read_text(encoding="utf-8") == "precious"
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]


def test_new_does_not_follow_a_dangling_link(cli: CommandLine, tmp_path: Path) -> None:
    link = tmp_path / "mine.toml"
    link.symlink_to(tmp_path / "elsewhere.toml")
    assert cli("new", str(link)).code == 2
    assert not (tmp_path / "elsewhere.toml").exists()


def test_new_in_a_folder_that_is_not_there(cli: CommandLine, tmp_path: Path) -> None:
    run = cli("new", str(tmp_path / "no" / "mine.toml"))
    assert run.code == 2
    assert "cannot be written" in run.err


def test_new_leaves_an_ordinary_file(cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o022)
    try:
        cli.good("new")
    finally:
        os.umask(before)
    assert [p.name for p in tmp_path.iterdir()] == ["model.toml"]
    assert stat.S_IMODE((tmp_path / "model.toml").stat().st_mode) == 0o644


def test_the_templates_say_what_each_part_is_for() -> None:
    for form in FORMS:
        lines = template(form).splitlines()
        assert sum("#" in line for line in lines) > len(lines) / 4
        assert max(map(len, lines)) <= 130
