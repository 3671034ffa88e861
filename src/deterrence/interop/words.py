"""The words of Gambit's file formats, with their lines: strings, numbers, names, braces; commas are blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from deterrence.errors import ExpressionError, ModelFileError
from deterrence.expressions import exact_number

__all__ = ["MAX_WORDS", "Labels", "Words", "quoted"]

MAX_WORDS: Final = 400_000
MAX_LABEL: Final = 80
_WORD: Final = re.compile(
    r'(?P<blank>[\s,]++)|(?P<string>"(?:[^"\\]|\\.)*+")|(?P<brace>[{}])|(?P<bare>[^\s{}",]++)', re.DOTALL
)
_FORBIDDEN: Final = re.compile(r"[^\w \-+:;!?()/|*#%@^~$]+")


@dataclass
class Words:
    """The words of a file, taken one after the other; errors name the line."""

    file: str
    words: list[tuple[str, int]]
    place: int = field(default=0)

    @classmethod
    def of(cls, text: str, file: str) -> Words:
        """Return the words of a text; raise `ModelFileError` for an open string or too many words."""
        words, at, line = [], 0, 1
        while at < len(text):
            match = _WORD.match(text, at)
            if match is None:
                raise ModelFileError(
                    "a string that does not end", where=f"{file}: line {line}", remedy='close it with "'
                )
            if match.lastgroup != "blank":
                words.append((match.group(), line))
                if len(words) > MAX_WORDS:
                    raise ModelFileError(f"more than {MAX_WORDS} words", where=file, remedy="use a smaller game")
            line += match.group().count("\n")
            at = match.end()
        return cls(file, words)

    def error(self, problem: str, remedy: str = "") -> ModelFileError:
        """Return an error at the word taken last."""
        line = self.words[min(max(self.place - 1, 0), len(self.words) - 1)][1] if self.words else 1
        return ModelFileError(problem, where=f"{self.file}: line {line}", remedy=remedy)

    def peek(self) -> str:
        """Return the next word, empty at the end."""
        return self.words[self.place][0] if self.place < len(self.words) else ""

    def take(self, what: str = "more") -> str:
        """Return the next word; the end is an error."""
        if self.place >= len(self.words):
            raise self.error(f"the file ends where {what} should stand", "was it cut off?")
        self.place += 1
        return self.words[self.place - 1][0]

    def expect(self, *wanted: str) -> str:
        """Return the next word, which must be one of those wanted."""
        word = self.take(repr(wanted[0]))
        if word not in wanted:
            raise self.error(f"{word[:MAX_LABEL]!r} where {' or '.join(map(repr, wanted))} should stand")
        return word

    def is_string(self) -> bool:
        """Say whether the next word is a string."""
        return self.peek().startswith('"')

    def string(self, what: str) -> str:
        """Return the next word as a string."""
        word = self.take(what)
        if not word.startswith('"'):
            raise self.error(f"{word[:MAX_LABEL]!r} where {what} in quotes should stand")
        return re.sub(r"\\(.)", r"\1", word[1:-1], flags=re.DOTALL)

    def number(self, what: str) -> Fraction:
        """Return the next word as an exact number."""
        word = self.take(what)
        try:
            return exact_number(word.removeprefix("+"))
        except ExpressionError as error:
            raise self.error(f"{word[:MAX_LABEL]!r} is not {what}: {error.problem}", error.remedy) from None

    def integer(self, what: str) -> int:
        """Return the next word as a whole number that is not negative."""
        word = self.take(what)
        if not (word.isascii() and word.isdigit() and len(word) <= 9):
            raise self.error(f"{word[:MAX_LABEL]!r} is not {what}", "a whole number such as 1")
        return int(word)

    def strings(self, what: str) -> list[str]:
        """Return the strings between braces."""
        self.expect("{")
        out = []
        while self.peek() != "}":
            out.append(self.string(what))
        self.expect("}")
        return out

    def numbers(self, what: str) -> list[Fraction]:
        """Return the numbers between braces."""
        self.expect("{")
        out = []
        while self.peek() != "}":
            out.append(self.number(what))
        self.expect("}")
        return out

    def finish(self) -> None:
        """Raise unless all words are taken."""
        if self.peek():
            self.place += 1
            raise self.error("the game is complete before this line", "remove what follows")


class Labels:
    """Labels as games want them: printable, short, without reserved signs, each given out once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def give(self, text: str, default: str) -> str:
        """Return a label like the text, or like the default where it is empty, that was not given before."""
        clean = _FORBIDDEN.sub("-", " ".join(text.replace(",", " ").split()))[: MAX_LABEL - 10].strip(" ") or default
        label, number = clean, self._next.get(clean, 2)
        while label in self._taken:
            label, number = f"{clean}-{number}", number + 1
        self._next[clean] = number
        self._taken.add(label)
        return label


def quoted(text: str) -> str:
    """Return a text as a string of the formats."""
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
