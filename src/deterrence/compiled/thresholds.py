"""A threshold game with numbers: laws as arrays, payoffs as functions of type and of others' acting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Final

import numpy as np

from deterrence.compiled.formulas import defined_values
from deterrence.compiled.points import BoolArray, NumberArray, Points
from deterrence.errors import ExpressionError
from deterrence.expressions import Call, Expr, Number, substitute, symbols_of
from deterrence.expressions.identity import identically
from deterrence.expressions.numpy_eval import Program, compile_formulas
from deterrence.games import Law, Threshold, ThresholdGame

__all__ = ["CompiledLaw", "CompiledThreshold", "CompiledThresholds", "compile_thresholds"]

MAX_BILINEAR: Final = 3  # other decisions in a gain whose coefficients are made beforehand


@dataclass(frozen=True)
class CompiledLaw:
    """A law with its arguments, each (points,)."""

    kind: str
    arguments: tuple[NumberArray, ...]

    def take(self, index: NumberArray) -> CompiledLaw:
        """Return the law at some of the points."""
        return CompiledLaw(self.kind, tuple(a[index] for a in self.arguments))


@dataclass(frozen=True)
class CompiledThreshold:
    """One decision at a batch of points.

    `others` are the decisions in its payoffs, by position; `above` says which types act. `affine` says that the gain
    is affine in the type, `parallel` that its slope in the type does not depend on others. `corners` holds the gain
    where the type and the others' probabilities are zero or one, (2, ..., 2, points), type first, when the gain is
    affine in each of them; None otherwise.
    """

    name: str
    player: str
    law: CompiledLaw
    above: bool
    others: tuple[int, ...]
    affine: bool
    parallel: bool
    corners: NumberArray | None


@dataclass(frozen=True)
class CompiledThresholds:
    """The decisions of a threshold game at `points.size` points; `defined` where all numbers are finite."""

    decisions: tuple[CompiledThreshold, ...]
    players: tuple[str, ...]
    points: Points
    defined: BoolArray
    programs: tuple[Program, ...]
    types: tuple[str, ...]
    events: tuple[str, ...]
    event_program: Program

    @property
    def size(self) -> int:
        """The number of points."""
        return self.points.size

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the decisions."""
        return tuple(d.name for d in self.decisions)

    def values(self, index: NumberArray | None = None) -> dict[str, NumberArray]:
        """Return the parameters (points,), or at some of the points."""
        flat = {n: v if v.ndim == 0 else self.points.flat(n) for n, v in self.points.values.items()}
        return flat if index is None else {n: v if v.ndim == 0 else v[index] for n, v in flat.items()}

    def payoffs(
        self, i: int, type_: NumberArray, acts: Mapping[int, NumberArray], values: Mapping[str, NumberArray]
    ) -> tuple[NumberArray, NumberArray]:
        """Return what acting and refraining yield, for types and others' probabilities of the same shape."""
        given = {self.decisions[j].name: p for j, p in acts.items()}
        acting, refraining = self.programs[i].columns({**values, **given, self.types[i]: type_}, type_.shape)
        return acting, refraining

    def event_chances(self, acts: NumberArray, values: Mapping[str, NumberArray]) -> tuple[NumberArray, ...]:
        """Return the probability of every event for probabilities of acting (decisions, ...)."""
        given = {d.name: acts[i] for i, d in enumerate(self.decisions)}
        return self.event_program.columns({**values, **given}, acts.shape[1:])


def compile_thresholds(game: ThresholdGame, points: Points) -> CompiledThresholds:
    """Return laws and gains, every distinct formula evaluated once at all points."""
    decisions = tuple(game.thresholds.values())
    order = {t.name: i for i, t in enumerate(decisions)}
    corners = [_corners(t, order) for t in decisions]
    wanted = [f for t in decisions for f in t.law.arguments] + [f for row in corners for f in row or ()]
    values, _, defined = defined_values(wanted, points)
    made = tuple(
        CompiledThreshold(
            name=t.name,
            player=t.player,
            law=_law(t.law, values),
            above=t.acts == "above",
            others=_others(t, order),
            affine=_is_affine(t.gain, t.type),
            parallel=_is_parallel(t, order),
            corners=_stacked(row, values) if row else None,
        )
        for t, row in zip(decisions, corners, strict=True)
    )
    return CompiledThresholds(
        made,
        tuple(p.name for p in game.players),
        points,
        defined,
        tuple(_program((t.act, t.refrain)) for t in decisions),
        tuple(t.type for t in decisions),
        game.events(),
        _program(tuple(game.event_of.values())),
    )


@lru_cache(maxsize=64)
def _program(formulas: tuple[Expr, ...]) -> Program:
    return compile_formulas(formulas)


def _law(law: Law, values: Mapping[Expr, NumberArray]) -> CompiledLaw:
    return CompiledLaw(law.kind, tuple(values[a] for a in law.arguments))


def _others(threshold: Threshold, order: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(order[s.name] for s in symbols_of(threshold.act, threshold.refrain) if s.name in order)


def _stacked(formulas: tuple[Expr, ...], values: Mapping[Expr, NumberArray]) -> NumberArray:
    stacked = np.stack([values[f] for f in formulas])
    return stacked.reshape(*[2] * (len(formulas).bit_length() - 1), -1)


def _corners(threshold: Threshold, order: Mapping[str, int]) -> tuple[Expr, ...] | None:
    """Return the gain at the corners of the unit cube of type and others, None unless it is affine in each."""
    gain, names = threshold.gain, (threshold.type, *(list(order)[j] for j in _others(threshold, order)))
    if len(names) > 1 + MAX_BILINEAR or not all(_is_affine(gain, name) for name in names):
        return None
    corners = product((Number(0), Number(1)), repeat=len(names))
    return tuple(substitute(gain, dict(zip(names, corner, strict=True))) for corner in corners)


def _is_parallel(threshold: Threshold, order: Mapping[str, int]) -> bool:
    gain, names = threshold.gain, [list(order)[j] for j in _others(threshold, order)]
    if not _is_affine(gain, threshold.type):
        return False
    slope = substitute(gain, {threshold.type: Number(1)}) - substitute(gain, {threshold.type: Number(0)})
    try:
        fixed = substitute(slope, dict.fromkeys(names, Number(Fraction(1, 3))))
    except ExpressionError:
        return False
    return identically(slope, fixed) is True


@lru_cache(maxsize=1024)
def _is_affine(formula: Expr, name: str) -> bool:
    """Say whether a formula is affine in a name: no function is applied to it, and second differences vanish."""
    if any(isinstance(node, Call) and any(s.name == name for s in symbols_of(node)) for node in formula.walk()):
        return False
    try:
        at = [substitute(formula, {name: Number(k)}) for k in (0, 1, 2, 5)]
    except ExpressionError:  # zero is a pole
        return False
    return identically(at[0] + at[2], at[1] + at[1]) is True and identically(at[3] - at[0], 5 * (at[1] - at[0])) is True
