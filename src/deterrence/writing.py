"""Files written whole: what is half written never has the name that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from deterrence.errors import DeterrenceError

__all__ = ["write_text", "write_whole"]


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a draft beside the path and give it its name when it is complete; make a missing folder.

    Whatever ends it early, no draft is left. Raises `DeterrenceError` when the file cannot be written.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(draft)
        draft.replace(path)
    except OSError as error:
        problem = f"cannot be written: {error.strerror or 'error'}"
        raise DeterrenceError(problem, where=str(path), remedy="name another file") from None
    finally:
        if path.parent.is_dir():
            draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole; raises as `write_whole` does."""
    write_whole(path, lambda draft: draft.write_text(text, encoding="utf-8"))
