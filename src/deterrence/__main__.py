"""`python -m deterrence` is the command line."""

from __future__ import annotations

import sys

from deterrence.interrupts import INTERRUPTED, interruptible

__all__ = ["main"]


def main() -> int:
    """Run the command line on the process's arguments and return its exit code, 130 after Control-C."""
    with interruptible():
        from deterrence.cli import main as command_line  # takes long enough to be interrupted

        return command_line()
    return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
