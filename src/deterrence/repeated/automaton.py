"""An agreement on a repeated game as a stochastic game whose states are its phases, and the strategy that keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from deterrence.compiled.points import FloatArray
from deterrence.compiled.stochastic import CompiledStates
from deterrence.errors import GameError
from deterrence.expressions import Expr, ExprLike, Number, Symbol, as_expr
from deterrence.games import FrozenMap, Parameter, Stage, StochasticGame, StrategicGame, Transition
from deterrence.games.agreement import Agreement, Profile
from deterrence.games.stochastic import MAX_STATES
from deterrence.profiles import MarkovStrategy

__all__ = ["NORM", "kept", "repeated_game"]

NORM = "norm"
ONE = Number(1)
ZERO = Number(0)


@dataclass(frozen=True)
class _Phase:
    """A state: what is to be played, whose breach led here ("" in the norm), and for how many periods it lasts."""

    name: str
    profile: Profile
    culprit: str = ""
    left: int | None = None
    unseen: bool = False


def repeated_game(game: StrategicGame, agreement: Agreement, *, discount: ExprLike = "delta") -> StochasticGame:
    """Return the repeated game as a stochastic game: its states are the phases of the agreement.

    `discount` is a number or a formula, by default the new parameter `delta`. Keeping the agreement is the strategy
    that plays each phase's profile; others may be equilibria as well. Raises `GameError` for profiles that are not the
    game's, and where there are too many states.

    >>> from deterrence.library import load
    >>> stage = load("crisis-management/chicken")
    >>> mild, harsh = ["yield", "yield"], ["stand", "stand"]
    >>> list(repeated_game(stage, Agreement(mild, harsh, periods=2)).stages)
    ['norm', 'punishment 2', 'punishment 1']
    """
    agreement.check(game)
    phases = _phases(game, agreement)
    if len(phases) > MAX_STATES:
        raise GameError(f"{len(phases)} phases", where="agreement", remedy=f"at most {MAX_STATES}: fewer periods")
    patience = as_expr(discount)
    declared = list(game.parameters)
    if isinstance(patience, Symbol) and patience.name not in [p.name for p in declared]:
        declared.append(Parameter(patience.name, domain="interior-probability", meaning="discount factor"))
    return StochasticGame(
        {phase.name: _stage(game, agreement, phase) for phase in phases},
        discount=patience,
        assume=game.assume,
        parameters=declared,
        definitions=game.definitions,
    )


def kept(game: StrategicGame, agreement: Agreement, compiled: CompiledStates) -> MarkovStrategy:
    """Return the strategy that keeps the agreement, at all points; an unseen culprit does what is best at each."""
    columns: list[FloatArray] = []
    choices = []
    for phase, stage in zip(_phases(game, agreement), compiled.stages, strict=True):
        for i, (who, actions) in enumerate(zip(compiled.players, stage.actions, strict=True)):
            choices.append((stage.name, who, actions))
            if phase.unseen and who == phase.culprit:
                best = stage.payoffs[i].argmax(axis=0)
            else:
                best = np.full(compiled.size, actions.index(phase.profile[i]))
            columns.append(np.eye(len(actions))[best])
    return MarkovStrategy(tuple(choices), np.concatenate(columns, axis=1)[:, None])


def _phases(game: StrategicGame, agreement: Agreement) -> tuple[_Phase, ...]:
    own = isinstance(agreement.punishment, FrozenMap)
    culprits = [p.name for p in game.players]
    found = [_Phase(NORM, agreement.norm)]
    for who in culprits:
        found += [_Phase(_unseen(who, k), agreement.norm, who, k, True) for k in range(agreement.lag, 0, -1)]
    for who in culprits if own else culprits[:1]:
        lasts = [None] if agreement.periods is None else range(agreement.periods, 0, -1)
        found += [_Phase(_punished(agreement, who, k), agreement.punishing(who), who if own else "", k) for k in lasts]
    return tuple(found)


def _unseen(who: str, left: int) -> str:
    return f"{who} unseen {left}"


def _punished(agreement: Agreement, who: str, left: int | None) -> str:
    words = f"punishment of {who}" if isinstance(agreement.punishment, FrozenMap) else "punishment"
    return words if left is None else f"{words} {left}"


def _stage(game: StrategicGame, agreement: Agreement, phase: _Phase) -> Stage:
    actions = {
        who: names if not phase.unseen or who == phase.culprit else (phase.profile[i],)
        for i, (who, names) in enumerate(game.actions.items())
    }
    table = {
        played: Transition.of(game.table[played], dict(_next(game, agreement, phase, played)))
        for played in product(*actions.values())
    }
    return Stage.of(actions, table)


def _next(game: StrategicGame, agreement: Agreement, phase: _Phase, played: Profile) -> Iterator[tuple[str, Expr]]:
    """Yield the next phases with their probabilities; of several culprits the first is blamed."""
    breach = next((p.name for p, a, b in zip(game.players, played, phase.profile, strict=True) if a != b), "")
    if phase.unseen:
        assert phase.left is not None
        seen = phase.left == 1
        first = _punished(agreement, phase.culprit, agreement.periods)
        yield (first if seen else _unseen(phase.culprit, phase.left - 1)), ONE
        return
    onwards = _onwards(agreement, phase)
    norm = phase.name == NORM
    alarm = agreement.detection if breach else agreement.false_alarm if norm else ZERO
    culprit = breach or game.players[0].name
    starts = (
        _unseen(culprit, agreement.lag) if norm and agreement.lag else _punished(agreement, culprit, agreement.periods)
    )
    if alarm != ONE and onwards != starts:
        yield onwards, ONE - alarm
    if onwards == starts:
        yield starts, ONE
    elif alarm != ZERO:
        yield starts, alarm


def _onwards(agreement: Agreement, phase: _Phase) -> str:
    """Return the phase that follows when nothing sets off a punishment."""
    if phase.name == NORM or phase.left is None:
        return phase.name
    return NORM if phase.left == 1 else _punished(agreement, phase.culprit, phase.left - 1)
