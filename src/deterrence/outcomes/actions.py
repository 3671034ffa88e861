"""What actions in a continuous game lead to: payoffs, actions and the aggregate as named quantities."""

from __future__ import annotations

import numpy as np

from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.points import BoolArray
from deterrence.games import ContinuousGame, FrozenMap, Quantity
from deterrence.outcomes.blocks import blank
from deterrence.outcomes.result import Outcomes
from deterrence.profiles import ActionProfile

__all__ = ["action_outcomes"]


def action_outcomes(
    game: ContinuousGame, compiled: CompiledContinuous, profile: ActionProfile, exists: BoolArray
) -> Outcomes:
    """Return payoffs, actions and aggregate of every equilibrium; NaN where there is none.

    At exact points a number is a Fraction where it is rational, else a float.
    """
    exact, shape = compiled.points.exact, exists.shape
    payoffs = blank(*shape, len(compiled.players), exact=exact)
    totals = blank(*shape, 1, exact=exact)
    for k in range(shape[1]):
        there = np.flatnonzero(exists[:, k])
        part = compiled.select(there)
        actions = profile.actions[there, k].T
        with np.errstate(all="ignore"):
            total = part.total(actions)
            payoffs[there, k] = np.stack([part.payoff(i, own, total) for i, own in enumerate(actions)], axis=-1)
        totals[there, k, 0] = total
    actions = np.where(exists[..., None], profile.actions, np.nan)
    others = {Quantity(profile.of, who): actions[..., i] for i, who in enumerate(compiled.players)}
    others[Quantity("aggregate", game.aggregate.name)] = totals[..., 0]
    nothing = blank(*shape, 0, exact=exact)
    return Outcomes(
        events=(),
        players=compiled.players,
        types=(),
        probabilities=nothing,
        payoffs=payoffs,
        type_payoffs=nothing,
        others=FrozenMap(others),
    )
