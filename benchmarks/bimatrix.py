"""All equilibria of random bimatrix games: games per second beside QuantEcon, nashpy and pygambit, in one run.

The contestants take turns in every repetition, so that a busy machine slows all of them alike; a row is the median
of its repetitions. Times are processor times of one thread. Building the peers' game objects is not timed,
except in the row "from arrays", where QuantEcon starts from what our functions start from.
"""

from __future__ import annotations

import io
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from deterrence.solvers.bimatrix import enumerate_supports, enumerate_vertices

__all__ = ["Row", "main", "rows"]

Floats = NDArray[np.float64]
Prepare = Callable[[Floats, Floats], Callable[[], object]]

REPETITIONS = 5


@dataclass(frozen=True)
class Contestant:
    """What is timed: `prepare` builds the run outside the clock; `games` says how many games of each size it gets."""

    name: str
    needs: str
    games: dict[int, int]
    prepare: Prepare


@dataclass(frozen=True)
class Row:
    """Games per second of one contestant on n x n games, and the ratio to QuantEcon (NaN where it is missing)."""

    actions: int
    contestant: str
    games: int
    rate: float
    ratio: float


def _masks(A: Floats, B: Floats) -> Callable[[], object]:
    def run() -> object:
        found = enumerate_supports(A, B)
        return found.exists, found.row_support, found.column_support

    return run


def _strategies(A: Floats, B: Floats) -> Callable[[], object]:
    return lambda: enumerate_supports(A, B).strategies()


def _vertices(A: Floats, B: Floats) -> Callable[[], object]:
    return lambda: enumerate_vertices(A, B).strategies()


def _quantecon(A: Floats, B: Floats) -> Callable[[], object]:
    from quantecon.game_theory import NormalFormGame, Player, support_enumeration

    games = [NormalFormGame((Player(a), Player(np.ascontiguousarray(b.T)))) for a, b in zip(A, B, strict=True)]
    return lambda: [support_enumeration(game) for game in games]


def _quantecon_from_arrays(A: Floats, B: Floats) -> Callable[[], object]:
    return lambda: _quantecon(A, B)()


def _nashpy(A: Floats, B: Floats) -> Callable[[], object]:
    import nashpy

    games = [nashpy.Game(a, b) for a, b in zip(A, B, strict=True)]

    def run() -> object:
        with warnings.catch_warnings():
            # It warns of the singular systems that it meets on its way.
            warnings.simplefilter("ignore")
            return [list(game.support_enumeration()) for game in games]

    return run


def _pygambit(A: Floats, B: Floats) -> Callable[[], object]:
    import pygambit

    games = [pygambit.read_nfg(io.BytesIO(_nfg(a, b).encode())) for a, b in zip(A, B, strict=True)]
    return lambda: [pygambit.nash.enummixed_solve(game, rational=False) for game in games]


def _nfg(A: Floats, B: Floats) -> str:
    cells = " ".join(f"{a!r} {b!r}" for a, b in zip(A.T.ravel().tolist(), B.T.ravel().tolist(), strict=True))
    return f'NFG 1 R "game" {{ "row" "column" }} {{ {A.shape[0]} {A.shape[1]} }}\n\n{cells}\n'


MANY = {2: 400_000, 3: 200_000, 4: 100_000, 5: 40_000, 6: 20_000}
CONTESTANTS = (
    Contestant("supports, masks only", "numpy", MANY, _masks),
    Contestant("supports, strategies", "numpy", MANY, _strategies),
    Contestant("vertices, strategies", "numpy", {n: games // 20 for n, games in MANY.items()}, _vertices),
    Contestant("QuantEcon supports", "quantecon", {2: 2_000, 3: 1_000, 4: 400, 5: 150, 6: 60}, _quantecon),
    Contestant("QuantEcon from arrays", "quantecon", {2: 1_000, 3: 500, 4: 200, 5: 100, 6: 40}, _quantecon_from_arrays),
    Contestant("nashpy supports", "nashpy", {2: 200, 3: 60, 4: 20, 5: 6, 6: 2}, _nashpy),
    Contestant("pygambit enummixed", "pygambit", {2: 400, 3: 200, 4: 100, 5: 40, 6: 20}, _pygambit),
)


def rows(actions: int, repetitions: int = REPETITIONS, seed: int = 0) -> list[Row]:
    """Time every installed contestant on random n x n games, payoffs uniform on [0, 1]."""
    rng = np.random.default_rng([seed, actions])
    installed = [contestant for contestant in CONTESTANTS if find_spec(contestant.needs)]
    runs = {c.name: c.prepare(*rng.random((2, c.games[actions], actions, actions))) for c in installed}
    for run in runs.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repetitions):
        for name, run in runs.items():
            seconds[name].append(_processor_time(run))
    rates = {c.name: c.games[actions] / statistics.median(seconds[c.name]) for c in installed}
    reference = rates.get("QuantEcon supports", float("nan"))
    return [Row(actions, c.name, c.games[actions], rates[c.name], rates[c.name] / reference) for c in installed]


def _processor_time(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return max(time.process_time() - start, 1e-9)


def main() -> None:
    """Print the table for 2 x 2 to 6 x 6 games."""
    print(f"{'size':<6}{'contestant':<24}{'games':>9}{'games/s':>14}{'x QuantEcon':>13}")
    for actions in range(2, 7):
        for row in rows(actions):
            size = f"{row.actions} x {row.actions}"
            print(f"{size:<6}{row.contestant:<24}{row.games:>9,}{row.rate:>14,.0f}{row.ratio:>13.2f}", flush=True)


if __name__ == "__main__":
    main()
