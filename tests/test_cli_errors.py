"""Bad input: exit code 2, one or two lines on standard error, nothing on standard output, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import COMPLETE, DETERRENCE, LADDER, CommandLine
from deterrence.library import models_folder

MODEL_FILE = str(models_folder() / f"{LADDER}.toml")
SCENARIO_FILE = str(models_folder() / "scenarios" / "eastern-flank.toml")
BAD = {
    "unknown slug": (["show", "escalation/lader"], "did you mean 'escalation/ladder'?"),
    "nothing like it": (["show", "zzzz"], "`deterrence models` lists them"),
    "an axis without values": (["sweep", DETERRENCE, "--over", "p_Ch"], "no values are given"),
    "too many values": (["sweep", DETERRENCE, "--over", "p_Ch=0:1:99999999999"], "from 1 to 10000000"),
    "no comparison": (["prove", DETERRENCE, "P(status quo)"], "column 1 of 'P(status quo)': a formula stands"),
    "no such file": (["show", "nothing.toml"], "cannot be read"),
    "a folder": (["show", "."], "no model"),
    "unknown command": (["shwo", LADDER], "No such command"),
    "unknown option": (["show", LADDER, "--colour"], "No such option"),
    "no model": (["show"], "Missing argument"),
    "set without a value": (["solve", LADDER, "--set", "q"], "NAME=VALUE"),
    "set without a name": (["solve", LADDER, "--set", "=1"], "NAME=VALUE"),
    "set twice": (["solve", LADDER, "--set", "q=0.1", "--set", "q=0.2"], "set twice"),
    "not a number": (["solve", LADDER, "--set", "q=__import__('os')"], "not a number"),
    "not finite": (["solve", LADDER, "--set", "q=nan"], "not a finite number"),
    "division by zero": (["solve", LADDER, "--set", "q=1/0"], "division by zero"),
    "enormous number": (["solve", LADDER, "--set", "q=1e999999"], "out of range"),
    "a whole megabyte": (["solve", LADDER, "--set", "q=" + "9" * 1_000_000], "not a number"),
    "unknown parameter": (["solve", LADDER, "--set", "qq=1"], "unknown parameter 'qq'"),
    "a fraction for an integer": (["solve", LADDER, "--set", "rungs=5/2"], "not a whole number"),
    "an integer out of bounds": (["solve", LADDER, "--set", "rungs=1"], "a whole number from 2"),
    "integers of no family": (["show", DETERRENCE, "--set", "rungs=3"], "no integer of a family"),
    "unknown solver": (["solve", COMPLETE, "--solver", "nahs"], "did you mean 'nash'?"),
    "a tree solver that does not fit": (["solve", DETERRENCE, "--solver", "backward-induction"], "perfect information"),
    "check nothing": (["check"], "name models to check, or give --all"),
    "check both": (["check", LADDER, "--all"], "name models to check, or give --all"),
    "check an unknown slug": (["check", "nothing/here"], "no model 'nothing/here'"),
    "stress of a model": (["stress", LADDER], "is a model, not a scenario"),
    "stress of a model file": (["stress", MODEL_FILE], "this is a model, not a scenario"),
    "a scenario for a model": (["solve", SCENARIO_FILE], "this is a scenario, not a model"),
    "unknown form": (["new", "--form", "circular"], "circular"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, said = BAD[name]
    run = CommandLine(capsys)(*arguments)
    assert run.code == 2
    assert run.out == ""
    assert run.err.startswith("error: ")
    assert said in run.err
    assert len(run.err.splitlines()) <= 2
    assert len(run.err) < 1000
    assert "Traceback" not in run.err


def test_hostile_arguments_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capsys)("show", "a\x1b[31m/b\u202e")
    assert run.code == 2
    assert "\x1b" not in run.err
    assert "\u202e" not in run.err


def test_internal_errors_are_not_hidden(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(**_: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("deterrence.library.entries", broken)
    with pytest.raises(ZeroDivisionError):
        CommandLine(capsys)("models")
