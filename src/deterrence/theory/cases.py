"""A theory's classes as exact polynomial conditions: what every question about them starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np

from deterrence.certify import Certificate, certify_consistent, certify_perfect_bayesian, rationality
from deterrence.compiled import CompiledTree, compile_tree, parameter_points
from deterrence.errors import DeterrenceError
from deterrence.expressions import (
    Comparison,
    Condition,
    Expr,
    Number,
    Symbol,
    evaluate_exact,
    substitute,
    symbols_of,
    symbols_of_condition,
)
from deterrence.games import ExtensiveGame, FrozenMap, Quantity
from deterrence.profiles import Assessment
from deterrence.theory.classes import EquilibriumClass, Interval, Theory
from deterrence.theory.ground import Ground, UnsettledError, conditions_of
from deterrence.theory.logic import strictly
from deterrence.theory.ranges import free_order
from deterrence.theory.solver import DerivedEquilibria
from deterrence.theory.unknowns import product_of, sum_of

__all__ = ["Cases", "UnsettledError", "conditions_of", "uncertified"]


_BELIEFS: Final[Mapping[str, tuple[Callable[..., Certificate], str]]] = {
    "pbe": (certify_perfect_bayesian, "not those of a perfect Bayesian equilibrium (Fudenberg and Tirole)"),
    "sequential": (certify_consistent, "not consistent (Kreps and Wilson)"),
}


class Cases(Ground):
    """One theory ready for questions: its names as polynomials, its assumptions in a solver, its classes as conditions.

    Like those of the ground it stands on, all conditions that leave this class are polynomial.
    """

    game: ExtensiveGame

    def __init__(self, theory: Theory, *, extra: Iterable[str] = ()) -> None:
        self.theory, self.game = theory, theory.game
        names = dict.fromkeys(name for found in theory.classes for name in self.unknowns(found))
        super().__init__(theory.game, (*names, *extra))
        self._conditions: dict[int, tuple[Condition, ...]] = {}

    def unknowns(self, found: EquilibriumClass) -> tuple[str, ...]:
        """Return the names of beliefs and mixing probabilities that a class leaves open."""
        parameters = {p.name for p in self.game.parameters} | set(self.game.definitions)
        used = symbols_of(*(q for row in found.strategies for q in row), *found.events.values())
        left = symbols_of_condition(*found.open_conditions)
        return tuple(dict.fromkeys((*found.free, *(s.name for s in (*used, *left) if s.name not in parameters))))

    def region(self, found: EquilibriumClass) -> tuple[Condition, ...]:
        """Return where a class exists, in the parameters alone; raise `UnsettledError` for an implicit class."""
        defined = self._defined(found, ())
        own = set(self.unknowns(found))
        if found.open_conditions or own & {s.name for s in symbols_of_condition(*defined)}:
            raise UnsettledError(f"the region of {found.name!r} is not known in closed form")
        return (*(self.cleared(c) for c in found.region), *defined)

    def conditions(self, found: EquilibriumClass | None) -> tuple[Condition, ...]:
        """Return what holds of parameters and open unknowns wherever an equilibrium is of the class.

        For no class these are no conditions: any admissible point.
        """
        if found is None:
            return ()
        if id(found) not in self._conditions:
            parts: tuple[Condition, ...] = tuple(self.cleared(c) for c in (*found.region, *found.defined))
            for name in free_order(found):
                interval = found.free[name]
                below = [Comparison((bound, Symbol(name)), ("<=",)) for bound in interval.lower]
                above = [Comparison((Symbol(name), bound), ("<=",)) for bound in interval.upper]
                parts = (*parts, *(self.cleared(c, parts) for c in (*below, *above)))
            parts = (*parts, *(self.cleared(c, parts) for c in found.open_conditions))
            self._conditions[id(found)] = (*parts, *self._defined(found, parts))
        return self._conditions[id(found)]

    def _defined(self, found: EquilibriumClass, context: Sequence[Condition]) -> tuple[Condition, ...]:
        """Return that no strategy of a class divides by zero, as far as that is not certain."""
        return self.defined((q for row in found.strategies for q in row), context)

    def inside(self, found: EquilibriumClass) -> tuple[Condition, ...]:
        """Return the class's conditions, those of its region with strict inequalities; equations stay."""
        region = [self.cleared(c) for c in found.region]
        return tuple(strictly(c) if c in region else c for c in self.conditions(found))

    def quantity(self, quantity: Quantity, found: EquilibriumClass) -> Expr:
        """Return a quantity's formula in a class."""
        if quantity.kind == "P":
            return found.events[quantity.of]
        if (key := _payoff_key(quantity.of, found)) is not None:
            return found.payoffs[key]
        player = next(p for p in self.game.players if p.name == quantity.of)
        if player.prior is None:
            raise UnsettledError(f"the payoff of {quantity.of} over its types needs independent types")
        return sum_of(*(product_of(q, found.payoffs[player.name, t]) for t, q in player.prior.items()))

    def quantities(self, named: Mapping[str, Quantity], found: EquilibriumClass | None) -> dict[str, Expr]:
        """Return what names for quantities stand for in a class."""
        if found is None:
            return {}
        return {name: self.quantity(quantity, found) for name, quantity in named.items()}


def _payoff_key(of: str, found: EquilibriumClass) -> tuple[str, str] | None:
    return next((key for key in found.payoffs if of == (f"{key[0]}.{key[1]}" if key[1] else key[0])), None)


def uncertified(theory: Theory, found: EquilibriumClass, point: Mapping[str, Fraction]) -> str:
    """Return why the independent checker does not confirm a class at a point, exactly; empty when it does.

    `point` gives every parameter and every unknown of the class.
    """
    game = theory.game
    definitions = game.resolved_definitions
    try:
        at = {p.name: point[p.name] for p in game.parameters}
        compiled = compile_tree(game, parameter_points(game, at, exact=True))
        rows = [evaluate_exact(substitute(q, definitions), point) for row in found.strategies for q in row]
        order = [move for h in game.tree.information_sets for move in range(h.moves.start, h.moves.stop)]
        strategy = np.empty(len(rows), dtype=object)
        strategy[order] = rows
        answer = rationality(compiled, Assessment(game.tree, strategy[None, None]))
    except DeterrenceError as error:
        return str(error)
    perfect = theory.concept == "subgame-perfect"
    holds = answer.subgame_perfect if perfect else answer.sequentially_rational
    if holds == "yes":
        return _unsound(theory, found, compiled, point) if theory.concept in _BELIEFS else ""
    return "; ".join(f"{w.player} gains {w.gain} at {w.where}" for w in answer.witnesses) or "it was not confirmed"


def _unsound(theory: Theory, found: EquilibriumClass, compiled: CompiledTree, point: Mapping[str, Fraction]) -> str:
    """Return why the beliefs of a class at a point are not confirmed to be those of the concept; empty if they are."""
    fixed = {n: Interval((Number(point[n]),), (Number(point[n]),)) for n in found.meaning}
    pinned = replace(found, free=FrozenMap(fixed), closed_form=True, open_conditions=())
    here = DerivedEquilibria(replace(theory, classes=(pinned,))).solve(compiled)
    if not here.exists.any():
        return "its beliefs at this point were not found"
    certify, fault = _BELIEFS[theory.concept]
    passed = certify(compiled, here.profiles, here.exists).passed
    return "" if passed[here.exists].all() else f"its beliefs are {fault}"
