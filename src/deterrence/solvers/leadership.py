"""Stackelberg leadership in continuous games: one player moves first, the others play the equilibrium that follows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from deterrence.compiled.continuous import CompiledContinuous
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import SolverError
from deterrence.expressions import did_you_mean
from deterrence.profiles import ActionProfile, Completeness, Found
from deterrence.solvers.aggregative import AggregateRoot
from deterrence.solvers.base import ContinuousSolver
from deterrence.solvers.best_replies import as_found

__all__ = ["Leadership"]

_MESH: Final = 33
_ZOOMS: Final = 8

_NUMBERS: Final = 1 << 20  # actions on one mesh, of all players at all points

_ARGUMENT: Final = (
    "the leader's action was searched on a mesh, narrowed again and again; another one as good is not listed"
)


@dataclass(frozen=True, kw_only=True)
class Leadership(ContinuousSolver):
    """The leader's best action, given that the others answer with the equilibrium among themselves (Varian 1994).

    Of several equilibria of the others the one that the leader likes best is taken. `followers` solves their game. With
    one follower a commitment game says the same and compares all candidates.
    """

    leader: str
    followers: ContinuousSolver = field(default_factory=AggregateRoot)

    @property
    def concept(self) -> str:
        """The solution concept, which names the leader."""
        return f"leadership of {self.leader}"

    def solve(self, game: CompiledContinuous) -> Found[ActionProfile]:
        """Return the leader's best action with the others' answer, at every point."""
        if self.leader not in game.players:
            raise SolverError(f"no player {self.leader[:64]!r}", remedy=did_you_mean(self.leader, game.players))
        plain = game.in_floats()
        size = max(1, _NUMBERS // (_MESH * len(game.players)))
        blocks = [slice(start, start + size) for start in range(0, max(game.size, 1), size)]
        with np.errstate(all="ignore"):
            parts = [self._led(plain.select(block)) for block in blocks]
        actions = np.concatenate([chosen for chosen, _ in parts], axis=-1)
        exists = np.concatenate([there for _, there in parts], axis=-1)
        return as_found(game, actions, exists & game.defined, Completeness.SOME, _ARGUMENT)

    def _led(self, game: CompiledContinuous) -> tuple[FloatArray, BoolArray]:
        """Return the leader's best action with the others' answer (1, players, points), and where there is one."""
        first = game.players.index(self.leader)
        low, high = game.low[first], game.high[first]
        for _ in range(_ZOOMS):
            mesh, actions, worth = self._tried(game, first, low, high)
            found = np.take_along_axis(mesh, worth.argmax(axis=0)[None], axis=0)[0]
            step = (high - low) / (_MESH - 1)
            low, high = (np.clip(found + s * step, game.low[first], game.high[first]) for s in (-1, 1))
        _, actions, worth = self._tried(game, first, low, high)
        best = worth.argmax(axis=0)[None]
        chosen = np.take_along_axis(actions, best[:, None], axis=0)
        return chosen, np.isfinite(np.take_along_axis(worth, best, axis=0))

    def _tried(
        self, game: CompiledContinuous, first: int, low: FloatArray, high: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return first moves (mesh, points) between two, all actions that follow, and their worth to the leader."""
        mesh = low + np.linspace(0, 1, _MESH)[:, None] * (high - low)
        return (mesh, *self._answered(game, first, mesh))

    def _answered(self, game: CompiledContinuous, first: int, mesh: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return all actions (mesh, players, points) when the leader fixes one of the mesh, and its payoff there."""
        fixed = game.select(np.tile(np.arange(game.size), len(mesh)))
        bounds = [bound.copy() for bound in (fixed.low, fixed.high)]
        for bound in bounds:
            bound[first] = mesh.reshape(-1)
        bound_game = replace(fixed, low=bounds[0], high=bounds[1])
        answer = self.followers.solve(bound_game)
        actions = answer.profiles.actions.transpose(1, 2, 0)
        totals = np.stack([bound_game.total(part) for part in actions])
        worth = np.stack([bound_game.payoff(first, x[first], t) for x, t in zip(actions, totals, strict=True)])
        worth = np.where(answer.exists.T & np.isfinite(worth), worth, -np.inf)
        best = worth.argmax(axis=0)[None]
        chosen = np.take_along_axis(actions, best[:, None], axis=0)[0]
        shape = (len(mesh), game.size)
        players = len(game.players)
        return (
            chosen.reshape(players, *shape).swapaxes(0, 1),
            np.take_along_axis(worth, best, axis=0)[0].reshape(shape),
        )
