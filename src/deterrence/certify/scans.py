"""Regret in continuous games: a scan of each player's whole interval, polished around the best action found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from deterrence.certify.certificate import TOLERANCE, Certificate, Draft
from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.outcomes.blocks import blocks
from deterrence.profiles import ActionProfile

__all__ = ["certify_actions", "certify_joint_optimum", "certify_lindahl", "regrets"]

_UNIFORM: Final = 64
_NEAR: Final = np.concatenate([np.geomspace(1e-7, 0.1, 12), -np.geomspace(1e-7, 0.1, 12)])
_POLISHES: Final = 24
_GOLDEN: Final = (np.sqrt(5) - 1) / 2
_NUMBERS: Final = 1 << 17  # of one scan: actions times pairs

_NASH: Final = (
    f"regret of every player against {_UNIFORM + 1} actions spread over its interval, the best of them "
    f"away from its own polished by golden section, and {len(_NEAR)} actions nearby; actions lie in their intervals"
)
_JOINT: Final = (
    "the sum of payoffs against changes of every single action over its interval, polished by golden section, and of "
    "all actions towards 64 random profiles; actions lie in their intervals"
)

_SHARES: Final = (
    f"every player's payoff at its share of any sum, against {_UNIFORM + 1} sums, polished by golden section, and "
    f"{len(_NEAR)} sums near the one there is; shares add up to one"
)

Objective: TypeAlias = "Callable[[FloatArray], FloatArray]"  # own action (..., pairs) -> value


def certify_actions(
    game: CompiledContinuous, profile: ActionProfile, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check that no player gains by another action of its interval; one-dimensional and global up to the scan's mesh.

    `exists` (points, equilibria) says which of the profile's entries to check. A deviation to an action at which the
    payoff has no value gains nothing; a profile at which a payoff has no value does not pass. Works in floats, at exact
    points too.
    """
    return _certified(game, profile, exists, tolerance, _NASH, regrets)


def certify_joint_optimum(
    game: CompiledContinuous, profile: ActionProfile, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check that no change found raises the sum of all payoffs: of one action, or of all towards a random profile."""
    return _certified(game, profile, exists, tolerance, _JOINT, _losses)


def certify_lindahl(
    game: CompiledContinuous, profile: ActionProfile, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check that every player, who pays its share of any sum, wants the sum that there is: a scan over all sums."""
    return _certified(game, profile, exists, tolerance, _SHARES, _wishes)


def _certified(
    game: CompiledContinuous,
    profile: ActionProfile,
    exists: BoolArray,
    tolerance: float,
    method: str,
    measure: Callable[[CompiledContinuous, FloatArray], tuple[FloatArray, FloatArray]],
) -> Certificate:
    plain = game.in_floats()
    draft = Draft(exists, tolerance=tolerance, exact=False)
    actions = profile.actions.astype(np.float64)
    with np.errstate(all="ignore"):
        for block in blocks(exists, max(1, _NUMBERS // _UNIFORM // 2)):
            here = plain.select(block.point)
            chosen = block.take(actions)
            gains, scales = measure(here, chosen)
            slack = tolerance * np.maximum(np.abs(here.low), np.abs(here.high))
            inside = ((chosen >= here.low - slack) & (chosen <= here.high + slack)).all(axis=0)
            small = (gains <= tolerance * scales).all(axis=0)  # never where a gain is NaN
            draft.write(block, gains.max(axis=0), np.asarray(inside & small, dtype=np.bool_))
    return draft.certificate(method)


def regrets(game: CompiledContinuous, actions: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return every player's largest gain and the size of its payoffs, (players, pairs)."""
    scans = []
    for player in range(len(actions)):
        others = game.others(player, actions)

        def payoff(own: FloatArray, player: int = player, others: FloatArray | None = others) -> FloatArray:
            return game.payoff(player, own, game.total_with(player, own, others))

        scans.append(_scan(payoff, game.low[player], game.high[player], actions[player]))
    return np.stack([scan.gain for scan in scans]), np.stack([scan.size for scan in scans])


def _losses(game: CompiledContinuous, actions: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what changing one action, or all, adds to the sum of payoffs, (players + 1, pairs)."""
    scans = []
    for player in range(len(actions)):
        others = game.others(player, actions)

        def welfare(own: FloatArray, player: int = player, others: FloatArray | None = others) -> FloatArray:
            spread = [np.broadcast_to(x, own.shape) for x in actions]
            spread[player] = own
            return _sum_of_payoffs(game, spread, game.total_with(player, own, others))

        scans.append(_scan(welfare, game.low[player], game.high[player], actions[player]))
    away = _random_changes(game, actions)
    return np.stack([*(s.gain for s in scans), away]), np.stack([*(s.size for s in scans), scans[0].size])


def _wishes(game: CompiledContinuous, actions: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what another sum is worth to every player at its share, and the size of its payoffs, (players, pairs)."""
    total = game.total(actions)
    scans = []
    for player, own in enumerate(actions):
        rate = own / total
        most = np.where(rate > 0, game.high[player] / rate, game.total(game.high))

        def payoff(at: FloatArray, player: int = player, rate: FloatArray = rate) -> FloatArray:
            return game.payoff(player, rate * at, at)

        scans.append(_scan(payoff, np.zeros_like(total), most, total))
    return np.stack([scan.gain for scan in scans]), np.stack([scan.size for scan in scans])


def _sum_of_payoffs(game: CompiledContinuous, actions: list[FloatArray], total: FloatArray) -> FloatArray:
    return np.asarray(sum(game.payoff(i, own, total) for i, own in enumerate(actions)))


def _random_changes(game: CompiledContinuous, actions: FloatArray) -> FloatArray:
    """Return the largest gain (pairs,) of the sum of payoffs on the way to random profiles, near and far."""
    source = np.random.default_rng(7)
    share = source.random((len(actions), 64, 1))
    step = np.geomspace(1e-4, 1, 64)[:, None]
    target = game.low[:, None] + share * (game.high - game.low)[:, None]
    moved = actions[:, None] + step * (target - actions[:, None])
    value = _sum_of_payoffs(game, list(moved), game.total(moved))
    here = _sum_of_payoffs(game, list(actions), game.total(actions))
    return np.asarray(np.where(np.isfinite(value), value, -np.inf).max(axis=0) - here)


@dataclass(frozen=True)
class _Scan:
    """The largest gain (pairs,) of a player, and the largest absolute value met."""

    gain: FloatArray
    size: FloatArray


def _scan(value: Objective, low: FloatArray, high: FloatArray, own: FloatArray) -> _Scan:
    """Scan the whole interval and the neighbourhood of the action; polish the best place away from it."""
    length = high - low
    mesh = low + np.linspace(0, 1, _UNIFORM + 1)[:, None] * length
    values = value(mesh)
    finite = np.isfinite(values)
    values = np.where(finite, values, -np.inf)
    near = value(np.clip(own + _NEAR[:, None] * length, low, high))
    here = value(own[None])[0]
    away = np.where(np.abs(mesh - own) > length / _UNIFORM, values, -np.inf).argmax(axis=0)[None]
    ends = [np.take_along_axis(mesh, np.clip(away + step, 0, _UNIFORM), axis=0)[0] for step in (-1, 1)]
    best = np.maximum(values.max(axis=0), np.where(np.isfinite(near), near, -np.inf).max(axis=0))
    gain = np.maximum(best, _polished(value, *ends)) - here
    gain = np.where(np.isfinite(here), np.maximum(gain, 0.0), np.nan)
    size = np.maximum(np.where(finite, np.abs(values), 0.0).max(axis=0), np.abs(here))
    return _Scan(gain, size)


def _polished(value: Objective, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the largest value that golden section meets between two actions."""
    best = np.full(low.shape, -np.inf)
    for _ in range(_POLISHES):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        values = value(np.stack([left, right]))
        values = np.where(np.isfinite(values), values, -np.inf)
        best = np.maximum(best, values.max(axis=0))
        up = values[0] < values[1]
        low, high = np.where(up, left, low), np.where(up, high, right)
    return best
