"""Names of equilibrium classes: unique, short, and true of nothing else in the theory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deterrence.errors import SolverError
from deterrence.games import ExtensiveGame
from deterrence.library import load
from deterrence.theory import Theory
from deterrence.theory.cache import theory_of
from deterrence.theory.encoding import decoded, encoded
from deterrence.theory.naming import named, numbered
from deterrence.theory.prove import prove
from deterrence.theory.verdicts import Proof
from deterrence.theory.weakest import weakest_condition


def theory(slug: str, refinement: str = "none") -> Theory:
    game = load(slug)
    assert isinstance(game, ExtensiveGame)
    return theory_of(game, refinement=refinement)


@pytest.mark.parametrize(
    ("slug", "longest"),
    [
        ("alliance-commitment/unilateral-deterrence", 60),
        ("crisis-management/mediation", 120),
        ("crisis-management/mutual-deterrence", 60),
        ("signalling/chain-store", 130),
        ("signalling/beer-quiche", 90),
    ],
)
def test_names_are_unique_and_short(slug: str, longest: int) -> None:
    found = theory(slug)
    names = [c.name for c in found.classes]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= longest
    assert all(found.all_named(c.name) == (c,) and c in found.all_named(c.family) for c in found.classes)
    assert decoded(found.game, encoded(found)) == found


def test_names_say_what_sets_a_class_apart() -> None:
    found = theory("alliance-commitment/unilateral-deterrence")
    assert [c.name for c in found.all_named("off-path deterrence")] == [
        "off-path deterrence (Defender soft: defy)",
        "off-path deterrence (Defender soft mixes)",
    ]
    assert "separating" in {c.name for c in found.classes}
    assert any(c.name.startswith("pooling on quiche; Receiver mixes") for c in theory("signalling/beer-quiche").classes)
    single = theory("alliance-commitment/rudimentary-deterrence")
    assert [c.name for c in single.knife_edges] == ["Challenger mixes"]


def test_without_results_patterns_name_the_classes() -> None:
    found = theory("alliance-commitment/unilateral-deterrence")
    blank = named(found.game.tree, [replace(c, family="") for c in found.classes])
    names = {c.name for c in blank}
    assert len(names) == len(blank)
    assert all(c.name == c.family for c in blank)
    assert {"Challenger separating at root", "Defender soft: defy"} <= {part for n in names for part in n.split("; ")}
    assert max(map(len, names)) < 80


def test_classes_that_share_a_support_are_cases() -> None:
    names = [c.name for c in theory("alliance-commitment/reliability").knife_edges]
    assert "Attacker: attack; Target mixes, case 3" in names
    assert list(numbered(["a", "b", "a"], "case")) == ["a, case 1", "b", "a, case 2"]


def test_a_family_is_named_like_a_class() -> None:
    found = theory("alliance-commitment/unilateral-deterrence")
    assert isinstance(prove(found, "exists(off-path deterrence) => P(war) == 0", within="off-path deterrence"), Proof)
    one = "off-path deterrence (Defender soft mixes)"
    assert isinstance(prove(found, f"exists({one}) => exists(off-path deterrence)"), Proof)
    with pytest.raises(SolverError, match="2 classes are called 'off-path deterrence'") as refused:
        weakest_condition(found, "P(war) == 0", within="off-path deterrence")
    assert one in str(refused.value.remedy)


def test_what_a_refinement_leaves_keeps_its_name() -> None:
    before = theory("alliance-commitment/unilateral-deterrence")
    after = theory("alliance-commitment/unilateral-deterrence", "D1")
    assert {c.name for c in after.classes} <= {c.name for c in before.classes}
    assert {r.name for r in after.removed} <= {c.family for c in before.classes}
