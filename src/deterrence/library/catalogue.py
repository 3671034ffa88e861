"""The library of models: where it lies, what it holds, and loading one by its slug."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from deterrence.errors import ModelFileError
from deterrence.expressions import did_you_mean
from deterrence.games import Game
from deterrence.library.places import MAX_PROSE
from deterrence.library.reader import parse_game, read_game
from deterrence.library.references import Reference, read_references
from deterrence.library.safety import head_of, read_text, shown_path

__all__ = ["Entry", "entries", "load", "models_folder", "references", "themes"]

_NOT_THEMES: Final = ("data", "scenarios")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the head of a model file says: enough to list and to search."""

    slug: str
    title: str
    form: str
    theme: str
    source: str
    fidelity: str
    claims: tuple[str, ...]
    catalogue: tuple[str, ...]
    summary: str
    reference: Reference | None  # what the source refers to, None for free text

    @property
    def citation(self) -> str:
        """The source as one cites it: `Powell 1987`, or the free text of the file."""
        return self.reference.citation if self.reference else self.source


def models_folder() -> Path:
    """Return the folder of the model library: inside the installed package, else beside `src` in a checkout."""
    package = Path(__file__).resolve().parents[1]
    places = (package / "_models", package.parents[1] / "models")
    for place in places:
        if (place / "references.bib").is_file():
            return place
    raise ModelFileError(
        "the model library is missing", where=shown_path(places[0]), remedy="install the package again"
    )


def load(slug: str | os.PathLike[str], **integers: int) -> Game:
    """Return a model of the library by its slug, or the model in a file of one's own by its path.

    Text that ends in `.toml`, and any `Path`, is a path; all other text is a slug such as
    `alliance-commitment/unilateral-deterrence`, or its last part where no other model has the same. `integers` replace
    those of a family (`rungs=6`). Raises `ModelFileError` for a slug that is not in the library, with a suggestion, and
    as `read_game` does.
    """
    if not isinstance(slug, str) or slug.endswith(".toml"):
        return read_game(slug, **integers)
    known = _files()
    endings = [name for name in known if name.endswith(f"/{slug}")]
    if slug not in known and len(endings) == 1:
        slug = endings[0]
    if slug not in known:
        close = did_you_mean(slug, known)
        remedy = (
            close if close.startswith("did") else "`deterrence models` lists them; a file of your own ends in .toml"
        )
        raise ModelFileError(f"no model {slug[:80]!r} in the library", remedy=remedy)
    text = read_text(known[slug])
    return parse_game(text, file=shown_path(known[slug]), slug=slug, **integers)


def entries(
    *, theme: str = "", claim: str = "", form: str = "", search: str = "", author: str = ""
) -> tuple[Entry, ...]:
    """Return the models of the library that fit every given filter, by slug.

    `theme`, `claim` and `form` are compared whole; `search` is looked for in slug, title, summary, source and
    claims, `author` in the authors of the source, both without regard to case and accents. Only the heads of
    the files are read. Raises `ModelFileError` when a head cannot be read.
    """
    sources = references()
    found = (_entry(slug, path, sources) for slug, path in _files().items())
    wanted = {"theme": theme, "form": form}
    return tuple(
        entry
        for entry in found
        if all(not word or getattr(entry, name) == word for name, word in wanted.items())
        and (not claim or claim in entry.claims)
        and _plain(search) in _plain(" ".join(_searched(entry)))
        and _plain(author) in _plain(" ".join(entry.reference.authors) if entry.reference else entry.source)
    )


def themes() -> tuple[str, ...]:
    """Return the themes of the library."""
    return tuple(dict.fromkeys(slug.partition("/")[0] for slug in _files()))


def references() -> dict[str, Reference]:
    """Return the references of the library by key."""
    return _references_in(models_folder())


@cache
def _references_in(folder: Path) -> dict[str, Reference]:
    return {reference.key: reference for reference in read_references(folder / "references.bib")}


def _files() -> dict[str, Path]:
    return dict(sorted(_found(models_folder())))


def _found(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.glob("*/*.toml"):
        if path.parent.name not in _NOT_THEMES:
            yield f"{path.parent.name}/{path.stem}", path


def _entry(slug: str, path: Path, sources: dict[str, Reference]) -> Entry:
    model = head_of(read_text(path), shown_path(path)).table("model")
    source = model.text("source")
    return Entry(
        slug=slug,
        title=model.text("title"),
        form=model.text("form"),
        theme=model.text("theme"),
        source=source,
        fidelity=model.text("fidelity"),
        claims=model.texts("claims"),
        catalogue=model.texts("catalogue"),
        summary=model.text("summary", MAX_PROSE),
        reference=sources.get(source),
    )


def _searched(entry: Entry) -> Iterator[str]:
    yield from (entry.slug, entry.title, entry.summary, entry.citation, *entry.claims, *entry.catalogue)


def _plain(text: str) -> str:
    """Return text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
