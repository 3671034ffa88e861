"""Iterated dominance in threshold games: which probabilities of acting survive."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from deterrence.compiled import CompiledThresholds
from deterrence.compiled.points import NumberArray
from deterrence.solvers.cutoffs.replies import Replies

__all__ = ["ROUNDS", "Surviving", "surviving"]

ROUNDS: Final = 200


@dataclass(frozen=True, eq=False)
class Surviving:
    """Least and greatest probabilities of acting (points, decisions) that survive, after a number of rounds.

    Every equilibrium lies between them; where they agree the game is dominance solvable.
    """

    least: NumberArray
    greatest: NumberArray
    rounds: int


def surviving(
    game: CompiledThresholds, *, index: NumberArray | None = None, rounds: int = ROUNDS, close: float = 1e-12
) -> Surviving:
    """Remove strategies that are never best replies, round after round, from both extremes.

    A gain that is affine in the others' probabilities is extreme at a corner of what they may be, so the corners give
    the exact bounds; payoffs of another kind are bounded at the corners only if they are monotone. It stops when
    nothing moves by more than `close`; `index` selects points. Source: Milgrom and Roberts 1990, for complements.
    """
    replies = Replies(game, index)
    count = len(game.decisions)
    size = game.size if index is None else index.size
    low, high = np.zeros((count, size)), np.ones((count, size))
    done = 0
    moved = np.inf
    while moved > close and done < rounds:
        done += 1
        ranges = [_range(game, replies, i, low, high) for i in range(count)]
        least, greatest = (np.stack([r[k] for r in ranges]) for k in (0, 1))
        moved = max(float(np.nanmax(least - low, initial=0)), float(np.nanmax(high - greatest, initial=0)))
        low, high = least, greatest
    return Surviving(low.T, high.T, done)


def _range(
    game: CompiledThresholds, replies: Replies, i: int, low: NumberArray, high: NumberArray
) -> tuple[NumberArray, NumberArray]:
    others = game.decisions[i].others
    found = [
        replies.reply(i, {j: (low, high)[side][j] for j, side in zip(others, corner, strict=True)})
        for corner in product((0, 1), repeat=len(others))
    ]
    return np.minimum.reduce(found), np.maximum.reduce(found)
