"""Exact elimination of unknowns: where in the parameters polynomial conditions have a solution.

An equation that is linear in an unknown gives it; then every lower bound must be at most every upper one (Fourier and
Motzkin). A coefficient whose sign is open splits the question into its cases, with the sign as a condition of each, so
nothing is lost on boundaries, and strict stays strict. What is linear in no unknown is `UnsettledError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from deterrence.expressions import AllOf, AnyOf, Comparison, Condition, Expr
from deterrence.theory.algebra import Fractional, Polynomial
from deterrence.theory.cases import Cases, UnsettledError
from deterrence.theory.logic import TRUE, join, negation
from deterrence.theory.smt import Answer
from deterrence.theory.unknowns import ZERO

__all__ = ["Atom", "Projector", "atom", "options_of"]

_DEEPEST: Final = 40


@dataclass(frozen=True)
class Atom:
    """A polynomial compared with zero; the operator is ">", ">=" or "=="."""

    polynomial: Polynomial
    operator: str

    def __neg__(self) -> Atom:
        return Atom(-self.polynomial, self.operator)


Atoms: TypeAlias = "tuple[Atom, ...]"


def options_of(cases: Cases, conditions: Iterable[Condition]) -> Iterator[Atoms]:
    """Yield the alternatives that conditions amount to together, each as comparisons with zero."""
    first, *others = [*conditions] or [TRUE]
    parts = first.parts if isinstance(first, AnyOf) else (first,)
    for rest in options_of(cases, others) if others else [()]:
        for part in parts:
            if isinstance(part, AllOf):
                yield from ((*option, *rest) for option in options_of(cases, part.parts))
            else:
                assert isinstance(part, Comparison)
                yield (*(_compared(cases, *pair) for pair in part.pairs()), *rest)


def _compared(cases: Cases, left: Expr, operator: str, right: Expr) -> Atom:
    function = cases.algebra.value(left) - cases.algebra.value(right)
    return atom(cases, function if operator[0] != "<" else -function, operator.replace("<", ">"))


def atom(cases: Cases, function: Fractional, operator: str, context: Sequence[Condition] = ()) -> Atom:
    """Return the comparison of a function with zero, its denominator multiplied out."""
    sign = cases.sign(function.denom, context)
    if operator == "==" or sign > 0:
        return Atom(function.numer, operator)
    return Atom(-function.numer if sign < 0 else function.numer * function.denom, operator)


@dataclass
class Projector:
    """Eliminates unknowns; what `context` says holds throughout."""

    cases: Cases
    context: tuple[Condition, ...] = ()
    _signs: dict[Polynomial, int] = field(default_factory=dict)

    def exists(self, options: Iterable[Sequence[Atom]], names: Iterable[str]) -> Condition:
        """Return where one of the options has a solution in the names: alternatives of conditions on what is left."""
        unknown = frozenset(names)
        found: list[Condition] = []
        for option in options:
            new = [negation(known) for known in found]
            if self._answer(tuple(option), new) is Answer.NO:
                continue
            parts = self._project(tuple(option), unknown, 0)
            found += [join(AllOf, *map(self.condition, self._irredundant(atoms))) for atoms in parts]
        return join(AnyOf, *found)

    def condition(self, atom: Atom) -> Condition:
        """Return an atom as a condition."""
        return Comparison((self.cases.algebra.polynomial_formula(atom.polynomial), ZERO), (atom.operator,))

    def _answer(self, atoms: Atoms, others: Iterable[Condition] = ()) -> Answer:
        return self.cases.decider.satisfiable((*self.context, *map(self.condition, atoms), *others))

    def _irredundant(self, atoms: Atoms) -> Atoms:
        kept = list(dict.fromkeys(atoms))
        for atom in sorted(kept, key=lambda a: -len(a.polynomial)):
            others = [self.condition(a) for a in kept if a != atom]
            if self.cases.decider.implied(self.condition(atom), (*self.context, *others)):
                kept.remove(atom)
        return tuple(kept)

    def _project(self, atoms: Atoms, names: frozenset[str], depth: int) -> Iterator[Atoms]:
        """Yield alternatives, free of the names, that together say where the atoms have a solution."""
        if depth > _DEEPEST:
            raise UnsettledError("too many cases in the elimination of replies")
        for option in self._normal(atoms):
            if self._answer(option) is Answer.NO:
                continue
            live = frozenset(n for a in option for n in self._names(a)) & names
            if not live:
                yield option
            else:
                yield from self._step(option, live, depth + 1)

    def _names(self, atom: Atom) -> set[str]:
        return self.cases.algebra.names_in(atom.polynomial)

    def _normal(self, atoms: Atoms) -> Iterator[Atoms]:
        """Yield the atoms without factors of known sign; an equation of a product is one of each factor."""
        done: list[Atom] = []
        for i, atom in enumerate(atoms):
            options = list(self._simple(atom))
            if not options:
                return
            if len(options) > 1:
                for option in options:
                    yield from self._normal((*done, *option, *atoms[i + 1 :]))
                return
            done += options[0]
        yield tuple(dict.fromkeys(done))

    def _simple(self, atom: Atom) -> Iterator[Atoms]:
        """Yield the alternatives to which an atom amounts; the empty one always holds."""
        if not atom.polynomial:
            if atom.operator != ">":
                yield ()
            return
        sign, factors = self.cases.algebra.factors(atom.polynomial)
        known = {f: self._sign(f) for f, _ in factors}
        for factor, power in factors:
            sign *= known[factor] ** power if known[factor] else 1
        rest = [(f, k) for f, k in factors if not known[f]]
        if atom.operator == "==":
            yield from ((Atom(f, "=="),) for f, _ in rest)
        elif not rest:
            if sign > 0:
                yield ()
        else:
            yield from self._inequality(sign, rest, atom.operator)

    def _inequality(self, sign: int, factors: list[tuple[Polynomial, int]], operator: str) -> Iterator[Atoms]:
        even = [f for f, k in factors if not k % 2]
        odd = self.cases.algebra.ring.one * sign
        for factor, power in factors:
            odd = odd * factor if power % 2 else odd
        if operator == ">=":
            yield (Atom(odd, ">="),)
            yield from ((Atom(f, "=="),) for f in even)
        elif not even:
            yield (Atom(odd, ">"),)
        else:
            others = [(f, 1) for f, k in factors if k % 2]
            for turned in (even[0], -even[0]):
                for option in self._inequality(sign, [*others, *((f, 2) for f in even[1:])], ">"):
                    yield (Atom(turned, ">"), *option)

    def _sign(self, polynomial: Polynomial) -> int:
        """Return the sign that a polynomial is proved to have in the context, 0 where none is."""
        if polynomial not in self._signs:
            self._signs[polynomial] = self.cases.sign(polynomial, self.context)
        return self._signs[polynomial]

    def _step(self, atoms: Atoms, live: frozenset[str], depth: int) -> Iterator[Atoms]:
        """Eliminate one name, or split on the sign of a coefficient that decides how."""
        choice = self._equation(atoms, live) or self._bounded(atoms, live)
        if choice is None:
            yield from self._factored(atoms, live, depth)
            return
        name, equation = choice
        users = [equation] if equation is not None else [a for a in atoms if name in self._names(a)]
        signs = {a: self._sign_among(self._leading(a, name), atoms) for a in users}
        undecided = next((a for a in users if not signs[a]), None)
        if undecided is not None:
            yield from self._split(atoms, undecided, name, live, depth)
        elif equation is not None:
            yield from self._project(self._substituted(atoms, equation, name, signs[equation]), live, depth)
        else:
            yield from self._project(self._paired(atoms, name, signs), live, depth)

    def _split(self, atoms: Atoms, undecided: Atom, name: str, live: frozenset[str], depth: int) -> Iterator[Atoms]:
        """Follow the cases that a coefficient of an atom is positive, negative and zero."""
        parts = self.cases.algebra.coefficients(undecided.polynomial, name)
        for side in (parts[1], -parts[1]):
            yield from self._project((*atoms, Atom(side, ">")), live, depth)
        without = Atom(parts.get(0, self.cases.algebra.ring.zero), undecided.operator)
        others = (a for a in atoms if a != undecided)
        yield from self._project((*others, without, Atom(parts[1], "==")), live, depth)

    def _leading(self, atom: Atom, name: str) -> Polynomial:
        return self.cases.algebra.coefficients(atom.polynomial, name)[1]

    def _sign_among(self, polynomial: Polynomial, atoms: Atoms) -> int:
        if known := self._sign(polynomial):
            return known
        given = (*self.context, *map(self.condition, atoms))
        sides = ((1, Atom(polynomial, ">")), (-1, Atom(-polynomial, ">")))
        return next((s for s, a in sides if a in atoms or self.cases.decider.implied(self.condition(a), given)), 0)

    def _equation(self, atoms: Atoms, live: frozenset[str]) -> tuple[str, Atom] | None:
        """Return an equation that is linear in a name, one whose coefficient has a certain sign if there is any."""
        options: list[tuple[bool, int, str, Atom]] = []
        for atom in atoms:
            if atom.operator == "==":
                for name in sorted(live & self._names(atom)):
                    if self.cases.algebra.degree(atom.polynomial, name) == 1:
                        unsure = not self._sign(self._leading(atom, name))
                        options.append((unsure, len(atom.polynomial), name, atom))
        if not options:
            return None
        best = min(options, key=lambda option: option[:3])
        return best[2], best[3]

    def _bounded(self, atoms: Atoms, live: frozenset[str]) -> tuple[str, None] | None:
        """Return the name that is cheapest to eliminate from inequalities alone."""
        degree = self.cases.algebra.degree
        options: list[tuple[int, int, str]] = []
        for name in sorted(live):
            users = [a for a in atoms if name in self._names(a)]
            if all(a.operator != "==" and degree(a.polynomial, name) == 1 for a in users):
                unsure = sum(not self._sign(self._leading(a, name)) for a in users)
                options.append((unsure, len(users), name))
        return (min(options)[2], None) if options else None

    def _factored(self, atoms: Atoms, live: frozenset[str], depth: int) -> Iterator[Atoms]:
        """Split on the sign of a factor, where products of factors are what keeps conditions from being linear."""
        for atom in atoms:
            _, factors = self.cases.algebra.factors(atom.polynomial)
            if len(factors) > 1 and self._names(atom) & live:
                first = factors[0][0]
                for extra in (Atom(first, ">"), Atom(-first, ">"), Atom(first, "==")):
                    yield from self._project((*self._known(atoms, first, extra), extra), live, depth)
                return
        raise UnsettledError("the replies to a deviation satisfy conditions that are linear in none of their unknowns")

    def _known(self, atoms: Atoms, factor: Polynomial, extra: Atom) -> Atoms:
        """Return the atoms with a factor of a sign now known divided out."""
        sign = 0 if extra.operator == "==" else 1 if extra.polynomial == factor else -1
        return tuple(self._divided(a, factor, sign) for a in atoms)

    def _divided(self, atom: Atom, factor: Polynomial, sign: int) -> Atom:
        _, factors = self.cases.algebra.factors(atom.polynomial)
        power = next((k for f, k in factors if f == factor), 0)
        if not power:
            return atom
        if not sign:
            return Atom(self.cases.algebra.ring.zero, atom.operator)
        quotient = atom.polynomial.exquo(factor**power)
        return Atom(quotient * sign**power, atom.operator)

    def _substituted(self, atoms: Atoms, equation: Atom, name: str, sign: int) -> Atoms:
        """Return the atoms with the solution of an equation put in, multiplied by a positive power of its divisor."""
        parts = self.cases.algebra.coefficients(equation.polynomial, name)
        leading, constant = parts[1] * sign, parts.get(0, self.cases.algebra.ring.zero) * sign
        return tuple(
            Atom(self._with(a.polynomial, name, -constant, leading), a.operator) for a in atoms if a != equation
        )

    def _with(self, polynomial: Polynomial, name: str, top: Polynomial, bottom: Polynomial) -> Polynomial:
        parts = self.cases.algebra.coefficients(polynomial, name)
        most = max(parts)
        total = self.cases.algebra.ring.zero
        for power, part in parts.items():
            total = total + part * _power(top, power) * _power(bottom, most - power)
        return total

    def _paired(self, atoms: Atoms, name: str, signs: dict[Atom, int]) -> Atoms:
        """Return that every lower bound of a name is at most every upper one, and the atoms without it."""
        new: list[Atom] = [a for a in atoms if a not in signs]
        zero = self.cases.algebra.ring.zero
        for low in (a for a, sign in signs.items() if sign > 0):
            for high in (a for a, sign in signs.items() if sign < 0):
                one, two = (self.cases.algebra.coefficients(a.polynomial, name) for a in (low, high))
                gap = two.get(0, zero) * one[1] - one.get(0, zero) * two[1]
                new.append(Atom(gap, ">=" if low.operator == high.operator == ">=" else ">"))
        return tuple(new)


def _power(polynomial: Polynomial, exponent: int) -> Polynomial:
    return polynomial**exponent if exponent else polynomial.ring.one
