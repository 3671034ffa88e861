"""What a family is: a function of bounded integers that builds a game."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from deterrence.errors import GameError
from deterrence.games import About, FrozenMap, Game

__all__ = ["Family", "Integer"]

GameT = TypeVar("GameT", bound=Game, covariant=True)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number that a family takes: its bounds, its default and what it counts."""

    least: int
    most: int
    default: int
    meaning: str

    def check(self, name: str, value: int) -> int:
        """Return the value; raise `GameError` when it is no whole number within the bounds."""
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise GameError(f"{name} is {value!r:.40}", remedy=f"a whole number from {self.least} to {self.most}")
        return value


@dataclass(frozen=True)
class Family(Generic[GameT]):
    """A family of games.

    `build` takes the integers by name and returns the bare game; `game` adds bounds, defaults and provenance.
    """

    name: str
    summary: str
    integers: FrozenMap[str, Integer]
    build: Callable[..., GameT]

    def complete(self, integers: Mapping[str, int]) -> FrozenMap[str, int]:
        """Return all integers of the family, checked; those not given are at their defaults."""
        unknown = [name for name in integers if name not in self.integers]
        if unknown:
            known = ", ".join(self.integers)
            raise GameError(f"the family {self.name!r} has no integer {unknown[0]!r}", remedy=f"known: {known}")
        given = {name: integers.get(name, integer.default) for name, integer in self.integers.items()}
        return FrozenMap({name: self.integers[name].check(name, value) for name, value in given.items()})

    def game(self, **integers: int) -> GameT:
        """Return the game for the given integers.

        Raises `GameError` for an unknown integer or one out of bounds.
        """
        full = self.complete(integers)
        return self.build(**full).described(About(family=self.name, integers=full))
