"""Symmetric wars of attrition in model files: [side], read and written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Condition, Number
from deterrence.games import AttritionGame, Parameter
from deterrence.games.timing import TIME
from deterrence.library.laws import law_text, read_law
from deterrence.library.places import Table
from deterrence.library.read_games import in_document
from deterrence.library.scope import Scope
from deterrence.library.toml_text import formula, string, table_lines

__all__ = ["SECTIONS", "read_attrition", "write_attrition"]

SECTIONS: Final = ("side",)
_KEYS: Final = ("name", "count", "type", "law", "wins", "quits", "risk")


def read_attrition(
    root: Table, parameters: tuple[Parameter, ...], scope: Scope, assume: Iterable[Condition]
) -> AttritionGame:
    """Return the game that [side] describes."""
    side = root.table("side").only(*_KEYS)
    for name in ("wins", "quits"):
        side.needed(name, "a formula in the time t")
    kind = side.text("type") if "type" in side.data else ""
    wider = scope.knowing([TIME, *([kind] if kind else [])], side.place)
    try:
        return AttritionGame(
            wins=wider.formula(side.data["wins"], side.place / "wins"),
            quits=wider.formula(side.data["quits"], side.place / "quits"),
            count=scope.formula(side.data.get("count", 2), side.place / "count"),
            type=kind,
            law=read_law(side, scope) if "law" in side.data else None,
            risk=scope.knowing([TIME], side.place).formula(side.data.get("risk", 0), side.place / "risk"),
            player=side.text("name") if "name" in side.data else "Side",
            assume=assume,
            parameters=parameters,
            definitions=scope.definitions,
        )
    except GameError as error:
        raise in_document(error, root) from None


def write_attrition(game: AttritionGame) -> list[str]:
    """Return [side]."""
    entries = {"name": string(game.side), "count": formula(game.count)}
    if game.law is not None:
        entries |= {"type": string(game.type), "law": law_text(game.law)}
    entries |= {"wins": formula(game.wins), "quits": formula(game.quits)}
    if game.risk != Number(0):
        entries |= {"risk": formula(game.risk)}
    return table_lines("[side]", entries)
