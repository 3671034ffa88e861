"""Nash equilibria of continuous games through the aggregate: closed form where actions are lines in it, else roots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.first_order import first_order
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.errors import SolverError
from deterrence.profiles import ActionProfile, Completeness, Found
from deterrence.solvers.base import ContinuousSolver
from deterrence.solvers.lines import falling_root, line_roots
from deterrence.solvers.rational import rational_actions
from deterrence.solvers.replacement import Replacement

__all__ = ["AggregateRoot"]

_BISECTIONS: Final = 100
_NUMBERS: Final = 1 << 19  # of one array of the search: grid times players times points
_TIE: Final = 1e-9  # relative distance from a bound below which a point is flagged

_ALL: Final = (
    "marginal payoffs fall in the own action, so that an equilibrium is a root of the aggregate equation; it is "
    "piecewise linear and every piece was solved"
)
_SOME: Final = (
    "roots of the aggregate equation: on every piece where it is piecewise linear, else at every change of sign on a "
    "grid; others were not ruled out, and a flagged point may have a whole segment of them"
)


@dataclass(frozen=True, kw_only=True)
class AggregateRoot(ContinuousSolver):
    """All equilibria as roots of r_1(X) + ... + r_n(X) = X with replacement functions r_i (Cornes and Hartley 2007).

    The replacement functions come from the game's first-order conditions, which must be linear or quadratic in the own
    action or balance one power of it with the rest. Where they are lines in the aggregate (Cobb-Douglas and CES public
    goods, quadratic games) or it times a line (Tullock contests), one sort gives the answer, with players who drop out;
    elsewhere changes of sign on a grid of `grid` aggregates are bisected. At exact points roots of the second
    kind are rational numbers where they solve the conditions exactly, else floats.

    Raises `SolverError` for games whose first-order conditions have another form.
    """

    grid: int = 128

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nash"

    def solve(self, game: CompiledContinuous) -> Found[ActionProfile]:
        """Return the equilibria at every point, in ascending order of the aggregate."""
        conditions = first_order(game.game)
        if conditions is None:
            raise SolverError(
                "the first-order conditions have no formula for the best reply",
                remedy="use BestReplies(), or WeakestLink() and BestShot() for a minimum or maximum",
            )
        with np.errstate(all="ignore"):
            return _Roots(game, Replacement(game, conditions), self.grid).found()


class _Roots:
    """The equilibria of one batch in the making: (equilibria, players, points), filled method by method."""

    def __init__(self, game: CompiledContinuous, replacement: Replacement, grid: int) -> None:
        self.game, self.replacement, self.grid = game, replacement, grid
        self.left = np.flatnonzero(game.defined & game.points.admissible.reshape(-1) & game.points.defined.reshape(-1))
        self.parts: list[tuple[NDArray[np.intp], NumberArray, BoolArray]] = []
        self.completeness = np.full(game.size, Completeness.SOME, dtype=np.int8)
        self.flagged = np.zeros(game.size, dtype=np.bool_)

    def found(self) -> Found[ActionProfile]:
        """Return everything in the solver's format."""
        powers = self.replacement.powers
        if self.game.game.aggregate.kind == "sum" and powers is not None:
            if powers <= {0, 1}:
                self._falling(shares=False)
                self._lines()
            elif powers <= {1, 2}:
                self._falling(shares=True)
        self._search()
        return self._joined()

    def _falling(self, *, shares: bool) -> None:
        """Solve the points at which all lines fall and nobody meets an upper bound: one sort."""
        offset = 1 if shares else 0
        level, fall = self.replacement.rows(offset), -self.replacement.rows(offset + 1)
        here = self.left[self._are_simple(level, fall)[self.left]]
        level, fall = level[:, here], fall[:, here]
        game = self.game.select(here)
        total = falling_root(level, fall, game.weights, shares=shares)
        rows = level - fall * total
        actions = np.maximum(rows * total if shares else rows, game.low)
        fits = np.asarray((actions <= game.high).all(axis=0) & (total > 0 if shares else total >= 0), dtype=np.bool_)
        self._enter(here[fits], actions[None][..., fits], total[None][:, fits], rows[:, fits])

    def _are_simple(self, level: NumberArray, fall: NumberArray) -> BoolArray:
        numbers = np.isfinite(level.astype(np.float64)).all(axis=0) & np.isfinite(fall.astype(np.float64)).all(axis=0)
        bounds = (self.game.low == 0).all(axis=0) & (self.game.weights > 0).all(axis=0)
        return np.asarray(numbers & bounds & (fall > 0).all(axis=0), dtype=np.bool_)

    def _lines(self) -> None:
        """Solve the remaining points of lines between two bounds: kinks, then one line between any two."""
        if not self.left.size:
            return
        game = self.game.select(self.left)
        level, slope = (self.replacement.rows(power)[:, self.left] for power in (0, 1))
        divisor = np.where(slope == 0, 1, slope)
        breaks = np.concatenate([(bound - level) / divisor for bound in (game.low, game.high)])

        def total(at: NumberArray) -> NumberArray:
            return game.total(np.clip(level[:, None] + slope[:, None] * at, game.low[:, None], game.high[:, None]))

        roots, exists, flat = line_roots(total, breaks, _range(game))
        rows = level[:, None] + slope[:, None] * roots
        actions = np.clip(rows, game.low[:, None], game.high[:, None]).swapaxes(0, 1)
        points = self.left
        self._enter(points, actions, roots, rows[:, 0], exists)
        self.flagged[points] |= flat
        self.completeness[points[flat]] = Completeness.SOME

    def _enter(
        self,
        points: NDArray[np.intp],
        actions: NumberArray,
        totals: NumberArray,
        rows: NumberArray,
        exists: BoolArray | None = None,
    ) -> None:
        """Enter equilibria (equilibria, players, points) that are complete where marginal payoffs surely fall."""
        game = self.game.select(points).in_floats()
        falls = Replacement(game, self.replacement.conditions).falls(totals[0].astype(np.float64))
        self.completeness[points] = np.where(falls, Completeness.ALL, Completeness.SOME)
        near = np.abs(rows.astype(np.float64) - game.low) <= _TIE * np.abs(game.high)
        self.flagged[points] |= near.any(axis=0)
        self.parts.append((points, actions, np.ones(totals.shape, dtype=np.bool_) if exists is None else exists))
        self.left = np.setdiff1d(self.left, points, assume_unique=True)

    def _search(self) -> None:
        """Follow the changes of sign of the aggregate equation at the remaining points."""
        size = max(1, _NUMBERS // (self.grid * len(self.game.players)))
        for start in range(0, self.left.size, size):
            points = self.left[start : start + size]
            game = self.game.select(points)
            actions, exists = _search(game.in_floats(), self.replacement, self.grid)
            if game.points.exact:
                actions = rational_actions(game, self.replacement.conditions, actions, exists)
            self.parts.append((points, actions, exists))

    def _joined(self) -> Found[ActionProfile]:
        width = max((exists.shape[0] for _, _, exists in self.parts), default=1)
        n, kind = len(self.game.players), object if self.game.points.exact else np.float64
        actions = np.zeros((width, n, self.game.size), dtype=kind)
        exists = np.zeros((width, self.game.size), dtype=np.bool_)
        for points, found, there in self.parts:
            actions[: len(found), :, points] = found
            exists[: len(found), points] = there
        return _ordered(self.game, actions, exists, self.completeness, self.flagged)


def _ordered(
    game: CompiledContinuous,
    actions: NumberArray,
    exists: BoolArray,
    completeness: NDArray[np.int8],
    flagged: BoolArray,
) -> Found[ActionProfile]:
    """Return the equilibria that exist first, without columns that no point uses."""
    order = np.argsort(~exists, axis=0, kind="stable")[: max(1, int(exists.sum(axis=0).max(initial=1)))]
    exists = np.take_along_axis(exists, order, axis=0)
    actions = np.take_along_axis(actions, order[:, None], axis=0)
    profile = ActionProfile(game.game.aggregate.of, game.players, actions.transpose(2, 0, 1))
    arguments = {Completeness.ALL: _ALL, Completeness.SOME: _SOME}
    return Found(profile, exists.T, completeness, arguments, flagged, game.defined)


def _range(game: CompiledContinuous) -> tuple[NumberArray, NumberArray]:
    """Return the least and the greatest aggregate (points,) of a sum; weights may be negative."""
    ends = np.stack([game.weights * game.low, game.weights * game.high])
    return np.asarray(ends.min(axis=0).sum(axis=0)), np.asarray(ends.max(axis=0).sum(axis=0))


def _search(game: CompiledContinuous, replacement: Replacement, grid: int) -> tuple[FloatArray, BoolArray]:
    """Return the actions (roots, players, points) at every change of sign, and where each exists."""
    here = Replacement(game, replacement.conditions)
    top, bottom = game.total(game.high), np.nan_to_num(game.total(game.low))
    share = np.unique(np.concatenate([np.linspace(0, 1, grid // 2), np.geomspace(1e-9, 1, grid // 2)]))
    levels = bottom + (top - bottom) * share[:, None]
    gap = game.total(here.actions(levels)) - levels
    gap[0] = np.where(np.isnan(gap[0]), 1.0, gap[0])  # no action is below its bound, so none can be there either
    before, after = gap[:-1], gap[1:]
    changes = ((before > 0) & (after <= 0)) | ((before < 0) & (after >= 0))
    changes[0] |= before[0] == 0
    places = list(_slots(changes))
    actions = np.zeros((max(1, len(places)), len(game.players), game.size))
    exists = np.zeros((len(actions), game.size), dtype=np.bool_)
    for k, (segment, points) in enumerate(places):
        part = game.select(points)
        rule = Replacement(part, replacement.conditions)
        low = levels[segment, points]
        ends = low, np.where(before[segment, points] == 0, low, levels[segment + 1, points])
        total = _bisected(part, rule, *ends, before[segment, points] > 0)
        actions[k][:, points] = rule.actions(total)
        exists[k, points] = _have_values(part, actions[k][:, points])
    return actions, exists


def _have_values(game: CompiledContinuous, actions: FloatArray) -> BoolArray:
    """Return where every payoff has a value; elsewhere a root of the conditions is no equilibrium."""
    total = game.total(actions)
    payoffs = [game.payoff(i, own, total) for i, own in enumerate(actions)]
    return np.asarray(np.isfinite(payoffs).all(axis=0), dtype=np.bool_)


def _slots(changes: BoolArray) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield, for the first, second, ... change of sign of every point, the segments and the points."""
    rank = np.cumsum(changes, axis=0)
    for k in range(1, int(rank.max(initial=0)) + 1):
        segments, points = np.nonzero(changes & (rank == k))
        yield segments, points


def _bisected(
    game: CompiledContinuous, rule: Replacement, low: FloatArray, high: FloatArray, falls: BoolArray
) -> FloatArray:
    """Return the root between two aggregates, where the gap falls or rises through zero."""
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        gap = game.total(rule.actions(middle)) - middle
        right = (gap > 0) == falls
        low, high = np.where(right, middle, low), np.where(right, high, middle)
    return (low + high) / 2
