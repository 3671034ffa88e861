"""Checking models by name: a file that cannot be read is a failed check, a name of nothing is bad input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deterrence.checking import CheckLine, CheckReport, check
from deterrence.cli.inputs import is_file, open_model
from deterrence.cli.output import progress
from deterrence.errors import DeterrenceError
from deterrence.library import entries

__all__ = ["reports"]


def reports(models: Sequence[str], *, every: bool) -> Iterator[CheckReport]:
    """Yield a report for each model, or for every model of the library.

    Raises `DeterrenceError` for a name that is neither a slug nor an existing file.
    """
    slugs = [entry.slug for entry in entries()] if every else []
    names = [*models, *slugs]
    for i, name in enumerate(names):
        progress(f"checking {i + 1} of {len(names)}: {name}")
        yield _report(name, known=every or is_file(name))


def _report(name: str, *, known: bool) -> CheckReport:
    try:
        game = open_model(name)
    except DeterrenceError as error:
        if not known:
            raise
        return CheckReport(name, (CheckLine("file", "failed", str(error)),))
    report = check(game)
    return CheckReport(name, (CheckLine("file", "ok", "read and validated"), *report.lines))
