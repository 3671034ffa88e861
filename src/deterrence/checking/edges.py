"""Points close to where a published region ends, on either side: there a wrong threshold shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.expressions import Comparison, Condition
from deterrence.expressions.numpy_eval import compile_conditions
from deterrence.games import Game
from deterrence.theory.logic import comparisons

__all__ = ["edge_points"]

PAIRS: Final = 24  # lines from an inner to an outer point, for each comparison
HALVINGS: Final = 9  # of a line: its ends are then a five-hundredth of it apart

Columns = Mapping[str, FloatArray]


def edge_points(game: Game, conditions: Sequence[Condition], at: Columns) -> dict[str, FloatArray]:
    """Return admissible points on either side of every edge of a region, between given points; few where these are.

    On lines from inner points to points where one comparison fails, with all others holding if there are any, the
    place where the region ends is found by halving.
    """
    parts = [_crossing(conditions, *pair) for pair in _pairs(conditions, at)]
    found = {name: np.concatenate([part[name] for part in parts] or [np.empty(0)]) for name in at}
    good = _holds([*game.admissible], found)
    return {name: column[good] for name, column in found.items()}


def _holds(conditions: Sequence[Condition], at: Columns) -> BoolArray:
    size = len(next(iter(at.values())))
    if not conditions or not size:
        return np.ones(size, dtype=np.bool_)
    with np.errstate(all="ignore"):
        return np.asarray(compile_conditions(conditions).run(dict(at), (size,)).all(axis=0), dtype=np.bool_)


def _pairs(conditions: Sequence[Condition], at: Columns) -> Iterator[tuple[Columns, Columns]]:
    """Yield inner and outer points, as many of the one as of the other."""
    chains = (chain for condition in conditions for chain in comparisons(condition))
    single = [
        _holds([Comparison((a, b), (op,))], at) for a, op, b in dict.fromkeys(p for c in chains for p in c.pairs())
    ]
    region = _holds(conditions, at)
    rng = np.random.default_rng(0)
    for k, holds in enumerate(single):
        alone = ~holds & np.all([other for i, other in enumerate(single) if i != k] or [~holds], axis=0)
        outer = alone & ~region if (alone & ~region).any() else ~holds & ~region
        if region.any() and outer.any():
            picked = (rng.choice(np.flatnonzero(side), PAIRS) for side in (region, outer))
            inside, outside = ({name: column[p] for name, column in at.items()} for p in picked)
            yield inside, outside


def _crossing(conditions: Sequence[Condition], inside: Columns, outside: Columns) -> dict[str, FloatArray]:
    for _ in range(HALVINGS):
        middle = {name: (inside[name] + outside[name]) / 2 for name in inside}
        holds = _holds(conditions, middle)
        inside = {name: np.where(holds, middle[name], inside[name]) for name in middle}
        outside = {name: np.where(holds, outside[name], middle[name]) for name in middle}
    return {name: np.concatenate([inside[name], outside[name]]) for name in inside}
