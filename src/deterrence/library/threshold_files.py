"""Threshold games in model files: [players], [thresholds] and [events], read and written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Condition, did_you_mean
from deterrence.games import Parameter, Threshold, ThresholdGame
from deterrence.games.threshold import MAX_THRESHOLDS
from deterrence.library.laws import law_text, read_law
from deterrence.library.places import Table
from deterrence.library.read_games import in_document
from deterrence.library.scope import Scope
from deterrence.library.toml_text import formula, inline, key, string, table_lines

__all__ = ["SECTIONS", "read_threshold", "write_threshold"]

SECTIONS: Final = ("players", "thresholds", "events")
_KEYS: Final = ("player", "type", "law", "acts", "act", "refrain")


def read_threshold(
    root: Table, parameters: tuple[Parameter, ...], scope: Scope, assume: Iterable[Condition]
) -> ThresholdGame:
    """Return the game that [players], [thresholds] and [events] describe."""
    players, entries, events = root.table("players"), root.table("thresholds"), root.table("events")
    if not 1 <= len(entries.data) <= MAX_THRESHOLDS:
        raise entries.place.error(f"{len(entries.data)} thresholds", f"between 1 and {MAX_THRESHOLDS}")
    for name in players:
        players.table(name).only()
    tables = {name: entries.table(name).only(*_KEYS) for name in entries}
    types = [_word(table, "type", "the name of the private type in formulas") for table in tables.values()]
    wider = scope.knowing(dict.fromkeys([*tables, *types]), entries.place)
    thresholds = [_threshold(name, table, players, wider) for name, table in tables.items()]
    try:
        return ThresholdGame(
            thresholds,
            players=players,
            events={name: wider.formula(events.data[name], events.place / name) for name in events},
            assume=assume,
            parameters=parameters,
            definitions=scope.definitions,
        )
    except GameError as error:
        raise in_document(error, root) from None


def _word(table: Table, name: str, remedy: str) -> str:
    table.needed(name, remedy)
    return table.text(name)


def _threshold(name: str, table: Table, players: Table, scope: Scope) -> Threshold:
    player = _word(table, "player", "who decides")
    if player not in players:
        raise (table.place / "player").error(f"unknown player {player[:64]!r}", did_you_mean(player, players))
    table.needed("act", "what acting yields")
    with table.place.holding():
        return Threshold(
            name,
            player,
            type=table.text("type"),
            law=read_law(table, scope),
            acts=table.choice("acts", ("above", "below"), "above"),
            act=scope.formula(table.data["act"], table.place / "act"),
            refrain=scope.formula(table.data.get("refrain", 0), table.place / "refrain"),
        )


def write_threshold(game: ThresholdGame) -> list[str]:
    """Return [players], [thresholds] and [events]."""
    return [
        *table_lines("[players]", {key(p.name): "{}" for p in game.players}),
        *table_lines("[thresholds]", {name: _entry(t) for name, t in game.thresholds.items()}),
        *table_lines("[events]", {key(name): formula(f) for name, f in game.event_of.items()}),
    ]


def _entry(t: Threshold) -> str:
    entries = {"player": string(t.player), "type": string(t.type), "law": law_text(t.law)}
    entries |= {"acts": string(t.acts)} if t.acts != "above" else {}
    return inline(entries | {"act": formula(t.act), "refrain": formula(t.refrain)})
