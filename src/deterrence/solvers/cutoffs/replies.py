"""Best replies in cutoffs: from the probabilities with which others act to one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

import numpy as np

from deterrence.compiled import CompiledThresholds
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.compiled.thresholds import CompiledLaw
from deterrence.solvers.cutoffs.laws import density_bound, reach, share_below, support

__all__ = ["Replies", "feedback", "greatest_slope", "has_one_equilibrium"]

HALVINGS: Final = 60  # of the range of types, for gains that are not affine in the type

Acts = Mapping[int, NumberArray]


def feedback(game: CompiledThresholds) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the fewest decisions without which no decision depends on itself, and an order of the others."""
    everyone = range(len(game.decisions))
    for size in range(len(game.decisions) + 1):
        for chosen in combinations(everyone, size):
            order = _order(game, chosen)
            if order is not None:
                return chosen, order
    raise AssertionError("the set of all decisions leaves none")


def _order(game: CompiledThresholds, given: Sequence[int]) -> tuple[int, ...] | None:
    known, order = set(given), list[int]()
    pending = [i for i in range(len(game.decisions)) if i not in known]
    while pending:
        ready = [i for i in pending if set(game.decisions[i].others) <= known]
        if not ready:
            return None
        known |= set(ready)
        order += ready
        pending = [i for i in pending if i not in ready]
    return tuple(order)


@dataclass(frozen=True)
class Replies:
    """Best replies at some points of a game: `index` selects them, None for all."""

    game: CompiledThresholds
    index: NumberArray | None = None

    @cached_property
    def values(self) -> dict[str, NumberArray]:
        """The parameters there."""
        return self.game.values(self.index)

    @cached_property
    def laws(self) -> tuple[CompiledLaw, ...]:
        """The laws there."""
        laws = tuple(d.law for d in self.game.decisions)
        return laws if self.index is None else tuple(law.take(self.index) for law in laws)

    @cached_property
    def corners(self) -> tuple[NumberArray | None, ...]:
        """The gains at the corners there."""
        every = tuple(d.corners for d in self.game.decisions)
        return every if self.index is None else tuple(c if c is None else c[..., self.index] for c in every)

    def reply(self, i: int, acts: Acts) -> NumberArray:
        """Return the probability with which decision i acts against the others' probabilities."""
        below = share_below(self.laws[i], self.crossing(i, acts))
        return np.asarray(1 - below if self.game.decisions[i].above else below)

    def cutoff(self, i: int, acts: Acts) -> NumberArray:
        """Return the cutoff of decision i, within the support of its types."""
        low, high = support(self.laws[i])
        return np.minimum(np.maximum(self.crossing(i, acts), low), high)

    def crossing(self, i: int, acts: Acts) -> NumberArray:
        """Return the type at which the gain vanishes; infinite where it never does, NaN where it runs wrongly."""
        return self._solved(i, acts) if self.game.decisions[i].affine else self._halved(i, acts)

    def around(
        self, chosen: Sequence[int], order: Sequence[int], acts: Sequence[NumberArray]
    ) -> dict[int, NumberArray]:
        """Return all probabilities that follow from those of the chosen decisions."""
        found = dict(zip(chosen, acts, strict=True))
        for i in order:
            found[i] = self.reply(i, found)
        return found

    def _solved(self, i: int, acts: Acts) -> NumberArray:
        """Return the crossing of an affine gain."""
        at_zero, at_one = self._gains(i, acts)
        above = self.game.decisions[i].above
        rise = at_one - at_zero if above else at_zero - at_one
        wrong = np.asarray(~(rise > 0), dtype=np.bool_)
        with np.errstate(all="ignore"):
            crossing = np.asarray(-at_zero / np.where(wrong, 1, at_one - at_zero))
        if not wrong.any():
            return crossing
        everyone = np.where(at_zero > 0, above, not above)  # with a gain that is the same for all types
        level = np.where(everyone, -np.inf, np.inf)
        return np.where(wrong, np.where((rise == 0) & (at_zero != 0), level, np.nan), crossing)

    def _gains(self, i: int, acts: Acts) -> tuple[NumberArray, NumberArray]:
        """Return the gain at the types zero and one."""
        corners = self.corners[i]
        if corners is None:
            shape = self.laws[i].arguments[0].shape
            return self.gain(i, np.zeros(shape), acts), self.gain(i, np.ones(shape), acts)
        for j in reversed(self.game.decisions[i].others):
            corners = corners[..., 0, :] + acts[j] * (corners[..., 1, :] - corners[..., 0, :])
        return corners[0], corners[1]

    def gain(self, i: int, type_: NumberArray, acts: Acts) -> NumberArray:
        """Return what acting yields more than refraining for a type."""
        acting, refraining = self.game.payoffs(
            i, type_, {j: acts[j] for j in self.game.decisions[i].others}, self.values
        )
        with np.errstate(invalid="ignore"):
            return np.asarray(acting - refraining)

    def _halved(self, i: int, acts: Acts) -> NumberArray:
        """Return the crossing of a monotone gain, within a range of types that leaves none out."""
        above = self.game.decisions[i].above
        start, end = reach(self.laws[i])
        low, high = start, end
        known = np.ones(low.shape, dtype=np.bool_)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            gain = self.gain(i, middle, acts)
            known &= np.isfinite(gain)
            right = gain < 0 if above else gain > 0
            low, high = np.where(right, middle, low), np.where(right, high, middle)
        crossing = np.where(low == start, -np.inf, np.where(high == end, np.inf, (low + high) / 2))
        return np.where(known, crossing, np.nan)


def greatest_slope(game: CompiledThresholds) -> NumberArray:
    """Return a bound (points,) on how fast replies change, once around, infinite where it is not known.

    The bound of one decision is its greatest density times the change of its cutoff with the others' probabilities;
    where the product over a circle of two is below one the map is a contraction. Gains must be affine.
    """
    bounds = [_slope_bound(game, i) for i in range(len(game.decisions))]
    if len(bounds) == 2:
        return np.asarray(bounds[0] * bounds[1])
    return np.asarray(np.maximum.reduce(bounds))


def has_one_equilibrium(game: CompiledThresholds) -> BoolArray:
    """Say at which points of two decisions the replies are known to have exactly one fixed point.

    The map of replies once around is continuous; it contracts, or it falls: one decision answers the other's acting
    with more acting, the other with less.
    """
    pair = [d.corners for d in game.decisions if d.others and d.parallel and d.corners is not None]
    sound = [_runs_rightly(game, i) for i in range(len(pair))] if len(pair) == len(game.decisions) == 2 else []
    if not sound:
        return np.zeros(game.size, dtype=np.bool_)
    first, second = (corners[0, 1] - corners[0, 0] for corners in pair if corners is not None)
    known = (first * second <= 0) | (greatest_slope(game) < 1)
    return np.asarray(known & sound[0] & sound[1], dtype=np.bool_)


def _runs_rightly(game: CompiledThresholds, i: int) -> BoolArray:
    """Say where a decision's gain rises with the type, if types above act, and falls with it otherwise."""
    decision = game.decisions[i]
    assert decision.corners is not None
    rise = decision.corners[1] - decision.corners[0]
    return np.asarray(((rise if decision.above else -rise) > 0).all(axis=0), dtype=np.bool_)


def _slope_bound(game: CompiledThresholds, i: int) -> NumberArray:
    decision = game.decisions[i]
    if not decision.parallel or decision.corners is None:
        return np.full(game.size, np.inf)
    corners = decision.corners
    change = np.zeros(game.size)
    for axis in range(1, corners.ndim - 1):
        change += np.abs(np.diff(corners, axis=axis)).reshape(-1, game.size).max(axis=0)
    slope = np.abs(corners[1] - corners[0]).reshape(-1, game.size).min(axis=0)
    return np.asarray(density_bound(decision.law) * change / slope)
