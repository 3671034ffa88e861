"""Stable networks and partitions: every structure is looked at, at all points of a batch."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.formation import CompiledFormation, Structures, structures
from deterrence.compiled.points import BoolArray, FloatArray, same
from deterrence.errors import SolverError
from deterrence.profiles import Completeness, Found, Structure
from deterrence.solvers.base import FormationSolver

__all__ = ["CoalitionProof", "Efficient", "PairwiseStable", "WarStable"]

TIE: Final = 1e-9  # of the largest payoff: a smaller difference is none
CLOSE: Final = 1e-6  # a smaller one is flagged, unless it is none

_ALL: Final = "every structure was looked at"


class _Enumeration(FormationSolver):
    """Lists the structures that a rule leaves standing."""

    kind: str

    def solve(self, game: CompiledFormation) -> Found[Structure]:
        """Return all structures that pass, padded to the largest number of them."""
        if self.kind not in ("", game.game.kind):
            raise SolverError(f"{self.concept} is about a {self.kind}", remedy=f"the players form a {game.game.kind}")
        good, flagged = self.standing(game)
        good &= game.defined[:, None]
        count = good.sum(axis=1)
        width = max(1, int(count.max(initial=0)))
        order = np.argsort(~good, axis=1, kind="stable")[:, :width]
        exists = np.arange(width) < count[:, None]
        known = same(np.int8(Completeness.ALL), (game.size,))
        profile = Structure(game.players, game.structures.joined[order])
        return Found(profile, exists, known, {Completeness.ALL: _ALL}, flagged & game.defined, game.defined)

    @abstractmethod
    def standing(self, game: CompiledFormation) -> tuple[BoolArray, BoolArray]:
        """Return which structures (points, structures) pass, and points (points,) with near-ties."""


@dataclass(frozen=True, kw_only=True)
class PairwiseStable(_Enumeration):
    """Networks in which nobody gains by cutting a link, and no two gain by adding one (Jackson and Wolinsky 1996).

    A missing link is added when one of the two gains and the other does not lose.
    """

    kind = "network"

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "pairwise-stable"

    def standing(self, game: CompiledFormation) -> tuple[BoolArray, BoolArray]:
        """Return pairwise stable networks."""
        good, flagged = _nothing(game)
        every, tie = game.structures, _tie(game)[:, None]
        codes = np.arange(len(every.joined))
        for k, (i, j) in enumerate(combinations(range(len(game.players)), 2)):
            other = codes ^ (1 << k)
            change = game.payoffs[:, other] - game.payoffs
            gains, losses = change > tie[..., None], change < -tie[..., None]
            flagged |= _close(change[..., [i, j]], game).any(axis=1)
            cut = gains[..., i] | gains[..., j]
            added = (gains[..., i] & ~losses[..., j]) | (gains[..., j] & ~losses[..., i])
            good &= ~np.where(every.joined[:, k], cut, added)
        return good, flagged


@dataclass(frozen=True, kw_only=True)
class Efficient(_Enumeration):
    """Structures with the largest sum of payoffs."""

    kind = ""

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "efficient"

    def standing(self, game: CompiledFormation) -> tuple[BoolArray, BoolArray]:
        """Return efficient structures."""
        total = game.payoffs.sum(axis=2)
        short = total.max(axis=1)[:, None] - total
        tie = _tie(game)[:, None]
        return short <= tie, np.asarray(((short > tie) & (short <= tie * CLOSE / TIE)).any(axis=1), dtype=np.bool_)


@dataclass(frozen=True, kw_only=True)
class CoalitionProof(_Enumeration):
    """Partitions that no group of players would leave to form a coalition of its own, all of them gaining.

    With `dissolve`, the coalitions that lose members fall apart into single players (gamma stability), else what is
    left of them stays together (delta stability; Hart and Kurz 1983). Where payoffs depend on the own coalition alone
    both are the core of a hedonic game (Banerjee, Konishi and Sonmez 2001; Bogomolnaia and Jackson 2002).
    """

    dissolve: bool = False
    kind = "partition"

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "gamma-stable" if self.dissolve else "delta-stable"

    def standing(self, game: CompiledFormation) -> tuple[BoolArray, BoolArray]:
        """Return stable partitions."""
        good, flagged = _nothing(game)
        tie = _tie(game)[:, None]
        n = len(game.players)
        for size in range(1, n + 1):
            for group in combinations(range(n), size):
                after = _after_leaving(n, group, self.dissolve)
                change = game.payoffs[:, after][..., list(group)] - game.payoffs[..., list(group)]
                least = change.min(axis=2)
                flagged |= _close(least, game)
                good &= ~((least > tie) & (after != np.arange(len(after))))
        return good, flagged


@dataclass(frozen=True, kw_only=True)
class WarStable(_Enumeration):
    """War-stable networks of alliances (after Jackson and Nei 2015).

    A country is vulnerable when some other, with allies of its choice, is more than `advantage` times as strong as the
    country with its allies who do not attack. In a war-stable network nobody is vulnerable, no new link makes anybody
    vulnerable, and every link is needed: without it one of the two is vulnerable.
    """

    kind = "network"

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "war-stable"

    def standing(self, game: CompiledFormation) -> tuple[BoolArray, BoolArray]:
        """Return war-stable networks."""
        weak, flagged = _vulnerable(game)
        every = game.structures
        good = np.asarray(~weak.any(axis=2), dtype=np.bool_)
        codes = np.arange(len(every.joined))
        for k, (i, j) in enumerate(combinations(range(len(game.players)), 2)):
            other = weak[:, codes ^ (1 << k)]
            needed = other[..., i] | other[..., j]
            good &= np.where(every.joined[:, k], needed, ~other.any(axis=2))
        return good, flagged


def _vulnerable(game: CompiledFormation) -> tuple[BoolArray, BoolArray]:
    """Return who is vulnerable (points, networks, players), and points at which forces are nearly balanced."""
    n, every = len(game.players), game.structures
    weak = np.zeros(game.payoffs.shape, dtype=np.bool_)
    flagged = np.zeros(game.size, dtype=np.bool_)
    for size in range(1, n):
        for attackers in combinations(range(n), size):
            allied = np.asarray(every.together[:, list(attackers)][:, :, list(attackers)].all(axis=2))
            led = np.asarray(allied.any(axis=1), dtype=np.bool_)  # all are allies of one of them
            outside = [i for i in range(n) if i not in attackers]
            force = game.strengths[:, list(attackers)].sum(axis=1)
            for i in outside:
                helpers = every.together[:, i] & np.isin(np.arange(n), outside)
                held = game.advantage[:, None] * (game.strengths @ helpers.T.astype(np.float64))
                slack = force[:, None] - held
                scale = np.maximum(force[:, None], np.abs(held))
                weak[..., i] |= led & (slack > TIE * scale)
                near = np.asarray(
                    led & (np.abs(slack) > TIE * scale) & (np.abs(slack) <= CLOSE * scale), dtype=np.bool_
                )
                flagged |= near.any(axis=1)
    return weak, flagged


@lru_cache(maxsize=2048)
def _after_leaving(n: int, group: tuple[int, ...], dissolve: bool) -> NDArray[np.intp]:
    """Return which partition comes of each when a group leaves to form a coalition."""
    every: Structures = structures("partition", n)
    inside = np.isin(np.arange(n), group)
    together = every.together & (inside[:, None] == inside)
    together[:, np.ix_(inside, inside)[0], np.ix_(inside, inside)[1]] = True
    if dissolve:
        left = (every.together & inside).any(axis=2) & ~inside  # players whose coalition lost a member
        together &= ~left[:, :, None] & ~left[:, None]
    together |= np.eye(n, dtype=np.bool_)
    places = list(combinations(range(n), 2))
    bits = np.stack([together[:, i, j] for i, j in places], axis=1) @ (1 << np.arange(len(places)))
    return np.asarray(np.searchsorted(every.codes, bits))


def _nothing(game: CompiledFormation) -> tuple[BoolArray, BoolArray]:
    return np.ones(game.payoffs.shape[:2], dtype=np.bool_), np.zeros(game.size, dtype=np.bool_)


def _tie(game: CompiledFormation) -> FloatArray:
    return np.asarray(TIE * np.abs(game.payoffs).max(axis=(1, 2)))


def _close(change: FloatArray, game: CompiledFormation) -> BoolArray:
    """Return (points, ...) where a change is neither none nor clear, over the structures."""
    tie = _tie(game).reshape(-1, *([1] * (change.ndim - 1)))
    near = (np.abs(change) > tie) & (np.abs(change) <= tie * CLOSE / TIE)
    return np.asarray(near.any(axis=1), dtype=np.bool_)
