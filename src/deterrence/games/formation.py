"""Formation games: players form links or coalitions, and what each gets depends on the whole structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import ClassVar, Final, Literal, TypeAlias, get_args

from deterrence.errors import GameError
from deterrence.escape import for_terminal
from deterrence.expressions import (
    Condition,
    Expr,
    ExprLike,
    as_expr,
    substitute,
    substitute_condition,
    symbols_of,
    to_text,
)
from deterrence.games.base import Game
from deterrence.games.coalitional import Gathered, check_covers, closed_formulas
from deterrence.games.frozen import FrozenMap
from deterrence.games.nodes import Player
from deterrence.games.parameters import Parameter
from deterrence.games.statements import About

__all__ = ["MOST_FORMING", "STRUCTURES", "FormationGame", "StructureKind", "pairs", "places_of"]

StructureKind: TypeAlias = Literal["network", "partition"]
STRUCTURES: Final[tuple[StructureKind, ...]] = get_args(StructureKind)
MOST_FORMING: Final[Mapping[str, int]] = {"network": 5, "partition": 7}  # players: 1,024 networks, 877 partitions


class FormationGame(Game):
    """A game in which players form a network of links, or a partition into coalitions.

    Parameters
    ----------
    players:
        their names; at most five for networks, seven for partitions.
    kind:
        what they form, one of `STRUCTURES`.
    payoff:
        what a player gets, a formula in numbers of its place in the structure: in a network `degree`, its links, and
        `dist_1`, `dist_2`, ..., how many players are at that distance; in a partition `groups`, the number of
        coalitions; in both `size`, the number of members of its group, and what `own` and `gathered` name. The group of
        a player is its coalition, in a network itself and its neighbours.
    own, gathered:
        by name, a number of each player, and how a number of its group is gathered from the members.
    when:
        a condition without which the payoff is zero, such as having a majority.
    strengths, advantage:
        for war stability: the strength of each player, and by how much attackers must be superior.

    Raises `GameError` for too many players, missing numbers and clashing names.

    >>> from deterrence.expressions import parse_expression
    >>> game = FormationGame("ABC", "network", parse_expression("b*dist_1 + b**2*dist_2 - c*degree"))
    >>> [p.name for p in game.parameters]
    ['b', 'c']
    """

    form: ClassVar[str] = "formation"
    kind: StructureKind
    payoff: Expr
    own: FrozenMap[str, FrozenMap[str, Expr]]
    gathered: FrozenMap[str, Gathered]
    when: Condition | None
    strengths: FrozenMap[str, Expr]
    advantage: Expr

    def __init__(
        self,
        players: Iterable[str],
        kind: StructureKind,
        payoff: ExprLike = 0,
        *,
        own: Mapping[str, Mapping[str, ExprLike]] | None = None,
        gathered: Mapping[str, Gathered] | None = None,
        when: Condition | None = None,
        strengths: Mapping[str, ExprLike] | None = None,
        advantage: ExprLike = 1,
        assume: Iterable[Condition | str] = (),
        parameters: Iterable[Parameter] = (),
        definitions: Mapping[str, ExprLike] | None = None,
        about: About | None = None,
    ) -> None:
        closed = self._begin(definitions, about)
        names = tuple(players)
        _check_players(names, kind)
        pools = {name: Gathered(g.kind, closed_formulas(g.of, closed)) for name, g in (gathered or {}).items()}
        self._set(
            players=tuple(Player(name) for name in names),
            kind=kind,
            payoff=substitute(as_expr(payoff), closed),
            own=FrozenMap({name: closed_formulas(row, closed) for name, row in (own or {}).items()}),
            gathered=FrozenMap(pools),
            when=None if when is None else substitute_condition(when, closed),
            strengths=closed_formulas(strengths or {}, closed),
            advantage=substitute(as_expr(advantage), closed),
        )
        _check(self, names)
        self._finish(assume, parameters)

    def places(self) -> tuple[str, ...]:
        """Return the numbers of a player's place in the structure that payoffs may use."""
        return places_of(self.kind, len(self.players))

    def variables(self) -> tuple[str, ...]:
        """Return the names that payoffs use besides parameters."""
        return (*self.places(), *self.own, *self.gathered)

    def formulas(self) -> Iterator[Expr]:
        """Yield numbers of players, payoff, condition, strengths and advantage."""
        for row in (*self.own.values(), *(pool.of for pool in self.gathered.values()), self.strengths):
            yield from row.values()
        yield from (self.payoff, self.advantage)
        yield from self.when.formulas if self.when is not None else ()

    def quantities(self) -> Mapping[str, tuple[str, ...]]:
        """Return payoffs, who is joined to whom, and totals: links, groups (or components), welfare."""
        names = tuple(p.name for p in self.players)
        joined = tuple("-".join(pair) for pair in pairs(names))
        return {"U": names, "joined": joined, "total": ("links", "groups", "welfare")}

    def outline(self) -> list[str]:
        """Return the payoff and the numbers it uses as lines of text."""
        return [for_terminal(line) for line in _lines(self)]

    def outcome_rows(self) -> Iterator[tuple[str, tuple[Expr, ...]]]:
        """Yield nothing: payoffs belong to structures."""
        return iter(())

    def _structure(self) -> tuple[object, ...]:
        return (self.kind, self.payoff, self.own, self.gathered, self.when, self.strengths, self.advantage)


def pairs(players: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield all pairs of players, in the order in which structures list them."""
    return combinations(players, 2)


def places_of(kind: str, players: int) -> tuple[str, ...]:
    """Return the numbers of a player's place in a structure that payoffs may use."""
    return ("size", "degree", *(f"dist_{k}" for k in range(1, players))) if kind == "network" else ("size", "groups")


def _check_players(names: tuple[str, ...], kind: str) -> None:
    if kind not in STRUCTURES:
        raise GameError(f"no structure {kind!r}", where="structure", remedy=f"one of {', '.join(STRUCTURES)}")
    if not 2 <= len(names) <= MOST_FORMING[kind]:
        remedy = f"between 2 and {MOST_FORMING[kind]}"
        raise GameError(f"{len(names)} players form a {kind}", where="players", remedy=remedy)
    if len(set(names)) < len(names):
        raise GameError("two players have one name", where="players", remedy="give each its own name")


def _check(game: FormationGame, names: tuple[str, ...]) -> None:
    variables = game.variables()
    if len(set(variables)) < len(variables):
        raise GameError("two numbers have one name", where="structure", remedy=f"besides {', '.join(game.places())}")
    rows = {**game.own, **{name: pool.of for name, pool in game.gathered.items()}}
    rows |= {"strength": game.strengths} if game.strengths else {}
    for name, row in rows.items():
        where = f"structure {name}"
        check_covers(row, names, where)
        used = {s.name for formula in row.values() for s in symbols_of(formula)} & set(variables)
        if used:
            remedy = "only the payoff is a formula of the structure"
            raise GameError(f"{sorted(used)[0]!r} belongs to the structure", where=where, remedy=remedy)


def _lines(game: FormationGame) -> Iterator[str]:
    yield f"players form a {game.kind}"
    for name, row in game.own.items():
        yield f"{name}: own number of " + "; ".join(f"{who} {to_text(f)}" for who, f in row.items())
    for name, pool in game.gathered.items():
        yield f"{name}: {pool.kind} over the group of " + "; ".join(f"{who} {to_text(f)}" for who, f in pool.of.items())
    condition = "" if game.when is None else f" if {to_text(game.when)}, else 0"
    yield f"each gets {to_text(game.payoff)}{condition}"
    if game.strengths:
        yield "strength: " + "; ".join(f"{who} {to_text(f)}" for who, f in game.strengths.items())
        yield f"attackers need more than {to_text(game.advantage)} times the defenders' strength"
