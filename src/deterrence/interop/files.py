"""Reading and writing Gambit files by path."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from deterrence.compiled import Value
from deterrence.errors import ModelFileError, SolverError
from deterrence.games import ExtensiveGame, Game, StrategicGame
from deterrence.interop.efg_reader import parse_efg
from deterrence.interop.nfg_reader import parse_nfg
from deterrence.interop.writers import efg_text, nfg_text
from deterrence.library.safety import read_text, shown_path

__all__ = ["is_gambit_file", "parse_gambit", "read_gambit", "write_gambit"]


def read_gambit(path: str | os.PathLike[str]) -> ExtensiveGame | StrategicGame:
    """Return the game in an .efg or .nfg file, told apart by its first word, with exact numbers.

    Players, nodes and actions keep their labels as far as our labels allow: reserved signs become hyphens, empty and
    repeated labels get numbers. Outcomes on the way are added to the payoffs at the end. The file is untrusted: its
    size is bounded like that of a model file. Raises `ModelFileError` with the line for a file that is not in the
    format, and `GameError` for a game of imperfect recall.
    """
    return parse_gambit(read_text(path), shown_path(path))


def parse_gambit(text: str, file: str = "text") -> ExtensiveGame | StrategicGame:
    """Return the game of a text in Gambit's formats.

    >>> parse_gambit('NFG 1 R "one" { "A" } { 2 } 1 3/2').shape
    (2,)
    """
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    if first == "EFG":
        return parse_efg(text, file)
    if first == "NFG":
        return parse_nfg(text, file)
    raise ModelFileError("neither an EFG nor an NFG file", where=f"{file}: line 1", remedy="its first word says which")


def write_gambit(game: Game, *, at: Mapping[str, Value] | None = None) -> str:
    """Return a game at one point as the text of an .efg file, for a tree, or an .nfg file, for a strategic game.

    `at` is as in `solve`, single numbers. Raises `SolverError` for other forms of game.

    >>> from deterrence.library import load
    >>> write_gambit(load("crisis-management/chicken")).splitlines()[0]
    'NFG 1 R "Chicken: a crisis that neither side wants to lose" { "Row" "Column" }'
    """
    if isinstance(game, ExtensiveGame):
        return efg_text(game, at)
    if isinstance(game, StrategicGame):
        return nfg_text(game, at)
    raise SolverError(f"Gambit has no {game.form} games", remedy="export a tree or a strategic game")


def is_gambit_file(path: str) -> bool:
    """Say whether a path names a Gambit file by its ending."""
    return Path(path).suffix.lower() in (".efg", ".nfg")
