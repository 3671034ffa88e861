"""Repeated games with an agreement: a strategic game period after period, a norm, and the punishment of its breach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final

from deterrence.escape import for_terminal
from deterrence.expressions import Condition, Expr, ExprLike, Number, substitute, to_text
from deterrence.games.agreement import Agreement
from deterrence.games.base import Game
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About
from deterrence.games.strategic import StrategicGame

__all__ = ["RepeatedGame"]

ENDS: Final = ("least", "greatest")


class RepeatedGame(Game):
    """A stage game that is repeated for ever, and an agreement; the question is how patient the players must be.

    The discount factor is no parameter: the answer is the set of those with which keeping the agreement is a subgame
    perfect equilibrium. Raises `GameError` for profiles that are none of the stage game.

    >>> stage = StrategicGame({"A": "cd", "B": "cd"}, {("c", "c"): {"A": "R", "B": "R"}, ("c", "d"): {"A": 0, "B": "T"},
    ...     ("d", "c"): {"A": "T", "B": 0}, ("d", "d"): {"A": 1, "B": 1}})
    >>> game = RepeatedGame(stage, Agreement("cc", "dd"))
    >>> [p.name for p in game.parameters]
    ['R', 'T']
    """

    form: ClassVar[str] = "repeated"
    stage: StrategicGame
    agreement: Agreement

    def __init__(
        self,
        stage: StrategicGame,
        agreement: Agreement,
        *,
        assume: Iterable[Condition | str] = (),
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        agreement.check(stage)
        closed = self._begin(definitions, about)
        table = {
            profile: {who: substitute(u, closed) for who, u in row.items()} for profile, row in stage.table.items()
        }
        self._set(
            players=stage.players,
            stage=StrategicGame(stage.actions, table, events=stage.event_of),
            agreement=_closed(agreement, closed),
        )
        self._finish(assume, parameters)

    def formulas(self) -> Iterator[Expr]:
        """Yield payoffs and the probabilities of alarms."""
        yield from self.stage.formulas()
        yield from (self.agreement.false_alarm, self.agreement.detection)

    def probabilities(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield the probabilities that there is an alarm and that there is none."""
        for alarm in (self.agreement.false_alarm, self.agreement.detection):
            if not isinstance(alarm, Number):
                yield "agreement", (alarm, 1 - alarm)

    def quantities(self) -> Mapping[str, tuple[str, ...]]:
        """Return the ends of a range of discount factors."""
        return {"patience": ENDS}

    def outline(self) -> list[str]:
        """Return the table of the stage game and the agreement as lines of text."""
        return [*self.stage.outline(), for_terminal(f"norm: {', '.join(self.agreement.norm)}"), *self._punishments()]

    def _punishments(self) -> Iterator[str]:
        agreement = self.agreement
        after = agreement.punishment
        for who, profile in ({"": after} if isinstance(after, tuple) else after).items():
            by = f" by {who}" if who else ""
            yield for_terminal(f"after a breach{by}: {', '.join(profile)}, {agreement.lasting}")
        if agreement.lag:
            yield f"a breach is seen {agreement.lag} periods later"
        if agreement.noisy:
            alarms = f"false alarm {to_text(agreement.false_alarm)}, detection {to_text(agreement.detection)}"
            yield for_terminal(alarms)

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield every profile of the stage game with its payoffs."""
        yield from self.stage.outcome_rows()

    def _structure(self) -> tuple[object, ...]:
        return (self.stage, self.agreement)


def _closed(agreement: Agreement, closed: Mapping[str, Expr]) -> Agreement:
    """Return the agreement with definitions put into its probabilities."""
    return Agreement(
        agreement.norm,
        agreement.punishment,
        periods=agreement.periods,
        lag=agreement.lag,
        false_alarm=substitute(agreement.false_alarm, closed),
        detection=substitute(agreement.detection, closed),
    )
