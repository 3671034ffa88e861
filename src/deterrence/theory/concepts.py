"""The solution concepts by name; each is defined by its class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deterrence.errors import SolverError
from deterrence.expressions import did_you_mean
from deterrence.games import ExtensiveGame
from deterrence.theory.node_beliefs import Sequential, WeakBayesian
from deterrence.theory.shared import SharedBeliefs
from deterrence.theory.subgames import SubgamePerfect
from deterrence.theory.systems import BeliefSystem

__all__ = ["CONCEPTS", "default_concept", "system_of"]

CONCEPTS: Final[Mapping[str, type[SubgamePerfect | WeakBayesian | SharedBeliefs | Sequential]]] = {
    kind.concept: kind for kind in (SubgamePerfect, WeakBayesian, SharedBeliefs, Sequential)
}


def system_of(game: ExtensiveGame, concept: str) -> BeliefSystem:
    """Return a concept applied to a game; raise `SolverError` for an unknown one and where it is not defined."""
    if concept not in CONCEPTS:
        raise SolverError(f"no concept {concept[:80]!r}", where="concept", remedy=did_you_mean(concept, CONCEPTS))
    return CONCEPTS[concept].of(game)


def default_concept(game: ExtensiveGame) -> str:
    """Return `pbe` where that is defined, else `sequential`."""
    try:
        SharedBeliefs.of(game)
    except SolverError:
        return Sequential.concept
    return SharedBeliefs.concept
