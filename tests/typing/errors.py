"""Errors say what, where and what to do, by keyword."""

from __future__ import annotations

from deterrence.errors import DeterrenceError, GameError

GameError("no such node", where="tree", remedy="add it")
GameError(3)  # expect-error: arg-type
GameError("no such node", "tree")  # expect-error: call-arg

error: DeterrenceError = GameError("a child is one of the family")
reverse: GameError = DeterrenceError("but not the reverse")  # expect-error: assignment
