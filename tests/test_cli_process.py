"""The command line as a program: pipes, terminals, signals, odd encodings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

from command_line import DETERRENCE, LADDER, interrupted, program

pty = pytest.importorskip("pty", reason="terminals are imitated with pty, which this system lacks")

PROGRAM = (sys.executable, "-m", "deterrence")


def on_terminal(*arguments: str, columns: int = 80, environment: Mapping[str, str] | None = None) -> str:
    """Return what a program writes on a terminal of a given width."""
    settings = {"TERM": "xterm-256color", "COLUMNS": str(columns), **(environment or {})}
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, *arguments], stdout=follower, stderr=follower, env={**clean, **settings}
    ) as running:
        os.close(follower)
        parts = []
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            parts.append(part)
        assert running.wait() == 0
    os.close(leader)
    return b"".join(parts).decode("utf-8")


def test_a_pipe_gets_plain_text() -> None:
    run = program("models", FORCE_COLOR="1", COLUMNS="20", TERM="xterm")
    assert run.code == 0
    assert "\x1b" not in run.out
    assert DETERRENCE in run.out
    assert run.err == ""


def uncoded(text: str) -> str:
    """Return what a terminal shows, without the codes that bold, underline and clear the line."""
    return re.sub(r"\x1b\[(0|1|1;4)?m|\x1b\[K", "", text)


def test_a_terminal_gets_colour_unless_asked_not_to() -> None:
    assert "\x1b[36m" in on_terminal("show", LADDER)
    assert "\x1b" not in uncoded(on_terminal("show", LADDER, environment={"NO_COLOR": "1"}))


def test_a_narrow_terminal_keeps_slugs_whole_and_folds_the_rest() -> None:
    text = uncoded(on_terminal("models", columns=50, environment={"NO_COLOR": "1"}))
    assert "…" not in text
    assert DETERRENCE in text.split()
    assert max(len(line) for line in text.splitlines() if "/" not in line) <= 50


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m deterrence show {LADDER} --set rungs=200 | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("Escalation ladder")
    assert done.stderr == ""


def test_an_output_that_knows_no_such_sign_shows_another() -> None:
    run = program("show", LADDER, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert run.code == 0
    assert "?" in run.out
    assert run.err == ""


@pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")
def test_control_c_is_quiet() -> None:
    run = interrupted("check", "--all", after=1)
    assert run.code == 130
    assert "Traceback" not in run.out + run.err


def test_version() -> None:
    run = program("--version")
    assert run.code == 0
    assert run.out.startswith("deterrence, version ")


def test_no_command_prints_help() -> None:
    run = program()
    assert run.code == 0
    assert all(name in run.out for name in ("models", "show", "solve", "check", "new", "demo"))
