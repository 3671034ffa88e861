"""A commitment game with numbers, and its pieces: where responses change, where the leader's payoff is stationary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.continuous import program_of
from deterrence.compiled.first_order import cleared, first_order
from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import AtPoints, BoolArray, FloatArray, NumberArray, Points
from deterrence.errors import ExpressionError, SolverError
from deterrence.expressions import Call, Expr, Number, Power, substitute
from deterrence.expressions.terms import coefficients, contains, derivative, from_terms, terms_of
from deterrence.games import Aggregate, CommitmentGame, ContinuousGame, Interval, Response

__all__ = ["CompiledCommitment", "Equation", "compile_commitment", "equations", "interior"]

_LARGEST: Final = 1e100
MAX_LENGTH: Final = 20_000  # characters of a formula with responses written out
ZERO: Final = Number(0)
ONE: Final = Number(1)


@dataclass(frozen=True)
class CompiledCommitment(AtPoints[CommitmentGame]):
    """Bounds (controls, points) of the leader's numbers; formulas are computed on demand.

    `defined` marks the points at which the bounds are finite and no interval is empty.
    """

    low: NumberArray
    high: NumberArray
    defined: BoolArray

    def select(self, index: NDArray[np.intp] | slice) -> Self:
        """Return the game at some of the points, which may be repeated."""
        return replace(
            self,
            points=self.points.select(index),
            low=self.low[:, index],
            high=self.high[:, index],
            defined=self.defined[index],
        )

    def in_floats(self) -> CompiledCommitment:
        """Return the game in floating-point arithmetic."""
        if not self.points.exact:
            return self
        values = {name: value.astype(np.float64) for name, value in self.points.values.items()}
        return compile_commitment(self.game, replace(self.points, values=values, exact=False))

    def evaluate(self, formula: Expr, given: Mapping[str, NumberArray], shape: tuple[int, ...]) -> FloatArray:
        """Return a formula in the parameters and `given` names over (..., points)."""
        values: dict[str, Any] = {**self.points.values, **given}
        column: FloatArray = program_of(formula).run(values, shape)[0]
        return column


def compile_commitment(game: CommitmentGame, points: Points) -> CompiledCommitment:
    """Return the bounds of the leader's numbers at all points."""
    low, high = (np.stack(formula_values([b[k] for b in game.controls.values()], points)) for k in (0, 1))
    defined = points.defined.reshape(-1).copy()
    for bound in (low, high):
        defined &= (np.abs(bound.astype(np.float64)) < _LARGEST).all(axis=0)
    defined &= np.asarray((low <= high).all(axis=0), dtype=np.bool_)
    return CompiledCommitment(game, points, low, high, defined)


def interior(name: str, response: Response) -> Expr:
    """Return a response by type or by number where no bound cuts it off; raise `SolverError` where none is known.

    By type it is the share of uniform types whose gain is positive; by number the root of the first-order condition.
    """
    low, high = response.bounds
    if response.gain is not None:
        slope = from_terms(coefficients(terms_of(response.gain), response.type)[Fraction(1)])
        assert isinstance(slope, Number)  # the game checks that
        end = high if slope.value > 0 else low
        return substitute(response.gain, {response.type: end}) / (Number(abs(slope.value)) * (high - low))
    assert response.payoff is not None
    alone = Interval(low, high, payoff=response.payoff)
    found = first_order(ContinuousGame({"A": alone}, aggregate=Aggregate(name=f"total_of_{name}"[:64], of=name)))
    if found is None or len(found[0].coefficients) != 2:
        raise SolverError(f"the best {name!r} has no formula", remedy="write a payoff with a linear marginal payoff")
    constant, slope = found[0].coefficients
    return -constant * Power.of(slope, Number(-1))


def clipped(response: Response, inner: Expr) -> Expr:
    """Return a response by type or number between its bounds."""
    low, high = response.range
    return Call("min", high, Call("max", low, inner))


@dataclass(frozen=True)
class Equation:
    """A formula that is zero at the end of a piece, or where the leader's payoff is stationary in a number.

    `polynomials` holds, by the leader's number, the coefficients of the same equation as a polynomial of degree at most
    two in it, None where it is none.
    """

    formula: Expr
    polynomials: Mapping[str, tuple[Expr, ...] | None]


@lru_cache(maxsize=64)
def equations(game: CommitmentGame) -> tuple[Equation, ...]:
    """Return every equation at whose roots the best commitment can lie, besides the ends of the intervals.

    With two numbers the best pair may lie on the end of a piece, where neither is best for itself: such an end that is
    linear in one number is solved for it, and the payoff along it is stationary in the other.
    """
    found: dict[Expr, None] = {}
    controls = tuple(game.controls)
    regimes = list(_regimes(game, tuple(game.responses), found))
    edges = [edge for end in found for edge in _edges(end, controls)]
    for regime in regimes:
        payoff = substitute(game.payoffs[game.leader], regime)
        _check_size(game.leader, (payoff,))
        for along in (payoff, *(substitute(payoff, edge) for edge in edges)):
            for name in controls:
                if contains(along, name):
                    found[derivative(along, name)] = None
    kept = [formula for formula in found if any(contains(formula, name) for name in controls)]
    return tuple(Equation(formula, {name: _polynomial(formula, name) for name in controls}) for formula in kept)


def _edges(end: Expr, controls: tuple[str, ...]) -> Iterator[dict[str, Expr]]:
    """Yield the end of a piece solved for each of two numbers in which it is linear, when it joins both."""
    if len(controls) == 2 and all(contains(end, name) for name in controls):
        for name in controls:
            constant, slope, square = _polynomial(end, name) or (ZERO, ZERO, ONE)
            if square == ZERO:
                yield {name: -constant * Power.of(slope, Number(-1))}


def _regimes(game: CommitmentGame, names: Sequence[str], found: dict[Expr, None]) -> Iterator[dict[str, Expr]]:
    """Yield every combination of responses on their pieces; enter into `found` where each piece ends."""
    if not names:
        yield {}
        return
    name = names[-1]
    response = game.responses[name]
    for before in list(_regimes(game, names[:-1], found)):
        written = response.replaced(before)
        _check_size(name, written.formulas)
        for piece, ends in _pieces(name, written):
            found.update(dict.fromkeys(ends))
            yield {**before, name: piece}


def _check_size(where: str, formulas: Sequence[Expr]) -> None:
    """Refuse formulas that grow out of bounds when responses are put into each other."""
    if any(len(formula.key) > MAX_LENGTH for formula in formulas):
        raise SolverError(
            f"with earlier responses written out the formula of {where[:64]!r} is too long",
            remedy="use each response fewer times",
        )


def _pieces(name: str, response: Response) -> Iterator[tuple[Expr, tuple[Expr, ...]]]:
    if response.is_decision:
        assert response.gain is not None
        yield from ((ZERO, (response.gain,)), (ONE, ()))
        return
    inner = interior(name, response)
    low, high = response.range
    yield from ((low, (inner - low,)), (high, (inner - high,)), (inner, ()))


def _polynomial(formula: Expr, name: str) -> tuple[Expr, ...] | None:
    try:
        terms, _ = cleared(terms_of(formula), name)
        found = coefficients(terms, name)
    except ExpressionError:
        return None
    if any(power < 0 or power > 2 or power.denominator != 1 for power in found):
        return None
    return tuple(from_terms(found.get(Fraction(power), {})) for power in range(3))


def combinations(game: CommitmentGame) -> Iterator[dict[str, float]]:
    """Yield every way in which the decisions without private type can go."""
    names = [name for name, response in game.responses.items() if response.is_decision]
    for acts in product((1.0, 0.0), repeat=len(names)):
        yield dict(zip(names, acts, strict=True))
