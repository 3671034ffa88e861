"""The exact region of a class: inequalities factored, projected onto the parameters, freed of what is implied.

Factors whose sign the assumptions fix are divided out; beliefs and mixing probabilities that stay free are eliminated
(Fourier and Motzkin: every lower bound is at most every upper bound), and their admissible interval is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Final

from deterrence.expressions import Comparison, Condition, Symbol
from deterrence.theory.algebra import Algebra, Fractional, Polynomial
from deterrence.theory.smt import ORDINARY_LIMIT, Answer, Decider
from deterrence.theory.unknowns import ZERO

__all__ = ["SHORTENING_LIMIT", "Bounds", "Reducer", "Region"]

SHORTENING_LIMIT: Final = ORDINARY_LIMIT
MAX_SPLITS: Final = 3  # signs that one case may be split by before it stays implicit


@dataclass(frozen=True)
class Bounds:
    """What a free belief or mixing probability may be: at least each lower and at most each upper bound."""

    lower: tuple[Fractional, ...]
    upper: tuple[Fractional, ...]


@dataclass(frozen=True)
class Region:
    """Where a class exists: `nonnegative` are >= 0, `positive` > 0, `nonzero` do not vanish and `zero` do.

    `bounds` are the intervals of free unknowns, to be read from the last to the first: each may depend on those that
    come before it. `entangled` are conditions in unknowns that were held or could not be eliminated; bounds may use
    these. `defined` are divisors, positive inside the intervals, that may vanish at their ends.
    """

    nonnegative: tuple[Polynomial, ...]
    zero: tuple[Polynomial, ...]
    positive: tuple[Polynomial, ...] = ()
    nonzero: tuple[Polynomial, ...] = ()
    bounds: dict[str, Bounds] = field(default_factory=dict)
    entangled: tuple[Polynomial, ...] = ()
    defined: tuple[Polynomial, ...] = ()


class _OpenSignError(Exception):
    """The answer depends on the sign of a polynomial."""

    def __init__(self, polynomial: Polynomial) -> None:
        super().__init__()
        self.polynomial = polynomial


@dataclass
class _Piece:
    """One attempt at a region: what holds of the unknowns, the signs taken for granted, the divisors met.

    `known` holds of the free unknowns; `strict` holds of all unknowns with what was solved put in, and decides the
    signs of divisors only: as a condition on the result it is kept with equality allowed. Divisors are positive by
    what is `known` (`defined`), by what is `strict` (`divisors`), or of open sign (`nonzero`). Where a polynomial that
    was `touched` vanishes, a condition holds that fails beside: `-x**2 >= 0` at zero. Unknowns that are `held` are not
    eliminated, since equations hold of them too.
    """

    free: tuple[str, ...]
    held: tuple[str, ...]
    known: tuple[Condition, ...]
    strict: tuple[Condition, ...]
    zero: tuple[Polynomial, ...]
    positive: tuple[Polynomial, ...] = ()
    splits: int = 0
    divisors: list[Polynomial] = field(default_factory=list)
    defined: list[Polynomial] = field(default_factory=list)
    nonzero: list[Polynomial] = field(default_factory=list)
    touched: list[Polynomial] = field(default_factory=list)

    @property
    def signs(self) -> tuple[frozenset[Polynomial], ...]:
        """What sets a piece apart from the others of its class: two touches can lead to one in either order."""
        return frozenset(self.zero), frozenset(self.positive)

    @property
    def unknowns(self) -> set[str]:
        """All names that are not parameters."""
        return {*self.free, *self.held}

    def split(self, polynomial: Polynomial) -> list[_Piece]:
        """Return the pieces on which a polynomial is positive, negative and zero."""
        above, below = (self._with(self.zero, (*self.positive, p)) for p in (polynomial, -polynomial))
        return [above, below, self.on(polynomial)]

    def on(self, polynomial: Polynomial) -> _Piece:
        """Return the piece on which a polynomial is zero."""
        return self._with((*self.zero, polynomial), self.positive)

    def _with(self, zero: tuple[Polynomial, ...], positive: tuple[Polynomial, ...]) -> _Piece:
        return _Piece(self.free, self.held, self.known, self.strict, zero, positive, self.splits + 1)


@dataclass
class Reducer:
    """Brings conditions to their shortest equivalent form, remembering the sign of every factor it has met."""

    algebra: Algebra
    decider: Decider
    signs: dict[Polynomial, int] = field(default_factory=dict)

    def regions(
        self,
        inequalities: Iterable[Fractional],
        zero: Iterable[Polynomial],
        free: Iterable[str],
        known: Iterable[Condition] = (),
        strict: Iterable[Condition] = (),
        held: Iterable[str] = (),
    ) -> Iterator[Region]:
        """Yield the region in the parameters, in pieces where the sign of a polynomial matters; nothing where empty.

        `known`, `strict` and `held` as for a piece.
        """
        functions = [f for f in inequalities if f]
        pending = [_Piece(tuple(free), tuple(held), tuple(known), tuple(strict), tuple(zero))]
        seen: set[tuple[frozenset[Polynomial], ...]] = set()
        while pending:
            piece = pending.pop(0)
            if piece.signs in seen:
                continue
            seen.add(piece.signs)
            try:
                region = self._region(functions, piece)
            except _OpenSignError as question:
                pending = [*piece.split(question.polynomial), *pending]
                continue
            if region is not None:
                yield region
            pending = [*map(piece.on, dict.fromkeys(piece.touched)), *pending]

    def _assumed(self, piece: _Piece) -> tuple[Condition, ...]:
        equations = [self._condition(p, "==") for p in piece.zero]
        return (*equations, *(self._condition(p, ">") for p in piece.positive))

    def _lasting(self, piece: _Piece) -> tuple[Condition, ...]:
        """Return what a region says besides its inequalities: of free unknowns it keeps the bounds, nothing strict."""
        certain = (p for p in piece.positive if not self.algebra.names_in(p) & piece.unknowns)
        return (*(self._condition(p, "==") for p in piece.zero), *(self._condition(p, ">") for p in certain))

    def _region(self, functions: list[Fractional], piece: _Piece) -> Region | None:
        context = (*piece.known, *self._assumed(piece))
        if piece.splits and self.decider.satisfiable(context) is Answer.NO:
            return None
        kept = self._simplified(functions, context, piece)
        if kept is None:
            return None
        signed = [*piece.positive, *piece.divisors]
        kept += [p for p in dict.fromkeys(signed) if p not in kept and self.algebra.names_in(p) & piece.unknowns]
        step = self._projected(kept, piece, context)
        if step is None:
            return None
        kept, bounds = step
        entangled = tuple(p for p in kept if self.algebra.names_in(p) & piece.unknowns)
        kept = [p for p in kept if p not in entangled]
        everything = (*(self._condition(p) for p in (*kept, *entangled)), *context)
        if self.decider.satisfiable(everything) is Answer.NO:
            return None
        nonnegative = tuple(self._irredundant(kept, self._lasting(piece)))
        closed = (*(self._condition(p) for p in nonnegative), *(self._condition(p, "==") for p in piece.zero))
        return Region(
            nonnegative,
            piece.zero,
            tuple(self._needed([p for p in signed if not self.algebra.names_in(p) & piece.unknowns], closed)),
            tuple(p for p in dict.fromkeys(piece.nonzero) if self._may_vanish(p, closed)),
            self._tight(bounds, everything),
            tuple(p for p in self._irredundant([*kept, *entangled], self._assumed(piece)) if p in entangled),
            tuple(self._unsaid(kept, bounds, piece)),
        )

    def _unsaid(self, kept: list[Polynomial], bounds: dict[str, Bounds], piece: _Piece) -> Iterator[Polynomial]:
        """Yield the divisors in free unknowns that vanish somewhere at the ends of the unknowns' intervals."""
        met = dict.fromkeys(p for p in (*piece.defined, *piece.divisors) if self.algebra.names_in(p) & piece.unknowns)
        closed = [*self._lasting(piece), *(self._condition(p) for p in (*kept, *piece.positive))]
        closed += (
            [self._condition(c) for name, found in bounds.items() for c in self._within(name, found)] if met else []
        )
        yield from (p for p in met if not self._implied(self._condition(p, ">"), closed))

    def _within(self, name: str, found: Bounds) -> Iterator[Polynomial]:
        """Yield that an unknown is within bounds, as far as these are polynomials."""
        unknown = self.algebra.value(Symbol(name))
        for gap in (*(unknown - low for low in found.lower), *(high - unknown for high in found.upper)):
            if sign := self._sign(gap.denom, ()):
                yield gap.numer * sign

    def _needed(self, positive: list[Polynomial], closed: tuple[Condition, ...]) -> Iterator[Polynomial]:
        """Yield the strict conditions that do not follow from the others."""
        for place, polynomial in enumerate(positive):
            others = [self._condition(p, ">") for p in positive[:place]]
            if not self._implied(self._condition(polynomial, ">"), (*closed, *others)):
                yield polynomial

    def _may_vanish(self, polynomial: Polynomial, closed: tuple[Condition, ...]) -> bool:
        return self.decider.satisfiable((*closed, self._condition(polynomial, "=="))) is not Answer.NO

    def certain_sign(self, polynomial: Polynomial) -> int:
        """Return 1 or -1 when the assumptions alone fix the polynomial's sign, 0 when they do not."""
        return self._sign(polynomial, ())

    def _implied(self, condition: Condition, by: Iterable[Condition]) -> bool:
        return self.decider.implied(condition, by, limit=SHORTENING_LIMIT)

    def _condition(self, polynomial: Polynomial, operator: str = ">=") -> Condition:
        return Comparison((self.algebra.polynomial_formula(polynomial), ZERO), (operator,))

    def _simplified(
        self, functions: Iterable[Fractional], context: tuple[Condition, ...], piece: _Piece
    ) -> list[Polynomial] | None:
        """Return polynomials that are >= 0 together exactly where the functions are; None when they cannot be.

        Denominators vanish nowhere, since every function has a value.
        """
        kept: list[Polynomial] = []
        products: list[tuple[int, list[Polynomial]]] = []
        nonzero: set[Polynomial] = set()
        for function in functions:
            nonzero |= {p for factor, _ in self.algebra.factors(function.denom)[1] for p in (factor, -factor)}
            sign, factors = self._open_factors(function, context, piece)
            if (sign < 0 or factors) and self._touches(function, sign, factors, context, piece):
                continue
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

    def _open_factors(
        self, function: Fractional, context: tuple[Condition, ...], piece: _Piece
    ) -> tuple[int, list[Polynomial]]:
        """Return the sign of all factors of known sign, and the factors whose sign is open.

        A single factor stays even where the context knows its sign: it may be the condition that says so.
        """
        sign, open_factors = 1, list[Polynomial]()
        for part, divides in ((function.numer, False), (function.denom, True)):
            constant, factors = self.algebra.factors(part)
            sign *= constant
            for factor, power in factors:
                certain = self._sign(factor, ())
                if not certain and divides:
                    certain = self._divisor_sign(factor, context, piece)
                if certain:
                    sign *= certain**power
                elif power % 2:
                    open_factors.append(factor)
        if len(open_factors) > 1:
            signs = {factor: self._sign(factor, context) for factor in open_factors}
            sign *= prod(s for s in signs.values() if s)
            open_factors = [factor for factor in open_factors if not signs[factor]]
        return sign, open_factors

    def _touches(
        self,
        function: Fractional,
        sign: int,
        open_factors: list[Polynomial],
        context: tuple[Condition, ...],
        piece: _Piece,
    ) -> bool:
        """Say whether a function vanishes on a piece by a factor of even power, which its sign does not show.

        Such factors that vanish elsewhere, where the other factors are negative, are noted.
        """
        powers = self.algebra.factors(function.numer)[1]
        even = {f: self._condition(f, "==") for f, k in powers if not k % 2 and not self._sign(f, ())}
        if piece.zero and any(f in piece.zero or self._implied(zero, context) for f, zero in even.items()):
            return True
        negative = self._condition(prod(open_factors, start=self.algebra.ring.one * -sign), ">")
        for factor, zero in even.items():
            if self.decider.satisfiable((*context, zero, negative)) is not Answer.NO:
                piece.touched.append(factor)
        return False

    def _divisor_sign(self, factor: Polynomial, context: tuple[Condition, ...], piece: _Piece) -> int:
        """Return the sign that a divisor has in the interior, noting that it does not vanish."""
        certain = self._sign(factor, context)
        if certain:
            piece.defined.append(factor * certain)
        elif certain := self._sign(factor, (*context, *piece.strict)):
            piece.divisors.append(factor * certain)
        elif piece.splits < MAX_SPLITS and self.algebra.names_in(factor) & piece.unknowns:
            raise _OpenSignError(factor)
        else:
            piece.nonzero.append(factor)
        return certain

    def _sign(self, polynomial: Polynomial, context: tuple[Condition, ...]) -> int:
        """Return 1 or -1 when the polynomial is proved to have that sign, 0 when not."""
        if not self.algebra.names_in(polynomial):
            return self.algebra.constant_sign(polynomial)
        if not context and polynomial in self.signs:
            return self.signs[polynomial]
        sign = 0
        if self._implied(self._condition(polynomial, ">"), context):
            sign = 1
        elif self._implied(self._condition(polynomial, "<"), context):
            sign = -1
        if not context:
            self.signs[polynomial] = sign
        return sign

    def _projected(
        self, kept: list[Polynomial], piece: _Piece, context: tuple[Condition, ...]
    ) -> tuple[list[Polynomial], dict[str, Bounds]] | None:
        """Eliminate the free unknowns, those first that need no sign split; leave what is not linear."""
        bounds: dict[str, Bounds] = {}
        left = list(piece.free)
        while left:
            asked: list[_OpenSignError] = []
            for name in left:
                try:
                    step = self._project(kept, name, piece, context)
                except _OpenSignError as question:
                    asked.append(question)
                    continue
                if step is None:
                    return None
                kept, found = step
                if found is not None:
                    bounds[name] = found
                    break
            else:
                fewer = self._irredundant(kept, self._lasting(piece))
                if len(fewer) == len(kept):
                    if asked and piece.splits < MAX_SPLITS:
                        raise asked[0]
                    break
                kept = fewer
                continue
            left.remove(name)
        return kept, bounds

    def _project(
        self, kept: list[Polynomial], name: str, piece: _Piece, context: tuple[Condition, ...]
    ) -> tuple[list[Polynomial], Bounds | None] | None:
        """Eliminate one free unknown; where a condition is not linear in it, leave all as they are."""
        involved = [p for p in kept if name in self.algebra.names_in(p)]
        if any(self.algebra.degree(p, name) > 1 for p in involved):
            return kept, None
        others = [p for p in kept if p not in involved]
        known = (*context, *(self._condition(p) for p in others))
        lower: list[Fractional] = []
        upper: list[Fractional] = []
        for polynomial in involved:
            parts = self.algebra.coefficients(polynomial, name)
            constant = parts.get(0, self.algebra.ring.zero)
            sign = self._coefficient_sign(parts[1], piece, known)
            if sign:
                (lower if sign > 0 else upper).append(self.algebra.ratio(-constant, parts[1]))
            elif constant:
                others.append(constant)
        gaps = [high - low for low in lower for high in upper]
        simplified = self._simplified([g for g in gaps if g], known, piece)
        if simplified is None:
            return None
        return [*others, *(p for p in simplified if p not in others)], Bounds(tuple(lower), tuple(upper))

    def _coefficient_sign(self, polynomial: Polynomial, piece: _Piece, known: tuple[Condition, ...]) -> int:
        """Return the sign of a coefficient, zero where it is known to vanish; raise where it is open."""
        constant, factors = self.algebra.factors(polynomial)
        if any(f in piece.zero for f, _ in factors):
            return 0
        certain = self._sign(polynomial, ()) or self._sign(polynomial, known)
        if certain:
            return certain
        for factor, power in factors:
            certain = self._sign(factor, ()) or self._sign(factor, known)
            if not certain:
                raise _OpenSignError(factor)
            constant *= certain**power
        return constant

    def _irredundant(self, kept: list[Polynomial], context: tuple[Condition, ...]) -> list[Polynomial]:
        """Drop conditions that the others imply, long ones first."""
        needed = sorted(kept, key=lambda p: (len(p), str(p)))
        for polynomial in reversed(list(needed)):
            others = [self._condition(p) for p in needed if p != polynomial]
            if self._implied(self._condition(polynomial), (*others, *context)):
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
        return self._implied(self._condition(top * bottom), region)
