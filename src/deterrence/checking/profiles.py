"""A published profile at one exact point: whether it is an equilibrium there, and what it leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deterrence.certify import Rationality, certify_nash, certify_tree_nash, rationality
from deterrence.compiled import CompiledTree, Points, compile_table, compile_tree
from deterrence.compiled.points import NumberArray
from deterrence.compiled.prescribed import prescribed_mixtures, prescribed_strategy, pure_completions
from deterrence.errors import GameError, SolverError
from deterrence.expressions import evaluate_exact, substitute
from deterrence.games import EquilibriumResult, ExtensiveGame, Game, Quantity, StrategicGame
from deterrence.outcomes import Outcomes, table_outcomes, tree_outcomes
from deterrence.profiles import Assessment, Constant, MixedProfile
from deterrence.theory.cache import theory_of
from deterrence.theory.concepts import CONCEPTS
from deterrence.theory.evaluate import evaluate

__all__ = ["MismatchError", "ProfileCheck", "claimed_values", "point_of", "same", "same_values", "written_profile"]


class MismatchError(Exception):
    """A computed value differs from the file."""


@dataclass(frozen=True)
class ProfileCheck:
    """What a profile that the checker does not refute leads to; `certain` says whether it is confirmed."""

    outcomes: Outcomes
    certain: bool
    words: str


def written_profile(game: ExtensiveGame | StrategicGame, result: EquilibriumResult, points: Points) -> ProfileCheck:
    """Return what a published profile leads to at one exact point, `MismatchError` where it is no equilibrium.

    What it leaves free may be completed in any pure way, or as a derived equilibrium does. Where beliefs are part of
    the concept they may be any that Bayes' rule allows on the path: for concepts that ask more of them that is
    necessary, not sufficient.
    """
    if isinstance(game, ExtensiveGame):
        return _tree_profile(game, result, points)
    return _table_profile(game, result, points)


def claimed_values(game: Game, result: EquilibriumResult, point: Mapping[str, Fraction]) -> dict[Quantity, Fraction]:
    """Return the values that a result claims at a point."""
    definitions = game.resolved_definitions
    return {q: evaluate_exact(substitute(f, definitions), point) for q, f in result.values.items()}


def point_of(points: Points) -> dict[str, Fraction]:
    """Return the first point."""
    return {name: points.flat(name)[0] for name in points.values}


def same(what: str, computed: Fraction, expected: Fraction) -> None:
    """Raise `MismatchError` where a value is not the expected one."""
    if computed != expected:
        raise MismatchError(f"{what} is {computed}, not {expected}")


def same_values(outcomes: Outcomes, k: int, expected: Mapping[Quantity, Fraction]) -> None:
    """Raise `MismatchError` where an equilibrium does not have the expected values."""
    for quantity, value in expected.items():
        same(str(quantity), outcomes.quantity(quantity)[0, k], value)


def _tree_profile(game: ExtensiveGame, result: EquilibriumResult, points: Points) -> ProfileCheck:
    """Check a published profile; what it leaves free may be completed in any way that makes it an equilibrium."""
    compiled = compile_tree(game, points)
    failures: list[MismatchError] = []
    for filled in _completions(game, result, points):
        try:
            return _completed(compiled, result, Assessment(game.tree, filled[None]))
        except MismatchError as failure:
            failures.append(failure)
    raise failures[0] if failures else MismatchError(f"no derived equilibrium plays {result.id!r} here")


def _completions(game: ExtensiveGame, result: EquilibriumResult, points: Points) -> Iterator[NumberArray]:
    """Yield strategies (completions, moves): every pure way to fill what is free, then what the theory fills in."""
    prescribed = prescribed_strategy(game.tree, result.profile, game.resolved_definitions, points)[0, 0]
    try:
        yield pure_completions(game.tree, prescribed)
    except GameError:
        if result.concept not in CONCEPTS:
            raise
    if result.concept in CONCEPTS and any(q != q for q in prescribed):
        yield from _derived_completions(game, result, prescribed, points)


def _derived_completions(
    game: ExtensiveGame, result: EquilibriumResult, prescribed: NumberArray, points: Points
) -> Iterator[NumberArray]:
    try:
        theory = theory_of(game, concept=result.concept, refinement=result.refinement)
    except SolverError:
        return
    at = evaluate(theory, points)
    rows = [at.strategy(int(k))[0] for k in np.flatnonzero(at.masks[0])]
    fitting = [row for row in rows if all(w != w or w == q for w, q in zip(prescribed, row, strict=True))]
    if fitting:
        yield np.stack(fitting)


def _completed(compiled: CompiledTree, result: EquilibriumResult, assessment: Assessment) -> ProfileCheck:
    """Return what the first completion that the checker does not refute leads to."""
    size = assessment.strategy.shape[1]
    certificate = certify_tree_nash(compiled, assessment, np.ones((1, size), dtype=np.bool_))
    good = np.flatnonzero(certificate.passed[0])
    if not good.size:
        gain = certificate.gain[0].min()
        raise MismatchError(f"{result.id!r} is no Nash equilibrium here: a deviation gains {gain}")
    verdict, answer = "Nash equilibrium, exactly", "yes"
    best = int(good[0])
    if result.concept != "nash":
        best, answer = _refined(result, compiled, assessment, good)
        what = "subgame perfect" if result.concept == "subgame-perfect" else "sequentially rational with some beliefs"
        verdict += f"; {what}: {answer}"
    found = Assessment(assessment.tree, assessment.strategy[:, best : best + 1])
    return ProfileCheck(tree_outcomes(compiled, found), answer == "yes", verdict)


def _refined(
    result: EquilibriumResult, compiled: CompiledTree, assessment: Assessment, good: NDArray[np.intp]
) -> tuple[int, str]:
    """Return the first completion that the checker does not refute, and its answer."""
    refuted: list[Rationality] = []
    for k in good:
        found = rationality(compiled, assessment, equilibrium=int(k))
        perfect = result.concept == "subgame-perfect"
        answer = found.subgame_perfect if perfect else found.sequentially_rational
        if answer != "no":
            return int(k), answer
        refuted.append(found)
    raise MismatchError(f"{result.id!r} is not {result.concept} here: {_deviation(refuted[0])}")


def _deviation(found: Rationality) -> str:
    first = found.witnesses[0]
    return f"{first.player} gains {first.gain} at {first.where} by {', '.join(first.moves)}"


def _table_profile(game: StrategicGame, result: EquilibriumResult, points: Points) -> ProfileCheck:
    compiled = compile_table(game, points)
    strategies = prescribed_mixtures(game, result.profile, game.resolved_definitions, points)
    profile = MixedProfile(compiled.players, compiled.actions, Constant(strategies))
    certificate = certify_nash(compiled, profile, np.ones((1, 1), dtype=np.bool_))
    if not certificate.passed.all():
        raise MismatchError(f"{result.id!r} is no Nash equilibrium here: a deviation gains {certificate.gain[0, 0]}")
    return ProfileCheck(table_outcomes(game, compiled, profile), certain=True, words="Nash equilibrium, exactly")
