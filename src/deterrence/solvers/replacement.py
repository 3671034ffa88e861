"""Replacement functions with numbers: what a player chooses were the aggregate X, its own choice included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np

from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.first_order import FirstOrder
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.expressions import Expr, Number

__all__ = ["Replacement"]

_ZERO: Final = Number(0)


@dataclass(frozen=True)
class Replacement:
    """The replacement functions of all players at the points of a compiled game."""

    game: CompiledContinuous
    conditions: tuple[FirstOrder, ...]

    @cached_property
    def powers(self) -> frozenset[Fraction] | None:
        """The powers of the aggregate that occur, None when some replacement function is no polynomial in it."""
        lines = [condition.line for condition in self.conditions]
        if any(line is None for line in lines):
            return None
        return frozenset(power for line in lines if line is not None for power in line)

    def rows(self, power: int) -> NumberArray:
        """Return the coefficients (players, points) of a power of the aggregate."""
        return self.game.rows([self._coefficient(condition, power) for condition in self.conditions])

    @staticmethod
    def _coefficient(condition: FirstOrder, power: int) -> Expr:
        return _ZERO if condition.line is None else condition.line.get(Fraction(power), _ZERO)

    def actions(self, total: FloatArray) -> FloatArray:
        """Return what all players choose (players, ..., points) given aggregates (..., points), in floats."""
        axes = [1] * (total.ndim - 1)
        with np.errstate(all="ignore"):
            free = np.stack([self._root(i, total) for i in range(len(self.conditions))])
        low, high = (b.reshape(len(b), *axes, -1) for b in (self.game.low, self.game.high))
        return np.asarray(np.clip(free, low, high))

    def _root(self, player: int, total: FloatArray) -> FloatArray:
        """Return where the marginal payoff falls through zero: the root in its stable form."""
        condition = self.conditions[player]
        c = [self._at(formula, total) for formula in condition.coefficients]
        if len(c) == 2:
            return -c[0] / c[1]
        sign = np.sign(self._at(condition.orientation, total))
        c = [sign * part for part in c]
        inside = c[1] ** 2 - 4 * c[2] * c[0]
        spread = np.sqrt(np.maximum(inside, 0))
        root = np.where(c[1] > 0, (-c[1] - spread) / (2 * c[2]), 2 * c[0] / (spread - c[1]))
        return np.where(inside < 0, np.copysign(np.inf, c[2]), root)  # no root: the marginal payoff has one sign

    def _at(self, formula: Expr, total: FloatArray) -> FloatArray:
        return self.game.evaluate(formula, {self.game.game.aggregate.name: total}, total.shape)

    def falls(self, total: FloatArray) -> BoolArray:
        """Return where (points,) the marginal payoffs of all players surely fall through zero, and only once.

        That is shown for conditions linear in the action, by the sign of the slope; what they were multiplied by
        must be positive between both ends of the interval, where it is linear too.
        """
        good = np.ones(total.shape, dtype=np.bool_)
        for i, condition in enumerate(self.conditions):
            if len(condition.coefficients) != 2:
                return np.zeros(total.shape, dtype=np.bool_)
            slope = self._at(condition.coefficients[1], total) * self._at(condition.orientation, total)
            good &= (slope < 0) & self._are_positive(i, condition.positive, total)
        return good

    def _are_positive(self, player: int, formulas: Sequence[Expr], total: FloatArray) -> BoolArray:
        good = np.ones(total.shape, dtype=np.bool_)
        own, name = self.game.game.variables()
        for formula in formulas:
            ends = [
                self.game.evaluate(formula, {own: bound[player], name: total}, total.shape)
                for bound in (self.game.low, self.game.high)
            ]
            scale = np.abs(ends).max(axis=0)
            good &= np.min(ends, axis=0) >= -1e-12 * scale
        return good
