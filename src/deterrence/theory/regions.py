"""The exact region of a class: inequalities factored, projected onto the parameters, freed of what is implied.

Factors whose sign the assumptions fix are divided out; beliefs and mixing probabilities that stay free are eliminated
(Fourier and Motzkin: every lower bound is at most every upper bound), and their admissible interval is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from deterrence.expressions import Comparison, Condition
from deterrence.theory.algebra import Algebra, Fractional, Polynomial
from deterrence.theory.smt import Answer, Decider
from deterrence.theory.unknowns import ZERO

__all__ = ["Bounds", "Reducer", "Region"]


@dataclass(frozen=True)
class Bounds:
    """What a free belief or mixing probability may be: at least each lower and at most each upper bound."""

    lower: tuple[Fractional, ...]
    upper: tuple[Fractional, ...]


@dataclass(frozen=True)
class Region:
    """Where a class exists: every polynomial of `nonnegative` is >= 0 and every one of `zero` vanishes.

    `bounds` are the intervals of free unknowns, to be read from the last to the first: each may depend on those that
    come before it. `entangled` are conditions in free unknowns that are not linear in them.
    """

    nonnegative: tuple[Polynomial, ...]
    zero: tuple[Polynomial, ...]
    bounds: dict[str, Bounds] = field(default_factory=dict)
    entangled: tuple[Polynomial, ...] = ()


@dataclass
class Reducer:
    """Brings conditions to their shortest equivalent form, remembering the sign of every factor it has met."""

    algebra: Algebra
    decider: Decider
    signs: dict[Polynomial, int] = field(default_factory=dict)

    def region(
        self, inequalities: Iterable[Fractional], zero: Sequence[Polynomial], free: Sequence[str]
    ) -> Region | None:
        """Return the region in the parameters, None when it is empty."""
        context = tuple(self._condition(p, "==") for p in zero)
        kept = self._simplified([f for f in inequalities if f], context)
        if kept is None:
            return None
        bounds: dict[str, Bounds] = {}
        for name in free:
            step = self._project(kept, name, context)
            if step is None:
                return None
            kept, found = step
            if found is not None:
                bounds[name] = found
        entangled = tuple(p for p in kept if self.algebra.names_in(p) & set(free))
        kept = [p for p in kept if p not in entangled]
        everything = (*(self._condition(p) for p in (*kept, *entangled)), *context)
        if self.decider.satisfiable(everything) is Answer.NO:
            return None
        return Region(tuple(self._irredundant(kept, context)), tuple(zero), self._tight(bounds, everything), entangled)

    def certain_sign(self, polynomial: Polynomial) -> int:
        """Return 1 or -1 when the assumptions alone fix the polynomial's sign, 0 when they do not."""
        return self._sign(polynomial, ())

    def _condition(self, polynomial: Polynomial, operator: str = ">=") -> Condition:
        return Comparison((self.algebra.polynomial_formula(polynomial), ZERO), (operator,))

    def _simplified(self, functions: Iterable[Fractional], context: tuple[Condition, ...]) -> list[Polynomial] | None:
        """Return polynomials that are >= 0 together exactly where the functions are; None when they cannot be.

        Denominators vanish nowhere, since every function has a value.
        """
        kept: list[Polynomial] = []
        products: list[tuple[int, list[Polynomial]]] = []
        nonzero: set[Polynomial] = set()
        for function in functions:
            nonzero |= {p for factor, _ in self.algebra.factors(function.denom)[1] for p in (factor, -factor)}
            sign, factors = self._open_factors(function, context)
            if not factors and sign < 0:
                return None
            if len(factors) == 1:
                kept.append(factors[0] if sign > 0 else -factors[0])
            elif factors:
                products.append((sign, factors))
        kept = list(dict.fromkeys(kept))
        for sign, factors in products:
            polynomial = self.algebra.ring.one * sign
            for factor in factors:
                known = (self._condition(p, ">" if p in nonzero else ">=") for p in kept)
                certain = self._sign(factor, (*context, *known))
                polynomial = polynomial * (certain if certain else factor)
            if self.algebra.names_in(polynomial):
                kept.append(polynomial)
            elif self.algebra.constant_sign(polynomial) < 0:
                return None
        return list(dict.fromkeys(kept))

    def _open_factors(self, function: Fractional, context: tuple[Condition, ...]) -> tuple[int, list[Polynomial]]:
        """Return the sign of all factors of known sign, and the factors whose sign is open."""
        sign, open_factors = 1, list[Polynomial]()
        for part in (function.numer, function.denom):
            constant, factors = self.algebra.factors(part)
            sign *= constant
            for factor, power in factors:
                certain = self._sign(factor, ())
                if certain:
                    sign *= certain**power
                elif power % 2:
                    open_factors.append(factor)
        return sign, open_factors

    def _sign(self, polynomial: Polynomial, context: tuple[Condition, ...]) -> int:
        """Return 1 or -1 when the polynomial is proved to have that sign, 0 when not."""
        if not self.algebra.names_in(polynomial):
            return self.algebra.constant_sign(polynomial)
        if not context and polynomial in self.signs:
            return self.signs[polynomial]
        sign = 0
        if self.decider.implied(self._condition(polynomial, ">"), context):
            sign = 1
        elif self.decider.implied(self._condition(polynomial, "<"), context):
            sign = -1
        if not context:
            self.signs[polynomial] = sign
        return sign

    def _project(
        self, kept: list[Polynomial], name: str, context: tuple[Condition, ...]
    ) -> tuple[list[Polynomial], Bounds | None] | None:
        """Eliminate one free unknown; where a condition is not linear in it, leave all as they are."""
        involved = [p for p in kept if name in self.algebra.names_in(p)]
        others = [p for p in kept if p not in involved]
        known = (*context, *(self._condition(p) for p in others))
        lower: list[Fractional] = []
        upper: list[Fractional] = []
        for polynomial in involved:
            if self.algebra.degree(polynomial, name) > 1:
                return kept, None
            parts = self.algebra.coefficients(polynomial, name)
            sign = self._sign(parts[1], ()) or self._sign(parts[1], known)
            if not sign:
                return kept, None
            bound = self.algebra.ratio(-parts.get(0, self.algebra.ring.zero), parts[1])
            (lower if sign > 0 else upper).append(bound)
        gaps = [high - low for low in lower for high in upper]
        simplified = self._simplified([g for g in gaps if g], known)
        if simplified is None:
            return None
        return [*others, *(p for p in simplified if p not in others)], Bounds(tuple(lower), tuple(upper))

    def _irredundant(self, kept: list[Polynomial], context: tuple[Condition, ...]) -> list[Polynomial]:
        """Drop conditions that the others imply, long ones first."""
        needed = sorted(kept, key=lambda p: (len(p), str(p)))
        for polynomial in reversed(list(needed)):
            others = [self._condition(p) for p in needed if p != polynomial]
            if self.decider.implied(self._condition(polynomial), (*others, *context)):
                needed.remove(polynomial)
        return needed

    def _tight(self, bounds: dict[str, Bounds], region: tuple[Condition, ...]) -> dict[str, Bounds]:
        return {
            name: Bounds(self._extreme(b.lower, 1, region), self._extreme(b.upper, -1, region))
            for name, b in bounds.items()
        }

    def _extreme(
        self, values: tuple[Fractional, ...], side: int, region: tuple[Condition, ...]
    ) -> tuple[Fractional, ...]:
        """Drop bounds that another bound proves superfluous on the region."""
        kept = list(dict.fromkeys(values))
        for value in list(kept):
            for other in kept:
                if other != value and self._nonnegative(other - value if side > 0 else value - other, region):
                    kept.remove(value)
                    break
        return tuple(kept)

    def _nonnegative(self, function: Fractional, region: tuple[Condition, ...]) -> bool:
        top, bottom = function.numer, function.denom
        return self.decider.implied(self._condition(top * bottom), region)
