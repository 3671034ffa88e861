"""The command line: `deterrence models`, `show`, `solve`, `check`, `new` and `demo`."""

from deterrence.cli.start import main

__all__ = ["main"]
