"""Models whose published lists are complete: the derived theory has their classes, with equal regions, and no others."""

from __future__ import annotations

from functools import cache

import pytest

from deterrence.games import EquilibriumResult, ExtensiveGame
from deterrence.library import load
from deterrence.theory import Theory, derive
from deterrence.theory.compare import compare
from deterrence.theory.prove import prove
from deterrence.theory.verdicts import Counterexample, Proof

# How many generic classes and knife edges each has; replies that nobody calls for count as well.
COUNTS = {
    "crisis-management/international-interaction": (10, 72),
    "crisis-management/international-interaction-types": (3, 1),
    "governance/opposition-signalling": (13, 2),
    "security-dilemma/trust": (3, 2),
    "signalling/centipede": (2, 1),
    "signalling/chain-store": (6, 21),
}
COMPLETE_INFORMATION = (
    "alliance-commitment/three-party-deterrence",
    "alliance-commitment/unilateral-deterrence-complete",
    "entanglement/tripartite-crisis",
    "entanglement/tripartite-crisis-choice",
    "escalation/ladder",
    "signalling/entry-deterrence",
)


@cache
def _theory(slug: str) -> Theory:
    game = load(slug)
    assert isinstance(game, ExtensiveGame)
    return derive(game, concept=_results(game)[0].concept)


def _results(game: ExtensiveGame) -> list[EquilibriumResult]:
    """Return the published equilibria of the concept of the first, at the size of the game."""
    found = [r for r in game.about.results if isinstance(r, EquilibriumResult)]
    here = [r for r in found if not r.integers or dict(r.integers) == dict(game.about.integers)]
    return [r for r in here if r.concept == here[0].concept and r.refinement == "none"]


@pytest.mark.parametrize("slug", COUNTS)
def test_the_list_is_complete_and_of_the_known_size(slug: str) -> None:
    theory = _theory(slug)
    assert theory.complete
    assert theory.counts["undecided"] == 0
    assert (len(theory.generic), len(theory.knife_edges)) == COUNTS[slug]


@pytest.mark.parametrize("slug", [*COUNTS, *COMPLETE_INFORMATION])
def test_published_and_derived_lists_are_the_same(slug: str) -> None:
    theory = _theory(slug)
    catalogue = compare(theory, _results(theory.game))
    assert [p.matching for p in catalogue.published] == ["matched"] * len(catalogue.published)
    assert [c.name for c in catalogue.missing if c.generic] == []


def test_only_the_side_that_fears_a_blow_begins_the_war() -> None:
    theory = _theory("crisis-management/international-interaction")
    for event in ("war begun by B", "B capitulates"):
        assert isinstance(prove(theory, f"P({event}) == 0"), Proof)
    for needed in ("a_CapA >= a_WarB", "b_CapA >= b_Nego", "b_WarA >= b_AcqB"):
        assert isinstance(prove(theory, f"P(war begun by A) > 0 implies {needed}"), Proof), needed
    assert isinstance(prove(theory, "P(war begun by A) > 0 implies a_CapB >= a_Nego"), Counterexample)


def test_an_opposition_makes_peace_possible_and_not_certain() -> None:
    theory = _theory("governance/opposition-signalling")
    assert isinstance(prove(theory, "P(war) == 0"), Counterexample)
    assert isinstance(prove(theory, "in some equilibrium P(war) == 0"), Proof)
    assert isinstance(prove(theory, "P(war) <= p/(1 + a)"), Proof)


def test_trust_needs_both_thresholds() -> None:
    theory = _theory("security-dilemma/trust")
    assert isinstance(prove(theory, "P(cooperation) > 0 implies t_2 >= m_1"), Proof)
    assert isinstance(prove(theory, "P(cooperation) > 0 implies t_1 >= m_1"), Counterexample)
