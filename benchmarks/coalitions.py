"""Shapley values and nucleoli of random games: games per second through `solve`, beside loops over games.

The loops are what one would write today: a sum over coalitions in plain Python, and a sequence of linear programs by
`scipy.optimize.linprog`. Processor times of one thread, medians over turns, as in `allies`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from deterrence.compiled import compile_coalitions, parameter_points
from deterrence.expressions import parse_expression
from deterrence.games import CoalitionalGame, Gathered
from deterrence.solvers import Nucleolus, Shapley
from deterrence.solving import solve

Floats = NDArray[np.float64]
PLAYERS = (4, 10)
GAMES = {4: 200_000, 10: 10_000}
CERTIFIED = {4: 50_000, 10: 2_000}
LOOP = {4: 2_000, 10: 20}
NUCLEI = {4: 20_000, 8: 500}
PROGRAMS = {4: 40, 8: 5}
REPETITIONS = 5


@dataclass(frozen=True)
class Row:
    """Games per second of one way of solving games of a size, and the ratio to the loop over games."""

    players: int
    contestant: str
    games: int
    rate: float
    ratio: float


def facility(players: int) -> CoalitionalGame:
    """Return allies who share a facility: a fixed cost, the largest need, and a part that rises with all needs."""
    names = [str(i + 1) for i in range(players)]
    needs = {name: f"c_{name}" for name in names}
    gathered = {"C": Gathered.over("max", needs), "T": Gathered.over("sum", needs)}
    return CoalitionalGame(names, parse_expression("F + C + k*sqrt(T)"), gathered=gathered, costs=True)


def random_points(players: int, games: int, seed: int) -> dict[str, Floats]:
    """Return needs and costs."""
    rng = np.random.default_rng(seed)
    at = {f"c_{i + 1}": rng.lognormal(0, 1, games) for i in range(players)}
    return {**at, "F": rng.uniform(0, 2, games), "k": rng.uniform(0, 2, games)}


def worths(game: CoalitionalGame, at: dict[str, Floats]) -> Floats:
    """Return minus the cost of every coalition (games, coalitions)."""
    worth: Floats = compile_coalitions(game, parameter_points(game, dict(at))).worth
    return worth


def loop_of_sums(worth: Floats) -> Floats:
    """Return Shapley values game by game, player by player, coalition by coalition."""
    n = worth.shape[1].bit_length() - 1
    weight = [factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)]
    found = np.empty((len(worth), n))
    for k, row in enumerate(worth.tolist()):
        for i in range(n):
            total = 0.0
            for s in range(1 << n):
                if not s >> i & 1:
                    total += weight[s.bit_count()] * (row[s | 1 << i] - row[s])
            found[k, i] = total
    return found


def loop_of_programs(worth: Floats) -> Floats:
    """Return prenucleoli game by game: minimise the largest excess, fix what has a positive dual, repeat."""
    n = worth.shape[1].bit_length() - 1
    members = ((np.arange(1 << n)[:, None] >> np.arange(n)) & 1).astype(float)
    found = np.empty((len(worth), n))
    for k, row in enumerate(worth):
        fixed, values = [members[-1]], [row[-1]]
        while np.linalg.matrix_rank(np.array(fixed)) < n:
            base = np.linalg.pinv(np.array(fixed)) @ np.array(fixed)
            free = np.flatnonzero(np.abs(members - members @ base).max(axis=1) > 1e-9)
            upper = np.column_stack([-members[free], -np.ones(free.size)])
            equal = np.column_stack([np.array(fixed), np.zeros(len(fixed))])
            best = linprog([0.0] * n + [1.0], A_ub=upper, b_ub=-row[free], A_eq=equal, b_eq=values, bounds=(None, None))
            for s in free[np.abs(best.ineqlin.marginals) > 1e-7]:
                fixed.append(members[s])
                values.append(row[s] - best.fun)
        found[k] = np.linalg.lstsq(np.array(fixed), np.array(values), rcond=None)[0]
    return found


def _timed(players: int, runs: dict[str, tuple[int, Callable[[], object]]], repetitions: int) -> list[Row]:
    """Return rates, with the last way as the loop to compare with."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repetitions):
        for name, (_, run) in runs.items():
            start = time.process_time()
            run()
            seconds[name].append(max(time.process_time() - start, 1e-9))
    rates = {name: games / statistics.median(seconds[name]) for name, (games, _) in runs.items()}
    loop = list(rates.values())[-1]
    return [Row(players, name, games, rates[name], rates[name] / loop) for name, (games, _) in runs.items()]


def values(players: int, repetitions: int = REPETITIONS) -> list[Row]:
    """Time Shapley values."""
    game = facility(players)
    many = random_points(players, GAMES[players], players)
    some = {name: row[: CERTIFIED[players]] for name, row in many.items()}
    few = worths(game, {name: row[: LOOP[players]] for name, row in many.items()})
    compiled = compile_coalitions(game, parameter_points(game, dict(many)))
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "Shapley, arrays": (GAMES[players], lambda: Shapley().solve(compiled)),
        "solve(..., certify=False)": (GAMES[players], lambda: solve(game, at=dict(many), certify=False)),
        "solve, certified": (CERTIFIED[players], lambda: solve(game, at=dict(some))),
        "loop of sums (Python)": (LOOP[players], lambda: loop_of_sums(few)),
    }
    return _timed(players, runs, repetitions)


def nucleoli(players: int, repetitions: int = REPETITIONS) -> list[Row]:
    """Time prenucleoli."""
    game, solver = facility(players), Nucleolus(rational=False)
    many = random_points(players, NUCLEI[players], players)
    few = worths(game, {name: row[: PROGRAMS[players]] for name, row in many.items()})
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "solve(Nucleolus, certify=False)": (
            NUCLEI[players],
            lambda: solve(game, solver, at=dict(many), certify=False),
        ),
        "loop of programs (scipy linprog)": (PROGRAMS[players], lambda: loop_of_programs(few)),
    }
    return _timed(players, runs, repetitions)


def main() -> None:
    """Print the table."""
    print(f"{'players':<9}{'way':<34}{'games':>9}{'games/s':>14}{'x loop':>9}")
    for row in [*(r for n in PLAYERS for r in values(n)), *(r for n in NUCLEI for r in nucleoli(n))]:
        print(f"{row.players:<9}{row.contestant:<34}{row.games:>9,}{row.rate:>14,.1f}{row.ratio:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
