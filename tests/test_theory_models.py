"""The derived theories of the library's models against what their files publish, at exact random points.

Published regions are compared with the derived classes, inside, outside and on their boundaries, and with the
independent checker, which knows nothing of the engine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import TypeAlias

import pytest

from deterrence.certify import rationality
from deterrence.compiled import compile_tree, parameter_points
from deterrence.compiled.prescribed import prescribed_strategy, pure_completions
from deterrence.expressions import (
    Comparison,
    Expr,
    Symbol,
    evaluate_exact,
    holds_exactly,
    parse_condition,
    substitute,
    substitute_condition,
    symbols_of,
)
from deterrence.games import EquilibriumResult, ExtensiveGame, Prescription
from deterrence.library import load
from deterrence.profiles import Assessment
from deterrence.theory import EquilibriumClass, Theory, derive
from theory_sets import at_point, equal, has_member

Point: TypeAlias = Mapping[str, Fraction]

# How many generic classes and knife edges each model has: replies that nobody calls for count as well.
COUNTS = {
    "alliance-commitment/alliance-signal": (11, 7),
    "alliance-commitment/reliability": (3, 6),
    "alliance-commitment/rudimentary-deterrence": (2, 1),
    "crisis-management/audience-cost": (20, 21),
    "crisis-management/red-lines": (11, 4),
    "escalation/brinkmanship": (3, 2),
    "governance/democratic-signalling": (4, 1),
    "signalling/beer-quiche": (5, 4),
    "signalling/costly-reassurance": (11, 11),
    "signalling/entry-deterrence": (2, 3),
    "signalling/spence": (7, 3),
}
LONG = {"crisis-management/mutual-deterrence": (10, 4), "escalation/massive-retaliation": (40, 15)}
SLUGS = [*COUNTS, *(pytest.param(slug, marks=pytest.mark.exhaustive) for slug in LONG)]
WEAKER = {
    "escalation/brinkmanship"
}  # sequential rationality with some beliefs allows more than Bayes' rule off the path
POINTS = 60


@cache
def _theory(slug: str) -> Theory:
    game = load(slug)
    assert isinstance(game, ExtensiveGame)
    return derive(game)


def _results(game: ExtensiveGame) -> list[EquilibriumResult]:
    """Return the published equilibria that perfect Bayesian equilibrium is about; subgame perfect ones are."""
    found = [r for r in game.about.results if isinstance(r, EquilibriumResult)]
    return [r for r in found if r.concept in ("pbe", "subgame-perfect")]


# Points


def _value(domain: str, source: random.Random) -> Fraction:
    if "probability" in domain:
        return Fraction(source.randint(1, 23), 24)
    return Fraction(source.randint(-16, 16) if domain == "real" else source.randint(1, 24), 4)


def _drawn(game: ExtensiveGame, source: random.Random) -> dict[str, Fraction]:
    """Return values in the orders that the assumptions ask for, otherwise free."""
    point = {p.name: _value(p.domain, source) for p in game.parameters}
    for order in sorted((c for c in game.assume if isinstance(c, Comparison)), key=lambda c: len(c.operands)):
        names = [f.name for f in order.operands if isinstance(f, Symbol)]
        falling = order.operators[0].startswith(">")
        point |= zip(names, sorted((point[n] for n in names), reverse=falling), strict=True)
    return point


def _on_boundary(game: ExtensiveGame, point: dict[str, Fraction], source: random.Random) -> dict[str, Fraction]:
    """Move one parameter so that a condition of a published region holds with equality."""
    bounds = [
        (left.name, right)
        for result in _results(game)
        for condition in result.iff
        if isinstance(condition, Comparison)
        for left, _, right in condition.pairs()
        if isinstance(left, Symbol) and left.name in point
    ]
    if not bounds:
        return point
    name, formula = source.choice(bounds)
    return point | {name: evaluate_exact(substitute(formula, game.resolved_definitions), point)}


def _points(game: ExtensiveGame, count: int, *, seed: int = 5) -> Iterator[dict[str, Fraction]]:
    """Yield admissible points with interior priors, every other one on a boundary of a published region."""
    source = random.Random(seed)
    inside = [parse_condition(f"0 < {n} < 1") for n in _priors(game)]
    found = 0
    while found < count:
        point = _drawn(game, source)
        if not all(holds_exactly(c, point) for c in game.admissible):
            continue
        if found % 2:
            point = _on_boundary(game, point, source)
        if all(holds_exactly(c, point) for c in (*game.admissible, *inside)):
            found += 1
            yield point


def _priors(game: ExtensiveGame) -> set[str]:
    return {s.name for _, odds in game.probabilities() for q in odds for s in symbols_of(q)}


# Classes at a point


def _includes(theory: Theory, found: EquilibriumClass, profile: tuple[Prescription, ...], point: Point) -> bool:
    """Say whether a class has, at a point, an equilibrium that plays as prescribed; what is not named is free."""
    return has_member(theory, found, point, [equal(q, value) for q, value in _played(theory, found, profile)])


def _played(theory: Theory, found: EquilibriumClass, profile: tuple[Prescription, ...]) -> Iterator[tuple[Expr, Expr]]:
    """Yield what a class does and what is prescribed, action by action."""
    tree = theory.game.tree
    for prescription in profile:
        for h, strategy in zip(tree.information_sets, found.strategies, strict=True):
            same = (tree.players[h.player], h.label) == (prescription.player, prescription.information_set)
            if same and set(prescription.types) <= set(h.selectors(tree.players)):
                for action, value in prescription.probabilities.items():
                    yield strategy[h.actions.index(action)], value


def _claimed(game: ExtensiveGame, result: EquilibriumResult, point: Point) -> bool:
    return all(holds_exactly(substitute_condition(c, game.resolved_definitions), point) for c in result.iff)


# The tests


@pytest.mark.parametrize("slug", SLUGS)
def test_the_list_is_complete_and_of_the_known_size(slug: str) -> None:
    theory = _theory(slug)
    assert theory.complete
    assert theory.counts["undecided"] == 0
    assert (len(theory.generic), len(theory.knife_edges)) == {**COUNTS, **LONG}[slug]


@pytest.mark.parametrize("slug", SLUGS)
def test_published_regions_are_the_derived_ones(slug: str) -> None:
    theory = _theory(slug)
    inside = dict.fromkeys((r.id for r in _results(theory.game)), 0)
    for point in _points(theory.game, POINTS):
        for result in _results(theory.game):
            derived = any(_includes(theory, found, result.profile, point) for found in theory.classes)
            assert derived == _claimed(theory.game, result, point), (result.id, point)
            inside[result.id] += derived
    for result in _results(theory.game):
        assert inside[result.id], f"{result.id}: no point inside"
        assert inside[result.id] < POINTS or not result.iff, f"{result.id}: no point outside"


@pytest.mark.parametrize("slug", SLUGS)
def test_every_generic_class_is_published(slug: str) -> None:
    theory = _theory(slug)
    seen: set[str] = set()
    for point in _points(theory.game, POINTS, seed=6):
        here = [r for r in _results(theory.game) if _claimed(theory.game, r, point)]
        for found in theory.generic:
            if _includes(theory, found, (), point):
                seen.add(found.name)
                assert any(_includes(theory, found, r.profile, point) for r in here), (found.name, point)
    assert seen == {found.name for found in theory.generic}


@pytest.mark.parametrize("slug", SLUGS)
def test_published_values_are_the_derived_ones(slug: str) -> None:
    theory = _theory(slug)
    compared = 0
    for point in _points(theory.game, POINTS // 2, seed=7):
        for result in _results(theory.game):
            for found in theory.generic:
                if not _includes(theory, found, result.profile, point):
                    continue
                for derived, published in _values(found, result):
                    shown = at_point(derived, theory, point)
                    if not symbols_of(shown):
                        assert evaluate_exact(shown, {}) == evaluate_exact(at_point(published, theory, point), {})
                        compared += 1
    assert compared > POINTS // 2


def _values(found: EquilibriumClass, result: EquilibriumResult) -> Iterator[tuple[Expr, Expr]]:
    for quantity, published in result.values.items():
        player, _, t = quantity.of.partition(".")
        if quantity.kind == "P":
            yield found.events[quantity.of], published
        elif (player, t) in found.payoffs:
            yield found.payoffs[player, t], published


@pytest.mark.parametrize("slug", SLUGS)
def test_published_regions_agree_with_the_independent_checker(slug: str) -> None:
    game = load(slug)
    assert isinstance(game, ExtensiveGame)
    for point in _points(game, 8, seed=8):
        points = parameter_points(game, point, exact=True)
        compiled = compile_tree(game, points)
        for result in (r for r in game.about.results if isinstance(r, EquilibriumResult) and r.concept != "nash"):
            strategy = prescribed_strategy(game.tree, result.profile, game.resolved_definitions, points)
            if any(q == q and not 0 <= q <= 1 for q in strategy.ravel()):
                assert not _claimed(game, result, point)
                continue
            verdicts = {
                rationality(compiled, Assessment(game.tree, row[None, None])).sequentially_rational
                for row in pure_completions(game.tree, strategy[0, 0])
            }
            if _claimed(game, result, point):
                assert "yes" in verdicts, (result.id, point)
            elif slug not in WEAKER or result.concept == "weak-pbe":
                assert "yes" not in verdicts, (result.id, point)
