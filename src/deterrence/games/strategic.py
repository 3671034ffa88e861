"""Strategic games: every player chooses an action at once; payoffs for every profile of actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from math import prod
from typing import ClassVar, Final

from deterrence.errors import GameError
from deterrence.expressions import Condition, Expr, ExprLike, as_expr, did_you_mean, substitute
from deterrence.games.base import Game
from deterrence.games.frozen import FrozenMap
from deterrence.games.nodes import Player, check_label
from deterrence.games.outline import table_lines
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About

__all__ = ["MAX_PROFILES", "Profile", "StrategicGame"]

MAX_PROFILES: Final = 100_000

Profile = tuple[str, ...]


class StrategicGame(Game):
    """A finite game in strategic form with any number of players.

    Parameters
    ----------
    actions:
        the actions of every player, by player, in the order of the players.
    table:
        for every profile of actions (a tuple in the order of the players) the payoff of every player.
    events:
        the event that a profile belongs to; by default the actions joined by `|`, with blanks.

    Raises `GameError` when a profile is missing, unknown or lacks a payoff.

    >>> from deterrence.games import StrategicGame
    >>> game = StrategicGame(
    ...     {"Row": ["swerve", "straight"], "Column": ["swerve", "straight"]},
    ...     {("swerve", "swerve"): {"Row": 3, "Column": 3}, ("swerve", "straight"): {"Row": 2, "Column": 4},
    ...      ("straight", "swerve"): {"Row": 4, "Column": 2}, ("straight", "straight"): {"Row": 1, "Column": 1}})
    >>> game.shape
    (2, 2)
    """

    form: ClassVar[str] = "strategic"
    actions: FrozenMap[str, tuple[str, ...]]
    table: FrozenMap[Profile, FrozenMap[str, Expr]]
    event_of: FrozenMap[Profile, str]

    def __init__(
        self,
        actions: Mapping[str, Iterable[str]],
        table: Mapping[Profile, Mapping[str, ExprLike]],
        *,
        events: Mapping[Profile, str] | None = None,
        assume: Iterable[Condition | str] = (),
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        closed = self._begin(definitions, about)
        labels = {
            who: tuple(check_label(a, "an action", f"player {who}") for a in names) for who, names in actions.items()
        }
        _check_actions(labels)
        profiles = tuple(product(*labels.values()))
        _check_profiles(table, profiles, tuple(labels))
        rows = {
            profile: FrozenMap({who: substitute(as_expr(table[profile][who]), closed) for who in labels})
            for profile in profiles
        }
        self._set(
            players=tuple(Player(who) for who in labels),
            actions=FrozenMap(labels),
            table=FrozenMap(rows),
            event_of=FrozenMap(_events(events or {}, profiles)),
        )
        self._finish(assume, parameters)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of actions of every player."""
        return tuple(len(names) for names in self.actions.values())

    def formulas(self) -> Iterator[Expr]:
        """Yield the payoffs, profile by profile."""
        for row in self.table.values():
            yield from row.values()

    def events(self) -> tuple[str, ...]:
        """Return the outcome events, each once."""
        return tuple(dict.fromkeys(self.event_of.values()))

    def outline(self) -> list[str]:
        """Return the table as lines of text."""
        return table_lines(self)

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield every profile with its payoffs."""
        for profile, row in self.table.items():
            yield ", ".join(profile), tuple(row[p.name] for p in self.players)

    def _structure(self) -> tuple[object, ...]:
        return (self.actions, self.table, self.event_of)


def _check_actions(actions: Mapping[str, tuple[str, ...]]) -> None:
    if not actions:
        raise GameError("a game without players", where="actions", remedy="name at least one player")
    for who, names in actions.items():
        if not names or len(set(names)) < len(names):
            raise GameError("no action, or one named twice", where=f"player {who}", remedy="give different names")
    if prod(len(names) for names in actions.values()) > MAX_PROFILES:
        raise GameError(f"more than {MAX_PROFILES} profiles", remedy="build a smaller game")


def _check_profiles(
    table: Mapping[Profile, Mapping[str, ExprLike]], profiles: tuple[Profile, ...], players: tuple[str, ...]
) -> None:
    known = {", ".join(profile): profile for profile in profiles}
    _check_known(table, known, "table")
    for profile, row in table.items():
        shown = ", ".join(profile)
        for who in players:
            if who not in row:
                raise GameError(f"no payoff for {who!r}", where=f"table, {shown}", remedy="add it")
        for who in row:
            if who not in players:
                raise GameError(
                    f"payoff for the unknown player {who!r}",
                    where=f"table, {shown}",
                    remedy=did_you_mean(who, players),
                )
    for shown, profile in known.items():
        if profile not in table:
            raise GameError(f"no payoffs for {shown!r}", where="table", remedy="add the profile")


def _events(given: Mapping[Profile, str], profiles: tuple[Profile, ...]) -> dict[Profile, str]:
    """Return the event of every profile; a label made of the actions may be long."""
    _check_known(given, {", ".join(profile): profile for profile in profiles}, "events")
    named = {profile: " | ".join(profile) for profile in profiles}
    for profile, event in given.items():
        if event != named[profile]:
            named[profile] = check_label(event, "an event", f"events, {', '.join(profile)}")
    return named


def _check_known(given: Iterable[Profile], known: Mapping[str, Profile], where: str) -> None:
    for profile in given:
        shown = ", ".join(profile)
        if shown not in known:
            raise GameError(f"no profile {shown!r}", where=where, remedy=did_you_mean(shown, known))
