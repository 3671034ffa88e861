"""A page to hand over, as parts: what stands on it, apart from how it is set; and its setting as one HTML file.

Text of parts is raw; between grave accents it is code, between double stars strong. Whoever sets it escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Final, Literal, TypeAlias

from deterrence.escape import for_html
from deterrence.report.blocks import Heading, Tabular

__all__ = ["Bullets", "Fold", "Kind", "Part", "Picture", "Said", "html_page", "inline"]

Kind: TypeAlias = Literal["", "question", "note", "holds", "ambiguous", "fails", "unknown"]
ANSWERS: Final[tuple[Kind, ...]] = ("holds", "ambiguous", "fails", "unknown")

_INLINE: Final = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


@dataclass(frozen=True)
class Said:
    """A paragraph: ordinary, the question, a small note, or an answer by its verdict."""

    text: str
    kind: Kind = ""


@dataclass(frozen=True)
class Bullets:
    """A list, with a sentence before it if any."""

    items: tuple[str, ...]
    lead: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure as an SVG element, and what it shows."""

    svg: str
    caption: str


@dataclass(frozen=True)
class Fold:
    """Text that can be opened on a screen and is printed small: a lead, and a body of lines."""

    lead: str
    body: str


Part: TypeAlias = "Heading | Said | Bullets | Tabular | Picture | Fold"


def inline(text: str) -> Iterator[tuple[Literal["text", "code", "strong"], str]]:
    """Yield the pieces of a text by how they are set.

    >>> list(inline("see `p < 1`, **twice**"))
    [('text', 'see '), ('code', 'p < 1'), ('text', ', '), ('strong', 'twice')]
    """
    last = 0
    for match in _INLINE.finditer(text):
        if match.start() > last:
            yield "text", text[last : match.start()]
        if match[1] is not None:
            yield "code", match[1]
        else:
            yield "strong", match[2]
        last = match.end()
    if last < len(text):
        yield "text", text[last:]


def html_page(title: str, parts: Iterable[Part]) -> str:
    """Return a whole HTML page that needs nothing from any network and runs no script; all text is escaped."""
    style = (files("deterrence.report") / "memo.css").read_text(encoding="utf-8")
    body = "\n".join(_html(part) for part in parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        'img-src data:">\n'
        f"<title>{for_html(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _html(part: Part) -> str:
    match part:
        case Heading(text, level):
            return f"<h{level}>{_coded(text)}</h{level}>"
        case Said(text, kind):
            name = f"answer {kind}" if kind in ANSWERS else kind
            return f'<p class="{name}">{_coded(text)}</p>' if name else f"<p>{_coded(text)}</p>"
        case Bullets(items, lead):
            opened = f"<p>{_coded(lead)}</p>" if lead else ""
            return f"{opened}<ul>{''.join(f'<li>{_coded(item)}</li>' for item in items)}</ul>" if items else ""
        case Tabular(columns, rows):
            return _table(columns, rows)
        case Picture(svg, caption):
            return _figure(svg, caption)
        case Fold(lead, body):
            return f"<details><summary>{_coded(lead)}</summary>{_coded(body)}</details>"


def _coded(text: str) -> str:
    tags = {"text": "{}", "code": "<code>{}</code>", "strong": "<strong>{}</strong>"}
    return "".join(tags[kind].format(for_html(piece)) for kind, piece in inline(text))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{_coded(column)}</th>" for column in columns)
    lines = "".join(f"<tr>{''.join(f'<td>{_coded(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _figure(svg: str, caption: str) -> str:
    """Return a figure as SVG in the page."""
    unique = f"m{sha256((caption + svg).encode()).hexdigest()[:8]}"  # several pictures share the page, and its names
    svg = re.sub(r'(id="|url\(#|href="#)', rf"\1{unique}", svg)
    label = for_html(caption)
    return f'<figure role="img" aria-label="{label}">{svg}<figcaption>{label}</figcaption></figure>'
