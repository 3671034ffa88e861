"""Where the verdict changes when one uncertain parameter moves and everything else stays at the reference case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from deterrence.errors import ExpressionError
from deterrence.expressions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Expr,
    evaluate_exact,
    substitute,
    substitute_condition,
    symbols_of,
    to_text,
)
from deterrence.scenarios.criterion import Outcome
from deterrence.scenarios.laboratory import Laboratory

__all__ = ["BreakEven", "break_even"]

GRID: Final = 1025  # points of the range that are looked at first: narrower bands than this can be missed
HALVINGS: Final = 45
CLOSE: Final = 1e-9


@dataclass(frozen=True)
class BreakEven:
    """One change of verdict along a parameter: where, from what (below) to what (above).

    `exact` is the rational value where a condition of the theory that is linear in the parameter explains the change,
    `because` that condition; else the place was found by bisection. `distance` is how far the reference case is
    away, in units of the parameter's range, with the sign of the move.
    """

    parameter: str
    value: float
    below: Outcome
    above: Outcome
    distance: float
    exact: Fraction | None
    because: str


def break_even(laboratory: Laboratory) -> tuple[BreakEven, ...]:
    """Return every change of verdict along every uncertain parameter, nearest to the reference case first.

    All parameters and brackets are bisected together. Changes that come and go between two of 1025 points of a range
    are not seen.
    """
    names = list(laboratory.case.uncertain)
    if not names:
        return ()
    lines = {n: np.linspace(float(u.low), float(u.high), GRID) for n, u in laboratory.case.uncertain.items()}
    grid = _ask(laboratory, [n for n in names for _ in range(GRID)], np.concatenate(list(lines.values())))
    rows = grid.reshape(len(names), GRID)
    where, steps = np.nonzero(rows[:, 1:] != rows[:, :-1])
    movers = [names[i] for i in where]
    low = np.array([lines[names[i]][j] for i, j in zip(where, steps, strict=True)])
    high = np.array([lines[names[i]][j + 1] for i, j in zip(where, steps, strict=True)])
    below, above = rows[where, steps], rows[where, steps + 1]
    for _ in range(HALVINGS if len(movers) else 0):
        middle = (low + high) / 2
        same = _ask(laboratory, movers, middle) == below
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    found = [
        _explained(laboratory, name, float((a + b) / 2), Outcome(int(x)), Outcome(int(y)))
        for name, a, b, x, y in zip(movers, low, high, below, above, strict=True)
    ]
    return tuple(sorted(found, key=lambda change: abs(change.distance)))


def _ends(laboratory: Laboratory, name: str) -> tuple[Fraction, Fraction]:
    uncertain = laboratory.case.uncertain[name]
    return uncertain.low, uncertain.high


def _ask(laboratory: Laboratory, movers: Sequence[str], values: object) -> np.ndarray:
    """Return the outcome when each point moves one parameter to one value."""
    row = np.asarray(values, dtype=np.float64)
    columns = {
        name: np.where([m == name for m in movers], row, float(laboratory.case.reference[name]))
        for name in dict.fromkeys(movers)
    }
    return laboratory.ask(laboratory.at(columns)).outcomes


def _explained(laboratory: Laboratory, name: str, value: float, below: Outcome, above: Outcome) -> BreakEven:
    low, high = _ends(laboratory, name)
    reference = laboratory.case.reference[name]
    exact, because = None, ""
    for root, text in _candidates(laboratory, name):
        if abs(float(root) - value) <= CLOSE * max(1, abs(value)):
            exact, because, value = root, text, float(root)
            break
    return BreakEven(name, value, below, above, (value - float(reference)) / float(high - low), exact, because)


def _candidates(laboratory: Laboratory, name: str) -> Iterator[tuple[Fraction, str]]:
    """Yield the exact places along a parameter at which a condition of the theory or the criterion is an equation."""
    case = laboratory.case
    now: dict[str, Expr] = {}
    for lever in case.levers(laboratory.start):
        now |= {n: substitute(formula, now) for n, formula in case.effects[lever].items()}
    others = {n: v for n, v in case.reference.items() if n != name}
    for condition in _conditions(laboratory):
        for left, operator, right in _pairs(substitute_condition(condition, case.game.resolved_definitions)):
            difference = substitute(left - right, now)
            root = _root(difference, name, others)
            if root is not None:
                yield root, f"{to_text(left)} {operator} {to_text(right)}"


def _conditions(laboratory: Laboratory) -> Iterator[Condition]:
    yield from laboratory.case.game.admissible
    theory = laboratory.theory
    for found in theory.classes if theory is not None else ():
        yield from found.region
        quantities = laboratory.case.success.statement.quantities
        values = {m: found.events.get(q.of) if q.kind == "P" else None for m, q in quantities.items()}
        if all(value is not None for value in values.values()):
            known = {m: value for m, value in values.items() if value is not None}
            yield substitute_condition(laboratory.case.success.statement.conclusion, known)


def _pairs(condition: Condition) -> Iterable[tuple[Expr, str, Expr]]:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _pairs(part)
    elif isinstance(condition, Comparison):
        yield from condition.pairs()


def _root(difference: Expr, name: str, others: dict[str, Fraction]) -> Fraction | None:
    """Return where a function that is a ratio of linear ones in the parameter vanishes, if it is one.

    Three values of `(a x + b)/(c x + d)` fix it up to scale, a fourth confirms the form.
    """
    if name not in {s.name for s in symbols_of(difference)}:
        return None
    points = [Fraction(k, 7) for k in (1, 2, 3, 5)]
    try:
        values = [evaluate_exact(difference, {**others, name: x}) for x in points]
    except (ExpressionError, KeyError):
        return None
    return _zero_of_ratio(points, values)


def _zero_of_ratio(points: Sequence[Fraction], values: Sequence[Fraction]) -> Fraction | None:
    """Return the zero of the function `(x - r)/(c x + d)` through three points, None unless a fourth lies on it."""
    if len(set(values)) < 2:
        return None
    if 0 in values:
        return points[list(values).index(Fraction(0))]
    # x - r = y (c x + d): linear in r, c, d; eliminate by Cramer's rule on the first three points
    rows = [(Fraction(1), y * x, y) for x, y in zip(points[:3], values[:3], strict=True)]
    whole = _determinant(rows)
    if not whole:
        return None
    r, c, d = (_determinant(_replaced(rows, column, points)) / whole for column in range(3))
    x, y = points[3], values[3]
    return r if x - r == y * (c * x + d) else None


def _replaced(rows: Sequence[Sequence[Fraction]], column: int, by: Sequence[Fraction]) -> list[tuple[Fraction, ...]]:
    return [tuple(x if k == column else row[k] for k in range(3)) for row, x in zip(rows, by, strict=False)]


def _determinant(rows: Sequence[Sequence[Fraction]]) -> Fraction:
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
