"""Logit quantal response: games per second beside pygambit, from precision zero to a given one.

Payoffs of 3 x 3 games are uniform on [0, 1] or standard normal; signalling games are beer and quiche with random
stakes. Times are processor times of one thread, medians over turns; pygambit is given its game objects ready made.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.public import symbolic
from deterrence.games import ExtensiveGame
from deterrence.interop import to_pygambit
from deterrence.library import load
from deterrence.solvers import AgentQuantalResponse, LogitQuantalResponse
from deterrence.solving import solve

__all__ = ["Row", "main", "rows"]

GAMES = 200_000
PEER_GAMES = 200
REPETITIONS = 5


@dataclass(frozen=True)
class Row:
    """Games per second at a precision, the share followed by arclength, and the ratio to pygambit (NaN without it)."""

    what: str
    lam: float
    certified: bool
    rate: float
    bent: float
    ratio: float


@dataclass(frozen=True)
class Job:
    """One kind of game with its parameter points."""

    what: str
    game: Any
    at: dict[str, Any]

    def solver(self, lam: float) -> Any:
        """Return our solver for the game's form."""
        return AgentQuantalResponse(lam) if isinstance(self.game, ExtensiveGame) else LogitQuantalResponse(lam)

    def run(self, lam: float, certify: bool) -> Any:
        """Solve all points, strategies made."""
        solution = solve(self.game, self.solver(lam), at=self.at, certify=certify)
        profiles = solution.found.profiles
        return solution, profiles.strategy if isinstance(self.game, ExtensiveGame) else profiles.strategies

    def peer(self, lam: float) -> Callable[[], object]:
        """Return a run of pygambit over game objects made beforehand."""
        import pygambit

        points = [{name: float(values[k]) for name, values in self.at.items()} for k in range(PEER_GAMES)]
        games = [to_pygambit(self.game, at=point) for point in points]
        # pygambit measures precision per unit of payoff as we do; trees are solved in agent form.
        return lambda: [pygambit.qre.logit_solve_lambda(game, lam=lam) for game in games]


def jobs(games: int) -> list[Job]:
    """Return the kinds of games."""
    rng = np.random.default_rng(0)
    table, tree = symbolic(3), load("signalling/beer-quiche")
    draws: dict[str, Callable[[int], Any]] = {"3 x 3 uniform": rng.random, "3 x 3 normal": rng.standard_normal}
    out = [Job(what, table, {p.name: draw(games) for p in table.parameters}) for what, draw in draws.items()]
    stakes = {p.name: float(p.default or 0) * (0.8 + 0.2 * rng.random(games)) for p in tree.parameters}
    return [*out, Job("signalling", tree, stakes)]


def rows(lam: float, games: int = GAMES, repetitions: int = REPETITIONS) -> list[Row]:
    """Time `solve` with and without certificates, and pygambit where it is installed."""
    out = []
    for job in jobs(games):
        bent = float(np.mean(job.run(lam, False)[0].flagged))
        peer = PEER_GAMES / _seconds(job.peer(lam), repetitions) if find_spec("pygambit") else float("nan")
        for certify in (False, True):
            rate = games / _seconds(partial(job.run, lam, certify), repetitions)
            out.append(Row(job.what, lam, certify, rate, bent, rate / peer))
    return out


def _seconds(run: Callable[[], object], repetitions: int) -> float:
    times = []
    for _ in range(repetitions):
        start = time.process_time()
        run()
        times.append(max(time.process_time() - start, 1e-9))
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    print(f"{'game':<16}{'lam':>6}{'certified':>11}{'games/s':>13}{'arclength':>11}{'x pygambit':>12}")
    for lam in (3.0, 30.0):
        for row in rows(lam):
            shown = f"{row.what:<16}{row.lam:>6g}{row.certified!s:>11}{row.rate:>13,.0f}"
            print(f"{shown}{row.bent:>11.2%}{row.ratio:>12,.0f}", flush=True)


if __name__ == "__main__":
    main()
