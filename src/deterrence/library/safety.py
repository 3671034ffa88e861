"""Untrusted files read safely: what could hurt the parser is measured before parsing, in one linear pass."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from deterrence.errors import ModelFileError
from deterrence.library.places import Place, Table

__all__ = ["MAX_BYTES", "head_of", "parse_document", "read_text"]

MAX_BYTES: Final = 1 << 20
MAX_NESTING: Final = 16
MAX_LINES: Final = 30_000
MAX_KEYS: Final = 60_000
MAX_KEY_LENGTH: Final = 400
MAX_KEY_PARTS: Final = 8
MAX_BARE: Final = 80  # a bare word is a key, a number or a date

_TOKEN: Final = re.compile(
    r"(?P<space>[ \t\r]++|\#[^\n]*+)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*+'{3,5}"
    r'|"(?!"")(?:[^"\\\n]|\\[^\n])*+"'
    r"|'(?!'')[^'\n]*+')"
    r"|(?P<line>\n)"
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<dot>\.)|(?P<equals>=)|(?P<comma>,)"
    r"|(?P<bare>[^ \t\r\n\#\"'\[\]{}.=,]++)",
    re.DOTALL,
)
_POSITION: Final = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\Z")


def read_text(path: str | os.PathLike[str]) -> str:
    """Return the text of an ordinary file of at most 1 MiB of UTF-8.

    Raises `ModelFileError` when the file is missing, special (a pipe, a device, a folder: never opened), too
    large, not UTF-8, or holds a byte order mark or a null byte.
    """
    place = Place(shown_path(path))
    data = _read_bytes(path, place)
    if len(data) > MAX_BYTES:
        raise place.error(f"the file is larger than {MAX_BYTES} bytes", "a model file is a few kilobytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise place.error(f"line {line}: not UTF-8 text", "save the file as UTF-8") from None


def shown_path(path: str | os.PathLike[str]) -> str:
    """Return a path as messages show it, without characters that could steer a terminal."""
    text = os.fspath(path)
    return text if text.isprintable() else ascii(text)


def _read_bytes(path: str | os.PathLike[str], place: Place) -> bytes:
    try:
        _check_ordinary(os.stat(path), place)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags), "rb") as file:
            _check_ordinary(os.fstat(file.fileno()), place)  # it may have changed since
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise place.error(f"cannot be read: {error.strerror or 'error'}", "check the path") from None
    except ValueError:
        raise place.error("not a path", "check the path") from None


def _check_ordinary(status: os.stat_result, place: Place) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise place.error("not an ordinary file", "give the path of a model file")


def parse_document(text: str, file: str) -> Table:
    """Return a TOML document whose floats are exact decimals.

    Raises `ModelFileError` with line and column for anything that is not TOML or exceeds the bounds above.
    """
    place = Place(file)
    _check_text(text, place)
    for _ in _measured(text, place):
        pass
    return _parsed(text, place)


def head_of(text: str, file: str) -> Table:
    """Return the document up to the end of its first table, without reading the rest."""
    place = Place(file)
    _check_text(text, place)
    headers = _measured(text, place)
    next(headers, None)
    return _parsed(text[: next(headers, len(text))], place)


def _check_text(text: str, place: Place) -> None:
    if len(text) > MAX_BYTES:
        raise place.error(f"longer than {MAX_BYTES} characters", "a model file is a few kilobytes")
    if text.startswith("\ufeff"):
        raise place.error("the file starts with a byte order mark", "save the file as UTF-8 without it")
    if "\0" in text:
        raise place.error(f"line {_line(text, text.index(chr(0)))}: a null byte", "a model file is plain text")


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _position(text: str, offset: int) -> str:
    return f"line {_line(text, offset)}, column {offset - text.rfind(chr(10), 0, offset)}"


def _measured(text: str, place: Place) -> Iterator[int]:
    """Yield the offset of every table header, while checking nesting, keys, long words and counts."""
    offset, depth, lines, keys, parts, start = 0, 0, 0, 0, 1, True
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        kind = match.lastgroup if match else None
        if match is None or kind is None:
            raise _refusal(text, offset, place, "a string without end", "close the quotes on the same line")
        if kind == "open":
            if depth == 0 and start:
                yield offset
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "line":
            lines += 1
        elif kind == "dot":
            parts += 1
        elif kind == "equals":
            keys += 1
        elif kind == "bare" and match.end() - offset > MAX_BARE:
            raise _refusal(text, offset, place, "a long key or number", f"at most {MAX_BARE} characters")
        if kind in ("line", "comma", "equals"):
            parts = 1
        if depth > MAX_NESTING:
            raise _refusal(text, offset, place, "nested too deeply", f"at most {MAX_NESTING} levels of brackets")
        if parts > MAX_KEY_PARTS:
            raise _refusal(text, offset, place, "too many dots in a key", f"at most {MAX_KEY_PARTS} parts")
        if lines > MAX_LINES or keys > MAX_KEYS:
            raise _refusal(text, offset, place, "too many lines or keys", "build a large model in Python")
        start = kind == "line" or (start and kind == "space")
        offset = match.end()


def _refusal(text: str, offset: int, place: Place, problem: str, remedy: str) -> ModelFileError:
    return place.error(f"{_position(text, offset)}: {problem}", remedy)


def _parsed(text: str, place: Place) -> Table:
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _syntax_error(str(error), text, place) from None
    _check_keys(document, place)
    return Table(document, place)


def _syntax_error(message: str, text: str, place: Place) -> ModelFileError:
    found = _POSITION.search(message)
    problem = _POSITION.sub("", message)[:200]
    shown = problem if problem.isprintable() else ascii(problem)
    position = f"line {found[1]}, column {found[2]}" if found and found[1] else _position(text, len(text))
    return place.error(f"{position}: {shown}", "model files are TOML; text stands in quotes")


def _check_keys(document: dict[str, object], place: Place) -> None:
    pending: list[tuple[object, Place]] = [(document, place)]
    while pending:
        value, here = pending.pop()
        if isinstance(value, dict):
            for key in value:
                if len(key) > MAX_KEY_LENGTH:
                    raise here.error(f"a key of {len(key)} characters", f"at most {MAX_KEY_LENGTH}")
            pending.extend((inner, here / key) for key, inner in value.items())
        elif isinstance(value, list):
            pending.extend((inner, here / i) for i, inner in enumerate(value))
