"""Coalitional games solved the slow way: permutations, subsets and linear programs, one game at a time."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from math import factorial

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Worth = dict[frozenset[int], Fraction]


def subsets(n: int) -> list[frozenset[int]]:
    """Return all coalitions, the empty one first."""
    return [frozenset(s) for size in range(n + 1) for s in combinations(range(n), size)]


def shapley(n: int, worth: Worth) -> list[Fraction]:
    """Return mean marginal contributions over all orders."""
    total = [Fraction(0)] * n
    for order in permutations(range(n)):
        for place, i in enumerate(order):
            before = frozenset(order[:place])
            total[i] += worth[before | {i}] - worth[before]
    return [t / factorial(n) for t in total]


def banzhaf(n: int, worth: Worth) -> list[Fraction]:
    """Return mean marginal contributions over all coalitions of the others."""
    return [
        sum((worth[s | {i}] - worth[s] for s in subsets(n) if i not in s), Fraction(0)) / 2 ** (n - 1) for i in range(n)
    ]


def minimal_winning(n: int, worth: Worth) -> set[frozenset[int]]:
    """Return winning coalitions without a winning proper subset."""
    winning = [s for s in subsets(n) if worth[s] == 1]
    return {s for s in winning if not any(t < s for t in winning)}


def least_excess(n: int, worth: Worth) -> float:
    """Return the smallest possible largest excess of a proper coalition."""
    proper = [s for s in subsets(n) if 0 < len(s) < n]
    rows = [[-float(i in s) for i in range(n)] + [-1.0] for s in proper]
    sides = [-float(worth[s]) for s in proper]
    whole = [[1.0] * n + [0.0]]
    total = [float(worth[frozenset(range(n))])]
    found = linprog([0.0] * n + [1.0], A_ub=rows, b_ub=sides, A_eq=whole, b_eq=total, bounds=(None, None))
    assert found.fun is not None
    return float(found.fun)


def nucleolus(n: int, worth: Worth, *, rational: bool) -> NDArray[np.float64] | None:
    """Return the nucleolus: minimise the largest excess, fix what is tight in every solution, repeat."""
    proper = [s for s in subsets(n) if 0 < len(s) < n]
    everyone = frozenset(range(n))
    if rational and sum(worth[frozenset({i})] for i in range(n)) > worth[everyone]:
        return None
    bounds = [(float(worth[frozenset({i})]) if rational else None, None) for i in range(n)] + [(None, None)]
    fixed: dict[frozenset[int], float] = {everyone: float(worth[everyone])}

    def row(s: frozenset[int], level: float) -> list[float]:
        return [float(i in s) for i in range(n)] + [level]

    def solved(objective: list[float], free: list[frozenset[int]], top: float | None) -> tuple[float, list[float]]:
        upper = [[-x for x in row(s, 1.0)] for s in free] + ([[0.0] * n + [1.0]] if top is not None else [])
        sides = [-float(worth[s]) for s in free] + ([top + 1e-10] if top is not None else [])
        equal = [row(s, 0.0) for s in fixed]
        found = linprog(
            objective, A_ub=upper, b_ub=sides, A_eq=equal, b_eq=list(fixed.values()), bounds=bounds, method="highs"
        )
        assert found.fun is not None, found.message
        assert found.x is not None
        return float(found.fun), list(found.x)

    while np.linalg.matrix_rank([row(s, 0.0)[:n] for s in fixed]) < n:
        rank = np.linalg.matrix_rank([row(s, 0.0)[:n] for s in fixed])
        free = [s for s in proper if np.linalg.matrix_rank([row(t, 0.0)[:n] for t in (*fixed, s)]) > rank]
        top, _ = solved([0.0] * n + [1.0], free, None)
        tight = []
        for s in free:
            most, _ = solved([-x for x in row(s, 0.0)[:n]] + [0.0], free, top)
            if -most <= float(worth[s]) - top + 1e-8:
                tight.append(s)
        assert tight
        fixed |= {s: float(worth[s]) - top for s in tight}
    found: NDArray[np.float64] = np.linalg.lstsq(
        np.array([row(s, 0.0)[:n] for s in fixed]), np.array(list(fixed.values())), rcond=None
    )[0]
    return found
