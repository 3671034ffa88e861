"""A theory with more classes than a screen holds: what happens in them, how many, and how to see each."""

from __future__ import annotations

import re
from functools import cache

import pytest

from command_line import CommandLine
from deterrence.expressions import Number
from deterrence.games import ExtensiveGame
from deterrence.library import load
from deterrence.theory import Theory, derive
from deterrence.theory.overview import COLUMNS, MANY, groups, rows
from theory_games import deterrence_theory

LARGE = "crisis-management/international-interaction"
EDGES = "crisis-management/salami"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


@cache
def derived(slug: str) -> Theory:
    game = load(slug)
    assert isinstance(game, ExtensiveGame)
    return derive(game)


@pytest.mark.parametrize("slug", [LARGE, EDGES])
def test_groups_hold_every_class_once_and_agree_on_what_may_happen(slug: str) -> None:
    theory = derived(slug)
    found = groups(theory.classes)
    names = [c.name for group in found for c in group.classes]
    assert sorted(names) == sorted(c.name for c in theory.classes)
    assert [group.generic for group in found] == sorted((group.generic for group in found), reverse=True)
    for group in (group for group in found if group.generic):
        assert len({tuple(q == Number(0) for q in c.events.values()) for c in group.classes}) == 1
    table = list(rows(theory))
    assert sum(int(row[1]) for row in table) == len(theory.generic)
    assert sum(int(row[2]) for row in table) == len(theory.knife_edges)
    assert all(len(row) == len(COLUMNS) for row in table)


def test_a_large_theory_prints_on_one_screen() -> None:
    theory = derived(LARGE)
    assert len(theory.generic) > MANY
    text = str(theory)
    assert text.count("\n") < 20
    assert f"{len(theory.generic)} generic classes and {len(theory.knife_edges)} on knife edges, none" in text
    assert "theory.table() shows every class" in text
    assert "<table>" in theory._repr_html_()
    assert theory._repr_html_().count("<tr>") < 10 < theory.table()._repr_html_().count("<tr>")


def test_many_knife_edges_are_counted_and_a_small_theory_is_whole() -> None:
    theory = derived(EDGES)
    assert len(theory.generic) <= MANY < len(theory.classes)
    assert f"{len(theory.knife_edges)} classes on knife edges are not shown" in str(theory)
    assert str(theory).count("(generic)") == len(theory.generic)
    assert str(deterrence_theory()) == str(deterrence_theory().table())


def test_latex_is_split_and_lists_every_class_once() -> None:
    theory = derived(LARGE)
    text = theory.latex()
    parts = groups(theory.classes)
    assert text.count(r"\begin{proposition}") == 1 + len(parts)
    assert len(re.findall(r"\\item \\emph\{.*\}\.$", text, re.M)) == len(theory.classes)
    one = theory.latex(names=["negotiation"])
    assert one.count(r"\begin{proposition}") == 1
    assert f"beside {len(theory.classes) - len(theory.all_named('negotiation'))} that are not listed" in one


def test_the_command_says_how_to_get_the_whole(command: CommandLine) -> None:
    text = command.good("derive", LARGE).out
    assert text.count("\n") < 25
    assert "--all shows every class; --class NAME" in text
    assert command.good("derive", LARGE, "--all").out.count("exists: ") == len(derived(LARGE).classes)
    some = command.good("derive", LARGE, "--class", "negotiation").out
    assert some.count("exists: ") == len(derived(LARGE).all_named("negotiation"))
    assert f"({len(derived(LARGE).classes) - some.count('exists: ')} not shown)" in some
    document = command.good("derive", LARGE, "--class", "negotiation", "--json").document
    assert {c["family"] for c in document["classes"]} == {"negotiation"}


def test_an_unknown_class_is_named_with_advice(command: CommandLine) -> None:
    refused = command("derive", LARGE, "--class", "negotation")
    text = refused.err
    assert refused.code != 0
    assert "no equilibrium class 'negotation'" in text
    assert "did you mean 'negotiation'?" in text
