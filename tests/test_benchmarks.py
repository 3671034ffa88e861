"""The benchmarks measure what they say: the loops they compare with find what the solvers find."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks import __main__ as entrance
from benchmarks import allies, coalitions, cutoffs, ladders, public, summary

from deterrence.families import ladder
from deterrence.solvers import Nucleolus
from deterrence.solving import solve
from deterrence.tables import security_cover


def test_the_special_loop_solves_the_same_ladder() -> None:
    at = ladders.random_points(200, 3)
    solution = solve(ladder(6), at=at)
    ours = np.stack([solution.payoff("Challenger")[:, 0], solution.payoff("Defender")[:, 0]], axis=1)
    assert np.allclose(ours, ladders.special_loop(6, at))


def test_the_generic_loop_solves_the_same_ladder() -> None:
    at = ladders.random_points(100, 4)
    solution = solve(ladder(5), at=at)
    ours = np.stack([solution.payoff("Challenger")[:, 0], solution.payoff("Defender")[:, 0]], axis=1)
    assert np.allclose(ours, ladders.generic_loop(ladder(5), at))


def test_the_loops_over_alliances_find_what_solve_finds() -> None:
    at = allies.random_points(5, 30, 1)
    ours = solve(allies.alliance(5), at=at).found.profiles.actions[:, 0]
    assert np.allclose(ours, allies.loop_of_roots(at, 5), atol=1e-8)
    few = {name: row[:3] for name, row in at.items()}
    assert np.allclose(ours[:3], allies.loop_of_replies(few, 5), rtol=1e-2, atol=1e-2 * ours[:3].max())


def test_the_loops_over_coalitions_find_what_solve_finds() -> None:
    at = coalitions.random_points(4, 8, 2)
    game = coalitions.facility(4)
    worth = coalitions.worths(game, at)
    assert np.allclose(solve(game, at=dict(at)).found.profiles.amounts[:, 0], coalitions.loop_of_sums(worth))
    nuclei = solve(game, Nucleolus(rational=False), at=dict(at)).found.profiles.amounts[:, 0]
    assert np.allclose(nuclei, coalitions.loop_of_programs(worth), atol=1e-7)


def test_the_loop_of_programmes_finds_what_water_filling_finds() -> None:
    value, loss = np.random.default_rng(3).uniform(0.5, 2, (2, 6, 4))
    ours = security_cover(value, loss, 2)
    assert ours.certified.all()
    assert np.allclose(ours.defender, summary.loop_of_programmes(value, loss, 2))


@pytest.mark.parametrize("law", cutoffs.LAWS)
def test_the_loop_over_cutoffs_finds_as_many(law: str) -> None:
    at = cutoffs.points(300)
    solution = solve(cutoffs.fear(cutoffs.LAWS[law]), at=at)
    assert abs(int(solution.count.sum()) - cutoffs.loop(law, at)) <= 12  # it overlooks roots near zero and one


def test_the_symbolic_game_has_one_parameter_for_each_payoff() -> None:
    assert len(public.symbolic(3).parameters) == 18


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert entrance.main(["speed"]) == 2
    assert "known: summary, bimatrix, public, ladders, allies" in capsys.readouterr().err
