"""Escalation ladders by backward induction: games per second through `solve`, beside plain Python per game.

Two loops are timed: a recursion over the same tree that would take any game of perfect information, and one written for
this ladder alone. Processor times of one thread, medians over turns, as in `bimatrix`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import compile_tree, parameter_points
from deterrence.families import ladder
from deterrence.games import ExtensiveGame
from deterrence.solvers import BackwardInduction
from deterrence.solving import solve

Floats = NDArray[np.float64]
RUNGS = (4, 16, 64)
GAMES = {4: 400_000, 16: 100_000, 64: 30_000}
LOOPED = 300
REPETITIONS = 5


@dataclass(frozen=True)
class Row:
    """Games per second of one way of solving ladders with `rungs` rungs, and the ratio to the generic loop."""

    rungs: int
    contestant: str
    games: int
    rate: float
    ratio: float


def random_points(games: int, seed: int) -> dict[str, Floats]:
    """Return ladder parameters at random, away from ties."""
    rng = np.random.default_rng(seed)
    ranges = {"v_1": (5, 15), "v_2": (5, 15), "D_1": (50, 150), "D_2": (50, 150), "c": (0.5, 2), "q": (0, 0.15)}
    return {name: rng.uniform(low, high, games) for name, (low, high) in ranges.items()}


def generic_loop(game: ExtensiveGame, at: Mapping[str, Floats]) -> list[list[float]]:
    """Solve one game after the other by recursion over the tree, payoffs as plain lists of numbers."""
    compiled = compile_tree(game, parameter_points(game, at))
    nodes = game.tree.nodes
    payoffs = {i: rows.T.tolist() for i, rows in compiled.payoffs.items()}
    chance = {i: rows.T.tolist() for i, rows in compiled.chance.items()}
    costs = {i: [None if r is None else r.T.tolist() for r in branches] for i, branches in compiled.payments.items()}
    solved: list[list[float]] = []
    for k in range(compiled.size):
        values: list[list[float]] = [[]] * len(nodes)
        for i in range(len(nodes) - 1, -1, -1):
            node = nodes[i]
            if node.kind == "end":
                values[i] = payoffs[i][k]
            elif node.kind == "chance":
                weighted = [(q, values[c]) for q, c in zip(chance[i][k], node.children, strict=True)]
                values[i] = [sum(q * v[p] for q, v in weighted) for p in range(2)]
            else:
                mover = game.tree.information_sets[node.information_set].player
                options = [values[c] for c in node.children]
                for b, paid in enumerate(costs.get(i, ())):
                    if paid is not None:
                        options[b] = [v + extra for v, extra in zip(options[b], paid[k], strict=True)]
                values[i] = max(options, key=lambda v: v[mover])
        solved.append(values[0])
    return solved


def special_loop(rungs: int, at: Mapping[str, Floats]) -> list[tuple[float, float]]:
    """Solve one ladder after the other by the recursion written for it."""
    solved: list[tuple[float, float]] = []
    columns = [at[name].tolist() for name in ("v_1", "v_2", "D_1", "D_2", "c", "q")]
    for v_1, v_2, d_1, d_2, c, q in zip(*columns, strict=True):
        v, d = (v_1, v_2), (d_1, d_2)
        value = (-d_1, -d_2)
        for k in range(rungs - 1, -1, -1):
            i = k % 2
            climb = ((1 - q) * value[0] - q * d[0], (1 - q) * value[1] - q * d[1])
            climb = (climb[0] - c, climb[1]) if i == 0 else (climb[0], climb[1] - c)
            concede = (0.0, v[1]) if i == 0 else (v[0], 0.0)
            value = climb if climb[i] > 0 else concede
        solved.append(value)
    return solved


def rows(rungs: int, repetitions: int = REPETITIONS) -> list[Row]:
    """Time every way on ladders of one size."""
    game = ladder(rungs)
    many, few = random_points(GAMES[rungs], rungs), random_points(LOOPED, rungs)
    compiled = compile_tree(game, parameter_points(game, {n: v[:32_768] for n, v in many.items()}))
    stored = compiled.size
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "solve, certified": (GAMES[rungs], lambda: solve(game, at=many)),
        "backward induction on stored payoffs": (stored, lambda: BackwardInduction().solve(compiled)),
        "loop written for this game": (LOOPED, lambda: special_loop(rungs, few)),
        "loop for any tree": (LOOPED, lambda: generic_loop(game, few)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repetitions):
        for name, (_, run) in runs.items():
            start = time.process_time()
            run()
            seconds[name].append(max(time.process_time() - start, 1e-9))
    rates = {name: games / statistics.median(seconds[name]) for name, (games, _) in runs.items()}
    loop = rates["loop for any tree"]
    return [Row(rungs, name, games, rates[name], rates[name] / loop) for name, (games, _) in runs.items()]


def main() -> None:
    """Print the table."""
    print(f"{'rungs':<6}{'way':<40}{'games':>9}{'games/s':>14}{'x loop':>9}")
    for rungs in RUNGS:
        for row in rows(rungs):
            print(f"{row.rungs:<6}{row.contestant:<40}{row.games:>9,}{row.rate:>14,.0f}{row.ratio:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
