"""Everything public is documented, and the examples in the documentation do what they say."""

from __future__ import annotations

import doctest
import inspect
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).parents[1] / "src"
DOCTEST_OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def module_name(path: Path) -> str:
    """The dotted name of a source file."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = [module_name(path) for path in sorted(SOURCE.rglob("*.py")) if path.name != "__main__.py"]


def undocumented(module: ModuleType) -> list[str]:
    """Public classes and functions of a module that have no docstring of their own."""
    public = {name: getattr(module, name) for name in getattr(module, "__all__", ())}
    return [
        name
        for name, thing in public.items()
        if (inspect.isclass(thing) or inspect.isroutine(thing)) and not has_docstring(thing)
    ]


def has_docstring(thing: object) -> bool:
    """Say whether somebody wrote a docstring; a dataclass without one is given its signature instead."""
    text = (thing.__doc__ or "").strip()
    return bool(text) and not text.startswith(f"{getattr(thing, '__name__', '')}(")


@pytest.mark.parametrize("name", MODULES)
def test_public_names_are_documented(name: str) -> None:
    module = import_module(name)
    assert module.__doc__
    assert undocumented(module) == []


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    failed = doctest.testmod(import_module(name), optionflags=DOCTEST_OPTIONS).failed
    assert failed == 0, capsys.readouterr().out


def test_missing_docstrings_are_noticed() -> None:
    def bare() -> None: ...

    @dataclass
    class Bare:
        x: int

    class Shown:
        """Documented."""

    def told() -> None:
        """Documented."""

    module = ModuleType("sample")
    vars(module).update(bare=bare, Bare=Bare, Shown=Shown, told=told, __all__=["bare", "Bare", "Shown", "told"])
    assert undocumented(module) == ["bare", "Bare"]
