"""Classes cut by what a refinement demands of them, region by region."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from deterrence.expressions import AllOf, AnyOf, Condition, substitute_condition, symbols_of_condition
from deterrence.theory.cases import Cases
from deterrence.theory.cells import Cells
from deterrence.theory.classes import EquilibriumClass
from deterrence.theory.conditions import mixing_conditions
from deterrence.theory.logic import FALSE, TRUE, join, negation, off_boundary
from deterrence.theory.refine.narrow import narrowed
from deterrence.theory.removal import Argument, Removal
from deterrence.theory.shared import SharedBeliefs
from deterrence.theory.smt import Answer

__all__ = ["Demand", "cut"]


@dataclass(frozen=True)
class Demand:
    """Where `where` holds in the parameters, every condition must hold of an equilibrium, by the argument.

    The argument is worked out when it is asked for: most demands take nothing away.
    """

    where: Condition
    conditions: tuple[Condition, ...]
    argument: Callable[[], Argument]


def cut(
    cases: Cases, system: SharedBeliefs, found: EquilibriumClass, position: int, demands: Sequence[Demand]
) -> tuple[list[EquilibriumClass], list[Removal]]:
    """Return what is left of a class, in parts whose regions do not meet, and what was taken away and why."""
    return _Cut(cases, system, found, position).run(demands)


class _Cut:
    def __init__(self, cases: Cases, system: SharedBeliefs, found: EquilibriumClass, position: int) -> None:
        self.cases, self.system, self.found, self.position = cases, system, found, position
        self.members = cases.conditions(found)
        self.open = frozenset(cases.unknowns(found))

    def run(self, demands: Sequence[Demand]) -> tuple[list[EquilibriumClass], list[Removal]]:
        """Follow every combination of demands that are in force together somewhere."""
        active = [d for d in map(self._stated, demands) if self._bites(d)]
        if not active:
            return [self.found], []
        whole, fallen = list[Condition](), list[Condition]()
        parts: dict[tuple[Condition, ...], list[Condition]] = {}
        for here, force in self._combinations(active, ()):
            wanted = tuple(dict.fromkeys(c for d in force for c in d.conditions))
            if not self._possible(*here, *wanted):
                fallen.append(join(AllOf, *here))
            elif all(self.cases.decider.implied(c, (*self.members, *here)) for c in wanted):
                whole.append(join(AllOf, *here))
            else:
                parts.setdefault(wanted, []).append(join(AllOf, *here))
        left = list(self._left(join(AnyOf, *whole), ()))
        removals = self._removal("falls", join(AnyOf, *fallen), active)
        for wanted, places in parts.items():
            where = join(AnyOf, *places)
            left += self._left(where, wanted)
            removals += self._removal("shrinks", where, active)
        return left, removals

    def _left(self, where: Condition, wanted: tuple[Condition, ...]) -> Iterator[EquilibriumClass]:
        """Yield what remains of the class where `where` holds, under the conditions wanted there.

        What depends on unknowns that the class leaves open narrows them. Closed sets do: where a strict condition
        begins to hold, less is demanded.
        """
        shown = Cells(self.cases, where, self.members).holds()
        if shown == FALSE:
            return
        options = shown.parts if isinstance(shown, AnyOf) and self._is_open(shown) else (shown,)
        for option in options:
            conditions = () if option == TRUE else option.parts if isinstance(option, AllOf) else (option,)
            inner = tuple(c for c in conditions if self._is_open(c))
            outer = tuple(c for c in conditions if c not in inner)
            narrow = (*wanted, *inner)
            for part in narrowed(self.cases, self.system, self.found, narrow) if narrow else [self.found]:
                yield self._within(part, outer)

    def _is_open(self, condition: Condition) -> bool:
        """Say whether a condition depends on unknowns that the class leaves open."""
        return not {s.name for s in symbols_of_condition(condition)}.isdisjoint(self.open)

    def _stated(self, demand: Demand) -> Demand:
        """Return a demand with the beliefs that the class determines put in."""
        slots = self.system.slots.items()
        known = {name: self.found.beliefs[slot] for name, slot in slots if slot in self.found.beliefs}
        context = (*self.members, *self._mixing())
        where, *conditions = (
            self.cases.cleared(substitute_condition(c, known), context) for c in (demand.where, *demand.conditions)
        )
        return replace(demand, where=self.cases.pruned(where, self.members), conditions=tuple(conditions))

    def _mixing(self) -> Iterator[Condition]:
        """Yield that what is played with positive probability is; regions contain the ends too, where others begin."""
        for row in self.found.strategies:
            for condition in mixing_conditions(row):
                yield self.cases.cleared(condition, self.members)

    def _possible(self, *conditions: Condition) -> bool:
        return self.cases.decider.satisfiable((*self.members, *conditions)) is not Answer.NO

    def _bites(self, demand: Demand) -> bool:
        """Say whether a demand takes anything from the class."""
        broken = join(AnyOf, *map(negation, demand.conditions))
        return self._possible(demand.where, broken)

    def _combinations(
        self, demands: Sequence[Demand], here: tuple[Condition, ...]
    ) -> Iterator[tuple[tuple[Condition, ...], list[Demand]]]:
        """Yield where which demands are in force, and no others."""
        if not demands:
            yield here, []
            return
        first, *others = demands
        for inside in (True, False):
            now = (*here, first.where if inside else negation(first.where))
            if self._possible(*now):
                for place, force in self._combinations(others, now):
                    yield place, [first, *force] if inside else force

    def _within(self, found: EquilibriumClass, parts: tuple[Condition, ...]) -> EquilibriumClass:
        """Return the class with further conditions on the parameters, without those that have become needless."""
        kept = list(found.region)
        for condition in found.region if parts else ():
            others = [self.cases.cleared(c) for c in (*kept, *parts) if c != condition]
            if self.cases.decider.implied(self.cases.cleared(condition), others):
                kept.remove(condition)
        return self._marked(replace(found, region=(*kept, *parts)))

    def _marked(self, found: EquilibriumClass) -> EquilibriumClass:
        """Return the class with `generic` set by whether its region has interior."""
        inside = join(AllOf, *(off_boundary(self.cases.cleared(c)) for c in found.region))
        return replace(found, generic=found.generic and self.cases.decider.satisfiable((inside,)) is not Answer.NO)

    def _removal(
        self, effect: Literal["falls", "shrinks"], where: Condition, demands: Sequence[Demand]
    ) -> list[Removal]:
        """Return the report on part of the region, with the arguments that apply to some of it."""
        shown = Cells(self.cases, where, self.members).holds()
        if shown == FALSE:
            return []
        conditions = () if shown == TRUE else shown.parts if isinstance(shown, AllOf) else (shown,)
        return [
            Removal(
                name=self.found.family,
                position=self.position,
                effect=effect,
                where=conditions,
                arguments=self._arguments(where, demands),
            )
        ]

    def _arguments(self, where: Condition, demands: Sequence[Demand]) -> tuple[Argument, ...]:
        """Return as few arguments as together apply wherever `where` holds."""
        needed: list[Demand] = []
        for demand in demands:
            others = [negation(d.where) for d in needed]
            if self._possible(where, demand.where, *others):
                needed.append(demand)
        return tuple(dict.fromkeys(d.argument() for d in needed))
