"""Equilibria at parameter points, read off a derived theory."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import CompiledTree
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.errors import SolverError
from deterrence.profiles import Assessment, Completeness, Found
from deterrence.solvers import TreeSolver
from deterrence.theory.classes import Theory
from deterrence.theory.concepts import system_of
from deterrence.theory.evaluate import ClassesAt, evaluate
from deterrence.theory.node_beliefs import NodeBeliefs
from deterrence.theory.node_members import NodeMembers
from deterrence.theory.shared import SharedBeliefs
from deterrence.theory.shared_members import SharedMembers

__all__ = ["DerivedEquilibria"]

_REPRESENTED: Final = "; each class is listed once, what it leaves open in the middle of its interval"
_EDGE: Final = (
    "something has probability zero that the theory takes to be possible: its classes are continued to this point, "
    "others may exist"
)
_NUMERIC: Final = (
    "; what has no closed form is solved numerically: boxes are halved until each is seen to hold one solution or none"
)
_UNDECIDED: Final = "a class without closed form has solutions too close to tell apart: others may exist"
_INEXACT: Final = (
    "a class without closed form has solutions that are no simple fractions: they are listed when solved in floats"
)
_NAN_IS_DATA: Final = np.errstate(invalid="ignore")  # classes have no numbers where they do not exist
_SAME: Final = 1e-9  # strategies that differ by less are listed once


@dataclass(frozen=True)
class DerivedEquilibria(TreeSolver):
    """Every class of equilibria of the concept that a theory was derived for.

    One equilibrium is listed for each class of the theory that exists at a point, with beliefs at every information
    set (none for `subgame-perfect`, and for the Nash equilibria of a table): those that matter to somebody as the class
    has them, the others by Bayes' rule wherever the strategies define it, elsewhere as the concept allows. Beliefs and
    mixing probabilities that the concept leaves open are in the middle of their intervals. Of a class without closed
    form every solution is listed, to within rounding. On the boundaries of regions, where classes meet, equal behaviour
    is listed once.

    Raises `SolverError` when asked to solve another game than the theory's.
    """

    theory: Theory = field(repr=False)

    @property
    def concept(self) -> str:
        """The solution concept."""
        return self.theory.concept

    @property
    def refinement(self) -> str:
        """The refinement of the concept."""
        return self.theory.refinement

    @_NAN_IS_DATA
    def solve(self, game: CompiledTree) -> Found[Assessment]:
        """Return the equilibria at every point."""
        if game.tree != self.theory.game.tree:
            raise SolverError("the theory is that of another game", remedy="derive(game) gives this game's theory")
        at = evaluate(self.theory, game.points)
        exists = at.masks & game.defined[:, None]
        listed = np.flatnonzero(exists.any(axis=0))
        plays = [at.strategy(int(k)).T for k in listed]
        strategy = _stacked(plays, game, game.tree.n_moves)
        exists = exists[:, listed] if listed.size else np.zeros((game.size, 1), dtype=np.bool_)
        exists &= ~_is_open(strategy)
        beliefs = self._beliefs(at, listed, plays, game)
        if beliefs is not None:
            exists &= ~_is_open(beliefs)
        exists = _distinct(strategy, exists, at.tied | at.edge)
        completeness, arguments = self._completeness(at)
        return Found(
            Assessment(game.tree, strategy, beliefs), exists, completeness, arguments, at.tied | at.edge, game.defined
        )

    def _beliefs(
        self, at: ClassesAt, listed: NDArray[np.intp], plays: list[NumberArray], game: CompiledTree
    ) -> NumberArray | None:
        """Return beliefs (points, equilibria, members) of the listed classes, None for concepts without."""
        members = self._members
        if members is None:
            return None
        parts = [members.beliefs(at, int(k), play) for k, play in zip(listed, plays, strict=True)]
        return _stacked(parts, game, sum(len(h.members) for h in game.tree.information_sets))

    @cached_property
    def _members(self) -> SharedMembers | NodeMembers | None:
        if self.theory.concept == "nash":  # of a table: nobody moves after another
            return None
        system = system_of(self.theory.game, self.theory.concept)
        if isinstance(system, SharedBeliefs):
            return SharedMembers(system)
        return NodeMembers(system) if isinstance(system, NodeBeliefs) else None

    def _completeness(self, at: ClassesAt) -> tuple[NumberArray, dict[Completeness, str]]:
        inner = Completeness.ALL if self.theory.complete else Completeness.SOME
        reason = f"{self.theory.argument}{_REPRESENTED}{_NUMERIC if at.solved else ''}"
        unsure = _INEXACT if at.points.exact else _UNDECIDED
        doubts = [said for said, where in ((_EDGE, at.edge), (unsure, at.open)) if where.any()]
        if not doubts:
            return np.full(at.points.size, inner, dtype=np.int8), {inner: reason}
        some = "; where ".join(doubts)
        completeness = np.where(at.edge | at.open, Completeness.SOME, inner).astype(np.int8)
        known = {inner: reason} if (completeness == inner).any() else {}
        return completeness, known | {Completeness.SOME: some if self.theory.complete else f"{reason}; where {some}"}


def _stacked(parts: list[NumberArray], game: CompiledTree, width: int) -> NumberArray:
    """Return arrays (x, points) as (points, equilibria, x), one empty slot where there are none."""
    if not parts:
        return np.moveaxis(game.zeros(1, width), -1, 0)
    return np.moveaxis(np.stack(parts), -1, 0)


def _is_open(numbers: NumberArray) -> BoolArray:
    """Say where an equilibrium (points, equilibria, x) has a number without a value."""
    return np.asarray((numbers != numbers).any(axis=-1), dtype=np.bool_)


def _distinct(strategy: NumberArray, exists: BoolArray, where: BoolArray) -> BoolArray:
    """Strike equilibria that behave like an earlier one, at the points (points,) where that can be."""
    rows = np.flatnonzero(where)
    here, kept = strategy[rows], exists[rows]
    for k in range(1, kept.shape[1]):
        for earlier in range(k):
            gap = np.abs(here[:, k] - here[:, earlier]).max(axis=-1)
            kept[:, k] &= ~(kept[:, earlier] & np.asarray(gap <= _SAME, dtype=np.bool_))
    out = exists.copy()
    out[rows] = kept
    return out
