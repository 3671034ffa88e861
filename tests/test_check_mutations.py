"""A file that is one per cent wrong is refuted: every threshold, closed form, mixed strategy, sign and instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from command_line import DETERRENCE, CommandLine
from deterrence.checking import check, check_instance
from deterrence.checking.results import result_verdicts
from deterrence.expressions import holds_exactly
from deterrence.games import ExtensiveGame, Game, StrategicGame
from deterrence.games.statements import Result
from deterrence.library import entries, load, read_game, write_game
from equivalence import same_claim
from mutations import Mutant, instance_mutants, mutants

QUICK = (
    "alliance-commitment/essential-powers",
    "alliance-commitment/hub-and-spoke",
    "alliance-commitment/rudimentary-deterrence",
    "alliance-commitment/treaty-strength",
    "crisis-management/invocation",
    "crisis-management/symmetric-crisis",
    "escalation/subtraction-ladder",
    "free-riding/bargained-shares",
    "governance/democratic-signalling",
    "security-dilemma/trust",
    "signalling/beer-quiche",
    "solution-concepts/bankruptcy",
)
SLUGS = [pytest.param(e.slug, marks=() if e.slug in QUICK else pytest.mark.exhaustive) for e in entries()]


def refuted(game: Game, results: Iterable[Result]) -> Mapping[str, bool]:
    """Say by id which results `check` refutes by a point: an exact admissible one where the theory engine applies."""
    wrong = game.described(replace(game.about, results=tuple(results), instances=()))
    if not isinstance(wrong, ExtensiveGame | StrategicGame):
        lines = {line.what.removeprefix("result "): line for line in check(wrong).lines}
        return {what: line.verdict == "refuted" for what, line in lines.items()}
    found = {v.result.id: v for v in result_verdicts(wrong)}
    assert all(holds_exactly(c, v.point) for v in found.values() if v.point for c in game.admissible)
    return {what: v.verdict == "refuted" and (v.point is not None or not game.parameters) for what, v in found.items()}


def survivors(game: Game) -> list[Mutant]:
    """Return the errors that `check` does not reveal."""
    wrong = list(mutants(game))
    known = refuted(game, [*game.about.results, *(r for m in wrong for r in m.results)])
    return [m for m in wrong if not any(known[r.id] for r in m.results)]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_error_is_revealed_or_changes_nothing(slug: str) -> None:
    game: Game = load(slug)
    pairs = {m.what: zip(m.originals, m.results, strict=True) for m in survivors(game)}
    assert [what for what, changed in pairs.items() if not all(same_claim(game, *pair) for pair in changed)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_every_number_of_an_instance_is_recomputed(slug: str) -> None:
    game: Game = load(slug)
    assert [what for what, wrong in instance_mutants(game) if check_instance(game, wrong).verdict == "ok"] == []


def test_there_is_something_to_perturb() -> None:
    made = [m.kind for m in mutants(load(DETERRENCE))]
    assert {kind: made.count(kind) for kind in dict.fromkeys(made)} == {
        "region": 40,
        "value": 14,
        "profile": 4,
        "sign": 2,
        "definition": 6,
    }


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
