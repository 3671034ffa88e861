"""Timing games in model files: [clocks], read and written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Condition
from deterrence.games import Clock, Parameter, TimingGame
from deterrence.games.timing import TIME
from deterrence.library.places import Table
from deterrence.library.read_games import in_document
from deterrence.library.scope import Scope
from deterrence.library.toml_text import formula, inline, key, table_lines

__all__ = ["SECTIONS", "read_timing", "write_timing"]

SECTIONS: Final = ("clocks",)


def read_timing(
    root: Table, parameters: tuple[Parameter, ...], scope: Scope, assume: Iterable[Condition]
) -> TimingGame:
    """Return the game that [clocks] describes."""
    clocks = root.table("clocks")
    wider = scope.knowing([TIME], clocks.place)
    if len(clocks.data) != 2:
        raise clocks.place.error(f"{len(clocks.data)} sides", "two sides, each with a clock")
    try:
        return TimingGame(
            {who: _clock(clocks.table(who), wider) for who in clocks},
            assume=assume,
            parameters=parameters,
            definitions=scope.definitions,
        )
    except GameError as error:
        raise in_document(error, root) from None


def _clock(table: Table, scope: Scope) -> Clock:
    table.only("wins", "quits", "fights")
    for name in ("wins", "quits"):
        table.needed(name, "a formula in the time t")
    return Clock.of(*(scope.formula(table.data.get(n, 0), table.place / n) for n in ("wins", "quits", "fights")))


def write_timing(game: TimingGame) -> list[str]:
    """Return [clocks]."""
    rows = {
        key(who): inline({"wins": formula(c.wins), "quits": formula(c.quits), "fights": formula(c.fights)})
        for who, c in game.clocks.items()
    }
    return table_lines("[clocks]", rows)
