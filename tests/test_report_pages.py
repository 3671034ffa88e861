"""Pages to hand over: one file without a network, the same content as PDF, seen by a real browser."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from deterrence.errors import MissingExtraError
from deterrence.report.blocks import Heading, Tabular
from deterrence.report.pages import Bullets, Fold, Part, Picture, Said, html_page
from deterrence.report.typeset import page_pdf, typst_source
from hostile_text import LATEX, SCRIPT

CHROMIUM = Path("/usr/bin/chromium")
needs_typst = pytest.mark.skipif(find_spec("typst") is None, reason="typst (extra: pdf) is not installed")
needs_chromium = pytest.mark.skipif(not CHROMIUM.is_file(), reason=f"NO BROWSER: {CHROMIUM} is missing")

SVG = (
    '<svg width="144pt" height="72pt" viewBox="0 0 144 72" xmlns="http://www.w3.org/2000/svg">'
    '<rect width="9" height="9"/></svg>'
)
PARTS: list[Part] = [
    Heading("A title", 1),
    Said("What is **asked**?", "question"),
    Said("It `P(war) <= 1` holds.", "holds"),
    Bullets(("one", "two `x`"), "Two things:"),
    Tabular(("name", "value"), (("a", "1"), ("b", "2"))),
    Picture(SVG, "A square."),
    Fold("The argument", "is long"),
    Said("small", "note"),
]


def hostile(text: str) -> list[Part]:
    return [Heading(text, 1), Said(text), Bullets((text,)), Tabular((text,), ((text,),)), Fold(text, text)]


def test_a_page_has_every_part_and_asks_for_nothing() -> None:
    page = html_page("A & B", PARTS)
    for piece in (
        "<title>A &amp; B</title>",
        '<p class="answer holds">It <code>P(war) &lt;= 1</code> holds.</p>',
        "What is <strong>asked</strong>?",
        "<ul><li>one</li><li>two <code>x</code></li></ul>",
        "<td>2</td>",
        "<figcaption>A square.</figcaption>",
        "<summary>The argument</summary>is long",
    ):
        assert piece in page
    assert not re.search(r'(src|href)="(?!#)', page)


@pytest.mark.parametrize("text", [SCRIPT, LATEX, '#import "x" `', "$x^2$ = #eval"])
def test_text_is_never_markup(text: str) -> None:
    page = html_page(text, hostile(text))
    assert "<script" not in page.lower()
    source, _ = typst_source(text, hostile(text))
    assert source.count("#import") == source.count('"' + "#import") + source.count(" #import \\"), "only inside strings"


@needs_typst
@pytest.mark.parametrize("text", [SCRIPT, LATEX, '#import "x" `', "$x^2$ = #eval \\ \\u{41}"])
def test_typst_sets_hostile_text_as_it_is(text: str) -> None:
    assert page_pdf(text, hostile(text)).startswith(b"%PDF")


@needs_typst
def test_the_pdf_is_the_same_twice_and_on_a4() -> None:
    one, two = page_pdf("A title", PARTS), page_pdf("A title", PARTS)
    assert one == two
    assert b"595.27" in one or b"/MediaBox" in one
    assert page_pdf("A title", PARTS, format="png", ppi=72)[:8] == b"\x89PNG\r\n\x1a\n"


def test_without_typst_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.delitem(sys.modules, "typst", raising=False)
    monkeypatch.setattr(sys, "path", [p for p in sys.path if not (Path(p) / "typst").is_dir()])
    with pytest.raises(MissingExtraError) as error:
        page_pdf("A title", PARTS)
    assert "deterrence[pdf]" in error.value.remedy
    assert "browser" in error.value.remedy


@needs_chromium
@pytest.mark.parametrize("scenario", ["eastern-flank", "spending-pledge"])
def test_a_browser_shows_and_prints_the_memo(scenario: str, tmp_path: Path) -> None:
    for package in ("matplotlib", "xarray", "SALib", "ema_workbench"):
        pytest.importorskip(package)
    from deterrence.report.memo import memo_html
    from deterrence.scenarios import stress

    page = tmp_path / "memo.html"
    page.write_text(memo_html(stress(scenario, samples=256)), encoding="utf-8")
    shot, printed = tmp_path / "memo.png", tmp_path / "memo.pdf"
    browser(page, f"--screenshot={shot}", "--window-size=900,1400")
    browser(page, f"--print-to-pdf={printed}", "--no-pdf-header-footer")
    assert colours(shot) > 50, "text and pictures, not an empty page"
    pages = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
    assert 2 <= pages <= 9
    assert rb"/MediaBox [0 0 594" in printed.read_bytes() or rb"/MediaBox [0 0 595" in printed.read_bytes(), "A4"
    wide = browser(page, "--dump-dom", "--window-size=420,900")
    assert "What would change the answer" in wide


def browser(page: Path, *options: str) -> str:
    """Let headless Chromium look at a page; it may reach no network."""
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
    profile = f"--user-data-dir={page.parent / 'profile'}"
    done = subprocess.run(
        [*map(str, command), profile, *options, page.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


def colours(path: Path) -> int:
    """How many different colours a picture has."""
    from matplotlib.image import imread

    pixels = imread(path)
    return len({tuple(pixel) for row in pixels[::7, ::7] for pixel in row.round(2)})
