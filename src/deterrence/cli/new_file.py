"""A commented model file to start from, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Final

from deterrence.errors import ModelFileError

__all__ = ["TEMPLATES", "create", "template"]

TEMPLATES: Final = ("extensive", "strategic", "continuous", "commitment")


def template(form: str) -> str:
    """Return the text of the model file to start from, by one of the `TEMPLATES`."""
    return (files("deterrence.cli") / "templates" / f"{form}.toml").read_text(encoding="utf-8")


def create(file: Path, form: str) -> None:
    """Write the file to start from; raise `ModelFileError` when there is one already or it cannot be written.

    The text is complete before it gets its name, and a link never replaces what has that name.
    """
    try:
        descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".toml")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(template(form))
            os.chmod(draft, 0o666 & ~_mask())
            os.link(draft, file)
        finally:
            os.unlink(draft)
    except FileExistsError:
        raise ModelFileError("there is a file of that name", where=str(file), remedy="choose another name") from None
    except OSError as error:
        problem = f"cannot be written: {error.strerror or 'error'}"
        raise ModelFileError(problem, where=str(file), remedy="check the folder and its permissions") from None


def _mask() -> int:
    """Return which permissions new files lack here."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
