"""The worst case in the box: a proof that the commitment holds everywhere in it, or a counterexample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from deterrence.expressions import Comparison, Condition, Number, Symbol
from deterrence.games import FrozenMap
from deterrence.scenarios.criterion import Outcome
from deterrence.scenarios.laboratory import Laboratory
from deterrence.theory.prove import prove
from deterrence.theory.verdicts import Counterexample, Proof

__all__ = ["WorstCase", "worst_case"]


@dataclass(frozen=True)
class WorstCase:
    """Whether the criterion holds in every equilibrium at every point of the box, with the argument.

    `proved`: certified for the whole box. `refuted`: it fails at `point` in some equilibrium, exactly re-checked.
    `sampled`: no proof is to be had (no theory, a lever, or an undecided question); `argument` says what was found.
    """

    verdict: Literal["proved", "refuted", "sampled"]
    argument: str
    point: FrozenMap[str, Fraction]


def worst_case(laboratory: Laboratory, columns: Mapping[str, Any], outcomes: NDArray[np.int8]) -> WorstCase:
    """Decide the criterion over the box of uncertain parameters, all others at their reference values."""
    if laboratory.start:
        return _sampled(laboratory, columns, outcomes, "levers are pulled, so the box is one of changed parameters")
    if laboratory.theory is not None:
        found = prove(laboratory.theory, laboratory.case.success.text, given=_box(laboratory))
        if isinstance(found, Proof):
            return WorstCase("proved", str(found), FrozenMap())
        if isinstance(found, Counterexample):
            return WorstCase("refuted", str(found), FrozenMap(found.point))
        return _sampled(laboratory, columns, outcomes, str(found))
    return _sampled(laboratory, columns, outcomes, "this form of game has no theory engine")


def _box(laboratory: Laboratory) -> list[Condition]:
    case = laboratory.case
    within = [
        Comparison((Number(u.low), Symbol(name), Number(u.high)), ("<=", "<=")) for name, u in case.uncertain.items()
    ]
    at = [
        Comparison((Symbol(name), Number(value)), ("==",))
        for name, value in case.reference.items()
        if name not in case.uncertain
    ]
    return [*within, *at]


def _sampled(laboratory: Laboratory, columns: Mapping[str, Any], outcomes: NDArray[np.int8], why: str) -> WorstCase:
    bad = np.flatnonzero((outcomes == Outcome.FAILS) | (outcomes == Outcome.AMBIGUOUS))
    if not bad.size:
        return WorstCase("sampled", f"it holds at all {outcomes.size:,} sampled points; not proved: {why}", FrozenMap())
    names = laboratory.case.uncertain
    point = FrozenMap({name: Fraction(float(np.asarray(columns[name])[bad[0]])) for name in names})
    return WorstCase("sampled", f"it fails at {bad.size:,} of {outcomes.size:,} sampled points; {why}", point)
