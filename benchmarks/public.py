"""What a user gets from `solve`: symbolic game, batch of points, every equilibrium with strategies and certificate.

The same random bimatrix games as in `bimatrix` go through the public entrance, and unilateral deterrence with complete
information is solved over a million points. Processor times of one thread, medians over turns.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from deterrence.expressions import ExprLike
from deterrence.games import ExtensiveGame, Parameter, StrategicGame
from deterrence.library import load
from deterrence.solving import solve

Floats = NDArray[np.float64]

GAMES = {2: 400_000, 3: 200_000, 4: 100_000, 5: 40_000, 6: 20_000}
PEER_GAMES = {2: 2_000, 3: 1_000, 4: 400, 5: 150, 6: 60}
POINTS = 1_000_000
REPETITIONS = 5


@dataclass(frozen=True)
class Row:
    """Games per second of one way on one kind of game, and the ratio to QuantEcon (NaN where it was not run)."""

    what: str
    contestant: str
    games: int
    rate: float
    ratio: float


def symbolic(actions: int) -> StrategicGame:
    """Return the bimatrix game whose payoffs are all parameters."""
    names = [f"s{i}" for i in range(actions)]
    table: dict[tuple[str, ...], dict[str, ExprLike]] = {
        (one, other): {"Row": Parameter(f"a_{i}_{j}"), "Column": Parameter(f"b_{i}_{j}")}
        for i, one in enumerate(names)
        for j, other in enumerate(names)
    }
    return StrategicGame({"Row": names, "Column": names}, table)


def bimatrix_rows(actions: int, repetitions: int = REPETITIONS) -> list[Row]:
    """Time `solve` on random games of one size, beside QuantEcon's support enumeration of the same kind of games."""
    rng = np.random.default_rng(actions)
    game = symbolic(actions)
    at = {p.name: rng.random(GAMES[actions]) for p in game.parameters}
    runs: dict[str, tuple[int, Callable[[], object]]] = {
        "solve: supports only": (GAMES[actions], lambda: solve(game, at=at, certify=False).exists),
        "solve: strategies": (GAMES[actions], lambda: solve(game, at=at, certify=False).found.profiles.strategies),
        "solve: strategies and certificates": (GAMES[actions], lambda: solve(game, at=at).found.profiles.strategies),
    }
    if find_spec("quantecon"):
        runs["QuantEcon supports"] = (PEER_GAMES[actions], quantecon(actions, rng))
    rates = _rates(runs, repetitions)
    peer = rates.get("QuantEcon supports", float("nan"))
    return [Row(f"{actions} x {actions}", name, runs[name][0], rate, rate / peer) for name, rate in rates.items()]


def quantecon(actions: int, rng: np.random.Generator) -> Callable[[], object]:
    """Return a run of QuantEcon's compiled support enumeration over game objects made beforehand."""
    from quantecon.game_theory import NormalFormGame, Player, support_enumeration

    pairs = rng.random((PEER_GAMES[actions], 2, actions, actions))
    games = [NormalFormGame((Player(a), Player(np.ascontiguousarray(b)))) for a, b in pairs]
    return lambda: [support_enumeration(game) for game in games]


def tree_rows(repetitions: int = REPETITIONS) -> list[Row]:
    """Time `solve` on the complete-information deterrence game over a million points of two payoffs."""
    game = load("alliance-commitment/unilateral-deterrence-complete")
    assert isinstance(game, ExtensiveGame)
    defaults = {p.name: float(p.default) for p in game.parameters if p.default is not None}
    rng = np.random.default_rng(0)
    first, second = list(defaults)[:2]
    at = {name: defaults[name] + 0.1 * rng.random(POINTS) for name in (first, second)}
    rates = _rates({"solve: strategies and certificates": (POINTS, lambda: solve(game, at=at))}, repetitions)
    return [Row("deterrence", name, POINTS, rate, float("nan")) for name, rate in rates.items()]


def _rates(runs: dict[str, tuple[int, Callable[[], object]]], repetitions: int) -> dict[str, float]:
    for _, run in runs.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repetitions):
        for name, (_, run) in runs.items():
            start = time.process_time()
            run()
            seconds[name].append(max(time.process_time() - start, 1e-9))
    return {name: games / statistics.median(seconds[name]) for name, (games, _) in runs.items()}


def main() -> None:
    """Print the table."""
    print(f"{'game':<12}{'way':<38}{'games':>10}{'games/s':>14}{'x QuantEcon':>13}")
    for rows in (*(bimatrix_rows(actions) for actions in GAMES), tree_rows()):
        for row in rows:
            print(f"{row.what:<12}{row.contestant:<38}{row.games:>10,}{row.rate:>14,.0f}{row.ratio:>13.1f}", flush=True)


if __name__ == "__main__":
    main()
