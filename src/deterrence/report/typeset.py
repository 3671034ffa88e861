"""A page as PDF, set by Typst (extra: pdf). Text goes in as strings: nothing in it is an instruction."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from deterrence.errors import MissingExtraError
from deterrence.escape import for_typst
from deterrence.report.blocks import Heading, Tabular
from deterrence.report.pages import ANSWERS, Bullets, Fold, Part, Picture, Said, inline

__all__ = ["page_pdf", "typst_source"]

TEXT_WIDTH: Final = 178.0  # millimetres: A4 less margins
SMALLER: Final = 0.82  # pictures on paper against those on a screen
POINT: Final = 25.4 / 72
NARROW, WIDE = 7, 46  # characters between which columns are weighed
COLOURS: Final = {"holds": "0072B2", "fails": "8C2D04", "ambiguous": "8a5a00", "unknown": "666666"}
HEAD: Final = """#set document(title: {title}, date: none)
#set page(paper: "a4", margin: 16mm, numbering: "1 / 1")
#set text(font: ("Libertinus Serif",), size: 10pt, fill: rgb("#222222"), lang: "en")
#set par(justify: false, leading: 0.55em)
#set list(indent: 0.4em)
#show raw: set text(font: "DejaVu Sans Mono", size: 7.6pt)
#show heading: set block(above: 1.1em, below: 0.55em)
#show figure: set block(breakable: false)
#show figure.caption: set text(size: 8.6pt, fill: rgb("#666666"))
#set figure(numbering: none, gap: 0.4em)
#show table: set text(size: 8.8pt)
"""


def page_pdf(title: str, parts: Iterable[Part], *, format: Literal["pdf", "png"] = "pdf", ppi: float = 144.0) -> bytes:
    """Return the page on A4 as PDF (or, for one page, as PNG), the same bytes for the same parts.

    Raises `MissingExtraError` without the package `typst`.
    """
    try:
        import typst
    except ModuleNotFoundError as error:
        if error.name != "typst":
            raise
        remedy = "pip install 'deterrence[pdf]', or print the HTML page from a browser"
        raise MissingExtraError("typst, which sets the PDF, is not installed", remedy=remedy) from None
    source, pictures = typst_source(title, parts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for picture, svg in pictures.items():
            (folder / picture).write_text(svg, encoding="utf-8")
        (folder / "main.typ").write_text(source, encoding="utf-8")
        made: Any = typst.compile(folder / "main.typ", root=folder, format=format, ppi=ppi, ignore_system_fonts=True)
    return bytes(made[0] if isinstance(made, list) else made)


def typst_source(title: str, parts: Iterable[Part]) -> tuple[str, dict[str, str]]:
    """Return the page as Typst text, and the pictures that it names."""
    pictures: dict[str, str] = {}
    lines = [HEAD.format(title=for_typst(title)), *(_typst(part, pictures) for part in parts)]
    return "\n".join(lines) + "\n", pictures


def _typst(part: Part, pictures: dict[str, str]) -> str:
    match part:
        case Heading(text, level):
            return f"#heading(level: {level})[{_set(text)}]"
        case Said(text, kind):
            return _paragraph(text, kind)
        case Bullets(items, lead):
            opened = f"{_paragraph(lead, '')}\n" if lead else ""
            return opened + (f"#list({', '.join(f'[{_set(item)}]' for item in items)})" if items else "")
        case Tabular(columns, rows):
            return _table(columns, rows)
        case Picture(svg, caption):
            name = f"picture-{len(pictures)}.svg"
            pictures[name] = svg
            width = f"{SMALLER * min(1.0, _width(svg) / TEXT_WIDTH):.0%}"
            return f'#figure(image("{name}", width: {width}), caption: [{_set(caption)}])'
        case Fold(lead, body):
            return f'#block(text(size: 8.2pt, fill: rgb("#666666"))[{_set(f"{lead}: {body}")}])'


def _paragraph(text: str, kind: str) -> str:
    said = _set(text)
    if kind in ANSWERS:
        stroke = f'stroke: (left: 3pt + rgb("#{COLOURS[kind]}"))'
        return f'#block(width: 100%, inset: 7pt, fill: rgb("#f7f7f4"), {stroke}, text(size: 11pt)[{said}])'
    if kind == "question":
        return f'#block(text(size: 11pt, fill: rgb("#666666"))[{said}])'
    return f'#block(text(size: 8.6pt, fill: rgb("#666666"))[{said}])' if kind == "note" else f"#block[{said}]"


def _set(text: str) -> str:
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    calls = {"text": "#{};", "code": "#raw({});", "strong": "#strong({});"}
    yield from (calls[kind].format(for_typst(piece)) for kind, piece in inline(text))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lengths = (max(len(cell) for cell in column) for column in zip(columns, *rows, strict=True))
    weights = ", ".join(f"{min(WIDE, max(NARROW, length))}fr" for length in lengths)
    head = ", ".join(f"strong[{_set(column)}]" for column in columns)
    cells = ", ".join(f"[{_set(cell)}]" for row in rows for cell in row)
    lines = 'stroke: (x, y) => (bottom: 0.4pt + rgb("#d8d8d4"))'
    return f"#table(columns: ({weights},), inset: (x: 0pt, right: 6pt, y: 3pt), {lines}, table.header({head}), {cells})"


def _width(svg: str) -> float:
    """Return the width of a picture in millimetres."""
    found = re.search(r'width="([\d.]+)pt"', svg)
    return float(found[1]) * POINT if found else TEXT_WIDTH
