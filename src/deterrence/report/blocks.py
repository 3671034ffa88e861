"""What an answer looks like before it is drawn: headings, lines and tables of raw text.

Text is kept as it came, from model files too; whoever draws it (`plain`, `terminal`) makes it safe to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Block", "Heading", "Lines", "Tabular"]


@dataclass(frozen=True)
class Heading:
    """A title; `level` 1 is the largest."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Lines:
    """Lines to be kept apart, in the order given; `verbatim` ones keep their spaces and are not wrapped.

    No lines at all leave a line free.
    """

    lines: tuple[str, ...]
    verbatim: bool = False


@dataclass(frozen=True)
class Tabular:
    """A table; every row has as many cells as there are `columns`, and nothing in it is cut off.

    With `records`, a row becomes a paragraph under its first cell where the table is too wide for a terminal.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    records: bool = False


Block: TypeAlias = "Heading | Lines | Tabular"
