"""Where a condition on parameters holds, among the points that satisfy a context: everywhere, somewhere, nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.compiled.samples import sample_points
from deterrence.expressions import AllOf, Comparison, Condition, Expr, Number, to_text
from deterrence.expressions.numpy_eval import compile_conditions
from deterrence.games import Game
from deterrence.ledger.claims import Finding, Word
from deterrence.theory.ground import Ground
from deterrence.theory.logic import FALSE, TRUE, join, mapped, negation, strictly
from deterrence.theory.smt import Answer, trusted_programs
from deterrence.theory.weakest import shortened

__all__ = ["exact_extent", "extent_word", "has_interior", "point_text", "sampled_extent"]

POINTS: Final = 4000  # random points at which what is not polynomial is tested
MARGIN: Final = Fraction(1, 10**9)  # a difference this small decides nothing in floats
BAND: Final = Fraction(1, 10**7)  # what counts as equal in floats


def exact_extent(ground: Ground, claim: Condition, context: Iterable[Condition]) -> Finding:
    """Return where a claim holds among the points of a context; conditions are free of definitions.

    Raises `SolverError` for formulas that are no rational functions or divide by what may be zero.
    """
    around: tuple[Condition, ...] = ()
    for condition in context:
        around = (*around, ground.cleared(condition, around))
    asked = ground.cleared(claim, around)
    ask = ground.decider.satisfiable
    if ask(around) is Answer.NO:
        return Finding(word="undecided", detail="no admissible point satisfies what is given")
    trusted = trusted_programs()
    wrong = ask((*around, negation(asked)))
    if wrong is Answer.NO:
        return Finding(word="proved", basis=trusted)
    if wrong is Answer.UNKNOWN:
        return Finding(word="undecided", detail="the solver did not decide it within its limit", basis=trusted)
    where = shortened(ground, asked, around)
    point = ground.point((*around, negation(asked)))
    witness = point_text(ground.game, point) if point is not None else ""
    word = extent_word(ground, where, around)
    shown = to_text(where) if word == "conditional" else ""
    return Finding(word=word, where=shown, witness=witness, basis=trusted)


def extent_word(ground: Ground, where: Condition, context: tuple[Condition, ...] = ()) -> Word:
    """Return "proved", "refuted" or "conditional" for a claim that holds exactly where a condition does."""
    if where == TRUE:
        return "proved"
    return "conditional" if has_interior(ground, where, context) else "refuted"


def has_interior(ground: Ground, where: Condition, context: tuple[Condition, ...] = ()) -> bool:
    """Return whether a condition holds on more than points that satisfy an equation."""
    inside = mapped(where, lambda left, op, right: FALSE if op == "==" else strictly(Comparison((left, right), (op,))))
    return where != FALSE and ground.decider.satisfiable((*context, inside)) is not Answer.NO


def sampled_extent(game: Game, claim: Condition, context: Iterable[Condition]) -> Finding:
    """Return at how many random points of a context a claim holds, where floats can tell."""
    at = sample_points(game, POINTS)
    size = len(next(iter(at.values()))) if at else 1
    holds, fails = (_holding(at, size, _moved(claim, shift)) for shift in (MARGIN, -MARGIN))
    inside = _holding(at, size, _moved(join(AllOf, *context), MARGIN))
    sure, wrong = inside & holds, inside & ~fails
    known = int(sure.sum()) + int(wrong.sum())
    if not known:
        return Finding(word="undecided", exact=False, detail="no random point satisfies what is given")
    witness = ""
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        witness = ", ".join(f"{name} = {column[place]:.6g}" for name, column in at.items())
    detail = f"at {int(sure.sum())} of {known} random points"
    word: Word = "tested" if not wrong.any() else "conditional" if sure.any() else "refuted"
    return Finding(word=word, exact=False, witness=witness, detail=detail)


def _holding(at: Mapping[str, FloatArray], size: int, condition: Condition) -> BoolArray:
    with np.errstate(all="ignore"):
        return np.asarray(compile_conditions([condition]).run(dict(at), (size,)).all(axis=0), dtype=np.bool_)


def _moved(condition: Condition, shift: Fraction) -> Condition:
    """Return a condition made harder (or, below zero, easier) by a small number; equations become narrow bands."""

    def change(left: Expr, operator: str, right: Expr) -> Condition:
        if operator == "==":
            return Comparison((Number(-BAND), left - right, Number(BAND)), ("<=", "<="))
        low, high = (left, right) if operator[0] == "<" else (right, left)
        return Comparison((low + Number(shift), high), (operator.replace(">", "<"),))

    return mapped(condition, change)


def point_text(game: Game, point: Mapping[str, Fraction]) -> str:
    """Return the parameters of a point as far as they differ from the defaults."""
    usual = {p.name: p.default for p in game.parameters}
    other = [f"{name} = {value}" for name, value in point.items() if name in usual and usual[name] != value]
    return ", ".join(other) or "the defaults"
