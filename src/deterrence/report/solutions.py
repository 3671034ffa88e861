"""An answer for reading: every equilibrium in words, its outcomes and certificate, and how complete the list is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deterrence.certify import Witness
from deterrence.forms.concepts import CONCEPT_WORDS
from deterrence.profiles import Completeness
from deterrence.report.answers import Answer, Choice, Equilibrium
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.numbers import number_text, same_text
from deterrence.solution import Status

__all__ = [
    "answer_blocks",
    "choice_text",
    "completeness_text",
    "count_text",
    "equilibrium_blocks",
    "events_text",
    "solver_words",
    "witness_text",
]

_TIED: Final = "ties or near-ties occur at this point"
_REFINABLE: Final = ("subgame-perfect", "weak-pbe", "pbe", "sequential")  # the concepts of the theory engine
_PEOPLE: Final = ("Banzhaf", "Howson", "Lemke", "Lindahl", "Markov", "Nash", "Nashpy", "Shapley", "Stackelberg")
_BENT: Final = "the branch folds or bifurcates before this precision, or nearly does"


def answer_blocks(answer: Answer) -> Iterator[Block]:
    """Yield what `solve` prints."""
    about = answer.game.about
    yield Heading(about.title or about.slug or f"{answer.game.form} game", level=1)
    at = ", ".join(f"{name} = {same_text(value)}" for name, value in answer.point)
    yield Lines((f"at: {at or 'no parameters'}", f"solver: {solver_words(answer.solver)}", *_verdict(answer)))
    for i, equilibrium in enumerate(answer.equilibria):
        yield from equilibrium_blocks(answer, equilibrium, f"{_one(answer)} {i + 1} of {len(answer.equilibria)}")


def solver_words(shown: str) -> str:
    """Return how a solver is told to a reader, from how Python shows it.

    >>> solver_words("SupportEnumeration(exact_limit=2000)"), solver_words("LemkeHowson()")
    ('support enumeration (exact limit 2000)', 'Lemke Howson')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", shown.replace("()", "")).replace("_", " ").replace("=", " ")
    words = re.sub(r"\w+", lambda word: word[0] if word[0] in _PEOPLE else word[0].lower(), spaced)
    words = re.sub(r"\blam\b", "precision", words)
    return words.replace("(", " (")


def _one(answer: Answer) -> str:
    """Return what one of the things found is called in a heading."""
    name = CONCEPT_WORDS.get(answer.concept, "")
    return "Equilibrium" if not name or "equilibrium" in name else name[0].upper() + name[1:]


def _verdict(answer: Answer) -> Iterator[str]:
    yield count_text(answer)
    if answer.violated:
        yield f"not met: {'; '.join(answer.violated)}"
    if answer.status in (Status.OUTSIDE, Status.UNDEFINED):
        return
    if answer.concept in _REFINABLE:
        yield f"concept {answer.concept}, refinement {answer.refinement}"
    yield completeness_text(answer)
    if answer.equilibria:
        yield f"checked: {answer.method}{missed_text(answer)}"
    if answer.flagged:
        bent = answer.concept.endswith("logit-qre")
        yield f"flagged: {_BENT if bent else _TIED}"


def missed_text(answer: Answer) -> str:
    """Return by how much requirements on beliefs are missed, nothing where none is missed by more than is allowed."""
    missed = [f"{name} by {number_text(most)}" for name, most in answer.missed if most > answer.tolerance]
    return f"; missed at most: {', '.join(missed)}" if missed else ""


def count_text(answer: Answer) -> str:
    """Return the status as a sentence that claims no more than was shown."""
    refined = f" refined by {answer.refinement}" if answer.refinement != "none" else ""
    concept = CONCEPT_WORDS.get(answer.concept, answer.concept) + refined
    plural = concept.replace("equilibrium", "equilibria") if "equilibrium" in concept else concept + "s"
    n = len(answer.equilibria)
    sentences = {
        Status.SOLVED: f"{n} {concept if n == 1 else plural} found",
        Status.NONE_EXISTS: f"no {concept} exists at this point",
        Status.NONE_FOUND: f"no {concept} was found, which does not show that none exists",
        Status.OUTSIDE: "the point is outside the model's assumptions: not solved",
        Status.UNDEFINED: "a formula of the model has no value at this point: not solved",
    }
    return sentences[answer.status]


def completeness_text(answer: Answer) -> str:
    """Return whether the list is complete, and by which argument."""
    words = {
        Completeness.ALL: "complete",
        Completeness.SOME: "not complete, or not known to be",
        Completeness.UNKNOWN: "unknown",
    }
    return f"completeness: {words[answer.completeness]}{': ' if answer.argument else ''}{answer.argument}"


def equilibrium_blocks(answer: Answer, equilibrium: Equilibrium, title: str) -> Iterator[Block]:
    """Yield one equilibrium: strategies, events, payoffs, certificate."""
    yield Heading(title)
    yield _strategies(equilibrium)
    events = events_text(equilibrium)
    payoffs = "; ".join(f"U({name}) = {number_text(u)}" for name, u in equilibrium.payoffs if u == u)
    by_type = "; ".join(f"U({name}) = {number_text(u)}" for name, u in equilibrium.type_payoffs if u == u)
    others = "; ".join(f"{name} = {number_text(value)}" for name, value in equilibrium.others if value == value)
    named = {"events": events, "payoffs": payoffs, "payoffs by type": by_type, "also": others}
    facts = (f"{what}: {text}" for what, text in named.items() if text)
    yield Lines((*facts, *_certificate(answer, equilibrium)))


def _strategies(equilibrium: Equilibrium) -> Tabular:
    rows = [(c.player, " ".join(c.types), c.information_set, choice_text(c)) for c in equilibrium.choices]
    numbers = any(c.number is not None for c in equilibrium.choices)
    columns = ("player", "type", "number" if numbers else "information set", "strategy")
    used = [i for i in range(len(columns)) if i in (0, 3) or any(row[i] for row in rows)]
    return Tabular(tuple(columns[i] for i in used), tuple(tuple(row[i] for i in used) for row in rows))


def events_text(equilibrium: Equilibrium) -> str:
    """Return the events that can happen with their probabilities, and say so when there are others."""
    possible = [f"P({name}) = {number_text(q)}" for name, q in equilibrium.events if q != 0]
    others = ["every other event has probability 0"] if len(possible) < len(equilibrium.events) else []
    return "; ".join(possible + others)


def choice_text(choice: Choice) -> str:
    """Return a choice in words: one action, a mixture, a number, or that it is left open."""
    if choice.number is not None:
        return number_text(choice.number)
    if not choice.probabilities:
        return "open: the player's own moves exclude this set"
    played = [(action, q) for action, q in choice.probabilities if q != 0]
    if len(played) == 1:
        return played[0][0]
    return ", ".join(f"{action} {number_text(q)}" for action, q in played)


def _certificate(answer: Answer, equilibrium: Equilibrium) -> Iterator[str]:
    allowed = "exactly" if answer.exact else f"relative tolerance {answer.tolerance:g}"
    verdict = "passed" if equilibrium.passed else "FAILED"
    yield f"certificate: {verdict}; largest gain of a deviation {number_text(equilibrium.gain)} ({allowed})"
    found = equilibrium.rationality
    if found is not None:
        yield f"subgame perfect: {found.subgame_perfect}"
        yield f"sequentially rational with some beliefs: {found.sequentially_rational}"
        yield from (f"not {witness.concept}: {witness_text(witness)}" for witness in found.witnesses)


def witness_text(witness: Witness) -> str:
    """Return a deviation in words: who gains by which moves, and how much at least."""
    moves = ", ".join(witness.moves)
    gain = number_text(witness.gain)
    return f"{witness.player} at {witness.where} gains at least {gain} on average, for instance by {moves}"
