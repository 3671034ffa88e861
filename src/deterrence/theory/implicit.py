"""Classes without closed form at parameter points: their equations are solved numerically, all points at once.

An implicit class says which polynomial conditions hold of its unknowns (`open_conditions`). With as many equations as
unknowns all solutions are isolated, so that none is missed; with fewer they form a continuum, from which one point is
taken, as from an interval its middle. Solutions satisfy inequalities to within `SLACK`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import permutations
from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import Points
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.errors import SolverError
from deterrence.expressions import (
    Comparison,
    Condition,
    Expr,
    Number,
    holds_exactly,
    substitute_condition,
    symbols_of_condition,
)
from deterrence.expressions.numpy_eval import Program, compile_formulas
from deterrence.games import ExtensiveGame
from deterrence.solvers.isolation import Roots, isolate, representatives
from deterrence.theory.algebra import Algebra, Polynomial
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.unknowns import sum_of

__all__ = ["SLACK", "Solutions", "columns", "solutions"]

SLACK: Final = 1e-9  # relative: sides of an inequality that differ by less count as equal at a numeric solution
MOST: Final = 16  # solutions of a class that are listed at a point
_DENOMINATOR: Final = 10**6  # of a rational solution that is recognised at exact points


@dataclass(frozen=True, eq=False)
class Solutions:
    """The solutions of an implicit class, in order of its first unknown.

    `values` by unknown and `exists` are (solutions, points). `open` (points,) marks points at which more may exist than
    are listed, `tied` those at which a solution is on the boundary of an inequality.
    """

    values: Mapping[str, NumberArray]
    exists: BoolArray
    open: BoolArray
    tied: BoolArray


@dataclass(frozen=True)
class _Form:
    """A polynomial in the unknowns: its degrees, and by their powers its coefficients as places in a program."""

    degrees: tuple[int, ...]
    places: Mapping[tuple[int, ...], int]

    def at(self, rows: FloatArray, size: int) -> FloatArray:
        """Return the coefficients (points, d_1 + 1, ..., d_n + 1) from the program's rows."""
        out = np.zeros((size, *(d + 1 for d in self.degrees)))
        for powers, place in self.places.items():
            index: tuple[slice | int, ...] = (slice(None), *powers)
            out[index] = rows[place]
        return out


@dataclass(frozen=True)
class _System:
    """The open conditions of a class, definitions put in: equations and inequalities as polynomials and as written."""

    names: tuple[str, ...]
    conditions: tuple[Condition, ...]
    equations: tuple[_Form, ...]
    inequalities: tuple[_Form, ...]
    coefficients: Program
    sides: Program

    @property
    def is_square(self) -> bool:
        """Whether the equations leave single points."""
        return len(self.equations) >= len(self.names)

    @property
    def room(self) -> int:
        """How many solutions there can be at most: Bezout's number for one group of unknowns each."""
        n = len(self.names)
        if not self.is_square:
            return 1
        if n > MOST // 2:
            return MOST
        degrees = [form.degrees for form in self.equations[:n]]
        paths = (prod(degrees[k][j] for k, j in enumerate(order)) for order in permutations(range(n)))
        return max(1, min(MOST, sum(paths)))


def columns(theory: Theory) -> tuple[tuple[EquilibriumClass, int], ...]:
    """Return what an evaluated theory has columns for: each class, with zero, or with the numbers of its solutions."""
    return tuple(
        (found, k)
        for found in theory.classes
        for k in ((0,) if found.closed_form else range(1, _system_of(found, theory.game).room + 1))
    )


def solutions(found: EquilibriumClass, game: ExtensiveGame, points: Points, where: BoolArray) -> Solutions:
    """Return the solutions of an implicit class at the points (points,) that its conditions on parameters allow.

    At exact points only solutions in fractions of moderate size are listed, the others are `open`.
    """
    rows = np.flatnonzero(where)
    here = _solutions(_system_of(found, game), points.select(rows))
    return Solutions(
        {name: _spread(column, rows, where.size, np.nan) for name, column in here.values.items()},
        *(_spread(mask, rows, where.size, False) for mask in (here.exists, here.open, here.tied)),
    )


def _spread(numbers: NumberArray, rows: NDArray[np.intp], size: int, filler: object) -> NumberArray:
    out: NumberArray = np.full((*numbers.shape[:-1], size), filler, dtype=numbers.dtype)
    out[..., rows] = numbers
    return out


def _solutions(system: _System, points: Points) -> Solutions:
    given = {name: np.asarray(points.flat(name), dtype=np.float64) for name in points.values}
    roots = _roots(system, given, points.size)
    at = {name: column[roots.system] for name, column in given.items()}
    at |= dict(zip(system.names, roots.place.T, strict=True))
    good, tied = _conforming(system, at, len(roots.system))
    roots = Roots(roots.system[good], roots.place[good], roots.open)
    listed = _listed(system, roots, tied[good], points.size)
    return _exact(system, listed, points) if points.exact else listed


def _roots(system: _System, given: Mapping[str, FloatArray], size: int) -> Roots:
    rows = system.coefficients.run(given, (size,))
    equations, inequalities = ([f.at(rows, size) for f in forms] for forms in (system.equations, system.inequalities))
    return isolate(equations) if system.is_square else representatives(equations, inequalities)


def _conforming(system: _System, at: Mapping[str, FloatArray], size: int) -> tuple[BoolArray, BoolArray]:
    """Return which solutions satisfy all inequalities, and which are on the boundary of one."""
    good, tied = np.ones(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    rows = iter(system.sides.run(at, (size,)))
    with np.errstate(invalid="ignore"):
        for _, operator, _ in _pairs(system.conditions):
            left, right = next(rows), next(rows)
            if operator != "==":
                gap = (left - right) if operator[0] == ">" else (right - left)
                slack = SLACK * (1 + np.abs(left) + np.abs(right))
                good &= gap >= -slack if "=" in operator else gap > slack
                tied |= np.abs(gap) <= slack
    return good, tied


def _listed(system: _System, roots: Roots, tied: BoolArray, size: int) -> Solutions:
    """Return solutions numbered within each point."""
    first = np.searchsorted(roots.system, roots.system)
    number = np.arange(len(roots.system)) - first
    within = number < system.room
    place = (number[within], roots.system[within])
    exists = np.zeros((system.room, size), dtype=np.bool_)
    exists[place] = True
    values = {name: np.full(exists.shape, np.nan) for name in system.names}
    for name, column in zip(system.names, roots.place[within].T, strict=True):
        values[name][place] = column
    open_ = roots.open.copy()
    open_[roots.system[~within]] = True
    edge = np.zeros(size, dtype=np.bool_)
    edge[roots.system[tied]] = True
    return Solutions(values, exists, open_, edge)


def _exact(system: _System, listed: Solutions, points: Points) -> Solutions:
    """Return the solutions in fractions that satisfy all conditions exactly."""
    values: dict[str, NumberArray] = {n: np.full(listed.exists.shape, np.nan, dtype=object) for n in system.names}
    exists, open_ = listed.exists.copy(), listed.open.copy()
    for k, i in np.argwhere(listed.exists):
        at: dict[str, Any] = {name: points.flat(name)[i] for name in points.values}
        own = {n: Fraction(float(listed.values[n][k, i])).limit_denominator(_DENOMINATOR) for n in system.names}
        if all(holds_exactly(c, {**at, **own}) for c in system.conditions):
            for name, value in own.items():
                values[name][k, i] = value
        else:
            exists[k, i], open_[i] = False, True
    return Solutions(values, exists, open_, listed.tied)


def _system_of(found: EquilibriumClass, game: ExtensiveGame) -> _System:
    definitions = game.resolved_definitions
    conditions = tuple(substitute_condition(c, definitions) for c in found.open_conditions)
    return _system(conditions, found.implicit)


@lru_cache(maxsize=256)
def _system(conditions: tuple[Condition, ...], names: tuple[str, ...]) -> _System:
    used = {s.name for s in symbols_of_condition(*conditions)}
    names = tuple(name for name in names if name in used)
    algebra = Algebra((*sorted(used - set(names)), *names))
    forms: dict[bool, list[_Form]] = {True: [], False: []}
    formulas: list[Expr] = [Number(0)]
    for left, operator, right in _pairs(conditions):
        value = algebra.value(sum_of(left, -right))
        numer = value.numer if operator == "==" else value.numer * value.denom
        polynomial = -numer if operator[0] == "<" else numer
        parts = dict(_parts(algebra, polynomial, names))
        places = {powers: len(formulas) + k for k, powers in enumerate(parts)}
        formulas += [algebra.polynomial_formula(p) for p in parts.values()]
        degrees = tuple(max((powers[k] for powers in parts), default=0) for k in range(len(names)))
        forms[operator == "=="].append(_Form(degrees, places))
    sides = [side for left, _, right in _pairs(conditions) for side in (left, right)]
    equations, inequalities = (tuple(forms[kind]) for kind in (True, False))
    return _System(names, conditions, equations, inequalities, compile_formulas(formulas), compile_formulas(sides))


def _parts(
    algebra: Algebra, polynomial: Polynomial, names: tuple[str, ...]
) -> Iterator[tuple[tuple[int, ...], Polynomial]]:
    """Yield the powers of the names that occur in a polynomial with their coefficients."""
    if not names:
        yield (), polynomial
        return
    for power, coefficient in algebra.coefficients(polynomial, names[0]).items():
        for powers, inner in _parts(algebra, coefficient, names[1:]):
            yield (power, *powers), inner


def _pairs(conditions: Sequence[Condition]) -> Iterator[tuple[Expr, str, Expr]]:
    for condition in conditions:
        if not isinstance(condition, Comparison):
            raise SolverError(f"cannot solve a condition of kind {type(condition).__name__}")
        yield from condition.pairs()
