"""Potentials and improvement cycles, checked move by move."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from deterrence.compiled.points import NumberArray

__all__ = ["is_improvement_cycle", "is_ordinal_potential"]

Cell = tuple[int, ...]


def is_ordinal_potential(payoffs: NumberArray, potential: NumberArray, *, generalised: bool = False) -> bool:
    """Say whether a potential (actions of player 0, ...) has the sign of every unilateral gain.

    `payoffs` is (players, actions of player 0, ...). A generalised one has to rise only where the mover gains.
    """
    for player, u in enumerate(payoffs):
        for other in range(u.shape[player]):
            gain = np.sign(u - u.take([other], axis=player))
            rise = np.sign(potential - potential.take([other], axis=player))
            wrong = (gain > 0) & (rise <= 0) if generalised else gain != rise
            if wrong.any():
                return False
    return True


def is_improvement_cycle(payoffs: NumberArray, cycle: Sequence[Cell], *, strict: bool = False) -> bool:
    """Say whether cells lead back to the first by moves of one player each, none a loss to the mover and one a gain.

    With `strict` every move has to be a gain.
    """
    gains = []
    for here, there in pairwise([*cycle, *cycle[:1]]):
        movers = [i for i, (a, b) in enumerate(zip(here, there, strict=True)) if a != b]
        if len(movers) != 1:
            return False
        gains.append(payoffs[(movers[0], *there)] - payoffs[(movers[0], *here)])
    return bool(gains) and min(gains) >= 0 and (min(gains) > 0 if strict else max(gains) > 0)
