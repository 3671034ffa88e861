"""Blocks as plain text, for pipes and files: no colour, no truncation, one row a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from deterrence.escape import for_terminal
from deterrence.report.blocks import Block, Heading, Lines, Tabular

__all__ = ["plain_text"]


def plain_text(blocks: Iterable[Block]) -> str:
    """Return the blocks as text that ends in a line break, made safe to show; empty for no block.

    >>> from deterrence.report.blocks import Heading, Tabular
    >>> print(plain_text([Heading("Moves"), Tabular(("player", "action"), (("A", "go"),))]), end="")
    Moves
    player  action
    A       go
    """
    parts = list(blocks)
    lines = [line for block in parts[:1] for line in _lines(block)]
    for before, block in pairwise(parts):
        lines.extend([] if isinstance(before, Heading) and not isinstance(block, Heading) else [""])
        lines.extend(_lines(block))
    return "".join(f"{line}\n" for line in lines)


def _lines(block: Block) -> list[str]:
    match block:
        case Heading():
            return [for_terminal(block.text)]
        case Lines():
            return [for_terminal(line) for line in block.lines]
        case Tabular():
            return _aligned([block.columns, *block.rows])


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    cells = [[for_terminal(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]
