"""What a solution concept asks of a game: whose beliefs are where, which deviations count, when beliefs are sound.

The search over supports goes through the information sets in the order that the concept gives, later ones first.
After each choice it asks for the conditions that have become certain: optimal choices, and beliefs that agree with
play. When every support is chosen it asks which beliefs the whole choice allows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, TypeAlias

from deterrence.expressions import Condition, Expr
from deterrence.games import ExtensiveGame, Tree
from deterrence.theory.unknowns import ZERO, BeliefSlot, distribution

__all__ = ["BeliefSystem", "Plan", "Strategies", "Supports"]

Strategies: TypeAlias = Mapping[int, tuple[Expr, ...]]  # by information set: the probabilities of all its actions
Supports: TypeAlias = Mapping[int, tuple[int, ...]]  # by information set: the actions played
Plan: TypeAlias = Mapping[int, int]  # by information set of one player: the action taken


@dataclass(frozen=True)
class BeliefSystem(ABC):
    """One solution concept, applied to one game.

    `slots[name]` says what the unknown belief of a name is about; `prefix` keeps the names of unknowns apart from the
    game's.
    """

    concept: ClassVar[str]

    game: ExtensiveGame
    prefix: str
    slots: Mapping[str, BeliefSlot]

    @property
    def tree(self) -> Tree:
        """The full tree."""
        return self.game.tree

    @cached_property
    def moves(self) -> Mapping[str, tuple[int, int]]:
        """Which (information set, action) the name of a mixing probability stands for."""
        sets = enumerate(self.tree.information_sets)
        return {self._mixed(i, a): (i, a) for i, h in sets for a in range(len(h.actions))}

    @property
    @abstractmethod
    def order(self) -> tuple[int, ...]:
        """The information sets in the order in which the search chooses supports."""

    @abstractmethod
    def believed(self, strategies: Strategies, h: int, member: int) -> Expr:
        """Return the weight of a node in what the mover at information set h expects of its actions."""

    @abstractmethod
    def agreement(self, strategies: Strategies, h: int, relevant: Container[str]) -> Iterator[Condition]:
        """Yield what the choice at h, the last so far, makes certain about the relevant beliefs."""

    def deciding(self, h: int, supports: Supports) -> Iterator[int]:
        """Yield the information sets whose mover's incentives can be stated once h is chosen, and must hold."""
        yield h

    def linked(self, h: int, strategy: tuple[Expr, ...]) -> Iterator[Condition]:
        """Yield that a choice is the one that conditions met before left open."""
        return iter(())

    def continuations(self, h: int, action: int) -> Iterator[Plan]:
        """Yield what a mover who deviates may do later than at h, `{}` for what its strategy says, first.

        That is all where deviations at single information sets suffice.
        """
        yield {}

    def sound(
        self, supports: Supports, strategies: Strategies, relevant: Container[str]
    ) -> Iterator[tuple[Condition, ...]]:
        """Yield the alternatives that beliefs have once all supports are chosen."""
        yield ()

    def needed(self, names: set[str]) -> frozenset[str]:
        """Return beliefs that matter to some mover with those that they are computed from."""
        return frozenset(names)

    def strategy(self, h: int, support: tuple[int, ...]) -> tuple[Expr, ...]:
        """Return the probabilities of all actions: unknowns on the support, the last one minus the others."""
        values = dict(zip(support, distribution(self._mixed(h, a) for a in support[:-1]), strict=True))
        return tuple(values.get(a, ZERO) for a in range(len(self.tree.information_sets[h].actions)))

    def unchosen(self, h: int) -> tuple[Expr, ...]:
        """Return the strategy at an information set of which nothing is known."""
        return self.strategy(h, tuple(range(len(self.tree.information_sets[h].actions))))

    def _mixed(self, h: int, action: int) -> str:
        return f"mix{self.prefix}_{h}_{action}"
