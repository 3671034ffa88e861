"""Which minors decide which pair of supports.

Let A hold a player's payoffs (rows: the player's own actions, columns: the opponent's). For rows R and columns C
with |R| = |C| + 1 write

    M(R, C) = det [ A[R, C] | 1 ],

the minor bordered by a column of ones. Take supports I, J of equal size k. The opponent's mixed strategy y on J
that makes the player indifferent on I, and the loss that the player suffers from an action i outside I, are

    y_j    = c (-1)^pos(j in J)  M(I, J - j),
    loss_i = -c (-1)^pos(i in I) M(I + i, J),        pos = how many members of the set are smaller,

with one common factor c (Cramer's rule, then Laplace expansion along the new row). So y is a strategy against which
the player has no profitable deviation exactly when all these signed minors have one sign; c itself is not needed.
There are as many of them as the player has actions, and each minor serves many pairs.

Subsets are kept in colexicographic order: the subsets of {0..c-1} of one size are a prefix of those of {0..n-1},
which lets one array operation compute many minors.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Group",
    "Level",
    "Plan",
    "Side",
    "Subset",
    "bimatrix_plan",
    "equal_size_pairs",
    "mask",
    "signed_minors",
    "subsets",
]

Subset = tuple[int, ...]
IntArray = NDArray[np.intp]


@dataclass(frozen=True)
class Level:
    """The minors M(R, C) with |C| = `size`: every R of `rows` with every C of `columns`, from number `first` on."""

    size: int
    rows: tuple[Subset, ...]
    columns: tuple[Subset, ...]
    first: int


@dataclass(frozen=True, eq=False)
class Side:
    """The minors of one player's payoffs, and for each pair of supports the tests made of them.

    `minor` and `negated`, both (pairs, own), name the minors that must have one sign and those that count with the
    opposite sign; `weight` tells the weights of the opponent's strategy from the losses. `label` is the action that
    each test belongs to, as a bit (row actions first, then column actions): unused where the weight is zero, a best
    reply where the loss is. `fixed`, (pairs,), are the bits of the actions that are so by the choice of supports.
    """

    own: int
    other: int
    levels: tuple[Level, ...]
    minor: IntArray
    negated: NDArray[np.bool_]
    weight: NDArray[np.bool_]
    label: IntArray
    fixed: IntArray

    @property
    def minors(self) -> int:
        last = self.levels[-1]
        return last.first + len(last.rows) * len(last.columns)


@dataclass(frozen=True, eq=False)
class Group:
    """The pairs of supports of one size, numbers `first` to `last` - 1: their members, (size, last - first) each."""

    first: int
    last: int
    rows: IntArray
    columns: IntArray


@dataclass(frozen=True, eq=False)
class Plan:
    """All pairs of supports of equal size of an m x n game, smallest first, with the tests of both players."""

    pairs: tuple[tuple[Subset, Subset], ...]
    groups: tuple[Group, ...]
    row_mask: IntArray
    column_mask: IntArray
    row_side: Side
    column_side: Side


def subsets(items: int, size: int) -> tuple[Subset, ...]:
    """Return the subsets of range(items) of one size in colexicographic order."""
    return tuple(sorted(combinations(range(items), size), key=lambda subset: subset[::-1]))


def equal_size_pairs(m: int, n: int) -> tuple[tuple[Subset, Subset], ...]:
    """Return every (I, J) with |I| = |J| >= 1, I within range(m), J within range(n)."""
    sizes = range(1, min(m, n) + 1)
    return tuple((i, j) for k in sizes for i in subsets(m, k) for j in subsets(n, k))


def signed_minors(own: Subset, other: Subset, actions: int) -> list[tuple[Subset, Subset, bool]]:
    """Return (R, C, negated) for the tests of one pair: weights of `other` first, then losses outside `own`."""
    weights = [(own, other[:p] + other[p + 1 :], p % 2 == 1) for p in range(len(other))]
    losses = []
    for action in sorted(set(range(actions)) - set(own)):
        position = sum(member < action for member in own)
        losses.append(((*own[:position], action, *own[position:]), other, position % 2 == 0))
    return weights + losses


def mask(subset: Subset, shift: int = 0) -> int:
    """Return the subset as a bit mask."""
    return sum(1 << (item + shift) for item in subset)


def _levels(own: int, other: int) -> tuple[Level, ...]:
    levels: list[Level] = []
    first = 0
    for size in range(min(own - 1, other) + 1):
        level = Level(size, subsets(own, size + 1), subsets(other, size), first)
        first += len(level.rows) * len(level.columns)
        levels.append(level)
    return tuple(levels)


def _side(own: int, other: int, pairs: list[tuple[Subset, Subset]], own_shift: int, other_shift: int) -> Side:
    levels = _levels(own, other)
    number = {
        (r, c): level.first + i * len(level.columns) + j
        for level in levels
        for i, r in enumerate(level.rows)
        for j, c in enumerate(level.columns)
    }
    tests = [signed_minors(i, j, own) for i, j in pairs]
    outside = [tuple(sorted(set(range(own)) - set(i))) for i, _ in pairs]
    label = [
        [1 << (a + other_shift) for a in j] + [1 << (a + own_shift) for a in o]
        for (_, j), o in zip(pairs, outside, strict=True)
    ]
    full = mask(tuple(range(own + other)))
    return Side(
        own=own,
        other=other,
        levels=levels,
        minor=np.array([[number[r, c] for r, c, _ in test] for test in tests], np.intp),
        negated=np.array([[negated for _, _, negated in test] for test in tests]),
        weight=np.array([[position < len(j) for position in range(own)] for _, j in pairs]),
        label=np.array(label, np.intp),
        fixed=np.array([full - sum(bits) for bits in label], np.intp),
    )


def _group(pairs: tuple[tuple[Subset, Subset], ...], size: int) -> Group:
    chosen = [number for number, (rows, _) in enumerate(pairs) if len(rows) == size]
    rows = np.array([pairs[number][0] for number in chosen], np.intp).T
    columns = np.array([pairs[number][1] for number in chosen], np.intp).T
    return Group(chosen[0], chosen[-1] + 1, rows, columns)


@cache
def bimatrix_plan(m: int, n: int) -> Plan:
    """Return the plan of all m x n games."""
    pairs = equal_size_pairs(m, n)
    return Plan(
        pairs=pairs,
        groups=tuple(_group(pairs, size) for size in range(1, min(m, n) + 1)),
        row_mask=np.array([mask(i) for i, _ in pairs], np.intp),
        column_mask=np.array([mask(j) for _, j in pairs], np.intp),
        row_side=_side(m, n, list(pairs), 0, m),
        column_side=_side(n, m, [(j, i) for i, j in pairs], m, 0),
    )
