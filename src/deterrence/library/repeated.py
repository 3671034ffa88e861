"""Repeated games in model files: [players], [actions] and [table] of a period, and [agreement], read and written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Condition, Number
from deterrence.games import Agreement, Parameter, RepeatedGame
from deterrence.library.places import Table
from deterrence.library.read_games import in_document, read_strategic
from deterrence.library.scope import Scope
from deterrence.library.toml_text import formula, inline, key, strings, table_lines
from deterrence.library.write_games import write_strategic

__all__ = ["SECTIONS", "read_repeated", "write_repeated"]

SECTIONS: Final = ("players", "actions", "table", "agreement")
_KEYS: Final = ("norm", "punishment", "periods", "lag", "false_alarm", "detection")


def read_repeated(
    root: Table, parameters: tuple[Parameter, ...], scope: Scope, assume: Iterable[Condition]
) -> RepeatedGame:
    """Return the game that the sections describe."""
    table = root.table("agreement").only(*_KEYS)
    for name in ("norm", "punishment"):
        table.needed(name, "the actions of all players, in their order")
    stage = read_strategic(root, (), scope, ())
    tailored = isinstance(table.data["punishment"], dict)
    after = table.table("punishment") if tailored else table
    try:
        agreement = Agreement(
            table.texts("norm"),
            {who: after.texts(who) for who in after} if tailored else after.texts("punishment"),
            periods=_whole(table, "periods"),
            lag=_whole(table, "lag") or 0,
            false_alarm=scope.formula(table.data.get("false_alarm", 0), table.place / "false_alarm"),
            detection=scope.formula(table.data.get("detection", 1), table.place / "detection"),
        )
        return RepeatedGame(stage, agreement, assume=assume, parameters=parameters, definitions=scope.definitions)
    except GameError as error:
        raise in_document(error, root) from None


def _whole(table: Table, name: str) -> int | None:
    value = table.data.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise (table.place / name).error("no whole number", "a whole number of periods")
    return value


def write_repeated(game: RepeatedGame) -> list[str]:
    """Return the sections of the stage game and [agreement]."""
    agreement = game.agreement
    if isinstance(agreement.punishment, tuple):
        after = strings(agreement.punishment)
    else:
        after = inline({key(who): strings(profile) for who, profile in agreement.punishment.items()})
    entries = {"norm": strings(agreement.norm), "punishment": after}
    entries |= {} if agreement.periods is None else {"periods": str(agreement.periods)}
    entries |= {"lag": str(agreement.lag)} if agreement.lag else {}
    alarms = {"false_alarm": (agreement.false_alarm, 0), "detection": (agreement.detection, 1)}
    entries |= {name: formula(f) for name, (f, usual) in alarms.items() if f != Number(usual)}
    return [*write_strategic(game.stage), *table_lines("[agreement]", entries)]
