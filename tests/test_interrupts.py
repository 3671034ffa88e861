"""Control-C ends a program without a word, also inside `__del__` and with half-made objects about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from command_line import interrupted
from deterrence.interrupts import interruptible

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")

IN_A_DESTRUCTOR = """
import signal, sys, time
from deterrence.interrupts import interruptible
class Loud:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.1)
        self.missing
with interruptible():
    loud = Loud()
    del loud
    time.sleep(5)
    print("not interrupted")
print("left")
"""
HALF_MADE = """
import signal
from deterrence.interrupts import interruptible
class Half:
    def __init__(self):
        signal.raise_signal(signal.SIGINT)
        self.owner = True
    def __del__(self):
        self.owner
with interruptible():
    Half()
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)


def test_an_interrupt_inside_a_destructor_is_not_lost() -> None:
    done = run(IN_A_DESTRUCTOR)
    assert done.stdout == "left\n"
    assert "KeyboardInterrupt" not in done.stderr


def test_half_made_objects_do_not_complain() -> None:
    done = run(HALF_MADE)
    assert (done.stdout, done.stderr) == ("", "")


def test_without_an_interrupt_nothing_changes() -> None:
    before, hook = signal.getsignal(signal.SIGINT), sys.unraisablehook
    with interruptible():
        assert signal.getsignal(signal.SIGINT) is not before
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == (before, hook)


def test_other_threads_leave_signals_alone() -> None:
    seen: list[object] = []

    def work() -> None:
        with interruptible():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]


@pytest.mark.parametrize("after", [0, 0.1, 0.2, 0.4, 0.7])
def test_the_command_line_is_quiet_whenever_it_is_interrupted(after: float) -> None:
    run = interrupted("derive", "--no-cache", "crisis-management/audience-cost", after=after)
    assert run.code == 130
    assert run.out + run.err.strip() == ""
