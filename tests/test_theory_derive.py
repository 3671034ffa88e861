"""The derived theory of unilateral deterrence against the literature's classes and the independent checker."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from deterrence.certify import certify_tree_nash, rationality
from deterrence.compiled import compile_tree, parameter_points
from deterrence.errors import SolverError
from deterrence.expressions import evaluate_exact, holds_exactly, parse_condition, substitute, substitute_condition
from deterrence.games import Decision, EquilibriumResult, ExtensiveGame, Outcome, Player, parameters
from deterrence.library import load
from deterrence.profiles import Assessment
from deterrence.theory import EquilibriumClass, Theory, derive
from deterrence.theory.cases import Cases
from deterrence.theory.derive import derive_profile
from deterrence.theory.matching import matches
from deterrence.theory.refine import refine
from theory_games import entry

UDG = "alliance-commitment/unilateral-deterrence"
PUBLISHED = {
    "status quo by a credible threat": ["p_Def >= t_hard"],
    "separating": ["t_soft <= p_Def", "p_Def <= t_hard"],
    "attack": ["p_Def <= t_soft", "p_Ch >= d_star"],
    "bluff": ["p_Def <= t_soft", "p_Ch <= d_star"],
}


@pytest.fixture(scope="module")
def theory() -> Theory:
    game = load(UDG)
    assert isinstance(game, ExtensiveGame)
    return derive(game)


def random_point(game: ExtensiveGame, source: random.Random) -> dict[str, Fraction]:
    """Return payoffs in the assumed orders with priors anywhere inside."""
    point: dict[str, Fraction] = {}
    for names in (["c_DC", "c_SQ", "c_DDh", "c_CD", "c_DDs"], ["d_SQ", "d_CD", "d_DDh", "d_DC", "d_DDs"]):
        values = sorted(source.sample(range(-40, 41), len(names)), reverse=True)
        point |= {name: Fraction(value, 4) for name, value in zip(names, values, strict=True)}
    return point | {name: Fraction(source.randint(1, 39), 40) for name in ("p_Ch", "p_Def")}


def strategy_at(
    theory: Theory, found: EquilibriumClass, point: Mapping[str, Fraction]
) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]] | None:
    """Return the class's strategy at a point, each free unknown in the middle of its interval, None outside."""
    values = dict(point)
    definitions = theory.game.resolved_definitions
    if not all(holds_exactly(substitute_condition(c, definitions), values) for c in found.region):
        return None
    for name, interval in found.free.items():
        low = max(evaluate_exact(substitute(f, definitions), values) for f in interval.lower)
        high = min(evaluate_exact(substitute(f, definitions), values) for f in interval.upper)
        assert low <= high
        values[name] = (low + high) / 2
    rows = [evaluate_exact(substitute(q, definitions), values) for row in found.strategies for q in row]
    out = np.empty(len(rows), dtype=object)
    out[:] = rows
    return out


def test_unilateral_deterrence_has_the_known_classes(theory: Theory) -> None:
    assert theory.complete
    assert len(theory.generic) == 6
    assert len(theory.knife_edges) == 3
    definitions = theory.game.resolved_definitions
    derived = {frozenset(substitute_condition(c, definitions).key for c in found.region) for found in theory.generic}
    for conditions in PUBLISHED.values():
        wanted = [substitute_condition(parse_condition(text), definitions) for text in conditions]
        assert any(len(region) == len(wanted) for region in derived)
    assert {found.name for found in theory.generic} >= {"separating", "bluff"}


def test_regions_are_those_of_the_literature(theory: Theory) -> None:
    definitions = theory.game.resolved_definitions
    on_path = [c for c in theory.generic if c.region]
    regions = [[substitute_condition(parse_condition(t), definitions) for t in texts] for texts in PUBLISHED.values()]
    source = random.Random(7)
    for _ in range(60):
        point = random_point(theory.game, source)
        claimed = sorted(all(holds_exactly(c, point) for c in region) for region in regions)
        found = sorted(strategy_at(theory, c, point) is not None for c in on_path)
        assert claimed == found


@pytest.mark.parametrize("seed", range(4))
def test_classes_pass_the_checker_at_random_points(theory: Theory, seed: int) -> None:
    source = random.Random(seed)
    game = theory.game
    for _ in range(6):
        point = random_point(game, source)
        compiled = compile_tree(game, parameter_points(game, point, exact=True))
        for found in theory.generic:
            strategy = strategy_at(theory, found, point)
            if strategy is None:
                continue
            assessment = Assessment(game.tree, strategy[None, None])
            assert certify_tree_nash(compiled, assessment, np.ones((1, 1), dtype=np.bool_)).passed.all()
            assert rationality(compiled, assessment).sequentially_rational == "yes"


def test_event_probabilities_sum_to_one(theory: Theory) -> None:
    definitions = theory.game.resolved_definitions
    point = random_point(theory.game, random.Random(3))
    for found in theory.generic:
        total = sum(evaluate_exact(substitute(f, definitions), point) for f in found.events.values())
        assert total == 1


def test_war_in_the_bluff_class_is_the_published_formula(theory: Theory) -> None:
    point = {p.name: p.default for p in theory.game.parameters if p.default is not None}
    point |= {"p_Ch": Fraction(1, 2), "p_Def": Fraction(1, 10)}
    formula = substitute(theory.named("bluff").events["war"], theory.game.resolved_definitions)
    assert evaluate_exact(formula, point) == Fraction(1, 8)


def test_hidden_actions_are_refused_with_advice_and_otherwise_sequential() -> None:
    a, b = parameters("a b", domain="positive")
    ends = {x: Outcome(x, {"One": a, "Two": b}) for x in ("ll", "lr", "rl", "rr")}
    left = Decision("after-left", "Two", {"l": ends["ll"], "r": ends["lr"]}, information_set="two")
    right = Decision("after-right", "Two", {"l": ends["rl"], "r": ends["rr"]}, information_set="two")
    middle = Decision("middle", "One", {"on": right, "out": Outcome("out", {"One": 0, "Two": 0})})
    root = Decision("root", "One", {"left": left, "right": middle})
    game = ExtensiveGame(root, players=[Player("One"), Player("Two")])
    with pytest.raises(SolverError, match="hidden actions") as refused:
        derive(game, concept="pbe")
    assert "sequential" in str(refused.value)
    assert derive(game).concept == "sequential"


def test_an_unknown_concept_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SolverError, match="weak-pbe"):
        derive(entry(), concept="weak-pb")


def test_it_is_said_how_far_a_derivation_is() -> None:
    said: list[str] = []
    derive(entry(), progress=said.append)
    assert said[0] == "0 supports kept, 1 pruned"
    kept = int(said[-1].split(" of ")[1].split()[0])
    assert said[-kept:] == [f"{k} of {kept} supports solved" for k in range(kept)]


@pytest.mark.parametrize("refinement", ["none", "intuitive", "D1"])
def test_the_classes_of_a_profile_are_those_of_the_whole_theory(theory: Theory, refinement: str) -> None:
    whole = theory if refinement == "none" else refine(theory, refinement)
    results = [r for r in theory.game.about.results if isinstance(r, EquilibriumResult)]
    assert len(results) > 5
    for result in results:
        alone = derive_profile(theory.game, replace(result, refinement=refinement))
        played = [match.found for match in matches(Cases(whole), result) if not match.also]
        assert {found.support for found in played} <= {found.support for found in alone.classes}
        assert all(found in whole.classes for found in alone.classes)


def test_a_profile_alone_cannot_be_compared_with_all_others(theory: Theory) -> None:
    result = next(r for r in theory.game.about.results if isinstance(r, EquilibriumResult))
    with pytest.raises(SolverError, match="with all others"):
        derive_profile(theory.game, replace(result, refinement="undefeated"))
