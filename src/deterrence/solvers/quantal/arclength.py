"""Branches with folds or bifurcations, followed by arclength: few games, many careful steps.

The unknowns are the log-odds and the precision in units of one over the payoffs' size. A step predicts along the
tangent and corrects by Newton's method in the plane across it; the orientation is kept by continuity of the tangent,
so that a fold is passed backwards, and a bifurcation straight on (a symmetric game stays on its symmetric branch).
Along a branch the determinant with the tangent beside it keeps its sign; where a step changes it, another branch is
close, and the step is made shorter until the sign is kept or the two are as good as crossing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.solvers.quantal.continuation import advance, at_zero
from deterrence.solvers.quantal.newton import newton_step
from deterrence.solvers.quantal.system import LogitSystem

__all__ = ["trace"]

_STEPS: Final = 6_000
_LONGEST: Final = 0.25
_CROSSING: Final = 1e-3  # step below which a change of sign is taken for a bifurcation
_CORRECTIONS: Final = 3
_SHORTEST: Final = 1e-7
_SETTLED: Final = 1e-8
_EXACT: Final = 1e-12
_BACK: Final = 0.8  # share of the precision reached at which the careful steps begin
_STRAIGHT: Final = 0.97  # cosine of the angle between successive tangents
_CLOSE: Final = 0.05  # first correction, as a share of the step


@dataclass(frozen=True, eq=False)
class _Front:
    """Points y (unknowns and precision, games) on the branch, tangents, signs, step lengths, targets already met."""

    y: FloatArray
    tangent: FloatArray
    sign: FloatArray
    step: FloatArray
    met: NDArray[np.intp]

    def take(self, keep: BoolArray) -> _Front:
        return _Front(self.y[:, keep], self.tangent[:, keep], self.sign[keep], self.step[keep], self.met[keep])


def trace(system: LogitSystem, reached: FloatArray, targets: Sequence[float]) -> tuple[FloatArray, BoolArray]:
    """Return log-odds (targets, unknowns, games) where each branch first reaches the targets, and whether it did.

    `reached` (games,) is how far the precision rose along it without trouble; `targets` increase from zero. A game
    whose steps become too short, or are too many, is given up: its later targets are missing.
    """
    n, size = system.unknowns, system.size
    theta, found = np.zeros((len(targets), n, size)), np.zeros((len(targets), size), dtype=np.bool_)
    goals, index = np.asarray(targets, dtype=np.float64), np.arange(size)
    with np.errstate(all="ignore"):
        front = _begin(system, reached)
        for _ in range(_STEPS):
            after, good = _forward(system, front)
            goal = goals[front.met]
            lam = after.y[-1] / system.scale
            crossing = good & (lam >= goal)
            if crossing.any():
                _record(system, front, after, goal, np.flatnonzero(crossing), index, theta, found)
            met = front.met + crossing
            moved = good & ~crossing
            front = _Front(
                np.where(moved, after.y, front.y),
                np.where(moved, after.tangent, front.tangent),
                np.where(moved, after.sign, front.sign),
                np.where(crossing, front.step, after.step),
                met,
            )
            live = (met < len(targets)) & (front.step >= _SHORTEST) & np.asarray(np.isfinite(front.y).all(axis=0))
            if not live.all():
                keep = np.flatnonzero(live)
                if not keep.size:
                    break
                system, front, index = system.take(keep), front.take(live), index[live]
    return theta, found


def _begin(system: LogitSystem, reached: FloatArray) -> _Front:
    """Return the branches at a good part of the precision that was reached, and where that fails at zero."""
    start, zero = at_zero(system), at_zero(system)
    near, settled = advance(system, start, _BACK * reached)
    theta, lam = np.where(settled, near.theta, zero.theta), np.where(settled, near.lam, zero.lam)
    y = np.concatenate([theta, (lam * system.scale)[None]])
    forward = np.zeros_like(y)
    forward[-1] = 1
    tangent = _tangent(_bordered(system, y, forward))
    sign = _sign(_bordered(system, y, tangent)[0])
    return _Front(y, tangent, sign, np.full(system.size, _LONGEST), np.zeros(system.size, dtype=np.intp))


def _record(
    system: LogitSystem,
    front: _Front,
    after: _Front,
    goal: FloatArray,
    here: NDArray[np.intp],
    index: NDArray[np.intp],
    theta: FloatArray,
    found: BoolArray,
) -> None:
    """Enter the log-odds at the target that lies between two points of the branch."""
    part = system.take(here)
    before, behind = front.y[:, here], after.y[:, here]
    goal = goal[here]
    share = (goal * part.scale - before[-1]) / (behind[-1] - before[-1])
    at = before[:-1] + share * (behind[:-1] - before[:-1])
    length = np.abs(behind - before).max(axis=0)
    rest = np.abs(at - goal * part.gaps(at)[0]).max(axis=0)
    correction, moved = np.zeros_like(at), np.zeros_like(at)
    for _ in range(8):
        correction, _, _ = newton_step(part, at - moved, goal)
        moved = moved + correction
        if np.abs(correction).max(initial=0.0) <= _EXACT:
            break
    scale = 1 + np.abs(at).max(axis=0)
    fits = (np.abs(correction).max(axis=0) <= _SETTLED * scale) & (np.abs(moved).max(axis=0) <= length + 1e-6)
    already = rest <= _EXACT * scale  # on a straight part, at a bifurcation too, where Newton's method fails
    moved, fits = np.where(already, 0.0, moved), fits | already
    target = front.met[here]
    theta[target, :, index[here]] = (at - moved).T
    found[target, index[here]] = fits


def _forward(system: LogitSystem, front: _Front) -> tuple[_Front, BoolArray]:
    """Return every point one step along its branch with the next step's length, and where that is to be trusted."""
    guess = front.y + front.step * front.tangent
    at, sizes = guess, list[FloatArray]()
    bordered = (at, at)
    for _ in range(_CORRECTIONS):
        bordered = _bordered(system, at, front.tangent)
        matrix, rest = bordered
        rest[-1] = ((at - guess) * front.tangent).sum(axis=0)
        correction = _solve(matrix, rest)
        at = at - correction
        sizes.append(np.abs(correction).max(axis=0))
    first, size = sizes[0], sizes[-1]
    tangent = _tangent(bordered)
    straight = (tangent * front.tangent).sum(axis=0)
    sign = _sign(bordered[0])
    good = (size <= _SETTLED * (1 + np.abs(at).max(axis=0))) & (first <= _CLOSE * front.step) & (straight >= _STRAIGHT)
    good &= (sign == front.sign) | (front.step <= _CROSSING)
    factor = np.where(good, np.where((straight > 0.995) & (first < 0.3 * _CLOSE * front.step), 1.6, 1.0), 0.4)
    longest = _LONGEST * (1 + 0.2 * np.abs(at).max(axis=0))
    return _Front(at, tangent, sign, np.minimum(front.step * factor, longest), front.met), good


def _bordered(system: LogitSystem, y: FloatArray, tangent: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the bordered Jacobian (games, n + 1, n + 1) and the equations' values (n + 1, games)."""
    n, lam = system.unknowns, y[-1] / system.scale
    gaps, slopes = system.gaps(y[:-1])
    matrix = np.empty((y.shape[1], n + 1, n + 1))
    matrix[:, :n, :n] = np.eye(n) - np.moveaxis(lam * slopes, -1, 0)
    matrix[:, :n, n] = -(gaps / system.scale).T
    matrix[:, n] = tangent.T
    return matrix, np.concatenate([y[:-1] - lam * gaps, np.zeros((1, y.shape[1]))])


def _tangent(bordered: tuple[FloatArray, FloatArray]) -> FloatArray:
    matrix, rest = bordered
    last = np.zeros_like(rest)
    last[-1] = 1
    direction = _solve(matrix, last)
    return np.asarray(direction / np.sqrt((direction**2).sum(axis=0)))


def _sign(matrix: FloatArray) -> FloatArray:
    """Return the signs of the determinants (games,), zero where a matrix is not finite."""
    sound: BoolArray = np.asarray(np.isfinite(matrix).all(axis=(1, 2)))
    return np.asarray(np.linalg.slogdet(np.where(sound[:, None, None], matrix, 0.0))[0])


def _solve(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solutions (n, games); NaN where a matrix is exactly singular."""
    sound: BoolArray = np.asarray(np.isfinite(matrix).all(axis=(1, 2)) & np.isfinite(right).all(axis=0))
    try:
        return _solutions(matrix, right, sound)
    except np.linalg.LinAlgError:  # rare, and costly to look for at every step
        return _solutions(matrix, right, sound & (_sign(matrix) != 0))


def _solutions(matrix: FloatArray, right: FloatArray, sound: BoolArray) -> FloatArray:
    if sound.all():
        return np.asarray(np.linalg.solve(matrix, right.T[..., None])[..., 0].T, dtype=np.float64)
    out = np.full(right.shape, np.nan)
    out[:, sound] = np.linalg.solve(matrix[sound], right[:, sound].T[..., None])[..., 0].T
    return out
