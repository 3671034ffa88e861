"""Markov perfect equilibrium: no player gains by deviating once, in any state."""

from __future__ import annotations

from typing import Final

import numpy as np

from deterrence.certify.certificate import TOLERANCE, Certificate, is_distribution
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.compiled.stochastic import CompiledStage, CompiledStates
from deterrence.outcomes.states import Chain, chain
from deterrence.profiles import MarkovStrategy

__all__ = ["certify_markov"]

_METHOD: Final = (
    "Markov perfect: gain of every deviation in one period, in every state, by every player and action; values from a "
    "linear system; mixtures are probability distributions"
)


def certify_markov(
    game: CompiledStates, profile: MarkovStrategy, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check stationary strategies by one-shot deviations, which suffice for discounted payoffs (Blackwell 1965).

    `gain` is the largest gain in any state; it fails where a value does not converge.
    """
    gain, passed = np.full(exists.shape, np.nan), np.zeros(exists.shape, dtype=np.bool_)
    with np.errstate(all="ignore"):
        for k in range(exists.shape[1]):
            mixture = np.ascontiguousarray(profile.mixtures[:, k].T, dtype=np.float64)
            found = chain(game, mixture)
            regret, sound = _regret(game, found, mixture, tolerance)
            scale = np.maximum(np.abs(found.values).max(axis=(0, 1)), np.abs(found.payoffs).max(axis=(0, 1)))
            gain[:, k] = np.where(exists[:, k], regret, np.nan)
            passed[:, k] = exists[:, k] & sound & (regret <= tolerance * np.maximum(scale, np.finfo(float).tiny))
    return Certificate(gain=gain, passed=passed, exists=exists, tolerance=tolerance, method=_METHOD, exact=False)


def _regret(game: CompiledStates, found: Chain, mixture: FloatArray, tolerance: float) -> tuple[FloatArray, BoolArray]:
    worst = np.zeros(game.size)
    sound = np.isfinite(found.values).all(axis=(0, 1))
    for s, (stage, places) in enumerate(zip(game.stages, game.offsets, strict=True)):
        parts = [mixture[p : p + n] for p, n in zip(places, stage.shape, strict=True)]
        for part in parts:
            sound &= is_distribution(part, tolerance)
        for i in range(len(parts)):
            best = _deviations(game, stage, found, parts, i).max(axis=0)
            worst = np.fmax(worst, best - found.values[i, s])
    return worst, np.asarray(sound, dtype=np.bool_)


def _deviations(
    game: CompiledStates, stage: CompiledStage, found: Chain, parts: list[FloatArray], i: int
) -> FloatArray:
    """Return what each action of player i yields (actions, points) if it is taken in this period alone."""
    ahead = np.concatenate([found.values[i], game.ends[:, i]]) if game.absorbing else found.values[i]
    worth = stage.payoffs[i] + game.discount * (stage.next * ahead[:, None]).sum(axis=0)
    cube = worth.reshape(*stage.shape, game.size)
    for j in range(len(parts) - 1, -1, -1):
        if j != i:
            weights = parts[j].reshape(parts[j].shape[0], *[1] * (cube.ndim - 2), game.size)
            cube = (np.moveaxis(cube, j, 0) * weights).sum(axis=0)
    return np.asarray(cube)
