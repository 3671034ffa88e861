"""The catalogue for reading and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deterrence.library import Entry
from deterrence.report.blocks import Block, Tabular
from deterrence.report.json_text import Json

__all__ = ["listing_blocks", "listing_document"]


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
