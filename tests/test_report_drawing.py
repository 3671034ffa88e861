"""Blocks drawn as plain text and on a terminal: aligned, whole, and deaf to what the text tries to say."""

from __future__ import annotations

import re
from fractions import Fraction
from io import StringIO
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from deterrence.json_text import json_number, json_text
from deterrence.report import terminal
from deterrence.report.blocks import Heading, Lines, Tabular
from deterrence.report.numbers import decimal_text, number_text, same_text
from deterrence.report.plain import plain_text
from hostile_text import HOSTILE, MARKUP

TABLE = Tabular(("name", "value"), (("a", "1"), ("longer", "22")))


def drawn(*blocks: Heading | Lines | Tabular, width: int = 80) -> str:
    out = StringIO()
    terminal.show(blocks, Console(file=out, width=width, force_terminal=True, color_system=None, highlight=False))
    return out.getvalue()


def test_plain_columns_are_aligned_and_rows_are_lines() -> None:
    assert plain_text([TABLE]) == "name    value\na       1\nlonger  22\n"


def test_plain_blocks_are_set_apart() -> None:
    assert plain_text([Heading("H"), Lines(("x",)), TABLE]).splitlines()[:4] == ["H", "x", "", "name    value"]
    assert plain_text([]) == ""
    assert plain_text([Lines(("x",)), Lines(())]) == "x\n\n"


def test_plain_text_is_never_cut() -> None:
    long = "word " * 500
    assert long.strip() in plain_text([Tabular(("c",), ((long,),))])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_block(text: str) -> None:
    blocks = (Heading(text), Lines((text,)), Tabular((text,), ((text,),)), Tabular(("a", "b"), ((text, text),), True))
    plain = plain_text(blocks)
    assert not set(plain) & set("\x1b\x07\x9b\u202e\u200b\u2028\x85\r\x00")
    assert plain.count("\n") == 8
    shown = re.sub(r"\x1b\[[0-9;]*m", "", drawn(*blocks, width=400))
    assert not set(shown) & set("\x1b\x07\x9b\u202e")
    assert text != MARKUP or shown.count("[red]") == 6


def test_markup_is_shown_and_not_obeyed() -> None:
    assert drawn(Lines((MARKUP,))).count("[red]bold[/red]") == 1
    assert "[red]bold[/red]" in drawn(Tabular(("c",), ((MARKUP,),)))


def test_a_terminal_folds_long_cells() -> None:
    shown = drawn(Tabular(("c", "d"), (("x" * 50, "y" * 50),)), width=40)
    assert all(len(line) <= 40 for line in shown.splitlines())
    assert (shown.count("x"), shown.count("y")) == (50, 50)


def test_records_keep_the_key_whole() -> None:
    key = "a-long-theme/a-much-longer-slug-than-the-terminal-is-wide"
    shown = drawn(Tabular(("slug", "title"), ((key, "title"),), records=True), width=30)
    assert key in shown.splitlines()[0]
    wide = drawn(Tabular(("slug", "title"), ((key, "title"),), records=True), width=120)
    assert "slug" in wide


def test_a_tree_keeps_its_indentation_on_a_terminal() -> None:
    lines = ("root", "├─ a → b", "│  └─ " + "c" * 60)
    assert [line.rstrip() for line in drawn(Lines(lines, verbatim=True), width=30).splitlines()] == list(lines)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 8), "1/8 (0.125)"),
        (Fraction(2, 3), "2/3 (≈ 0.666667)"),
        (Fraction(3), "3"),
        (Fraction(-9, 2), "-9/2 (-4.5)"),
        (0.125, "0.125"),
        (-0.0, "0"),
        (nan, "–"),
        (Fraction(10**400, 3), f"{10**400}/3 (too large for a decimal)"),
    ],
)
def test_numbers_in_words(value: Fraction | float, text: str) -> None:
    assert number_text(value) == text


@given(st.fractions())
def test_what_is_not_marked_as_rounded_is_exact(value: Fraction) -> None:
    text = decimal_text(value)
    assert text.startswith("≈ ") or Fraction(text) == value
    assert Fraction(same_text(value)) == value


@pytest.mark.parametrize(
    ("value", "document"),
    [
        (Fraction(1, 3), {"exact": "1/3", "float": 1 / 3}),
        (0.5, {"exact": None, "float": 0.5}),
        (inf, {"exact": None, "float": None}),
        (nan, None),
        (None, None),
        (Fraction(10**400), {"exact": str(10**400), "float": None}),
    ],
)
def test_numbers_in_json(value: Fraction | float | None, document: object) -> None:
    assert json_number(value) == document


def test_json_is_framed_ascii_without_nan() -> None:
    text = json_text("kind", {"title": "抑止\u202e"})
    assert text.isascii()
    assert text.startswith('{\n  "format": "deterrence/kind",\n  "version": 1,')
    with pytest.raises(ValueError, match="JSON"):
        json_text("kind", {"number": nan})
