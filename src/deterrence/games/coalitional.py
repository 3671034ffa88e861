"""Coalitional games with transferable utility: every coalition of players has a worth, or a cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar, Final, Literal, TypeAlias, get_args

from deterrence.errors import GameError
from deterrence.escape import for_terminal
from deterrence.expressions import (
    Comparison,
    Condition,
    Expr,
    ExprLike,
    Symbol,
    as_expr,
    did_you_mean,
    substitute,
    substitute_condition,
    symbols_of,
    to_text,
)
from deterrence.games.base import Game
from deterrence.games.frozen import FrozenMap
from deterrence.games.nodes import Player
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About

__all__ = ["GATHERED", "MAX_MEMBERS", "CoalitionalGame", "Gathered", "GatheredKind", "coalitions"]

GatheredKind: TypeAlias = Literal["sum", "min", "max"]
GATHERED: Final[tuple[GatheredKind, ...]] = get_args(GatheredKind)
WORDS: Final = ("worth", "cost", "wins")  # what files call the worth, and so no name of a gathered number
MAX_MEMBERS: Final = 16  # 65,536 coalitions

Coalition: TypeAlias = tuple[str, ...]
Worth: TypeAlias = "Expr | Condition | FrozenMap[Coalition, Expr]"


@dataclass(frozen=True)
class Gathered:
    """A number of a coalition: the sum, the smallest or the largest of what its members have (by player `of`)."""

    kind: GatheredKind
    of: FrozenMap[str, Expr]

    @classmethod
    def over(cls, kind: GatheredKind, of: Mapping[str, ExprLike]) -> Gathered:
        """Return a gathered number from a plain mapping.

        >>> Gathered.over("sum", {"A": 1, "B": 2}).kind
        'sum'
        """
        return cls(kind, FrozenMap({who: as_expr(formula) for who, formula in of.items()}))


class CoalitionalGame(Game):
    """A game with transferable utility: v(S) for every coalition S of players, v of the empty one being zero.

    Parameters
    ----------
    players:
        their names, between one and `MAX_MEMBERS`.
    worth:
        a formula of the numbers that `gathered` names; a condition on them, where a coalition is worth one when it
        holds and nothing otherwise (a simple game, as in weighted voting); or a table with a formula for every
        coalition.
    gathered:
        by name, how a number of a coalition is gathered from its members.
    costs:
        whether the numbers are costs that are to be shared instead of worths.
    threats, weights:
        for Nash bargaining: what each player gets without agreement (by default its worth alone), and its bargaining
        weight (by default the same for all).

    Raises `GameError` for missing coalitions, unknown players and clashing names.

    >>> from deterrence.expressions import parse_condition
    >>> game = CoalitionalGame("123", parse_condition("W >= q"),
    ...     gathered={"W": Gathered.over("sum", {"1": 3, "2": 2, "3": 1})})
    >>> [p.name for p in game.parameters]
    ['q']
    """

    form: ClassVar[str] = "coalitional"
    worth: Worth
    gathered: FrozenMap[str, Gathered]
    costs: bool
    threats: FrozenMap[str, Expr]
    weights: FrozenMap[str, Expr]

    def __init__(
        self,
        players: Iterable[str],
        worth: ExprLike | Condition | Mapping[Coalition, ExprLike],
        *,
        gathered: Mapping[str, Gathered] | None = None,
        costs: bool = False,
        threats: Mapping[str, ExprLike] | None = None,
        weights: Mapping[str, ExprLike] | None = None,
        assume: Iterable[Condition | str] = (),
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        closed = self._begin(definitions, about)
        names = tuple(players)
        _check_players(names)
        pools = {name: Gathered(g.kind, closed_formulas(g.of, closed)) for name, g in (gathered or {}).items()}
        self._set(
            players=tuple(Player(name) for name in names),
            worth=_worth(worth, names, closed),
            gathered=FrozenMap(pools),
            costs=costs,
            threats=closed_formulas(threats or {}, closed),
            weights=closed_formulas(weights or {}, closed),
        )
        _check(self, names)
        self._finish(assume, parameters)

    @classmethod
    def voting(cls, weights: Mapping[str, ExprLike], quota: ExprLike) -> CoalitionalGame:
        """Return the weighted voting game [quota; weights]: a coalition wins with at least the quota.

        >>> CoalitionalGame.voting({"A": 2, "B": 1}, 2).outline()[-1]
        '1 if w >= 2, else 0'
        """
        enough = Comparison((Symbol("w"), as_expr(quota)), (">=",))
        return cls(weights, enough, gathered={"w": Gathered.over("sum", weights)})

    @property
    def is_simple(self) -> bool:
        """Whether coalitions win or lose."""
        return isinstance(self.worth, Condition)

    def variables(self) -> tuple[str, ...]:
        """Return the names of gathered numbers."""
        return tuple(self.gathered)

    def formulas(self) -> Iterator[Expr]:
        """Yield what members have, the worth, threats and weights."""
        for pool in self.gathered.values():
            yield from pool.of.values()
        yield from _formulas(self.worth)
        yield from (*self.threats.values(), *self.weights.values())

    def quantities(self) -> Mapping[str, tuple[str, ...]]:
        """Return payoffs, shares of a cost, membership in a coalition, and what holds of game and allocation."""
        names = tuple(p.name for p in self.players)
        shares = {"cost": names} if self.costs else {}
        holds = ("stable", "superadditive", "convex")
        return {"U": names, **shares, "member": names, "is": holds, "excess": ("largest",)}

    def outline(self) -> list[str]:
        """Return gathered numbers and the worth as lines of text."""
        return [for_terminal(line) for line in _lines(self)]

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield nothing: worths belong to coalitions."""
        return iter(())

    def _structure(self) -> tuple[object, ...]:
        return (self.worth, self.gathered, self.costs, self.threats, self.weights)


def coalitions(players: Iterable[str]) -> Iterator[Coalition]:
    """Yield every coalition that is not empty, smaller ones first, members in the order of the players."""
    names = tuple(players)
    for size in range(1, len(names) + 1):
        yield from combinations(names, size)


def closed_formulas(formulas: Mapping[str, ExprLike], closed: Mapping[str, Expr]) -> FrozenMap[str, Expr]:
    """Return formulas with definitions written out."""
    return FrozenMap({name: substitute(as_expr(formula), closed) for name, formula in formulas.items()})


def _worth(
    worth: ExprLike | Condition | Mapping[Coalition, ExprLike], names: Coalition, closed: Mapping[str, Expr]
) -> Worth:
    if isinstance(worth, Condition):
        return substitute_condition(worth, closed)
    if not isinstance(worth, Mapping):
        return substitute(as_expr(worth), closed)
    given: dict[frozenset[str], ExprLike] = {}
    for members, formula in worth.items():
        where = f"worth {', '.join(members)}"
        for who in members:
            if who not in names:
                raise GameError(f"unknown player {who!r}", where=where, remedy=did_you_mean(who, names))
        if not members or frozenset(members) in given or len(set(members)) < len(members):
            raise GameError("a coalition or member twice, or nobody", where=where, remedy="name each coalition once")
        given[frozenset(members)] = formula
    missing = next((s for s in coalitions(names) if frozenset(s) not in given), None)
    if missing is not None:
        raise GameError(f"no worth of {', '.join(missing)}", where="worth", remedy="give every coalition its worth")
    return FrozenMap({s: substitute(as_expr(given[frozenset(s)]), closed) for s in coalitions(names)})


def _formulas(worth: Worth) -> Iterator[Expr]:
    if isinstance(worth, Expr):
        yield worth
    else:
        yield from worth.formulas if isinstance(worth, Condition) else worth.values()


def _check_players(names: Coalition) -> None:
    if not 1 <= len(names) <= MAX_MEMBERS:
        raise GameError(f"{len(names)} players", where="players", remedy=f"between 1 and {MAX_MEMBERS}")
    if len(set(names)) < len(names):
        raise GameError("two players have one name", where="players", remedy="give each its own name")


def _check(game: CoalitionalGame, names: Coalition) -> None:
    for name, pool in game.gathered.items():
        where = f"coalitions {name}"
        Symbol(name)  # refuses what is no name
        if name in WORDS:
            raise GameError(f"{name!r} is what files call the worth", where=where, remedy="choose another name")
        if pool.kind not in GATHERED:
            raise GameError(f"no way {pool.kind!r} to gather", where=where, remedy=f"one of {', '.join(GATHERED)}")
        check_covers(pool.of, names, where)
        _check_free(pool.of.values(), game.variables(), where)
    for what, formulas in (("threat", game.threats), ("weight", game.weights)):
        if formulas:
            check_covers(formulas, names, f"bargaining {what}")
            _check_free(formulas.values(), game.variables(), f"bargaining {what}")
    if isinstance(game.worth, FrozenMap):
        _check_free(game.worth.values(), game.variables(), "worth")
    used = {s.name for f in _formulas(game.worth) for s in symbols_of(f)}
    idle = [name for name in game.gathered if name not in used]
    if idle:
        raise GameError(f"nothing uses {idle[0]!r}", where=f"coalitions {idle[0]}", remedy="use it or remove it")


def check_covers(formulas: Mapping[str, Expr], names: Coalition, where: str) -> None:
    """Check that there is a formula for every player, and for nobody else."""
    for who in formulas:
        if who not in names:
            raise GameError(f"unknown player {who!r}", where=where, remedy=did_you_mean(who, names))
    missing = [who for who in names if who not in formulas]
    if missing:
        raise GameError(f"nothing for player {missing[0]!r}", where=where, remedy="give every player a formula")


def _check_free(formulas: Iterable[Expr], names: Iterable[str], where: str) -> None:
    """Check that formulas of players use no number of a coalition."""
    for formula in formulas:
        used = {s.name for s in symbols_of(formula)} & set(names)
        if used:
            remedy = "only the worth is a formula of numbers of the coalition"
            raise GameError(f"{sorted(used)[0]!r} belongs to a coalition", where=where, remedy=remedy)


def _lines(game: CoalitionalGame) -> Iterator[str]:
    for name, pool in game.gathered.items():
        yield f"{name}: {pool.kind} over members of " + "; ".join(f"{who} {to_text(f)}" for who, f in pool.of.items())
    for what, formulas in (("threat", game.threats), ("weight", game.weights)):
        if formulas:
            yield f"bargaining {what}: " + "; ".join(f"{who} {to_text(f)}" for who, f in formulas.items())
    if isinstance(game.worth, FrozenMap):
        yield from (f"{', '.join(s)}: {to_text(f)}" for s, f in game.worth.items())
    elif isinstance(game.worth, Condition):
        yield f"1 if {to_text(game.worth)}, else 0"
    else:
        yield f"{'cost' if game.costs else 'worth'} {to_text(game.worth)}"
