"""`map`, `tree`, `statics --plot` and `report`: files appear whole, numbers agree, bad input gets one located line."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree

import pytest

from command_line import DETERRENCE, CommandLine, interrupted
from deterrence.library import models_folder

pytest.importorskip("matplotlib")

CHICKEN = "crisis-management/chicken"
AXES = ("--x", "p_Ch", "--y", "p_Def")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    """The command line, called in this process and in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys)


def words(path: Path) -> int:
    """How many parts a picture has that is well-formed SVG."""
    return sum(1 for _ in ElementTree.parse(path).iter())


def test_a_map_says_how_large_regions_are_and_draws_them(command: CommandLine, tmp_path: Path) -> None:
    text = command.good("map", DETERRENCE, *AXES, "--cells", "48").out
    assert "separating | off-path deterrence          25.0 %" in text
    assert "the reference case lies in: off-path deterrence | bluff" in text
    assert "wrote unilateral-deterrence-map.svg" in text
    assert words(tmp_path / "unilateral-deterrence-map.svg") > 100


def test_a_map_of_an_event_and_its_files(command: CommandLine, tmp_path: Path) -> None:
    pytest.importorskip("xarray")
    ranges = ("--x", "c_SQ=2:4", "--y", "p_Def=0:1/2")
    arguments = ("map", DETERRENCE, *ranges, "--event", "war", "--refine", "D1", "--cells", "6")
    command.good(*arguments, "--out", "event.png", "--csv", "cells.csv")
    assert (tmp_path / "event.png").read_bytes().startswith(b"\x89PNG")
    rows = list(csv.DictReader((tmp_path / "cells.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 36
    row = min(rows, key=lambda r: abs(float(r["c_SQ"]) - 2.5) + abs(float(r["p_Def"]) - 0.04))
    assert row["region"] == "bluff"
    assert float(row["P(war).max"]) == pytest.approx(0.5 * (4 - float(row["c_SQ"])) / 4)
    document = command.good(*arguments, "--json").document
    assert document["axes"] == {"c_SQ": {"from": 2, "to": 4}, "p_Def": {"from": 0, "to": 0.5}}
    assert [len(document["cells"]), len(document["largest"][0])] == [6, 6]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cells.csv", "event.png"], "no picture beside other files"


def test_set_moves_the_reference_case(command: CommandLine) -> None:
    text = command.good("map", DETERRENCE, *AXES, "--cells", "24", "--set", "p_Def=0.9", "--json").document
    assert text["reference"] == [0.5, 0.9]


def test_a_tree_is_drawn_or_written_for_latex(command: CommandLine, tmp_path: Path) -> None:
    assert "wrote unilateral-deterrence-tree.svg" in command.good("tree", DETERRENCE).out
    assert words(tmp_path / "unilateral-deterrence-tree.svg") > 100
    text = command.good("tree", DETERRENCE, "--tikz", "--equilibrium", "3").out
    assert "cm>[very thick]" in text
    assert "cooperate 0.5" in text
    plain = command.good("tree", DETERRENCE, "--tikz", "--formulas").out
    assert "very thick" not in plain
    assert r"c\_DC, d\_DC" in plain
    command.good("tree", DETERRENCE, "--out", "a.tex", "--refine", "D1")
    assert (tmp_path / "a.tex").read_text(encoding="utf-8").startswith("% Unilateral")


def test_statics_are_drawn_for_every_form(command: CommandLine, tmp_path: Path) -> None:
    text = command.good("statics", DETERRENCE, "--of", "P(war)", "--wrt", "p_Def=0:1", "--plot", "a.pdf").out
    assert "Across all equilibria: neither" in text
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    out = command.good("statics", CHICKEN, "--of", "P(collision)", "--wrt", "P=0:2", "--plot", "b.svg").out
    assert out == "wrote b.svg\n"
    assert words(tmp_path / "b.svg") > 50


def test_a_file_of_one_s_own_is_read_everywhere(command: CommandLine, tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text((models_folder() / f"{DETERRENCE}.toml").read_text(encoding="utf-8"), encoding="utf-8")
    for arguments in (("map", "mine.toml", *AXES, "--cells", "12"), ("tree", "mine.toml"), ("report", "mine.toml")):
        command.good(*arguments)
    made = {p.name for p in tmp_path.iterdir()}
    assert made == {"mine.toml", "mine-map.svg", "mine-tree.svg", "mine-memo.html"}


def test_the_page_of_a_model_shows_every_equilibrium(command: CommandLine, tmp_path: Path) -> None:
    command.good("report", DETERRENCE, *AXES)
    page = (tmp_path / "unilateral-deterrence-memo.html").read_text(encoding="utf-8")
    assert page.count("Equilibrium ") >= 3
    assert page.count("<svg") == 2
    assert "Every class of equilibria" in page
    assert "Perfect Deterrence" in page
    assert f"deterrence report {DETERRENCE} --x p_Ch --y p_Def" in page
    command.good("report", CHICKEN)
    page = (tmp_path / "chicken-memo.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2, "the matrix and the best replies"


def test_the_report_of_a_scenario_is_its_memo(command: CommandLine, tmp_path: Path) -> None:
    for package in ("xarray", "SALib", "ema_workbench"):
        pytest.importorskip(package)
    command.good("report", "eastern-flank", "--samples", "128", "--out", "a.html")
    command("stress", "eastern-flank", "--samples", "128", "--report", "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("map", DETERRENCE, "--x", "p_Chh", "--y", "p_Def"), "did you mean 'p_Ch'?"),
        (("map", DETERRENCE, "--x", "p_Ch", "--y", "p_Ch"), "the map needs two parameters"),
        (("map", DETERRENCE, "--x", "p_Ch=1:0", "--y", "p_Def"), "p_Ch: no range from 1.0 to 0.0"),
        (("map", DETERRENCE, "--x", "p_Ch=0:1:9", "--y", "p_Def"), "--x p_Ch=0:1:9: not of the form NAME=FROM:TO"),
        (("map", DETERRENCE, *AXES, "--event", "wor"), "did you mean 'war'?"),
        (("map", DETERRENCE, *AXES, "--out", "map.jpg"), "no picture ends in '.jpg'"),
        (("map", DETERRENCE, *AXES, "--out", "no/such/map.svg"), "cannot write there"),
        (("tree", CHICKEN), "a game of form strategic has no tree"),
        (("tree", DETERRENCE, "--equilibrium", "9"), "--equilibrium: there are 3 equilibria"),
        (("tree", DETERRENCE, "--set", "c_SQ=9"), "no equilibrium to draw: outside"),
        (("statics", DETERRENCE, "--of", "P(war)", "--wrt", "p_Def", "--set", "p_Ch=1"), "--set is for --plot"),
        (("statics", "escalation/war-of-attrition", "--of", "P(One quits)", "--wrt", "c_1"), "theories are derived"),
        (("report", DETERRENCE, "--x", "p_Ch"), "a map needs --x and --y"),
        (("report", "eastern-flank", "--set", "p=1"), "are for models"),
        (("report", "eastern-flak"), "no model 'eastern-flak' in the library"),
    ],
)
def test_bad_input_is_refused(command: CommandLine, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    run = command(*arguments)
    assert (run.code, run.out) == (2, "")
    assert says in run.err
    assert not list(tmp_path.iterdir())


def test_control_c_leaves_no_file(tmp_path: Path) -> None:
    run = interrupted("map", DETERRENCE, *AXES, "--cells", "1000", "--out", str(tmp_path / "map.svg"), after=0.5)
    assert (run.code, run.out + run.err.strip()) == (130, "")
    assert not list(tmp_path.iterdir())
