"""What networks and partitions lead to: payoffs, who is joined to whom, totals."""

from __future__ import annotations

import numpy as np

from deterrence.compiled.formation import CompiledFormation
from deterrence.compiled.points import BoolArray
from deterrence.games import FormationGame, FrozenMap, Quantity
from deterrence.outcomes.blocks import blank
from deterrence.outcomes.result import Outcomes
from deterrence.profiles import Structure

__all__ = ["formation_outcomes"]


def formation_outcomes(
    game: FormationGame, compiled: CompiledFormation, profile: Structure, exists: BoolArray
) -> Outcomes:
    """Return U(player), joined(A-B), total(links), total(groups) and total(welfare); NaN where there is no structure.

    Links of a partition are pairs in one coalition; groups of a network are its components.
    """
    every = compiled.structures
    count = profile.joined.shape[2]
    place = np.searchsorted(every.codes, profile.joined @ (1 << np.arange(count, dtype=np.int64)))
    payoffs = np.take_along_axis(compiled.payoffs, place[..., None], axis=1)
    totals = {"links": profile.joined.sum(axis=2), "groups": every.groups[place], "welfare": payoffs.sum(axis=2)}
    others = {Quantity("joined", of): profile.joined[..., k] for k, of in enumerate(game.quantities()["joined"])}
    others |= {Quantity("total", of): values for of, values in totals.items()}
    nothing = blank(*exists.shape, 0, exact=False)
    return Outcomes(
        events=(),
        players=compiled.players,
        types=(),
        probabilities=nothing,
        payoffs=np.where(exists[..., None], payoffs, np.nan),
        type_payoffs=nothing,
        others=FrozenMap({name: np.where(exists, values, np.nan) for name, values in others.items()}),
    )
