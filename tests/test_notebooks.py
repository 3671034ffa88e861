"""Every notebook runs from top to bottom and says what the stored one says; each keeps to the common shape."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from notebook_files import executed, scripts, words

PARTS = ("Predict", "Solve", "See", "Vary", "Where it breaks", "Verdict", "Exercise")
LONGEST = 12  # lines of code in a cell


def ids(path: Path) -> str:
    """Name a notebook in test reports."""
    return path.stem


@pytest.mark.parametrize("script", scripts(), ids=ids)
def test_it_runs_and_says_what_is_stored(script: Path) -> None:
    """A result that drifts fails here; `scripts/notebooks NAME` executes a notebook anew."""
    stored = nbformat.read(script.with_suffix(".ipynb"), as_version=4)  # type: ignore[no-untyped-call]
    assert words(executed(script)) == words(stored)


@pytest.mark.parametrize("script", scripts(), ids=ids)
def test_it_has_the_common_shape(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    if script.stem.startswith("how-to"):
        return
    places = [text.find(f"## {part}") for part in PARTS]
    assert -1 not in places, [part for part, place in zip(PARTS, places, strict=True) if place == -1]
    assert places == sorted(places)


@pytest.mark.parametrize("script", scripts(), ids=ids)
def test_its_code_cells_are_short(script: Path) -> None:
    stored = nbformat.read(script.with_suffix(".ipynb"), as_version=4)  # type: ignore[no-untyped-call]
    long = [c.source for c in stored.cells if c.cell_type == "code" and len(c.source.splitlines()) > LONGEST]
    assert long == []


def test_every_debate_has_a_notebook() -> None:
    names = [path.stem for path in scripts()]
    assert all(any(name.startswith(f"debate-{k}-") for name in names) for k in range(1, 6)), names
