"""Public goods in an alliance (Olson and Zeckhauser): games per second through `solve`, beside loops over games.

The loops are what one would write today: a root of the aggregate equation by `scipy.optimize.brentq`, and best replies
in turn with `scipy.optimize.minimize_scalar`. Processor times of one thread, medians over turns, as in `bimatrix`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar

from deterrence.expressions import parse_expression
from deterrence.games import Aggregate, ContinuousGame, Interval, indexed
from deterrence.solving import solve

Floats = NDArray[np.float64]
ALLIES = (2, 8, 31)
GAMES = {2: 400_000, 8: 200_000, 31: 100_000}
CERTIFIED = {2: 20_000, 8: 4_000, 31: 1_000}
ROOTS = 300
REPLIES = {2: 40, 8: 10, 31: 2}
REPETITIONS = 5


@dataclass(frozen=True)
class Row:
    """Games per second of one way of solving alliances of a size, and the ratio to the loop of roots."""

    allies: int
    contestant: str
    games: int
    rate: float
    ratio: float


def alliance(allies: int) -> ContinuousGame:
    """Return the game with income w, taste alpha and cost c of every ally."""
    ally = Interval(0, parse_expression("w/c"), payoff=parse_expression("(w - c*g)**(1 - alpha)*G**alpha"))
    labels = [str(i + 1) for i in range(allies)]
    return ContinuousGame(indexed(labels, ally, ("w", "alpha", "c")), aggregate=Aggregate(name="G", of="g"))


def random_points(allies: int, games: int, seed: int) -> dict[str, Floats]:
    """Return incomes as unequal as those of states, tastes and costs: most allies drop out."""
    rng = np.random.default_rng(seed)
    columns = {
        "w": rng.lognormal(3, 1.5, (allies, games)),
        "alpha": rng.uniform(0.2, 0.8, (allies, games)),
        "c": rng.uniform(0.5, 2, (allies, games)),
    }
    return {f"{name}_{i + 1}": row for name, rows in columns.items() for i, row in enumerate(rows)}


def _arrays(at: dict[str, Floats], allies: int) -> tuple[Floats, Floats, Floats]:
    w, alpha, c = (np.stack([at[f"{name}_{i + 1}"] for i in range(allies)], axis=-1) for name in ("w", "alpha", "c"))
    return w, alpha, c


def loop_of_roots(at: dict[str, Floats], allies: int) -> Floats:
    """Solve one game after the other: the sum of replacement functions minus the aggregate, by Brent's method."""
    w, alpha, c = _arrays(at, allies)
    found = np.empty(w.shape)
    for k in range(len(w)):
        level, fall = w[k] / c[k], (1 - alpha[k]) / alpha[k]

        def gap(total: float, level: Floats = level, fall: Floats = fall) -> float:
            return float(np.maximum(0, level - fall * total).sum() - total)

        found[k] = np.maximum(0, level - fall * brentq(gap, 0, level.sum(), xtol=1e-12))
    return found


def loop_of_replies(at: dict[str, Floats], allies: int, rounds: int = 500) -> Floats:
    """Solve one game after the other by best replies in turn, half a step each, until nothing moves."""
    w, alpha, c = _arrays(at, allies)
    found = np.empty(w.shape)
    for k in range(len(w)):
        g = w[k] / c[k] / (2 * allies)
        for _ in range(rounds):
            before = g.copy()
            for i in range(allies):
                others = g.sum() - g[i]

                def loss(x: float, i: int = i, others: float = others, k: int = k) -> float:
                    own = max(w[k, i] - c[k, i] * x, 0.0)
                    return -float(own ** (1 - alpha[k, i]) * (x + others) ** alpha[k, i])

                reply = minimize_scalar(loss, bounds=(0, w[k, i] / c[k, i]), method="bounded").x
                g[i] = (g[i] + reply) / 2
            if np.abs(g - before).max() < 1e-6 * w[k].max():
                break
        found[k] = g
    return found


def rows(allies: int, repetitions: int = REPETITIONS) -> list[Row]:
    """Time every way on alliances of one size."""
    game = alliance(allies)
    many = random_points(allies, GAMES[allies], allies)
    some, few, fewest = (
        {name: row[:count] for name, row in many.items()} for count in (CERTIFIED[allies], ROOTS, REPLIES[allies])
    )
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "solve(..., certify=False)": (GAMES[allies], lambda: solve(game, at=many, certify=False)),
        "solve, certified": (CERTIFIED[allies], lambda: solve(game, at=some)),
        "loop of roots (scipy brentq)": (ROOTS, lambda: loop_of_roots(few, allies)),
        "loop of best replies (scipy)": (REPLIES[allies], lambda: loop_of_replies(fewest, allies)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repetitions):
        for name, (_, run) in runs.items():
            start = time.process_time()
            run()
            seconds[name].append(max(time.process_time() - start, 1e-9))
    rates = {name: games / statistics.median(seconds[name]) for name, (games, _) in runs.items()}
    loop = rates["loop of roots (scipy brentq)"]
    return [Row(allies, name, games, rates[name], rates[name] / loop) for name, (games, _) in runs.items()]


def main() -> None:
    """Print the table."""
    print(f"{'allies':<7}{'way':<32}{'games':>9}{'games/s':>14}{'x loop':>9}")
    for allies in ALLIES:
        for row in rows(allies):
            print(f"{row.allies:<7}{row.contestant:<32}{row.games:>9,}{row.rate:>14,.1f}{row.ratio:>9.2f}", flush=True)


if __name__ == "__main__":
    main()
