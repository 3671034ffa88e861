"""Timing games: no side gains by quitting at another time, and those left at the horizon are those who fight."""

from __future__ import annotations

from typing import Final

import numpy as np

from deterrence.certify.certificate import Certificate
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.compiled.timing import CompiledTiming
from deterrence.profiles import QuitTimes

__all__ = ["certify_quitting"]

TOLERANCE: Final = 1e-7  # what differentiating the distribution of quitting times leaves

_METHOD: Final = (
    "Bayes-Nash in quitting times: payoff of quitting at each of {} times against the other's distribution, compared "
    "with the mean over the own one; at the horizon the shares left are those who would fight"
)


def certify_quitting(
    game: CompiledTiming, profile: QuitTimes, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check distributions of quitting times by scanning deviations; `gain` is the largest, in payoff units.

    The expectation over the other's times is a Chebyshev integral of its density.
    """
    gain, passed = np.full(exists.shape, np.nan), np.zeros(exists.shape, dtype=np.bool_)
    with np.errstate(all="ignore"):
        for k in range(exists.shape[1]):
            times, shares = profile.times[:, k].T, profile.shares[:, k].transpose(1, 2, 0)
            rows = game.at(times)
            regret = np.maximum(*(_regret(times, rows[i, :2], shares[i], shares[1 - i]) for i in (0, 1)))
            scale = np.abs(rows[:, :2]).max(axis=(0, 1, 2))
            sound = (np.diff(shares, axis=1) >= -1e-9).all(axis=(0, 1)) & (np.abs(shares - 0.5) <= 0.5 + 1e-9).all(
                axis=(0, 1)
            )
            if not game.peaceful:
                off = np.abs(1 - shares[:, -1] - rows[:, 2, -1]).max(axis=0)
                sound &= off <= tolerance
            gain[:, k] = np.where(exists[:, k], regret, np.nan)
            passed[:, k] = exists[:, k] & sound & (regret <= tolerance * np.maximum(scale, np.finfo(float).tiny))
    method = _METHOD.format(profile.times.shape[2])
    return Certificate(gain=gain, passed=passed, exists=exists, tolerance=tolerance, method=method, exact=False)


def _regret(times: FloatArray, rows: FloatArray, own: FloatArray, other: FloatArray) -> FloatArray:
    """Return what the best quitting time yields above the own distribution (points,)."""
    wins, quits = rows
    length = times[-1]
    derivative = _differentiation(times.shape[0])
    density = np.einsum("kn,np->kp", derivative, other) / length
    atom = other[0]
    gathered = np.einsum("kn,np->kp", _integration(times.shape[0]), wins * density) * length
    worth = atom * wins[0] + gathered + (1 - other) * quits
    own_density = np.einsum("kn,np->kp", derivative, own) / length
    mass = own[-1]
    spread = np.einsum("n,np->p", _integration(times.shape[0])[-1], worth * own_density) * length
    mean = np.where(mass > 0, (own[0] * worth[0] + spread) / np.where(mass > 0, mass, 1), worth[-1])
    return np.asarray(worth.max(axis=0) - mean)


def _grid(count: int) -> FloatArray:
    return np.asarray((1 - np.cos(np.pi * np.arange(count) / (count - 1))) / 2)


def _differentiation(count: int) -> FloatArray:
    """Return the matrix that differentiates values on Chebyshev nodes of the unit interval (Trefethen 2000)."""
    x = _grid(count)
    c = np.ones(count)
    c[[0, -1]] = 2
    c *= (-1.0) ** np.arange(count)
    gap = x[:, None] - x[None] + np.eye(count)
    matrix = np.outer(c, 1 / c) / gap
    return np.asarray(matrix - np.diag(matrix.sum(axis=1)))


def _integration(count: int) -> FloatArray:
    """Return the matrix that integrates values on the nodes from zero to each node, by Chebyshev series."""
    x = 2 * _grid(count) - 1
    basis = np.polynomial.chebyshev.chebvander(x, count - 1)
    whole = np.stack([np.polynomial.chebyshev.chebint(row, lbnd=-1) for row in np.eye(count)])
    integrated = np.polynomial.chebyshev.chebvander(x, count) @ whole.T
    return np.asarray(integrated @ np.linalg.inv(basis) / 2)
