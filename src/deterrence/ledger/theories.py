"""Propositions about games whose equilibria are derived: statements proved or refuted, signs read off the statics."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from deterrence.errors import SolverError
from deterrence.expressions import AllOf, did_you_mean, to_text
from deterrence.ledger.claims import Finding, Proposition, Word
from deterrence.ledger.extents import extent_word, point_text
from deterrence.theory import Theory
from deterrence.theory.cases import Cases
from deterrence.theory.logic import TRUE, join, negation
from deterrence.theory.prove import prove
from deterrence.theory.statements import Statement, parse_statement
from deterrence.theory.statics import Statics, statics
from deterrence.theory.verdicts import Counterexample, Proof, Quantifier
from deterrence.theory.weakest import Extent, weakest_condition

__all__ = ["judge_sign", "judge_statement"]

_AGREES: Final = {"+": ("+",), "-": ("-",), "0": ("0",), "+0": ("+", "0", "+0"), "-0": ("-", "0", "-0")}
_MONOTONE: Final = {
    "+": ("increasing",),
    "-": ("decreasing",),
    "0": ("constant",),
    "+0": ("increasing", "constant"),
    "-0": ("decreasing", "constant"),
}


def judge_statement(theory: Theory, proposition: Proposition) -> Finding:
    """Decide a statement for the equilibria that it speaks of, and where it holds if not everywhere."""
    within = _only(proposition)
    read = parse_statement(proposition.statement, theory.game, theory.names)
    verdict = prove(theory, read, given=proposition.given, within=within)
    told: dict[str, Any] = {"concept": theory.concept, "refinement": theory.refinement, "basis": theory.trusted}
    if isinstance(verdict, Proof):
        return Finding(word="proved", detail="; ".join(verdict.notes), **told)
    if not isinstance(verdict, Counterexample):
        return Finding(word="undecided", detail=verdict.why, **told)
    witness = _shown(theory, verdict)
    found = weakest_condition(theory, read, given=proposition.given, within=within)
    if isinstance(found, Extent):
        word = "refuted" if found.verdict == "never" else extent_word(Cases(theory), found.condition)
        shown = to_text(found.condition) if word == "conditional" else ""
        return Finding(word=word, where=shown, witness=witness, **told)
    return Finding(word=_somewhere(theory, read, proposition), witness=witness, **told)


def _only(proposition: Proposition) -> str | None:
    if len(proposition.within) > 1:
        raise SolverError("several classes are named", where="within", remedy="write a proposition for each")
    return proposition.within[0] if proposition.within else None


def _shown(theory: Theory, verdict: Counterexample) -> str:
    who = f", in {verdict.found.name!r}" if verdict.found is not None else ""
    return f"{point_text(theory.game, verdict.point)}{who}: {'; '.join(map(str, verdict.sides))}"


def _somewhere(theory: Theory, read: Statement, proposition: Proposition) -> Word:
    """Return whether a refuted statement fails at every point: whether its negation holds with the other quantifier."""
    denied = replace(read, premise=TRUE, conclusion=join(AllOf, read.premise, negation(read.conclusion)))
    other: Quantifier = "some" if read.quantifier == "every" else "every"
    answer = prove(theory, denied, given=proposition.given, within=_only(proposition), quantifier=other)
    return "refuted" if isinstance(answer, Proof) else "conditional"


def judge_sign(theory: Theory, proposition: Proposition) -> Finding:
    """Decide a direction: in a class by its derivative, else for all pairs of equilibria that differ in `wrt` only."""
    assert proposition.sign is not None
    if proposition.given:
        raise SolverError("a sign takes no conditions here", where="given", remedy="name a class in 'within'")
    found = statics(theory, of=proposition.sign.of, wrt=proposition.sign.wrt)
    told: dict[str, Any] = {"concept": theory.concept, "refinement": theory.refinement, "basis": theory.trusted}
    within = _only(proposition)
    if within is not None:
        return Finding(**_in_class(found, within, proposition.sign.sign), **told)
    word = _across(found, proposition.sign.sign)
    detail = "" if word in ("proved", "undecided") else _by_class(found)
    return Finding(word=word, detail=detail, witness=_reversal(theory, found, proposition.sign.sign), **told)


def _in_class(found: Statics, within: str, wanted: str) -> dict[str, Any]:
    """Return the verdict on a direction in the interior of one class's region."""
    mine = [c for c in found.classes if c.found is not None and within in (c.found.name, c.found.family)]
    if len(mine) != 1:
        names = [c.found.name for c in found.classes if c.found is not None]
        raise SolverError(
            f"{len(mine)} classes with interior are called {within[:64]!r}", remedy=did_you_mean(within, names)
        )
    sign, value = mine[0].sign, f"d {found.of}/d {found.wrt} = {to_text(mine[0].derivative)}"
    if sign in ("open", "undecided"):
        return {"word": "undecided", "detail": f"the sign is {sign}"}
    if sign == "mixed":
        parts = [condition for s, condition in mine[0].signs.items() if s in _AGREES[wanted]]
        where = " or ".join(f"({to_text(part)})" for part in parts)
        return {"word": "conditional" if parts else "refuted", "where": where, "detail": value}
    return {"word": "proved" if sign in _AGREES[wanted] else "refuted", "detail": value}


def _across(found: Statics, wanted: str) -> Word:
    """Return the verdict on a direction across all equilibria: `+` means never down, and somewhere up."""
    if found.monotone == "undecided":
        return "undecided"
    if found.monotone == "neither":
        return "conditional"
    return "proved" if found.monotone in _MONOTONE[wanted] else "refuted"


def _by_class(found: Statics) -> str:
    signs = (f"{c.sign} in {c.found.name!r}" for c in found.classes if c.found is not None)
    jumps = (f"{j.sign} at {to_text(j.edge)}" for j in found.jumps)
    return "; ".join(filter(None, (", ".join(signs), "jumps " + ", ".join(jumps) if found.jumps else "")))


def _reversal(theory: Theory, found: Statics, wanted: str) -> str:
    """Return two equilibria that move the other way."""
    reversal = {"+": found.falls, "-": found.rises}.get(wanted[0], found.rises or found.falls)
    if reversal is None:
        return ""
    low, high = reversal.wrt
    values = " to ".join(map(str, reversal.values))
    classes = " to ".join(map(repr, dict.fromkeys(reversal.classes)))
    move = f"{found.wrt} from {low} to {high} moves {found.of} from {values}"
    return f"{move} ({classes}) at {point_text(theory.game, reversal.point)}"
