"""Timing games: two sides that each choose when to quit, wars of attrition and crises with rising costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from deterrence.errors import GameError
from deterrence.escape import for_terminal
from deterrence.expressions import Condition, Expr, ExprLike, Number, as_expr, substitute, to_text
from deterrence.games.base import Game
from deterrence.games.frozen import FrozenMap
from deterrence.games.nodes import Player, check_label
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About

__all__ = ["TIME", "Clock", "TimingGame"]

TIME: Final = "t"  # what formulas call the time


@dataclass(frozen=True)
class Clock:
    """What one side gets, as formulas in the time t.

    `wins` if the other quits at t, `quits` if it quits itself at t (falling in t); `fights` is the share of its private
    types that would rather fight than quit at t (rising in t; zero where nobody fights).
    """

    wins: Expr
    quits: Expr
    fights: Expr

    @classmethod
    def of(cls, wins: ExprLike, quits: ExprLike, fights: ExprLike = 0) -> Clock:
        """Return a clock from plain formulas."""
        return cls(as_expr(wins), as_expr(quits), as_expr(fights))

    @property
    def formulas(self) -> tuple[Expr, ...]:
        """All formulas."""
        return (self.wins, self.quits, self.fights)


class TimingGame(Game):
    """Two sides wait; the first to quit loses the prize to the other, and waiting costs.

    Where a share of types would rather fight than quit, the crisis has a horizon at which those who are left fight: the
    event `war`. The other events are that a side quits first.

    Raises `GameError` for other than two sides.

    >>> from deterrence.expressions import parse_expression
    >>> game = TimingGame({name: Clock.of("v", parse_expression("-a*t"), parse_expression("a*t/W")) for name in "AB"})
    >>> game.events()
    ('A quits', 'B quits', 'war')
    """

    form: ClassVar[str] = "timing"
    clocks: FrozenMap[str, Clock]

    def __init__(
        self,
        clocks: Mapping[str, Clock],
        *,
        assume: Iterable[Condition | str] = (),
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        closed = self._begin(definitions, about)
        if len(clocks) != 2:
            raise GameError(f"{len(clocks)} sides", where="clocks", remedy="two sides, each with a clock")
        for who in clocks:
            check_label(who, "a player")
        self._set(
            players=tuple(Player(who) for who in clocks),
            clocks=FrozenMap(
                {who: Clock(*(substitute(f, closed) for f in clock.formulas)) for who, clock in clocks.items()}
            ),
        )
        self._finish(assume, parameters)

    def variables(self) -> tuple[str, ...]:
        """Return the name of the time."""
        return (TIME,)

    def formulas(self) -> Iterator[Expr]:
        """Yield the formulas of both clocks."""
        for clock in self.clocks.values():
            yield from clock.formulas

    def events(self) -> tuple[str, ...]:
        """Return who quits first, and war where somebody may fight."""
        quits = tuple(f"{p.name} quits" for p in self.players)
        return quits if all(c.fights == Number(0) for c in self.clocks.values()) else (*quits, "war")

    def quantities(self) -> Mapping[str, tuple[str, ...]]:
        """Return events, players, atoms and hazards at time zero by player, the horizon and the expected duration."""
        names = tuple(p.name for p in self.players)
        return {**super().quantities(), "atom": names, "hazard": names, "horizon": ("play",), "duration": ("play",)}

    def outline(self) -> list[str]:
        """Return the clocks as lines of text."""
        lines = []
        for who, clock in self.clocks.items():
            lines.append(
                f"{who}: {to_text(clock.wins)} if the other quits at t, {to_text(clock.quits)} for quitting at t"
            )
            if clock.fights != Number(0):
                lines.append(f"   a share {to_text(clock.fights)} of types would rather fight than quit at t")
        return [for_terminal(line) for line in lines]

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield nothing: payoffs depend on the time."""
        return iter(())

    def _structure(self) -> tuple[object, ...]:
        return (self.clocks,)
