"""What `solve` needs to know about a form of game."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from deterrence.certify import Certificate
from deterrence.compiled import Points
from deterrence.compiled.points import BoolArray
from deterrence.games import Game
from deterrence.outcomes import Outcomes
from deterrence.profiles import Found
from deterrence.solvers import Solver

__all__ = ["BLOCK", "Form"]

BLOCK: Final = 32_768  # points of a tree solved together: their arrays stay in the cache


@dataclass(frozen=True, kw_only=True)
class Form:
    """What `solve` needs to know about one form of game.

    `game` is the class of its games, `solver` that of its solvers, `default` chooses one for a game. `arrays` turns a
    game and points into numbers, `certify` checks what was found for a concept, and `outcomes` says what it leads to;
    both get the compiled game. `advice` is the remedy for a solver of another form. `block` says how many points are
    solved together.
    """

    game: type[Game]
    solver: type[Any]
    default: Callable[[Any], Solver[Any, Any]]
    arrays: Callable[[Any, Points], Any]
    certify: Callable[[Any, Found[Any], str], Certificate]
    outcomes: Callable[[Any, Any, Any, BoolArray], Outcomes]
    advice: str
    block: Callable[[Any], int] = lambda game: BLOCK
    concepts: Mapping[str, Callable[[], Solver[Any, Any]]] = field(default_factory=dict)  # other solvers, by concept

    def solver_for(self, concept: str) -> Solver[Any, Any] | None:
        """Return the solver of a concept that is not the default's, None for all others."""
        return self.concepts[concept]() if concept in self.concepts else None
