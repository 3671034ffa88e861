"""Whether a changed result still claims the same: regions and formulas compared by proof over all admissible points."""

from __future__ import annotations

from collections.abc import Iterator

from deterrence.checking.edges import alternatives
from deterrence.expressions import AllOf, Comparison, Condition, Expr, substitute, substitute_condition
from deterrence.games import EquilibriumResult, Game
from deterrence.games.statements import Prescription, Result
from deterrence.theory.calls import Calls
from deterrence.theory.interior import interior
from deterrence.theory.logic import join, negation, off_boundary
from deterrence.theory.smt import Answer, Decider


def same_claim(game: Game, one: Result, other: Result) -> bool:
    """Say whether it is proved that two results claim the same: the same region, the same numbers where it holds.

    Regions may differ on knife edges, where an equation holds: points cannot tell these apart. A root or a maximum is
    an unknown with its defining conditions, of an exponential only the sign is known: what holds for all values of the
    unknowns is proved.
    """
    if not isinstance(one, EquilibriumResult) or not isinstance(other, EquilibriumResult):
        return one == other
    calls = Calls({p.name for p in game.parameters})
    regions = [_region(game, calls, r) for r in (one, other)]
    numbers = [[calls.formula(f) for f in _numbers(game, r)] for r in (one, other)]
    differ = [Comparison((a, b), (op,)) for a, b in zip(*numbers, strict=True) if a != b for op in "<>"]
    decider = Decider((*map(calls.condition, interior(game)), *calls.conditions))
    apart = [off_boundary(join(AllOf, a, negation(b))) for a, b in (regions, regions[::-1])]
    questions = [*apart, *(join(AllOf, regions[0], c) for c in differ)]
    return all(decider.satisfiable(case) is Answer.NO for c in questions for case in alternatives(c))


def _region(game: Game, calls: Calls, result: EquilibriumResult) -> Condition:
    closed = (substitute_condition(c, game.resolved_definitions) for c in result.iff)
    return join(AllOf, *(calls.condition(c) for c in closed))


def _numbers(game: Game, result: EquilibriumResult) -> Iterator[Expr]:
    """Yield what a result claims besides its region."""
    prescribed: tuple[Prescription, ...] = (*result.profile, *result.beliefs)
    for formula in (*result.values.values(), *(q for p in prescribed for q in p.probabilities.values())):
        yield substitute(formula, game.resolved_definitions)
