"""Points close to where a published region ends, on either side: there a wrong threshold shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import islice, product
from typing import Final

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.compiled.samples import sample_points
from deterrence.errors import SolverError
from deterrence.expressions import AllOf, AnyOf, Comparison, Condition, Expr, Number, Symbol
from deterrence.expressions.numpy_eval import ConditionProgram, compile_conditions
from deterrence.games import Game
from deterrence.theory.calls import Calls
from deterrence.theory.ground import Sampler
from deterrence.theory.interior import interior
from deterrence.theory.logic import comparisons, join, mapped, negation
from deterrence.theory.smt import Answer

__all__ = ["AWAY", "alternatives", "edge_points", "exact_points", "holds", "settled"]

AWAY: Final = 3e-4  # relative distance from an edge at which values differ across it
PAIRS: Final = 24  # lines from an inner to an outer point, for each comparison
HALVINGS: Final = 9  # of a line: its ends are then a five-hundredth of it apart
WIDTH: Final = Fraction(1, 200)  # of the strips beside a threshold in which points are sought
MANY: Final = 4000  # random points for further such lines
CLOUD: Final = 192  # points drawn around an exact one
SPREADS: Final = (3e-4, 1e-3, 3e-3, 1e-2)  # relative sizes of such clouds
KEPT: Final = 12  # points of a cloud
CASES: Final = 24  # alternatives of a strip that is not decided as a whole
LIMIT: Final = 200_000  # of the solver's resources for one strip

Columns = Mapping[str, FloatArray]


def edge_points(game: Game, conditions: Sequence[Condition], at: Columns) -> dict[str, FloatArray]:
    """Return admissible points on either side of every edge of a region, between given points; few where these are.

    On lines from inner points to points where one comparison fails, with all others holding if there are any, the
    place where the region ends is found by halving. Where that leaves a strip beside a comparison empty, in which it
    matters whether that holds, further random points are drawn, and then points are sought exactly.
    """
    found = _admissible(game, _crossings(conditions, at, PAIRS))
    missing = _without(_strips(join(AllOf, *conditions)), conditions, [at, found])
    if not missing:
        return found
    dense = _admissible(game, _crossings(conditions, sample_points(game, MANY, seed=1), MANY // 10))
    settled = _settled_only(conditions, dense)
    kept = [_within(strip, settled) for strip in missing]
    return _joined([found, *kept, *_sought(game, conditions, _without(missing, conditions, [settled]))])


def settled(conditions: Sequence[Condition], at: Columns, margin: float) -> BoolArray:
    """Return where floats can tell whether conditions hold: no parameter's move by a relative margin changes that."""
    here = holds(conditions, at)
    sure = np.ones(here.size, dtype=np.bool_)
    for name in at if conditions else ():
        for scale in (1 - margin, 1 + margin):
            sure &= holds(conditions, {**at, name: at[name] * scale}) == here
    return sure


def _without(strips: Iterable[Condition], conditions: Sequence[Condition], at: Sequence[Columns]) -> list[Condition]:
    """Return the strips in which no point lies that tells."""
    points = _settled_only(conditions, _joined(at))
    return [strip for strip in strips if not holds([strip], points).any()]


def _settled_only(conditions: Sequence[Condition], at: Columns) -> dict[str, FloatArray]:
    good = settled(conditions, at, AWAY)
    return {name: column[good] for name, column in at.items()}


def _within(strip: Condition, at: Columns) -> dict[str, FloatArray]:
    """Return some of the points that lie within a strip."""
    inside = np.flatnonzero(holds([strip], at))[:KEPT]
    return {name: column[inside] for name, column in at.items()}


def _crossings(conditions: Sequence[Condition], at: Columns, size: int) -> dict[str, FloatArray]:
    nowhere = {name: np.empty(0) for name in at}
    return _joined([nowhere, *(_crossing(conditions, *pair) for pair in _pairs(conditions, at, size))])


def _joined(parts: Sequence[Columns]) -> dict[str, FloatArray]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _admissible(game: Game, at: Columns) -> dict[str, FloatArray]:
    good = holds([*game.admissible], at)
    return {name: column[good] for name, column in at.items()}


def holds(conditions: Sequence[Condition], at: Columns) -> BoolArray:
    """Return where conditions hold together, in floats."""
    size = len(next(iter(at.values())))
    if not conditions or not size:
        return np.ones(size, dtype=np.bool_)
    with np.errstate(all="ignore"):
        return np.asarray(_compiled(tuple(conditions)).run(dict(at), (size,)).all(axis=0), dtype=np.bool_)


@lru_cache(maxsize=8)
def _compiled(conditions: tuple[Condition, ...]) -> ConditionProgram:
    """Return the program for conditions, which is run for many sets of points in turn."""
    return compile_conditions(conditions)


def _pairs(conditions: Sequence[Condition], at: Columns, size: int) -> Iterator[tuple[Columns, Columns]]:
    """Yield inner and outer points, as many of the one as of the other."""
    chains = (chain for condition in conditions for chain in comparisons(condition))
    single = [
        holds([Comparison((a, b), (op,))], at) for a, op, b in dict.fromkeys(p for c in chains for p in c.pairs())
    ]
    region = holds(conditions, at)
    rng = np.random.default_rng(0)
    for k, this in enumerate(single):
        alone = ~this & np.all([other for i, other in enumerate(single) if i != k] or [~this], axis=0)
        outer = alone & ~region if (alone & ~region).any() else ~this & ~region
        if region.any() and outer.any():
            picked = (rng.choice(np.flatnonzero(side), size) for side in (region, outer))
            inside, outside = ({name: column[p] for name, column in at.items()} for p in picked)
            yield inside, outside


def _crossing(conditions: Sequence[Condition], inside: Columns, outside: Columns) -> dict[str, FloatArray]:
    for _ in range(HALVINGS):
        middle = {name: (inside[name] + outside[name]) / 2 for name in inside}
        within = holds(conditions, middle)
        inside = {name: np.where(within, middle[name], inside[name]) for name in middle}
        outside = {name: np.where(within, outside[name], middle[name]) for name in middle}
    return {name: np.concatenate([inside[name], outside[name]]) for name in inside}


def _strips(region: Condition) -> Iterator[Condition]:
    """Yield where a region changes if one side of one of its comparisons is half a per cent more, or less.

    Where a side is a number, zero for one, it also moves by half a hundredth.
    """
    pairs = [pair for chain in comparisons(region) for pair in chain.pairs()]
    for k, (left, _, right) in enumerate(pairs):
        for by in (WIDTH, -WIDTH):
            for relatively in (True, False) if isinstance(left, Number) or isinstance(right, Number) else (True,):
                moved = _moved(region, k, by, relatively=relatively)
                yield join(AnyOf, join(AllOf, region, negation(moved)), join(AllOf, moved, negation(region)))


def _moved(region: Condition, place: int, by: Fraction, *, relatively: bool) -> Condition:
    """Return the region with the right side of one comparison moved."""
    seen = iter(range(place + 1))

    def change(left: Expr, operator: str, right: Expr) -> Condition:
        if next(seen, None) == place:
            right = Number(1 + by) * right if relatively else right + Number(by)
        return Comparison((left, right), (operator,))

    return mapped(region, change)


def _sought(game: Game, conditions: Sequence[Condition], strips: Sequence[Condition]) -> Iterator[Columns]:
    """Yield points within strips, as far as they are found."""
    for strip in strips:
        for point in exact_points(game, strip):
            yield _within(strip, _settled_only(conditions, _admissible(game, _cloud(point))))


def exact_points(game: Game, condition: Condition) -> Iterator[Mapping[str, Fraction]]:
    """Yield points that a solver finds, close to the defaults and anywhere; none where it does not apply."""
    names = {p.name: p.default for p in game.parameters}
    calls = Calls(set(names))
    try:
        decider = Sampler(tuple(calls.condition(c) for c in interior(game)), limit=LIMIT)
        wanted = calls.condition(condition)
        for case in _possible(decider, wanted, calls.conditions):
            anywhere = list(decider.rounded(case))
            nearby = [_near(name, default) for name, default in names.items() if default] if anywhere else []
            for found in (*anywhere, *(decider.rounded([*case, *nearby]) if nearby else ())):
                yield {name: found.get(name, default or Fraction(1, 2)) for name, default in names.items()}
    except (SolverError, ValueError):
        return


def _possible(decider: Sampler, wanted: Condition, known: Sequence[Condition]) -> Iterator[tuple[Condition, ...]]:
    """Yield what to seek: a condition, or its alternatives where the solver cannot decide it whole."""
    answer = decider.satisfiable([*known, wanted])
    if answer is not Answer.NO:
        cases = [(wanted,)] if answer is Answer.YES else islice(alternatives(wanted), CASES)
        yield from ((*known, *case) for case in cases)


def alternatives(condition: Condition) -> Iterator[tuple[Condition, ...]]:
    """Yield conjunctions of which one holds where a condition does: each is easier to decide than all at once."""
    if isinstance(condition, AnyOf):
        yield from (case for part in condition.parts for case in alternatives(part))
    else:
        parts = condition.parts if isinstance(condition, AllOf) else (condition,)
        yield from product(*(part.parts if isinstance(part, AnyOf) else (part,) for part in parts))


def _near(name: str, default: Fraction) -> Condition:
    low, high = sorted((default / 2, default * 3 / 2))
    return Comparison((Number(low), Symbol(name), Number(high)), ("<=", "<="))


def _cloud(point: Mapping[str, Fraction]) -> dict[str, FloatArray]:
    """Return points around one; what is zero moves too."""
    rng = np.random.default_rng(0)
    spread = np.repeat(SPREADS, CLOUD // len(SPREADS))
    middle = {name: float(value) for name, value in point.items()}
    return {n: x + (abs(x) or 1.0) * spread * rng.uniform(-1, 1, spread.size) for n, x in middle.items()}
