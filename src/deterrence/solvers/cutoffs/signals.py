"""Global games: two decisions on noisy signals about a common state of diffuse prior."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from deterrence.compiled import CompiledThresholds
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.errors import SolverError

__all__ = ["SignalGame", "signal_cutoffs"]

HALVINGS: Final = 60
REACH: Final = 6.0  # standard deviations of noise between a cutoff and the dominance regions, at most


@dataclass(frozen=True)
class SignalGame:
    """Gains `constant + other*p + state*theta + joint*theta*p`, each (2, points), and the noise.

    p is the probability that the other acts given the state theta; `sign` is one where high signals act, else minus
    one.
    """

    constant: FloatArray
    other: FloatArray
    state: FloatArray
    joint: FloatArray
    noise: FloatArray
    sign: int
    normal: bool

    @cached_property
    def indifferent(self) -> tuple[FloatArray, FloatArray]:
        """The states (2, points) at which each is indifferent if the other surely refrains, and if it surely acts.

        Where the state does not matter in one of the two cases there is no such state, and one far out stands for it:
        beyond it acting (or refraining) is risk dominant anyhow.
        """
        joined_slope = self.state + self.joint
        with np.errstate(all="ignore"):
            alone, joined = -self.constant / self.state, -(self.constant + self.other) / joined_slope
            beyond = joined + self.sign * (1 + 2 * np.abs(self.constant / joined_slope))
            before = alone - self.sign * (1 + 2 * np.abs((self.constant + self.other) / self.state))
        return np.where(self.state == 0, beyond, alone), np.where(joined_slope == 0, before, joined)

    @cached_property
    def dominant(self) -> BoolArray:
        """Where each action is dominant in some states, so that doubts spread from there."""
        return np.asarray(((self.state != 0) & (self.state + self.joint != 0)).all(axis=0))

    @cached_property
    def fits(self) -> BoolArray:
        """Where gains run the right way in the state and acting is a complement over all states in doubt."""
        slopes = self.sign * self.state, self.sign * (self.state + self.joint)
        rises = (slopes[0] >= 0) & (slopes[1] >= 0) & (slopes[0] + slopes[1] > 0)
        alone, joined = self.indifferent
        ends = [np.minimum(alone, joined).min(axis=0) - self.reach, np.maximum(alone, joined).max(axis=0) + self.reach]
        complements = np.logical_and.reduce([self.other + self.joint * end >= 0 for end in ends])
        return np.asarray((rises & complements).all(axis=0))

    @cached_property
    def reach(self) -> FloatArray:
        """How far a cutoff can lie from the states of indifference."""
        return self.noise * REACH

    def gain(self, i: int, signal: FloatArray, cutoff: FloatArray) -> FloatArray:
        """Return the expected gain of acting at a signal when the other acts beyond a cutoff."""
        chance, excess = self._normal(signal, cutoff) if self.normal else self._uniform(signal, cutoff)
        if self.sign > 0:
            chance, excess = 1 - chance, -excess
        product = signal * chance + excess
        return np.asarray(self.constant[i] + self.other[i] * chance + self.state[i] * signal + self.joint[i] * product)

    def _normal(self, signal: FloatArray, cutoff: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the mean of p, and of (theta - signal) p, when the other acts below the cutoff (Stein's lemma)."""
        from scipy.special import ndtr

        z = (cutoff - signal) / (self.noise * np.sqrt(2))
        density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
        return np.asarray(ndtr(z)), -self.noise / np.sqrt(2) * density

    def _uniform(self, signal: FloatArray, cutoff: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the same for uniform noise: theta is uniform around the signal, p is linear in theta and clipped."""
        d = np.clip((cutoff - signal) / (2 * self.noise), -1, 1)
        low, high = np.minimum(d, 0), np.maximum(d, 0)
        chance = np.where(d < 0, (1 + low) ** 2 / 2, 1 - (1 - high) ** 2 / 2)
        rising = (1 + low) ** 3 / 6
        level = high**2 / 2 + (high + 1) * (1 - high**2) / 2 - (1 - high**3) / 3
        place = np.where(d < 0, rising, level)
        return chance, 2 * self.noise * (place - chance / 2)

    def reply(self, i: int, cutoff: FloatArray) -> FloatArray:
        """Return the signal at which decision i is indifferent when the other uses a cutoff."""
        low, high = self.ends
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            right = self.sign * self.gain(i, middle, cutoff) < 0
            low, high = np.where(right, middle, low), np.where(right, high, middle)
        return (low + high) / 2

    @cached_property
    def ends(self) -> tuple[FloatArray, FloatArray]:
        """Signals between which every cutoff lies."""
        alone, joined = self.indifferent
        low = np.minimum(alone, joined).min(axis=0) - self.reach
        return low, np.maximum(alone, joined).max(axis=0) + self.reach


def signal_game(game: CompiledThresholds) -> SignalGame:
    """Return the coefficients; raise `SolverError` for other than two decisions with affine gains."""
    decisions = game.decisions
    fits = len(decisions) == 2 and all(d.corners is not None and len(d.others) == 1 for d in decisions)
    if not fits or decisions[0].above != decisions[1].above:
        raise SolverError(
            "signals are solved for two decisions that act on the same side",
            remedy="write payoffs affine in the state and in the other's probability of acting",
        )
    c = np.stack([np.asarray(d.corners) for d in decisions], axis=2)  # (type, other, decision, points)
    law = decisions[0].law
    return SignalGame(
        constant=c[0, 0],
        other=c[0, 1] - c[0, 0],
        state=c[1, 0] - c[0, 0],
        joint=c[1, 1] - c[1, 0] - c[0, 1] + c[0, 0],
        noise=law.arguments[0],
        sign=1 if decisions[0].above else -1,
        normal=law.kind == "normal-signal",
    )


def signal_cutoffs(game: CompiledThresholds) -> tuple[NumberArray, BoolArray, BoolArray]:
    """Return cutoffs (points, 2), where the game has complements, and where also each action is dominant somewhere."""
    signals = signal_game(game)
    with np.errstate(all="ignore"):
        limit = vanishing(signals)
        noisy = signals.noise > 0
        found = _noisy(signals) if noisy.any() else limit
    return np.where(noisy, found, limit).T, signals.fits, signals.dominant


def _noisy(game: SignalGame) -> FloatArray:
    """Return cutoffs (2, points): the first one by halving, the second as the reply to it."""
    low, high = game.ends
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        right = game.sign * game.gain(0, middle, game.reply(1, middle)) < 0
        low, high = np.where(right, middle, low), np.where(right, high, middle)
    first = (low + high) / 2
    return np.stack([first, game.reply(1, first)])


def vanishing(game: SignalGame) -> FloatArray:
    """Return the limit of the cutoffs (2, points) as the noise vanishes.

    Where both actions can be equilibria the risk-dominant one is played (Carlsson and van Damme 1993): acting, where
    the product of the gains if the other acts exceeds that of the losses if the other refrains. Where no state leaves
    both open, dominance decides each cutoff.
    """
    alone, joined = game.indifferent
    alone, joined = game.sign * alone, game.sign * joined  # as if high signals acted: joined comes first
    low, high = joined.max(axis=0), alone.min(axis=0)
    start, end = low, high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        theta = game.sign * middle
        refrains = game.constant + game.state * theta
        acts = refrains + game.other + game.joint * theta
        right = acts.prod(axis=0) < refrains.prod(axis=0)
        low, high = np.where(right, middle, low), np.where(right, high, middle)
    common = np.stack([(low + high) / 2] * 2)
    eager = alone.argmin(axis=0) == np.arange(2)[:, None]  # acts even alone where the other never would
    return np.asarray(game.sign * np.where(start <= end, common, np.where(eager, alone, joined)))
