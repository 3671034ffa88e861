"""Where text goes: drawn on a terminal, plain into a pipe or file, complaints and progress to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from deterrence.errors import DeterrenceError
from deterrence.escape import for_terminal

if TYPE_CHECKING:
    from deterrence.report.blocks import Block

__all__ = ["check_writable", "complain", "note", "progress", "show", "write"]

BROKEN_PIPE: Final = 141  # 128 + SIGPIPE, as shells report it


def show(blocks: Iterable[Block]) -> None:
    """Print blocks: drawn to fit where standard output is a terminal, else plain and whole."""
    if sys.stdout.isatty():
        from deterrence.report import terminal

        progress("")
        terminal.show(blocks)
        return
    from deterrence.report.plain import plain_text

    write(plain_text(blocks))


def write(text: str) -> None:
    """Write text to standard output at once; a reader who has gone away ends the program quietly."""
    progress("")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _leave_quietly()


def _leave_quietly() -> NoReturn:
    """Stop without the complaint that Python makes when it cannot flush at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(BROKEN_PIPE)


def progress(text: str) -> None:
    """Say on standard error what is being done, in place; silent unless that is a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{for_terminal(text)}")
        sys.stderr.flush()


def check_writable(path: Path) -> None:
    """Raise `DeterrenceError` before any work is done when a file cannot be written at a path."""
    if path.is_dir() or not os.access(path.absolute().parent, os.W_OK):
        raise DeterrenceError("cannot write there", where=str(path), remedy="name a file in a folder that exists")


def note(text: str) -> None:
    """Write a remark to standard error."""
    progress("")
    sys.stderr.write(f"{for_terminal(text)}\n")


def complain(problem: str, *, where: str = "", remedy: str = "") -> None:
    """Write an error in one line, and what to do about it in another."""
    progress("")
    place = f"{where}: " if where else ""
    lines = [f"error: {place}{problem}", *([f"remedy: {remedy}"] if remedy else [])]
    sys.stderr.write("".join(f"{for_terminal(line)}\n" for line in lines))
