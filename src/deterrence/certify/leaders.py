"""Leadership in continuous games: followers reply best, and no other first move is worth more to the leader."""

from __future__ import annotations

from typing import Final

import numpy as np

from deterrence.certify.certificate import TOLERANCE, Certificate, Draft
from deterrence.certify.scans import regrets
from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.outcomes.blocks import blocks
from deterrence.profiles import ActionProfile

__all__ = ["certify_leadership"]

_MOVES: Final = 24
_ACTIONS: Final = 49
_ZOOMS: Final = 6
_ROUNDS: Final = 120
_PAIRS: Final = 64
_SLACK: Final = 1e-6  # what best replies in turn, and a search without slopes, leave open

_METHOD: Final = (
    f"regret of every follower; the leader's payoff against {_MOVES + 1} first moves, each answered by the followers' "
    f"best replies in turn (to within {_SLACK:g})"
)


def certify_leadership(
    game: CompiledContinuous,
    profile: ActionProfile,
    exists: BoolArray,
    *,
    leader: str,
    tolerance: float = TOLERANCE,
) -> Certificate:
    """Check a first move and the answer to it; where best replies in turn do not settle, a move counts for nothing."""
    plain = game.in_floats()
    first = game.players.index(leader)
    draft = Draft(exists, tolerance=max(tolerance, _SLACK), exact=False)
    actions = profile.actions.astype(np.float64)
    with np.errstate(all="ignore"):
        for block in blocks(exists, _PAIRS):
            here = plain.select(block.point)
            chosen = block.take(actions)
            gains, sizes = regrets(here, chosen)
            gains[first], sizes[first] = _first_moves(here, chosen, first)
            slack = draft.tolerance * np.maximum(np.abs(here.low), np.abs(here.high))
            inside = ((chosen >= here.low - slack) & (chosen <= here.high + slack)).all(axis=0)
            small = (gains <= draft.tolerance * sizes).all(axis=0)
            draft.write(block, gains.max(axis=0), np.asarray(inside & small, dtype=np.bool_))
    return draft.certificate(_METHOD)


def _first_moves(game: CompiledContinuous, chosen: FloatArray, first: int) -> tuple[FloatArray, FloatArray]:
    """Return what another first move is worth at most (pairs,), and the size of the leader's payoffs."""
    value = game.payoff(first, chosen[first], game.total(chosen))
    best, size = np.full(game.size, -np.inf), np.abs(value)
    for share in np.linspace(0, 1, _MOVES + 1):
        actions = chosen.copy()
        actions[first] = game.low[first] + share * (game.high[first] - game.low[first])
        settled = _settle(game, actions, first)
        payoff = game.payoff(first, actions[first], game.total(actions))
        counts = settled & np.isfinite(payoff)
        best = np.maximum(best, np.where(counts, payoff, -np.inf))
        size = np.maximum(size, np.where(counts, np.abs(payoff), 0.0))
    return np.where(np.isfinite(value), np.maximum(best - value, 0.0), np.nan), size


def _settle(game: CompiledContinuous, actions: FloatArray, first: int) -> BoolArray:
    """Move the followers' actions (players, pairs) to their equilibrium; say where they have come to rest."""
    length = np.maximum(game.high - game.low, np.finfo(float).tiny)
    moved = np.full(game.size, np.inf)
    for _ in range(_ROUNDS):
        before = actions.copy()
        for player in range(len(actions)):
            if player != first:
                actions[player] = (actions[player] + _reply(game, actions, player)) / 2
        moved = (np.abs(actions - before) / length).max(axis=0)
        if (moved < _SLACK / 10).all():
            break
    return np.asarray(moved < _SLACK / 10, dtype=np.bool_)


def _reply(game: CompiledContinuous, actions: FloatArray, player: int) -> FloatArray:
    others = game.others(player, actions)
    low, high = game.low[player], game.high[player]
    found: FloatArray = low
    for _ in range(_ZOOMS):
        mesh = low + np.linspace(0, 1, _ACTIONS)[:, None] * (high - low)
        values = game.payoff(player, mesh, game.total_with(player, mesh, others))
        best = np.where(np.isfinite(values), values, -np.inf).argmax(axis=0)[None]
        found = np.take_along_axis(mesh, best, axis=0)[0]
        step = (high - low) / (_ACTIONS - 1)
        low, high = np.maximum(found - step, game.low[player]), np.minimum(found + step, game.high[player])
    return found
