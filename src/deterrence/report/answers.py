"""The answer at one parameter point, taken out of a solution's arrays: what the text and the JSON both show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.certify import Rationality, rationality
from deterrence.compiled import CompiledTree, compile_tree
from deterrence.compiled.points import NumberArray
from deterrence.errors import ExpressionError
from deterrence.expressions import holds_exactly, to_text
from deterrence.games import ExtensiveGame, Game
from deterrence.profiles import Assessment, Completeness, Profile
from deterrence.report.numbers import Scalar, is_open
from deterrence.solution import Solution, Status

__all__ = ["Answer", "Choice", "Equilibrium", "answer"]

NEGLIGIBLE = 1e-12  # floats below it are rounding errors of zero and are shown as such

NOT_SOLVED = "the point was not solved"

Named = tuple[tuple[str, Scalar], ...]
AnySolution = Solution[Any]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a player does at an information set or state (empty where there is only one), action by action.

    `types` are the types that the mover knows, its own one bare; `probabilities` is empty where the
    equilibrium leaves the choice open, which happens only at sets that the player's own moves exclude. A choice that
    is one number, such as an effort or a cutoff, has it in `number`.
    """

    player: str
    types: tuple[str, ...]
    information_set: str
    probabilities: Named
    number: Scalar | None = None


@dataclass(frozen=True, kw_only=True)
class Equilibrium:
    """One equilibrium with what it leads to and what the checker said about it.

    `payoffs` are expected payoffs by player, `type_payoffs` those given a type (`Player.type`), `others` what else
    the form of the game yields; `gain` is the largest unilateral gain that the checker found; `rationality` is None
    unless it was asked.
    """

    choices: tuple[Choice, ...]
    events: Named
    payoffs: Named
    type_payoffs: Named
    others: Named
    passed: bool
    gain: Scalar
    rationality: Rationality | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything to be said about a game at one point.

    `point` holds every parameter exactly; `exact` says whether the answer is exact too. `violated` are the
    conditions of the model that the point does not meet. `missed` says of requirements on beliefs that the checker
    measures by how much any equilibrium misses each at most.
    """

    game: Game
    point: tuple[tuple[str, Fraction], ...]
    exact: bool
    solver: str
    concept: str
    refinement: str = "none"
    status: Status
    completeness: Completeness
    argument: str
    flagged: bool
    method: str
    tolerance: float
    missed: Named = ()
    violated: tuple[str, ...]
    equilibria: tuple[Equilibrium, ...]

    @property
    def certified(self) -> bool:
        """Whether the checker passed every equilibrium that is listed."""
        return all(equilibrium.passed for equilibrium in self.equilibria)


def answer(solution: AnySolution, point: Mapping[str, Fraction], *, refine: bool = False) -> Answer:
    """Return the answer of a solution at a single point.

    `point` gives the parameters exactly, as they were asked for. With `refine`, the checker also says of each
    Nash equilibrium of a tree whether it is subgame perfect, and sequentially rational with some beliefs.
    """
    inside = Status(int(solution.status)) in (Status.SOLVED, Status.NONE_EXISTS, Status.NONE_FOUND)
    completeness = Completeness(int(solution.completeness)) if inside else Completeness.UNKNOWN
    certificate = solution.certificate
    return Answer(
        game=solution.game,
        point=tuple((p.name, point[p.name]) for p in solution.game.parameters),
        exact=solution.points.exact,
        solver=solution.solver,
        concept=solution.concept,
        refinement=solution.refinement,
        status=Status(int(solution.status)),
        completeness=completeness,
        argument=solution.arguments.get(completeness, "") if inside else NOT_SOLVED,
        flagged=bool(solution.flagged),
        method=certificate.method,
        tolerance=certificate.tolerance,
        missed=tuple(certificate.violations.items()),
        violated=() if inside else tuple(_violated(solution.game, point)),
        equilibria=tuple(_equilibria(solution, refine=refine)),
    )


def _violated(game: Game, point: Mapping[str, Fraction]) -> Iterator[str]:
    for condition in game.admissible:
        try:
            holds = holds_exactly(condition, point)
        except ExpressionError as error:
            yield f"{to_text(condition)} ({error.problem})"
            continue
        if not holds:
            yield to_text(condition)


def _equilibria(solution: AnySolution, *, refine: bool) -> Iterator[Equilibrium]:
    found, game, outcomes = solution.found, solution.game, solution.outcomes
    compiled = compile_tree(game, solution.points) if refine and isinstance(game, ExtensiveGame) else None
    names = [f"{player}.{type_}" for player, type_ in outcomes.types]
    for k in np.flatnonzero(found.exists[0]):
        yield Equilibrium(
            choices=tuple(_choices(found.profiles, int(k))),
            events=_named(outcomes.events, outcomes.probabilities[0, k]),
            payoffs=_named(outcomes.players, outcomes.payoffs[0, k]),
            type_payoffs=_named(names, outcomes.type_payoffs[0, k]),
            others=tuple((str(name), _scalar(values[0, k])) for name, values in outcomes.others.items()),
            passed=bool(solution.certificate.passed[0, k]),
            gain=_scalar(solution.certificate.gain[0, k]),
            rationality=_refined(compiled, found.profiles, int(k)),
        )


def _refined(compiled: CompiledTree | None, profiles: Profile, k: int) -> Rationality | None:
    if compiled is None or not isinstance(profiles, Assessment):
        return None
    return rationality(compiled, profiles, equilibrium=k)


def _choices(profile: Profile, k: int) -> Iterator[Choice]:
    for move in profile.moves(0, k):
        number = _scalar(move.values.item()) if not move.names else None
        named = _named(move.names, move.values) if move.names else ()
        closed = () if any(is_open(q) for _, q in named) else named
        yield Choice(
            player=move.player, types=move.types, information_set=move.where, probabilities=closed, number=number
        )


def _named(names: tuple[str, ...] | list[str], values: NumberArray) -> Named:
    return tuple((name, _scalar(value)) for name, value in zip(names, values, strict=True))


def _scalar(value: Fraction | float | int) -> Scalar:
    if isinstance(value, Fraction | int):
        return Fraction(value)
    return 0.0 if abs(value) < NEGLIGIBLE else float(value)
