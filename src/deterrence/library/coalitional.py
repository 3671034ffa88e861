"""Coalitional games in model files: [players], [coalitions], [bargaining], read and written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Condition, Expr, to_text
from deterrence.games import CoalitionalGame, FrozenMap, Gathered, Parameter
from deterrence.games.coalitional import GATHERED, WORDS, GatheredKind
from deterrence.library.places import Place, Table
from deterrence.library.read_games import in_document
from deterrence.library.scope import Scope
from deterrence.library.toml_text import formula, inline, key, string, table_lines

__all__ = ["SECTIONS", "formulas_of", "gathered_from", "numbers_of", "read_coalitional", "write_coalitional"]

SECTIONS: Final = ("players", "coalitions", "bargaining")


def read_coalitional(
    root: Table, parameters: tuple[Parameter, ...], scope: Scope, assume: Iterable[Condition]
) -> CoalitionalGame:
    """Return the game that [players], [coalitions] and [bargaining] describe.

    A player's table gives its own numbers, from which those of a coalition are gathered; the worth is a formula of
    these, a condition on them, or a table.
    """
    players, table = root.table("players"), root.table("coalitions")
    owned = {who: formulas_of(players.table(who), scope) for who in players}
    gathered = {name: gathered_from(table.table(name), owned, scope) for name in table if name not in WORDS}
    _check_used(players, table)
    given = [word for word in WORDS if word in table]
    if len(given) != 1:
        raise table.place.error("no worth of coalitions, or two", "write one of worth, cost and wins in [coalitions]")
    bargaining = root.table("bargaining").only("threat", "weight")
    try:
        return CoalitionalGame(
            players,
            _worth(table, given[0], scope.knowing(gathered, table.place)),
            gathered=gathered,
            costs=given == ["cost"],
            threats=formulas_of(bargaining.table("threat"), scope),
            weights=formulas_of(bargaining.table("weight"), scope),
            assume=assume,
            parameters=parameters,
            definitions=scope.definitions,
        )
    except GameError as error:
        raise in_document(error, root) from None


def formulas_of(table: Table, scope: Scope) -> dict[str, Expr]:
    """Return a table of formulas."""
    return {name: scope.formula(value, table.place / name) for name, value in table.data.items()}


def _check_used(players: Table, table: Table) -> None:
    """Check that every number of a player goes into one of a coalition."""
    used = {str(what) for name in table if name not in WORDS for what in table.table(name).data.values()}
    for who in players:
        for name in players.table(who):
            if name not in used:
                place = players.place / who / name
                raise place.error(
                    f"nothing gathers {name[:64]!r}", f'write W = {{ sum = "{name[:64]}" }} in [coalitions]'
                )


def gathered_from(table: Table, owned: dict[str, dict[str, Expr]], scope: Scope) -> Gathered:
    """Return how a number is gathered from those that the players own."""
    table.only(*GATHERED)
    kinds: list[GatheredKind] = [kind for kind in GATHERED if table.data.get(kind) is not None]
    if len(kinds) != 1:
        raise table.place.error("how the number is gathered is missing", 'write { sum = "v" }, or min or max')
    (kind,) = kinds
    place, what = table.place / kind, table.data[kind]
    if not isinstance(what, str):
        number = scope.formula(what, place)
        return Gathered.over(kind, dict.fromkeys(owned, number))
    return Gathered.over(kind, numbers_of(what, owned, place))


def numbers_of(what: str, owned: dict[str, dict[str, Expr]], place: Place) -> dict[str, Expr]:
    """Return a number that every player has, by its name."""
    for who, numbers in owned.items():
        if what not in numbers:
            raise place.error(f"player {who[:64]!r} has no number {what[:64]!r}", f"write {who} = {{ {what} = ... }}")
    return {who: numbers[what] for who, numbers in owned.items()}


def _worth(table: Table, word: str, scope: Scope) -> Expr | Condition | dict[tuple[str, ...], Expr]:
    place = table.place / word
    if word == "wins":
        return scope.condition(table.text(word), place)
    if not isinstance(table.data[word], dict):
        return scope.formula(table.data[word], place)
    rows = formulas_of(table.table(word), scope)
    return {tuple(who.strip() for who in name.split(",")): value for name, value in rows.items()}


def write_coalitional(game: CoalitionalGame) -> list[str]:
    """Return [players], [coalitions] and [bargaining]."""
    owned = {p.name: {name: formula(pool.of[p.name]) for name, pool in game.gathered.items()} for p in game.players}
    pools = {name: inline({pool.kind: string(name)}) for name, pool in game.gathered.items()}
    bargaining = {"threat": game.threats, "weight": game.weights}
    return [
        *table_lines("[players]", {key(who): inline(numbers) for who, numbers in owned.items()}),
        *_worth_lines(game, pools),
        *table_lines("[bargaining]", {name: _row(row) for name, row in bargaining.items() if row}),
    ]


def _worth_lines(game: CoalitionalGame, pools: dict[str, str]) -> list[str]:
    worth, word = game.worth, "cost" if game.costs else "worth"
    if isinstance(worth, Condition):
        return table_lines("[coalitions]", pools | {"wins": string(to_text(worth))})
    if isinstance(worth, Expr):
        return table_lines("[coalitions]", pools | {word: formula(worth)})
    return table_lines(f"[coalitions.{word}]", {key(", ".join(s)): formula(f) for s, f in worth.items()})


def _row(formulas: FrozenMap[str, Expr]) -> str:
    return inline({key(who): formula(f) for who, f in formulas.items()})
