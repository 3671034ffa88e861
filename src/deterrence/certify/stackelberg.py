"""Strong Stackelberg equilibria, checked: the reply is best, and no other commitment is worth more to the leader."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any, Final

import numpy as np

from deterrence.certify.certificate import TOLERANCE, Certificate, Draft, is_distribution
from deterrence.compiled import CompiledTable
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.outcomes.blocks import blocks, in_arithmetic
from deterrence.profiles import MixedProfile

__all__ = ["certify_stackelberg"]

_METHOD: Final = (
    "strong Stackelberg: the follower's regret; the leader's payoff against the best commitment for every reply, over "
    f"all basic solutions or by a linear programme of its own (in floats, to within {TOLERANCE:g})"
)
_SYSTEMS: Final = 400  # basic solutions for a reply; beyond it a linear programme is solved for every reply
_NUMBERS: Final = 1 << 20
_FEASIBLE: Final = 1e-12


def certify_stackelberg(
    game: CompiledTable, profile: MixedProfile, exists: BoolArray, leader: str = "", *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check commitments of the leader (the first player by default) with the follower's replies.

    That the reply is best is checked in the arithmetic of the points; that nothing is better for the leader is checked
    in floats, by code that shares nothing with the solver.
    """
    exact = game.points.exact
    first = game.players.index(leader) if leader else 0
    draft = Draft(exists, tolerance=tolerance, exact=exact)
    mixtures = [in_arithmetic(x, exact=exact) for x in profile.strategies]
    best = _best_commitments(game, first, np.flatnonzero(exists.any(axis=1)))
    with np.errstate(all="ignore"):
        for block in blocks(exists, _NUMBERS // game.payoffs[..., 0].size):
            x, y = block.take(mixtures[first]), block.take(mixtures[1 - first])
            mine, other = (_led(game, first, i)[..., block.point] for i in (first, 1 - first))
            replies = (x[:, None] * other).sum(axis=0)
            regret = replies.max(axis=0) - (replies * y).sum(axis=0)
            worth = ((x[:, None] * mine).sum(axis=0) * y).sum(axis=0)
            ahead = best[block.point] - worth.astype(np.float64)
            sizes = [np.abs(u).max(axis=(0, 1)).astype(np.float64) for u in (mine, other)]
            small = (ahead <= tolerance * sizes[0]) & (regret <= draft.tolerance * sizes[1])
            sound = is_distribution(x, draft.tolerance) & is_distribution(y, draft.tolerance)
            draft.write(block, np.maximum(regret, _surplus(ahead, tolerance * sizes[0], exact)), sound & small)
    return draft.certificate(_METHOD)


def _surplus(ahead: FloatArray, slack: FloatArray, exact: bool) -> NumberArray:
    """Return what another commitment gains: nothing at exact points where rounding explains it."""
    if not exact:
        return ahead
    return np.array([Fraction(float(a)) if a > s else Fraction(0) for a, s in zip(ahead, slack, strict=True)])


def _led(game: CompiledTable, first: int, player: int) -> NumberArray:
    """Return a player's payoffs (the leader's actions, the follower's, points)."""
    u = game.payoffs[player]
    return np.asarray(u if first == 0 else u.swapaxes(0, 1))


def _best_commitments(game: CompiledTable, first: int, points: NumberArray) -> FloatArray:
    """Return what the best commitment is worth (points,), minus infinity at other points than the given."""
    best = np.full(game.size, -np.inf)
    mine, other = (_led(game, first, i)[..., points].astype(np.float64) for i in (first, 1 - first))
    own, replies = mine.shape[:2]
    if comb(own + replies - 1, own - 1) > _SYSTEMS:
        best[points] = [_programmes(mine[..., k], other[..., k]) for k in range(len(points))]
        return best
    size = max(1, _NUMBERS // (comb(own + replies - 1, own - 1) * own * own))
    for start in range(0, len(points), size):
        here = slice(start, start + size)
        values = [_over_basic(mine[:, j, here].T, _wanted(other[..., here], j)) for j in range(replies)]
        best[points[here]] = np.maximum.reduce(values)
    return best


def _wanted(other: FloatArray, reply: int) -> FloatArray:
    """Return the rows (points, constraints, own) that must not be negative: commitments and incentives."""
    own = other.shape[0]
    gains = np.delete(other[:, reply : reply + 1] - other, reply, axis=1)
    scale = np.maximum(np.abs(gains).max(axis=(0, 1)), 1e-300)
    rows = np.concatenate([np.broadcast_to(np.eye(own)[..., None], (own, own, other.shape[2])), gains / scale], axis=1)
    return np.ascontiguousarray(rows.transpose(2, 1, 0))


def _over_basic(goal: FloatArray, rows: FloatArray) -> FloatArray:
    """Return the largest goal (points, own) over all feasible points where own - 1 of the rows vanish."""
    points, count, own = rows.shape
    chosen = np.array(list(combinations(range(count), own - 1)), dtype=np.intp).reshape(-1, own - 1)
    systems = np.concatenate([rows[:, chosen], np.ones((points, len(chosen), 1, own))], axis=2)
    singular = np.linalg.slogdet(systems)[0] == 0
    systems[singular] = np.eye(own)
    right = np.zeros((points, len(chosen), own, 1))
    right[:, :, -1] = 1
    x = np.linalg.solve(systems, right)[..., 0]
    feasible = (x @ rows.transpose(0, 2, 1) >= -_FEASIBLE).all(axis=2) & (np.abs(x.sum(axis=2) - 1) <= _FEASIBLE)
    worth = np.einsum("pco,po->pc", x, goal)
    return np.asarray(np.where(feasible, worth, -np.inf).max(axis=1))


def _programmes(mine: FloatArray, other: FloatArray) -> float:
    """Return the best commitment's worth by one linear programme for every reply."""
    values = [_programme(mine[:, j], np.delete(other[:, j : j + 1] - other, j, axis=1).T) for j in range(mine.shape[1])]
    return max(values)


def _programme(goal: FloatArray, gains: FloatArray) -> float:
    from scipy.optimize import linprog

    own = len(goal)
    rows: dict[str, Any] = {"A_ub": -gains, "b_ub": np.zeros(len(gains))} if len(gains) else {}
    answer = linprog(-goal, A_eq=np.ones((1, own)), b_eq=[1.0], method="highs", **rows)
    return float("-inf") if answer.x is None else float(goal @ answer.x)
