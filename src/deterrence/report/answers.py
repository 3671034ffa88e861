"""The answer at one parameter point, taken out of a solution's arrays: what the text and the JSON both show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from deterrence.certify import Rationality, rationality
from deterrence.compiled import CompiledTree, compile_tree
from deterrence.compiled.points import NumberArray
from deterrence.errors import ExpressionError
from deterrence.expressions import holds_exactly, to_text
from deterrence.games import ExtensiveGame, Game
from deterrence.profiles import Assessment, Completeness, MixedProfile
from deterrence.report.numbers import Scalar, is_open
from deterrence.solution import Solution, Status

__all__ = ["Answer", "Choice", "Equilibrium", "answer"]

NEGLIGIBLE = 1e-12  # floats below it are rounding errors of zero and are shown as such

NOT_SOLVED = "the point was not solved"

Named = tuple[tuple[str, Scalar], ...]
AnySolution = Solution[Assessment] | Solution[MixedProfile]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a player does at an information set (empty in a strategic game), action by action.

    `types` are the types that the mover knows, its own one bare; `probabilities` is empty where the
    equilibrium leaves the choice open, which happens only at sets that the player's own moves exclude.
    """

    player: str
    types: tuple[str, ...]
    information_set: str
    probabilities: Named


@dataclass(frozen=True, kw_only=True)
class Equilibrium:
    """One equilibrium with what it leads to and what the checker said about it.

    `payoffs` are expected payoffs by player, `type_payoffs` those given a type (`Player.type`); `gain` is the
    largest unilateral gain that the checker found; `rationality` is None unless it was asked.
    """

    choices: tuple[Choice, ...]
    events: Named
    payoffs: Named
    type_payoffs: Named
    passed: bool
    gain: Scalar
    rationality: Rationality | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything to be said about a game at one point.

    `point` holds every parameter exactly; `exact` says whether the answer is exact too. `violated` are the
    conditions of the model that the point does not meet.
    """

    game: Game
    point: tuple[tuple[str, Fraction], ...]
    exact: bool
    solver: str
    concept: str
    status: Status
    completeness: Completeness
    argument: str
    flagged: bool
    method: str
    tolerance: float
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
        status=Status(int(solution.status)),
        completeness=completeness,
        argument=solution.arguments.get(completeness, "") if inside else NOT_SOLVED,
        flagged=bool(solution.flagged),
        method=certificate.method,
        tolerance=certificate.tolerance,
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
            passed=bool(solution.certificate.passed[0, k]),
            gain=_scalar(solution.certificate.gain[0, k]),
            rationality=_refined(compiled, found.profiles, int(k)),
        )


def _refined(compiled: CompiledTree | None, profiles: Assessment | MixedProfile, k: int) -> Rationality | None:
    if compiled is None or not isinstance(profiles, Assessment):
        return None
    return rationality(compiled, profiles, equilibrium=k)


def _choices(profiles: Assessment | MixedProfile, k: int) -> Iterator[Choice]:
    if isinstance(profiles, Assessment):
        tree = profiles.tree
        for h in sorted(tree.information_sets, key=lambda h: (h.player, h.known)):
            named = _named(h.actions, profiles.strategy[0, k, h.moves])
            closed = () if any(is_open(q) for _, q in named) else named
            yield Choice(
                player=tree.players[h.player],
                types=h.selectors(tree.players),
                information_set=h.label,
                probabilities=closed,
            )
        return
    for player, actions, mixture in zip(profiles.players, profiles.actions, profiles.strategies, strict=True):
        yield Choice(player=player, types=(), information_set="", probabilities=_named(actions, mixture[0, k]))


def _named(names: tuple[str, ...] | list[str], values: NumberArray) -> Named:
    return tuple((name, _scalar(value)) for name, value in zip(names, values, strict=True))


def _scalar(value: Fraction | float | int) -> Scalar:
    if isinstance(value, Fraction | int):
        return Fraction(value)
    return 0.0 if abs(value) < NEGLIGIBLE else float(value)
