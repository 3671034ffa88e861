"""Symmetric wars of attrition: several sides alike wait, the first to quit ends the play, and types may be private."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final

from deterrence.errors import GameError
from deterrence.escape import for_terminal
from deterrence.expressions import Comparison, Condition, Expr, ExprLike, Number, as_expr, substitute, to_text
from deterrence.games.base import Game
from deterrence.games.laws import Law
from deterrence.games.nodes import Player, check_label
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About
from deterrence.games.timing import TIME

__all__ = ["AttritionGame"]

LAWS: Final = ("uniform", "power", "exponential")
MEDIAN: Final = "median"


class AttritionGame(Game):
    """Sides that are alike wait; the play ends when the first of them quits.

    Parameters
    ----------
    wins, quits:
        what a side gets when another is the first to quit at the time t, and for quitting first at t (falling in t), as
        formulas in t and in the private type. Their ratio -quits'/(wins - quits), at which the others must quit
        together to keep a side waiting, may depend on the type but not on t.
    count:
        the number of sides, a formula; two by default.
    law:
        how the private type, called `type` in formulas, is drawn, independently for every side: uniform, power or
        exponential. Without it nothing is private.
    risk:
        the probability that a disaster has ended the play by t; what it costs is part of `wins` and `quits`.
    player:
        what a side is called.

    Raises `GameError` for a law without a type or a type without a law, and for other laws.

    >>> from deterrence.expressions import parse_expression
    >>> AttritionGame(wins=parse_expression("v - t"), quits=parse_expression("-t")).events()
    ('settled',)
    """

    form: ClassVar[str] = "attrition"
    wins: Expr
    quits: Expr
    count: Expr
    type: str
    law: Law | None
    risk: Expr

    def __init__(
        self,
        *,
        wins: ExprLike,
        quits: ExprLike,
        count: ExprLike = 2,
        type: str = "",
        law: Law | None = None,
        risk: ExprLike = 0,
        player: str = "Side",
        assume: Iterable[Condition | str] = (),
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        closed = self._begin(definitions, about)
        check_label(player, "a player")
        if bool(type) != (law is not None):
            raise GameError("a type without a law, or a law without a type", where="side", remedy="give both")
        if law is not None and law.kind not in LAWS:
            raise GameError(f"the law {law.kind}", where="side", remedy=f"one of {', '.join(LAWS)}")
        self._set(
            players=(Player(player),),
            wins=substitute(as_expr(wins), closed),
            quits=substitute(as_expr(quits), closed),
            count=substitute(as_expr(count), closed),
            type=type,
            law=None if law is None else Law(law.kind, *(substitute(a, closed) for a in law.arguments)),
            risk=substitute(as_expr(risk), closed),
        )
        self._finish(assume, parameters)

    @property
    def side(self) -> str:
        """What a side is called."""
        return self.players[0].name

    def variables(self) -> tuple[str, ...]:
        """Return the names of the time and of the private type."""
        return (TIME, self.type) if self.type else (TIME,)

    def formulas(self) -> Iterator[Expr]:
        """Yield payoffs, risk, the number of sides and what the law depends on."""
        yield from (self.wins, self.quits, self.risk, self.count)
        if self.law is not None:
            yield from self.law.arguments

    @property
    def admissible(self) -> tuple[Condition, ...]:
        """What a point must satisfy: also at least two sides, and what the law asks for."""
        sides = () if isinstance(self.count, Number) else (Comparison((self.count, Number(2)), (">=",)),)
        return (*super().admissible, *sides, *(self.law.conditions if self.law else ()))

    def events(self) -> tuple[str, ...]:
        """Return that somebody quits, and war where there is a risk of it."""
        return ("settled",) if self.risk == Number(0) else ("settled", "war")

    def quantities(self) -> Mapping[str, tuple[str, ...]]:
        """Return events, payoff and hazard of a side, the quitting time of the median type, the expected duration."""
        median = {"time": (MEDIAN,)} if self.type else {}
        return {**super().quantities(), "hazard": (self.side,), **median, "duration": ("play",)}

    def outline(self) -> list[str]:
        """Return the sides as lines of text."""
        lines = [f"{to_text(self.count)} sides; the first to quit ends the play"]
        lines.append(
            f"{self.side}: {to_text(self.wins)} if another quits at t, {to_text(self.quits)} for quitting at t"
        )
        if self.law is not None:
            arguments = ", ".join(map(to_text, self.law.arguments))
            lines.append(f"   private {self.type}, {self.law.kind}({arguments})")
        if self.risk != Number(0):
            lines.append(f"   war has broken out by t with probability {to_text(self.risk)}")
        return [for_terminal(line) for line in lines]

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield nothing: payoffs depend on the time."""
        return iter(())

    def _structure(self) -> tuple[object, ...]:
        return (self.wins, self.quits, self.count, self.type, self.law, self.risk)
