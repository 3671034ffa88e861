"""Commitment games: a leader fixes one or two numbers for all to see, then others respond in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from deterrence.errors import ExpressionError, GameError
from deterrence.expressions import Condition, Expr, ExprLike, Number, as_expr, substitute, symbols_of
from deterrence.expressions.terms import coefficients, from_terms, terms_of
from deterrence.games.base import Game
from deterrence.games.frozen import FrozenMap
from deterrence.games.nodes import Player
from deterrence.games.outline import commitment_lines
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About

__all__ = ["MAX_RESPONSES", "CommitmentGame", "Response"]

MAX_CONTROLS: Final = 2
MAX_RESPONSES: Final = 6


@dataclass(frozen=True, kw_only=True)
class Response:
    """One player's reaction to what the leader fixed; one of three kinds.

    - A decision: `gain` is what acting yields over not acting; the player acts when it is positive.
    - A decision by private type: the gain is linear in `type`, which is uniform between `low` and `high`; the
      response is the probability of acting.
    - A number: the player maximises `payoff` over its own number between `low` and `high`, named like the response.

    Formulas may use the leader's numbers and every response that is listed before, which is one made later in the play.
    """

    player: str
    gain: Expr | None = None
    payoff: Expr | None = None
    type: str = ""
    low: Expr | None = None
    high: Expr | None = None

    @property
    def formulas(self) -> tuple[Expr, ...]:
        """All formulas."""
        return tuple(f for f in (self.gain, self.payoff, self.low, self.high) if f is not None)

    @property
    def bounds(self) -> tuple[Expr, Expr]:
        """The bounds of the type or of the number; zero and one for a decision without type."""
        return (self.low or Number(0), self.high or Number(1))

    @property
    def range(self) -> tuple[Expr, Expr]:
        """The least and the greatest value of the response itself."""
        return self.bounds if self.payoff is not None else (Number(0), Number(1))

    @property
    def is_decision(self) -> bool:
        """Whether the response is to act or not, by a player without private type."""
        return self.gain is not None and not self.type

    def replaced(self, values: Mapping[str, Expr]) -> Response:
        """Return the response with names replaced in all formulas."""
        gain, payoff, low, high = (
            None if f is None else substitute(f, values) for f in (self.gain, self.payoff, self.low, self.high)
        )
        return replace(self, gain=gain, payoff=payoff, low=low, high=high)


class CommitmentGame(Game):
    """A leader chooses numbers from intervals and binds itself; the others see them and respond.

    Parameters
    ----------
    leader:
        the name of the player who commits.
    controls:
        for each of the one or two numbers its lowest and highest value, formulas in the parameters.
    responses:
        what the others, or the leader itself later on, do in reply, last mover first.
    payoffs:
        the leader's payoff, and any other's that is of interest, in the leader's numbers and the responses.

    Followers who are indifferent do what the leader prefers, without which the best commitment need not exist (the
    strong Stackelberg equilibrium). Raises `GameError` for a response that belongs to no kind or uses a name too early.

    >>> from deterrence.expressions import parse_expression as formula
    >>> game = CommitmentGame(
    ...     "Patron", {"s": (0, 1)}, {"attack": Response(player="Challenger", gain=formula("g - s"))},
    ...     {"Patron": formula("-attack - s**2")})
    >>> [p.name for p in game.parameters]
    ['g']
    """

    form: ClassVar[str] = "commitment"
    leader: str
    controls: FrozenMap[str, tuple[Expr, Expr]]
    responses: FrozenMap[str, Response]
    payoffs: FrozenMap[str, Expr]

    def __init__(
        self,
        leader: str,
        controls: Mapping[str, tuple[ExprLike, ExprLike]],
        responses: Mapping[str, Response],
        payoffs: Mapping[str, ExprLike],
        *,
        assume: Iterable[Condition | str] = (),
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        closed = self._begin(definitions, about)
        bounds = {name: (as_expr(low), as_expr(high)) for name, (low, high) in controls.items()}
        names = dict.fromkeys([leader, *(r.player for r in responses.values())])
        self._set(
            players=tuple(Player(who) for who in names),
            leader=leader,
            controls=FrozenMap({s: (substitute(a, closed), substitute(b, closed)) for s, (a, b) in bounds.items()}),
            responses=FrozenMap({name: response.replaced(closed) for name, response in responses.items()}),
            payoffs=FrozenMap({who: substitute(as_expr(f), closed) for who, f in payoffs.items()}),
        )
        _check(self)
        self._finish(assume, parameters)

    def variables(self) -> tuple[str, ...]:
        """Return the names of the leader's numbers, of responses and of types."""
        types = [r.type for r in self.responses.values() if r.type]
        return (*self.controls, *self.responses, *types)

    def quantities(self) -> Mapping[str, tuple[str, ...]]:
        """Return payoffs, the leader's numbers and the responses, as in `U(A)`, `choice(s)` and `response(attack)`."""
        return {"U": tuple(self.payoffs), "choice": tuple(self.controls), "response": tuple(self.responses)}

    def formulas(self) -> Iterator[Expr]:
        """Yield bounds, responses and payoffs."""
        for low, high in self.controls.values():
            yield from (low, high)
        for response in self.responses.values():
            yield from response.formulas
        yield from self.payoffs.values()

    def outline(self) -> list[str]:
        """Return the leader's numbers, the responses and the payoffs as lines of text."""
        return commitment_lines(self)

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield one row: the payoffs as formulas in the leader's numbers and the responses."""
        yield "payoff", tuple(self.payoffs.get(p.name, Number(0)) for p in self.players)

    def _structure(self) -> tuple[object, ...]:
        return (self.leader, self.controls, self.responses, self.payoffs)


def _check(game: CommitmentGame) -> None:
    if not 1 <= len(game.controls) <= MAX_CONTROLS:
        raise GameError(f"the leader fixes {len(game.controls)} numbers", where="leader", remedy="one or two")
    if len(game.responses) > MAX_RESPONSES:
        raise GameError(f"{len(game.responses)} responses", where="responses", remedy=f"at most {MAX_RESPONSES}")
    if game.leader not in game.payoffs:
        raise GameError(f"no payoff for {game.leader!r}", where="payoffs", remedy="give the leader a payoff")
    known = {p.name for p in game.players}
    for who in game.payoffs:
        if who not in known:
            raise GameError(f"{who!r} neither leads nor responds", where="payoffs", remedy="name one of the players")
    names = game.variables()
    if len(set(names)) < len(names):
        raise GameError("two numbers have one name", where="responses", remedy="give each its own name")
    _check_order(game)


def _check_order(game: CommitmentGame) -> None:
    """Check that no formula uses a response before it is known, and that every response is of one kind."""
    every = set(game.variables())
    for name, (low, high) in game.controls.items():
        _only(every, set(), (low, high), f"leader {name}")
    known = set(game.controls)
    for name, response in game.responses.items():
        where = f"responses {name}"
        _check_kind(response, where)
        _only(every, set() if response.type else known, [b for b in (response.low, response.high) if b], where)
        own = {response.type} if response.type else {name} if response.payoff is not None else set[str]()
        _only(every, known | own, [f for f in (response.gain, response.payoff) if f is not None], where)
        known.add(name)
    _only(every, known, game.payoffs.values(), "payoffs")


def _only(every: set[str], known: set[str], formulas: Iterable[Expr], where: str) -> None:
    for formula in formulas:
        for symbol in symbols_of(formula):
            if symbol.name in every and symbol.name not in known:
                remedy = "use the leader's numbers and responses that are listed before"
                raise GameError(f"{symbol.name!r} is not known here", where=where, remedy=remedy)


def _check_kind(response: Response, where: str) -> None:
    bounded = response.low is not None and response.high is not None
    if (response.gain is None) == (response.payoff is None):
        raise GameError("neither gain nor payoff, or both", where=where, remedy="write one of them")
    if (response.payoff is not None or response.type) and not bounded:
        raise GameError("low or high is missing", where=where, remedy="bound the type or the player's number")
    if response.is_decision and (response.low is not None or response.high is not None):
        raise GameError("bounds without a type", where=where, remedy="name the type, or leave low and high out")
    if response.gain is not None and response.type:
        _check_linear(response.gain, response.type, where)


def _check_linear(gain: Expr, name: str, where: str) -> None:
    try:
        found = coefficients(terms_of(gain), name)
    except ExpressionError:
        found = {}
    slopes = [from_terms(terms) for power, terms in found.items() if power == 1]
    if not slopes or any(power not in (0, 1) for power in found) or not isinstance(slopes[0], Number):
        remedy = f"write the gain as a formula plus or minus {name}"
        raise GameError(f"the gain is not linear in {name!r} with a number as its slope", where=where, remedy=remedy)
