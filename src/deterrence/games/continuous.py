"""Continuous games: every player chooses a number, and payoffs depend on it and on an aggregate of all numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final, Literal, TypeAlias, get_args

from deterrence.errors import GameError
from deterrence.expressions import Condition, Expr, ExprLike, Number, Symbol, as_expr, substitute, symbols_of
from deterrence.games.base import Game
from deterrence.games.frozen import Frozen, FrozenMap
from deterrence.games.nodes import Player
from deterrence.games.outline import continuous_lines
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About

__all__ = ["AGGREGATES", "MAX_ACTORS", "Aggregate", "AggregateKind", "ContinuousGame", "Interval", "indexed"]

AggregateKind: TypeAlias = Literal["sum", "min", "max", "ces"]
AGGREGATES: Final[tuple[AggregateKind, ...]] = get_args(AggregateKind)
MAX_ACTORS: Final = 200


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """How the actions `of` all players make up the aggregate `name`, with weights w of the players.

    `sum`: w_1 x_1 + ... + w_n x_n; `min` and `max`: of the w_i x_i; `ces`: (w_1 x_1**e + ... + w_n x_n**e)**(1/e)
    with exponent e, and for e = 0 its limit x_1**w_1 * ... * x_n**w_n when the weights sum to one.
    """

    name: str = "X"
    of: str = "x"
    kind: AggregateKind = "sum"
    exponent: Expr | None = None

    def __post_init__(self) -> None:
        """Check names, kind and exponent."""
        for name in (self.name, self.of):
            Symbol(name)  # refuses what is no name
        if self.name == self.of:
            raise GameError("action and aggregate have one name", where="aggregate", remedy="give each its own name")
        if self.kind not in AGGREGATES:
            raise GameError(f"no aggregate {self.kind!r}", where="aggregate", remedy=f"one of {', '.join(AGGREGATES)}")
        if (self.kind == "ces") != (self.exponent is not None):
            remedy = "an exponent belongs to kind ces, and to it alone"
            raise GameError("the exponent is missing, or there should be none", where="aggregate", remedy=remedy)

    @property
    def formulas(self) -> tuple[Expr, ...]:
        """The exponent, if there is one."""
        return () if self.exponent is None else (self.exponent,)


class Interval(Frozen):
    """What one player chooses from, and its payoff: a formula in its own action and the aggregate.

    `low` and `high` bound the action and are formulas in the parameters; `weight` is the player's weight in the
    aggregate, by default one (for a CES aggregate one over the number of players).
    """

    __slots__ = ("high", "low", "payoff", "weight")
    low: Expr
    high: Expr
    payoff: Expr
    weight: Expr | None

    def __init__(self, low: ExprLike, high: ExprLike, *, payoff: ExprLike, weight: ExprLike | None = None) -> None:
        given = None if weight is None else as_expr(weight)
        self._set(low=as_expr(low), high=as_expr(high), payoff=as_expr(payoff), weight=given)

    def _key(self) -> tuple[object, ...]:
        return (self.low, self.high, self.payoff, self.weight)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Interval) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Interval({self.low.key}, {self.high.key}, payoff={self.payoff.key})"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by value."""
        return (_interval, self._key())

    def replaced(self, values: Mapping[str, Expr]) -> Interval:
        """Return the interval with names replaced in all its formulas."""
        weight = None if self.weight is None else substitute(self.weight, values)
        low, high, payoff = (substitute(f, values) for f in (self.low, self.high, self.payoff))
        return Interval(low, high, payoff=payoff, weight=weight)


def _interval(low: Expr, high: Expr, payoff: Expr, weight: Expr | None) -> Interval:
    return Interval(low, high, payoff=payoff, weight=weight)


def indexed(labels: Iterable[str], interval: Interval, names: Iterable[str]) -> dict[str, Interval]:
    """Return an interval for every label, each name of `names` replaced by `name_label`.

    >>> w = Symbol("w")
    >>> indexed(["1", "2"], Interval(0, w, payoff=w - Symbol("x")), ["w"])["2"].high.key
    'w_2'
    """
    stems, labels = tuple(names), tuple(labels)
    if len(set(labels)) < len(labels):
        raise GameError("a label is given twice", remedy="give each player its own label")
    return {label: interval.replaced({s: Symbol(f"{s}_{label}") for s in stems}) for label in labels}


class ContinuousGame(Game):
    """A game in which player i chooses a number x_i from an interval and gets u_i(x_i, X), X an aggregate of all.

    Parameters
    ----------
    choices:
        for every player its interval, payoff and weight; payoffs use the names of action and aggregate.
    aggregate:
        how the actions make up the aggregate, and both names.

    Aggregative games are those of Selten (1970), Corchon (1994) and Cornes and Hartley (2007): public goods, contests,
    arms races. Raises `GameError` for a bound or weight that uses an action.

    >>> w, x, total = Symbol("w"), Symbol("x"), Symbol("X")
    >>> ally = Interval(0, w, payoff=(w - x) ** Fraction(1, 2) * total ** Fraction(1, 2))
    >>> game = ContinuousGame({"A": ally, "B": ally})
    >>> [p.name for p in game.parameters]
    ['w']
    """

    form: ClassVar[str] = "continuous"
    choices: FrozenMap[str, Interval]
    aggregate: Aggregate

    def __init__(
        self,
        choices: Mapping[str, Interval],
        *,
        aggregate: Aggregate | None = None,
        assume: Iterable[Condition | str] = (),
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        closed = self._begin(definitions, about)
        how = aggregate or Aggregate()
        if how.exponent is not None:
            how = Aggregate(name=how.name, of=how.of, kind=how.kind, exponent=substitute(how.exponent, closed))
        if not 1 <= len(choices) <= MAX_ACTORS:
            raise GameError(f"{len(choices)} players", where="players", remedy=f"between 1 and {MAX_ACTORS}")
        self._set(
            players=tuple(Player(who) for who in choices),
            choices=FrozenMap({who: interval.replaced(closed) for who, interval in choices.items()}),
            aggregate=how,
        )
        _check_bounds(self)
        self._finish(assume, parameters)

    def variables(self) -> tuple[str, ...]:
        """Return the names of action and aggregate."""
        return (self.aggregate.of, self.aggregate.name)

    def weight(self, who: str) -> Expr:
        """Return a player's weight in the aggregate."""
        given = self.choices[who].weight
        default = Fraction(1, len(self.choices)) if self.aggregate.kind == "ces" else Fraction(1)
        return Number(default) if given is None else given

    def quantities(self) -> Mapping[str, tuple[str, ...]]:
        """Return payoffs, actions and the aggregate, as in `U(A)`, `x(A)` and `aggregate(X)`."""
        names = tuple(p.name for p in self.players)
        return {"U": names, self.aggregate.of: names, "aggregate": (self.aggregate.name,)}

    def formulas(self) -> Iterator[Expr]:
        """Yield bounds, weights and payoffs, player by player."""
        for who, interval in self.choices.items():
            yield from (interval.low, interval.high, self.weight(who), interval.payoff)
        yield from self.aggregate.formulas

    def outline(self) -> list[str]:
        """Return players, intervals and payoffs as lines of text."""
        return continuous_lines(self)

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield one row: the payoffs as formulas in own action and aggregate."""
        yield "payoff", tuple(interval.payoff for interval in self.choices.values())

    def _structure(self) -> tuple[object, ...]:
        return (self.choices, self.aggregate)


def _check_bounds(game: ContinuousGame) -> None:
    own = set(game.variables())
    for who, interval in game.choices.items():
        for what, formula in {"low": interval.low, "high": interval.high, "weight": game.weight(who)}.items():
            used = own & {symbol.name for symbol in symbols_of(formula)}
            if used:
                remedy = "bounds and weights are formulas in the parameters"
                raise GameError(f"{what} uses {used.pop()!r}", where=f"player {who}", remedy=remedy)
