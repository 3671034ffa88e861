"""The principal branch over the precision: one Newton step for each step along it, as long as it is regular."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.solvers.quantal.newton import newton_step
from deterrence.solvers.quantal.system import LogitSystem

__all__ = ["Track", "advance", "at_zero"]

_LARGEST: Final = 0.3  # correction of log-odds above which a step is not trusted
_SETTLED: Final = 1e-6  # correction after which the next error is below rounding, convergence being quadratic
_ROUNDS: Final = 80
_SMALLEST: Final = 1e-3  # steps, as a share of one over the payoffs' size


@dataclass(frozen=True, eq=False)
class Track:
    """Where each game is on its branch: log-odds, precision, tangent, length of the next step."""

    theta: FloatArray
    lam: FloatArray
    tangent: FloatArray
    step: FloatArray

    def take(self, index: NDArray[np.intp]) -> Track:
        """Return some of the games."""
        return Track(self.theta[:, index], self.lam[index], self.tangent[:, index], self.step[index])


def at_zero(system: LogitSystem) -> Track:
    """Return the start of the branch: at precision zero all actions are equally likely."""
    theta = np.zeros((system.unknowns, system.size))
    with np.errstate(all="ignore"):
        gaps, _ = system.gaps(theta)
        step = 1.5 / np.maximum(system.scale, 1e-300)
    return Track(theta, np.zeros(system.size), gaps, step)


def advance(system: LogitSystem, track: Track, target: FloatArray) -> tuple[Track, BoolArray]:
    """Follow every branch up to a precision of its own; also return for which games that was possible.

    The others stop before.

    A step is taken when Newton's correction of the linear prediction is small and the determinant is positive, as
    it is at the start: then no fold or bifurcation has been passed. Steps shrink otherwise, and a game whose steps
    become too short is given up here.
    """
    out = Track(*(array.copy() for array in (track.theta, track.lam, track.tangent, track.step)))
    done = np.zeros(system.size, dtype=np.bool_)
    index = np.arange(system.size)
    least = _SMALLEST / np.maximum(system.scale, 1e-300)
    settled = lost = np.zeros(system.size, dtype=np.bool_)
    with np.errstate(all="ignore"):
        for _ in range(_ROUNDS):
            track, arrived = _round(system, track, target, ~(settled | lost))
            settled = settled | arrived
            lost = lost | ~(settled | (track.step >= least))
            leaving = settled | lost
            if np.count_nonzero(leaving) * 3 < index.size:
                continue
            _store(out, track, index, leaving)
            done[index[settled]] = True
            stay = np.flatnonzero(~leaving)
            if not stay.size:
                return out, done
            system, track, index, least = system.take(stay), track.take(stay), index[stay], least[stay]
            target = target[stay]
            settled = lost = np.zeros(stay.size, dtype=np.bool_)
    _store(out, track, index, np.ones_like(settled))
    done[index[settled]] = True
    return out, done


def _store(out: Track, track: Track, index: NDArray[np.intp], here: BoolArray) -> None:
    there = index[here]
    out.theta[:, there] = track.theta[:, here]
    out.tangent[:, there] = track.tangent[:, here]
    out.lam[there] = track.lam[here]
    out.step[there] = track.step[here]


def _round(system: LogitSystem, track: Track, target: FloatArray, live: BoolArray) -> tuple[Track, BoolArray]:
    """Return every live track one step further, or with a shorter next step, and which have arrived at the target."""
    lam = np.minimum(track.lam + track.step, target)
    guess = track.tangent * (lam - track.lam)
    guess += track.theta
    correction, tangent, det = newton_step(system, guess, lam)
    size = np.abs(correction).max(axis=0, initial=0.0)
    good = (size <= _LARGEST) & (det > 0) & live
    guess -= correction
    factor = np.sqrt(0.25 * _LARGEST / np.maximum(size, 1e-12)).clip(0.25, 4.0)
    step = np.where(good, factor, 0.3) * track.step
    arrived = good & (lam == target) & (size <= _SETTLED)
    if good.all():
        return Track(guess, lam, tangent, step), arrived
    theta, slope = np.where(good, guess, track.theta), np.where(good, tangent, track.tangent)
    return Track(theta, np.where(good, lam, track.lam), slope, step), arrived
