"""Where a value stands in a model file, and typed access to tables that names the place in every error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from deterrence.errors import DeterrenceError, ExpressionError, GameError, ModelFileError
from deterrence.expressions import did_you_mean
from deterrence.games.frozen import FrozenMap

__all__ = ["MAX_PROSE", "RESERVED", "Place", "Table", "kind_of"]

RESERVED: Final = ("mover", "information", "pays", "chance")  # words of [tree] that no action can have as its name
MAX_LINE: Final = 400
MAX_PROSE: Final = 4000
MAX_INTEGER: Final = 10**9

_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KINDS: Final[Mapping[type, str]] = {
    str: "text",
    bool: "true or false",
    int: "a number",
    dict: "a table",
    list: "a list",
}

T = TypeVar("T")
Chosen = TypeVar("Chosen", bound=str)


@dataclass(frozen=True, slots=True)
class Place:
    """A file and the keys that lead to a value in it; list entries are counted from 1."""

    file: str
    path: str = ""

    def __truediv__(self, key: str | int) -> Place:
        """Return the place of a key of the table, or of an entry of the list, at this place."""
        if isinstance(key, int):
            return Place(self.file, f"{self.path}[{key + 1}]")
        shown = key if _PLAIN_KEY.fullmatch(key) else ascii(key[:64])
        return Place(self.file, f"{self.path}.{shown}" if self.path else shown)

    def __str__(self) -> str:
        """Return `file: key.path`."""
        return f"{self.file}: {self.path}" if self.path else self.file

    def error(self, problem: str, remedy: str = "") -> ModelFileError:
        """Return the error to raise for this place."""
        return ModelFileError(problem, where=str(self), remedy=remedy)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Give errors of formulas and games this place; a formula's column is kept."""
        try:
            yield
        except (ExpressionError, GameError) as error:
            raise self.error(_with_column(error), error.remedy) from None


def _with_column(error: DeterrenceError) -> str:
    return f"{error.problem} at {error.where}" if error.where.startswith("column") else error.problem


def kind_of(value: object) -> str:
    """Name the kind of a value as the author of a file knows it."""
    return _KINDS.get(type(value), "a date or time" if hasattr(value, "isoformat") else "a number")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a model file at its place; every method raises `ModelFileError` for a value of another kind."""

    data: Mapping[str, object]
    place: Place

    def __contains__(self, key: str) -> bool:
        """Say whether the table has a key."""
        return key in self.data

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys in the order of the file."""
        return iter(self.data)

    def only(self, *keys: str) -> Table:
        """Return the table; any key besides those named is an error with a suggestion."""
        for key in self.data:
            if key not in keys:
                raise (self.place / key).error(f"unknown key {key[:64]!r}", did_you_mean(key, keys))
        return self

    def get(self, key: str, kind: type[T], wanted: str) -> T | None:
        """Return a value of a kind, or None where the key is absent; `wanted` describes the kind."""
        value = self.data.get(key)
        if value is None or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
            return value
        raise (self.place / key).error(f"{kind_of(value)} where {wanted} is needed")

    def needed(self, key: str, remedy: str) -> object:
        """Return a value that must be there."""
        if key not in self.data:
            raise self.place.error(f"{key!r} is missing", remedy)
        return self.data[key]

    def text(self, key: str, most: int = MAX_LINE) -> str:
        """Return a text of bounded length, empty where the key is absent."""
        value = self.get(key, str, "text in quotes") or ""
        if len(value) > most:
            raise (self.place / key).error(f"{len(value)} characters", f"at most {most} characters")
        return value

    def choice(self, key: str, options: Sequence[Chosen], default: Chosen) -> Chosen:
        """Return one of several words."""
        value = self.get(key, str, "text in quotes")
        if value is None:
            return default
        for option in options:
            if option == value:
                return option
        raise (self.place / key).error(f"{value[:64]!r} is not one of the words here", did_you_mean(value, options))

    def texts(self, key: str, most: int = MAX_LINE) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is absent."""
        values: list[object] = self.get(key, list, "a list of texts") or []
        place = self.place / key
        for i, value in enumerate(values):
            if not isinstance(value, str):
                raise (place / i).error(f"{kind_of(value)} where text in quotes is needed")
            if len(value) > most:
                raise (place / i).error(f"{len(value)} characters", f"at most {most} characters")
        return tuple(value for value in values if isinstance(value, str))

    def integer(self, key: str, least: int = -MAX_INTEGER) -> int | None:
        """Return a whole number of moderate size, or None where the key is absent."""
        value = self.get(key, int, "a whole number")
        if value is not None and not least <= value <= MAX_INTEGER:
            raise (self.place / key).error("the number is out of bounds", f"between {least} and {MAX_INTEGER}")
        return value

    def integers(self) -> FrozenMap[str, int]:
        """Return the whole table as whole numbers."""
        return FrozenMap({key: self.integer(key) or 0 for key in self.data})

    def table(self, key: str) -> Table:
        """Return a table, empty where the key is absent."""
        return Table(self.get(key, dict, "a table") or {}, self.place / key)

    def tables(self, key: str) -> tuple[Table, ...]:
        """Return a list of tables, empty where the key is absent."""
        values: list[object] = self.get(key, list, f"a list of tables, each headed [[{key}]],") or []
        place = self.place / key
        for i, value in enumerate(values):
            if not isinstance(value, dict):
                raise (place / i).error(f"{kind_of(value)} where a table is needed")
        return tuple(Table(value, place / i) for i, value in enumerate(values) if isinstance(value, dict))
