"""A derived theory for reading and as JSON: every class with its strategies, region and outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deterrence.expressions import to_text
from deterrence.json_text import Json
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.game_documents import model_document
from deterrence.theory import EquilibriumClass, Theory
from deterrence.theory.document import theory_body
from deterrence.theory.overview import COLUMNS, notes, rows
from deterrence.theory.table import ClassRow, play_text, theory_table

__all__ = ["theory_blocks", "theory_document"]


def theory_blocks(theory: Theory, *, classes: Sequence[EquilibriumClass] | None = None) -> Iterator[Block]:
    """Yield what `derive` prints: what was derived and how, then the classes; without classes an overview of them."""
    table = theory_table(theory, classes or ())
    yield Heading(table.title, level=1)
    edges, left = len(theory.knife_edges), len(theory.classes) - len(table.rows)
    hidden = f" ({left} not shown)" if left else ""
    yield Lines(
        (
            f"concept: {table.concept}; refinement: {table.refinement}",
            f"classes: {len(theory.generic)} generic, {edges} on knife edges{hidden}",
            table.argument,
            f"proved trusting {', '.join(theory.trusted)}; every type has positive probability",
            *_assumptions(theory),
        )
    )
    if classes is None:
        yield from _overview(theory)
        return
    if theory.game.definitions:
        rows = tuple((name, to_text(f)) for name, f in theory.game.definitions.items())
        yield Tabular(("definition", "formula"), rows)
    for found, row in zip(classes, table.rows, strict=True):
        yield from _class_blocks(theory.classes.index(found) + 1, row)
    if table.tiling:
        yield Heading("Regions and outcomes")
        yield Lines(table.tiling)
    if table.removed:
        yield Heading(f"Removed by {table.refinement}")
        yield Lines(table.removed)


def _overview(theory: Theory) -> Iterator[Block]:
    yield Tabular(COLUMNS, tuple(rows(theory)))
    yield Lines(
        (
            *notes(theory),
            "--all shows every class; --class NAME those of a published profile, or one by its name;",
            "--json holds everything, --latex a proposition for each row",
        )
    )


def _assumptions(theory: Theory) -> Iterator[str]:
    if theory.game.assume:
        yield f"assumptions: {'; '.join(to_text(c) for c in theory.game.assume)}"


def _class_blocks(number: int, row: ClassRow) -> Iterator[Block]:
    yield Heading(f"{number}. {row.name} ({row.kind})")
    yield Tabular(("information set", "strategy"), tuple((where, play_text(played)) for where, played in row.plays))
    possible = [f"P({event}) = {q}" for event, q in row.events if q != "0"]
    others = ["every other event has probability 0"] if len(possible) < len(row.events) else []
    yield Lines(
        (
            f"exists: {row.where}",
            f"events: {'; '.join(possible + others)}",
            f"payoffs: {'; '.join(f'{whose} = {value}' for whose, value in row.payoffs)}",
            *(f"{words}: {value}" for words, value in row.beliefs),
            *(f"open: {name} in {interval}, the {words}" for name, words, interval in row.free),
            *row.system,
        )
    )


def theory_document(theory: Theory, *, classes: Sequence[EquilibriumClass] | None = None) -> Json:
    """Return the body of a `derive` document; formulas are text in the formula language of model files."""
    return {"model": model_document(theory.game), **theory_body(theory, theory.classes if classes is None else classes)}
