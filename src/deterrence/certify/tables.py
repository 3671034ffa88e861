"""Regret of mixed strategies in strategic games: no player gains by any pure action."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Final

import numpy as np

from deterrence.certify.bimatrix import Regrets
from deterrence.certify.certificate import TOLERANCE, Certificate, Draft, is_distribution
from deterrence.compiled import CompiledTable
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.outcomes.blocks import Block, in_arithmetic
from deterrence.profiles import MixedProfile

__all__ = ["certify_nash"]

_METHOD: Final = "Nash: regret against every pure deviation of every player; strategies are probability distributions"
_NUMBERS: Final = 1 << 17  # payoffs of one player in a block: what fits a cache
_SIZE: Final = 1 << 14  # largest block
_DENSE: Final = 0.7  # share of existing equilibria above which computing all is cheaper than gathering some


def certify_nash(
    game: CompiledTable, profile: MixedProfile, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check that mixed strategies form a Nash equilibrium, for any number of players.

    `exists` (points, equilibria) says which of the profile's entries to check. A pure best reply always exists
    (a mixed strategy's payoff is an average of pure ones), so pure deviations suffice. Arrays whose batch axis
    is contiguous underneath (transposed views) are read without copies.
    """
    exact = game.points.exact
    draft = Draft(exists, tolerance=tolerance, exact=exact)
    strategies = [in_arithmetic(x, exact=exact).transpose(2, 1, 0) for x in profile.strategies]
    size = max(1, min(_SIZE, _NUMBERS // prod(game.shape)))
    measure = _regrets if exact or len(game.shape) != 2 else Regrets(game.shape, size)
    with np.errstate(invalid="ignore", over="ignore"):  # such numbers fail below
        for block in _parts(exists, size):
            chosen = [_last_contiguous(x[:, block.slot, block.point]) for x in strategies]
            payoffs = game.payoffs[..., block.point]
            gains, values, sound = measure(payoffs, chosen, draft.tolerance)
            small = _all_small(gains, values, draft.tolerance)
            doubtful = np.flatnonzero(sound & ~small)
            # A payoff is at most the largest one in magnitude, which is looked up only where that matters.
            if doubtful.size:
                small[doubtful] = _is_small(gains[:, doubtful], payoffs[..., doubtful], draft.tolerance)
            draft.write(block, np.maximum.reduce(gains), sound & small)
    return draft.certificate(_METHOD)


def _parts(exists: BoolArray, size: int) -> Iterator[Block]:
    """Yield blocks that cover what exists: an equilibrium slot as a whole where it is mostly in use."""
    for start in range(0, exists.shape[0], size):
        here = slice(start, min(start + size, exists.shape[0]))
        used = exists[here].T
        dense = np.count_nonzero(used, axis=1) >= _DENSE * used.shape[1]
        for slot in np.flatnonzero(dense):
            yield Block(int(slot), here)
        # One flat search is much faster than one over two axes.
        rest = np.flatnonzero(used & ~dense[:, None])
        for first in range(0, rest.size, size):
            slots, points = np.divmod(rest[first : first + size], used.shape[1])
            yield Block(slots, points + start)


def _last_contiguous(numbers: NumberArray) -> NumberArray:
    return numbers if numbers.strides[-1] == numbers.itemsize else np.ascontiguousarray(numbers)


def _regrets(
    payoffs: NumberArray, strategies: list[NumberArray], tolerance: float
) -> tuple[NumberArray, NumberArray, BoolArray]:
    """Return gains and payoffs (players, pairs), and where all strategies are distributions.

    `payoffs` is (players, actions of player 0, ..., actions of player n-1, pairs).
    """
    best, value = [], []
    for player, own in enumerate(strategies):
        worth = payoffs[player]
        for other in range(len(strategies) - 1, -1, -1):
            if other != player:
                worth = (np.moveaxis(worth, other, 0) * _spread(strategies[other], worth.ndim)).sum(axis=0)
        best.append(worth.max(axis=0))
        value.append((worth * own).sum(axis=0))
    sound = np.logical_and.reduce([is_distribution(x, tolerance) for x in strategies])
    values = np.stack(value)
    return np.stack(best) - values, values, sound


def _spread(strategy: NumberArray, axes: int) -> NumberArray:
    """Return (actions, pairs) with axes of length one in between, `axes` in all."""
    return strategy.reshape(strategy.shape[0], *[1] * (axes - 2), strategy.shape[-1])


def _is_small(gains: NumberArray, payoffs: NumberArray, tolerance: float) -> BoolArray:
    cells = payoffs.reshape(payoffs.shape[0], -1, payoffs.shape[-1])
    return _all_small(gains, np.abs(cells).max(axis=1), tolerance)


def _all_small(gains: NumberArray, scale: NumberArray, tolerance: float) -> BoolArray:
    small = [gain <= tolerance * np.abs(size) for gain, size in zip(gains, scale, strict=True)]
    return np.asarray(np.logical_and.reduce(small), dtype=np.bool_)
