"""The benchmarks measure what they say: the loops they compare with find what the solvers find."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks import __main__ as entrance
from benchmarks import ladders, public

from deterrence.families import ladder
from deterrence.solving import solve


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


def test_the_symbolic_game_has_one_parameter_for_each_payoff() -> None:
    assert len(public.symbolic(3).parameters) == 18


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert entrance.main(["speed"]) == 2
    assert "known: bimatrix, public, ladders" in capsys.readouterr().err
