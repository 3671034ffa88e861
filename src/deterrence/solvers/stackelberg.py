"""Strong Stackelberg equilibria of two-player strategic games: a leader commits to a mixture that the other sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from deterrence.compiled import CompiledTable
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.errors import SolverError
from deterrence.expressions import did_you_mean
from deterrence.profiles import Completeness, Constant, Found, MixedProfile
from deterrence.solvers.base import TableSolver
from deterrence.solvers.two_player import extreme_equilibria, payoff_matrices

__all__ = ["StrongStackelberg"]

_SAME: Final = 1e-9  # payoffs of the leader that differ by less, relative to the largest, are one
_VERTICES: Final = (
    "every vertex of the region of commitments that make an action a best reply was compared, for every action of the "
    "follower; all optima with one reply are mixtures of the listed ones"
)
_OPEN: Final = "ties that floating-point arithmetic cannot decide, at too many points for exact arithmetic"


@dataclass(frozen=True, kw_only=True)
class StrongStackelberg(TableSolver):
    """The leader's best mixed commitments, when the follower answers best and breaks ties in the leader's favour.

    For a fixed reply the leader's best commitment solves a linear programme over the mixtures that make it a best reply
    (Conitzer and Sandholm 2006), so some vertex of these regions is best. The pairs of a vertex and a reply are the
    extreme equilibria of the game in which the leader is indifferent between everything: those are enumerated, all
    points together, and the pairs that the leader likes best are kept. Exact at exact points.

    `leader` is the name of the leader, by default the first player. Raises `SolverError` for other numbers of players,
    an unknown leader, and more actions than vertex enumeration takes.
    """

    leader: str = ""
    exact_limit: int = 2_000

    @property
    def concept(self) -> str:
        """The solution concept, which names the leader unless it is the first player."""
        return f"strong-stackelberg of {self.leader}" if self.leader else "strong-stackelberg"

    def solve(self, game: CompiledTable) -> Found[MixedProfile]:
        """Return the best commitments with the replies, at every point."""
        A, B = payoff_matrices(game)
        if self.leader and self.leader not in game.players:
            raise SolverError(f"no player {self.leader[:64]!r}", remedy=did_you_mean(self.leader, game.players))
        first = not self.leader or self.leader == game.players[0]
        nothing = np.zeros_like(A)
        exists, (x, y), unsettled = extreme_equilibria(
            game, *((nothing, B) if first else (A, nothing)), self.exact_limit
        )
        exists = exists & _best(A if first else B, x, y, exists, exact=game.points.exact)
        exists, x, y = _moved_up(exists, x, y)
        completeness = np.where(unsettled, Completeness.UNKNOWN, Completeness.ALL).astype(np.int8)
        arguments = {Completeness.ALL: _VERTICES, Completeness.UNKNOWN: _OPEN}
        profile = MixedProfile(game.players, game.actions, Constant((x, y)))
        return Found(profile, exists, completeness, arguments, unsettled, game.defined)


def _best(payoffs: NumberArray, x: NumberArray, y: NumberArray, exists: BoolArray, *, exact: bool) -> BoolArray:
    """Say which pairs (points, pairs) give the leader most."""
    worth = ((x @ payoffs) * y).sum(axis=-1)
    low = worth.min() if worth.size else 0
    worth = np.where(exists, worth, low)
    slack = 0 if exact else _SAME * np.abs(payoffs).max(axis=(1, 2))[:, None]
    return np.asarray(worth >= worth.max(axis=1)[:, None] - slack, dtype=np.bool_)


def _moved_up(exists: BoolArray, x: NumberArray, y: NumberArray) -> tuple[BoolArray, NumberArray, NumberArray]:
    """Return what exists first, in arrays no wider than needed."""
    width = max(1, int(exists.sum(axis=1).max(initial=0)))
    order = np.argsort(~exists, axis=1, kind="stable")[:, :width]
    kept = np.take_along_axis(exists, order, axis=1)
    mixtures = [np.take_along_axis(z, order[..., None], axis=1) * kept[..., None] for z in (x, y)]
    return kept, mixtures[0], mixtures[1]
