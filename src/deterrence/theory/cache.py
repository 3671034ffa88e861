"""Derived theories kept on disk, by the content of the game and the version of the engine.

The folder is `$DETERRENCE_CACHE`, else `deterrence` in `$XDG_CACHE_HOME` or `~/.cache`. A file gets its name when it
is complete, so neither a second writer nor a sudden end leaves half of one. What does not read back as it was written
is derived again. Only complete theories in which nothing stayed undecided are kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from deterrence.errors import DeterrenceError, ExpressionError, ModelFileError
from deterrence.games import EquilibriumResult, ExtensiveGame, StrategicGame
from deterrence.library import write_game
from deterrence.theory.classes import Theory
from deterrence.theory.concepts import default_concept
from deterrence.theory.derive import derive, derive_profile, table_tree
from deterrence.theory.encoding import decoded, encoded
from deterrence.theory.refine import check_refinement, refine

__all__ = [
    "FOLDER_VARIABLE",
    "cache_folder",
    "entry_path",
    "profile_theory_of",
    "read_entry",
    "theory_of",
    "write_entry",
]

FOLDER_VARIABLE: Final = "DETERRENCE_CACHE"
_FORMAT: Final = "deterrence/theory-cache"
_ENGINE: Final = ("expressions", "games", "theory")  # the packages that determine a theory


def theory_of(
    game: ExtensiveGame | StrategicGame,
    *,
    concept: str | None = None,
    refinement: str = "none",
    progress: Callable[[str], None] | None = None,
    keep: bool = True,
) -> Theory:
    """Return the game's theory, read from disk where it was derived before, else derived and kept.

    Without a concept it is `pbe` where that is defined, else `sequential`; Nash equilibrium for a strategic game.

    With `keep=False` nothing is read or written. A folder that cannot be written keeps nothing, and a game that a
    model file has no words for is derived every time. Raises what `derive` raises.
    """
    if isinstance(game, StrategicGame):
        tree = table_tree(game, concept, refinement)
        return replace(theory_of(tree, progress=progress, keep=keep), concept="nash")
    concept = concept or default_concept(game)
    path = entry_path(game, concept, refinement) if keep else None
    return _kept(path, game, lambda: _derived(game, concept, refinement, progress, keep))


def profile_theory_of(game: ExtensiveGame, result: EquilibriumResult) -> Theory:
    """Return the classes that somewhere play a published profile, read from disk or derived and kept.

    Raises what `derive_profile` raises.
    """
    path = entry_path(game, result.concept, result.refinement, profile=result.id)
    return _kept(path, game, lambda: derive_profile(game, result))


def _kept(path: Path | None, game: ExtensiveGame, make: Callable[[], Theory]) -> Theory:
    """Return the theory in a file, else the one made now, which is then kept there."""
    found = read_entry(path, game) if path is not None else None
    if found is not None:
        return found
    theory = make()
    if path is not None and theory.complete and not theory.counts.get("undecided", 0):
        write_entry(path, theory)
    return theory


def _derived(
    game: ExtensiveGame, concept: str, refinement: str, progress: Callable[[str], None] | None, keep: bool
) -> Theory:
    """Return a theory derived now; a refined one from the unrefined theory, which may be on disk."""
    check_refinement(refinement)
    if refinement == "none":
        return derive(game, concept=concept, progress=progress)
    return refine(theory_of(game, concept=concept, progress=progress, keep=keep), refinement, progress)


def cache_folder() -> Path:
    """Return the folder in which theories are kept; it need not exist."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~").expanduser() / ".cache")
    return Path(base) / "deterrence"


def entry_path(game: ExtensiveGame, concept: str, refinement: str, *, profile: str = "") -> Path | None:
    """Return the file for a game's theory, None where the game has no canonical text.

    `profile` is the id of a result where the theory is about its profile alone.
    """
    try:
        text = write_game(game)
    except ModelFileError:
        return None
    content = "\n".join((_engine(), concept, refinement, profile, text))
    return cache_folder() / f"{hashlib.sha256(content.encode()).hexdigest()}.json"


@cache
def _engine() -> str:
    """Return a hash of the source that determines theories: a changed engine never reads what an older one wrote."""
    digest = hashlib.sha256()
    package = Path(__file__).resolve().parents[1]
    for folder in _ENGINE:
        for path in sorted((package / folder).rglob("*.py")):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def read_entry(path: Path, game: ExtensiveGame) -> Theory | None:
    """Return the theory in a file, None where there is none or it is not as it was written."""
    try:
        document = json.loads(path.read_bytes())
        body = document["theory"]
        if document["format"] != _FORMAT or document["sha256"] != _digest(body):
            return None
        return decoded(game, body)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, DeterrenceError):
        return None


def write_entry(path: Path, theory: Theory) -> bool:
    """Keep a theory in a file, whole or not at all; say whether that was done."""
    try:
        body = encoded(theory)
    except ExpressionError:
        return False  # holds a formula that text cannot carry
    document = {"format": _FORMAT, "sha256": _digest(body), "theory": body}
    text = json.dumps(document, ensure_ascii=True)
    if decoded(theory.game, json.loads(text)["theory"]) != theory:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text.encode())
    except OSError:
        return False  # keeping is a convenience: a full or read-only disk is no error
    return True


def _digest(body: object) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _replace(path: Path, content: bytes) -> None:
    """Put content under a name in one step, after it is safe on disk."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".draft")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
