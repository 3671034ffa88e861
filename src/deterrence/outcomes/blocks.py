"""Equilibria of a batch, taken block by block: the ones that exist, with their numbers, the batch axis last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import CompiledTree
from deterrence.compiled.points import BoolArray, NumberArray

__all__ = ["Block", "Play", "blank", "blocks", "flow", "in_arithmetic", "is_open", "plays"]


@dataclass(frozen=True)
class Block:
    """Some of the (point, equilibrium) pairs that exist, as indices into arrays that end in (equilibria, points).

    `slot` and `point` are one-dimensional arrays of one length, or an integer and a slice.
    """

    slot: NDArray[np.intp] | int
    point: NDArray[np.intp] | slice

    def take(self, numbers: NumberArray) -> NumberArray:
        """Return the pairs' part of an array (points, equilibria, x) as (x, pairs), the pairs contiguous."""
        part = numbers.transpose(2, 1, 0)[:, self.slot, self.point]
        return part if part.strides[-1] == part.itemsize else np.ascontiguousarray(part)

    def put(self, out: NumberArray, numbers: NumberArray) -> None:
        """Write numbers (..., pairs) into an array (points, equilibria, ...)."""
        axes = (*range(2, out.ndim), 1, 0)
        out.transpose(axes)[..., self.slot, self.point] = numbers


def blocks(exists: BoolArray, size: int) -> Iterator[Block]:
    """Yield blocks of at most `size` pairs that cover where `exists` (points, equilibria) is true."""
    if exists.shape[1] == 1 and exists.all():
        for start in range(0, exists.shape[0], size):
            yield Block(0, slice(start, min(start + size, exists.shape[0])))
        return
    slot, point = np.nonzero(exists.T)
    for start in range(0, slot.size, size):
        yield Block(slot[start : start + size], point[start : start + size])


def is_open(probabilities: NumberArray) -> BoolArray:
    """Say where numbers are NaN, in floats and in object arrays alike."""
    return np.asarray(probabilities != probabilities, dtype=np.bool_)


def _exact(number: Fraction | float) -> Fraction | float:
    return number if isinstance(number, Fraction) or isnan(number) else Fraction(number)


def in_arithmetic(numbers: NumberArray, *, exact: bool) -> NumberArray:
    """Return numbers as floats, or as Fractions of exactly the same value (NaN stays NaN)."""
    if not exact:
        return numbers if numbers.dtype == np.float64 else numbers.astype(np.float64)
    return np.asarray(np.frompyfunc(_exact, 1, 1)(numbers), dtype=object).reshape(numbers.shape)


def blank(*shape: int, exact: bool) -> NumberArray:
    """Return NaN (points, equilibria, ...) with the batch axis last and contiguous underneath."""
    order = (*shape[2:], shape[1], shape[0])
    array = np.full(order, np.nan, dtype=object if exact else np.float64)
    return array.transpose(len(order) - 1, len(order) - 2, *range(len(order) - 2))


def flow(reach: NumberArray, probability: NumberArray) -> NumberArray:
    """Return the probability of coming through a branch; zero where nothing arrives, whatever is left open."""
    return np.asarray(np.where(reach == 0, reach, reach * probability))


@dataclass(frozen=True)
class Play:
    """A tree and behaviour strategies for the pairs of a block; all arrays end in the pairs.

    `strategy` is (moves, pairs).
    """

    game: CompiledTree
    block: Block
    strategy: NumberArray

    def payoff(self, end: int, player: int) -> NumberArray:
        """Return a player's payoff (pairs,) at a terminal node."""
        return self.game.payoff_rows[end][player][self.block.point]

    def payment(self, node: int, branch: int, player: int) -> NumberArray | None:
        """Return what a player receives (pairs,) on a branch, None for nothing."""
        if node not in self.game.payment_rows:
            return None
        row = self.game.payment_rows[node][branch].get(player)
        return None if row is None else row[self.block.point]

    def branches(self, node: int) -> Sequence[NumberArray]:
        """Return the probability (pairs,) of each branch of a chance move or action of a mover."""
        here = self.game.tree.nodes[node].information_set
        if here < 0:
            return [row[self.block.point] for row in self.game.chance_rows[node]]
        return list(self.strategy[self.game.tree.information_sets[here].moves])


def plays(game: CompiledTree, strategy: NumberArray, exists: BoolArray, size: int) -> Iterator[Play]:
    """Yield the equilibria (points, equilibria, moves) that exist, in blocks of at most `size` pairs."""
    for block in blocks(exists, size):
        yield Play(game, block, in_arithmetic(block.take(strategy), exact=game.points.exact))
