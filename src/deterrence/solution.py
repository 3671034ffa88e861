"""Answers: every equilibrium at every point, with status, completeness, certificate and provenance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Generic

import numpy as np
from numpy.typing import NDArray

from deterrence.certify import Certificate
from deterrence.compiled import Points
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.escape import for_terminal
from deterrence.games import Game, Quantity
from deterrence.outcomes import Outcomes
from deterrence.profiles import Completeness, Found, ProfileT

__all__ = ["Solution", "Status"]


class Status(IntEnum):
    """What can be said at a point.

    SOLVED: equilibria are listed. NONE_EXISTS: it is proved that the concept has none there. NONE_FOUND: the
    method found none, which proves nothing. OUTSIDE: the point violates the model's assumptions.
    UNDEFINED: a value is missing, infinite, or a formula divides by zero there.
    """

    SOLVED = 0
    NONE_EXISTS = 1
    NONE_FOUND = 2
    OUTSIDE = 3
    UNDEFINED = 4


@dataclass(frozen=True, repr=False, eq=False)
class Solution(Generic[ProfileT]):
    """All equilibria of a game at a batch of parameter points.

    Arrays have the batch axes of `at` in front, then the equilibria (padded; see `exists`).
    `certificate` comes from code that never saw the solver; `certify` makes it when it is first looked at, unless
    `solve` was told to look at once; `consequences` makes the outcomes. `solver`, `concept` and `refinement` are the
    provenance.
    """

    game: Game
    points: Points
    found: Found[ProfileT]
    certify: Callable[[], Certificate] = field(repr=False)
    consequences: Callable[[], Outcomes] = field(repr=False)
    solver: str
    concept: str
    refinement: str = "none"

    def __repr__(self) -> str:
        """Return a sentence: how many points, what can be said of them, how many equilibria."""
        name = self.game.about.slug or self.game.about.title or f"{self.game.form} game"
        states, sizes = np.unique(self.status, return_counts=True)
        said = ", ".join(f"{Status(int(s)).name} {n:,}" for s, n in zip(states, sizes, strict=True))
        counts = self.count[self.status == Status.SOLVED]
        least, most = (int(counts.min()), int(counts.max())) if counts.size else (0, 0)
        found = f"{most}" if least == most else f"{least} to {most}"
        what = f"{self.concept}, refinement {self.refinement}"
        checked = "all certified" if self.certified.all() else "NOT all certified"
        return (
            f"<Solution of {for_terminal(name)} ({what}, {self.solver}): {self.points.size:,} points: {said}; "
            f"{found} equilibria a point, {checked}>"
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """The batch shape; empty for a single point."""
        return self.points.shape

    @cached_property
    def certificate(self) -> Certificate:
        """The independent check of every listed equilibrium, flat over the batch."""
        return self.certify()

    @property
    def exists(self) -> BoolArray:
        """Which of the padded equilibria exist, (*shape, equilibria)."""
        return self.found.exists.reshape(*self.shape, -1)

    @property
    def count(self) -> NDArray[np.int64]:
        """How many equilibria are listed at each point."""
        return np.asarray(self.exists.sum(axis=-1))

    @property
    def flagged(self) -> BoolArray:
        """Points at which ties or near-ties occur."""
        return self.found.flagged.reshape(self.shape)

    @property
    def completeness(self) -> NDArray[np.int8]:
        """A `Completeness` per point; `arguments` says why."""
        return self.found.completeness.reshape(self.shape)

    @property
    def arguments(self) -> dict[Completeness, str]:
        """The argument behind each value of completeness."""
        return self.found.arguments

    @cached_property
    def status(self) -> NDArray[np.int8]:
        """A `Status` per point."""
        none = np.where(self.completeness == Completeness.ALL, Status.NONE_EXISTS, Status.NONE_FOUND)
        status = np.where(self.count > 0, Status.SOLVED, none)
        status = np.where(self.points.admissible, status, Status.OUTSIDE)
        return np.where(self._defined, status, Status.UNDEFINED).astype(np.int8)

    @cached_property
    def _defined(self) -> BoolArray:
        return self.points.defined & self.found.defined.reshape(self.shape)

    @property
    def certified(self) -> BoolArray:
        """Whether every listed equilibrium of a point passed the independent check, and a proof that there is none."""
        return self.certificate.sound.reshape(self.shape)

    @cached_property
    def outcomes(self) -> Outcomes:
        """Event probabilities and expected payoffs of every equilibrium, flat over the batch."""
        return self.consequences()

    def probability(self, event: str) -> NumberArray:
        """Return the probability of an event in every equilibrium, (*shape, equilibria), NaN where none."""
        return self._masked(self.outcomes.probability(event))

    def payoff(self, player: str) -> NumberArray:
        """Return the expected payoff of a player, or of `player.type`, in every equilibrium, (*shape, equilibria)."""
        return self._masked(self.outcomes.payoff(player))

    def quantity(self, name: str) -> NumberArray:
        """Return a number as files write it, such as `P(war)`, in every equilibrium, (*shape, equilibria).

        Which quantities there are depends on the form of the game (`game.quantities()`).
        """
        kind, _, of = name.removesuffix(")").partition("(")
        return self._masked(self.outcomes.quantity(Quantity(kind, of)))

    def _masked(self, values: NumberArray) -> NumberArray:
        return np.where(self.found.exists, values, np.nan).reshape(*self.shape, -1)
