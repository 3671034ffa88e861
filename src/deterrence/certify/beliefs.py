"""Beliefs at information sets: Bayes' rule, and whether given beliefs agree with it."""

from __future__ import annotations

from functools import reduce
from typing import Final

import numpy as np

from deterrence.certify.certificate import is_distribution
from deterrence.certify.replies import reach
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.games import Tree
from deterrence.outcomes.blocks import Play, in_arithmetic, is_open

__all__ = ["REACHED", "are_distributions", "arrivals", "bayes", "belief_slices", "is_bayesian", "is_reached"]

REACHED: Final = 1e-12  # in floats a set reached with no more than this counts as off the path


def belief_slices(tree: Tree) -> list[slice]:
    """Return where each information set's members stand among the members of all sets."""
    slices, first = [], 0
    for h in tree.information_sets:
        slices.append(slice(first, first + len(h.members)))
        first += len(h.members)
    return slices


def arrivals(play: Play) -> list[NumberArray]:
    """Return by information set the probability (members, pairs) of coming to each of its nodes."""
    arrived = reach(play)
    return [np.stack([arrived[i] for i in h.members]) for h in play.game.tree.information_sets]


def is_reached(play: Play, probability: NumberArray) -> BoolArray:
    """Say where an information set is reached with positive probability."""
    return np.asarray(probability > (0 if play.game.points.exact else REACHED), dtype=np.bool_)


def bayes(play: Play, given: NumberArray | None = None) -> NumberArray:
    """Return beliefs (members, pairs): given ones (points, equilibria, members), the rest by Bayes' rule.

    Where neither is to be had they are NaN, except at sets of one node, where belief is certain.
    """
    parts = []
    for here in arrivals(play):
        total = here.sum(axis=0)
        known = is_reached(play, total)
        part = np.full(here.shape, np.nan, dtype=here.dtype)
        part[:, known] = here[:, known] / total[known]
        parts.append(part if here.shape[0] > 1 else np.full(here.shape, play.game.one()))
    found = np.concatenate(parts)
    if given is None:
        return found
    chosen = in_arithmetic(play.block.take(given), exact=play.game.points.exact)
    return np.where(is_open(chosen), found, chosen)


def are_distributions(play: Play, beliefs: NumberArray, tolerance: float) -> BoolArray:
    """Say where beliefs (members, pairs) are a distribution at every information set."""
    parts = (is_distribution(beliefs[part], tolerance) for part in belief_slices(play.game.tree))
    return reduce(np.logical_and, parts, np.ones(beliefs.shape[1], dtype=np.bool_))


def is_bayesian(play: Play, beliefs: NumberArray, tolerance: float) -> BoolArray:
    """Say where beliefs (members, pairs) are distributions that agree with Bayes' rule wherever play comes."""
    sound = np.ones(play.strategy.shape[1], dtype=np.bool_)
    for here, part in zip(arrivals(play), belief_slices(play.game.tree), strict=True):
        total = here.sum(axis=0)
        off = np.abs(here - beliefs[part] * total).max(axis=0)
        agrees = np.asarray(off <= tolerance * total, dtype=np.bool_)
        sound &= is_distribution(beliefs[part], tolerance) & (agrees | ~is_reached(play, total))
    return sound
