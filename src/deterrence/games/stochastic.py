"""Stochastic games: finitely many states, a stage game in each, a discount factor, absorbing states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import ClassVar, Final

from deterrence.errors import GameError
from deterrence.escape import for_terminal
from deterrence.expressions import Condition, Expr, ExprLike, Number, as_expr, did_you_mean, substitute, to_text
from deterrence.games.base import Game
from deterrence.games.frozen import FrozenMap
from deterrence.games.nodes import Player, check_label
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About

__all__ = ["MAX_STATES", "Stage", "StochasticGame", "Transition"]

MAX_STATES: Final = 64
MAX_PROFILES: Final = 4096  # of actions in one state
MAX_LINES: Final = 400

Profile = tuple[str, ...]


@dataclass(frozen=True)
class Transition:
    """What a profile of actions in a state leads to: payoffs now, and the probabilities of the next state."""

    payoffs: FrozenMap[str, Expr]
    next: FrozenMap[str, Expr]

    @classmethod
    def of(cls, payoffs: Mapping[str, ExprLike], next: str | Mapping[str, ExprLike]) -> Transition:
        """Return a transition from plain mappings; a state alone is reached surely."""
        chances: Mapping[str, ExprLike] = {next: 1} if isinstance(next, str) else next
        return cls(
            FrozenMap({who: as_expr(u) for who, u in payoffs.items()}),
            FrozenMap({state: as_expr(q) for state, q in chances.items()}),
        )


@dataclass(frozen=True)
class Stage:
    """A state that is not absorbing: the actions of every player and what each profile of them leads to."""

    actions: FrozenMap[str, tuple[str, ...]]
    table: FrozenMap[Profile, Transition]

    @classmethod
    def of(cls, actions: Mapping[str, Iterable[str]], table: Mapping[Profile, Transition]) -> Stage:
        """Return a stage from plain mappings."""
        return cls(FrozenMap({who: tuple(names) for who, names in actions.items()}), FrozenMap(table))

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of actions of every player."""
        return tuple(len(names) for names in self.actions.values())


class StochasticGame(Game):
    """A game over states: in each period the players act at once in the stage game of the present state.

    `stages` are the states with moves, the first of them the start; `absorbing` the states that end the play, with a
    payoff that every player receives on entry (0 where none is given). Payoffs of later periods are discounted by
    `discount`. A repeated game has one state, or one for each phase of an agreement (norm, punishment).

    Raises `GameError` for missing profiles, unknown states and transitions that are no distribution.

    >>> game = StochasticGame(
    ...     {"crisis": Stage.of({"A": ["hold", "back"]}, {
    ...         ("hold",): Transition.of({"A": -1}, {"crisis": "1/2", "war": "1/2"}),
    ...         ("back",): Transition.of({"A": 0}, "peace")})},
    ...     {"war": {"A": -10}, "peace": {}}, discount="9/10")
    >>> game.events()
    ('war', 'peace')
    """

    form: ClassVar[str] = "stochastic"
    stages: FrozenMap[str, Stage]
    absorbing: FrozenMap[str, FrozenMap[str, Expr]]
    discount: Expr

    def __init__(
        self,
        stages: Mapping[str, Stage],
        absorbing: Mapping[str, Mapping[str, ExprLike]] | None = None,
        *,
        discount: ExprLike,
        assume: Iterable[Condition | str] = (),
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        closed = self._begin(definitions, about)
        if not 1 <= len(stages) <= MAX_STATES:
            raise GameError(f"{len(stages)} states with moves", where="states", remedy=f"between 1 and {MAX_STATES}")
        players = tuple(next(iter(stages.values())).actions)
        ends = absorbing or {}
        for name in (*stages, *ends):
            check_label(name, "a state")
        _check_stages(stages, players, (*stages, *ends))
        _check_ends(ends, stages, players)
        self._set(
            players=tuple(Player(who) for who in players),
            stages=FrozenMap({name: _closed(stage, closed) for name, stage in stages.items()}),
            absorbing=FrozenMap(
                {
                    name: FrozenMap({who: substitute(as_expr(row.get(who, 0)), closed) for who in players})
                    for name, row in ends.items()
                }
            ),
            discount=substitute(as_expr(discount), closed),
        )
        self._finish(assume, parameters)

    @property
    def start(self) -> str:
        """The state in which play begins."""
        return next(iter(self.stages))

    def formulas(self) -> Iterator[Expr]:
        """Yield payoffs, transitions and the discount factor."""
        for stage in self.stages.values():
            for entry in stage.table.values():
                yield from (*entry.payoffs.values(), *entry.next.values())
        for row in self.absorbing.values():
            yield from row.values()
        yield self.discount

    def probabilities(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield the distribution over next states of every profile in every state."""
        for name, stage in self.stages.items():
            for profile, entry in stage.table.items():
                yield f"states, {name}, {', '.join(profile)}", tuple(entry.next.values())

    def events(self) -> tuple[str, ...]:
        """Return the absorbing states."""
        return tuple(self.absorbing)

    def quantities(self) -> Mapping[str, tuple[str, ...]]:
        """Return events, players, values of states, probabilities of actions, and the expected number of periods."""
        values = tuple(f"{p.name}.{state}" for p in self.players for state in self.stages)
        plays = tuple(
            f"{who}.{state}.{action}"
            for state, stage in self.stages.items()
            for who, names in stage.actions.items()
            for action in names
        )
        return {**super().quantities(), "V": values, "plays": plays, "duration": ("play",)}

    def outline(self) -> list[str]:
        """Return states and transitions as lines of text."""
        lines = [f"discount {to_text(self.discount)}; play begins in {self.start}"]
        for name, stage in self.stages.items():
            lines.append(f"{name}:")
            lines += [f"   {', '.join(profile)}: {_said(entry)}" for profile, entry in stage.table.items()]
        for name, row in self.absorbing.items():
            lines.append(f"{name} (end): " + "; ".join(f"{who} {to_text(u)}" for who, u in row.items()))
        return [for_terminal(line) for line in lines[:MAX_LINES]]

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield the absorbing states with their payoffs."""
        for name, row in self.absorbing.items():
            yield name, tuple(row.values())

    def _structure(self) -> tuple[object, ...]:
        return (self.start, self.stages, self.absorbing, self.discount)


def _said(entry: Transition) -> str:
    payoffs = "; ".join(f"{who} {to_text(u)}" for who, u in entry.payoffs.items())
    sure = [state for state, q in entry.next.items() if q == Number(1)]
    chances = sure[0] if sure else ", ".join(f"{state} [{to_text(q)}]" for state, q in entry.next.items())
    return f"{payoffs} → {chances}"


def _closed(stage: Stage, definitions: Mapping[str, Expr]) -> Stage:
    def put(formulas: FrozenMap[str, Expr]) -> FrozenMap[str, Expr]:
        return FrozenMap({name: substitute(formula, definitions) for name, formula in formulas.items()})

    table = {profile: Transition(put(entry.payoffs), put(entry.next)) for profile, entry in stage.table.items()}
    return Stage(stage.actions, FrozenMap(table))


def _check_stages(stages: Mapping[str, Stage], players: Profile, states: Profile) -> None:
    for name, stage in stages.items():
        where = f"states, {name}"
        if tuple(stage.actions) != players:
            raise GameError("other players than in the first state", where=where, remedy=", ".join(players))
        for who, names in stage.actions.items():
            if not names or len(set(names)) < len(names):
                raise GameError(f"no action of {who!r}, or one named twice", where=where, remedy="rename it")
            for action in names:
                check_label(action, "an action", where)
        if prod(stage.shape) > MAX_PROFILES:
            raise GameError(f"more than {MAX_PROFILES} profiles", where=where, remedy="fewer actions")
        profiles = [", ".join(p) for p in product(*stage.actions.values())]
        given = [", ".join(p) for p in stage.table]
        for profile in given:
            if profile not in profiles:
                raise GameError(f"no profile {profile!r}", where=where, remedy=did_you_mean(profile, profiles))
        for profile in profiles:
            if profile not in given:
                raise GameError(f"nothing for {profile!r}", where=where, remedy="add the profile")
        for labels, entry in stage.table.items():
            _check_entry(entry, players, states, f"{where}, {', '.join(labels)}")


def _check_entry(entry: Transition, players: Profile, states: Profile, where: str) -> None:
    for who in players:
        if who not in entry.payoffs:
            raise GameError(f"no payoff for {who!r}", where=where, remedy="add it")
    for who in entry.payoffs:
        if who not in players:
            raise GameError(f"payoff for the unknown player {who!r}", where=where, remedy=did_you_mean(who, players))
    if not entry.next:
        raise GameError("no next state", where=where, remedy="next = the state that follows")
    for state in entry.next:
        if state not in states:
            raise GameError(f"no state {state!r}", where=where, remedy=did_you_mean(state, states))


def _check_ends(ends: Mapping[str, Mapping[str, ExprLike]], stages: Mapping[str, Stage], players: Profile) -> None:
    for name, row in ends.items():
        if name in stages:
            raise GameError("the state has moves and is absorbing", where=f"absorbing, {name}", remedy="rename one")
        for who in row:
            if who not in players:
                raise GameError(
                    f"payoff for the unknown player {who!r}",
                    where=f"absorbing, {name}",
                    remedy=did_you_mean(who, players),
                )
