"""Claims about numbers: a threshold that is one per cent off is refuted, also in forms without a theory engine."""

from __future__ import annotations

from typing import Any

import pytest

from deterrence.checking import values
from deterrence.library import load
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
