"""A class whose open beliefs are narrowed by further conditions, solved and reduced again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from deterrence.expressions import Comparison, Condition, Expr, Symbol, symbols_of, symbols_of_condition
from deterrence.games import FrozenMap
from deterrence.theory.algebra import Fractional, Polynomial
from deterrence.theory.cases import Cases, UnsettledError
from deterrence.theory.classes import EquilibriumClass, Interval
from deterrence.theory.regions import Bounds, Region
from deterrence.theory.shared import SharedBeliefs
from deterrence.theory.unknowns import sum_of

__all__ = ["narrowed"]


def narrowed(
    cases: Cases, system: SharedBeliefs, found: EquilibriumClass, conditions: Sequence[Condition]
) -> list[EquilibriumClass]:
    """Return the class with further conditions on its open system, nothing where they cannot hold.

    Equations must be linear in an open unknown; otherwise raises `UnsettledError`.
    """
    return _Narrowing(cases, system, found).run(conditions)


@dataclass
class _Narrowing:
    cases: Cases
    system: SharedBeliefs
    found: EquilibriumClass
    solved: dict[str, Fractional] = field(default_factory=dict)
    unsolved: list[Polynomial] = field(default_factory=list)

    @property
    def context(self) -> tuple[Condition, ...]:
        """What holds of parameters and open unknowns in the class."""
        return self.cases.conditions(self.found)

    def run(self, conditions: Sequence[Condition]) -> list[EquilibriumClass]:
        """Solve the equations, reduce the rest; what the class itself does not solve for stays as it is."""
        equations, inequalities = self._sorted(conditions)
        fixed = [equation for equation in equations if not self._solve(equation)]
        zero, given = self._sorted(self._own())
        equal = list(dict.fromkeys(p.numer for p in map(self._put, (*zero, *fixed)) if p))
        self.unsolved = [p for p in equal if self.cases.algebra.names_in(p) & set(self.found.implicit)]
        left = tuple(name for name in self.found.free if name not in self.solved)
        functions = [self._put(f) for f in (*given, *inequalities)]
        edges = [p for p in equal if p not in self.unsolved]
        regions = self.cases.reducer.regions(functions, edges, left, held=self.found.implicit)
        return [c for region in regions for c in self._reduced(region, conditions, left)]

    def _reduced(
        self, region: Region, conditions: Sequence[Condition], left: tuple[str, ...]
    ) -> list[EquilibriumClass]:
        points = [(n, f) for n, b in region.bounds.items() for f in b.lower if f in b.upper]
        if points:  # nothing is open between two bounds that are the same
            name, value = points[0]
            formula = self.cases.algebra.formula(value)
            return self.run([*conditions, Comparison((Symbol(name), formula), ("==",))])
        return [self._class(region, left)]

    def _own(self) -> Iterator[Condition]:
        """Yield what the class itself says of parameters and open system."""
        yield from self.found.region
        yield from self.found.open_conditions
        for name, interval in self.found.free.items():
            yield from (Comparison((Symbol(name), bound), (">=",)) for bound in interval.lower)
            yield from (Comparison((bound, Symbol(name)), (">=",)) for bound in interval.upper)

    def _sorted(self, conditions: Iterable[Condition]) -> tuple[list[Fractional], list[Fractional]]:
        """Return equations and inequalities as functions that vanish, and that are not negative."""
        equations: list[Fractional] = []
        inequalities: list[Fractional] = []
        for condition in conditions:
            assert isinstance(condition, Comparison)
            for left, operator, right in condition.pairs():
                function = self.cases.function(sum_of(left, -right), self.context)
                if operator == "==":
                    equations.append(function)
                else:
                    inequalities.append(function if operator[0] == ">" else -function)
        return equations, inequalities

    def _put(self, function: Fractional) -> Fractional:
        for name, value in self.solved.items():
            function = self.cases.algebra.substitute(function, name, value)
        return function

    def _solve(self, equation: Fractional) -> bool:
        """Take an unknown from an equation; say whether there is one in it."""
        algebra = self.cases.algebra
        polynomial = self._put(equation).numer
        if algebra.names_in(polynomial).isdisjoint(self.found.free):
            return False
        for name in self.found.free:
            if algebra.degree(polynomial, name) == 1:
                parts = algebra.coefficients(polynomial, name)
                if self.cases.sign(parts[1], self.context):
                    value = algebra.ratio(-parts.get(0, algebra.ring.zero), parts[1])
                    self.solved = {n: algebra.substitute(f, name, value) for n, f in self.solved.items()}
                    self.solved[name] = value
                    return True
        raise UnsettledError(f"a belief of {self.found.name!r} that is left has no closed form")

    def _class(self, region: Region, left: tuple[str, ...]) -> EquilibriumClass:
        show = self.cases.presenter
        slots = self.system.slots
        solved = {slots[n]: show.formula(v) for n, v in self.solved.items() if n in slots}
        beliefs = {slot: self._shown(f) for slot, f in self.found.beliefs.items()}
        unclear = (*show.conditions(self.unsolved, "=="), *show.conditions(region.entangled))
        return replace(
            self.found,
            strategies=tuple(tuple(self._shown(q) for q in row) for row in self.found.strategies),
            beliefs=FrozenMap({**beliefs, **solved}),
            free=FrozenMap({n: self._interval(b) for n, b in region.bounds.items()}),
            meaning=FrozenMap({n: m for n, m in self.found.meaning.items() if n in (*left, *self.found.implicit)}),
            region=(*show.region(region), *filter(_is_strict, self.found.region)),
            events=FrozenMap({e: self._shown(f) for e, f in self.found.events.items()}),
            payoffs=FrozenMap({key: self._shown(f) for key, f in self.found.payoffs.items()}),
            closed_form=not unclear,
            open_conditions=unclear,
            defined=tuple(c for c in self.found.defined if self.solved.keys().isdisjoint(_names(c))),
        )

    def _shown(self, formula: Expr) -> Expr:
        """Return a formula with what was solved put in; one that does not mention it stays as it is."""
        if not {s.name for s in symbols_of(formula)} & set(self.solved):
            return formula
        return self.cases.presenter.formula(self._put(self.cases.function(formula, self.context)))

    def _interval(self, bounds: Bounds) -> Interval:
        show = self.cases.presenter.formula
        return Interval(tuple(map(show, bounds.lower)), tuple(map(show, bounds.upper)))


def _is_strict(condition: Condition) -> bool:
    return isinstance(condition, Comparison) and not any("=" in operator for operator in condition.operators)


def _names(condition: Condition) -> set[str]:
    return {s.name for s in symbols_of_condition(condition)}
