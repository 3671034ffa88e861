"""Processor time of deriving a theory and of evaluating it at many points, beside pygambit's enumeration."""

from __future__ import annotations

import statistics
import time
from importlib.util import find_spec
from typing import Any

import numpy as np

from deterrence.games import ExtensiveGame
from deterrence.interop import to_pygambit
from deterrence.library import load
from deterrence.theory import derive
from deterrence.theory.evaluate import evaluate

SLUGS = (
    "alliance-commitment/unilateral-deterrence",
    "alliance-commitment/alliance-signal",
    "crisis-management/mutual-deterrence",
    "crisis-management/red-lines",
    "crisis-management/audience-cost",
    "escalation/brinkmanship",
    "escalation/massive-retaliation",
)
POINTS = 1_000_000
PEER = 300  # points at which pygambit enumerates: each is a game of its own
REPETITIONS = 5


def main() -> None:
    for slug in SLUGS:
        game = load(slug)
        assert isinstance(game, ExtensiveGame)
        start = time.process_time()
        theory = derive(game, concept="pbe")
        took = time.process_time() - start
        counts = f"{len(theory.generic)} generic classes, {len(theory.knife_edges)} knife edges"
        print(f"{slug}: {took:.2f} s; {counts}, {theory.counts['queries']} questions")
    evaluation()


def evaluation() -> None:
    """Print what all equilibria at many points cost: by the theory, derived and then evaluated, and one at a time."""
    game = load(SLUGS[0])
    assert isinstance(game, ExtensiveGame)
    start = time.process_time()
    theory = derive(game)
    deriving = time.process_time() - start
    draws = np.random.default_rng(1)
    at = {"p_Ch": draws.uniform(size=POINTS), "p_Def": draws.uniform(size=POINTS)}
    evaluate(theory, at)
    few = [to_pygambit(game, at={n: column[i] for n, column in at.items()}) for i in range(PEER)] if peer() else []
    ours, theirs = [], []
    for _ in range(REPETITIONS):
        start = time.process_time()
        evaluate(theory, at).probability("war").low.sum()
        ours.append(time.process_time() - start)
        start = time.process_time()
        for one in few:
            extreme(one)
        theirs.append(time.process_time() - start)
    took = statistics.median(ours)
    print(f"masks and P(war) of all classes at {POINTS} points: {took:.3f} s, after {deriving:.2f} s of deriving")
    if few:
        each = statistics.median(theirs) / PEER
        rate, whole = each * POINTS / took, each * POINTS / (deriving + took)
        print(
            f"extreme Nash equilibria by pygambit: {1 / each:.0f} points a second; "
            f"ratio {rate:,.0f}, {whole:,.0f} with deriving"
        )


def peer() -> bool:
    """Say whether pygambit is installed."""
    return find_spec("pygambit") is not None


def extreme(game: Any) -> int:
    """Return how many extreme Nash equilibria pygambit enumerates, in floats."""
    import pygambit

    return len(pygambit.nash.enummixed_solve(game, rational=False).equilibria)
