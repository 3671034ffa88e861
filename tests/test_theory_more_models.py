"""Models whose published lists are complete: derived theory and file have the same classes, with equal regions."""

from __future__ import annotations

from functools import cache

import pytest

from deterrence.expressions import to_text
from deterrence.games import EquilibriumResult, ExtensiveGame
from deterrence.library import load
from deterrence.theory import Theory, derive
from deterrence.theory.compare import compare
from deterrence.theory.prove import prove
from deterrence.theory.verdicts import Counterexample, Proof

# How many generic classes and knife edges each has; replies that nobody calls for count as well.
COUNTS = {
    "crisis-management/international-interaction": (31, 0),
    "crisis-management/international-interaction-crisis": (10, 75),
    "crisis-management/international-interaction-types": (8, 16),
    "governance/opposition-signalling": (13, 2),
    "security-dilemma/trust": (3, 2),
    "signalling/centipede": (2, 1),
    "signalling/chain-store": (6, 21),
}
ELSEWHERE = (
    "alliance-commitment/reliability",
    "alliance-commitment/three-party-deterrence",
    "alliance-commitment/unilateral-deterrence",
    "alliance-commitment/unilateral-deterrence-complete",
    "entanglement/tripartite-crisis",
    "entanglement/tripartite-crisis-choice",
    "escalation/asymmetric-escalation",
    "escalation/ladder",
    "export-controls/covert-arming",
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


@pytest.mark.parametrize("slug", [*COUNTS, *ELSEWHERE])
def test_published_and_derived_lists_are_the_same(slug: str) -> None:
    theory = _theory(slug)
    catalogue = compare(theory, _results(theory.game))
    assert [p.matching for p in catalogue.published] == ["matched"] * len(catalogue.published)
    assert [c.name for c in catalogue.missing if c.generic] == []


def test_only_the_side_that_moves_first_begins_a_war() -> None:
    crisis = _possible_events(_theory("crisis-management/international-interaction-crisis"))
    assert crisis == {"negotiation", "war begun by A", "A capitulates", "B acquiesces"}
    whole = _theory("crisis-management/international-interaction")
    assert _possible_events(whole) == {"status quo", "negotiation", "war begun by A", "A acquiesces", "B acquiesces"}
    assert whole.tiling is not None
    assert (whole.tiling.covered, whole.tiling.unique) == ("yes", "yes")


def _possible_events(theory: Theory) -> set[str]:
    return {event for c in theory.generic for event, chance in c.events.items() if to_text(chance) != "0"}


def test_an_opposition_makes_peace_possible_and_not_certain() -> None:
    theory = _theory("governance/opposition-signalling")
    assert isinstance(prove(theory, "P(war) == 0"), Counterexample)
    peace = [c for c in theory.generic if c.name.startswith("the Opposition confirms") and not c.region]
    assert peace
    assert all(to_text(c.events["war"]) == "0" for c in peace)


def test_trust_needs_both_thresholds() -> None:
    theory = _theory("security-dilemma/trust")
    assert isinstance(prove(theory, "P(cooperation) == 0", given="t_2 < m_1"), Proof)
    assert isinstance(prove(theory, "P(cooperation) == 0", given="t_1 < m_1"), Counterexample)
