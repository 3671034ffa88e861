"""What a commitment leads to: payoffs, the leader's numbers and the responses as named quantities."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from deterrence.compiled.commitment import CompiledCommitment
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.errors import ExpressionError
from deterrence.expressions import evaluate_exact
from deterrence.games import CommitmentGame, FrozenMap, Quantity
from deterrence.outcomes.blocks import blank
from deterrence.outcomes.result import Outcomes
from deterrence.profiles import Commitment

__all__ = ["commitment_outcomes"]


def commitment_outcomes(
    game: CommitmentGame, compiled: CompiledCommitment, profile: Commitment, exists: BoolArray
) -> Outcomes:
    """Return payoffs, numbers and responses of every best commitment; NaN where there is none."""
    exact, shape = compiled.points.exact, exists.shape
    players = tuple(game.payoffs)
    payoffs = blank(*shape, len(players), exact=exact)
    for k in range(shape[1]):
        there = np.flatnonzero(exists[:, k])
        part = compiled.in_floats().select(there)
        given = dict(zip(profile.names, profile.values[there, k].T.astype(np.float64), strict=True))
        for i, who in enumerate(players):
            payoffs[there, k, i] = part.evaluate(game.payoffs[who], given, (there.size,))
    if exact:
        _make_exact(game, compiled, profile, exists, payoffs)
    values = np.where(exists[..., None], profile.values, np.nan)
    kinds = ["choice"] * len(game.controls) + ["response"] * len(game.responses)
    named = enumerate(zip(kinds, profile.names, strict=True))
    others = {Quantity(kind, name): values[..., i] for i, (kind, name) in named}
    nothing = blank(*shape, 0, exact=exact)
    return Outcomes(
        events=(),
        players=players,
        types=(),
        probabilities=nothing,
        payoffs=payoffs,
        type_payoffs=nothing,
        others=FrozenMap(others),
    )


def _make_exact(
    game: CommitmentGame, compiled: CompiledCommitment, profile: Commitment, exists: BoolArray, payoffs: NumberArray
) -> None:
    """Put exact payoffs in the place of floats where they are rational."""
    columns = {name: compiled.points.flat(name) for name in compiled.points.values}
    for point, k in zip(*np.nonzero(exists), strict=True):
        at: dict[str, Fraction] = {name: column[int(point)] for name, column in columns.items()}
        at |= {n: Fraction(v) for n, v in zip(profile.names, profile.values[point, k], strict=True)}
        for i, formula in enumerate(game.payoffs.values()):
            try:
                payoffs[point, k, i] = evaluate_exact(formula, at)
            except ExpressionError:
                continue
