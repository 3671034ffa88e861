"""Blocks on a terminal, with rich: its width respected, colour unless NO_COLOR is set, no markup read from text."""

from __future__ import annotations

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deterrence.escape import for_terminal
from deterrence.report.blocks import Block, Heading, Lines, Tabular

__all__ = ["show"]

VERDICTS = {
    **dict.fromkeys(("ok", "passed", "proved", "tested"), "green"),
    **dict.fromkeys(("failed", "FAILED", "refuted"), "bold red"),
    **dict.fromkeys(("undecided", "vacuous"), "yellow"),
}


def show(blocks: Iterable[Block], console: Console | None = None) -> None:
    """Print the blocks on a terminal (default: standard output); text is made safe to show."""
    console = console or Console(highlight=False)
    before: Block | None = None
    for block in blocks:
        if before is not None and (not isinstance(before, Heading) or isinstance(block, Heading)):
            console.print()
        if block != Lines(()):
            verbatim = isinstance(block, Lines) and block.verbatim
            console.print(_drawn(block, console.width), soft_wrap=verbatim, crop=False)
        before = block


def _drawn(block: Block, width: int) -> RenderableType:
    match block:
        case Heading():
            return Text(for_terminal(block.text), style="bold underline" if block.level == 1 else "bold")
        case Lines():
            return Text("\n".join(for_terminal(line) for line in block.lines))
        case Tabular():
            return _records(block) if block.records and _natural_width(block) > width else _table(block)


def _natural_width(block: Tabular) -> int:
    columns = zip(block.columns, *block.rows, strict=True)
    return sum(max(map(len, column)) for column in columns) + 2 * len(block.columns)


def _records(block: Tabular) -> RenderableType:
    parts: list[RenderableType] = []
    for first, *rest in block.rows:
        parts.append(Text(for_terminal(first), style="bold", no_wrap=True, overflow="ignore"))
        parts.append(Padding(Text(for_terminal(" · ".join(cell for cell in rest if cell))), (0, 0, 0, 2)))
    return Group(*parts)


def _table(block: Tabular) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="cyan")
    for column in block.columns:
        table.add_column(Text(for_terminal(column)), overflow="fold")
    for row in block.rows:
        table.add_row(*(Text(for_terminal(cell), style=VERDICTS.get(cell, "")) for cell in row))
    return table
