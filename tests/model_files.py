"""Which files under models/ are models: not the scenarios and data, which have formats of their own."""

from __future__ import annotations

from pathlib import Path

from deterrence.library import models_folder

__all__ = ["model_files", "model_slugs"]


def model_files() -> list[Path]:
    """Every model file of the library, in order."""
    return sorted(path for path in models_folder().glob("*/*.toml") if path.parent.name not in ("scenarios", "data"))


def model_slugs() -> list[str]:
    """The slug of every model file, in order."""
    return sorted(f"{path.parent.name}/{path.stem}" for path in model_files())
