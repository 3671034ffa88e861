"""A threshold that is one per cent off is refuted with an exact counterexample, in every model that has one."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import DETERRENCE, CommandLine
from deterrence.checking.results import result_verdicts
from deterrence.expressions import holds_exactly
from deterrence.games import ExtensiveGame, StrategicGame
from deterrence.library import entries, load, read_game, write_game
from deterrence.theory.compare import ResultVerdict
from mutations import Checked, definition_mutants, mutants, with_mutants

QUICK = (
    "alliance-commitment/rudimentary-deterrence",
    "crisis-management/symmetric-crisis",
    "signalling/beer-quiche",
    "governance/democratic-signalling",
)
FORMS = ("extensive", "strategic")
SLOW = ("entanglement/chain-gang",)  # finding the point takes minutes where the thresholds are of degree four
SLUGS = [
    pytest.param(e.slug, marks=() if e.slug in QUICK else pytest.mark.exhaustive)
    for e in entries()
    if e.form in FORMS and e.slug not in SLOW
]


def game_of(slug: str) -> Checked:
    game = load(slug)
    assert isinstance(game, ExtensiveGame | StrategicGame)
    return game


def is_refuted(game: Checked, found: ResultVerdict) -> bool:
    """Say whether a verdict is a refutation by an exact admissible point."""
    if found.verdict != "refuted" or found.point is None:
        return False
    return all(holds_exactly(c, found.point) for c in game.admissible)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_threshold_matters(slug: str) -> None:
    game = game_of(slug)
    wrong = with_mutants(game)
    assert {v.result.id for v in result_verdicts(wrong) if not is_refuted(game, v)} == set()


@pytest.mark.parametrize("slug", SLUGS)
def test_every_definition_of_a_region_matters(slug: str) -> None:
    for name, wrong in definition_mutants(game_of(slug)):
        assert any(is_refuted(wrong, v) for v in result_verdicts(wrong)), name


def test_there_is_something_to_perturb() -> None:
    assert len(list(mutants(game_of(DETERRENCE)))) == 20
    assert [name for name, _ in definition_mutants(game_of(DETERRENCE))] == ["t_soft", "t_hard", "d_star"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [('"p >= t"', '"p >= 1.01*t"'), ('"p <= t"', '"p <= 0.99*t"'), ("(c_DC - c_SQ)", "1.01*(c_DC - c_SQ)")],
)
def test_a_wrong_file_fails(right: str, wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = write_game(load("alliance-commitment/rudimentary-deterrence"))
    assert right in text
    path = tmp_path / "wrong.toml"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    assert isinstance(read_game(path), ExtensiveGame)
    run = CommandLine(capsys)("check", str(path))
    assert run.code == 1
    assert "refuted" in run.out
    assert " at c_DC = " in run.out
