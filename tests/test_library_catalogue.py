"""The catalogue lists, searches and loads; every source of the library resolves."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from deterrence.errors import DeterrenceError, ModelFileError
from deterrence.games.statements import FIDELITIES
from deterrence.library import (
    Reference,
    catalogue,
    entries,
    load,
    models_folder,
    parse_references,
    read_references,
    references,
    themes,
)
from deterrence.library.forms import FILE_FORMS
from model_files import model_slugs

EXAMPLE = "alliance-commitment/unilateral-deterrence"


def test_every_model_is_listed_once_and_loads() -> None:
    slugs = [entry.slug for entry in entries()]
    files = set(model_slugs())
    assert EXAMPLE in slugs
    assert slugs == sorted(files)
    assert set(themes()) == {slug.partition("/")[0] for slug in slugs}


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.slug)
def test_the_head_agrees_with_the_whole_file(entry: catalogue.Entry) -> None:
    game = load(entry.slug)
    about = game.about
    assert about.slug == entry.slug
    assert (about.title, about.theme, about.source) == (entry.title, entry.theme, entry.source)
    assert (about.claims, about.catalogue, about.summary) == (entry.claims, entry.catalogue, entry.summary)
    assert game.form == entry.form
    assert about.fidelity == entry.fidelity


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.slug)
def test_models_of_the_library_say_where_they_come_from(entry: catalogue.Entry) -> None:
    assert entry.title
    assert entry.summary
    assert entry.theme == entry.slug.partition("/")[0]
    assert entry.fidelity in FIDELITIES
    assert entry.fidelity == "own" or entry.reference is not None, f"{entry.source!r} is not in references.bib"
    game = load(entry.slug)
    assert all(p.meaning for p in game.parameters)
    assert all(p.default is not None for p in game.parameters)


def test_filters() -> None:
    everything = entries()
    by_form = [entries(form=form) for form in FILE_FORMS]
    assert sum(map(len, by_form)) == len(everything)
    assert [entry.slug for entry in entries(theme="alliance-commitment", search="two-sided")] == [EXAMPLE]
    assert EXAMPLE in [entry.slug for entry in entries(claim="A10")]
    assert entries(claim="A1") == tuple(entry for entry in everything if "A1" in entry.claims)
    assert EXAMPLE in [entry.slug for entry in entries(author="KILGOUR")]
    assert EXAMPLE not in [entry.slug for entry in entries(author="powell")]
    assert entries(search="no such words anywhere") == ()
    assert entries(theme="alliance") == ()


def test_search_ignores_case_and_accents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "theme").mkdir()
    (tmp_path / "references.bib").write_text(
        "@article{x, author = {Sjöström, Tomas}, title = {T}, journal = {J}, year = 2004}", encoding="utf-8"
    )
    (tmp_path / "theme" / "one.toml").write_text(
        'format = 1\n[model]\ntitle = "Über Rüstung"\nform = "strategic"\nsource = "x"\n', encoding="utf-8"
    )
    monkeypatch.setattr(catalogue, "models_folder", lambda: tmp_path)
    assert len(entries(search="RUSTUNG", author="sjostrom")) == 1
    assert entries(author="Sjostrom", search="Abrüstung") == ()


@pytest.mark.parametrize(
    ("slug", "says"),
    [
        ("alliance-commitment/unilateral-deterence", f"did you mean '{EXAMPLE}'"),
        ("unilateral-deterence", "did you mean"),
        ("../models/alliance-commitment/unilateral-deterrence", "no model"),
        ("/etc/passwd", "no model"),
        ("alliance-commitment/../alliance-commitment/unilateral-deterrence", "no model"),
        ("", "no model"),
        ("a\0b", "no model"),
        ("\x1b[31m", "no model"),
        ("missing.toml", "cannot be read"),
        ("x" * 10**6, "no model"),
    ],
)
def test_unknown_slugs(slug: str, says: str) -> None:
    with pytest.raises(ModelFileError) as caught:
        load(slug)
    assert says in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


def test_the_last_part_of_a_slug_is_enough_where_it_names_one_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load("unilateral-deterrence") == load(EXAMPLE)
    files = dict.fromkeys(("arms/race", "trade/race"), tmp_path)
    monkeypatch.setattr(catalogue, "_files", lambda: files)
    with pytest.raises(ModelFileError, match="no model 'race'"):
        load("race")


def test_own_files_load_by_path(tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    shutil.copy(models_folder() / f"{EXAMPLE}.toml", mine)
    assert load(mine) == load(str(mine)) == load(EXAMPLE)
    assert load(mine).about.slug == "mine"


def test_family_integers() -> None:
    small, large = load("escalation/ladder", rungs=3), load("escalation/ladder", rungs=8)
    assert small.about.integers["rungs"] == 3
    assert len(small.about.results) == len(large.about.results) > 0
    assert small != large
    with pytest.raises(DeterrenceError, match="rungs"):
        load("escalation/ladder", rungs=10**9)
    with pytest.raises(DeterrenceError, match="no integer 'rung'"):
        load("escalation/ladder", rung=3)
    with pytest.raises(ModelFileError, match="no family"):
        load(EXAMPLE, rungs=3)


def test_listing_a_hundred_models_is_fast(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Only heads are read: broken bodies do not matter, and a hundred files take a fraction of a second."""
    (tmp_path / "theme").mkdir()
    shutil.copy(models_folder() / "references.bib", tmp_path)
    text = (models_folder() / f"{EXAMPLE}.toml").read_text(encoding="utf-8") + "\n[broken\n"
    for i in range(100):
        (tmp_path / "theme" / f"m{i:03}.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalogue, "models_folder", lambda: tmp_path)
    start = perf_counter()
    assert len(entries(author="zagare")) == 100
    record_property("measured", f"catalogue of 100 models: {perf_counter() - start:.3f} s")


def test_listing_builds_no_game() -> None:
    code = (
        "import sys; from deterrence.library import entries; from deterrence.games import ExtensiveGame as E; "
        "E.__init__ = None; assert entries(); assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_references_resolve_and_read() -> None:
    known = references()
    assert len(known) == len(read_references(models_folder() / "references.bib"))
    for entry in entries():
        if entry.reference is not None:
            assert known[entry.source] == entry.reference
    perfect = known["zagare2000perfect"]
    assert perfect.authors == ("Zagare, Frank C.", "Kilgour, D. Marc")
    assert perfect.citation == "Zagare and Kilgour 2000"
    assert all(len(one.authors) and one.venue and 1900 < one.year < 2100 for one in known.values())


def test_reference_text() -> None:
    text = """A comment.
    @article{key, author = {{O'Neill}, Barry and Doe, Ann and Roe, Jo}, title = {War {and} Peace},
      journal = {J. of {X}}, volume = 30, number = {1}, pages = {33--50}, year = 1986, note = {unconfirmed}}
    """
    (one,) = parse_references(text)
    assert isinstance(one, Reference)
    assert one.citation == "after O'Neill and others 1986"
    assert one.text == ("O'Neill, Barry; Doe, Ann; Roe, Jo (1986). War and Peace. J. of X 30(1): 33–50. (unconfirmed)")
