"""A derived theory for reading and as JSON: every class with its strategies, region and outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from deterrence.expressions import Condition, Expr, to_text
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.game_documents import model_document
from deterrence.report.json_text import Json, json_numbers
from deterrence.theory import EquilibriumClass, Theory
from deterrence.theory.covering import Tiling
from deterrence.theory.overview import COLUMNS, notes, rows
from deterrence.theory.removal import Removal
from deterrence.theory.table import ClassRow, play_text, theory_table
from deterrence.theory.unknowns import BeliefSlot

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
    return {
        "model": model_document(theory.game),
        "concept": theory.concept,
        "refinement": theory.refinement,
        "complete": theory.complete,
        "argument": theory.argument,
        "counts": dict(theory.counts),
        "trusted": list(theory.trusted),
        "generic": len(theory.generic),
        "knife_edges": len(theory.knife_edges),
        "definitions": _formulas(theory.game.definitions),
        "classes": [_class(theory, found) for found in (theory.classes if classes is None else classes)],
        "removed": [_removal(removal) for removal in theory.removed],
        "tiling": None if theory.tiling is None else _tiling(theory.tiling),
        "untiled": theory.untiled,
    }


def _tiling(tiling: Tiling) -> Json:
    groups = tiling.outcomes
    return {
        "covered": tiling.covered,
        "gap": _point(tiling.gap),
        "unique": tiling.unique,
        "several": _point(tiling.several),
        "outcomes": [
            {"classes": list(group.classes), "varies": group.varies, "events": _formulas(group.events)}
            for group in groups
        ],
        "overlaps": [
            {
                "classes": list(groups[overlap.first].classes),
                "others": list(groups[overlap.second].classes),
                "where": [to_text(c) for c in overlap.where],
            }
            for overlap in tiling.overlaps
        ],
    }


def _point(point: Mapping[str, Fraction] | None) -> Json | None:
    return None if point is None else json_numbers(point.items())


def _removal(removal: Removal) -> Json:
    return {
        "class": removal.name,
        "effect": removal.effect,
        "where": [to_text(c) for c in removal.where],
        "arguments": [
            {
                "player": argument.sender,
                "after": list(argument.after),
                "types": list(argument.struck),
                "by": argument.by,
                "reason": argument.reason,
                "gains": [
                    {"type": found.type_, "families": [_family(*family) for family in found.families]}
                    for found in argument.sets
                ],
            }
            for argument in removal.arguments
        ],
    }


def _family(plays: tuple[tuple[str, str], ...], conditions: tuple[Condition, ...]) -> Json:
    return {
        "replies": [{"information_set": where, "plays": played} for where, played in plays],
        "where": [to_text(c) for c in conditions],
    }


def _class(theory: Theory, found: EquilibriumClass) -> Json:
    tree = theory.game.tree
    return {
        "name": found.name,
        "family": found.family,
        "generic": found.generic,
        "closed_form": found.closed_form,
        "proved": found.proved,
        "strategy": [
            {
                "player": tree.players[h.player],
                "types": list(h.selectors(tree.players)),
                "information_set": h.label,
                "probabilities": {action: to_text(q) for action, q in zip(h.actions, row, strict=True)},
            }
            for h, row in zip(tree.information_sets, found.strategies, strict=True)
        ],
        "beliefs": [{**_slot(slot), "probability": to_text(f)} for slot, f in found.beliefs.items()],
        "open": [
            {
                "name": name,
                "meaning": found.meaning.get(name, ""),
                "at_least": [to_text(f) for f in interval.lower],
                "at_most": [to_text(f) for f in interval.upper],
            }
            for name, interval in found.free.items()
        ],
        "region": [to_text(c) for c in found.region],
        "unsolved": [to_text(c) for c in found.open_conditions],
        "numeric": {name: found.meaning[name] for name in found.implicit},
        "events": _formulas(found.events),
        "payoffs": {f"{who}.{t}" if t else who: to_text(f) for (who, t), f in found.payoffs.items()},
    }


def _slot(slot: BeliefSlot) -> Json:
    about, after, value = slot
    return {"about": about, "after": list(after), "type": value} if after else {"at": about, "node": value}


def _formulas(formulas: Mapping[str, Expr]) -> Json:
    return {name: to_text(f) for name, f in formulas.items()}
