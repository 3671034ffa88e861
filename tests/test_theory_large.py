"""The general asymmetric escalation game: two types against four, derived whole. Minutes, so in the long tier alone.

The model waits here and not in the library until its published regions are proved: `check` would take minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deterrence import ExtensiveGame, derive, read_game

FILE = Path(__file__).parent / "fixtures" / "asymmetric-escalation-general.toml"
FAMILIES = {
    "limited-response deterrence",
    "constrained limited response",
    "escalatory limited response",
    "no response",
    "escalatory deterrence",
}


def test_the_file_is_read() -> None:
    game = read_game(FILE)
    assert isinstance(game, ExtensiveGame)
    assert len(game.tree.information_sets) == 14
    assert {result.id for result in game.about.results} == FAMILIES


@pytest.mark.exhaustive
def test_every_class_is_found_in_closed_form(record_property: Callable[[str, object], None]) -> None:
    game = read_game(FILE)
    assert isinstance(game, ExtensiveGame)
    theory = derive(game)
    counts = f"{len(theory.classes)} classes, {len(theory.generic)} generic, {theory.counts['supports']} supports"
    record_property("measured", f"general asymmetric escalation: {counts}")
    assert theory.complete
    assert theory.counts["undecided"] == 0
    assert all(found.closed_form for found in theory.classes)
    assert {found.name for found in theory.classes} >= FAMILIES
