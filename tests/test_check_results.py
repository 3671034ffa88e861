"""Published results are proved, refuted where they are wrong, or tested where the theory engine does not apply."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deterrence.checking import samples
from deterrence.checking.results import result_verdicts
from deterrence.expressions import parse_condition, parse_expression
from deterrence.games import EquilibriumResult, ExtensiveGame, FrozenMap, Quantity, StrategicGame
from deterrence.games.statements import Result
from deterrence.library import load
from deterrence.theory.compare import ResultVerdict


def game_of(slug: str) -> ExtensiveGame | StrategicGame:
    game = load(slug)
    assert isinstance(game, ExtensiveGame | StrategicGame)
    return game


def verdicts(game: ExtensiveGame | StrategicGame, *results: Result) -> list[ResultVerdict]:
    return list(result_verdicts(game.described(replace(game.about, results=results or game.about.results))))


def equilibrium(game: ExtensiveGame | StrategicGame, name: str) -> EquilibriumResult:
    (found,) = [r for r in game.about.results if r.id == name]
    assert isinstance(found, EquilibriumResult)
    return found


@pytest.mark.parametrize(
    ("slug", "name", "region"),
    [
        ("crisis-management/symmetric-crisis", "mixed", "T >= R and S >= P"),  # also where nothing is strict
        ("export-controls/multilateral-control", "mutual control", "f <= f_max"),  # L < pi turns it round
        ("signalling/entry-deterrence", "deterrence by any threat", "i_war >= i_in"),  # Nash asks for less
        ("escalation/ladder", "five rungs: the Defender prevails", "q <= 101/100*qhat_2"),
        ("alliance-commitment/reliability", "war", "r_B <= r"),
    ],
)
def test_wrong_regions_are_refuted(slug: str, name: str, region: str) -> None:
    game = game_of(slug)
    (found,) = verdicts(game, replace(equilibrium(game, name), iff=(parse_condition(region),)))
    assert found.verdict in (("refuted",) if "f_max" not in region else ("refuted", "undecided"))


def test_a_game_without_parameters_has_one_point() -> None:
    auction = game_of("escalation/dollar-auction")
    (found,) = verdicts(auction)
    assert (found.verdict, found.detail) == ("proved", "exactly, at the only point of the game")
    wrong = replace(
        equilibrium(auction, found.result.id), values=FrozenMap({Quantity("U", "First"): parse_expression("2")})
    )
    assert verdicts(auction, wrong)[0].verdict == "refuted"


@pytest.mark.parametrize(
    ("region", "verdict"), [("p >= t", "tested"), ("p >= 101/100*t", "tested"), ("p >= 0", "refuted")]
)
def test_without_a_theory_points_are_drawn(region: str, verdict: str) -> None:
    """What the checker's freer beliefs allow outside a region decides nothing; inside, a deviation does."""
    game = game_of("alliance-commitment/rudimentary-deterrence")
    result = replace(equilibrium(game, "deterrence"), iff=(parse_condition(region),))
    found = samples.tested(game, result, "for the test")
    assert found.verdict == verdict
    assert (found.point is not None) is (verdict == "refuted")


@pytest.mark.parametrize(("factor", "verdict"), [("99/100", "refuted"), ("1", "tested"), ("101/100", "refuted")])
def test_points_near_edges_tell_one_per_cent(factor: str, verdict: str) -> None:
    game = game_of("export-controls/conditionality")
    kept = equilibrium(game, "the condition is kept")
    changed = replace(kept, iff=(parse_condition(f"kappa <= {factor}*loss"), kept.iff[1]))
    assert samples.tested(game, changed, "for the test").verdict == verdict


def test_a_profile_with_open_choices_is_not_refuted_by_pure_ones() -> None:
    game = game_of("alliance-commitment/unilateral-deterrence-complete")
    threat = equilibrium(game, "deterrence by any threat")
    partial = replace(
        threat, profile=tuple(p for p in threat.profile if p.information_set != "root"), values=FrozenMap()
    )
    (found,) = verdicts(game, partial)
    assert found.verdict in ("undecided", "tested")
