"""Every solver on degenerate, infinite and undefined inputs: no hang, no unmarked garbage, neighbours untouched."""

from __future__ import annotations

import math
from time import process_time
from typing import Any

import numpy as np
import pytest

import deterrence as dt

FAULTS = (float("nan"), float("inf"), float("-inf"), 1e308, -1e308, 1e-308, 0.0)
SECONDS = 20  # of processor time for one solver on one parameter: nobody comes near

CASES: list[tuple[str, Any]] = [
    ("crisis-management/chicken", dt.SupportEnumeration()),
    ("crisis-management/chicken", dt.VertexEnumeration()),
    ("crisis-management/chicken", dt.LemkeHowson()),
    ("crisis-management/chicken", dt.PureNash()),
    ("crisis-management/chicken", dt.StrongStackelberg()),
    ("crisis-management/chicken", dt.LogitQuantalResponse(2)),
    ("crisis-management/chicken", dt.NashpyVertexEnumeration()),
    ("alliance-commitment/security-game", dt.ZeroSum()),
    ("alliance-commitment/announced-cover", dt.StrongStackelberg()),
    ("escalation/ladder", dt.BackwardInduction()),
    ("signalling/beer-quiche", None),
    ("signalling/beer-quiche", dt.AgentQuantalResponse(2)),
    ("signalling/beer-quiche", dt.ReducedStrategicForm(dt.VertexEnumeration())),
    ("free-riding/alliance-public-good", None),
    ("free-riding/quadratic-public-good", dt.BestReplies()),
    ("free-riding/quadratic-public-good", dt.JointOptimum()),
    ("free-riding/quadratic-public-good", dt.Lindahl()),
    ("free-riding/weakest-link", None),
    ("free-riding/best-shot", None),
    ("alliance-commitment/tripwire", None),
    ("security-dilemma/arms-race-types", None),
    ("security-dilemma/surprise-attack", None),
    ("escalation/simultaneous-ladder", None),
    ("escalation/war-of-attrition", None),
    ("escalation/absorbing-ladder", None),
    ("free-riding/bargained-shares", None),
    ("free-riding/bargained-shares", dt.NashBargaining()),
    ("free-riding/bargained-shares", dt.Core()),
    ("free-riding/bargained-shares", dt.Nucleolus()),
]


def named(case: tuple[str, Any]) -> str:
    return f"{case[0].split('/')[1]}-{type(case[1]).__name__ if case[1] else 'default'}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_faults_stay_where_they_are(case: tuple[str, Any]) -> None:
    slug, solver = case
    game = dt.load(slug)
    healthy = dt.solve(game, solver)
    start = process_time()
    for parameter in game.parameters[:4]:
        column = np.array([float(parameter.default or 0), *FAULTS])
        found = dt.solve(game, solver, at={parameter.name: column})
        _only_marked(found, column)
        _untouched(found, healthy)
    assert process_time() - start < SECONDS


def _only_marked(found: Any, column: Any) -> None:
    """Undefined points list nothing and say so; what passes its check elsewhere is about finite numbers."""
    undefined = ~np.isfinite(column)
    assert not found.exists[undefined].any()
    assert {dt.Status(int(s)) for s in found.status[undefined]} <= {dt.Status.OUTSIDE, dt.Status.UNDEFINED}
    passed = found.exists & found.certificate.passed
    assert all(math.isfinite(gain) for gain in found.certificate.gain[passed])
    for event in found.game.events() if found.game.form != "continuous" else ():
        chances = found.probability(event)[passed]
        assert ((chances >= -1e-9) & (chances <= 1 + 1e-9)).all(), event


def _untouched(found: Any, healthy: Any) -> None:
    """The first point, which is sound, is answered as if it were alone."""
    width = int(healthy.found.exists.sum())
    assert int(found.found.exists[0].sum()) == width
    assert bool(found.certified[0]) == bool(healthy.certified)
    for player in (p.name for p in healthy.game.players):
        alone = healthy.payoff(player).reshape(-1)[healthy.found.exists.reshape(-1)]
        beside = found.payoff(player)[0][found.found.exists[0]]
        assert np.allclose(np.asarray(alone, dtype=float), np.asarray(beside, dtype=float), equal_nan=True)
