"""A theory at many parameter points: which classes exist where, what happens in each, and who gets what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import Points, Value, parameter_points
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.errors import ParameterError, SolverError
from deterrence.expressions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Expr,
    Number,
    UndefinedError,
    did_you_mean,
    evaluate_exact,
    substitute,
    substitute_condition,
)
from deterrence.expressions.numpy_eval import Program, compile_formulas
from deterrence.games.unfold import marginal_prior
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.implicit import columns, solutions
from deterrence.theory.interior import divisors
from deterrence.theory.ranges import midpoints, range_of
from deterrence.theory.unknowns import product_of, sum_of

__all__ = ["TOLERANCE", "ClassesAt", "Range", "evaluate"]

TOLERANCE: Final = 1e-12  # relative: sides of a condition that differ by less count as equal in floats

Pair: TypeAlias = "tuple[Expr, Expr]"
Rows: TypeAlias = "list[NumberArray]"
Values: TypeAlias = "Mapping[str, NumberArray]"
Signs: TypeAlias = "Mapping[Pair, NDArray[np.int8]]"

_NONE: Final[Values] = {}
_UNDEFINED: Final = 2
_ALLOWED: Final = {"<": (-1,), "<=": (-1, 0), "==": (0,), ">=": (0, 1), ">": (1,)}


@dataclass(frozen=True, eq=False)
class ClassesAt:
    """The classes of a theory at a batch of points, flat over the batch.

    `masks` (points, classes) says which of `classes` exist where; points outside the assumptions have none.
    `tied` (points,) marks points on the boundary of some class's region, where a comparison of floats is equal to
    within a relative 1e-12; regions are closed, so their classes are listed. `edge` marks points at which a type or
    chance branch has probability zero: the theory was derived for positive ones, its regions are continued there.

    A class without closed form has several columns, one for each solution that its equations can have: `numbers` are 1,
    2 and so on there, and 0 for closed forms. `solved` holds, by column, its unknowns (points,) as numeric solutions.
    `open` marks points at which such a class may have more solutions than are listed.
    """

    theory: Theory
    points: Points
    classes: tuple[EquilibriumClass, ...]
    numbers: tuple[int, ...]
    masks: BoolArray
    tied: BoolArray
    edge: BoolArray
    open: BoolArray
    solved: Mapping[int, Values]

    @property
    def count(self) -> NDArray[np.int64]:
        """How many classes exist at each point."""
        return np.asarray(self.masks.sum(axis=1))

    @cached_property
    def outside(self) -> BoolArray:
        """Which points (points,) violate the model's assumptions, or have values or payoffs that are no numbers."""
        return ~_inside(self.theory, self.points)

    def probability(self, event: str) -> Range:
        """Return the probability of an outcome event in every class; raise `ParameterError` for an unknown event."""
        _known(event, self.theory.game.events(), "event")
        return self._range([c.events[event] for c in self.classes])

    def payoff(self, player: str, type_: str = "") -> Range:
        """Return the expected payoff of a player in every class: of a type, or before it knows its type."""
        known = list(dict.fromkeys(key for c in self.classes for key in c.payoffs))
        typed = [t for who, t in known if who == player and t]
        if (player, type_) not in known and (type_ or not typed):
            remedy = did_you_mean(player, [f"{who}.{t}" if t else who for who, t in known])
            raise ParameterError(f"no player or type {player!r} {type_!r}", where="payoff", remedy=remedy)
        if (player, type_) in known:
            return self._range([c.payoffs[player, type_] for c in self.classes])
        prior = marginal_prior(self.theory.game, player)
        return self._range([sum_of(*(product_of(prior[t], c.payoffs[player, t]) for t in typed)) for c in self.classes])

    def strategy(self, position: int) -> NumberArray:
        """Return the behaviour strategy (points, moves) of a class, NaN where it does not exist.

        Free unknowns are at the middle of their intervals; moves are those of the full tree.
        """
        found = self.classes[position]
        formulas = [q for row in found.strategies for q in row]
        return self.values(position, formulas).T

    def values(self, position: int, formulas: Sequence[Expr]) -> NumberArray:
        """Return formulas (formulas, points) of a class, free unknowns at the middle, NaN where it does not exist."""
        closed = _closed(self.theory, formulas, midpoints(self.classes[position]))
        return _masked(closed, [position] * len(closed), self)

    def _range(self, formulas: Sequence[Expr]) -> Range:
        known: dict[tuple[int, Expr], tuple[Expr, Expr, bool]] = {}
        for formula, c in zip(formulas, self.classes, strict=True):
            if (id(c), formula) not in known:
                known[id(c), formula] = range_of(formula, c)
        found = [known[id(c), formula] for formula, c in zip(formulas, self.classes, strict=True)]
        lows = _closed(self.theory, [least for least, _, _ in found])
        highs = _closed(self.theory, [largest for _, largest, _ in found])
        return Range(self, (lows, highs), tuple(exact for _, _, exact in found))


@dataclass(frozen=True, eq=False)
class Range:
    """Values (points, classes) that a quantity takes over the free unknowns of each class, NaN where it is not there.

    Arrays are made when first looked at. Where `exact` (classes) is False the ends were found by trying ends and
    middles of the unknowns' intervals: values that are attained, but perhaps not the extreme ones.
    """

    at: ClassesAt
    formulas: tuple[tuple[Expr, ...], tuple[Expr, ...]]
    exact: tuple[bool, ...]

    @cached_property
    def low(self) -> NumberArray:
        """The least value."""
        return _masked(self.formulas[0], range(len(self.exact)), self.at).T

    @cached_property
    def high(self) -> NumberArray:
        """The largest value; the same array as `low` when no class leaves the quantity open."""
        lows, highs = self.formulas
        return self.low if lows == highs else _masked(highs, range(len(self.exact)), self.at).T


def evaluate(theory: Theory, at: Mapping[str, Value] | Points | None = None, *, exact: bool = False) -> ClassesAt:
    """Return which classes exist at the points of `at` (as for `solve`), all points and classes together.

    Conditions are compared in floats with a relative tolerance of 1e-12, exactly at exact points. Classes without
    closed form are solved numerically (`solutions`). Raises `ParameterError` for bad values.
    """
    points = at if isinstance(at, Points) else parameter_points(theory.game, at, exact=exact)
    listed = columns(theory)
    inside = _inside(theory, points)
    regions, tied = _regions(theory, points, inside)
    masks, unsure, solved = _solved(theory, points, regions, tied)
    edge = _edge(theory, points) & inside
    classes, numbers = tuple(c for c, _ in listed), tuple(k for _, k in listed)
    return ClassesAt(theory, points, classes, numbers, masks.T, tied, edge, unsure, solved)


def _solved(
    theory: Theory, points: Points, regions: BoolArray, tied: BoolArray
) -> tuple[BoolArray, BoolArray, dict[int, Values]]:
    """Return where each column exists, where more solutions may, and the unknowns by column; mark further ties."""
    unsure, solved = np.zeros(points.size, dtype=np.bool_), dict[int, Values]()
    if all(c.closed_form for c in theory.classes):
        return regions, unsure, solved
    masks: list[BoolArray] = []
    for found, where in zip(theory.classes, regions, strict=True):
        if found.closed_form:
            masks.append(where)
            continue
        here = solutions(found, theory.game, points, where)
        unsure |= here.open
        tied |= here.tied
        for k, exists in enumerate(here.exists):
            solved[len(masks)] = {name: column[k] for name, column in here.values.items()}
            masks.append(exists)
    return np.stack(masks), unsure, solved


def _regions(theory: Theory, points: Points, inside: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Return where the conditions on the parameters hold of each class (classes, points), and where sides tie."""
    definitions = theory.game.resolved_definitions
    regions = [[substitute_condition(c, definitions) for c in found.region] for found in theory.classes]
    pairs = list(dict.fromkeys(pair for region in regions for c in region for pair in _pairs(c)))
    masks = np.empty((len(regions), points.size), dtype=np.bool_)
    tied = np.zeros(points.size, dtype=np.bool_)
    for part, signs in _signs(pairs, points):
        for mask, region in zip(masks, regions, strict=True):
            mask[part] = inside[part]
            for condition in region:
                mask[part] &= _truth(condition, signs)
        for sign in signs.values():
            tied[part] |= sign == 0
    return masks, tied & inside


def _pairs(condition: Condition) -> Iterator[Pair]:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _pairs(part)
    elif isinstance(condition, Comparison):
        yield from ((left, right) for left, _, right in condition.pairs())


def _truth(condition: Condition, signs: Signs) -> BoolArray:
    """Return where a condition holds; a comparison with an undefined side fails."""
    if isinstance(condition, AllOf):
        return reduce(np.logical_and, (_truth(part, signs) for part in condition.parts))
    if isinstance(condition, AnyOf):
        return reduce(np.logical_or, (_truth(part, signs) for part in condition.parts))
    if not isinstance(condition, Comparison):
        raise SolverError(f"cannot evaluate a condition of kind {type(condition).__name__}")
    return reduce(
        np.logical_and,
        (_is_one_of(signs[left, right], _ALLOWED[sign]) for left, sign, right in condition.pairs()),
    )


def _is_one_of(signs: NDArray[np.int8], allowed: tuple[int, ...]) -> BoolArray:
    return np.asarray((signs >= allowed[0]) & (signs <= allowed[-1]), dtype=np.bool_)


def _signs(pairs: Sequence[Pair], points: Points) -> Iterator[tuple[slice, Signs]]:
    """Yield, block by block, the sign of left minus right for every pair: -1, 0, 1, or 2 where undefined."""
    sides = list(dict.fromkeys(side for pair in pairs for side in pair))
    for part, rows in _blocks(tuple(sides), points):
        known = dict(zip(sides, rows, strict=True))
        size = len(range(*part.indices(points.size)))
        yield (
            part,
            {(a, b): np.broadcast_to(_sign(known[a], known[b], points.exact), (size,)) for a, b in pairs},
        )


def _sign(left: NumberArray, right: NumberArray, exact: bool) -> NDArray[np.int8]:
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.asarray(left - right)
        slack = 0 if exact else _slack(left, right, difference)
        signs = np.asarray((difference > slack).astype(np.int8) - (difference < -slack))
    undefined = np.asarray(difference != difference, dtype=np.bool_)
    return np.where(undefined, np.int8(_UNDEFINED), signs) if undefined.any() else signs


def _slack(left: NumberArray, right: NumberArray, difference: NumberArray) -> NumberArray | float:
    """Return by how much sides may differ that count as equal; nothing where all differ by more."""
    size = np.abs(difference)
    if size.min() > TOLERANCE * (_largest(left) + _largest(right)):
        return 0.0
    return TOLERANCE * (np.abs(left) + np.abs(right))


def _largest(numbers: NumberArray) -> float:
    return float(max(numbers.max(), -numbers.min()))


def _inside(theory: Theory, points: Points) -> BoolArray:
    """Return the points that satisfy the assumptions and at which no payoff divides by zero."""
    inside = np.asarray(points.admissible & points.defined, dtype=np.bool_).reshape(-1)
    below = divisors(theory.game)
    for part, rows in _blocks(below, points) if below else ():
        for row in rows:
            inside[part] &= np.asarray(row != 0, dtype=np.bool_)
    return inside


def _edge(theory: Theory, points: Points) -> BoolArray:
    """Return the points at which something that was assumed possible has probability zero."""
    chances = [q for _, d in theory.game.probabilities() for q in d if not isinstance(q, Number)]
    edge = np.zeros(points.size, dtype=np.bool_)
    for part, rows in _blocks(tuple(dict.fromkeys(chances)), points):
        for row in rows:
            edge[part] |= np.asarray(row == 0, dtype=np.bool_)
    return edge


def _blocks(formulas: tuple[Expr, ...], points: Points, unknowns: Values = _NONE) -> Iterator[tuple[slice, Rows]]:
    """Yield formulas at blocks of points, NaN or infinite where undefined; 0-d where the same at all points."""
    if not points.exact:
        given = {name: points.flat(name) if v.ndim else v for name, v in points.values.items()}
        yield from _program(formulas).blocks({**given, **unknowns}, (points.size,))
        return
    given = {**{name: points.flat(name) for name in points.values}, **unknowns}
    rows = [np.full(points.size, np.nan, dtype=object) for _ in formulas]
    known = np.logical_and.reduce([column == column for column in unknowns.values()], initial=True)
    for i in np.flatnonzero(np.broadcast_to(known, points.size)):
        at = {name: column[i] for name, column in given.items()}
        for row, formula in zip(rows, formulas, strict=True):
            try:
                row[i] = evaluate_exact(formula, at)
            except UndefinedError:
                continue
    yield slice(0, points.size), rows


@lru_cache(maxsize=64)
def _program(formulas: tuple[Expr, ...]) -> Program:
    """Return the compiled formulas; the blocks of one batch share them."""
    return compile_formulas(formulas)


def _closed(theory: Theory, formulas: Sequence[Expr], free: Mapping[str, Expr] | None = None) -> tuple[Expr, ...]:
    """Return formulas in the parameters alone."""
    definitions = theory.game.resolved_definitions
    return tuple(substitute(substitute(formula, free or {}), definitions) for formula in formulas)


def _masked(formulas: tuple[Expr, ...], places: Sequence[int], at: ClassesAt) -> NumberArray:
    """Return formulas (formulas, points), NaN where the class of the column does not exist."""
    out = np.empty((len(formulas), at.points.size), dtype=object if at.points.exact else np.float64)
    write = _write_exact if at.points.exact else _write
    for unknowns, lines in _alike(places, at):
        for part, rows in _blocks(tuple(formulas[i] for i in lines), at.points, unknowns):
            for i, row in zip(lines, rows, strict=True):
                write(out[i, part], row, at.masks[part, places[i]])
    return out


def _alike(places: Sequence[int], at: ClassesAt) -> Iterator[tuple[Values, list[int]]]:
    """Yield the lines whose formulas have the same unknowns solved for: all of closed forms, and of each solution."""
    lines: dict[int | None, list[int]] = {}
    for i, column in enumerate(places):
        lines.setdefault(column if column in at.solved else None, []).append(i)
    for key, found in lines.items():
        yield ({} if key is None else at.solved[key]), found


def _write(line: FloatArray, row: FloatArray, mask: BoolArray) -> None:
    """Write a row where the mask is true and NaN elsewhere.

    A float whose bits are all set is a NaN, and minus one has all bits set; `np.where` takes five times as long.
    """
    gaps = mask.view(np.int8) - np.int8(1)
    np.bitwise_or(row.view(np.int64), gaps, out=line.view(np.int64))


def _write_exact(line: NumberArray, row: NumberArray, mask: BoolArray) -> None:
    line[:] = np.where(mask, row, np.nan)


def _known(name: str, names: Sequence[str], kind: str) -> None:
    if name not in names:
        raise ParameterError(f"no {kind} {name!r}", where=kind, remedy=did_you_mean(name, names))
