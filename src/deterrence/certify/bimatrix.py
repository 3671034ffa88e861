"""Regret of two players' mixed strategies, over preallocated arrays: what a fast solver can afford."""

from __future__ import annotations

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray

__all__ = ["Regrets"]


class Regrets:
    """Workspace for at most `size` pairs of strategies of games with `shape` actions; the batch axis is last."""

    def __init__(self, shape: tuple[int, ...], size: int) -> None:
        rows, columns = shape
        self._sides = (_Side(rows, size), _Side(columns, size))
        self._gains: FloatArray = np.empty((2, size))
        self._values: FloatArray = np.empty((2, size))
        self._off: FloatArray = np.empty(size)

    def __call__(
        self, payoffs: FloatArray, strategies: list[FloatArray], tolerance: float
    ) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Return gains and own payoffs (players, pairs), and where both strategies are distributions.

        `payoffs` is (players, rows, columns, pairs). What is returned is overwritten by the next call.
        """
        x, y = strategies
        width = x.shape[-1]
        gains, values = self._gains[:, :width], self._values[:, :width]
        row, column = self._sides
        row.regret(payoffs[0], x, y, gains[0], values[0])
        column.regret(payoffs[1].swapaxes(0, 1), y, x, gains[1], values[1])
        sound = row.is_distribution(x, self._off[:width], tolerance)
        sound &= column.is_distribution(y, self._off[:width], tolerance)
        return gains, values, sound


class _Side:
    """Workspace of one player."""

    def __init__(self, actions: int, size: int) -> None:
        self._worth: FloatArray = np.empty((actions, size))
        self._term: FloatArray = np.empty((actions, size))

    def regret(
        self, payoffs: FloatArray, own: FloatArray, other: FloatArray, gain: FloatArray, value: FloatArray
    ) -> None:
        """Write the gain of the best action and the payoff, for payoffs (own actions, others', pairs)."""
        worth, term = self._worth[:, : gain.size], self._term[:, : gain.size]
        np.multiply(payoffs[:, 0], other[0], out=worth)
        for action in range(1, other.shape[0]):
            np.multiply(payoffs[:, action], other[action], out=term)
            np.add(worth, term, out=worth)
        np.multiply(worth, own, out=term)
        _fold(np.add, term, value)
        _fold(np.maximum, worth, gain)
        np.subtract(gain, value, out=gain)

    def is_distribution(self, strategy: FloatArray, off: FloatArray, tolerance: float) -> BoolArray:
        """Say where probabilities are not negative and sum to one, within the tolerance."""
        low = self._term[0, : off.size]
        _fold(np.minimum, strategy, low)
        _fold(np.add, strategy, off)
        np.subtract(off, 1.0, out=off)
        np.abs(off, out=off)
        sound = off <= tolerance
        sound &= low >= -tolerance
        return sound


def _fold(operation: np.ufunc, rows: FloatArray, out: FloatArray) -> None:
    """Combine the rows pairwise; several times faster than a reduction along the first axis."""
    if rows.shape[0] == 1:
        out[...] = rows[0]
        return
    operation(rows[0], rows[1], out=out)
    for row in rows[2:]:
        operation(out, row, out=out)
