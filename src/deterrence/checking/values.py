"""Claims about games without a theory engine: recomputed at instances, tested at random points, signs proved.

A published result of such a game is a claim about numbers: where its conditions hold, some equilibrium has all the
values that it names; where one fails, none has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np

from deterrence.checking.edges import AWAY, edge_points, holds, settled
from deterrence.checking.report import CheckLine, Verdict
from deterrence.compiled import parameter_points
from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import BoolArray
from deterrence.compiled.samples import sample_points
from deterrence.errors import DeterrenceError, SolverError
from deterrence.expressions import (
    Condition,
    Expr,
    evaluate_exact,
    holds_exactly,
    substitute,
    substitute_condition,
    to_text,
)
from deterrence.families import resized
from deterrence.forms import form_of
from deterrence.games import EquilibriumResult, FrozenMap, Game, Instance, Quantity, SignResult
from deterrence.profiles import Completeness
from deterrence.solution import Solution, Status
from deterrence.solving import solve
from deterrence.theory.signs import decide_sign
from deterrence.theory.smt import Answer

__all__ = ["MismatchError", "check_value_instance", "check_values", "tested_values"]

POINTS: Final = 400  # random points at which a result is tested
NEAR: Final = 1e-6  # relative difference that floats may make
MARGIN: Final = 1e-6  # a condition this close to equality decides nothing in floats


def check_values(game: Game) -> Iterator[CheckLine]:
    """Yield a verdict on the defaults, on every instance and on every result of a game of any form."""
    yield _guarded("defaults", partial(_defaults, game))
    for i, instance in enumerate(game.about.instances):
        yield check_value_instance(f"instance {i + 1}", game, instance)
    for result in game.about.results:
        if isinstance(result, SignResult):
            yield _sign(game, result)
        else:
            yield _guarded(f"result {result.id}", partial(tested_values, game, result), good="tested", bad="refuted")


def check_value_instance(what: str, game: Game, instance: Instance) -> CheckLine:
    """Return whether a worked instance of a game of any form is reproduced."""
    return _guarded(what, partial(_instance, game, instance))


class MismatchError(Exception):
    """A computed value differs from the claim, at some point where one was tested."""

    def __init__(self, what: str, point: Mapping[str, float] | None = None) -> None:
        shown = ", ".join(f"{name} = {value:.6g}" for name, value in (point or {}).items())
        super().__init__(f"{what} at {shown}" if shown else what)
        self.what, self.point = what, point or {}


def _guarded(what: str, run: Callable[[], str], *, good: Verdict = "ok", bad: Verdict = "failed") -> CheckLine:
    try:
        return CheckLine(what, good, run())
    except (MismatchError, DeterrenceError) as failure:
        return CheckLine(what, bad, str(failure))


def _defaults(game: Game) -> str:
    solution = solve(game)
    status = Status(int(solution.status))
    if status in (Status.OUTSIDE, Status.UNDEFINED):
        raise MismatchError(f"the default point is {status.name.lower()}")
    if not solution.certified:
        raise MismatchError(f"the certificate failed: gain {solution.certificate.worst}")
    return f"{int(solution.count)} equilibria ({solution.concept}), certified"


def _instance(game: Game, instance: Instance) -> str:
    game = resized(game, instance.integers)
    points = parameter_points(game, dict(instance.at), exact=True)
    if not points.admissible.all():
        raise MismatchError("the point violates the assumptions")
    point = {name: points.flat(name)[0] for name in points.values}
    for name, expected in instance.definitions.items():
        computed = evaluate_exact(game.resolved_definitions[name], point)
        if computed != expected:
            raise MismatchError(f"{name} is {computed}, not {expected}")
    expected_values: dict[Quantity, Fraction] = dict(instance.values)
    concept = ""
    if instance.result:
        result = next(r for r in game.about.results if isinstance(r, EquilibriumResult) and r.id == instance.result)
        concept = result.concept
        for condition in result.iff:
            if not holds_exactly(substitute_condition(condition, game.resolved_definitions), point):
                raise MismatchError(f"the point is outside the region of {result.id!r}: {to_text(condition)} fails")
        closed = {q: substitute(f, game.resolved_definitions) for q, f in result.values.items()}
        claimed = {q: evaluate_exact(f, point) for q, f in closed.items()}
        for quantity in claimed.keys() & expected_values.keys():
            if not _near(float(claimed[quantity]), float(expected_values[quantity])):
                said = f"{claimed[quantity]} by {result.id!r}, not {expected_values[quantity]}"
                raise MismatchError(f"{quantity} is {said}")
        expected_values = claimed | expected_values
    if not expected_values and instance.count is None:
        return f"{len(instance.definitions)} values agree"
    return _compared(_solved(game, concept, dict(instance.at)), expected_values, instance)


def _compared(solution: Solution[Any], expected: Mapping[Quantity, Fraction], instance: Instance) -> str:
    found = int(solution.count)
    if instance.count is not None and found != instance.count:
        raise MismatchError(f"the number of equilibria is {found}, not {instance.count}")
    if not solution.certified:
        raise MismatchError(f"the certificate failed: gain {solution.certificate.worst}")
    if not found and not expected:
        if int(solution.status) != Status.NONE_EXISTS:
            raise MismatchError("none was found, which does not show that none exists")
        return "none exists, as expected"
    rows = {q: solution.outcomes.quantity(q)[0][solution.found.exists[0]] for q in expected}
    fits = np.ones(found, dtype=np.bool_)
    for quantity, value in expected.items():
        fits &= _near(rows[quantity], np.asarray(float(value)))
    every = instance.quantifier == "every" and not instance.result
    if not fits.any() or (every and not fits.all()):
        said = "; ".join(f"{q} is {', '.join(f'{x:.9g}' for x in row)}, not {expected[q]}" for q, row in rows.items())
        raise MismatchError(said)
    return f"{int(fits.sum())} of {found} equilibria have the expected values"


def _near(values: Any, wanted: Any) -> BoolArray:
    gap = np.abs(values - wanted)
    return np.asarray(gap <= NEAR * np.maximum(1, np.abs(wanted)), dtype=np.bool_)


def tested_values(game: Game, result: EquilibriumResult) -> str:
    """Say at how many points a claim was confirmed; raise `MismatchError` where it fails or nothing tells."""
    game = resized(game, result.integers)
    at, solution = _sampled(game, tuple((p.name, p.default) for p in game.parameters), result.concept)
    if not solution.points.size:
        raise MismatchError("no random point satisfies the assumptions")
    within, outside = _agreed(game, result, at, solution)
    edges = edge_points(game, _conditions(game, result), at) if result.iff else {}
    close = 0
    if any(column.size for column in edges.values()):
        found = _solved(game, result.concept, FrozenMap(edges), certify=False)
        close = sum(_agreed(game, result, edges, found, AWAY))
    if not within:
        raise MismatchError(f"none of {solution.points.size} random points satisfies the conditions")
    where = f"at {within} random points inside its region and {outside} outside"
    missed = int((solution.status == Status.NONE_FOUND).sum())
    where += f" (at {missed} of {solution.points.size} nothing was found)" if missed else ""
    return f"{where}, {close} close to its edges" if close else where


def _agreed(
    game: Game, result: EquilibriumResult, at: Mapping[str, Any], solution: Solution[Any], margin: float = MARGIN
) -> tuple[int, int]:
    """Return how many points agree with a result inside and outside its region; raise where one does not.

    A point inside at which a solver found nothing, and cannot say that nothing is there, tells nothing.
    """
    points = solution.points
    inside, sure = _region(game, result, at, points.size, margin)
    sure &= ~(inside & np.asarray(solution.status == Status.NONE_FOUND).reshape(-1))  # not found is not none
    formulas = [substitute(f, game.resolved_definitions) for f in result.values.values()]
    fits = solution.found.exists.copy()
    for quantity, wanted in zip(result.values, formula_values(formulas, points), strict=True):
        fits &= _near(solution.outcomes.quantity(quantity), np.asarray(wanted)[:, None])
    has = fits.any(axis=1)
    wrong = np.flatnonzero(sure & (has != inside))
    if wrong.size:
        i = int(wrong[0])
        all_are_known = solution.found.completeness[i] == Completeness.ALL
        said = f"no equilibrium{'' if all_are_known else ' that was found'} has these values"
        said = said if inside[i] else "an equilibrium has them though a condition fails"
        raise MismatchError(said, {name: float(column[i]) for name, column in at.items()})
    return int((sure & inside).sum()), int((sure & ~inside).sum())


def _conditions(game: Game, result: EquilibriumResult) -> list[Condition]:
    return [substitute_condition(c, game.resolved_definitions) for c in result.iff]


@lru_cache(maxsize=8)
def _sampled(
    game: Game, defaults: tuple[tuple[str, Fraction | None], ...], concept: str
) -> tuple[Mapping[str, Any], Solution[Any]]:
    """Return random points and what is found there, which all results of one concept share.

    Games are equal whatever their defaults are, and the points lie around these.
    """
    at = sample_points(game, POINTS)
    return at, _solved(game, concept, FrozenMap(at), certify=False)


def _solved(game: Game, concept: str, at: Mapping[str, Any], *, certify: bool = True) -> Solution[Any]:
    """Return the solution for a concept, of the default solver unless the form names another."""
    solver: Any = form_of(game).solver_for(concept)
    return solve(game, solver, at=at, certify=certify)


def _region(
    game: Game, result: EquilibriumResult, at: Mapping[str, Any], size: int, margin: float
) -> tuple[BoolArray, BoolArray]:
    """Return where the conditions hold, and where floats can tell: not within a margin of an edge."""
    conditions = _conditions(game, result)
    if not conditions:
        return np.ones(size, dtype=np.bool_), np.ones(size, dtype=np.bool_)
    return holds(conditions, at), settled(conditions, at, margin)


def _sign(game: Game, result: SignResult) -> CheckLine:
    what = f"result {result.id}"
    found = _claimed(game, result)
    if found is None:
        return CheckLine(what, "undecided", "name the result within which the quantity has a closed form")
    formula, region = found
    definitions = game.resolved_definitions
    given = [substitute_condition(c, definitions) for c in (*region, *result.given)]
    try:
        answer, point = decide_sign(game, substitute(formula, definitions), result.wrt, result.sign, given)
    except (SolverError, ValueError) as error:
        return CheckLine(what, "undecided", str(error))
    if answer is Answer.YES:
        return CheckLine(what, "proved", "for the closed form")
    if answer is Answer.UNKNOWN:
        return CheckLine(what, "undecided", "the solver could not decide the sign")
    where = ", ".join(f"{name} = {value}" for name, value in (point or {}).items())
    which = "the derivative" if result.wrt else "the value"
    return CheckLine(what, "refuted", f"{which} is not {result.sign} at {where or 'some point'}")


def _claimed(game: Game, result: SignResult) -> tuple[Expr, tuple[Any, ...]] | None:
    """Return the formula whose sign is claimed, and the region it is claimed on."""
    within = next((r for r in game.about.results if isinstance(r, EquilibriumResult) and r.id == result.within), None)
    region = within.iff if within else ()
    if not isinstance(result.of, Quantity):
        return result.of, region
    if within is None or result.of not in within.values:
        return None
    return within.values[result.of], region
