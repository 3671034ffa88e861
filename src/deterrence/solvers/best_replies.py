"""Continuous games by iteration: best replies in turn, and the planner's optimum as the same for a common payoff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.first_order import reach, slopes
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.profiles import ActionProfile, Completeness, Found
from deterrence.solvers.base import ContinuousSolver

__all__ = ["BestReplies", "JointOptimum", "as_found", "best_reply", "highest"]

_MESH: Final = 33
_ZOOMS: Final = 12
_STRIDE: Final = 256.0  # the furthest that one step is repeated
_BISECTIONS: Final = 32
_CONVERGED: Final = 1e-10  # relative to the length of the interval
_STARTS: Final = (0.5, 0.02, 0.98)  # every player at this share of its interval
_NOISE: Final = 1e-13
_SAME: Final = 1e-6  # relative distance below which two limits count as one

_ITERATED: Final = "limits of best replies in turn from {starts} starts; there may be other equilibria"
_CLIMBED: Final = (
    "coordinate ascent of the sum of payoffs; the maximum where that sum is concave, else perhaps a local one"
)

Value: TypeAlias = "Callable[[FloatArray], FloatArray]"


def highest(value: Value, slope: Value | None, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return where (points,) a function of one action is highest: a mesh over the interval, narrowed again and again.

    Global up to the first mesh; of equal values the lowest action is taken. Where the `slope` falls through zero around
    the place found, its root is taken, which is known more exactly than the top of a flat hill.
    """
    share = np.linspace(0, 1, _MESH)[:, None]
    first, last = low, high
    found = low
    for _ in range(_ZOOMS if slope is None else _ZOOMS // 3):
        mesh = first + share * (last - first)
        values = value(mesh)
        best = np.where(np.isfinite(values), values, -np.inf).argmax(axis=0)[None]
        step = (last - first) / (_MESH - 1)
        found = np.take_along_axis(mesh, best, axis=0)[0]
        first, last = np.maximum(found - step, low), np.minimum(found + step, high)
    return found if slope is None else _root(slope, found, first, last)


def _root(slope: Value, found: FloatArray, first: FloatArray, last: FloatArray) -> FloatArray:
    """Return the root of a falling slope between two actions, an end where it does not change its sign."""
    start, end = slope(first[None])[0], slope(last[None])[0]
    falls = ~(start <= 0) & ~(end >= 0)  # a slope without value at an end of the interval does not stand in the way
    at_end = np.where(start <= 0, first, np.where(end >= 0, last, found))
    for _ in range(_BISECTIONS):
        middle = (first + last) / 2
        up = slope(middle[None])[0] > 0
        first, last = np.where(up, middle, first), np.where(up, last, middle)
    return np.where(falls, (first + last) / 2, at_end)


@dataclass(frozen=True, kw_only=True)
class BestReplies(ContinuousSolver):
    """Limits of best replies in turn, from several starts: a method for any payoffs, without a claim of completeness.

    Points at which no start converges within `rounds` have no equilibrium listed. A slow method, and an independent
    oracle for the others.
    """

    rounds: int = 300

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nash"

    def solve(self, game: CompiledContinuous) -> Found[ActionProfile]:
        """Return the limits that were reached at every point, each once."""
        plain = game.in_floats()
        with np.errstate(all="ignore"):
            actions, reached = _runs(plain, self.rounds, _replied, _halfway)
            exists = _distinct(plain, actions, reached)
        return as_found(game, actions, exists, Completeness.UNKNOWN, _ITERATED.format(starts=len(_STARTS)))


@dataclass(frozen=True, kw_only=True)
class JointOptimum(ContinuousSolver):
    """The actions that maximise the sum of all payoffs: what a planner would choose, by ascent in one action at a time.

    The concept is no equilibrium: players may gain by deviating, and the difference to Nash equilibrium is the gap.
    """

    rounds: int = 2000

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "joint-optimum"

    def solve(self, game: CompiledContinuous) -> Found[ActionProfile]:
        """Return the best of the limits reached from several starts."""
        plain = game.in_floats()
        with np.errstate(all="ignore"):
            actions, reached = _runs(plain, self.rounds, _improved, _strode)
            worth = np.stack([_welfare(plain, list(part), plain.total(part)) for part in actions])
        best = np.where(reached & np.isfinite(worth), worth, -np.inf).argmax(axis=0)[None]
        chosen = np.take_along_axis(actions, best[:, None], axis=0)
        exists = np.take_along_axis(reached, best, axis=0)
        return as_found(game, chosen, exists, Completeness.SOME, _CLIMBED)


Reply: TypeAlias = "Callable[[CompiledContinuous, int, FloatArray], FloatArray]"
Stride: TypeAlias = "Callable[[CompiledContinuous, FloatArray, FloatArray], FloatArray]"


def _runs(game: CompiledContinuous, rounds: int, reply: Reply, stride: Stride) -> tuple[FloatArray, BoolArray]:
    """Return where replies lead from every start (starts, players, points), and where they settled."""
    together = game.select(np.tile(np.arange(game.size), len(_STARTS)))
    actions, settled = _iterated(together, np.repeat(_STARTS, game.size), rounds, reply, stride)
    split = actions.reshape(len(actions), len(_STARTS), game.size)
    return split.swapaxes(0, 1), settled.reshape(len(_STARTS), game.size)


def _iterated(
    game: CompiledContinuous, start: FloatArray, rounds: int, reply: Reply, stride: Stride
) -> tuple[FloatArray, BoolArray]:
    """Return where replies in turn lead (players, points), and where they have settled."""
    actions = np.array(game.low + start * (game.high - game.low), dtype=np.float64)
    settled = ~game.defined
    moving = np.flatnonzero(~settled)
    for _ in range(rounds):
        if not moving.size:
            break
        part = game.select(moving)
        new = actions[:, moving]
        for player in range(len(new)):
            new[player] = reply(part, player, new)
        length = np.maximum(part.high - part.low, np.finfo(float).tiny)
        done = (np.abs(new - actions[:, moving]) <= _CONVERGED * length).all(axis=0)
        actions[:, moving] = np.where(done, new, stride(part, actions[:, moving], new))
        settled[moving[done]] = True
        moving = moving[~done]
    return actions, settled & game.defined


def _halfway(game: CompiledContinuous, before: FloatArray, after: FloatArray) -> FloatArray:
    """Return the middle of the last two points: full steps cycle in contests."""
    return (before + after) / 2


def _strode(game: CompiledContinuous, before: FloatArray, after: FloatArray) -> FloatArray:
    """Return the best point (players, points) on the line through the last two, which shortens narrow valleys."""
    step = after - before
    with np.errstate(all="ignore"):
        room = np.where(step > 0, (game.high - after) / step, np.where(step < 0, (game.low - after) / step, np.inf))
    furthest = np.clip(room.min(axis=0), 0, _STRIDE)

    def welfare(far: FloatArray) -> FloatArray:
        there = list(np.clip(after[:, None] + far * step[:, None], game.low[:, None], game.high[:, None]))
        return _welfare(game, there, game.total(np.stack(there)))

    far = highest(welfare, None, np.zeros_like(furthest), furthest)
    here, there = welfare(np.zeros_like(far)[None])[0], welfare(far[None])[0]
    better = there > here + _NOISE * np.abs(here)  # on a flat top rounding alone would move the point for ever
    return np.asarray(np.clip(after + np.where(better, far, 0.0) * step, game.low, game.high))


def _replied(game: CompiledContinuous, player: int, actions: FloatArray) -> FloatArray:
    return best_reply(game, player, game.others(player, actions))


def best_reply(game: CompiledContinuous, player: int, others: FloatArray | None) -> FloatArray:
    """Return a player's best action (points,) against the others' parts of the aggregate, or with no others."""
    return highest(
        lambda own: game.payoff(player, own, game.total_with(player, own, others)),
        _own_slope(game, player, others),
        game.low[player],
        game.high[player],
    )


def _own_slope(game: CompiledContinuous, player: int, others: FloatArray | None) -> Value | None:
    """Return the derivative of a player's payoff by its action, None where payoff or aggregate has kinks."""
    parts = slopes(game.game)
    if parts is None or (others is not None and game.game.aggregate.kind in ("min", "max")):
        return None
    formula = parts[player][0] + reach(game.game, game.players[player]) * parts[player][1]
    own_name, total_name = game.game.variables()

    def slope(own: FloatArray) -> FloatArray:
        total = game.total_with(player, own, others)
        return game.evaluate(formula, {own_name: own, total_name: total}, own.shape)

    return slope


def _improved(game: CompiledContinuous, player: int, actions: FloatArray) -> FloatArray:
    others = game.others(player, actions)

    def welfare(own: FloatArray) -> FloatArray:
        spread = [np.broadcast_to(x, own.shape) for x in actions]
        spread[player] = own
        return _welfare(game, spread, game.total_with(player, own, others))

    slope = _welfare_slope(game, player, actions, others)
    return highest(welfare, slope, game.low[player], game.high[player])


def _welfare_slope(
    game: CompiledContinuous, player: int, actions: FloatArray, others: FloatArray | None
) -> Value | None:
    parts = slopes(game.game)
    if parts is None or game.game.aggregate.kind in ("min", "max"):
        return None
    own_name, total_name = game.game.variables()
    gain = reach(game.game, game.players[player])

    def slope(own: FloatArray) -> FloatArray:
        total = game.total_with(player, own, others)
        spread = [np.broadcast_to(x, own.shape) for x in actions]
        spread[player] = own
        shared = sum(
            game.evaluate(by_total, {own_name: x, total_name: total}, own.shape)
            for x, (_, by_total) in zip(spread, parts, strict=True)
        )
        given = {own_name: own, total_name: total}
        direct = game.evaluate(parts[player][0], given, own.shape)
        return np.asarray(direct + game.evaluate(gain, given, own.shape) * shared)

    return slope


def _welfare(game: CompiledContinuous, actions: list[FloatArray], total: FloatArray) -> FloatArray:
    return np.asarray(sum(game.payoff(i, own, total) for i, own in enumerate(actions)))


def _distinct(game: CompiledContinuous, actions: FloatArray, exists: BoolArray) -> BoolArray:
    """Return `exists` without limits (starts, players, points) that repeat an earlier one."""
    kept = exists.copy()
    length = np.maximum(game.high - game.low, np.finfo(float).tiny)
    for k in range(1, len(actions)):
        for earlier in range(k):
            near = (np.abs(actions[k] - actions[earlier]) <= _SAME * length).all(axis=0)
            kept[k] &= ~(near & exists[earlier])
    return kept


def as_found(
    game: CompiledContinuous, actions: FloatArray, exists: BoolArray, completeness: Completeness, argument: str
) -> Found[ActionProfile]:
    """Return profiles (equilibria, players, points) in the solvers' format, those that exist first."""
    order = np.argsort(~exists, axis=0, kind="stable")[: max(1, int(exists.sum(axis=0).max(initial=1)))]
    actions = np.take_along_axis(actions, order[:, None], axis=0).transpose(2, 0, 1)
    if game.points.exact:
        actions = actions.astype(object)
    profile = ActionProfile(game.game.aggregate.of, game.players, actions)
    every = np.full(game.size, completeness, dtype=np.int8)
    never = np.zeros(game.size, dtype=np.bool_)
    return Found(
        profile, np.take_along_axis(exists, order, axis=0).T, every, {completeness: argument}, never, game.defined
    )
