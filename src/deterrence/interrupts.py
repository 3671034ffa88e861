"""Control-C ends a program at once and without a word, wherever it strikes."""

from __future__ import annotations

import signal
import sys
from _thread import interrupt_main
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer, current_thread, main_thread
from types import FrameType
from typing import Final

__all__ = ["INTERRUPTED", "interruptible"]

INTERRUPTED: Final = 130  # the exit code: 128 + SIGINT, as shells report it
SOON: Final = 0.002  # seconds until an interrupt that cannot be raised is tried again


@contextmanager
def interruptible() -> Iterator[None]:
    """Run a block that Control-C ends: what is interrupted is left as it is, and nothing complains about it.

    Python cannot raise inside a `__del__`: it would print the exception and go on. There an interrupt waits. Objects
    whose making was interrupted may fail when they are deleted; that says nothing to a user, so it is not printed.
    """
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _is_deleting(frame):
        again = Timer(SOON, interrupt_main)
        again.daemon = True
        again.start()
        return
    sys.unraisablehook = _ignored
    raise KeyboardInterrupt


def _is_deleting(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False


def _ignored(unraisable: object) -> None:
    pass
