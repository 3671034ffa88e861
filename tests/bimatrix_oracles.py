"""Slow answers to compare the bimatrix kernels with, none of which knows bordered minors."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

__all__ = ["Pair", "fractions", "gambit_extreme", "nash_vertex_pairs", "quantecon_all", "regret", "same_strategies"]

Vector = tuple[Fraction, ...]
Pair = tuple[Vector, Vector]
Matrix = Sequence[Sequence[Fraction]]
Floats = NDArray[np.float64]


def fractions(matrix: Iterable[Iterable[float]]) -> list[list[Fraction]]:
    """Return the exact values of the floats."""
    return [[Fraction(float(value)) for value in row] for row in matrix]


def nash_vertex_pairs(A: Matrix, B: Matrix) -> list[Pair]:
    """Return all pairs of vertices that are equilibria: vertices by elimination, equilibria by definition."""
    xs = _vertices([list(column) for column in zip(*B, strict=True)])
    ys = _vertices([list(row) for row in A])
    return sorted((x, y) for x in xs for y in ys if regret(A, B, x, y) == 0)


def regret(A: Matrix, B: Matrix, x: Vector, y: Vector) -> Fraction:
    """Return the largest gain that a player has from a pure deviation."""
    rows = [sum((a * w for a, w in zip(row, y, strict=True)), Fraction(0)) for row in A]
    columns = [sum((b * w for b, w in zip(column, x, strict=True)), Fraction(0)) for column in zip(*B, strict=True)]
    row_value = sum((w * value for w, value in zip(x, rows, strict=True)), Fraction(0))
    column_value = sum((w * value for w, value in zip(y, columns, strict=True)), Fraction(0))
    return max(max(rows) - row_value, max(columns) - column_value)


def _vertices(payoffs: list[list[Fraction]]) -> set[Vector]:
    """Return the vertices of {(z, v): z a mixed strategy, payoffs z <= v}, without v."""
    width = len(payoffs[0])
    zero, one = Fraction(0), Fraction(1)
    inequalities = [[one if i == j else zero for j in range(width)] + [zero] for i in range(width)]
    inequalities += [[-value for value in row] + [one] for row in payoffs]
    found = set()
    for tight in combinations(inequalities, width):
        solution = _solution([[*row, zero] for row in tight] + [[one] * width + [zero, one]])
        if solution and all(sum(a * z for a, z in zip(row, solution, strict=True)) >= 0 for row in inequalities):
            found.add(tuple(solution[:-1]))
    return found


def _solution(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """Solve a square system by elimination; None if it is singular."""
    for column in range(len(rows)):
        pivot = next((r for r in range(column, len(rows)) if rows[r][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for r in range(len(rows)):
            if r != column and rows[r][column]:
                rows[r] = [a - rows[r][column] * b for a, b in zip(rows[r], rows[column], strict=True)]
    return [row[-1] for row in rows]


def gambit_extreme(A: Matrix, B: Matrix) -> list[Pair]:
    """Return Gambit's extreme equilibria in rationals; skip the test where Gambit is not installed."""
    pygambit = pytest.importorskip("pygambit", reason="pygambit is not installed: an oracle is missing")
    m, n = len(A), len(A[0])
    payoffs = " ".join(f"{A[i][j]} {B[i][j]}" for j in range(n) for i in range(m))
    text = f'NFG 1 R "game" {{ "row" "column" }} {{ {m} {n} }}\n\n{payoffs}\n'
    game = pygambit.read_nfg(io.BytesIO(text.encode()))
    found = pygambit.nash.enummixed_solve(game, rational=True).equilibria
    return sorted({_pair(game, profile) for profile in found})


def _pair(game: Any, profile: Any) -> Pair:
    x, y = (tuple(Fraction(str(profile[s])) for s in player.strategies) for player in game.players)
    return x, y


def quantecon_all(A: Floats, B: Floats) -> list[tuple[Floats, Floats]]:
    """Return QuantEcon's equilibria; skip the test where QuantEcon is not installed."""
    theory = pytest.importorskip("quantecon.game_theory", reason="quantecon is not installed: an oracle is missing")
    players = theory.Player(A), theory.Player(np.ascontiguousarray(B.T))
    return list(theory.support_enumeration(theory.NormalFormGame(players)))


def same_strategies(found: Iterable[Sequence[object]], expected: Iterable[Sequence[object]], tolerance: float) -> bool:
    """Tell whether two lists of strategy pairs agree, in any order, up to a tolerance."""
    left, right = (
        [np.concatenate([np.asarray(part, np.float64) for part in pair]) for pair in pairs]
        for pairs in (found, expected)
    )
    if len(left) != len(right):
        return False
    for wanted in right:
        distance = [float(np.abs(have - wanted).max()) for have in left]
        if min(distance) > tolerance:
            return False
        left.pop(int(np.argmin(distance)))
    return True
