"""The claims ledger for reading, as JSON, and as the record beside the models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from deterrence.json_text import Json
from deterrence.ledger import Claim, Finding, Judgement, Proposition
from deterrence.ledger.claims import MEANINGS, Side
from deterrence.report.blocks import Block, Heading, Lines

__all__ = ["claims_blocks", "claims_document", "judgement_blocks", "ledger_text"]

WIDTH: Final = 110  # of the lines in which claims are listed
_SIDES: Final[tuple[tuple[Side, str], ...]] = (("", ""), ("critics", "Critics"), ("proponents", "Proponents"))
_OF_PROFILES: Final = ("nash", "pure-nash", "subgame-perfect", "pbe", "sequential", "bayes-nash", "markov-perfect")
_HEAD: Final = """# Claims

What the source claims, and what the models say. Each claim has one or more propositions; each is one operational
reading over one model, with its verdict. A verdict is of the proposition as formalised in that model, under the
solution concept named, over every equilibrium unless it says otherwise. `scripts/ledger` writes this file; no
verdict in it is typed in, and the tests recompute all.

"""


def claims_blocks(listed: Sequence[Claim]) -> Iterator[Block]:
    """Yield what `claims` prints: one paragraph a claim, undecided."""
    for c in listed:
        number = len(c.propositions)
        yield Heading(f"{c.id}: {number} proposition{'' if number == 1 else 's'}")
        said = c.text or f"Critics: {c.critics} Proponents: {c.proponents}"
        yield Lines(
            tuple(line for text in (said, ", ".join(_models(c))) for line in wrap(text, WIDTH, break_on_hyphens=False))
        )


def judgement_blocks(judgement: Judgement) -> Iterator[Block]:
    """Yield one claim with the verdict on each of its propositions."""
    claim = judgement.claim
    yield Heading(f"{claim.id}: {judgement.word}")
    yield Lines((claim.text,))
    for side, name in _SIDES:
        pairs = [(p, f) for p, f in judgement.pairs if p.side == side]
        said = {"critics": claim.critics, "proponents": claim.proponents}.get(side, "")
        if side and (pairs or said):
            yield Heading(f"{name}: {said}", level=3)
        if pairs:
            yield Lines(tuple(line for p, f in pairs for line in _told(p, f)))
    yield Lines(tuple(_notes(claim)))


def claims_document(judgements: Sequence[Judgement]) -> Json:
    """Return the body of a `claims` document."""
    return {"words": dict(MEANINGS), "claims": [_claim(judgement) for judgement in judgements]}


def ledger_text(judgements: Sequence[Judgement]) -> str:
    """Return the text of `models/CLAIMS.md`."""
    meanings = "".join(f"- **{word}**: {meaning}.\n" for word, meaning in MEANINGS.items())
    rows = "".join(
        f"| [{j.claim.id}](#{j.claim.id.lower()}) | {_cell(j.claim.text)} | {j.word} |\n" for j in judgements
    )
    table = f"| claim | | verdict |\n|---|---|---|\n{rows}"
    return f"{_HEAD}{meanings}\n{table}\n" + "\n".join(_section(judgement) for judgement in judgements)


def _words(judgements: Sequence[Judgement]) -> Iterator[tuple[Claim, str]]:
    return ((judgement.claim, judgement.word) for judgement in judgements)


def _section(judgement: Judgement) -> str:
    claim = judgement.claim
    parts = [f"## {claim.id}\n\n{claim.text} **Verdict: {judgement.word}.**\n"]
    for side, name in _SIDES:
        pairs = [(p, f) for p, f in judgement.pairs if p.side == side]
        if side and getattr(claim, side):
            parts.append(f"\n*{name}*: {getattr(claim, side)}\n")
        for p, f in pairs:
            where = f" where `{f.where}`" if f.where else ""
            scope = f" ({_scope(p, f)})" if f.concept else ""
            note = f" {p.note}" if p.note else ""
            given = f", given {' and '.join(map(_supposed, _given(p, f)))}" if _given(p, f) else ""
            parts.append(f"\n- **{f.verdict}**{_stand(p)}{where}{given}: {p.says} `{p.model}`{scope}.{note}\n")
    parts += [f"\n{note}\n" for note in _notes(claim)]
    return "".join(parts)


def _notes(claim: Claim) -> Iterator[str]:
    if claim.missing:
        yield f"No model here speaks to it. {claim.missing}"
    if claim.empirical:
        yield f"Outside theory. {claim.empirical}"
    if claim.lesson:
        yield claim.lesson


def _models(claim: Claim) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.model for p in claim.propositions))


def _told(proposition: Proposition, finding: Finding) -> Iterator[str]:
    """Yield the verdict on a proposition, where it holds, where it fails, and what is relied on."""
    scope = f" ({_scope(proposition, finding)})" if finding.concept else ""
    yield f"{finding.verdict}{_stand(proposition)}: {proposition.says}"
    yield f"  {proposition.model}{scope}"
    if given := _given(proposition, finding):
        yield f"  given {' and '.join(given)}"
    if finding.where:
        yield f"  holds exactly where {finding.where}"
    if finding.witness:
        yield f"  fails at {finding.witness}"
    if finding.detail:
        yield f"  {finding.detail}"
    if finding.basis:
        yield f"  trusting {', '.join(finding.basis)}"
    if proposition.note:
        yield f"  {proposition.note}"
    yield ""


def _given(proposition: Proposition, finding: Finding) -> tuple[str, ...]:
    """Return what was assumed: by the proposition itself, and by the result of the model that it is."""
    return tuple(dict.fromkeys((*proposition.given, *finding.given)))


def _supposed(text: str) -> str:
    """Return a condition as code, other words as they are."""
    return text if text.startswith("the region of ") else f"`{text}`"


def _stand(proposition: Proposition) -> str:
    return ", against the claim" if proposition.against else ""


def _scope(proposition: Proposition, finding: Finding) -> str:
    """Return the concept, the refinement, and that some equilibrium is meant: all that a published result speaks of."""
    refinement = finding.refinement if finding.refinement != "none" else ""
    some = proposition.result and finding.concept in _OF_PROFILES
    some = some or proposition.statement.startswith(("in some equilibrium", "exists("))
    return ", ".join(filter(None, (finding.concept, refinement, "some equilibrium" if some else "")))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _claim(judgement: Judgement) -> Json:
    claim = judgement.claim
    return {
        "id": claim.id,
        "text": claim.text,
        "critics": claim.critics,
        "proponents": claim.proponents,
        "verdict": judgement.word,
        "empirical": claim.empirical,
        "missing": claim.missing,
        "lesson": claim.lesson,
        "propositions": [_proposition(p, f) for p, f in judgement.pairs],
    }


def _proposition(proposition: Proposition, finding: Finding) -> Json:
    return {
        "id": proposition.id,
        "says": proposition.says,
        "side": proposition.side,
        "against": proposition.against,
        "model": proposition.model,
        "statement": proposition.statement or None,
        "verdict": finding.word,
        "exact": finding.exact,
        "given": list(_given(proposition, finding)),
        "where": finding.where,
        "witness": finding.witness,
        "detail": finding.detail,
        "concept": finding.concept,
        "refinement": finding.refinement,
        "trusted": list(finding.basis),
        "note": proposition.note,
    }
