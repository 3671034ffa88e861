"""Allocations and coalitions checked by definition: orders of arrival, every coalition's worth, gains per weight."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.certify.certificate import Certificate
from deterrence.compiled.coalitions import CompiledCoalitions, membership
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.profiles import Allocation, Coalitions

__all__ = ["certify_bargain", "certify_core", "certify_minimal", "certify_value", "verdict"]

TOLERANCE: Final = 1e-8  # of the largest worth of the point
ORDERS: Final = 6  # players up to whom every order of arrival is looked at

_SHAPLEY: Final = "mean marginal contribution over {}"
_BANZHAF: Final = "every dividend counts 2**(1 - |S|) for each member (Harsanyi's dividends)"
_CORE: Final = "no coalition gets less than its worth; where the core is empty, balanced weights prove it"
_BARGAIN: Final = "gains over the threats are proportional to the weights and share the whole surplus"
_MINIMAL: Final = "the coalition wins, loses without any one member, and none is left out or listed twice"


def certify_value(game: CompiledCoalitions, profile: Allocation, exists: BoolArray, *, concept: str) -> Certificate:
    """Check a Shapley or Banzhaf value against its definition, by another formula than the solver's.

    `gain` is the largest difference of a player's share from the value. Up to six players the Shapley value is checked
    by all orders of arrival, beyond that by Harsanyi's dividends (Harsanyi 1963).
    """
    n = len(game.players)
    sizes = membership(n).sum(axis=1, dtype=np.int64)
    if concept == "shapley":
        right = _orders(game.worth, n) if n <= ORDERS else _shared(game.worth, np.maximum(sizes, 1))
        how = "all orders of arrival" if n <= ORDERS else "coalitions, from dividends shared equally"
        return _compared(game, profile, exists, right, _SHAPLEY.format(how))
    right = _shared(game.worth, 1 << np.maximum(sizes - 1, 0))
    if concept == "banzhaf-index":
        total = right.sum(axis=1)
        right = right * (game.grand / np.where(exists.any(axis=1), total, 1))[:, None]
    return _compared(game, profile, exists, right, _BANZHAF)


def _shared(worth: NumberArray, divisors: NDArray[np.int64]) -> NumberArray:
    """Return what members get (points, players) when every dividend is divided by a number for each of them."""
    table = _table(worth)
    return np.asarray((_dividends(worth) / divisors.astype(worth.dtype)) @ table)


def _dividends(worth: NumberArray) -> NumberArray:
    """Return what each coalition adds to the sum of its parts (points, coalitions), by Moebius inversion."""
    out = worth.copy(order="C")
    n = worth.shape[1].bit_length() - 1
    for i in range(n):
        halves = out.reshape(len(out), -1, 2, 1 << i)  # without and with player i
        halves[:, :, 1] -= halves[:, :, 0]
    return out


def _orders(worth: NumberArray, n: int) -> NumberArray:
    """Return mean marginal contributions (points, players) over all orders of arrival."""
    total = worth[:, :1].repeat(n, axis=1) * 0
    orders = list(permutations(range(n)))
    for order in orders:
        here = 0
        for i in order:
            total[:, i] += worth[:, here | 1 << i] - worth[:, here]
            here |= 1 << i
    return np.asarray(total / len(orders))


def certify_bargain(game: CompiledCoalitions, profile: Allocation, exists: BoolArray) -> Certificate:
    """Check the first-order conditions of the Nash product: a player's gain per weight is the same for all."""
    threats, weights = game.threats, game.weights
    gains = profile.amounts - threats[:, None]
    uneven = gains[..., :, None] * weights[:, None, None, :] - gains[..., None, :] * weights[:, None, :, None]
    total = weights.sum(axis=1)
    rest = np.abs(profile.amounts.sum(axis=2) - game.grand[:, None])
    off = np.maximum(np.abs(uneven).max(axis=(2, 3)) / np.where(total > 0, total, 1)[:, None], rest)
    return verdict(game, exists, np.maximum(off, -gains.min(axis=2)), _BARGAIN)


def certify_core(game: CompiledCoalitions, profile: Allocation, exists: BoolArray) -> Certificate:
    """Check every coalition's worth, and where nothing is listed the balanced weights that prove the core empty.

    `gain` is the most that a coalition could have more by itself.
    """
    held = profile.amounts @ _table(game.worth).T
    gain = np.stack([(game.worth - held[:, k]).max(axis=1) for k in range(held.shape[1])], axis=1)
    off = np.abs(profile.amounts.sum(axis=2) - game.grand[:, None])
    found = verdict(game, exists, np.maximum(gain, off), _CORE)
    if profile.balance is None:
        return found
    weights, worth = profile.balance[:, :-1], game.worth[:, :-1].astype(np.float64)
    covered = np.abs(weights @ membership(len(game.players))[:-1] - 1) <= TOLERANCE
    more = (weights * worth).sum(axis=1) > game.grand.astype(np.float64)
    proved = (weights >= 0).all(axis=1) & covered.all(axis=1) & more
    return replace(found, absent=np.asarray(proved | ~weights.any(axis=1), dtype=np.bool_))


def certify_minimal(game: CompiledCoalitions, profile: Coalitions, exists: BoolArray) -> Certificate:
    """Check that each coalition wins and loses without any one member, and that as many are listed as there are."""
    n = len(game.players)
    place = (profile.members * (1 << np.arange(n))).sum(axis=2)
    wins = np.take_along_axis(game.worth, place, axis=1) == 1
    for i in range(n):
        belongs = profile.members[:, :, i]
        less = np.where(belongs, place - (1 << i), 0)
        wins &= ~belongs | (np.take_along_axis(game.worth, less, axis=1) == 0)
    listed = np.sort(np.where(exists, place, -1 - np.arange(place.shape[1])), axis=1)
    whole = (np.diff(listed, axis=1) != 0).all(axis=1) & (_minimal_count(game) == exists.sum(axis=1))
    whole |= ~exists.any(axis=1)
    return verdict(game, exists, np.where(wins & whole[:, None], 0.0, 1.0), _MINIMAL)


def _minimal_count(game: CompiledCoalitions) -> NDArray[np.int64]:
    """Return how many coalitions win while all their subsets lose."""
    won, n = game.worth == 1, len(game.players)
    within = np.zeros(game.worth.shape, dtype=np.bool_)  # whether a proper subset wins
    for i in range(n):
        with_i = np.flatnonzero(membership(n)[:, i])
        within[:, with_i] |= (won | within)[:, with_i - (1 << i)]
    return np.asarray((won & ~within).sum(axis=1))


def _table(worth: NumberArray) -> NumberArray:
    """Return who belongs to which coalition in the arithmetic of the worths."""
    return membership(worth.shape[1].bit_length() - 1).astype(worth.dtype)


def _compared(
    game: CompiledCoalitions, profile: Allocation, exists: BoolArray, right: NumberArray, method: str
) -> Certificate:
    off = np.abs(profile.amounts - right[:, None]).max(axis=2)
    return verdict(game, exists, off, method, largest=np.abs(right).max(axis=1))


def verdict(
    game: CompiledCoalitions, exists: BoolArray, off: NumberArray, method: str, *, largest: NumberArray | float = 0.0
) -> Certificate:
    """Return a certificate that passes what is off (points, equilibria) by rounding alone.

    That is measured by the largest worth or threat of the point, or the `largest` number that comes of them.
    """
    exact = off.dtype == object
    tolerance = 0.0 if exact else TOLERANCE
    size = np.maximum(np.abs(game.worth).max(axis=1), np.abs(game.threats).max(axis=1))
    size = np.maximum(size, largest).astype(np.float64)
    with np.errstate(invalid="ignore"):
        passed = exists & np.asarray(off <= tolerance * size[:, None], dtype=np.bool_)
    gain = np.where(exists, off, np.nan)
    return Certificate(gain=gain, passed=passed, exists=exists, tolerance=tolerance, method=method, exact=exact)
