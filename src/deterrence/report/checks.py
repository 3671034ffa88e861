"""Check reports for reading: one line for each thing checked, the verdict, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from deterrence.checking import CheckReport, Verdict
from deterrence.report.blocks import Block, Heading, Lines, Tabular

__all__ = ["check_blocks"]


def check_blocks(reports: Sequence[CheckReport]) -> Iterator[Block]:
    """Yield what `check` prints: a table for every model, then the sum."""
    for report in reports:
        yield Heading(report.model)
        rows = tuple((line.verdict, line.what, line.detail) for line in report.lines)
        yield Tabular(("verdict", "what", "detail"), rows)
    yield Lines((_sum(reports),))


def _sum(reports: Iterable[CheckReport]) -> str:
    lines = [line for report in reports for line in report.lines]
    return ", ".join(f"{sum(line.verdict == verdict for line in lines)} {verdict}" for verdict in get_args(Verdict))
