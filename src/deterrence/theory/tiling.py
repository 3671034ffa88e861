"""Whether the regions of a theory tile the admissible set, where classes coexist, and whether outcomes are unique."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Final

from deterrence.errors import SolverError
from deterrence.expressions import AllOf, AnyOf, Condition, Expr, Symbol, substitute, symbols_of
from deterrence.games import FrozenMap
from deterrence.theory.algebra import Fractional
from deterrence.theory.cases import Cases, UnsettledError
from deterrence.theory.cells import Cells
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.covering import Answer, Coexistence, OutcomeGroup, Tiling
from deterrence.theory.logic import FALSE, TRUE, join, negation, off_boundary
from deterrence.theory.smt import Answer as Found

__all__ = ["tiling", "with_tiling"]

MOST_CLASSES: Final = 120  # theories with more generic classes are not compared class by class unless asked


def with_tiling(theory: Theory) -> Theory:
    """Return a theory that says how its regions lie, if it is not too large and its conditions can be compared."""
    if len(theory.generic) > MOST_CLASSES:
        return replace(
            theory, untiled=f"more than {MOST_CLASSES} generic classes are compared only when `tiling` is asked"
        )
    left = sum(not c.closed_form for c in theory.classes)
    said = f"classes without closed form ({left}) are left out of what is said of pairs" if left else ""
    try:
        return replace(theory, tiling=tiling(theory), untiled=said)
    except SolverError as error:
        return replace(theory, untiled=error.problem)


def tiling(theory: Theory) -> Tiling:
    """Return whether classes exist everywhere, which outcomes coexist where, and whether outcomes are unique.

    A distribution of outcomes is the probability of every event. Everything is decided exactly, by an SMT solver.
    Classes without closed form may close a gap and add outcomes, so with them only what they cannot change is said.
    """
    return theory.tiling or _Tiling(theory).run()


class _Tiling:
    def __init__(self, theory: Theory) -> None:
        self.theory = theory
        names = {name for found in theory.classes for name in found.free}
        self.cases = Cases(theory, extra=[f"other_{name}" for name in sorted(names)])
        self.groups = self._groups()

    def run(self) -> Tiling:
        """Decide coverage, then compare outcomes in pairs."""
        covered, gap = self._coverage()
        overlaps: list[Coexistence] = []
        several: FrozenMap[str, Fraction] | None = None
        unsettled = any(not found.closed_form for found in self.theory.classes)
        for (i, one), (j, two) in self._pairs():
            answer, point = self._differ(one, two)
            unsettled |= answer is Found.UNKNOWN
            if answer is Found.YES:
                several = several or point
                if i != j:
                    overlaps.append(Coexistence(i, j, self._both(one, two)))
        unique: Answer = "no" if several or overlaps else "open" if unsettled else "yes"
        outcomes = tuple(self._outcome(group) for group in self.groups)
        return Tiling(covered, unique, outcomes, tuple(overlaps), gap, several)

    def _groups(self) -> list[list[EquilibriumClass]]:
        """Return the generic classes by their distribution of outcomes; one that leaves it open is by itself."""
        found: dict[tuple[object, ...], list[EquilibriumClass]] = {}
        closed = (found for found in self.theory.generic if found.closed_form)
        for position, candidate in enumerate(closed):
            key: tuple[object, ...] = (position,)
            if not self._varies(candidate):
                key = tuple(self._function(f, candidate) for f in candidate.events.values())
            found.setdefault(key, []).append(candidate)
        return list(found.values())

    def _function(self, formula: Expr, found: EquilibriumClass) -> Fractional:
        return self.cases.function(formula, self.cases.conditions(found))

    def _varies(self, found: EquilibriumClass) -> bool:
        return not {s.name for s in symbols_of(*found.events.values())}.isdisjoint(self.cases.unknowns(found))

    def _outcome(self, group: Sequence[EquilibriumClass]) -> OutcomeGroup:
        names = tuple(dict.fromkeys(found.family for found in group))
        return OutcomeGroup(names, group[0].events, self._varies(group[0]))

    def _pairs(self) -> Iterator[tuple[tuple[int, list[EquilibriumClass]], tuple[int, list[EquilibriumClass]]]]:
        places = list(enumerate(self.groups))
        yield from combinations(places, 2)
        yield from ((place, place) for place in places if self._varies(place[1][0]))

    def _coverage(self) -> tuple[Answer, FrozenMap[str, Fraction] | None]:
        """Say whether a class exists everywhere; implicit classes may close a gap, so then it stays open."""
        closed = [found for found in self.theory.classes if not found.open_conditions]
        outside = [negation(self._region(found)) for found in closed]
        answer = self.cases.decider.satisfiable(outside)
        if answer is Found.NO:
            return "yes", None
        point = self.cases.point(outside) if answer is Found.YES and len(closed) == len(self.theory.classes) else None
        return ("open", None) if point is None else ("no", self._parameters(point))

    def _region(self, found: EquilibriumClass) -> Condition:
        return join(AllOf, *(self.cases.cleared(c) for c in found.region))

    def _inside(self, group: Sequence[EquilibriumClass], *, renamed: bool = False) -> Condition:
        """Return where a class of the group exists, off the boundaries of its region."""
        return join(AnyOf, *(self._within(found, renamed=renamed) for found in group))

    def _within(self, found: EquilibriumClass, *, renamed: bool) -> Condition:
        region = [self.cases.cleared(c) for c in found.region]
        given = [c for c in self.cases.conditions(found) if c not in region] if self._varies(found) else []
        if renamed:
            given = [c.map(lambda f: self._other(f, found)) for c in given]
        return join(AllOf, *map(off_boundary, region), *given)

    def _other(self, formula: Expr, found: EquilibriumClass) -> Expr:
        return substitute(formula, {name: Symbol(f"other_{name}") for name in self.cases.unknowns(found)})

    def _differ(
        self, one: Sequence[EquilibriumClass], two: Sequence[EquilibriumClass]
    ) -> tuple[Found, FrozenMap[str, Fraction] | None]:
        """Say whether two outcomes differ somewhere inside the regions of both, and at which point."""
        both = (self._inside(one), self._inside(two, renamed=True))
        if FALSE in both or self.cases.decider.satisfiable(both) is Found.NO:
            return Found.NO, None
        try:
            differs = join(AnyOf, *self._differences(one[0], two[0]))
        except UnsettledError:
            return Found.UNKNOWN, None
        answer = self.cases.decider.satisfiable((*both, differs))
        point = self.cases.point((*both, differs)) if answer is Found.YES else None
        return answer, None if point is None else self._parameters(point)

    def _differences(self, one: EquilibriumClass, two: EquilibriumClass) -> Iterator[Condition]:
        for event, formula in one.events.items():
            difference = self._function(formula, one) - self._renamed(self._function(two.events[event], two), two)
            for operator in (">", "<") if difference else ():
                yield self.cases.leaf(difference, operator)

    def _renamed(self, function: Fractional, found: EquilibriumClass) -> Fractional:
        algebra = self.cases.algebra
        for name in self.cases.unknowns(found):
            function = algebra.substitute(function, name, algebra.value(Symbol(f"other_{name}")))
        return function

    def _both(self, one: Sequence[EquilibriumClass], two: Sequence[EquilibriumClass]) -> tuple[Condition, ...]:
        """Return where classes of both groups exist."""
        where = (join(AnyOf, *map(self._region, group)) for group in (one, two))
        shown = Cells(self.cases, join(AllOf, *where)).holds()
        return () if shown == TRUE else shown.parts if isinstance(shown, AllOf) else (shown,)

    def _parameters(self, point: FrozenMap[str, Fraction]) -> FrozenMap[str, Fraction]:
        return FrozenMap({p.name: point[p.name] for p in self.theory.game.parameters})
