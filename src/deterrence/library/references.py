"""References: a reader of the part of BibTeX that a bibliography needs, with bounded work."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from deterrence.errors import ModelFileError
from deterrence.library.places import Place
from deterrence.library.safety import read_text, shown_path

__all__ = ["Reference", "parse_references", "read_references"]

MAX_BRACES: Final = 8
_ENTRY: Final = re.compile(r"@(\w+)\s*\{\s*([A-Za-z][\w:-]*)\s*,")
_FIELD: Final = re.compile(r"\s*([A-Za-z]+)\s*=\s*")
_BRACE: Final = re.compile(r"[{}]")
_NUMBER: Final = re.compile(r"\d+")
_VENUES: Final = ("journal", "booktitle", "publisher", "institution", "school", "howpublished")


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication: authors as `Family, Given`, a venue (journal, book or publisher), volume and pages if any.

    `confirmed` is False where the entry carries `note = {unconfirmed}`: volume or pages may be off.
    """

    key: str
    kind: str
    authors: tuple[str, ...]
    title: str
    year: int
    venue: str
    volume: str = ""
    number: str = ""
    pages: str = ""
    confirmed: bool = True

    @property
    def citation(self) -> str:
        """Authors and year, such as `Zagare and Kilgour 2000`; `after ...` when unconfirmed."""
        names = [author.partition(",")[0] for author in self.authors]
        shown = " and ".join(names) if len(names) < 3 else f"{names[0]} and others"
        return f"{'' if self.confirmed else 'after '}{shown} {self.year}"

    @property
    def text(self) -> str:
        """The whole reference on one line."""
        issue = f"{self.volume}({self.number})" if self.number else self.volume
        place = " ".join(part for part in (self.venue, issue) if part)
        pages = f": {self.pages}" if self.pages else ""
        end = "" if self.confirmed else " (unconfirmed)"
        return f"{'; '.join(self.authors)} ({self.year}). {self.title}. {place}{pages}.{end}"


def read_references(path: str | os.PathLike[str]) -> tuple[Reference, ...]:
    """Return the entries of a BibTeX file.

    Raises `ModelFileError` as `read_text` does, and for what `parse_references` does not read.
    """
    return parse_references(read_text(path), shown_path(path))


def parse_references(text: str, file: str = "text") -> tuple[Reference, ...]:
    """Return the entries of BibTeX text: values in braces or whole numbers, text in Unicode.

    Raises `ModelFileError`, naming the line or the entry, for anything else, a key given twice, or an entry
    without author, title or year.

    >>> [one.citation for one in parse_references("@book{x, author = {Doe, Ann}, title = {T}, year = 1999}")]
    ['Doe 1999']
    """
    place = Place(file)
    found: dict[str, Reference] = {}
    for kind, key, fields in _entries(text, place):
        if key in found:
            raise (place / key).error("the key is given twice", "rename one")
        found[key] = _reference(kind.lower(), key, fields, place / key)
    return tuple(found.values())


def _reference(kind: str, key: str, fields: dict[str, str], place: Place) -> Reference:
    for name in ("author", "title", "year"):
        if not fields.get(name):
            raise place.error(f"{name!r} is missing", "add it")
    if not _NUMBER.fullmatch(fields["year"]) or len(fields["year"]) != 4:
        raise (place / "year").error("not a year", "four digits")
    return Reference(
        key=key,
        kind=kind,
        authors=tuple(author.strip() for author in fields["author"].split(" and ")),
        title=fields["title"],
        year=int(fields["year"]),
        venue=next((fields[name] for name in _VENUES if fields.get(name)), ""),
        volume=fields.get("volume", ""),
        number=fields.get("number", ""),
        pages=fields.get("pages", "").replace("--", "–"),
        confirmed=fields.get("note") != "unconfirmed",
    )


def _entries(text: str, place: Place) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield kind, key and fields; text between entries is comment, as in BibTeX."""
    offset = text.find("@")
    while offset >= 0:
        match = _ENTRY.match(text, offset)
        if match is None:
            raise _refusal(text, offset, place, "not an entry", "write @article{key, author = {...}, ...}")
        fields, offset = _fields(text, match.end(), place)
        yield match[1], match[2], fields
        offset = text.find("@", offset)


def _fields(text: str, offset: int, place: Place) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while match := _FIELD.match(text, offset):
        name = match[1].lower()
        if name in fields:
            raise _refusal(text, offset, place, f"{name!r} is given twice", "keep one")
        fields[name], offset = _value(text, match.end(), place)
        offset = _skip(text, offset)
        if text[offset : offset + 1] != ",":
            break
        offset += 1
    offset = _skip(text, offset)
    if text[offset : offset + 1] != "}":
        raise _refusal(text, offset, place, "the entry does not end here", "a comma between fields, a brace at the end")
    return fields, offset + 1


def _skip(text: str, offset: int) -> int:
    while text[offset : offset + 1].isspace():
        offset += 1
    return offset


def _value(text: str, offset: int, place: Place) -> tuple[str, int]:
    number = _NUMBER.match(text, offset)
    if number:
        return number[0], number.end()
    if text[offset : offset + 1] != "{":
        raise _refusal(text, offset, place, "not a value", "put the value in braces")
    depth, end = 0, offset
    while depth or end == offset:
        brace = _BRACE.search(text, end)
        if brace is None or depth > MAX_BRACES:
            raise _refusal(text, offset, place, "braces that do not close, or too many", f"at most {MAX_BRACES} levels")
        depth += 1 if brace[0] == "{" else -1
        end = brace.end()
    return " ".join(text[offset + 1 : end - 1].replace("{", "").replace("}", "").split()), end


def _refusal(text: str, offset: int, place: Place, problem: str, remedy: str) -> ModelFileError:
    return place.error(f"line {text.count(chr(10), 0, offset) + 1}: {problem}", remedy)
