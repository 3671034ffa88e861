"""What distributions of quitting times lead to: who quits first, war, how long it takes."""

from __future__ import annotations

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.compiled.timing import CompiledTiming
from deterrence.games import Quantity, TimingGame
from deterrence.outcomes.blocks import blank
from deterrence.outcomes.result import Outcomes
from deterrence.profiles import QuitTimes

__all__ = ["timing_outcomes"]


def timing_outcomes(game: TimingGame, compiled: CompiledTiming, profile: QuitTimes, exists: BoolArray) -> Outcomes:
    """Return P(who quits first), P(war), atoms, hazards at zero, horizon, expected duration.

    U(player) is the payoff of the types that quit at some time (with a positive probability), the same for all of them.
    """
    shape = exists.shape
    names = game.quantities()
    kinds = ("atom", "hazard", "horizon", "duration")
    others = {Quantity(kind, of): np.full(shape, np.nan) for kind in kinds for of in names[kind]}
    result = Outcomes(
        events=game.events(),
        players=compiled.players,
        types=(),
        probabilities=blank(*shape, len(game.events()), exact=False),
        payoffs=blank(*shape, 2, exact=False),
        type_payoffs=blank(*shape, 0, exact=False),
        others=others,
    )
    with np.errstate(all="ignore"):
        start = compiled.at(np.zeros(compiled.size))
        rates = compiled.hazards(np.zeros(compiled.size))
        for k in range(shape[1]):
            _fill(result, profile, k, start[:, :2], rates, exists[:, k])
    return result


def _fill(result: Outcomes, profile: QuitTimes, k: int, start: FloatArray, rates: FloatArray, here: BoolArray) -> None:
    shares, times = profile.shares[:, k].transpose(1, 2, 0), profile.times[:, k].T
    left = 1 - shares
    node, weight = np.polynomial.legendre.leggauss(128)
    place = (node + 1) / 2
    curve = _interpolated(left, place)  # (players, nodes of quadrature, points)
    both = curve[0] * curve[1]
    length = times[-1]
    duration = np.einsum("n,np->p", weight / 2, both) * length
    war = left[0, -1] * left[1, -1]
    for i, player in enumerate(result.players):
        atom = shares[i, 0]
        slope = _interpolated(_slopes(left[i : i + 1]), place)[0]
        later = -np.einsum("n,np->p", weight / 2, slope * curve[1 - i])
        result.probabilities[:, k, i] = np.where(here, atom + later, np.nan)
        value = shares[1 - i, 0] * start[i, 0] + left[1 - i, 0] * start[i, 1]
        result.payoffs[:, k, i] = np.where(here, value, np.nan)
        result.others[Quantity("atom", player)][:, k] = np.where(here, atom, np.nan)
        result.others[Quantity("hazard", player)][:, k] = np.where(here & (atom < 1) & (left[i, -1] < 1), rates[i], 0.0)
    if "war" in result.events:
        result.probabilities[:, k, 2] = np.where(here, war, np.nan)
    result.others[Quantity("horizon", "play")][:, k] = np.where(here, profile.horizon[:, k], np.nan)
    result.others[Quantity("duration", "play")][:, k] = np.where(here, duration, np.nan)


def _series(values: FloatArray) -> FloatArray:
    """Return Chebyshev coefficients of values on the nodes from zero to one, along the axis before the last."""
    count = values.shape[-2]
    x = -np.cos(np.pi * np.arange(count) / (count - 1))
    inverse = np.linalg.inv(np.polynomial.chebyshev.chebvander(x, count - 1))
    return np.asarray(np.einsum("cn,...np->c...p", inverse, values))


def _interpolated(values: FloatArray, place: FloatArray) -> FloatArray:
    basis = np.polynomial.chebyshev.chebvander(2 * place - 1, values.shape[-2] - 1)
    return np.asarray(np.einsum("nc,c...p->...np", basis, _series(values)))


def _slopes(values: FloatArray) -> FloatArray:
    """Return derivatives along the unit interval on the same nodes."""
    count = values.shape[-2]
    x = -np.cos(np.pi * np.arange(count) / (count - 1))
    lowered = np.polynomial.chebyshev.chebder(_series(values), axis=0)
    return np.asarray(2 * np.einsum("nc,c...p->...np", np.polynomial.chebyshev.chebvander(x, count - 2), lowered))
