"""Proofs, counterexamples and comparative statics, for reading and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from deterrence.expressions import to_text
from deterrence.json_text import Json, json_number, json_numbers
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.game_documents import model_document
from deterrence.theory import Theory
from deterrence.theory.prover import AT_POINTS
from deterrence.theory.statics import ClassStatics, Jump, Reversal, Statics
from deterrence.theory.table import theory_table
from deterrence.theory.verdicts import Counterexample, Evaluated, Proof, Reversed, Verdict, cardinal_note
from deterrence.theory.weakest import Extent

__all__ = ["statics_blocks", "statics_document", "verdict_blocks", "verdict_document"]


def verdict_blocks(theory: Theory, verdict: Verdict, extent: Extent | None = None) -> Iterator[Block]:
    """Yield what `prove` prints; `extent` says where a refuted statement holds."""
    yield Heading(f"{verdict.word}: {verdict.statement.text}", level=1)
    if isinstance(verdict, Proof):
        trusted = f"trusting {', '.join(verdict.trusted)}; every type has positive probability"
        yield Lines((_scope(theory, verdict), trusted, *verdict.notes, *cardinal_note(verdict.cardinal)))
        yield from _classes("in the classes", verdict.classes)
    elif isinstance(verdict, Counterexample):
        yield from _counterexample(theory, verdict)
        if extent is not None:
            yield Lines((_extent_text(extent),))
    else:
        yield Lines((verdict.why,))


def _scope(theory: Theory, proof: Proof) -> str:
    if proof.classes == (AT_POINTS,):
        return AT_POINTS
    title = theory_table(theory)
    return f"in {proof.quantifier} equilibrium ({title.concept}; refinement: {title.refinement})"


def _classes(title: str, names: tuple[str, ...]) -> Iterator[Block]:
    if names and names != (AT_POINTS,):
        yield Tabular((title,), tuple((name,) for name in names))


def _counterexample(theory: Theory, found: Counterexample) -> Iterator[Block]:
    if found.found is not None:
        where = f"in {found.found.name!r}, confirmed by the independent checker, it fails at this exact point"
    elif found.quantifier == "some":
        where = "no equilibrium satisfies it at this exact point"
    else:
        where = "it fails at this exact point"
    yield Lines((where,))
    values = (*found.point.items(), *found.unknowns.items())
    yield Tabular(("parameter", "value"), tuple((name, str(value)) for name, value in values))
    yield Tabular(("comparison", "values", ""), tuple(_side(side) for side in found.sides))
    yield from _classes("equilibria at this point", found.present)
    if found.cardinal:
        yield Lines(cardinal_note(found.cardinal))


def _side(side: Evaluated) -> tuple[str, str, str]:
    values = ", ".join("undefined" if v is None else str(v) for v in side.values)
    within = f" in {side.within!r}" if side.within else ""
    return side.text, values, ("holds" if side.holds else "fails") + within


def _extent_text(extent: Extent) -> str:
    if extent.verdict != "where":
        return f"it {extent.verdict} holds"
    each = f"{extent.statement.quantifier} equilibrium"
    place = each if extent.found is None else f"{each} of {extent.found.name!r}"
    return f"in {place} it holds exactly where {to_text(extent.condition)}"


def verdict_document(theory: Theory, verdict: Verdict, extent: Extent | None = None) -> Json:
    """Return the body of a `prove` document."""
    body: dict[str, object] = {
        "model": model_document(theory.game),
        "concept": theory.concept,
        "refinement": theory.refinement,
        "statement": verdict.statement.text,
        "verdict": verdict.word,
    }
    if isinstance(verdict, Proof):
        body |= {"quantifier": verdict.quantifier, "classes": list(verdict.classes), "trusted": list(verdict.trusted)}
        return body | {"notes": list(verdict.notes), "reads_payoffs_of": list(verdict.cardinal)}
    if not isinstance(verdict, Counterexample):
        against = verdict.reversal if isinstance(verdict, Reversed) else None
        return body | {"why": verdict.why, "reversal": _reversal_document(against)}
    return body | {
        "quantifier": verdict.quantifier,
        "class": verdict.found.name if verdict.found is not None else None,
        "point": json_numbers(verdict.point.items()),
        "open": json_numbers(verdict.unknowns.items()),
        "sides": [_side_document(side) for side in verdict.sides],
        "present": list(verdict.present),
        "reads_payoffs_of": list(verdict.cardinal),
        "holds_where": None
        if extent is None
        else extent.verdict
        if extent.verdict != "where"
        else to_text(extent.condition),
    }


def _extent_document(extent: Extent | None) -> str | None:
    if extent is None or extent.verdict != "where":
        return None if extent is None else extent.verdict
    return to_text(extent.condition)


def _side_document(side: Evaluated) -> Json:
    values = [None if v is None else json_number(v) for v in side.values]
    return {"text": side.text, "values": values, "holds": side.holds, "class": side.within or None}


def statics_blocks(theory: Theory, found: Statics) -> Iterator[Block]:
    """Yield what `statics` prints: the derivative in every class, jumps at common edges, and what holds altogether."""
    table = theory_table(theory)
    yield Heading(f"{found.of} as {found.wrt} grows", level=1)
    yield Lines((f"concept: {table.concept}; refinement: {table.refinement}", f"trusting {', '.join(found.trusted)}"))
    rows = tuple((_place(c), to_text(c.value), to_text(c.derivative), _sign(c)) for c in found.classes)
    yield Tabular(("class", found.of, f"derivative by {found.wrt}", "sign"), rows, records=True)
    if found.jumps:
        yield Heading("Jumps where one class ends and another begins")
        yield Tabular(("at", "from", "to", "before", "after", "sign"), tuple(map(_jump, found.jumps)), records=True)
    if found.left_out:
        yield Lines(found.left_out)
    yield Heading(f"Across all equilibria: {found.monotone}")
    yield Lines(tuple(r.told("it", found.wrt) for r in (found.rises, found.falls) if r))


def _place(found: ClassStatics) -> str:
    return "at every admissible point" if found.found is None else found.found.name


def _sign(found: ClassStatics) -> str:
    if found.signs:
        return "; ".join(f"{sign} where {to_text(where)}" for sign, where in found.signs.items())
    return found.sign


def _jump(jump: Jump) -> tuple[str, ...]:
    ends = (jump.below.name, jump.above.name, to_text(jump.value_below), to_text(jump.value_above))
    return (to_text(jump.edge), *ends, jump.sign)


def statics_document(theory: Theory, found: Statics) -> Json:
    """Return the body of a `statics` document."""
    return {
        "model": model_document(theory.game),
        "concept": theory.concept,
        "refinement": theory.refinement,
        "of": found.of,
        "wrt": found.wrt,
        "classes": [
            {
                "class": c.found.name if c.found is not None else None,
                "value": to_text(c.value),
                "derivative": to_text(c.derivative),
                "sign": c.sign,
                "signs": {sign: to_text(where) for sign, where in c.signs.items()},
            }
            for c in found.classes
        ],
        "jumps": [
            {
                "at": to_text(j.edge),
                "from": j.below.name,
                "to": j.above.name,
                "before": to_text(j.value_below),
                "after": to_text(j.value_above),
                "sign": j.sign,
                "point": json_numbers(j.point.items()),
                "values": [json_number(v) for v in j.values],
            }
            for j in found.jumps
        ],
        "monotone": found.monotone,
        "rises": _reversal_document(found.rises),
        "falls": _reversal_document(found.falls),
        "trusted": list(found.trusted),
    }


def _reversal_document(witness: Reversal | None) -> Json | None:
    if witness is None:
        return None
    return {
        "point": json_numbers(witness.point.items()),
        "wrt": [json_number(v) for v in witness.wrt],
        "classes": [name or None for name in witness.classes],
        "values": [json_number(v) for v in witness.values],
    }
