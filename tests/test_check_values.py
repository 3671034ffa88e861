"""Claims about numbers: what a solver does not find refutes a claim only where nothing else exists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from deterrence.checking import values
from deterrence.library import load
from deterrence.profiles import Completeness


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
