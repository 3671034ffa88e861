"""What is assumed throughout: an admissible point at which every type and chance branch is possible."""

from __future__ import annotations

from deterrence.expressions import Comparison, Condition, Number
from deterrence.games import Game
from deterrence.theory.unknowns import ZERO

__all__ = ["interior"]


def interior(game: Game) -> tuple[Condition, ...]:
    """Return what is assumed throughout: the admissible set, with every type and chance branch possible."""
    positive = [Comparison((q, ZERO), (">",)) for _, d in game.probabilities() for q in d if not isinstance(q, Number)]
    return (*game.admissible, *positive)
