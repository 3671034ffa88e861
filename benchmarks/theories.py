"""Processor time of deriving a theory, and of evaluating it at many points."""

from __future__ import annotations

import time

import numpy as np

from deterrence.games import ExtensiveGame
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


def main() -> None:
    for slug in SLUGS:
        game = load(slug)
        assert isinstance(game, ExtensiveGame)
        start = time.process_time()
        theory = derive(game, concept="pbe")
        took = time.process_time() - start
        counts = f"{len(theory.generic)} generic classes, {len(theory.knife_edges)} knife edges"
        print(f"{slug}: {took:.2f} s; {counts}, {theory.counts['queries']} questions")
    game = load(SLUGS[0])
    assert isinstance(game, ExtensiveGame)
    theory = derive(game)
    draws = np.random.default_rng(1)
    at = {"p_Ch": draws.uniform(size=POINTS), "p_Def": draws.uniform(size=POINTS)}
    evaluate(theory, at)
    start = time.process_time()
    evaluate(theory, at).probability("war").low.sum()
    print(f"masks and P(war) of all classes at {POINTS} points: {time.process_time() - start:.3f} s")
