"""Weakest link and best shot: equilibria of continuous games whose aggregate is the least or the greatest action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import SolverError
from deterrence.profiles import ActionProfile, Completeness, Found
from deterrence.solvers.base import ContinuousSolver
from deterrence.solvers.best_replies import as_found, best_reply

__all__ = ["BestShot", "WeakestLink"]

_MESH: Final = 64
_SLACK: Final = 1e-9

_LINK: Final = (
    "every common level between those listed is an equilibrium too, where payoffs rise in it; profiles with different "
    "parts were not searched"
)
_SHOT: Final = "every player was tried as the only provider; profiles with several providers were not searched"


def _needs(game: CompiledContinuous, kind: str) -> None:
    if game.game.aggregate.kind != kind:
        raise SolverError(f"the aggregate is no {kind}", remedy="use AggregateRoot() or BestReplies()")


@dataclass(frozen=True, kw_only=True)
class WeakestLink(ContinuousSolver):
    """The lowest and the highest common level at which no player gains by another one, for an aggregate `min`.

    Each player's best level is the highest point of its payoff when all keep up with it; up to the least of these every
    common level is an equilibrium when keeping up pays (Hirshleifer 1983). Levels are weight times action.
    """

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nash"

    def solve(self, game: CompiledContinuous) -> Found[ActionProfile]:
        """Return both ends of the set of common levels."""
        _needs(game, "min")
        plain = game.in_floats()
        with np.errstate(all="ignore"):
            best = [best_reply(plain, i, None) for i in range(len(plain.players))]
            top = np.min([w * x for w, x in zip(plain.weights, best, strict=True)], axis=0)
            bottom = (plain.weights * plain.low).max(axis=0)
            levels = np.stack([bottom, np.maximum(top, bottom)])
            actions = np.clip(levels[:, None] / plain.weights, plain.low, plain.high)
            exists = np.stack([_is_stable(plain, part, best) for part in actions]) & plain.defined
        exists[0] &= ~(exists[1] & (levels[0] == levels[1]))
        return as_found(game, actions, exists, Completeness.SOME, _LINK)


@dataclass(frozen=True, kw_only=True)
class BestShot(ContinuousSolver):
    """Equilibria in which one player provides and the others do the least, for a `max` aggregate (Hirshleifer 1983)."""

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nash"

    def solve(self, game: CompiledContinuous) -> Found[ActionProfile]:
        """Return the equilibria with player 1, 2, ... as provider, as far as they are equilibria."""
        _needs(game, "max")
        plain = game.in_floats()
        with np.errstate(all="ignore"):
            best = [best_reply(plain, i, None) for i in range(len(plain.players))]
            actions = np.repeat(plain.low[None], len(plain.players), axis=0).astype(np.float64)
            for i, alone in enumerate(best):
                actions[i, i] = alone
            exists = np.stack([_is_stable(plain, part, best) for part in actions]) & plain.defined
        return as_found(game, actions, exists, Completeness.SOME, _SHOT)


def _is_stable(game: CompiledContinuous, actions: FloatArray, best: Sequence[FloatArray]) -> BoolArray:
    """Return where (points,) no player gains by another action, such as `best`, what it would do alone."""
    good = np.ones(game.size, dtype=np.bool_)
    share = np.linspace(0, 1, _MESH + 1)[:, None]
    for i, own in enumerate(actions):
        others = game.others(i, actions)
        reply = best_reply(game, i, others)
        mesh = np.concatenate(
            [reply[None], best[i][None], game.low[i] + share * (game.high[i] - game.low[i]), own[None]]
        )
        values = game.payoff(i, mesh, game.total_with(i, mesh, others))
        here = values[-1]
        most = np.where(np.isfinite(values), values, -np.inf).max(axis=0)
        good &= np.isfinite(here) & (most - here <= _SLACK * np.maximum(np.abs(here), np.abs(most)))
    return good
