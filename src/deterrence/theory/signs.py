"""The sign of a derivative of a formula, decided over all admissible points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from deterrence.expressions import Comparison, Condition, Expr
from deterrence.games import Game
from deterrence.theory.algebra import Algebra
from deterrence.theory.logic import negation
from deterrence.theory.smt import Answer, Decider
from deterrence.theory.unknowns import ZERO

__all__ = ["decide_sign"]

_OPERATORS = {"+": ">", "-": "<", "0": "==", "+0": ">=", "-0": "<="}


def decide_sign(
    game: Game, formula: Expr, wrt: str, sign: str, given: Sequence[Condition] = ()
) -> tuple[Answer, Mapping[str, Fraction] | None]:
    """Say whether the derivative of a rational function has a sign at every admissible point where `given` holds.

    `formula` and `given` are in the parameters alone. The sign `?` claims that both signs occur. For NO there is a
    point where it fails, if a rational one was found. Raises `SolverError` where a formula is no rational function.
    """
    algebra = Algebra([p.name for p in game.parameters])
    function = algebra.value(formula)
    place = algebra.ring.gens[algebra.names.index(wrt)]
    slope = function.numer.diff(place) * function.denom - function.numer * function.denom.diff(place)
    undefined = Comparison((algebra.polynomial_formula(function.denom), ZERO), ("==",))
    decider = Decider((*game.admissible, *given, negation(undefined)))
    written = algebra.polynomial_formula(slope)
    if sign == "?":
        answers = [decider.satisfiable([Comparison((written, ZERO), (operator,))]) for operator in "<>"]
        return min(answers, key=[Answer.NO, Answer.UNKNOWN, Answer.YES].index), None
    wrong = negation(Comparison((written, ZERO), (_OPERATORS[sign],)))
    answer = decider.satisfiable([wrong])
    if answer is Answer.YES:
        return Answer.NO, decider.witness([wrong])
    return (Answer.YES if answer is Answer.NO else answer), None
