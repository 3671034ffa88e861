"""Equilibria of timing games: hazards from indifference, a horizon from those who fight, one atom at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.compiled.timing import CompiledTiming
from deterrence.profiles import Completeness, Found, QuitTimes
from deterrence.solvers.base import TimingSolver

__all__ = ["Attrition"]

NODES: Final = 64  # of Chebyshev between time zero and the horizon
DOUBLINGS: Final = 200  # of the time, before a horizon counts as infinite
HALVINGS: Final = 60
QUADRATURE: Final = 40  # nodes of Gauss and Legendre from zero to a time
GONE: Final = 40.0  # cumulated hazard at which the play is over in numbers

_HORIZON: Final = "hazards follow from indifference, and only one side can quit at time zero (others may quit in gaps)"
_SEVERAL: Final = (
    "listed: both randomise from time zero on, and either side quits at once; any atom of one side at time zero gives "
    "another equilibrium between them"
)


@dataclass(frozen=True, kw_only=True)
class Attrition(TimingSolver):
    """Equilibria in which both sides quit at the rates that keep the other indifferent.

    The rate of one is the marginal cost of waiting of the other over what it stands to gain. Where some types fight,
    the horizon is the time at which, for one side, only those are left who would fight; the other side makes up the
    difference by an atom at time zero (after Fearon 1994). Where nobody fights the play is endless, and there are also
    the equilibria in which one side quits at once (Hendricks, Weiss and Wilson 1988); rates must not fade there, or the
    play lasts too long for its distribution to be resolved, and the point is flagged.
    """

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "bayes-nash"

    def solve(self, game: CompiledTiming) -> Found[QuitTimes]:
        """Return the equilibria at every point."""
        with np.errstate(all="ignore"):  # what is not finite is marked below
            return self._solve(game)

    def _solve(self, game: CompiledTiming) -> Found[QuitTimes]:
        end = _end(game)
        times = end * _fractions()[:, None]
        left = np.exp(-_cumulated(game, times))  # (players, nodes, points)
        fights = game.at(times[-1])[:, 2] if not game.peaceful else np.zeros((2, game.size))
        atom = np.zeros((2, game.size)) if game.peaceful else np.clip(1 - fights / left[:, -1], 0, 1)
        mixed = 1 - (1 - atom)[:, None] * left
        lists = [mixed]
        if game.peaceful:
            one = np.ones_like(left[0])
            lists += [np.stack([one, 0 * one]), np.stack([0 * one, one])]
        quit_shares = np.stack(lists).transpose(3, 0, 1, 2)  # (points, equilibria, players, nodes)
        good = np.isfinite(quit_shares).all(axis=(2, 3)) & (np.diff(quit_shares, axis=3) >= -1e-12).all(axis=(2, 3))
        reached = np.asarray(np.isfinite(end))[:, None] & good
        horizon = np.repeat(np.where(game.peaceful, np.inf, end)[:, None], quit_shares.shape[1], axis=1)
        profile = QuitTimes(
            game.players, np.repeat(times.T[:, None], quit_shares.shape[1], axis=1), quit_shares, horizon
        )
        settled = np.full(game.size, Completeness.SOME, dtype=np.int8)
        argument = _SEVERAL if game.peaceful else _HORIZON
        flagged = np.asarray(~reached.all(axis=1), dtype=np.bool_)
        return Found(profile, reached, settled, {Completeness.SOME: argument}, flagged, game.defined)


def _fractions() -> FloatArray:
    """Return Chebyshev nodes from zero to one."""
    return (1 - np.cos(np.pi * np.arange(NODES + 1) / NODES)) / 2


def _cumulated(game: CompiledTiming, times: FloatArray) -> FloatArray:
    """Return hazards cumulated from zero to each of the times (nodes, points), by Gauss-Legendre quadrature."""
    node, weight = np.polynomial.legendre.leggauss(6)
    steps = np.diff(times, axis=0)
    parts = np.zeros((2, *steps.shape))
    for x, w in zip(node, weight, strict=True):
        parts += w / 2 * steps * game.hazards(times[:-1] + (x + 1) / 2 * steps)
    return np.concatenate([np.zeros((2, 1, game.size)), np.cumsum(parts, axis=1)], axis=1)


def _until(game: CompiledTiming, time: FloatArray) -> FloatArray:
    """Return hazards (players, points) cumulated from zero to a time."""
    node, weight = np.polynomial.legendre.leggauss(QUADRATURE)
    rates = game.hazards((node[:, None] + 1) / 2 * time)
    return np.asarray(np.einsum("n,inp->ip", weight / 2, rates) * time)


def _over(game: CompiledTiming, time: FloatArray) -> BoolArray:
    """Return where the play is over: somebody has only fighters left, or nobody is left in numbers."""
    hazard = _until(game, time)
    if game.peaceful:
        return np.asarray(hazard.sum(axis=0) >= GONE)
    return np.asarray((np.exp(-hazard) <= game.at(time)[:, 2]).any(axis=0))


def _end(game: CompiledTiming) -> FloatArray:
    """Return the horizon, NaN where none is found: doubling a time, then halving the last step."""
    high = np.full(game.size, 2.0**-30)
    for _ in range(DOUBLINGS):
        over = _over(game, high)
        if over.all():
            break
        high = np.where(over, high, 2 * high)
    known = _over(game, high)
    low = np.zeros(game.size)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        over = _over(game, middle)
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return np.where(known, high, np.nan)
