"""Tables of cited facts that come with the library: `models/data`, a CSV file each, described in `tables.toml`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from deterrence.errors import ModelFileError
from deterrence.expressions import did_you_mean, exact_number
from deterrence.games import FrozenMap
from deterrence.library.catalogue import models_folder, references
from deterrence.library.places import MAX_PROSE, Place, Table
from deterrence.library.safety import parse_document, read_text, shown_path

__all__ = ["Column", "DataTable", "data", "data_names"]

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: exact numbers in a `unit`, or texts where there is none."""

    meaning: str
    unit: str
    values: tuple[Fraction, ...] | tuple[str, ...]


@dataclass(frozen=True)
class DataTable:
    """Cited facts: columns of equal length by name, and the sources, written out."""

    name: str
    title: str
    sources: tuple[str, ...]
    note: str
    columns: FrozenMap[str, Column]

    def column(self, name: str) -> Column:
        """Return a column; raise `ModelFileError` with a suggestion for a name that is not there."""
        if name not in self.columns:
            remedy = did_you_mean(name, self.columns)
            raise ModelFileError(f"no column {name!r}", where=f"data {self.name}", remedy=remedy)
        return self.columns[name]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a column as text; numbers are written as exact decimals or ratios."""
        return tuple(map(str, self.column(name).values))

    def numbers(self, name: str) -> tuple[Fraction, ...]:
        """Return a column of exact numbers; raise `ModelFileError` for one of texts."""
        values = tuple(value for value in self.column(name).values if isinstance(value, Fraction))
        if len(values) < len(self.column(name).values):
            raise ModelFileError(f"{name!r} holds text", where=f"data {self.name}", remedy="ask for texts(...)")
        return values

    def by(self, key: str, name: str) -> FrozenMap[str, Fraction]:
        """Return the numbers of a column by the texts of another."""
        return FrozenMap(zip(self.texts(key), self.numbers(name), strict=True))


def data(name: str) -> DataTable:
    """Return a table of cited facts of the library, numbers exact.

    Raises `ModelFileError`, with a suggestion for an unknown name, and for a file that its description does not fit.

    >>> table = data("burden-1964")
    >>> table.sources[0][:33], str(table.by("ally", "share")["Turkey"])
    ('Olson, Mancur; Zeckhauser, Richar', '29/5')
    """
    tables = _described()
    if name not in data_names():
        raise ModelFileError(f"no table {name[:80]!r} in the library", remedy=did_you_mean(name, data_names()))
    about = tables.table(name).only("title", "sources", "note", "columns")
    known = references()
    return DataTable(
        name=name,
        title=about.text("title"),
        sources=tuple(known[s].text if s in known else s for s in about.texts("sources")),
        note=about.text("note", MAX_PROSE),
        columns=_columns(models_folder() / "data" / f"{name}.csv", about.table("columns")),
    )


def data_names() -> tuple[str, ...]:
    """Return the names of the tables."""
    return tuple(name for name in _described() if name != "format")


def _described() -> Table:
    path = models_folder() / "data" / "tables.toml"
    tables = parse_document(read_text(path), shown_path(path))
    if tables.integer("format") != FORMAT:
        raise (tables.place / "format").error("unknown format", f"this version reads {FORMAT}")
    return tables


def _columns(path: Path, described: Table) -> FrozenMap[str, Column]:
    place = Place(shown_path(path))
    head, *rows = csv.reader(read_text(path).splitlines(), strict=True)
    if head != list(described):
        raise place.error(f"columns {', '.join(head)}", f"describe them in {described.place}")
    for i, row in enumerate(rows):
        if len(row) != len(head):
            raise place.error(f"line {i + 2}: {len(row)} cells", f"{len(head)} are needed")
    cells = zip(*rows, strict=True)
    return FrozenMap({name: _column(described.table(name), column) for name, column in zip(head, cells, strict=True)})


def _column(about: Table, cells: tuple[str, ...]) -> Column:
    about.only("meaning", "unit")
    unit = about.text("unit")
    with about.place.holding():
        values = tuple(map(exact_number, cells)) if unit else cells
    return Column(about.text("meaning"), unit, values)
