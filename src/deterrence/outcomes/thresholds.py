"""What cutoffs lead to: probabilities of acting and of events, expected payoffs of first decisions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

import numpy as np

from deterrence.compiled import CompiledThresholds
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.compiled.thresholds import CompiledLaw
from deterrence.expressions import evaluate_exact
from deterrence.games import Quantity, ThresholdGame
from deterrence.outcomes.blocks import blank
from deterrence.outcomes.result import Outcomes
from deterrence.profiles import CutoffProfile

__all__ = ["threshold_outcomes"]

NODES: Final = 48  # of Gauss-Legendre quadrature on each side of a cutoff; affine payoffs are integrated exactly
TAIL: Final = 1e-14  # of an unbounded law left out on each side


def threshold_outcomes(
    game: ThresholdGame, compiled: CompiledThresholds, profile: CutoffProfile, exists: BoolArray
) -> Outcomes:
    """Return P(event), U(player), cutoffs and probabilities of acting; NaN where there is no equilibrium.

    U(player) is the expected payoff of the player's first decision over its types, by quadrature; NaN for signals about
    a state of diffuse prior, and at exact points, where all else is exact.
    """
    exact = compiled.points.exact
    shape = exists.shape
    result = Outcomes(
        events=compiled.events,
        players=compiled.players,
        types=(),
        probabilities=blank(*shape, len(compiled.events), exact=exact),
        payoffs=blank(*shape, len(compiled.players), exact=False),
        type_payoffs=blank(*shape, 0, exact=exact),
        others=_others(compiled, profile, exists),
    )
    if exact:
        _fill_exactly(result, game, compiled, profile, exists)
    elif not game.has_signals:
        with np.errstate(all="ignore"):  # what does not exist is struck out below
            for k in range(shape[1]):
                _fill(result, compiled, profile, k)
        result.probabilities[~exists] = np.nan
        result.payoffs[~exists] = np.nan
    return result


def _others(compiled: CompiledThresholds, profile: CutoffProfile, exists: BoolArray) -> Mapping[Quantity, NumberArray]:
    found: dict[Quantity, NumberArray] = {}
    for i, name in enumerate(compiled.names):
        for kind, numbers in (("cutoff", profile.cutoffs), ("acts", profile.acts)):
            found[Quantity(kind, name)] = np.where(exists, numbers[..., i], np.nan)
    return found


def _fill(result: Outcomes, compiled: CompiledThresholds, profile: CutoffProfile, k: int) -> None:
    values = compiled.values()
    acts = np.ascontiguousarray(profile.acts[:, k].T)
    for e, chance in enumerate(compiled.event_chances(acts, values)):
        result.probabilities[:, k, e] = chance
    owners = [d.player for d in compiled.decisions]
    for who, player in enumerate(compiled.players):
        i = owners.index(player)
        result.payoffs[:, k, who] = _expected(compiled, i, profile.cutoffs[:, k, i], acts, values)


def _fill_exactly(
    result: Outcomes, game: ThresholdGame, compiled: CompiledThresholds, profile: CutoffProfile, exists: BoolArray
) -> None:
    for point, k in np.argwhere(exists):
        given: dict[str, Fraction] = {
            name: compiled.points.flat(name).item(int(point)) for name in compiled.points.values
        }
        given |= dict(zip(compiled.names, profile.acts[point, k], strict=True))
        for e, formula in enumerate(game.event_of.values()):
            result.probabilities[point, k, e] = evaluate_exact(formula, given)


def _expected(
    compiled: CompiledThresholds, i: int, cutoff: NumberArray, acts: NumberArray, values: Mapping[str, NumberArray]
) -> FloatArray:
    """Return the mean payoff over the types of a decision: both sides of the cutoff, each by quadrature."""
    decision = compiled.decisions[i]
    others = {j: acts[j] for j in decision.others}
    total = np.zeros(compiled.size)
    node, weight = np.polynomial.legendre.leggauss(NODES)
    ends = _ends(decision.law)
    for side, (low, high) in enumerate(((ends[0], cutoff), (cutoff, ends[1]))):
        low, high = np.clip(low, *ends), np.clip(high, *ends)
        low, high = (_scale(decision.law, x) for x in (low, high))
        for t, w in zip(node, weight, strict=True):
            place = (low + high) / 2 + t * (high - low) / 2
            x, density = _type(decision.law, place)
            pair = compiled.payoffs(i, x, others, values)
            payoff = pair[0] if (side == 1) == decision.above else pair[1]
            total += w * (high - low) / 2 * density * payoff
    return total


def _ends(law: CompiledLaw) -> tuple[NumberArray, NumberArray]:
    first, second = law.arguments[:2]
    if law.kind == "normal":
        return first - 7.7 * second, first + 7.7 * second
    return (first, first - second * np.log(TAIL)) if law.kind == "exponential" else (first, second)


def _scale(law: CompiledLaw, x: NumberArray) -> NumberArray:
    """Return the variable of integration: the share of types below for power laws, the type itself else."""
    if law.kind != "power":
        return x
    first, second, exponent = law.arguments
    return np.asarray(((x - first) / (second - first)) ** exponent)


def _type(law: CompiledLaw, place: NumberArray) -> tuple[NumberArray, NumberArray]:
    """Return the type at a place of the variable of integration, and the density there."""
    first, second = law.arguments[:2]
    if law.kind == "power":
        return first + place ** (1 / law.arguments[2]) * (second - first), np.ones_like(place)
    if law.kind == "uniform":
        return place, 1 / (second - first)
    if law.kind == "exponential":
        return place, np.exp(-(place - first) / second) / second
    z = (place - first) / second
    return place, np.exp(-z * z / 2) / (second * np.sqrt(2 * np.pi))
