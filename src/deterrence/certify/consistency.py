"""Consistent beliefs (Kreps and Wilson 1982), checked exactly through the orders and coefficients of trembles.

An assessment is consistent when every move can be given a tremble `coefficient * epsilon**order`, of order zero and
with its own probability as coefficient where it has one, so that beliefs are the limits of Bayes' rule. By the theorem
of the alternative this asks for two things (Perea y Monsuwe, Jansen and Peters 1997). First, for orders by which the
nodes that are believed possible are those of least order at their information sets: linear inequalities. Second, that
every product of powers of ratios of beliefs in which all unknown coefficients cancel has the value that play gives it.

Nothing here knows how the beliefs were found. Moves of nature that have probability zero tremble like the players'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import TypeAlias

import numpy as np

from deterrence.certify.beliefs import REACHED, belief_slices
from deterrence.certify.contest import solve_contest
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.games import Tree
from deterrence.outcomes.blocks import Play

__all__ = ["Consistency"]

Branch: TypeAlias = "tuple[int, int]"  # information set and action, or minus one minus a chance node and branch
Row: TypeAlias = "list[Fraction]"


@dataclass(frozen=True)
class Consistency:
    """Says whether assessments of one tree, in which no histories share nodes, are consistent."""

    tree: Tree
    _verdicts: dict[tuple[bytes, bytes], _Pattern] = field(default_factory=dict)

    def holds(self, play: Play, beliefs: NumberArray, tolerance: float) -> BoolArray:
        """Say where beliefs (members, pairs) are consistent with the strategies.

        In floats what is not larger than 1e-12 counts as zero, and products may differ by `tolerance`, relatively.
        """
        least = 0 if play.game.points.exact else REACHED
        odds = {branch: self._odds(play, branch) for branch in self.branches}
        strong = [np.asarray(odds[b] > least, dtype=np.bool_) for b in self.branches]
        possible = np.asarray(beliefs > least, dtype=np.bool_)
        sound = np.zeros(beliefs.shape[1], dtype=np.bool_)
        marks = np.stack([*strong, *possible])  # a single choice has no branches above it
        patterns, which = np.unique(marks, axis=1, return_inverse=True)
        for k, pattern in enumerate(patterns.T):
            here = np.flatnonzero(which.reshape(-1) == k)
            played = {b for b, mark in zip(self.branches, pattern, strict=False) if mark}
            found = self._pattern(frozenset(played), pattern[len(self.branches) :])
            if found.ordered:
                known = {b: odds[b][here] for b in played}
                sound[here] = found.balanced(known, beliefs[:, here], tolerance)
        return sound

    def _pattern(self, played: frozenset[Branch], possible: BoolArray) -> _Pattern:
        key = (repr(sorted(played)).encode(), possible.tobytes())
        if key not in self._verdicts:
            members = [list(range(part.start, part.stop)) for part in belief_slices(self.tree)]
            self._verdicts[key] = _Pattern(self.ways, members, played, tuple(map(bool, possible)))
        return self._verdicts[key]

    @cached_property
    def ways(self) -> list[list[Branch]]:
        """By member of all information sets: the branches on the way to it."""
        above: list[list[Branch]] = [[] for _ in self.tree.nodes]
        for i, node in enumerate(self.tree.nodes):
            for b, child in enumerate(node.children):
                place = node.information_set if node.kind == "decision" else -1 - i
                above[child] = [*above[i], (place, b)]
        return [above[member] for h in self.tree.information_sets for member in h.members]

    @cached_property
    def branches(self) -> list[Branch]:
        """All branches that lead to a member."""
        return list(dict.fromkeys(branch for way in self.ways for branch in way))

    def _odds(self, play: Play, branch: Branch) -> NumberArray:
        place, b = branch
        if place >= 0:
            return np.asarray(play.strategy[self.tree.information_sets[place].first_move + b])
        return np.broadcast_to(play.branches(-1 - place)[b], play.strategy.shape[1:])


@dataclass(frozen=True)
class _Pattern:
    """What has probability zero, and which nodes are believed possible; `members` are positions by information set."""

    ways: list[list[Branch]]
    members: list[list[int]]
    played: frozenset[Branch]
    possible: tuple[bool, ...]

    @cached_property
    def trembling(self) -> list[Branch]:
        """The branches whose orders and coefficients are unknown."""
        return list(dict.fromkeys(b for way in self.ways for b in way if b not in self.played))

    def _needs(self, member: int) -> Row:
        return [Fraction(self.ways[member].count(branch)) for branch in self.trembling]

    @cached_property
    def _pairs(self) -> list[tuple[int, int]]:
        """Nodes of one information set that are both possible: each with the first."""
        kept = [[m for m in members if self.possible[m]] for members in self.members]
        return [(m, row[0]) for row in kept for m in row[1:]]

    @cached_property
    def ordered(self) -> bool:
        """Whether orders exist by which exactly the possible nodes have least order, somewhere at every set."""
        if not all(any(self.possible[m] for m in members) for members in self.members):
            return False
        more: list[Row] = [[Fraction(i == k) for i in range(len(self.trembling))] for k in range(len(self.trembling))]
        for members in self.members:
            least = next(m for m in members if self.possible[m])
            more += [_minus(self._needs(m), self._needs(least)) for m in members if not self.possible[m]]
        if not more:
            return True
        same = [_minus(self._needs(x), self._needs(y)) for x, y in self._pairs]
        directions = _null_space(same, len(self.trembling))
        if not directions:
            return False
        rows = [[_dot(row, d) for row in more] for d in directions]
        return solve_contest([*rows, *([-x for x in row] for row in rows)]).value > 0

    @cached_property
    def products(self) -> list[dict[int, int]]:
        """Powers of the possible nodes' probabilities in whose product all unknown coefficients cancel."""
        columns = [_minus(self._needs(x), self._needs(y)) for x, y in self._pairs]
        rows = [list(row) for row in zip(*columns, strict=True)]
        found = []
        for weights in _null_space(rows, len(columns)):
            scale = lcm(*(w.denominator for w in weights))
            powers: dict[int, int] = {}
            for (x, y), weight in zip(self._pairs, weights, strict=True):
                powers[x] = powers.get(x, 0) + int(weight * scale)
                powers[y] = powers.get(y, 0) - int(weight * scale)
            found.append(powers)
        return found

    def balanced(self, odds: dict[Branch, NumberArray], beliefs: NumberArray, tolerance: float) -> BoolArray:
        """Say where products of beliefs have the values that play gives them."""
        sound = np.ones(beliefs.shape[1], dtype=np.bool_)
        for powers in self.products:
            left, right = (self._side(powers, sign, odds, beliefs) for sign in (1, -1))
            gap, size = np.abs(left - right), np.maximum(left, right)
            sound &= np.asarray(gap <= tolerance * size, dtype=np.bool_)
        return sound

    def _side(
        self, powers: dict[int, int], sign: int, odds: dict[Branch, NumberArray], beliefs: NumberArray
    ) -> NumberArray:
        """Return the product of beliefs with powers of one sign, and of what play gives to the others."""
        total: NumberArray = beliefs[0] * 0 + 1
        for member, power in powers.items():
            if sign * power > 0:
                total = total * beliefs[member] ** abs(power)
            else:
                for branch in self.ways[member]:
                    if branch in self.played:
                        total = total * odds[branch] ** abs(power)
        return total


def _minus(one: Sequence[Fraction], other: Sequence[Fraction]) -> Row:
    return [a - b for a, b in zip(one, other, strict=True)]


def _dot(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def _null_space(rows: Sequence[Sequence[Fraction]], width: int) -> list[Row]:
    """Return a basis of the vectors that are orthogonal to all rows."""
    left = [list(row) for row in rows]
    pivots: list[int] = []
    for column in range(width):
        k = len(pivots)
        chosen = next((i for i in range(k, len(left)) if left[i][column]), None)
        if chosen is None:
            continue
        left[k], left[chosen] = left[chosen], left[k]
        left[k] = [x / left[k][column] for x in left[k]]
        for i in range(len(left)):
            if i != k and left[i][column]:
                left[i] = [x - left[i][column] * y for x, y in zip(left[i], left[k], strict=True)]
        pivots.append(column)
    basis = []
    for free in (c for c in range(width) if c not in pivots):
        vector = [Fraction(c == free) for c in range(width)]
        for row, pivot in zip(left, pivots, strict=False):
            vector[pivot] = -row[free]
        basis.append(vector)
    return basis
