"""What becomes of the propositions of a claim: each is decided anew by the engine, never looked up."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from deterrence.checking import CheckLine, CheckReport, check
from deterrence.errors import DeterrenceError, SolverError
from deterrence.expressions import AllOf, Condition, did_you_mean, substitute_condition, to_text
from deterrence.games import EquilibriumResult, ExtensiveGame, Game, SignResult, StrategicGame
from deterrence.games.statements import Result
from deterrence.ledger.claims import Claim, Finding, Judgement, Proposition, Word
from deterrence.ledger.closed_forms import judge_closed_form
from deterrence.ledger.extents import exact_extent, sampled_extent
from deterrence.ledger.theories import judge_sign, judge_statement
from deterrence.library import load
from deterrence.theory import Theory
from deterrence.theory.cache import theory_of
from deterrence.theory.ground import Ground
from deterrence.theory.logic import join

__all__ = ["judge", "judge_proposition"]


def judge(claim: Claim) -> Judgement:
    """Decide every proposition of a claim.

    Statements about trees and tables are decided from the theory that is derived from the game; those about other
    games from the closed forms in the model's file, which are checked first, and the finding says so. Raises
    `DeterrenceError`, which names the proposition, where one is malformed.

    >>> from deterrence.ledger import claims
    >>> judge(next(claim for claim in claims() if claim.id == "A15")).word
    'empirical'
    """
    return Judgement(claim, tuple(judge_proposition(proposition) for proposition in claim.propositions))


def judge_proposition(proposition: Proposition) -> Finding:
    """Decide one proposition."""
    game = _model(proposition.model)
    try:
        if proposition.instance:
            return _instance(game, proposition)
        if proposition.result:
            return _result(game, proposition)
        if isinstance(game, ExtensiveGame | StrategicGame) and not proposition.closed_form:
            theory = _theory(proposition.model, proposition.concept, proposition.refinement)
            return (judge_sign if proposition.sign else judge_statement)(theory, proposition)
        return _with_basis(judge_closed_form(game, proposition), game, proposition)
    except DeterrenceError as error:
        raise error.at(proposition.place) from None


@lru_cache(maxsize=256)
def _model(slug: str) -> Game:
    return load(slug)


@lru_cache(maxsize=256)
def _checked(slug: str) -> CheckReport:
    return check(_model(slug))


@lru_cache(maxsize=64)
def _theory(slug: str, concept: str, refinement: str) -> Theory:
    game = _model(slug)
    assert isinstance(game, ExtensiveGame | StrategicGame)
    return theory_of(game, concept=concept or None, refinement=refinement)


def _line(proposition: Proposition, what: str) -> CheckLine:
    lines = {line.what: line for line in _checked(proposition.model).lines}
    if what not in lines:
        raise SolverError(f"{proposition.model} has no {what}", remedy=did_you_mean(what, lines))
    return lines[what]


def _instance(game: Game, proposition: Proposition) -> Finding:
    line = _line(proposition, f"instance {proposition.instance}")
    if line.verdict != "ok":
        return Finding(word="refuted", detail=line.detail)
    at = game.about.instances[proposition.instance - 1].at
    point = ", ".join(f"{name} = {value}" for name, value in at.items()) or "the defaults"
    return Finding(word="tested", detail=f"recomputed at one point, {point}")


def _result(game: Game, proposition: Proposition) -> Finding:
    """Return what the check of the model says of a result; one that holds in a region only is conditional."""
    result = next((r for r in game.about.results if r.id == proposition.result), None)
    line = _line(proposition, f"result {proposition.result}")
    assert result is not None
    concept, refinement = "", "none"
    conditions = result.given if not isinstance(result, EquilibriumResult) else result.iff
    if isinstance(result, EquilibriumResult):
        concept, refinement = result.concept, result.refinement
    if line.verdict not in ("proved", "tested"):
        failed: Word = "refuted" if line.verdict in ("refuted", "failed") else "undecided"
        return Finding(word=failed, detail=line.detail, given=_given(result), concept=concept, refinement=refinement)
    exact = line.verdict == "proved"
    where = _extent(game, conditions) if isinstance(result, EquilibriumResult) else Finding(word="proved")
    word: Word = "proved" if exact else "tested"
    if where.word in ("conditional", "refuted"):
        word = where.word
    return Finding(
        word=word,
        exact=exact,
        where=where.where,
        witness=where.witness,
        detail=line.detail,
        basis=where.basis,
        given=_given(result),
        concept=concept,
        refinement=refinement,
    )


def _given(result: Result) -> tuple[str, ...]:
    """Return what a result that is no equilibrium supposes; where an equilibrium exists is part of the finding."""
    if isinstance(result, EquilibriumResult):
        return ()
    within = (f"the region of {result.within!r}",) if isinstance(result, SignResult) and result.within else ()
    return (*within, *map(to_text, result.given))


def _extent(game: Game, conditions: tuple[Condition, ...]) -> Finding:
    """Return where the conditions of a result hold; without conditions that is everywhere."""
    closed = join(AllOf, *(substitute_condition(c, game.resolved_definitions) for c in conditions))
    try:
        found = exact_extent(Ground(game), closed, ())
    except SolverError:
        found = sampled_extent(game, closed, ())
    said = to_text(join(AllOf, *conditions))  # as the file writes them, with its definitions
    return replace(found, where=said if found.word == "conditional" else "")


def _with_basis(finding: Finding, game: Game, proposition: Proposition) -> Finding:
    """Return a finding from closed forms with what the check of the model says of these."""
    lines = [_line(proposition, f"result {name}") for name in proposition.within]
    if bad := [line for line in lines if line.verdict not in ("proved", "tested")]:
        return replace(finding, word="undecided", detail=f"{bad[0].what} is {bad[0].verdict}: {bad[0].detail}")
    basis = tuple(f"{line.what}, {line.verdict} {line.detail}".strip() for line in lines)
    return replace(finding, basis=(*finding.basis, *basis))
