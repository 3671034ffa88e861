"""How contestants are timed: in turns, in processor time of one thread, the median counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

__all__ = ["REPETITIONS", "Run", "rates"]

Run = tuple[int, Callable[[], object]]  # how many games, and what solves them

REPETITIONS = 5


def rates(runs: Mapping[str, Run], repetitions: int = REPETITIONS) -> dict[str, float]:
    """Return games per second of every contestant; a first turn, not counted, warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(repetitions + 1):
        for name, (_, run) in runs.items():
            start = time.process_time()
            run()
            if turn:
                seconds[name].append(max(time.process_time() - start, 1e-9))
    return {name: games / statistics.median(seconds[name]) for name, (games, _) in runs.items()}
