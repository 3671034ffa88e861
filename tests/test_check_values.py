"""Claims about numbers: a threshold that is one per cent off is refuted, also in forms without a theory engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from deterrence.checking import values
from deterrence.library import load
from deterrence.profiles import Completeness
from mutations import mutants

SLUGS = (
    "alliance-commitment/essential-powers",
    "alliance-commitment/hub-and-spoke",
    "alliance-commitment/voting-power",
    "alliance-commitment/war-stable-alliances",
    "alliance-commitment/winning-coalition",
    "free-riding/alliance-public-good",
    "free-riding/bargained-shares",
    "free-riding/common-facility",
    "security-dilemma/trust",
    "solution-concepts/bankruptcy",
)
KNIFE_EDGE = "the fourth power is essential [1: side 0]"  # a power without resources, which no random point has


@pytest.mark.parametrize("slug", SLUGS)
def test_every_threshold_matters(slug: str) -> None:
    game: Any = load(slug)
    wrong = list(mutants(game))
    assert wrong
    for result in wrong:
        if result.id != KNIFE_EDGE:
            with pytest.raises(values.MismatchError):
                values.tested_values(game, result)


@pytest.mark.parametrize(("known", "refuted"), [(Completeness.UNKNOWN, False), (Completeness.ALL, True)])
def test_nothing_found_refutes_only_where_nothing_exists(
    known: Completeness, refuted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    game: Any = load("free-riding/alliance-public-good")
    solved = values._solved

    def forgetful(*args: Any, **options: Any) -> Any:
        solution = solved(*args, **options)
        found = replace(solution.found, completeness=np.full_like(solution.found.completeness, known))
        found.exists[:3] = False
        return replace(solution, found=found)

    monkeypatch.setattr(values, "_solved", forgetful)
    values._sampled.cache_clear()
    claim = game.about.results[0]
    if refuted:
        with pytest.raises(values.MismatchError, match="no equilibrium has these values"):
            values.tested_values(game, claim)
    else:
        assert "(at 3 of 400 nothing was found)" in values.tested_values(game, claim)
    values._sampled.cache_clear()
