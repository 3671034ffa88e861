"""All extreme equilibria of one bimatrix game in exact rational arithmetic, degenerate or not.

Strategies y of the column player with the row player's best payoff form a polyhedron; its vertices are the y that
some pair of supports of equal size determines (see `plan`), and they are found from the signs of integer minors.
Each vertex carries labels: the row actions that are best replies to it, and the column actions that it does not use.
A pair (x, y) of vertices of the two players' polyhedra is an equilibrium exactly when their labels together are all
actions of both players: every action is then unused or a best reply. These pairs are the extreme equilibria, and all
equilibria are convex combinations of them (see `nash_subsets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import comb, lcm

from deterrence.errors import SolverError
from deterrence.solvers.bimatrix.plan import Subset, equal_size_pairs, mask, signed_minors

__all__ = ["MOST_PAIRS", "exact_extreme_equilibria"]

MOST_PAIRS = 50_000

Matrix = Sequence[Sequence[Fraction]]
Strategy = tuple[Fraction, ...]
Minors = dict[tuple[Subset, Subset], int]


def exact_extreme_equilibria(A: Matrix, B: Matrix) -> list[tuple[Strategy, Strategy]]:
    """Return every extreme equilibrium (x, y) of the m x n game with payoffs A and B, sorted.

    The list is complete for every game. Raises SolverError when the shapes differ, or when the game has more than
    `MOST_PAIRS` pairs of supports of equal size, binomial(m + n, m) - 1 (8 x 8 has 12,869).

    >>> half = Fraction(1, 2)
    >>> pennies = [[Fraction(1), Fraction(-1)], [Fraction(-1), Fraction(1)]]
    >>> other = [[-payoff for payoff in row] for row in pennies]
    >>> exact_extreme_equilibria(pennies, other) == [((half, half), (half, half))]
    True
    """
    m, n = _shape(A, B)
    pairs = equal_size_pairs(m, n)
    transposed = list(zip(*B, strict=True))
    everything = (1 << (m + n)) - 1
    ys = _vertices(_integers(A), pairs, own_shift=0, other_shift=m)
    xs = _vertices(_integers(transposed), [(j, i) for i, j in pairs], own_shift=m, other_shift=0)
    return sorted((xs[p], ys[q]) for p in xs for q in ys if p | q == everything)


def _shape(A: Matrix, B: Matrix) -> tuple[int, int]:
    m, n = len(A), len(A[0]) if A else 0
    if not n or len(B) != m or any(len(row) != n for matrix in (A, B) for row in matrix):
        raise SolverError(
            "the payoff matrices do not have one shape", remedy="pass two lists of m rows of n payoffs, m, n >= 1"
        )
    pairs = comb(m + n, m) - 1
    if pairs > MOST_PAIRS:
        raise SolverError(
            f"a {m} x {n} game has {pairs} pairs of supports, more than {MOST_PAIRS}", remedy="use lemke_howson"
        )
    return m, n


def _integers(matrix: Matrix) -> list[list[int]]:
    """Return the matrix times its common denominator: a positive factor changes no vertex and no label."""
    factor = lcm(*(Fraction(payoff).denominator for row in matrix for payoff in row))
    return [[int(payoff * factor) for payoff in row] for row in matrix]


def _vertices(
    payoffs: list[list[int]], pairs: Sequence[tuple[Subset, Subset]], *, own_shift: int, other_shift: int
) -> dict[int, Strategy]:
    """Return the opponent's strategies that are vertices against the owner of the payoffs, by their labels."""
    minors = _bordered_minors(payoffs)
    actions = len(payoffs)
    found: dict[int, Strategy] = {}
    for own, other in pairs:
        values = [-minors[r, c] if negated else minors[r, c] for r, c, negated in signed_minors(own, other, actions)]
        weights, losses = values[: len(other)], values[len(other) :]
        if not any(weights) or (min(values) < 0 < max(values)):
            continue
        outside = [action for action in range(actions) if action not in own]
        unused = set(range(len(payoffs[0]))) - {a for a, w in zip(other, weights, strict=True) if w}
        best = set(own) | {a for a, loss in zip(outside, losses, strict=True) if not loss}
        labels = mask(tuple(best), own_shift) | mask(tuple(unused), other_shift)
        found.setdefault(labels, _strategy(other, weights, len(payoffs[0])))
    return found


def _strategy(support: Subset, weights: list[int], actions: int) -> Strategy:
    total = sum(weights)
    strategy = [Fraction(0)] * actions
    for action, weight in zip(support, weights, strict=True):
        strategy[action] = Fraction(weight, total)
    return tuple(strategy)


def _bordered_minors(payoffs: list[list[int]]) -> Minors:
    """Return every M(R, C) with |R| = |C| + 1, by expansion along the last column of C."""
    own, other = len(payoffs), len(payoffs[0])
    minors: Minors = {((row,), ()): 1 for row in range(own)}
    for size in range(1, min(own - 1, other) + 1):
        for columns in combinations(range(other), size):
            column = [payoffs[row][columns[-1]] for row in range(own)]
            for rows in combinations(range(own), size + 1):
                minors[rows, columns] = _expand(rows, columns[:-1], column, minors)
    return minors


def _expand(rows: Subset, fewer: Subset, column: list[int], minors: Minors) -> int:
    """Expand along the column just left of the ones."""
    total = 0
    for position, row in enumerate(rows):
        term = column[row] * minors[rows[:position] + rows[position + 1 :], fewer]
        total += term if (len(rows) - position) % 2 == 0 else -term
    return total
