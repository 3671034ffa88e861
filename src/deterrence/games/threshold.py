"""Threshold games: decisions between acting and refraining by players with continuous private types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final, Literal

from deterrence.errors import GameError
from deterrence.escape import for_terminal
from deterrence.expressions import (
    Condition,
    Expr,
    ExprLike,
    Symbol,
    as_expr,
    did_you_mean,
    substitute,
    symbols_of,
    to_text,
)
from deterrence.games.base import Game
from deterrence.games.frozen import Frozen, FrozenMap
from deterrence.games.laws import Law
from deterrence.games.nodes import Player, check_label
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About

__all__ = ["MAX_THRESHOLDS", "Threshold", "ThresholdGame"]

MAX_THRESHOLDS: Final = 12

Side = Literal["above", "below"]


class Threshold(Frozen):
    """A decision between acting and refraining, taken by comparing a private type with a cutoff.

    `act` and `refrain` are the expected payoffs of the two choices, in the parameters, the decision's own type (named
    `type`) and the probabilities with which other decisions act, each written as the name of that decision. `acts` says
    which types act: those above the cutoff, whose gain `act - refrain` must rise with the type, or those below it.
    With a signal as its law, `type` stands for the common state, and the names of others for their probability of
    acting given the state.

    >>> arm = Threshold("arm_1", "Home", type="c", law=Law("uniform", 0, "C"), acts="below", act="m", refrain="c")
    >>> arm
    Threshold('arm_1', 'Home', type='c', law=Law('uniform', 0, C), acts='below')
    """

    __slots__ = ("act", "acts", "law", "name", "player", "refrain", "type")
    name: str
    player: str
    type: str
    law: Law
    acts: Side
    act: Expr
    refrain: Expr

    def __init__(
        self,
        name: str,
        player: str,
        *,
        type: str,
        law: Law,
        act: ExprLike,
        refrain: ExprLike = 0,
        acts: Side = "above",
    ) -> None:
        where = f"threshold {str(name)[:64]}"
        if acts not in ("above", "below"):
            raise GameError(f"acts is {acts!r:.40}", where=where, remedy="above or below")
        self._set(
            name=Symbol(name).name,
            player=check_label(player, "a player", where),
            type=Symbol(type).name,
            law=law,
            acts=acts,
            act=as_expr(act),
            refrain=as_expr(refrain),
        )

    @property
    def gain(self) -> Expr:
        """What acting yields more than refraining."""
        return self.act - self.refrain

    @property
    def others(self) -> tuple[str, ...]:
        """The names in the payoffs besides the type, parameters included."""
        return tuple(s.name for s in symbols_of(self.act, self.refrain) if s.name != self.type)

    def written_out(self, definitions: Mapping[str, Expr]) -> Threshold:
        """Return the decision with definitions put into its formulas."""
        return Threshold(
            self.name,
            self.player,
            type=self.type,
            law=Law(self.law.kind, *(substitute(a, definitions) for a in self.law.arguments)),
            act=substitute(self.act, definitions),
            refrain=substitute(self.refrain, definitions),
            acts=self.acts,
        )

    def _key(self) -> tuple[object, ...]:
        return (self.name, self.player, self.type, self.law, self.acts, self.act, self.refrain)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Threshold) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Threshold({self.name!r}, {self.player!r}, type={self.type!r}, law={self.law!r}, acts={self.acts!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return (_threshold, self._key())


def _threshold(name: str, player: str, type: str, law: Law, acts: Side, act: Expr, refrain: Expr) -> Threshold:
    return Threshold(name, player, type=type, law=law, acts=acts, act=act, refrain=refrain)


class ThresholdGame(Game):
    """A game of decisions by cutoffs: the best-reply map takes probabilities of acting to cutoffs.

    A player may take several decisions; `U(player)` is the expected payoff of its first one. `events` maps events to
    their probability, a formula in the parameters and the decisions' probabilities of acting.

    Raises `GameError` for unknown names, more than `MAX_THRESHOLDS` decisions, or signals of different kinds.

    >>> from deterrence.games import parameters
    >>> gain, loss, top = parameters("gain loss top", domain="positive")
    >>> one, two = Symbol("arm_1"), Symbol("arm_2")
    >>> c, law = Symbol("c"), Law("uniform", 0, top)
    >>> race = ThresholdGame([
    ...     Threshold("arm_1", "Home", type="c", law=law, acts="below", act=gain*(1 - two) - c, refrain=-loss*two),
    ...     Threshold("arm_2", "Rival", type="c", law=law, acts="below", act=gain*(1 - one) - c, refrain=-loss*one)],
    ...     events={"arms race": one*two})
    >>> race
    ThresholdGame(Home, Rival; 3 parameters)
    """

    form: ClassVar[str] = "threshold"
    thresholds: FrozenMap[str, Threshold]
    event_of: FrozenMap[str, Expr]

    def __init__(
        self,
        thresholds: Iterable[Threshold],
        *,
        players: Iterable[str] = (),
        events: Mapping[str, ExprLike] | None = None,
        assume: Iterable[Condition | str] = (),
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        closed = self._begin(definitions, about)
        decisions = tuple(t.written_out(closed) for t in thresholds)
        _check(decisions)
        names = tuple(dict.fromkeys([*players, *(t.player for t in decisions)]))
        named = {check_label(e, "an event"): substitute(as_expr(f), closed) for e, f in (events or {}).items()}
        self._set(
            players=tuple(Player(name) for name in names),
            thresholds=FrozenMap({t.name: t for t in decisions}),
            event_of=FrozenMap(named),
        )
        for name in names:
            if all(t.player != name for t in decisions):
                raise GameError("the player decides nothing", where=f"player {name}", remedy="remove it")
        _check_uses(self)
        self._finish(assume, parameters)

    @property
    def has_signals(self) -> bool:
        """Whether types are signals about a common state (a global game)."""
        return any(t.law.is_signal for t in self.thresholds.values())

    @property
    def admissible(self) -> tuple[Condition, ...]:
        """Domains, assumptions, and what the laws of types need."""
        laws = [c for t in self.thresholds.values() for c in t.law.conditions]
        return tuple(dict.fromkeys([*super().admissible, *laws]))

    def variables(self) -> tuple[str, ...]:
        """Return the names of types and decisions."""
        return tuple(dict.fromkeys([*self.thresholds, *(t.type for t in self.thresholds.values())]))

    def formulas(self) -> Iterator[Expr]:
        """Yield payoffs, arguments of laws and probabilities of events."""
        for t in self.thresholds.values():
            yield from (t.act, t.refrain, *t.law.arguments)
        yield from self.event_of.values()

    def events(self) -> tuple[str, ...]:
        """Return the outcome events."""
        return tuple(self.event_of)

    def quantities(self) -> Mapping[str, tuple[str, ...]]:
        """Return events, players, and for every decision its cutoff and its probability of acting."""
        return {**super().quantities(), "cutoff": tuple(self.thresholds), "acts": tuple(self.thresholds)}

    def outline(self) -> list[str]:
        """Return the decisions as lines of text."""
        return [for_terminal(line) for line in _lines(self)]

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield nothing: payoffs belong to decisions, not to outcomes."""
        return iter(())

    def _structure(self) -> tuple[object, ...]:
        return (self.thresholds, self.event_of)


def _lines(game: ThresholdGame) -> Iterator[str]:
    for t in game.thresholds.values():
        law = ", ".join(to_text(a) for a in t.law.arguments)
        yield f"{t.name}: {t.player} acts for {t.type} {t.acts} a cutoff; {t.type} is {t.law.kind}({law})"
        yield f"   acting yields {to_text(t.act)}; refraining {to_text(t.refrain)}"
    for event, formula in game.event_of.items():
        yield f"P({event}) = {to_text(formula)}"


def _check(decisions: tuple[Threshold, ...]) -> None:
    if not 1 <= len(decisions) <= MAX_THRESHOLDS:
        raise GameError(f"{len(decisions)} thresholds", where="thresholds", remedy=f"between 1 and {MAX_THRESHOLDS}")
    names = [t.name for t in decisions]
    types = {t.type for t in decisions}
    for name in names:
        if names.count(name) > 1 or name in types:
            raise GameError(f"{name!r} names two things", where=f"threshold {name}", remedy="rename one of them")
    signals = {(t.law, t.type) for t in decisions if t.law.is_signal}
    if len(signals) > 1 or (signals and not all(t.law.is_signal for t in decisions)):
        raise GameError(
            "signals of different kinds",
            where="thresholds",
            remedy="give all decisions one law and one name of the type",
        )


def _check_uses(game: ThresholdGame) -> None:
    """Check that formulas use only the variables that they may."""
    types = {t.type for t in game.thresholds.values()}
    for t in game.thresholds.values():
        for name in t.others:
            if name in types or name == t.name:
                raise GameError(
                    f"the payoffs use {name!r}, which this decision does not know",
                    where=f"threshold {t.name}",
                    remedy="use its own type and the names of other decisions",
                )
        _check_parameters(t.law.arguments, game, f"threshold {t.name}")
    if game.has_signals and game.event_of:
        raise GameError(
            "events under a diffuse prior", where="events", remedy="leave them out: acting has no prior probability"
        )
    for event, formula in game.event_of.items():
        for symbol in symbols_of(formula):
            if symbol.name in types:
                known = did_you_mean(symbol.name, game.thresholds)
                raise GameError(
                    f"the probability uses the type {symbol.name!r}", where=f"events, {event}", remedy=known
                )


def _check_parameters(formulas: tuple[Expr, ...], game: ThresholdGame, where: str) -> None:
    variables = game.variables()
    for symbol in symbols_of(*formulas):
        if symbol.name in variables:
            raise GameError(f"the law uses {symbol.name!r}", where=where, remedy="use parameters only")
