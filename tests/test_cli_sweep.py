"""`deterrence sweep`: text, files and JSON say the same; a broken axis is refused with its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from command_line import DETERRENCE, CommandLine

xarray = pytest.importorskip("xarray")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line, called in this process."""
    return CommandLine(capsys)


def test_the_summary_names_classes_and_ranges(command: CommandLine) -> None:
    text = command.good("sweep", DETERRENCE, "--over", "p_Def=0.05:0.45:5", "--metric", "P(war)").out
    assert "points: 5, p_Def (5)" in text
    assert "concept: pbe; refinement: none" in text
    assert "separating" in text
    line = next(row for row in text.splitlines() if row.startswith("P(war)"))
    assert line.split()[:3] == ["P(war)", "0", "0.225"]


def test_files_hold_what_the_document_says(command: CommandLine, tmp_path: Path) -> None:
    table, dataset = tmp_path / "table.csv", tmp_path / "kept.nc"
    axes = ("--over", "p_Def=0.1,0.3", "--metric", "P(war)")
    document = command.good("sweep", DETERRENCE, *axes, "--csv", str(table), "--json").document
    assert document["format"] == "deterrence/sweep"
    largest = document["variables"]["P(war).max"]
    assert largest == {"dims": ["p_Def"], "about": "P(war), largest in any equilibrium", "values": [0.125, 0.15]}
    rows = table.read_text().splitlines()
    assert len(rows) == 1 + 2 * len(document["coordinates"]["equilibrium"]["values"])
    if _can_write_netcdf():
        command.good("sweep", DETERRENCE, *axes, "--netcdf", str(dataset))
        np.testing.assert_allclose(xarray.open_dataset(dataset)["P(war).max"], largest["values"])
    assert sorted(p.suffix for p in tmp_path.iterdir()) in ([".csv"], [".csv", ".nc"])


def _can_write_netcdf() -> bool:
    from importlib.util import find_spec

    return all(find_spec(name) for name in ("h5netcdf", "h5py"))


def test_a_sample_is_repeatable(command: CommandLine) -> None:
    arguments = ("sweep", DETERRENCE, "--over", "p_Def", "--over", "c_SQ", "--sample", "64", "--seed", "3", "--json")
    assert command.good(*arguments).out == command.good(*arguments).out


def test_a_definition_is_an_axis(command: CommandLine) -> None:
    arguments = ("--over", "t_soft(c_SQ)=0.1:0.4:4", "--metric", "P(war)", "--json")
    document = command.good("sweep", DETERRENCE, *arguments).document
    assert document["coordinates"]["c_SQ"]["dims"] == ["t_soft"]
    assert document["coordinates"]["c_SQ"]["values"] == pytest.approx([3.6, 3.2, 2.8, 2.4])


def test_a_store_is_continued(command: CommandLine, tmp_path: Path) -> None:
    arguments = ("sweep", DETERRENCE, "--over", "p_Def=0:1:30", "--metric", "P(war)", "--store", str(tmp_path / "kept"))
    assert command.good(*arguments).out == command.good(*arguments).out
    run = command("sweep", DETERRENCE, "--over", "p_Def=0:1:31", "--store", str(tmp_path / "kept"))
    assert (run.code, run.out) == (2, "")
    assert "another sweep is kept there" in run.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--over", "p_Deff=0:1:3"), "did you mean 'p_Def'?"),
        (("--over", "p_Def=0:1"), "not of the form NAME=FROM:TO:COUNT"),
        (("--over", "p_Def=0:one:3"), "'one' is not a number"),
        (("--over", "p_Def=0:1:3", "--over", "p_Def=0:1:4"), "'p_Def' is named twice"),
        (("--over", "p_Def=0:1:3", "--set", "p_Def=0.5"), "swept and fixed"),
        (("--over", "p_Def=0:1:3", "--csv", "no/such/folder/x.csv"), "cannot write there"),
        (("--over", "c_DC", "--sample", "8"), "no upper bound for 'c_DC'"),
        (("--over", "p_Def=0.5:0.1", "--sample", "8"), "no interval"),
        (("--over", "p_Def=0:1:999999999999"), "the count is not a whole number from 1 to 10000000"),
    ],
)
def test_bad_input_is_refused(command: CommandLine, arguments: tuple[str, ...], says: str) -> None:
    run = command("sweep", DETERRENCE, *arguments)
    assert (run.code, run.out) == (2, "")
    assert says in run.err


def test_a_concept_and_room_for_its_solutions_may_be_named(command: CommandLine) -> None:
    votes = ("sweep", "alliance-commitment/voting-power", "--over", "q=6,7", "--metric", "U(1)")
    assert "concept: banzhaf;" in command.good(*votes, "--concept", "banzhaf").out
    links = ("sweep", "alliance-commitment/hub-and-spoke", "--over", "c=0.2,0.375", "--metric", "total(links)")
    assert "width=" in command(*links).err
    row = command.good(*links, "--width", "20").out.splitlines()[-1]
    assert row.split()[:3] == ["total(links)", "3", "6"]
