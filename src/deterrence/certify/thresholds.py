"""Equilibria in cutoffs: no type of any decision gains by choosing otherwise, and probabilities follow from cutoffs."""

from __future__ import annotations

from functools import partial
from math import sqrt
from typing import Final

import numpy as np

from deterrence.certify.certificate import TOLERANCE, Certificate
from deterrence.compiled import CompiledThresholds
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.compiled.thresholds import CompiledLaw
from deterrence.profiles import CutoffProfile

__all__ = ["certify_cutoffs"]

TYPES: Final = 8  # types tried on either side of each cutoff
AFFINE: Final = 2  # where gains are affine in the type, so that they are largest at an end
SIGNALS: Final = 17  # signals tried around each cutoff
PANELS: Final = 400  # of Simpson's rule over the state, given a signal
CHUNK: Final = 256  # points whose expectations are taken together
SIGNAL_TOLERANCE: Final = 1e-6  # what Simpson's rule leaves where probabilities have kinks

_METHOD: Final = (
    "Bayes-Nash in cutoffs: gain of the best deviation over {} types of every decision (three to either side where "
    "gains are affine in the type, largest at an end), the cutoff among them; probabilities of acting are "
    "recomputed from the cutoffs"
)
_SIGNALS: Final = (
    "Bayes-Nash in cutoffs on signals: gain of the best deviation over {} signals of every decision, expectations by "
    "Simpson's rule; for zero noise, risk dominance of acting below and of refraining beyond the cutoff"
)


def certify_cutoffs(
    game: CompiledThresholds, profile: CutoffProfile, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check cutoffs by trying types on both sides of each.

    `gain` is the largest gain of a type that chooses otherwise, in payoff units. It fails where a gain exceeds the
    tolerance times the largest payoff met, where a probability of acting is not the mass of the types beyond the
    cutoff, or where something is not finite.
    """
    signals = game.decisions[0].law.kind.endswith("-signal")
    tolerance = SIGNAL_TOLERANCE if signals else tolerance
    gain, passed = np.full(exists.shape, np.nan), np.zeros(exists.shape, dtype=np.bool_)
    with np.errstate(all="ignore"):
        for k in range(exists.shape[1]):
            at = np.arange(game.size) if signals else np.flatnonzero(exists[:, k])
            measure = _signal_regret if signals else partial(_regret, at=at)
            regret, scale, sound = measure(game, profile, k)
            gain[at, k] = np.where(exists[at, k], regret, np.nan)
            passed[at, k] = exists[at, k] & sound & (regret <= tolerance * np.maximum(scale, 1e-300))
    method = _SIGNALS.format(SIGNALS) if signals else _METHOD.format(2 * TYPES + 1)
    return Certificate(gain=gain, passed=passed, exists=exists, tolerance=tolerance, method=method, exact=False)


def _regret(
    game: CompiledThresholds, profile: CutoffProfile, k: int, *, at: NumberArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return the largest gain at some points, the size of payoffs, and where probabilities agree with cutoffs."""
    worst, scale = np.zeros(at.size), np.zeros(at.size)
    sound = np.ones(at.size, dtype=np.bool_)
    acts = {j: profile.acts[at, k, j].astype(np.float64) for j in range(len(game.decisions))}
    values = {name: np.asarray(v, dtype=np.float64) for name, v in game.values(at).items()}
    for i, decision in enumerate(game.decisions):
        cutoff = profile.cutoffs[at, k, i].astype(np.float64)
        law = CompiledLaw(decision.law.kind, tuple(a[at].astype(np.float64) for a in decision.law.arguments))
        below = _mass_below(law, cutoff)
        sound &= np.abs((1 - below if decision.above else below) - acts[i]) <= 1e-9
        others = {j: acts[j] for j in decision.others}
        inner = np.isfinite(cutoff) & (below > 0) & (below < 1)
        least, greatest = _nearly_all(law)
        middle = np.where(inner, cutoff, np.clip(cutoff, least, greatest))
        for end, low in ((least, True), (greatest, False)):
            for step in np.linspace(0, 1, (AFFINE if decision.affine else TYPES) + 1) ** 2:  # close to the cutoff first
                type_ = middle + step * (end - middle)
                counts = ((below > 0) & (type_ <= cutoff)) if low else ((below < 1) & (type_ >= cutoff))
                acting, refraining = game.payoffs(i, type_, others, values)
                better = refraining - acting if decision.above != low else acting - refraining
                loss = better if step else np.where(inner, np.abs(better), better)
                worst = np.where(counts, np.fmax(worst, np.where(np.isfinite(loss), loss, np.inf)), worst)
                scale = np.where(counts, np.fmax(scale, np.fmax(np.abs(acting), np.abs(refraining))), scale)
    return np.asarray(worst), np.asarray(scale), np.asarray(sound & np.isfinite(worst), dtype=np.bool_)


def _nearly_all(law: CompiledLaw) -> tuple[NumberArray, NumberArray]:
    """Return types between which all others lie but for one in a billion."""
    a, b = law.arguments[:2]
    if law.kind == "normal":
        return a - 6 * b, a + 6 * b
    return (a, a + 21 * b) if law.kind == "exponential" else (a, b)


def _mass_below(law: CompiledLaw, x: NumberArray) -> FloatArray:
    from scipy.special import erfc

    a, b = law.arguments[:2]
    if law.kind == "normal":
        return np.asarray(erfc((a - x) / (b * sqrt(2))) / 2)
    if law.kind == "exponential":
        return np.asarray(1 - np.exp((a - np.maximum(x, a)) / b))
    ratio = (np.clip(x, a, b) - a) / (b - a)
    return np.asarray(ratio if law.kind == "uniform" else np.exp(law.arguments[2] * np.log(ratio)))


def _signal_regret(
    game: CompiledThresholds, profile: CutoffProfile, k: int
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return the largest gain over signals around each cutoff, the size of payoffs, and where all is finite."""
    worst, scale = np.zeros(game.size), np.zeros(game.size)
    cutoffs = profile.cutoffs[:, k].T
    for start in range(0, game.size, CHUNK):
        index = np.arange(start, min(start + CHUNK, game.size))
        worst[index], scale[index] = _noisy_regret(game, cutoffs[:, index], index)
    limit = _limit_regret(game, cutoffs, game.values())
    sharp = game.decisions[0].law.arguments[0] == 0
    known = np.asarray(np.isfinite(cutoffs).all(axis=0), dtype=np.bool_)
    return np.where(sharp, limit, worst), scale, known


def _noisy_regret(game: CompiledThresholds, cutoffs: NumberArray, index: NumberArray) -> tuple[FloatArray, FloatArray]:
    worst, scale = np.zeros(index.size), np.zeros(index.size)
    values = game.values(index)
    for i, decision in enumerate(game.decisions):
        noise = decision.law.arguments[0][index]
        spread = np.where(noise > 0, noise, 1)
        for step in np.linspace(-4, 4, SIGNALS):
            gain, size = _expected_gain(game, i, cutoffs[i] + step * spread, cutoffs, spread, values)
            loss = np.abs(gain) if step == 0 else np.where((step > 0) == decision.above, -gain, gain)
            worst, scale = np.fmax(worst, loss), np.fmax(scale, size)
    return np.asarray(worst), np.asarray(scale)


def _expected_gain(
    game: CompiledThresholds,
    i: int,
    signal: NumberArray,
    cutoffs: NumberArray,
    noise: NumberArray,
    values: dict[str, NumberArray],
) -> tuple[FloatArray, FloatArray]:
    """Return the mean gain over the state given a signal, and the largest payoff met."""
    decision = game.decisions[i]
    normal = decision.law.kind == "normal-signal"
    z = np.linspace(-1, 1, PANELS + 1)[:, None] * (8 if normal else 1)
    weight = np.ones((PANELS + 1, 1))
    weight[1:-1:2], weight[2:-1:2] = 4, 2
    weight = weight * np.exp(-z * z / 2) if normal else weight
    state = signal + z * noise
    acts = {j: _acts_given(game, j, state, cutoffs[j], noise) for j in decision.others}
    acting, refraining = game.payoffs(i, state, acts, values)
    size = np.fmax(np.abs(acting), np.abs(refraining)).max(axis=0)
    return np.asarray((weight * (acting - refraining)).sum(axis=0) / weight.sum()), np.asarray(size)


def _acts_given(
    game: CompiledThresholds, j: int, state: NumberArray, cutoff: NumberArray, noise: NumberArray
) -> FloatArray:
    from scipy.special import erfc

    z = (cutoff - state) / noise
    normal = game.decisions[j].law.kind == "normal-signal"
    below = erfc(-z / sqrt(2)) / 2 if normal else np.clip((z + 1) / 2, 0, 1)
    return np.asarray(1 - below if game.decisions[j].above else below)


def _limit_regret(game: CompiledThresholds, cutoffs: NumberArray, values: dict[str, NumberArray]) -> FloatArray:
    """Return by how much the limit cutoffs miss: risk dominance of neither action, or both dominance bounds."""
    one = np.ones(game.size)
    gains = []
    for i, decision in enumerate(game.decisions):
        pairs = [game.payoffs(i, cutoffs[i], dict.fromkeys(decision.others, one * p), values) for p in (0, 1)]
        gains.append([acting - refraining for acting, refraining in pairs])
    balance = np.abs(gains[0][1] * gains[1][1] - gains[0][0] * gains[1][0])
    alone = np.fmin(np.abs(gains[0][0]) + np.abs(gains[1][1]), np.abs(gains[0][1]) + np.abs(gains[1][0]))
    return np.asarray(np.where(cutoffs[0] == cutoffs[1], np.sqrt(balance * 1e-6), alone))
