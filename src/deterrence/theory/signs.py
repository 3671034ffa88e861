"""The sign of a formula or of its derivative, decided over all admissible points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from deterrence.errors import SolverError
from deterrence.expressions import Comparison, Condition, Expr, symbols_of_condition
from deterrence.games import Game
from deterrence.theory.algebra import Algebra, Fractional
from deterrence.theory.calls import Calls, slope
from deterrence.theory.logic import negation
from deterrence.theory.smt import Answer, Decider
from deterrence.theory.unknowns import ZERO

__all__ = ["OPERATORS", "decide_sign"]

OPERATORS: Final = {"+": ">", "-": "<", "0": "==", "+0": ">=", "-0": "<="}


def decide_sign(
    game: Game, formula: Expr, wrt: str, sign: str, given: Sequence[Condition] = ()
) -> tuple[Answer, Mapping[str, Fraction] | None]:
    """Say whether a formula, or its derivative, has a sign at every admissible point where `given` holds.

    Without `wrt` it is the sign of the formula itself. `formula` and `given` are in the parameters alone; roots, maxima
    and the like are unknowns that satisfy polynomial conditions. The sign `?` claims that both signs occur. For NO
    there is a point where it fails, if a rational one was found. Raises `SolverError` where `given` holds nowhere,
    where a kink has no derivative, and for formulas that have no polynomial description.
    """
    calls = Calls({p.name for p in game.parameters})
    plain = calls.formula(formula)
    around = [calls.condition(c) for c in (*game.admissible, *given)]
    algebra = Algebra([*(p.name for p in game.parameters), *(s.name for s in calls.unknowns.values())])
    function = algebra.value(plain)
    defined = negation(_compared(function.denom, "==", algebra))
    if wrt:
        function = slope(function, wrt, algebra, calls.unknowns)
    decider = Decider((*around, *calls.conditions, defined, negation(_compared(function.denom, "==", algebra))))
    if decider.satisfiable(()) is Answer.NO:
        raise SolverError("no admissible point satisfies its premises", remedy="weaken what is given")
    used = algebra.names_in(function.numer) | algebra.names_in(function.denom)
    used |= {s.name for s in symbols_of_condition(*around, defined)}
    names = {p.name for p in game.parameters}
    return _decided(decider, function, sign, algebra, exact=calls.settles(used), names=names)


def _decided(
    decider: Decider, function: Fractional, sign: str, algebra: Algebra, *, exact: bool, names: set[str]
) -> tuple[Answer, Mapping[str, Fraction] | None]:
    signed = function.numer * function.denom
    if sign == "?":
        answers = [decider.satisfiable([_compared(signed, operator, algebra)]) for operator in "<>"]
        found = min(answers, key=[Answer.NO, Answer.UNKNOWN, Answer.YES].index)
        return (found if exact or found is Answer.NO else Answer.UNKNOWN), None
    wrong = negation(_compared(signed, OPERATORS[sign], algebra))
    answer = decider.satisfiable([wrong])
    if answer is Answer.NO:
        return Answer.YES, None
    if answer is Answer.UNKNOWN or not exact:
        return Answer.UNKNOWN, None
    point = decider.witness([wrong])
    return Answer.NO, point and {name: value for name, value in point.items() if name in names}


def _compared(polynomial: object, operator: str, algebra: Algebra) -> Condition:
    return Comparison((algebra.polynomial_formula(polynomial), ZERO), (operator,))
