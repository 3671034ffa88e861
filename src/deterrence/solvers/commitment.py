"""The best commitment: every end of a piece and every stationary point is a candidate, and all are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from deterrence.compiled.commitment import CompiledCommitment, Equation, clipped, combinations, equations, interior
from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.errors import ExpressionError
from deterrence.expressions import evaluate_exact
from deterrence.games import Response
from deterrence.profiles import Commitment, Completeness, Found
from deterrence.solvers.base import CommitmentSolver

__all__ = ["Candidates"]

_GRID: Final = 64
_BISECTIONS: Final = 60
_SLACK: Final = 1e-9
_DENOMINATOR: Final = 10**6

_ALL: Final = (
    "the leader's payoff is a quotient of polynomials between the points where responses change; all of these, all "
    "stationary points and both ends were compared"
)
_SOME: Final = (
    "ends, thresholds and stationary points were compared; equations that are not quadratic, or join both numbers, "
    "were followed on a grid only"
)


@dataclass(frozen=True, kw_only=True)
class Candidates(CommitmentSolver):
    """Every best commitment, by comparing all candidates: most optima are at a threshold or an end, not inside.

    Candidates are the ends of the leader's intervals, the points at which a response changes, and the stationary points
    of the leader's payoff on every piece. Where followers are indifferent the leader's preference decides. Payoffs
    within `tolerance` times their size count as equal, and every best candidate is listed.
    """

    tolerance: float = 1e-12

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "commitment"

    def solve(self, game: CompiledCommitment) -> Found[Commitment]:
        """Return the best commitments with the responses to them, at every point."""
        plain = game.in_floats()
        listed = equations(game.game)
        with np.errstate(all="ignore"):
            controls = _candidates(plain, listed)
            values, worth = _valued(plain, controls)
            found = self._best(plain, values, worth)
        complete = Completeness.ALL if _all_solved(listed) else Completeness.SOME
        return _as_found(game, *found, complete, listed)

    def _best(self, game: CompiledCommitment, values: FloatArray, worth: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return the best candidates (equilibria, names, points), each once, and where they exist."""
        top = worth.max(axis=0)
        best = np.isfinite(top) & (worth >= top - self.tolerance * np.maximum(1.0, np.abs(top)))
        best &= game.defined
        order = np.argsort(~best, axis=0, kind="stable")[: max(1, int(best.sum(axis=0).max(initial=1)))]
        exists = np.take_along_axis(best, order, axis=0)
        chosen = np.take_along_axis(values, order[:, None], axis=0)
        for k in range(1, len(exists)):
            for earlier in range(k):
                gap = np.abs(chosen[k] - chosen[earlier])
                near = (gap <= _SLACK * np.maximum(1.0, np.abs(chosen[k]))).all(axis=0)
                exists[k] &= ~(near & exists[earlier])
        order = np.argsort(~exists, axis=0, kind="stable")[: max(1, int(exists.sum(axis=0).max(initial=1)))]
        return np.take_along_axis(chosen, order[:, None], axis=0), np.take_along_axis(exists, order, axis=0)


def _all_solved(listed: Sequence[Equation]) -> bool:
    return all(
        all(polynomial is not None for polynomial in equation.polynomials.values())
        and (len(equation.polynomials) == 1 or not _joins(equation))
        for equation in listed
    )


def _joins(equation: Equation) -> bool:
    """Say whether an equation uses both numbers of the leader."""
    names = {symbol.key for symbol in equation.formula.walk()}
    return set(equation.polynomials) <= names


def _candidates(game: CompiledCommitment, listed: Sequence[Equation]) -> FloatArray:
    """Return candidates (controls, candidates, points): one number after the other, in both orders."""
    names = tuple(game.game.controls)
    first = _roots(game, listed, 0, {})
    if len(names) == 1:
        return first[None]
    orders = []
    for one, other in ((0, 1), (1, 0)):
        start = _roots(game, listed, one, {})
        given = {names[one]: start}
        after = _roots(game, listed, other, given)
        pair = [np.broadcast_to(start, after.shape), after]
        orders.append(np.stack(pair if one == 0 else pair[::-1]).reshape(2, -1, game.size))
    return np.concatenate(orders, axis=1)


def _roots(
    game: CompiledCommitment, listed: Sequence[Equation], control: int, given: Mapping[str, FloatArray]
) -> FloatArray:
    """Return the ends and all roots for one of the leader's numbers, (roots, ..., points); NaN for none."""
    name = tuple(game.game.controls)[control]
    shape = next(iter(given.values())).shape if given else (game.size,)
    low, high = (np.broadcast_to(bound[control], shape) for bound in (game.low, game.high))
    found = [low, high]
    for equation in listed:
        others = {symbol.key for symbol in equation.formula.walk()} & (set(game.game.controls) - {name})
        if others - set(given):
            continue
        polynomial = equation.polynomials[name]
        if polynomial is not None:
            found += _quadratic(*(game.evaluate(c, given, shape) for c in polynomial))
        else:
            found += _followed(game, equation, name, given, low, high)
    roots = np.stack(found)
    scale = _SLACK * np.maximum(np.abs(low), np.abs(high))
    roots = np.where((roots >= low - scale) & (roots <= high + scale), roots, np.nan)
    return np.asarray(np.clip(roots, low, high))


def _quadratic(c: FloatArray, b: FloatArray, a: FloatArray) -> list[FloatArray]:
    """Return both roots of a x**2 + b x + c in their stable form, NaN where there is none."""
    spread = np.sqrt(b * b - 4 * a * c)
    half = -(b + np.where(b < 0, -spread, spread)) / 2
    return [np.where(a == 0, np.nan, half / a), c / half]


def _followed(
    game: CompiledCommitment,
    equation: Equation,
    name: str,
    given: Mapping[str, FloatArray],
    low: FloatArray,
    high: FloatArray,
) -> list[FloatArray]:
    """Return the roots of an equation at its changes of sign on a grid, one array for each step of the grid."""

    def value(at: FloatArray) -> FloatArray:
        return game.evaluate(equation.formula, {**given, name: at}, at.shape)

    share = np.linspace(0, 1, _GRID + 1).reshape(-1, *[1] * low.ndim)
    mesh = low + share * (high - low)
    signs = value(mesh)
    first, last = mesh[:-1], mesh[1:]
    changes = (signs[:-1] < 0) != (signs[1:] < 0)
    rises = signs[:-1] < 0
    for _ in range(_BISECTIONS):
        middle = (first + last) / 2
        right = (value(middle) < 0) == rises
        first, last = np.where(right, middle, first), np.where(right, last, middle)
    kept = np.where(changes, (first + last) / 2, np.nan)
    used = changes.reshape(len(changes), -1).any(axis=1)
    return list(kept[used])


def _valued(game: CompiledCommitment, controls: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the numbers and responses (candidates, names, points) and the leader's payoff under each.

    A decision that is indifferent is tried both ways; what no follower would do is worth minus infinity.
    """
    fixed = dict(zip(game.game.controls, controls, strict=True))
    rows, worth = [], []
    for acts in combinations(game.game):
        given: dict[str, FloatArray] = dict(fixed)
        possible = np.isfinite(controls).all(axis=0)
        for name, response in game.game.responses.items():
            given[name], fits = _response(game, name, response, given, acts.get(name))
            possible &= fits
        value = game.evaluate(game.game.payoffs[game.game.leader], given, controls.shape[1:])
        rows.append(np.stack(list(given.values()), axis=1))
        worth.append(np.where(possible & np.isfinite(value), value, -np.inf))
    return np.concatenate(rows), np.concatenate(worth)


def _response(
    game: CompiledCommitment, name: str, response: Response, given: Mapping[str, FloatArray], acts: float | None
) -> tuple[FloatArray, BoolArray]:
    """Return a response (candidates, points), and where the player is willing to give it."""
    shape = next(iter(given.values())).shape
    if acts is None:
        value = game.evaluate(clipped(response, interior(name, response)), given, shape)
        return value, np.isfinite(value)
    assert response.gain is not None
    gain = game.evaluate(response.gain, given, shape)
    slack = _SLACK * np.maximum(1.0, np.abs(gain))
    willing = gain >= -slack if acts else gain <= slack
    return np.full(shape, acts), np.asarray(willing, dtype=np.bool_)


def _as_found(
    game: CompiledCommitment,
    chosen: FloatArray,
    exists: BoolArray,
    complete: Completeness,
    listed: Sequence[Equation],
) -> Found[Commitment]:
    values: NumberArray = chosen.transpose(2, 0, 1)
    if game.points.exact:
        values = _rational(game, values, exists.T, listed)
    owners = [game.game.leader] * len(game.game.controls) + [r.player for r in game.game.responses.values()]
    names = (*game.game.controls, *game.game.responses)
    profile = Commitment(tuple(owners), names, values)
    every = np.full(game.size, complete, dtype=np.int8)
    argument = {Completeness.ALL: _ALL, Completeness.SOME: _SOME}[complete]
    several = exists.sum(axis=0) > 1
    return Found(profile, exists.T, every, {complete: argument}, several, game.defined)


def _rational(
    game: CompiledCommitment, values: FloatArray, exists: BoolArray, listed: Sequence[Equation]
) -> NumberArray:
    """Return the leader's numbers as Fractions where these solve an equation exactly or are an end; responses too."""
    out = values.astype(object)
    names = (*game.game.controls, *game.game.responses)
    columns = {name: game.points.flat(name) for name in game.points.values}
    for point, k in zip(*np.nonzero(exists), strict=True):
        at: dict[str, Fraction] = {name: column[int(point)] for name, column in columns.items()}
        guess = [Fraction(float(v)).limit_denominator(_DENOMINATOR) for v in values[point, k]]
        at |= dict(zip(names, guess, strict=True))
        if all(_is_exact(game, i, guess[i], at, int(point), listed) for i in range(len(game.game.controls))):
            out[point, k] = guess
    return out


def _is_exact(
    game: CompiledCommitment,
    control: int,
    guess: Fraction,
    at: Mapping[str, Fraction],
    point: int,
    listed: Sequence[Equation],
) -> bool:
    if guess in (game.low[control, point], game.high[control, point]):
        return True
    for equation in listed:
        try:
            if evaluate_exact(equation.formula, at) == 0:
                return True
        except ExpressionError:
            continue
    return False
