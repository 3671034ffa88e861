"""Two decisions with uniform types and affine gains: replies are affine and clipped, equilibria closed formulas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deterrence.compiled import CompiledThresholds
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.solvers.cutoffs.replies import Replies

__all__ = ["Pair", "pair_of", "solve_pair"]


@dataclass(frozen=True)
class Pair:
    """Clipped affine replies, `p = clip(a + b q)` and `q = clip(c + d p)`, and their common solutions.

    `first` and `second` are (points, equilibria): probabilities of acting; `exists` says which of the padded ones
    exist, `slope` is the derivative of the map once around, `near` marks points where solutions coincide or fill an
    interval.
    """

    first: NumberArray
    second: NumberArray
    exists: BoolArray
    slope: NumberArray
    near: BoolArray


def pair_of(game: CompiledThresholds, chosen: tuple[int, ...]) -> tuple[int, int] | None:
    """Return the two decisions that depend on each other alone, if their replies are clipped affine functions."""
    if len(chosen) != 1 or len(game.decisions[chosen[0]].others) != 1:
        return None
    i, j = chosen[0], game.decisions[chosen[0]].others[0]
    both = (game.decisions[i], game.decisions[j])
    plain = all(d.law.kind == "uniform" and d.parallel and d.corners is not None for d in both)
    return (i, j) if plain and both[1].others == (i,) else None


def solve_pair(game: CompiledThresholds, i: int, j: int) -> Pair:
    """Return every solution at every point: one candidate for each combination of clips, kept where it fits.

    A reply that is zero or one fixes the other; both inside solve two linear equations.
    """
    a, b = _line(game, i, j)
    c, d = _line(game, j, i)
    zero = a * 0
    one = zero + 1
    inner = (a + b * c) / _nonzero(1 - b * d)
    inner_q = c + d * inner
    low_q, high_q, low_p, high_p = _clip(c), _clip(c + d), _clip(a), _clip(a + b)
    candidates = [
        (zero, low_q, a + b * low_q <= 0),
        (low_p, zero, (c + d * low_p <= 0) & (low_p > 0)),
        (inner, inner_q, (inner > 0) & (inner < 1) & (inner_q > 0) & (inner_q < 1) & (1 - b * d != 0)),
        (high_p, one, (c + d * high_p >= 1) & (high_p < 1) & (high_p > 0)),
        (one, high_q, a + b * high_q >= 1),
    ]
    p = np.stack([candidate[0] for candidate in candidates], axis=1)
    q = np.stack([candidate[1] for candidate in candidates], axis=1)
    fits = np.stack([np.asarray(candidate[2], dtype=np.bool_) for candidate in candidates], axis=1)
    near = np.asarray(((b * d == 1) & (a + b * c == 0)), dtype=np.bool_)
    slope = np.stack([zero, zero, b * d, zero, zero], axis=1)
    fits &= ~_repeated(p, fits)
    return _packed(p, q, fits, slope, near | _on_edge(a, b, c, d, p, q, fits))


def _line(game: CompiledThresholds, i: int, j: int) -> tuple[NumberArray, NumberArray]:
    """Return the reply of i before clipping as a function of j's probability: constant and slope."""
    decision = game.decisions[i]
    low, high = decision.law.arguments
    replies = Replies(game)
    zero = low * 0
    at = [(replies.crossing(i, {j: zero + k}) - low) / (high - low) for k in (0, 1)]
    start, end = (1 - at[0], 1 - at[1]) if decision.above else (at[0], at[1])
    return start, end - start


def _clip(x: NumberArray) -> NumberArray:
    return np.minimum(np.maximum(x, 0), 1)


def _nonzero(x: NumberArray) -> NumberArray:
    return np.where(x == 0, 1, x)


def _repeated(p: NumberArray, fits: BoolArray) -> BoolArray:
    """Say which candidates repeat an earlier one."""
    out = np.zeros_like(fits)
    for k in range(1, p.shape[1]):
        for earlier in range(k):
            out[:, k] |= fits[:, k] & fits[:, earlier] & np.asarray(p[:, k] == p[:, earlier], dtype=np.bool_)
    return out


def _on_edge(
    a: NumberArray, b: NumberArray, c: NumberArray, d: NumberArray, p: NumberArray, q: NumberArray, fits: BoolArray
) -> BoolArray:
    """Say where a reply is exactly at the end of what is clipped: an equilibrium appears or vanishes there."""
    raw_p, raw_q = a[:, None] + b[:, None] * q, c[:, None] + d[:, None] * p
    edge = [np.asarray((raw == end) & fits, dtype=np.bool_) for raw in (raw_p, raw_q) for end in (0, 1)]
    return np.asarray(np.logical_or.reduce(edge).any(axis=1))


def _packed(p: NumberArray, q: NumberArray, fits: BoolArray, slope: NumberArray, near: BoolArray) -> Pair:
    """Return the candidates that fit, moved to the front, those with a lower first probability first."""
    order = np.argsort(~fits, axis=1, kind="stable")
    width = max(1, int(fits.sum(axis=1).max(initial=0)))

    def moved(x: NumberArray) -> NumberArray:
        return np.take_along_axis(x, order, axis=1)[:, :width]

    return Pair(moved(p), moved(q), moved(fits), moved(slope), near)
