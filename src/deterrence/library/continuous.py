"""Continuous games in a model file: [aggregate] and [choices], read and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Condition, Expr
from deterrence.games import Aggregate, ContinuousGame, Interval, Parameter, indexed
from deterrence.games.continuous import AGGREGATES, MAX_ACTORS
from deterrence.library.places import Place, Table
from deterrence.library.scope import Scope
from deterrence.library.toml_text import formula, inline, key, string, table_lines

__all__ = ["read_continuous", "write_continuous"]

_CHOICE: Final = ("low", "high", "payoff", "weight", "each")


def read_continuous(
    root: Table, parameters: tuple[Parameter, ...], scope: Scope, assume: Iterable[Condition]
) -> ContinuousGame:
    """Return the game that [aggregate] and [choices] describe.

    A choice with `each = ["1", "2"]` stands for one player of every label; a name w in its formulas that is no
    parameter, while w_1 and w_2 are, means the player's own one.
    """
    aggregate = _aggregate(root.table("aggregate"), scope)
    table = root.table("choices")
    if not table.data:
        raise root.place.error("[choices] is missing", "give every player an interval and a payoff")
    choices: dict[str, Interval] = {}
    for who, interval in _choices(table, aggregate, parameters, scope):
        if who in choices:
            raise (table.place / who).error(f"two players are named {who[:64]!r}", "give each its own name")
        choices[who] = interval
    place = table.place
    try:
        return ContinuousGame(
            choices, aggregate=aggregate, assume=assume, parameters=parameters, definitions=scope.definitions
        )
    except GameError as error:
        where = place / error.where.removeprefix("player ") if error.where.startswith("player ") else root.place
        raise where.error(error.problem, error.remedy) from None


def _aggregate(table: Table, scope: Scope) -> Aggregate:
    table.only("name", "of", "kind", "exponent")
    exponent = scope.formula(table.data["exponent"], table.place / "exponent") if "exponent" in table else None
    with table.place.holding():
        return Aggregate(
            name=table.text("name") or "X",
            of=table.text("of") or "x",
            kind=table.choice("kind", AGGREGATES, "sum"),
            exponent=exponent,
        )


def _choices(
    table: Table, aggregate: Aggregate, parameters: tuple[Parameter, ...], scope: Scope
) -> Iterator[tuple[str, Interval]]:
    count, place = 0, Place(table.place.file) / "aggregate"
    for name in table:
        entry = table.table(name).only(*_CHOICE)
        labels = entry.texts("each") if "each" in entry else ()
        count += max(1, len(labels))
        if count > MAX_ACTORS:
            raise entry.place.error(f"more than {MAX_ACTORS} players", "build a larger game in Python")
        stems = _stems(labels, parameters)
        inside = scope.knowing(stems, entry.place)
        interval = _interval(entry, inside, inside.knowing((aggregate.of, aggregate.name), place))
        with entry.place.holding():
            yield from indexed(labels, interval, stems).items() if "each" in entry else [(name, interval)]


def _stems(labels: tuple[str, ...], parameters: tuple[Parameter, ...]) -> tuple[str, ...]:
    """Return the names that every label can be added to, such as w when w_1 and w_2 are parameters."""
    names = {p.name for p in parameters}
    if not labels:
        return ()
    found = [name[: -len(labels[0]) - 1] for name in names if name.endswith(f"_{labels[0]}")]
    return tuple(s for s in sorted(found) if s and s not in names and all(f"{s}_{each}" in names for each in labels))


def _interval(table: Table, bounds: Scope, payoffs: Scope) -> Interval:
    for word in ("low", "high", "payoff"):
        table.needed(word, 'write { low = 0, high = "w", payoff = "formula" }')

    def read(word: str, scope: Scope) -> Expr:
        return scope.formula(table.data[word], table.place / word)

    weight = read("weight", bounds) if "weight" in table else None
    return Interval(read("low", bounds), read("high", bounds), payoff=read("payoff", payoffs), weight=weight)


def write_continuous(game: ContinuousGame) -> list[str]:
    """Return [aggregate] and [choices], every player written out."""
    how = game.aggregate
    words = {"name": string(how.name), "of": string(how.of), "kind": string(how.kind)}
    if how.exponent is not None:
        words["exponent"] = formula(how.exponent)
    choices = {key(who): _written(interval) for who, interval in game.choices.items()}
    return [*table_lines("[aggregate]", words), *table_lines("[choices]", choices)]


def _written(interval: Interval) -> str:
    entries = {"low": formula(interval.low), "high": formula(interval.high), "payoff": formula(interval.payoff)}
    return inline(entries if interval.weight is None else {**entries, "weight": formula(interval.weight)})
