"""All equilibria in cutoffs of two decisions under mutual fear, beside a loop over scipy's root finder.

Gains are `a + b*p + x`, p the probability that the other acts; half of the points have several equilibria. The loop is
what one would write today: for each point, sign changes of the best-reply map on a grid of 33 nodes, each refined by
`scipy.optimize.brentq`; it certifies nothing. Processor times of one thread, medians over turns.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from deterrence.expressions import parse_expression
from deterrence.games import Law, Threshold, ThresholdGame
from deterrence.solving import solve

Floats = NDArray[np.float64]

POINTS = {"uniform": 200_000, "normal": 100_000}
PEER_POINTS = 200
REPETITIONS = 5
LAWS = {"uniform": Law("uniform", -1, 1), "normal": Law("normal", 0, "1/2")}
DISTRIBUTIONS: dict[str, Callable[[float], float]] = {
    "uniform": lambda x: min(max((x + 1) / 2, 0.0), 1.0),
    "normal": lambda x: (1 + erf(x / (0.5 * sqrt(2)))) / 2,
}


def fear(law: Law) -> ThresholdGame:
    """Return two decisions whose gains rise with the own type and change with the other's probability of acting."""
    return ThresholdGame(
        Threshold(name, who, type="x", law=law, act=parse_expression(f"a_{i} + b_{i}*{other} + x"))
        for i, (name, who, other) in enumerate((("one", "A", "two"), ("two", "B", "one")), 1)
    )


def points(size: int) -> dict[str, Floats]:
    """Return parameter points, half of them near the middle of mutual reinforcement."""
    rng = np.random.default_rng(size)
    at = {name: rng.uniform(-2, 2, size) for name in ("a_1", "b_1", "a_2", "b_2")}
    for i in "12":
        strong = rng.uniform(1, 4, size // 2)
        at[f"b_{i}"][: size // 2] = strong
        at[f"a_{i}"][: size // 2] = rng.uniform(-0.6, 0.6, size // 2) - strong / 2
    return at


def loop(law: str, at: dict[str, Floats]) -> int:
    """Return the number of equilibria that the loop finds."""
    from scipy.optimize import brentq

    below, found = DISTRIBUTIONS[law], 0
    for a1, b1, a2, b2 in zip(*at.values(), strict=True):

        def excess(p: float, a1: float = a1, b1: float = b1, a2: float = a2, b2: float = b2) -> float:
            q = 1 - below(-(a2 + b2 * p))
            return 1 - below(-(a1 + b1 * q)) - p

        values = [excess(k / 32) for k in range(33)]
        for k in range(32):
            if values[k] * values[k + 1] < 0:
                brentq(excess, k / 32, (k + 1) / 32)
                found += 1
        found += sum(value == 0 for value in values)
    return found


def rates(law: str, repetitions: int = REPETITIONS) -> dict[str, float]:
    """Return points per second of each way."""
    game, at, few = fear(LAWS[law]), points(POINTS[law]), points(PEER_POINTS)
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "solve, with certificates": (POINTS[law], lambda: solve(game, at=at)),
        "solve, certify=False": (POINTS[law], lambda: solve(game, at=at, certify=False)),
        "loop over scipy.optimize": (PEER_POINTS, lambda: loop(law, few)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(repetitions + 1):
        for name, (_, run) in runs.items():
            start = time.process_time()
            run()
            if turn:  # the first turn warms up
                seconds[name].append(max(time.process_time() - start, 1e-9))
    return {name: runs[name][0] / statistics.median(seconds[name]) for name in runs}


def main() -> None:
    """Print the table; a game has two cutoffs in each equilibrium."""
    print(f"{'law':<10}{'way':<28}{'games/s':>12}{'cutoffs/s':>12}{'x loop':>9}")
    for law in LAWS:
        solution = solve(fear(LAWS[law]), at=points(20_000), certify=False)
        cutoffs = 2 * float(solution.count.mean())
        found = rates(law)
        peer = found["loop over scipy.optimize"]
        for name, rate in found.items():
            print(f"{law:<10}{name:<28}{rate:>12,.0f}{rate * cutoffs:>12,.0f}{rate / peer:>9.0f}", flush=True)


if __name__ == "__main__":
    main()
