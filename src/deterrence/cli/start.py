"""The entrance: runs a command and turns every failure on purpose into a short message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Final

import click

from deterrence.cli.commands import commands
from deterrence.cli.output import complain
from deterrence.errors import DeterrenceError
from deterrence.interrupts import INTERRUPTED

__all__ = ["BAD_INPUT", "main"]

BAD_INPUT: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 all is well, 1 a check failed, 2 bad input.

    `arguments` default to those of the process. What is wrong with the input goes to standard error in one or
    two lines, never as a traceback.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # an output that cannot show a sign shows a question mark
    try:
        code = commands.main(args=arguments, prog_name="deterrence", standalone_mode=False)
    except DeterrenceError as error:
        complain(error.problem, where=error.where, remedy=error.remedy)
        return BAD_INPUT
    except click.ClickException as error:
        complain(error.format_message(), remedy=_help(error))
        return BAD_INPUT
    except click.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _help(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"see {context.command_path} --help" if context else ""
