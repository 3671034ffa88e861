"""Claims, the propositions that formalise them, and what becomes of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

__all__ = ["MEANINGS", "Claim", "ClaimWord", "Finding", "Judgement", "Proposition", "Side", "Sign", "Word"]

Side: TypeAlias = Literal["", "critics", "proponents"]
Word: TypeAlias = Literal["proved", "conditional", "refuted", "tested", "undecided"]
ClaimWord: TypeAlias = Literal[
    "proved", "conditional", "refuted", "tested", "undecided", "mixed", "no model", "empirical"
]

MEANINGS: Final[dict[str, str]] = {
    "proved": "holds at every admissible point of the model",
    "conditional": "holds on one part of the admissible points and fails on another; the region is the result",
    "refuted": "holds nowhere, or only where parameters satisfy an equation; with an exact counterexample",
    "tested": "holds at every one of many random points; no proof, since a formula is not polynomial",
    "undecided": "neither, and why",
    "mixed": "the propositions of the claim differ",
    "no model": "no model here can speak to it; what would be needed",
    "empirical": "a matter of record, outside theory; what data would bear on it",
}


_AGAINST: Final[dict[Word, Word]] = {"proved": "refuted", "tested": "refuted", "refuted": "proved"}


@dataclass(frozen=True)
class Sign:
    """That a quantity or formula moves with a parameter in a direction: `+ - 0 +0 -0`."""

    of: str
    wrt: str
    sign: str


@dataclass(frozen=True, kw_only=True)
class Proposition:
    """One operational reading of a claim, as a statement about one model.

    Exactly one of `statement`, `sign`, `result` (of the model's file) and `instance` (its number there) says what is
    claimed; `says` says it in words. One that is `against` denies the claim where it holds. `within` names published
    results in whose regions it is claimed, `given` what is assumed besides, `place` where the proposition stands. With
    `closed_form`, it is decided for the formulas in the model's file even where a theory could be derived.
    """

    id: str
    says: str
    model: str
    side: Side = ""
    against: bool = False
    statement: str = ""
    sign: Sign | None = None
    result: str = ""
    instance: int = 0
    within: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    concept: str = ""
    refinement: str = "none"
    closed_form: bool = False
    note: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim under its stable id; a debate has two sides instead of one text.

    `empirical` says which data would bear on what theory cannot settle, `missing` what a model would need.
    """

    id: str
    text: str = ""
    critics: str = ""
    proponents: str = ""
    empirical: str = ""
    missing: str = ""
    lesson: str = ""
    propositions: tuple[Proposition, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What became of a proposition: the word, exactly where it holds if not everywhere, and what shows it.

    `where` is empty for a conditional proposition whose region is not known in closed form. `witness` is a point where
    it fails. `exact` says whether all was decided exactly; otherwise points were sampled. `basis` says what is relied
    on, `given` what the result of the model that was decided supposes.
    """

    word: Word
    exact: bool = True
    where: str = ""
    witness: str = ""
    detail: str = ""
    basis: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    concept: str = ""
    refinement: str = "none"

    @property
    def verdict(self) -> str:
        """The word, and that points were sampled where the word does not say so."""
        sampled = not self.exact and self.word not in ("tested", "undecided")
        return f"{self.word} (tested)" if sampled else self.word


@dataclass(frozen=True)
class Judgement:
    """A claim with what became of each of its propositions, in their order."""

    claim: Claim
    findings: tuple[Finding, ...]

    @property
    def pairs(self) -> tuple[tuple[Proposition, Finding], ...]:
        """Every proposition with what became of it."""
        return tuple(zip(self.claim.propositions, self.findings, strict=True))

    @property
    def word(self) -> ClaimWord:
        """The verdict on the claim: that of its propositions where they agree, else "mixed".

        One that speaks against the claim counts the other way: proved, it refutes.
        """
        words: set[Word] = {_AGAINST.get(f.word, f.word) if p.against else f.word for p, f in self.pairs}
        if not words:
            return "empirical" if self.claim.empirical else "no model"
        return words.pop() if len(words) == 1 else "mixed"

    def of_side(self, side: Side) -> tuple[Finding, ...]:
        """Return the findings of one side of a debate."""
        return tuple(finding for proposition, finding in self.pairs if proposition.side == side)
