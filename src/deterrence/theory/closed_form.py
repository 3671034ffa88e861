"""A support's conditions solved: mixing probabilities and beliefs as functions of the parameters.

Every equation that is linear in an unknown, with a coefficient that provably does not vanish, gives that unknown.
Where a coefficient may vanish, or an equation is a product, the cases are followed separately.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from deterrence.expressions import Comparison, Condition
from deterrence.theory.algebra import Algebra, Fractional, Polynomial
from deterrence.theory.regions import Reducer
from deterrence.theory.smt import Answer
from deterrence.theory.supports import Feasible
from deterrence.theory.unknowns import ZERO, sum_of

__all__ = ["CASE_LIMIT", "ClosedForm", "solve_conditions", "solve_further"]

CASE_LIMIT: Final = 2_000_000  # for questions whether a case can be left out: one that is kept is looked at again


@dataclass(frozen=True)
class ClosedForm:
    """One solution of a support's equations.

    `solved` gives unknowns as functions of parameters and of the unknowns in `free`; `equalities` are polynomials that
    must vanish (in parameters alone: a knife edge; with unknowns: no closed form), `inequalities` functions that must
    not be negative. `context` is what the solver knows of this case.
    """

    solved: dict[str, Fractional]
    free: tuple[str, ...]
    equalities: tuple[Polynomial, ...]
    inequalities: tuple[Fractional, ...]
    context: tuple[Condition, ...] = field(repr=False, default=())


def solve_conditions(feasible: Feasible, unknowns: tuple[str, ...], reducer: Reducer) -> list[ClosedForm]:
    """Return every case of the solution, each with the conditions that are left."""
    algebra = reducer.algebra
    equations: list[Polynomial] = []
    inequalities: list[Fractional] = []
    for condition in feasible.conditions:
        assert isinstance(condition, Comparison)
        for left, operator, right in condition.pairs():
            difference = algebra.value(sum_of(left, -right) if right != ZERO else left)
            if operator == "==":
                equations.append(difference.numer)
            else:
                inequalities.append(difference if operator[0] == ">" else -difference)
    start = ClosedForm({}, (), tuple(equations), tuple(inequalities), feasible.conditions)
    cases = _Cases(unknowns, algebra, reducer)
    return [replace(case, free=_free(case, unknowns, algebra)) for case in cases.run(start)]


def solve_further(
    case: ClosedForm, zero: Sequence[Polynomial], unknowns: tuple[str, ...], reducer: Reducer
) -> list[ClosedForm]:
    """Return every case of a solution when further polynomials vanish; none where it would divide by one of them.

    That a divisor vanishes is a case of its own, which was followed when the solution was found.
    """
    factors = reducer.algebra.factors
    divisors = {f for v in (*case.solved.values(), *case.inequalities) for f, _ in factors(v.denom)[1]}
    if any(f in divisors for p in zero for f, _ in factors(p)[1]):
        return []
    cases = _Cases(unknowns, reducer.algebra, reducer)
    context = (*case.context, *map(cases.vanishes, zero))
    more = replace(case, equalities=(*case.equalities, *zero), context=context)
    return [replace(found, free=_free(found, unknowns, reducer.algebra)) for found in cases.run(more)]


def _free(case: ClosedForm, unknowns: tuple[str, ...], algebra: Algebra) -> tuple[str, ...]:
    used: set[str] = set()
    for function in (*case.inequalities, *case.solved.values()):
        used |= algebra.names_in(function.numer) | algebra.names_in(function.denom)
    for polynomial in case.equalities:
        used |= algebra.names_in(polynomial)
    return tuple(name for name in unknowns if name in used)


@dataclass
class _Cases:
    """Elimination of unknowns, case by case."""

    unknowns: tuple[str, ...]
    algebra: Algebra
    reducer: Reducer

    def run(self, case: ClosedForm) -> Iterator[ClosedForm]:
        """Yield the cases in which no equation determines a further unknown.

        Products are split only when no equation determines an unknown for certain: it may settle which factor is zero.
        """
        left: list[Polynomial] = []
        products: list[tuple[Polynomial, list[Polynomial]]] = []
        for polynomial in case.equalities:
            if not polynomial:
                continue
            factors = self._vanishing(polynomial, case.context)
            if not factors:
                return  # the equation has no solution here
            if len(factors) > 1:
                products.append((polynomial, factors))
            elif factors[0] not in left:
                left.append(factors[0])
        case = replace(case, equalities=(*left, *(p for p, _ in products)))
        if (reduced := self._on_edges(case.equalities)) != case.equalities:
            yield from self.run(replace(case, equalities=reduced))
            return
        step = self._linear(left, case.context)
        if products and (step is None or step[0]):
            yield from self._split(case, *products[0])
        elif step is not None:
            yield from self._eliminate(case, *step[1:])
        elif not left or self._possible(case.context, *left):
            yield case

    def _on_edges(self, equalities: tuple[Polynomial, ...]) -> tuple[Polynomial, ...]:
        """Return equations with what those in parameters alone say put in: there an equation may hold of itself."""
        found = list(equalities)
        for i, edge in enumerate(equalities):
            if edge == found[i] and (known := self._fixed_parameter(edge)) is not None:
                put = [self.algebra.substitute(self.algebra.of(e), *known).numer for e in found]
                found = [*put[:i], edge, *put[i + 1 :]]
        return tuple(found)

    def _fixed_parameter(self, polynomial: Polynomial) -> tuple[str, Fractional] | None:
        """Return the parameter that an equation in parameters alone fixes, with its value."""
        names = self.algebra.names_in(polynomial)
        for name in () if names & set(self.unknowns) else sorted(names):
            if self.algebra.degree(polynomial, name) == 1:
                parts = self.algebra.coefficients(polynomial, name)
                if self.reducer.certain_sign(parts[1]):
                    return name, self.algebra.ratio(-parts.get(0, self.algebra.ring.zero), parts[1])
        return None

    def _vanishing(self, polynomial: Polynomial, context: tuple[Condition, ...]) -> list[Polynomial]:
        """Return the factors that can be zero; whether a single one can is left for the end."""
        _, powers = self.algebra.factors(polynomial)
        factors = [f for f, _ in powers if not self.reducer.certain_sign(f)]
        return factors if len(factors) < 2 else [f for f in factors if self._may_vanish(f, context)]

    def _may_vanish(self, polynomial: Polynomial, context: tuple[Condition, ...]) -> bool:
        if not self.algebra.names_in(polynomial):
            return not polynomial
        if self.reducer.certain_sign(polynomial):
            return False
        return self._possible(context, polynomial)

    def _possible(self, context: tuple[Condition, ...], *zero: Polynomial) -> bool:
        conditions = (*context, *map(self.vanishes, zero))
        return self.reducer.decider.satisfiable(conditions, limit=CASE_LIMIT) is not Answer.NO

    def vanishes(self, polynomial: Polynomial) -> Condition:
        """Return that a polynomial is zero."""
        return Comparison((self.algebra.polynomial_formula(polynomial), ZERO), ("==",))

    def _split(self, case: ClosedForm, whole: Polynomial, factors: list[Polynomial]) -> Iterator[ClosedForm]:
        """Follow each factor of an equation; a later case excludes nothing, so cases may overlap on edges."""
        rest = tuple(e for e in case.equalities if e != whole)
        for factor in factors:
            yield from self.run(
                replace(case, equalities=(factor, *rest), context=(*case.context, self.vanishes(factor)))
            )

    def _linear(
        self, equations: Sequence[Polynomial], context: tuple[Condition, ...]
    ) -> tuple[bool, Polynomial, str, dict[int, Polynomial]] | None:
        """Return the simplest equation that is linear in an unknown, and first whether its coefficient may vanish.

        Equations with certain coefficients come first.
        """
        options: list[tuple[bool, int, int, Polynomial, str, dict[int, Polynomial]]] = []
        for position, polynomial in enumerate(equations):
            for name in self.unknowns:
                if name in self.algebra.names_in(polynomial) and self.algebra.degree(polynomial, name) == 1:
                    parts = self.algebra.coefficients(polynomial, name)
                    unsure = self._may_vanish(parts[1], context)
                    options.append((unsure, len(polynomial), position, polynomial, name, parts))
                    if not unsure:
                        break
        if not options:
            return None
        unsure, _, _, equation, name, parts = min(options, key=lambda option: option[:3])
        return unsure, equation, name, parts

    def _eliminate(
        self, case: ClosedForm, equation: Polynomial, name: str, parts: dict[int, Polynomial]
    ) -> Iterator[ClosedForm]:
        leading, constant = parts[1], parts.get(0, self.algebra.ring.zero)
        others = tuple(e for e in case.equalities if e != equation)
        if self._may_vanish(leading, case.context):
            extra = (leading, constant) if constant else (leading,)
            special = replace(case, equalities=(*others, *extra), context=(*case.context, self.vanishes(leading)))
            if self._possible(special.context, *extra):
                yield from self.run(special)
        value = self.algebra.ratio(-constant, leading)
        put = self.algebra.substitute
        yield from self.run(
            ClosedForm(
                {other: put(f, name, value) for other, f in case.solved.items()} | {name: value},
                (),
                tuple(put(self.algebra.of(e), name, value).numer for e in others),
                tuple(put(f, name, value) for f in case.inequalities),
                tuple(self._put(case.context, name, value)),
            )
        )

    def _put(self, conditions: Sequence[Condition], name: str, value: Fractional) -> Iterator[Condition]:
        """Yield conditions with an unknown's value put in, where the value is defined.

        The fewer unknowns a question has, the sooner it is decided.
        """
        for condition in conditions:
            assert isinstance(condition, Comparison)
            for left, operator, right in condition.pairs():
                known = self.algebra.value(sum_of(left, -right) if right != ZERO else left)
                if name in self.algebra.names_in(known.numer) | self.algebra.names_in(known.denom):
                    gap = self.algebra.substitute(known, name, value)
                    cleared = gap.numer if operator == "==" else gap.numer * gap.denom
                    yield Comparison((self.algebra.polynomial_formula(cleared), ZERO), (operator,))
                else:
                    yield Comparison((left, right), (operator,))
