"""The patience that an agreement takes: for which discount factors keeping it is a subgame perfect equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from deterrence.certify import certify_markov
from deterrence.compiled import Points, Value, compile_states, parameter_points
from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import SolverError
from deterrence.expressions import Expr
from deterrence.games import StochasticGame, StrategicGame
from deterrence.games.agreement import Agreement
from deterrence.repeated.automaton import kept, repeated_game
from deterrence.repeated.closed_form import threshold
from deterrence.repeated.incentives import Incentive, incentives
from deterrence.repeated.roots import evaluated, ranges_of

__all__ = ["METHOD", "Patience", "Problem", "critical_discount"]

BLOCK: Final = 1 << 20  # numbers of all incentives worked on together
NEAR: Final = 1e-9  # between a formula's values and the numbers found
STEP: Final = 1e-4  # how far inside and outside an end the certificate looks, as a share of the way to the next one
METHOD: Final = (
    "one-shot deviations in every phase, with values from a linear system: none gains just inside and in the middle of "
    "every range, some gains just outside"
)


@dataclass(frozen=True, eq=False)
class Patience:
    """For which discount factors an agreement is kept, at every parameter point.

    `ranges` is (*shape, ranges, 2): the discount factors, least and greatest, NaN where there are fewer ranges or none
    (also outside the model); `shape` is that of `points`. `incentives` are the conditions behind it; `binding` (*shape)
    is the place of the one that fails just below the least discount factor, -1 where none does. `certified` (*shape)
    says where the independent check agrees, by `method`; all false where it was not asked for.
    """

    game: StochasticGame
    agreement: Agreement
    points: Points
    incentives: tuple[Incentive, ...]
    ranges: FloatArray
    binding: NDArray[np.intp]
    certified: BoolArray
    method: str = METHOD

    @property
    def least(self) -> FloatArray:
        """The critical discount factor (*shape): the least one with which the agreement is kept, NaN where none is."""
        return self.ranges[..., 0, 0]

    @property
    def upwards(self) -> BoolArray:
        """Where (*shape) every greater discount factor will do as well."""
        return np.asarray(self.ranges[..., 0, 1] == 1.0)

    @cached_property
    def thresholds(self) -> tuple[Expr | None, ...]:
        """For every incentive the discount factor from which it holds, as a formula; None without a closed form.

        It is the right one of two roots where the breach pays without a future and not with endless patience.
        """
        return tuple(threshold(found.coefficients) for found in self.incentives)

    @property
    def formula(self) -> Expr | None:
        """The critical discount factor in closed form where one incentive binds at all points, else None."""
        binding = set(self.binding.reshape(-1).tolist())
        found = self.thresholds[binding.pop()] if len(binding) == 1 and -1 not in binding else None
        if found is None:
            return None
        values = formula_values([found], self.points)[0].reshape(self.points.shape)
        return found if np.allclose(values, self.least, rtol=0, atol=NEAR) else None


def critical_discount(
    game: StrategicGame,
    agreement: Agreement,
    *,
    at: Mapping[str, Value] | None = None,
    discount: str = "delta",
    certify: bool = True,
) -> Patience:
    """Return the discount factors with which keeping an agreement is a subgame perfect equilibrium, at every point.

    `at` gives the parameters of the stage game and of the agreement, numbers or arrays that broadcast. `discount` is
    the name of the discount factor in the repeated game, which the certificate solves. Every breach gives a polynomial
    inequality in the discount factor; all its sign changes are found by halving between those of the derivative.

    Raises `GameError` for profiles that are not the game's, `SolverError` where a parameter is named like the discount
    factor. Grim trigger: Friedman 1971; punishments for a time under public noise: Green and Porter 1984; a punishment
    for every culprit: Abreu 1988.

    >>> import deterrence as dt
    >>> b, c = dt.parameters("b c", domain="positive")
    >>> game = dt.StrategicGame({"A": ["pay", "shirk"], "B": ["pay", "shirk"]}, {
    ...     ("pay", "pay"): {"A": 2*b - c, "B": 2*b - c}, ("pay", "shirk"): {"A": b - c, "B": b},
    ...     ("shirk", "pay"): {"A": b, "B": b - c}, ("shirk", "shirk"): {"A": 0, "B": 0}})
    >>> grim = Agreement(["pay", "pay"], ["shirk", "shirk"])
    >>> found = critical_discount(game, grim, at={"b": 2, "c": [2.5, 3, 5]})
    >>> found.least
    array([0.25, 0.5 ,  nan])
    >>> dt.to_text(found.thresholds[0])
    '(c - b)/b'
    """
    if any(p.name == discount for p in game.parameters):
        raise SolverError(f"{discount!r} is a parameter of the stage game", where="discount", remedy="another name")
    problem = Problem.of(game, agreement, discount)
    points = parameter_points(problem.repeated, {**(at or {}), discount: 0.5})
    step = max(1, BLOCK // problem.width)
    parts = [problem.solved(points.select(slice(k, k + step)), certify) for k in range(0, max(1, points.size), step)]
    width = max(ranges.shape[1] for ranges, _, _ in parts)
    padded = [np.pad(r, [(0, 0), (0, width - r.shape[1]), (0, 0)], constant_values=np.nan) for r, _, _ in parts]
    return Patience(
        game=problem.repeated,
        agreement=agreement,
        points=points,
        incentives=problem.conditions,
        ranges=np.concatenate(padded).reshape(*points.shape, width, 2),
        binding=np.concatenate([binding for _, binding, _ in parts]).reshape(points.shape),
        certified=np.concatenate([certified for _, _, certified in parts]).reshape(points.shape),
    )


@dataclass(frozen=True)
class Problem:
    """What is asked at all points: the stage game with its agreement, the repeated game, the conditions."""

    game: StrategicGame
    agreement: Agreement
    repeated: StochasticGame
    conditions: tuple[Incentive, ...]
    discount: str

    @classmethod
    def of(cls, game: StrategicGame, agreement: Agreement, discount: str) -> Self:
        """Return the problem of an agreement."""
        return cls(
            game, agreement, repeated_game(game, agreement, discount=discount), incentives(game, agreement), discount
        )

    @property
    def width(self) -> int:
        """About how many numbers a point takes."""
        profiles = sum(len(stage.table) for stage in self.repeated.stages.values())
        return profiles * (len(self.repeated.stages) + len(self.game.players)) + 8 * len(self.conditions) ** 2

    def solved(self, points: Points, certify: bool) -> tuple[FloatArray, NDArray[np.intp], BoolArray]:
        """Return ranges, binding conditions and where the check agrees."""
        polynomials, good = self._polynomials(points)
        ranges = np.where(good[:, None, None], ranges_of(polynomials), np.nan)
        checked = self.agrees(points, ranges)[0] & good if certify else np.zeros_like(good)
        return ranges, _binding(polynomials, ranges[:, 0, 0]), checked

    def _polynomials(self, points: Points) -> tuple[FloatArray, BoolArray]:
        """Return coefficients (conditions, powers, points) and where the model admits the point and all are finite."""
        powers = max((len(c.coefficients) for c in self.conditions), default=1)
        values = iter(formula_values([formula for c in self.conditions for formula in c.coefficients], points))
        out = np.zeros((len(self.conditions), powers, points.size))
        for row, condition in zip(out, self.conditions, strict=True):
            for k in range(len(condition.coefficients)):
                row[k] = next(values)
        good = points.admissible.reshape(-1) & np.isfinite(out).all(axis=(0, 1))
        out[..., ~good] = 0.0
        return out, np.asarray(good, dtype=np.bool_)

    def defined(self, points: Points) -> BoolArray:
        """Return where the model admits the point and all incentives are finite."""
        return self._polynomials(points)[1]

    def agrees(self, points: Points, ranges: FloatArray) -> tuple[BoolArray, FloatArray]:
        """Return where the one-shot check accepts the agreement inside the ranges and refuses it outside.

        Also the largest gain of a deviation that was found inside.
        """
        patience, wanted = _probes(ranges)
        asked = np.flatnonzero(~np.isnan(patience))
        point = asked // patience.shape[1]
        used = [p.name for p in self.repeated.parameters if p.name != self.discount]
        values: dict[str, Value] = {name: points.flat(name)[point] for name in used}
        sized = parameter_points(self.repeated, {**values, self.discount: patience.reshape(-1)[asked]})
        compiled = compile_states(self.repeated, sized)
        exists = np.ones((asked.size, 1), dtype=np.bool_)
        certificate = certify_markov(compiled, kept(self.game, self.agreement, compiled), exists)
        inside = wanted.reshape(-1)[asked]
        agrees, gain = np.ones(len(ranges), dtype=np.bool_), np.zeros(len(ranges))
        np.logical_and.at(agrees, point, certificate.passed[:, 0] == inside)
        np.maximum.at(gain, point[inside], certificate.gain[inside, 0])
        return agrees, gain


def _binding(polynomials: FloatArray, least: FloatArray) -> NDArray[np.intp]:
    """Return which condition is lowest just below the least discount factor, -1 where none is negative there."""
    if not len(polynomials):
        return np.full(least.size, -1, dtype=np.intp)
    below = np.where(least > 0, least * (1 - STEP), 0.0)
    values = np.stack([evaluated(p, below) for p in polynomials])
    scale = np.abs(polynomials).sum(axis=1)
    lowest = np.where(scale > 0, values / np.where(scale > 0, scale, 1), np.inf)
    return np.where((least > 0) & (lowest.min(axis=0) < 0), lowest.argmin(axis=0), -1)


def _probes(ranges: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return discount factors to try at every point (points, tries), NaN for none, and whether each should pass."""
    edges = np.pad(np.sort(ranges.reshape(len(ranges), -1), axis=1), [(0, 0), (1, 1)], constant_values=(0, 1))
    edges = np.where(np.isnan(edges), 1.0, edges)  # NaN was sorted to the end
    gaps = np.diff(edges, axis=1) * STEP
    low, high = ranges[..., 0], ranges[..., 1]
    with np.errstate(invalid="ignore"):
        inner, outer = np.where(low > 0, 1, np.nan), np.where(high < 1, 1, np.nan)
    good = [low + inner * gaps[:, 1::2], (low + high) / 2, high - outer * gaps[:, 1::2]]
    bad = [low - inner * gaps[:, :-1:2], high + outer * gaps[:, 2::2]]
    none = np.where(np.isnan(low[:, :1]), np.linspace(0.05, 0.95, 7), np.nan)  # no range: it fails everywhere
    tries = np.concatenate([*good, *bad, none], axis=1)
    return tries, np.arange(tries.shape[1]) < 3 * low.shape[1] + np.zeros((len(tries), 1))
