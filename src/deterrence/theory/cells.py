"""Any condition on the parameters in its shortest form: the signs of its polynomials tried out cell by cell.

Every combination of signs that some point allows is a cell, on which a condition holds or fails as a whole. Cells
where it holds are then covered by as few and as short alternatives as a greedy search finds; the result is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from deterrence.expressions import AllOf, AnyOf, Comparison, Condition
from deterrence.theory.algebra import Polynomial
from deterrence.theory.cases import Cases, UnsettledError
from deterrence.theory.logic import FALSE, TRUE, join, strictly
from deterrence.theory.smt import Answer
from deterrence.theory.unknowns import ZERO

__all__ = ["Cells"]

Cell: TypeAlias = "tuple[int | None, ...]"  # the sign of each polynomial; None where it decides nothing
Choice: TypeAlias = "tuple[str, ...]"  # the comparison of each polynomial with zero, empty for none

_SIGNS: Final[Mapping[str, tuple[int, ...]]] = {
    "": (-1, 0, 1),
    "<": (-1,),
    "<=": (-1, 0),
    "==": (0,),
    ">=": (0, 1),
    ">": (1,),
}
MOST_TRIED: Final = 200  # ordinary questions take fewer than fifty
_WEAKER: Final = {-1: ("", "<=", "<"), 0: ("", "<=", ">=", "=="), 1: ("", ">=", ">")}


@dataclass
class Cells:
    """Where a condition holds and where it fails, among the points at which `context` holds.

    Raises `UnsettledError` where there are too many combinations of signs to try.
    """

    cases: Cases
    condition: Condition
    context: tuple[Condition, ...] = ()
    polynomials: list[Polynomial] = field(init=False, default_factory=list)
    true: list[Cell] = field(init=False, default_factory=list)
    false: list[Cell] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        """Find the polynomials of open sign, and every cell."""
        self._leaves: dict[Comparison, tuple[int, tuple[tuple[int, int], ...]]] = {}
        self._tried = 0
        self._collect(self.condition)
        self._explore(())

    def holds(self) -> Condition:
        """Return where the condition holds."""
        return self._cover(self.true, self.false)

    def fails(self) -> Condition:
        """Return where the condition fails."""
        return self._cover(self.false, self.true)

    def _collect(self, condition: Condition) -> None:
        if isinstance(condition, AllOf | AnyOf):
            for part in condition.parts:
                self._collect(part)
        elif isinstance(condition, Comparison) and condition not in self._leaves:
            self._leaves[condition] = self._leaf(condition)

    def _leaf(self, comparison: Comparison) -> tuple[int, tuple[tuple[int, int], ...]]:
        """Return a comparison with zero as a sign and the polynomials of open sign that it is a product of."""
        left, right = comparison.operands
        algebra = self.cases.algebra
        difference = (algebra.value(left) - algebra.value(right)).numer
        if not difference:
            return 0, ()
        sign, factors = algebra.factors(difference)
        open_factors: list[tuple[int, int]] = []
        for factor, power in factors:
            known = self.cases.sign(factor, self.context)
            if known:
                sign *= known**power
            else:
                open_factors.append((self._place(factor), power))
        return sign, tuple(open_factors)

    def _place(self, polynomial: Polynomial) -> int:
        if polynomial not in self.polynomials:
            self.polynomials.append(polynomial)
        return self.polynomials.index(polynomial)

    def _explore(self, cell: Cell) -> None:
        """Add the cells that begin with these signs."""
        self._tried += 1
        if self._tried > MOST_TRIED:
            raise UnsettledError(f"the signs of {len(self.polynomials)} polynomials have too many combinations")
        padded = cell + (None,) * (len(self.polynomials) - len(cell))
        value = self._value(self.condition, padded)
        if value is not None:
            (self.true if value else self.false).append(padded)
            return
        for sign in (1, -1, 0):
            longer = (*cell, sign)
            given = (self._condition(i, _WEAKER[s][-1]) for i, s in enumerate(longer) if s is not None)
            if self.cases.decider.satisfiable((*self.context, *given)) is not Answer.NO:
                self._explore(longer)

    def _condition(self, place: int, operator: str) -> Condition:
        formula = self.cases.algebra.polynomial_formula(self.polynomials[place])
        return Comparison((formula, ZERO), (operator,))

    def _value(self, condition: Condition, cell: Cell) -> bool | None:
        """Return whether a condition holds on a cell, None where open signs decide it."""
        if isinstance(condition, AllOf | AnyOf):
            decisive = isinstance(condition, AnyOf)
            values = [self._value(part, cell) for part in condition.parts]
            return decisive if decisive in values else None if None in values else not decisive
        assert isinstance(condition, Comparison)
        sign, factors = self._leaves[condition]
        signs = [cell[i] for i, _ in factors]
        for (_, power), known in zip(factors, signs, strict=True):
            sign *= 1 if known is None else known**power
        if None in signs and sign:
            return None
        return sign in _SIGNS[condition.operators[0]]

    def _cover(self, wanted: list[Cell], others: list[Cell]) -> Condition:
        """Return alternatives that hold on all wanted cells and on no other."""
        if not wanted or not others:
            return TRUE if wanted else FALSE
        left = sorted(wanted, key=lambda cell: sum(not sign for sign in cell))
        chosen: list[Choice] = []
        for cell in left:
            if not any(_meets(choice, cell, every=True) for choice in chosen):
                chosen.append(self._widest(cell, others))
        for choice in list(chosen):
            rest = [other for other in chosen if other != choice]
            if all(any(_meets(other, cell, every=True) for other in rest) for cell in wanted):
                chosen = rest
        return join(AnyOf, *(join(AllOf, *self._shown(self._shortest(choice))) for choice in chosen))

    def _shortest(self, choice: Choice) -> Choice:
        """Return a choice without the comparisons that its others imply."""
        for place in sorted(range(len(choice)), key=lambda i: -len(self.polynomials[i])):
            rest = [self._condition(i, o) for i, o in enumerate(choice) if o and i != place]
            needless = choice[place] and self.cases.decider.implied(
                self._condition(place, choice[place]), (*self.context, *rest)
            )
            if needless:
                choice = (*choice[:place], "", *choice[place + 1 :])
        return choice

    def _widest(self, cell: Cell, others: list[Cell]) -> Choice:
        """Return the widest choice around a cell that meets none of the others, long polynomials dropped first."""
        choice = ["" if sign is None else _WEAKER[sign][-1] for sign in cell]
        for place in sorted(range(len(cell)), key=lambda i: -len(self.polynomials[i])):
            sign = cell[place]
            for operator in _WEAKER[sign] if sign is not None else ():
                wider = (*choice[:place], operator, *choice[place + 1 :])
                if not any(_meets(wider, other) for other in others):
                    choice[place] = operator
                    break
        return tuple(choice)

    def _shown(self, choice: Choice) -> Iterator[Condition]:
        """Yield the conditions of a choice, each solved for the parameter that reads best."""
        for polynomial, operator in zip(self.polynomials, choice, strict=True):
            if operator == "==":
                yield self.cases.presenter.condition(polynomial, "==")
            elif operator:
                weak = self.cases.presenter.condition(polynomial if operator[0] == ">" else -polynomial)
                yield weak if "=" in operator else strictly(weak)


def _meets(choice: Choice, cell: Cell, *, every: bool = False) -> bool:
    """Say whether a choice holds somewhere on a cell, or with `every` on all of it."""
    for operator, sign in zip(choice, cell, strict=True):
        allowed = _SIGNS[operator]
        if (sign is None and every and operator) or (sign is not None and sign not in allowed):
            return False
    return True
