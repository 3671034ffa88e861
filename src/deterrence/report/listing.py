"""The catalogue for reading, as JSON, and as the index of the folder of models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from deterrence.json_text import Json
from deterrence.library import Entry
from deterrence.report.blocks import Block, Tabular

__all__ = ["index_text", "listing_blocks", "listing_document"]

_INDEX: Final = """# Models

Each row is a file `<model>.toml` in this folder. *Catalogue* names the entry that the model realises, as
`<list>/<entry>`; *claims* are the claims that it bears on. `deterrence show <model>` prints the game,
`deterrence check <model>` recomputes its worked instances and decides its published results. `scripts/index` writes
this file.

| model | title | theme | catalogue | claims |
|---|---|---|---|---|
"""


def listing_blocks(entries: Sequence[Entry]) -> Iterator[Block]:
    """Yield what `models` prints: one row a model, the slug first and whole."""
    if entries:
        rows = tuple((e.slug, e.form, e.title, e.citation, ", ".join(e.claims)) for e in entries)
        yield Tabular(("slug", "form", "title", "source", "claims"), rows, records=True)


def listing_document(entries: Sequence[Entry]) -> Json:
    """Return the body of a `models` document."""
    return {
        "models": [
            {
                "slug": e.slug,
                "title": e.title,
                "form": e.form,
                "theme": e.theme,
                "source": e.source,
                "citation": e.citation,
                "reference": e.reference.text if e.reference else "",
                "fidelity": e.fidelity,
                "claims": list(e.claims),
                "catalogue": list(e.catalogue),
                "summary": e.summary,
            }
            for e in entries
        ]
    }


def index_text(entries: Sequence[Entry]) -> str:
    """Return the text of `models/INDEX.md`: a row for every model."""
    rows = ([f"`{e.slug}`", e.title, e.theme, ", ".join(e.catalogue), ", ".join(e.claims)] for e in entries)
    return _INDEX + "".join(f"| {' | '.join(row)} |\n" for row in rows)
