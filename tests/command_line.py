"""The command line as tests use it: in this process, or as a program of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import pytest

from deterrence.cli import main

DETERRENCE = "alliance-commitment/unilateral-deterrence"
COMPLETE = "alliance-commitment/unilateral-deterrence-complete"
LADDER = "escalation/ladder"


@dataclass(frozen=True)
class Run:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document on standard output."""
        return json.loads(self.out)


class CommandLine:
    """Calls `main` in this process and takes what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str) -> Run:
        self.capsys.readouterr()
        code = main(arguments)
        out, err = self.capsys.readouterr()
        return Run(code, out, err)

    def good(self, *arguments: str) -> Run:
        """Run a command that must succeed without a word on standard error."""
        run = self(*arguments)
        assert (run.code, run.err) == (0, "")
        return run


def program(*arguments: str, **environment: str) -> Run:
    """Run the command line as a program, with pipes for its output."""
    done = subprocess.run(
        [sys.executable, "-m", "deterrence", *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


READY = """
import sys
from deterrence.__main__ import main
from deterrence.interrupts import interruptible
with interruptible():
    print("ready", flush=True)
    sys.exit(main())
sys.exit(130)
"""


def interrupted(*arguments: str, after: float, **environment: str) -> Run:
    """Run the command line as a program that gets Control-C some seconds after Python itself has started."""
    command = [sys.executable, "-c", READY, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        time.sleep(after)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    return Run(running.returncode, out, err)
