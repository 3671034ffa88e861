"""One table: what the solvers do per second beside what one would write today, and how cost and memory grow.

Every task goes through the public entrance, with certificates and without. The other way is the package or the loop
that one would take today: QuantEcon, nashpy and pygambit one game after the other on objects made beforehand, or a
loop over `scipy.optimize`. Contestants of a task take turns; rows of packages that are missing are left out.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks import allies, bimatrix, cutoffs, ladders, public, quantal
from benchmarks.timing import REPETITIONS, Run, rates
from deterrence.families import ladder
from deterrence.games import ExtensiveGame, Game
from deterrence.interop import to_pygambit
from deterrence.library import load
from deterrence.solving import solve
from deterrence.tables import security_cover

__all__ = ["Line", "growth", "lines", "main", "memory"]

SWEEP = 100_000
TARGETS = 10
OURS, CERTIFIED = "solve", "solve, certified"


@dataclass(frozen=True)
class Line:
    """Games per second of ours, without and with certificates, and of another way."""

    task: str
    plain: float
    certified: float
    other: str
    rate: float


def _lines(task: str, ours: Mapping[str, Run], others: Mapping[str, Run], repetitions: int) -> Iterator[Line]:
    found = rates({**ours, **others}, repetitions)
    for other in others:
        yield Line(task, found[OURS], found.get(CERTIFIED, float("nan")), other, found[other])


def _ours(game: Game, at: Mapping[str, Any], size: int, few: int | None = None) -> dict[str, Run]:
    part = {name: column[: few or size] for name, column in at.items()}
    return {
        OURS: (size, lambda: _looked_at(solve(game, at=dict(at), certify=False))),
        CERTIFIED: (few or size, lambda: _looked_at(solve(game, at=dict(part)))),
    }


def _looked_at(solution: Any) -> object:
    """Return the strategies, which some solvers make when first asked."""
    return getattr(solution.found.profiles, "strategies", None)


def lines(repetitions: int = REPETITIONS) -> Iterator[Line]:
    """Yield the table."""
    yield from _sweeps(repetitions)
    for actions in range(2, 7):
        yield from _tables(actions, repetitions)
    yield from _ladders(16, repetitions)
    yield from _logit(repetitions)
    yield from _alliances(31, repetitions)
    for law in cutoffs.LAWS:
        yield from _fears(law, repetitions)
    yield from _covers(repetitions)


def _sweeps(repetitions: int) -> Iterator[Line]:
    """Unilateral deterrence over both priors; its theory, which `solve` evaluates, is derived before the clock runs."""
    game = load("alliance-commitment/unilateral-deterrence")
    assert isinstance(game, ExtensiveGame)
    rng = np.random.default_rng(0)
    at = {name: rng.random(SWEEP) for name in ("p_Ch", "p_Def")}
    others: dict[str, Run] = {}
    if find_spec("pygambit"):
        import pygambit

        points = [{name: float(column[k]) for name, column in at.items()} for k in range(5)]
        trees = [to_pygambit(game, at=point) for point in points]
        others["pygambit enummixed"] = (
            len(trees),
            lambda: [pygambit.nash.enummixed_solve(tree, rational=False) for tree in trees],
        )
    yield from _lines("unilateral deterrence", _ours(game, at, SWEEP, SWEEP // 10), others, repetitions)


def _tables(actions: int, repetitions: int) -> Iterator[Line]:
    rng = np.random.default_rng(actions)
    game = public.symbolic(actions)
    at = {p.name: rng.random(public.GAMES[actions]) for p in game.parameters}
    others = {
        c.name: (c.games[actions], c.prepare(*rng.random((2, c.games[actions], actions, actions))))
        for c in bimatrix.CONTESTANTS
        if c.name in ("QuantEcon supports", "nashpy supports", "pygambit enummixed") and find_spec(c.needs)
    }
    yield from _lines(f"{actions} x {actions}", _ours(game, at, public.GAMES[actions]), others, repetitions)


def _ladders(rungs: int, repetitions: int) -> Iterator[Line]:
    at, few = (ladders.random_points(n, rungs) for n in (ladders.GAMES[rungs], ladders.LOOPED))
    game = ladder(rungs)
    others: dict[str, Run] = {
        "loop written for it": (ladders.LOOPED, lambda: ladders.special_loop(rungs, few)),
        "loop for any tree": (ladders.LOOPED, lambda: ladders.generic_loop(game, few)),
    }
    yield from _lines(f"ladder, {rungs} rungs", _ours(game, at, ladders.GAMES[rungs]), others, repetitions)


def _logit(repetitions: int) -> Iterator[Line]:
    for job in quantal.jobs(quantal.GAMES):
        for lam in (3.0, 30.0):
            ours: dict[str, Run] = {
                OURS: (quantal.GAMES, partial(job.run, lam, False)),
                CERTIFIED: (quantal.GAMES, partial(job.run, lam, True)),
            }
            others: dict[str, Run] = {}
            if find_spec("pygambit"):
                others["pygambit logit"] = (quantal.PEER_GAMES, job.peer(lam))
            yield from _lines(f"logit, {job.what}, lam {lam:g}", ours, others, repetitions)


def _alliances(size: int, repetitions: int) -> Iterator[Line]:
    at, game = allies.random_points(size, allies.GAMES[size], size), allies.alliance(size)
    some = {name: column[: allies.ROOTS] for name, column in at.items()}
    few = {name: column[: allies.REPLIES[size]] for name, column in at.items()}
    others: dict[str, Run] = {
        "loop of roots (scipy)": (allies.ROOTS, lambda: allies.loop_of_roots(some, size)),
        "loop of best replies (scipy)": (allies.REPLIES[size], lambda: allies.loop_of_replies(few, size)),
    }
    ours = _ours(game, at, allies.GAMES[size], allies.CERTIFIED[size])
    yield from _lines(f"Olson-Zeckhauser, {size} allies", ours, others, repetitions)


def _fears(law: str, repetitions: int) -> Iterator[Line]:
    size = cutoffs.POINTS[law]
    at, few = cutoffs.points(size), cutoffs.points(cutoffs.PEER_POINTS)
    others: dict[str, Run] = {"loop of roots (scipy)": (cutoffs.PEER_POINTS, lambda: cutoffs.loop(law, few))}
    yield from _lines(f"cutoffs, {law} types", _ours(cutoffs.fear(cutoffs.LAWS[law]), at, size), others, repetitions)


def _covers(repetitions: int) -> Iterator[Line]:
    """Security games, in closed form, beside one linear programme for every target; both come with their checks."""
    rng = np.random.default_rng(1)
    value, loss = rng.uniform(0.5, 2, (2, 100_000, TARGETS))
    ours: dict[str, Run] = {name: (len(value), lambda: security_cover(value, loss, 3)) for name in (OURS, CERTIFIED)}
    others: dict[str, Run] = {"linear programmes (scipy)": (10, lambda: loop_of_programmes(value[:10], loss[:10], 3))}
    yield from _lines(f"security game, {TARGETS} targets", ours, others, repetitions)


def loop_of_programmes(value: Any, loss: Any, resources: float) -> list[float]:
    """Return the Defender's payoff, one game after the other: for every target, the best cover that makes it struck."""
    from scipy.optimize import linprog

    found = []
    for v, d in zip(value, loss, strict=True):
        payoffs = []
        for struck in range(len(v)):
            rows = np.diag(-v)  # (1 - c_i) v_i <= (1 - c_t) v_t
            rows[:, struck] += v[struck]
            rows = np.vstack([rows, np.ones(len(v))])
            answer = linprog(
                -d[struck] * np.eye(len(v))[struck],
                A_ub=rows,
                b_ub=[*(v[struck] - v), resources],
                bounds=(0, 1),
            )
            payoffs.append(-d[struck] * (1 - answer.x[struck]) if answer.x is not None else -np.inf)
        found.append(float(max(payoffs)))
    return found


def growth(repetitions: int = REPETITIONS) -> Iterator[tuple[str, int, float]]:
    """Yield microseconds of processor time per game over points, rungs, players and actions."""
    for points in (100, 1_000, 10_000, 100_000, 1_000_000):
        yield (
            "points (ladder, 16 rungs)",
            points,
            _microseconds(ladder(16), ladders.random_points(points, 1), points, repetitions),
        )
    for rungs in (4, 16, 64, 256):
        yield (
            "rungs (10,000 points)",
            rungs,
            _microseconds(ladder(rungs), ladders.random_points(10_000, 1), 10_000, repetitions),
        )
    for size in (2, 4, 8, 16, 31, 60):
        at = allies.random_points(size, 10_000, 1)
        yield "allies (10,000 points)", size, _microseconds(allies.alliance(size), at, 10_000, repetitions)
    for actions in range(2, 7):
        game, rng = public.symbolic(actions), np.random.default_rng(1)
        at = {p.name: rng.random(10_000) for p in game.parameters}
        yield "actions (10,000 points)", actions, _microseconds(game, at, 10_000, repetitions)


def _microseconds(game: Game, at: Mapping[str, Any], size: int, repetitions: int) -> float:
    run: Run = (size, lambda: _looked_at(solve(game, at=dict(at), certify=False)))
    return 1e6 / rates({OURS: run}, repetitions)[OURS]


def memory() -> Iterator[tuple[int, float, float]]:
    """Yield points, MiB of the answer with its certificates, and MiB needed beyond it on the way (a 16-rung ladder)."""
    game = ladder(16)
    for points in (30_000, 100_000, 300_000, 1_000_000):
        at = ladders.random_points(points, 1)
        tracemalloc.start()
        solution = solve(game, at=dict(at))
        kept, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del solution
        yield points, kept / 2**20, (peak - kept) / 2**20


def _short(rate: float) -> str:
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if rate >= unit:
            return f"{rate / unit:.3g} {name}"
    return "-" if rate != rate else f"{rate:.3g}"


def _times(ratio: float) -> str:
    return "-" if ratio != ratio else f"{ratio:,.0f}x" if ratio >= 10 else f"{ratio:.1f}x"


def main() -> None:
    """Print the tables, ready to be pasted into a document."""
    print("| task | solve | certified | beside | games/s | ratio | certified |\n|---|---|---|---|---|---|---|")
    for line in lines():
        ratios = f"{_times(line.plain / line.rate)} | {_times(line.certified / line.rate)}"
        ours = f"{_short(line.plain)} | {_short(line.certified)}"
        print(f"| {line.task} | {ours} | {line.other} | {_short(line.rate)} | {ratios} |", flush=True)
    print("\n| growth of cost with | size | us per game |\n|---|---|---|")
    for what, size, cost in growth():
        print(f"| {what} | {size:,} | {cost:.3g} |", flush=True)
    print("\n| points | MiB of the answer | MiB beyond it at the peak |\n|---|---|---|")
    for points, kept, extra in memory():
        print(f"| {points:,} | {kept:.0f} | {extra:.0f} |", flush=True)


if __name__ == "__main__":
    main()
