"""Random admissible parameter points of a game, for tests and samples that need no design."""

from __future__ import annotations

from typing import Final

import numpy as np

from deterrence.compiled.points import FloatArray
from deterrence.expressions import Comparison, Symbol
from deterrence.expressions.numpy_eval import compile_conditions
from deterrence.games import Game, Parameter

__all__ = ["sample_points"]

ROUNDS: Final = 40  # draws before what was found must do
WIDE: Final = 5.0  # half-width of what a parameter without bounds is drawn from


def sample_points(game: Game, size: int, *, seed: int = 0) -> dict[str, FloatArray]:
    """Return at most `size` admissible points: values by parameter, each one-dimensional.

    Half of them lie near the defaults, the others anywhere in the domains; assumptions that order parameters are met
    by sorting, all others by rejection, so fewer points than asked for may be found.
    """
    rng = np.random.default_rng(seed)
    found: list[dict[str, FloatArray]] = []
    count = 0
    for _ in range(ROUNDS):
        raw = {p.name: _column(p, rng, 2 * size) for p in game.parameters}
        for chain in _chains(game):
            raw.update(zip(chain, np.sort([raw[name] for name in chain], axis=0)[::-1], strict=True))
        conditions = compile_conditions(game.admissible) if game.admissible else None
        inside = conditions.run(raw, (2 * size,)).all(axis=0) if conditions else np.ones(2 * size, dtype=np.bool_)
        found.append({name: column[inside] for name, column in raw.items()})
        count += int(inside.sum())
        if count >= size:
            break
    picked = rng.permutation(count)[:size]
    return {p.name: np.concatenate([batch[p.name] for batch in found])[picked] for p in game.parameters}


def _column(parameter: Parameter, rng: np.random.Generator, size: int) -> FloatArray:
    anywhere = _anywhere(parameter.domain, rng, size)
    if parameter.default is None:
        return anywhere
    middle = float(parameter.default)
    near = middle * rng.uniform(0.5, 1.5, size) if middle else rng.uniform(-0.5, 0.5, size)
    return np.where(np.arange(size) % 2 == 0, near, anywhere)


def _anywhere(domain: str, rng: np.random.Generator, size: int) -> FloatArray:
    if "probability" in domain:
        return rng.uniform(0, 1, size)
    if domain == "real":
        return rng.uniform(-WIDE, WIDE, size)
    return rng.uniform(0, WIDE, size)


def _chains(game: Game) -> list[list[str]]:
    """Return orders `a > b > c` of the assumptions, largest first; none shares a name with an earlier one."""
    chains: list[list[str]] = []
    orders = [c for c in game.assume if isinstance(c, Comparison)]
    for order in sorted(orders, key=lambda c: len(c.operands), reverse=True):
        names = [f.name for f in order.operands if isinstance(f, Symbol)]
        taken = {name for chain in chains for name in chain}
        if len(names) == len(order.operands) and len(set(names)) == len(names) and not taken & set(names):
            chains.append(names if order.operators[0].startswith(">") else names[::-1])
    return chains
