"""What the user named: a model, and values for its parameters and integers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from deterrence.errors import ExpressionError, ParameterError
from deterrence.expressions import did_you_mean, exact_number
from deterrence.games import Game
from deterrence.interop.files import is_gambit_file, read_gambit
from deterrence.library import load, references

__all__ = ["game_and_point", "is_file", "only_integers", "open_model", "parse_settings", "reference"]

MAX_SHOWN = 80


def parse_settings(settings: Iterable[str]) -> dict[str, Fraction]:
    """Return the values of `NAME=VALUE` words, read exactly.

    Raises `ParameterError` for a word without a name or number, and for a name that is given twice.

    >>> parse_settings(["p=0.3", "q=1/3"])
    {'p': Fraction(3, 10), 'q': Fraction(1, 3)}
    """
    values: dict[str, Fraction] = {}
    for setting in settings:
        name, equals, text = (part.strip() for part in setting.partition("="))
        where = f"--set {setting[:MAX_SHOWN]}"
        if not name or not equals:
            raise ParameterError("not of the form NAME=VALUE", where=where, remedy="for instance --set p=0.3")
        if name in values:
            raise ParameterError(f"{name!r} is set twice", where=where, remedy="keep one of the two")
        try:
            values[name] = exact_number(text)
        except ExpressionError as error:
            remedy = error.remedy or "write one decimal such as 0.25 or one ratio such as 1/4"
            raise ParameterError(error.problem, where=where, remedy=remedy) from None
    return values


def open_model(model: str, **integers: int) -> Game:
    """Return the model in the file of that path where there is one, else the library's model of that slug.

    Files that end in .efg or .nfg are Gambit's.
    """
    if is_gambit_file(model):
        return read_gambit(model)
    return load(Path(model) if is_file(model) else model, **integers)


def is_file(model: str) -> bool:
    """Say whether the name is the path of a file."""
    return os.path.isfile(model)


def game_and_point(model: str, settings: Iterable[str]) -> tuple[Game, dict[str, Fraction]]:
    """Return the game, built with the integers that were set, and the values of its parameters.

    Raises what `load` raises, and `ParameterError` for a name that is neither parameter nor integer, a number
    that is not whole for an integer, and a parameter left without a value.
    """
    values = parse_settings(settings)
    game = open_model(model)
    integers = {name: _whole(name, value) for name, value in values.items() if name in game.about.integers}
    if integers:
        game = open_model(model, **integers)
    known = [p.name for p in game.parameters]
    for name in values:
        if name not in known and name not in integers:
            names = [*known, *game.about.integers]
            raise ParameterError(f"unknown parameter {name!r}", where="--set", remedy=did_you_mean(name, names))
    point = {p.name: values.get(p.name, p.default) for p in game.parameters}
    for name, value in point.items():
        if value is None:
            raise ParameterError(f"no value for {name!r}", where=model, remedy=f"it has no default: --set {name}=...")
    return game, {name: value for name, value in point.items() if value is not None}


def only_integers(model: str, settings: Iterable[str]) -> Game:
    """Return the game built with the integers that were set; parameters stay symbols."""
    values = parse_settings(settings)
    game = open_model(model)
    for name in values:
        if name not in game.about.integers:
            remedy = did_you_mean(name, game.about.integers) if game.about.integers else "leave --set out"
            raise ParameterError(f"{name!r} is no integer of a family", where="--set", remedy=remedy)
    return open_model(model, **{n: _whole(n, v) for n, v in values.items()}) if values else game


def _whole(name: str, value: Fraction) -> int:
    if value.denominator != 1:
        raise ParameterError(f"{value} is not a whole number", where=f"--set {name}", remedy="give an integer")
    return int(value)


def reference(game: Game) -> str:
    """Return the game's source written out, empty where the bibliography does not have it."""
    found = references().get(game.about.source)
    return found.text if found else ""
