"""All equilibria in cutoffs of threshold games, batched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from deterrence.compiled import CompiledThresholds
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.errors import SolverError
from deterrence.profiles import Completeness, CutoffProfile, Found
from deterrence.solvers.base import ThresholdSolver
from deterrence.solvers.cutoffs.dominance import surviving
from deterrence.solvers.cutoffs.replies import Replies, feedback, greatest_slope, has_one_equilibrium
from deterrence.solvers.cutoffs.roots import NOTHING, Scan, bracketed, edges, scan
from deterrence.solvers.cutoffs.signals import signal_cutoffs
from deterrence.solvers.cutoffs.uniform import pair_of, solve_pair

__all__ = ["CutoffEquilibria"]

_STEP: Final = 1e-6  # of probability, for the slope of the best-reply map
_SAME: Final = 1e-9  # probabilities that differ by less are one equilibrium
_ELIMINATIONS: Final = 40  # rounds of dominance that are tried for an argument of uniqueness
_ROUNDS: Final = 2000  # of best replies from each start, where the map has several dimensions

_CLOSED: Final = "closed form: every combination of clipped replies was tried"
_DIRECT: Final = "no decision depends on itself, so each follows from the others"
_ONE: Final = "the best-reply map falls, or iterated dominance leaves one profile: there is exactly one equilibrium"
_CELLS: Final = (
    "changes of sign of the best-reply map on a grid of {} cells from none to all acting; two equilibria closer than a "
    "cell can be missed; of an interval of equilibria (flagged) the ends are listed"
)
_STARTS: Final = "iterated best replies from all corners: unstable equilibria are not found this way"
_UNIQUE: Final = (
    "complements under a diffuse prior: shifting an equilibrium shifts incentives one way, so there is only one "
    "(Frankel, Morris and Pauzner 2003); for zero noise the limit, by risk dominance (Carlsson and van Damme 1993)"
)
_SELECTED: Final = (
    "an action is nowhere dominant, so taking the other at every signal can be an equilibrium too; listed is the one "
    "that noise selects as soon as the action is dominant in some far states"
)
_NEITHER: Final = "the signals' gains are no complements, or do not rise the right way: nothing was searched"


@dataclass(frozen=True, kw_only=True)
class CutoffEquilibria(ThresholdSolver):
    """Every Bayes-Nash equilibrium in cutoffs.

    Two decisions with uniform types and affine payoffs have closed formulas (and may be solved exactly). Otherwise the
    best-reply map is followed along the one decision on which the others depend, on a grid of `cells`, every change of
    sign refined. Where several decisions are needed to break all circles, best replies are iterated from all corners.
    Signals about a common state are solved for two decisions with complements.

    Points with roots that touch, appear or vanish are flagged. Raises `SolverError` for what it cannot treat.
    """

    cells: int = 32

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "bayes-nash"

    def solve(self, game: CompiledThresholds) -> Found[CutoffProfile]:
        """Return the equilibria at every point, the least first."""
        with np.errstate(all="ignore"):  # what is not finite is marked below
            return self._solve(game)

    def _solve(self, game: CompiledThresholds) -> Found[CutoffProfile]:
        if game.decisions[0].law.kind.endswith("-signal"):
            return _signals(game)
        chosen, order = feedback(game)
        pair = pair_of(game, chosen)
        if pair is not None:
            return _paired(game, *pair)
        if game.points.exact:
            raise SolverError("only two decisions with uniform types are solved exactly", remedy="leave exact out")
        if not chosen:
            return _direct(game, order)
        return self._along(game, chosen[0], order) if len(chosen) == 1 else _iterated(game, chosen, order)

    def _along(self, game: CompiledThresholds, start: int, order: tuple[int, ...]) -> Found[CutoffProfile]:
        """Follow the best-reply map along one decision: where there may be several equilibria, over all cells."""
        alone = has_one_equilibrium(game)
        one, rest = np.flatnonzero(alone), np.flatnonzero(~alone)
        every = Replies(game, None if not one.size else rest)
        found = scan(lambda p: _excess(every, start, order, np.full(rest.size, p)), self.cells)
        root = found.nodes[found.left]
        for cell, refine in ((~found.exact & ~found.edge, _root), (found.edge, _edge)):
            if cell.any():
                root[cell] = refine(game, start, order, found, np.flatnonzero(cell), rest)
        again = np.zeros(root.size, dtype=np.bool_)
        again[1:] = (np.diff(found.point) == 0) & (np.diff(root) <= _SAME)
        points = np.concatenate([rest[found.point[~again]], one])
        roots = np.concatenate([root[~again], _only(game, start, order, one)])
        by_point = np.argsort(points, kind="stable")
        acts, exists = _padded(roots[by_point], points[by_point], game.size)
        single = exists.sum(axis=1) == 1
        falls, near = alone.copy(), np.zeros_like(alone)
        falls[rest] = (np.diff(found.values + found.nodes[:, None], axis=0) <= 0).all(axis=0)
        near[rest] = found.near
        sure = single & (falls | _dominance_solvable(game, single & ~falls))
        arguments = {Completeness.ALL: _ONE, Completeness.SOME: _CELLS.format(self.cells)}
        settled = np.where(sure, Completeness.ALL, Completeness.SOME).astype(np.int8)
        return _found(game, acts[..., None], (start,), order, exists, settled, arguments, near)


def _excess(replies: Replies, start: int, order: tuple[int, ...], p: FloatArray) -> FloatArray:
    """Return the reply to what follows from p, minus p."""
    return np.asarray(replies.reply(start, replies.around((start,), order, (p,))) - p)


def _excess_at(
    game: CompiledThresholds, start: int, order: tuple[int, ...], points: NumberArray
) -> Callable[[NumberArray], Callable[[FloatArray], FloatArray]]:
    """Return what makes the excess, as a function of p, at some of the points."""
    return lambda index: partial(_excess, Replies(game, points[index]), start, order)


def _only(game: CompiledThresholds, start: int, order: tuple[int, ...], one: NumberArray) -> FloatArray:
    """Return the fixed point where there is exactly one: at an end, or between both."""
    excess = _excess_at(game, start, order, one)(np.arange(one.size))
    low, high = np.zeros(one.size), np.ones(one.size)
    at_low, at_high = excess(low), excess(high)
    if not one.size:
        return low
    root = bracketed(_excess_at(game, start, order, one), low, high, at_low, at_high)
    return np.where(np.abs(at_low) <= NOTHING, 0.0, np.where(np.abs(at_high) <= NOTHING, 1.0, root))


def _root(
    game: CompiledThresholds,
    start: int,
    order: tuple[int, ...],
    found: Scan,
    cell: NumberArray,
    scanned: NumberArray,
) -> FloatArray:
    point, left = found.point[cell], found.left[cell]
    a, b = found.nodes[left], found.nodes[left + 1]
    return bracketed(
        _excess_at(game, start, order, scanned[point]), a, b, found.values[left, point], found.values[left + 1, point]
    )


def _edge(
    game: CompiledThresholds,
    start: int,
    order: tuple[int, ...],
    found: Scan,
    cell: NumberArray,
    scanned: NumberArray,
) -> FloatArray:
    point, left = found.point[cell], found.left[cell]
    excess = partial(_excess, Replies(game, scanned[point]), start, order)
    vanishes = np.abs(found.values[left, point]) <= NOTHING
    return edges(excess, found.nodes[left], found.nodes[left + 1], vanishes)


def _padded(values: FloatArray, point: NumberArray, size: int) -> tuple[FloatArray, BoolArray]:
    """Return values listed point by point as (points, equilibria), and which exist."""
    counts = np.bincount(point, minlength=size)
    place = np.arange(point.size) - np.repeat(np.cumsum(counts) - counts, counts)
    exists = np.zeros((size, max(1, int(counts.max(initial=0)))), dtype=np.bool_)
    exists[point, place] = True
    out = np.zeros(exists.shape)
    out[point, place] = values
    return out, exists


def _dominance_solvable(game: CompiledThresholds, where: BoolArray) -> BoolArray:
    """Say at which of the points iterated dominance leaves one profile: at once where the map is a contraction."""
    out = np.zeros_like(where)
    if all(d.corners is not None for d in game.decisions):
        out |= where & (greatest_slope(game) < 1)
        index = np.flatnonzero(where & ~out)
        left = surviving(game, index=index, rounds=_ELIMINATIONS)
        out[index] = (left.greatest - left.least <= _SAME).all(axis=1)
    return out


def _direct(game: CompiledThresholds, order: tuple[int, ...]) -> Found[CutoffProfile]:
    exists = np.ones((game.size, 1), dtype=np.bool_)
    settled = np.zeros(game.size, dtype=np.int8)
    near = np.zeros(game.size, dtype=np.bool_)
    return _found(game, np.zeros((game.size, 1, 0)), (), order, exists, settled, {Completeness.ALL: _DIRECT}, near)


def _paired(game: CompiledThresholds, i: int, j: int) -> Found[CutoffProfile]:
    pair = solve_pair(game, i, j)
    order = tuple(k for k in range(len(game.decisions)) if k not in (i, j))
    settled = np.zeros(game.size, dtype=np.int8)
    acts = np.stack([pair.first, pair.second], axis=-1)
    found = _found(game, acts, (i, j), order, pair.exists, settled, {Completeness.ALL: _CLOSED}, pair.near)
    profile = found.profiles
    known = CutoffProfile(profile.decisions, profile.players, profile.cutoffs, profile.acts, pair.slope)
    return Found(known, found.exists, found.completeness, found.arguments, found.flagged, found.defined)


def _iterated(game: CompiledThresholds, chosen: tuple[int, ...], order: tuple[int, ...]) -> Found[CutoffProfile]:
    """Iterate best replies from every corner of the chosen decisions' probabilities, and from the middle."""
    replies = Replies(game)
    starts = [np.full(len(chosen), 0.5), *(np.array(c, dtype=float) for c in np.ndindex(*[2] * min(len(chosen), 4)))]
    ends = []
    for start in starts:
        p = np.repeat(np.resize(start, len(chosen))[:, None], game.size, axis=1)
        ends.append(_settled(replies, chosen, order, p))
    points = np.stack([p for p, _ in ends], axis=1)  # (chosen, starts, points)
    good = np.stack([still for _, still in ends]).T
    for k in range(1, points.shape[1]):
        same = np.abs(points[:, :k] - points[:, k : k + 1]).max(axis=0) <= 1e3 * _SAME
        good[:, k] &= ~(same.T & good[:, :k]).any(axis=1)
    keep = np.argsort(~good, axis=1, kind="stable")[:, : max(1, int(good.sum(axis=1).max(initial=0)))]
    acts = np.take_along_axis(points.transpose(2, 1, 0), keep[..., None], axis=1)
    exists = np.take_along_axis(good, keep, axis=1)
    settled = np.full(game.size, Completeness.SOME, dtype=np.int8)
    near = np.zeros(game.size, dtype=np.bool_)
    return _found(game, acts, chosen, order, exists, settled, {Completeness.SOME: _STARTS}, near)


def _settled(
    replies: Replies, chosen: tuple[int, ...], order: tuple[int, ...], p: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Return where damped best replies come to rest, and where they do."""
    still = np.zeros(p.shape[1], dtype=np.bool_)
    for _ in range(_ROUNDS):
        acts = replies.around(chosen, order, tuple(p))
        reply = np.stack([replies.reply(i, acts) for i in chosen])
        gap = np.abs(reply - p).max(axis=0)
        still = gap <= 1e-14
        p = np.where(still, reply, (p + reply) / 2)
        if (still | np.isnan(gap)).all():  # what has no value never gets one
            break
    return p, still


def _signals(game: CompiledThresholds) -> Found[CutoffProfile]:
    if game.points.exact:
        raise SolverError("signals are solved in floating point", remedy="leave exact out")
    cutoffs, fits, dominant = signal_cutoffs(game)
    exists = (fits & np.isfinite(cutoffs).all(axis=1))[:, None]
    shape = (game.size, 1, 2)
    nothing = np.full(shape, np.nan)
    profile = _profile(game, np.where(exists[..., None], cutoffs[:, None], np.nan), nothing, nothing[..., 0])
    settled = np.where(dominant, Completeness.ALL, Completeness.SOME)
    settled = np.where(exists[:, 0], settled, Completeness.UNKNOWN).astype(np.int8)
    arguments = {Completeness.ALL: _UNIQUE, Completeness.SOME: _SELECTED, Completeness.UNKNOWN: _NEITHER}
    return Found(profile, exists, settled, arguments, np.zeros(game.size, dtype=np.bool_), game.defined)


def _profile(game: CompiledThresholds, cutoffs: NumberArray, acts: NumberArray, slope: NumberArray) -> CutoffProfile:
    return CutoffProfile(game.names, tuple(d.player for d in game.decisions), cutoffs, acts, slope)


def _found(
    game: CompiledThresholds,
    acts: NumberArray,
    chosen: tuple[int, ...],
    order: tuple[int, ...],
    exists: BoolArray,
    settled: NumberArray,
    arguments: dict[Completeness, str],
    near: BoolArray,
) -> Found[CutoffProfile]:
    """Return the equilibria whose chosen probabilities are (points, equilibria, chosen), with all that follows."""
    kind = object if game.points.exact else np.float64
    shape = (*exists.shape, len(game.decisions))
    cutoffs, shares, slope = np.zeros(shape, dtype=kind), np.zeros(shape, dtype=kind), np.zeros(exists.shape)
    for k in range(exists.shape[1]):
        at = np.flatnonzero(exists[:, k]) if k else None  # the first at all points: what has no value shows there
        replies, rows = Replies(game, at), slice(None) if at is None else at
        given = tuple(acts[rows, k, c] for c in range(len(chosen)))
        here = replies.around(chosen, order, given)
        for i in range(len(game.decisions)):
            shares[rows, k, i] = here[i]
            cutoffs[rows, k, i] = replies.cutoff(i, here)
        if len(chosen) == 1:
            slope[rows, k] = _slope(replies, chosen[0], order, given[0])
        elif chosen and not game.points.exact:
            slope[:, k] = np.nan
    sound = np.asarray((shares == shares).all(axis=2), dtype=np.bool_)
    profile = _profile(game, cutoffs, shares, slope)
    unknown = np.where(sound.all(axis=1), settled, Completeness.UNKNOWN).astype(np.int8)
    reasons = {**arguments, Completeness.UNKNOWN: "a gain does not run the right way in the type, or has no value"}
    return Found(profile, exists & sound, unknown, reasons, near, game.defined)


def _slope(replies: Replies, start: int, order: tuple[int, ...], p: FloatArray) -> FloatArray:
    """Return the derivative of the best-reply map at p, one-sided at the ends."""
    low, high = np.maximum(p - _STEP, 0), np.minimum(p + _STEP, 1)
    change = _excess(replies, start, order, high) - _excess(replies, start, order, low)
    return np.asarray(change / (high - low) + 1)
