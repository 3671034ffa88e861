"""Events and payoffs of mixed strategies in a strategic game."""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

from deterrence.compiled import CompiledTable
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.games import StrategicGame
from deterrence.outcomes.blocks import blank, blocks, in_arithmetic
from deterrence.outcomes.result import Outcomes
from deterrence.profiles import MixedProfile

__all__ = ["table_outcomes"]

_NUMBERS: Final = 1 << 18  # of one block: the cells of the table times the pairs


def table_outcomes(
    game: StrategicGame, table: CompiledTable, profile: MixedProfile, exists: BoolArray | None = None
) -> Outcomes:
    """Return event probabilities and expected payoffs of every equilibrium, in the arithmetic of the points.

    `exists` (points, equilibria) restricts the work; elsewhere the result is NaN.
    """
    strategies, exact = profile.strategies, table.points.exact
    shape = strategies[0].shape[:2]
    present = np.ones(shape, dtype=np.bool_) if exists is None else exists
    names = [game.event_of[cell] for cell in product(*table.actions)]
    events = tuple(dict.fromkeys(names))
    result = Outcomes(
        events=events,
        players=table.players,
        types=(),
        probabilities=blank(*shape, len(events), exact=exact),
        payoffs=blank(*shape, len(table.players), exact=exact),
        type_payoffs=blank(*shape, 0, exact=exact),
    )
    columns = [[cell for cell, name in enumerate(names) if name == event] for event in events]
    cells = table.payoffs.reshape(len(table.players), len(names), table.size)
    for block in blocks(present, max(1, _NUMBERS // len(names))):
        joint = _joint([in_arithmetic(block.take(x), exact=exact) for x in strategies])
        block.put(result.probabilities, np.stack([joint[column].sum(axis=0) for column in columns]))
        payoffs = np.stack([(joint * own[:, block.point]).sum(axis=0) for own in cells])
        block.put(result.payoffs, payoffs)
    return result


def _joint(strategies: list[NumberArray]) -> NumberArray:
    """Return the probability (cells, pairs) of every profile of actions."""
    joint = strategies[0]
    for x in strategies[1:]:
        joint = (joint[:, None] * x[None]).reshape(-1, x.shape[-1])
    return joint
