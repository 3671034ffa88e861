"""Stochastic games in model files: [players], [play], [states] and [absorbing], read and written."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Condition, Expr, Number, did_you_mean
from deterrence.games import Parameter, Stage, StochasticGame, Transition
from deterrence.games.stochastic import MAX_STATES
from deterrence.library.places import Place, Table
from deterrence.library.read_games import in_document
from deterrence.library.scope import Scope
from deterrence.library.toml_text import formula, inline, key, string, strings, table_lines

__all__ = ["SECTIONS", "read_stochastic", "write_stochastic"]

SECTIONS: Final = ("players", "play", "states", "absorbing")
MAX_ENTRIES: Final = 20_000  # profiles of all states together


def read_stochastic(
    root: Table, parameters: tuple[Parameter, ...], scope: Scope, assume: Iterable[Condition]
) -> StochasticGame:
    """Return the game that [players], [play], [states] and [absorbing] describe."""
    players, play, states, ends = (root.table(name) for name in SECTIONS)
    for name in players:
        players.table(name).only()
    play.only("discount").needed("discount", "discount = a formula")
    if not 1 <= len(states.data) <= MAX_STATES:
        raise states.place.error(f"{len(states.data)} states with moves", f"between 1 and {MAX_STATES}")
    if sum(len(states.table(name).data) for name in states) > MAX_ENTRIES:
        raise states.place.error("too many profiles", f"at most {MAX_ENTRIES}")
    try:
        return StochasticGame(
            {name: _stage(states.table(name), tuple(players), scope) for name in states},
            {name: _row(ends.table(name), tuple(players), scope) for name in ends},
            discount=scope.formula(play.data["discount"], play.place / "discount"),
            assume=assume,
            parameters=parameters,
            definitions=scope.definitions,
        )
    except GameError as error:
        raise in_document(error, root) from None


def _stage(table: Table, players: tuple[str, ...], scope: Scope) -> Stage:
    table.needed("actions", "list the actions of every player")
    actions = table.table("actions").only(*players)
    named = {who: actions.texts(who) for who in players}
    known = {", ".join(profile): profile for profile in product(*named.values())} if _small(named) else {}
    entries = {}
    for label in (name for name in table if name != "actions"):
        profile = tuple(part.strip() for part in label.split(","))
        if profile not in known.values():
            raise (table.place / label).error(f"no profile {label[:64]!r}", did_you_mean(label, known))
        entries[profile] = _entry(table.table(label), players, scope)
    return Stage.of(named, entries)


def _small(named: dict[str, tuple[str, ...]]) -> bool:
    size = 1
    for names in named.values():
        size *= len(names)
    return size <= MAX_ENTRIES


def _entry(table: Table, players: tuple[str, ...], scope: Scope) -> Transition:
    table.only(*players, "next").needed("next", 'next = "state", or { state = "probability" }')
    payoffs = {who: scope.formula(table.data.get(who, 0), table.place / who) for who in players}
    return Transition.of(payoffs, _next(table.data["next"], table, table.place / "next", scope))


def _next(value: object, table: Table, place: Place, scope: Scope) -> str | dict[str, Expr]:
    if isinstance(value, str):
        return value
    chances = table.table("next")
    return {state: scope.formula(q, place / state) for state, q in chances.data.items()}


def _row(table: Table, players: tuple[str, ...], scope: Scope) -> dict[str, Expr]:
    return {who: scope.formula(value, table.place / who) for who, value in table.only(*players).data.items()}


def write_stochastic(game: StochasticGame) -> list[str]:
    """Return [players], [play], a table for every state, and [absorbing]."""
    lines = table_lines("[players]", {key(p.name): "{}" for p in game.players})
    lines += table_lines("[play]", {"discount": formula(game.discount)})
    for name, stage in game.stages.items():
        actions = inline({key(who): strings(names) for who, names in stage.actions.items()})
        rows = {key(", ".join(profile)): _written(entry) for profile, entry in stage.table.items()}
        lines += table_lines(f"[states.{key(name)}]", {"actions": actions, **rows})
    ends = {
        key(name): inline({key(who): formula(u) for who, u in row.items() if u != Number(0)})
        for name, row in game.absorbing.items()
    }
    return lines + table_lines("[absorbing]", ends)


def _written(entry: Transition) -> str:
    payoffs = {key(who): formula(u) for who, u in entry.payoffs.items() if u != Number(0)}
    states = list(entry.next)
    sure = len(states) == 1 and entry.next[states[0]] == Number(1)
    chances = string(states[0]) if sure else inline({key(s): formula(q) for s, q in entry.next.items()})
    return inline({**payoffs, "next": chances})
