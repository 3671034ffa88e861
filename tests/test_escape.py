"""Text from a model file cannot steer a terminal, a page, a script or a LaTeX run, and stays legible."""

from __future__ import annotations

import json
import re
import unicodedata
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.escape import for_html, for_javascript, for_latex, for_terminal, for_typst
from hostile_text import BIDI, ESCAPE_SEQUENCE, HOSTILE, LATEX, LINES, MARKUP, SCRIPT

MARK = "\N{REPLACEMENT CHARACTER}"
ANY_TEXT = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=60), st.text("\\{}$&#%_~^<>|\"'[]*`\n\x1b ab", max_size=30)
)

# One unit of what `for_latex` may write: a command without argument, an escaped sign, a braced sign, a plain sign.
LATEX_UNIT = re.compile(r"\\(?:text[a-z]+|char34)\{\}|\\[{}$&#%_]|\{[][*]\}|[^\\{}$&#%_~^<>|\"\[\]*]", re.DOTALL)


def steers(text: str) -> list[str]:
    """Characters that a terminal or a renderer obeys instead of showing."""
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


class Tags(HTMLParser):
    """Collects the tags that a browser would see, and the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_data(self, data: str) -> None:
        self.text += data


@given(ANY_TEXT)
def test_nothing_steers_a_terminal(text: str) -> None:
    shown = for_terminal(text)
    assert not steers(shown)
    assert for_terminal(shown) == shown


def test_ordinary_text_is_left_alone() -> None:
    text = "Zürich–Köln 2 × 3 ≥ 5, “quoted”, 抑止"
    assert for_terminal(text) == text
    assert unescape(for_html(text)) == text
    assert json.loads(for_javascript(text)) == text
    assert for_latex(text) == text


def test_lines_become_one_line() -> None:
    assert for_terminal("one\ntwo\tthree") == "one two three"
    assert "\n" not in for_terminal(LINES) + for_html(LINES) + for_latex(LINES)


def test_escape_sequences_and_overrides_are_made_visible() -> None:
    assert for_terminal(ESCAPE_SEQUENCE).count(MARK) == 4
    assert for_terminal(BIDI).count(MARK) == 4


@given(ANY_TEXT)
def test_html_has_no_tags_and_says_the_same(text: str) -> None:
    written = for_html(text)
    page = Tags()
    page.feed(f"<p title='{written}' lang=\"{written}\">{written}</p>")
    page.close()
    assert page.tags == ["p", "p"]
    assert page.text == unescape(written)
    assert not steers(page.text)


def test_script_in_html() -> None:
    assert for_html(SCRIPT).startswith("&lt;script&gt;")


@given(ANY_TEXT)
def test_javascript_is_one_literal_that_no_script_element_ends_at(text: str) -> None:
    literal = for_javascript(text)
    assert literal.isascii()
    assert not set(literal) & set("<>&\n\r")
    assert not steers(json.loads(literal))
    page = Tags()
    page.feed(f"<script>const title = {literal};</script>")
    page.close()
    assert page.tags == ["script", "script"]


@given(ANY_TEXT)
def test_latex_sees_no_command_of_the_text(text: str) -> None:
    written = for_latex(text)
    rest = LATEX_UNIT.sub("", written)
    assert rest == ""


def test_latex_in_latex() -> None:
    written = for_latex(LATEX)
    assert r"\input" not in written
    assert written.startswith(r"\textbackslash{}input\{/etc/passwd\}")


@pytest.mark.parametrize(("text", "after_a_row"), [("[4pt]", "{[}4pt{]}"), ("*", "{*}")])
def test_a_row_of_a_table_cannot_take_its_text_for_an_option(text: str, after_a_row: str) -> None:
    assert for_latex(text) == after_a_row


def test_markup_is_kept_for_a_terminal_that_reads_none() -> None:
    assert for_terminal(MARKUP) == MARKUP


@given(ANY_TEXT)
def test_typst_is_one_string_that_says_the_same(text: str) -> None:
    literal = for_typst(text)
    assert literal[0] == literal[-1] == '"'
    inner = literal[1:-1]
    assert re.fullmatch(r'(?:[^"\\\n]|\\\\|\\")*', inner), "no quote or backslash without its escape"
    assert not steers(inner)
