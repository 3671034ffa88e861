"""The symmetric equilibrium of a war of attrition among sides that are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from deterrence.compiled.attrition import GONE, MIDDLE, STEP, CompiledAttrition, gone_and_left
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.profiles import Completeness, Found, QuitTimes
from deterrence.solvers.base import AttritionSolver

__all__ = ["SymmetricAttrition"]

STATIONARY: Final = 1e-9  # relative change of the ratio over time that counts as none
LATER: Final = 8  # times at which the ratio is compared, each a tenth of the one before
ROUNDED: Final = 1e-3  # share of payoffs below which a difference of them is imprecise
AMID: Final = slice(MIDDLE - 48, MIDDLE + 49)  # shares from 0.2 % to 99.8 %: beyond them payoffs cancel
_ONE: Final = "the symmetric equilibrium; others, in which some quit at once or never, were not searched"


@dataclass(frozen=True, kw_only=True)
class SymmetricAttrition(AttritionSolver):
    """The equilibrium in which all sides quit by the same rule.

    A side waits while the others together quit at a rate of at least -quits'/(wins - quits), its ratio. Without private
    types all quit at the rate that keeps each other indifferent. With them, types with the greater ratio quit earlier,
    and when the share u has quit, the next type's ratio over the number of others is the rate at which it goes on, so
    that times are an integral over shares. Flagged, and not solved, are points at which the ratio depends on the time,
    is not positive, or is not monotone in the type. After Bliss and Nalebuff 1984.
    """

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "bayes-nash"

    def solve(self, game: CompiledAttrition) -> Found[QuitTimes]:
        """Return the equilibrium at every point."""
        with np.errstate(all="ignore"):  # what is not finite is marked below
            return self._solve(game)

    def _solve(self, game: CompiledAttrition) -> Found[QuitTimes]:
        rising = _ratio(game, 0.0, _types(game, np.ones(game.size, dtype=np.bool_), np.array([[1.0], [-1.0]])))
        low_first = rising[0] <= rising[1]
        times = _times(game, low_first)
        types = _types(game, low_first, _logits())
        ratios = _ratio(game, 0.0, types)
        good = np.isfinite(ratios).all(axis=0) & (ratios > 0).all(axis=0) & np.isfinite(times).all(axis=0)
        good &= (np.diff(ratios, axis=0) <= STATIONARY * ratios[:-1]).all(axis=0)
        good &= _stationary(game, times[MIDDLE], types[AMID], ratios[AMID])
        good &= game.defined
        shares = np.broadcast_to(GONE.T[:, None, None], (game.size, 1, 1, GONE.size))
        profile = QuitTimes((game.player,), times.T[:, None], shares, np.full((game.size, 1), np.inf))
        settled = np.full(game.size, Completeness.SOME, dtype=np.int8)
        return Found(profile, good[:, None], settled, {Completeness.SOME: _ONE}, ~good, game.defined)


def _logits() -> FloatArray:
    return np.asarray((np.arange(GONE.size) - MIDDLE)[:, None] * STEP, dtype=np.float64)


def _types(game: CompiledAttrition, low_first: BoolArray, logits: FloatArray) -> FloatArray:
    """Return the types that quit when these shares, as log-odds, have quit (..., points)."""
    gone, left = gone_and_left(logits)
    return game.quantile(np.where(low_first, gone, left), np.where(low_first, left, gone))


def _ratio(game: CompiledAttrition, time: FloatArray | float, types: FloatArray) -> FloatArray:
    wins, quits, slope, _ = game.at(np.asarray(time, dtype=np.float64), types)
    return np.asarray(-slope / (wins - quits))


def _stationary(game: CompiledAttrition, time: FloatArray, types: FloatArray, ratios: FloatArray) -> BoolArray:
    """Say where the ratios are the same at a later time: the latest tried at which rounding spares the stake."""
    for _ in range(LATER):
        wins, quits, _, _ = game.at(time, types)
        lost = ~(np.abs(wins - quits) > ROUNDED * (np.abs(wins) + np.abs(quits))).all(axis=0)
        time = np.where(lost, time / 10, time)
    return np.asarray((np.abs(_ratio(game, time, types) - ratios) <= STATIONARY * ratios).all(axis=0))


def _times(game: CompiledAttrition, low_first: BoolArray) -> FloatArray:
    """Return the time of every share (nodes, points): the others' cumulated hazard over the ratio, by quadrature."""
    node, weight = np.polynomial.legendre.leggauss(6)
    start = (np.arange(GONE.size - 1) - MIDDLE)[:, None] * STEP
    parts = np.zeros((GONE.size - 1, game.size))
    for x, w in zip(node, weight, strict=True):
        logits = start + (x + 1) / 2 * STEP
        gone, _ = gone_and_left(logits)
        parts += w / 2 * STEP * gone * (game.count - 1) / _ratio(game, 0.0, _types(game, low_first, logits))
    return np.concatenate([np.zeros((1, game.size)), np.cumsum(parts, axis=0)])
