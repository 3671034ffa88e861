"""Gambit's strategic games (.nfg) as games of our own, numbers exact: payoff tables and lists of outcomes."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

from deterrence.errors import GameError
from deterrence.games import About, StrategicGame
from deterrence.games.strategic import MAX_PROFILES
from deterrence.interop.words import Labels, Words

__all__ = ["parse_nfg"]

Row = tuple[Fraction, ...]


def parse_nfg(text: str, file: str) -> StrategicGame:
    """Return the game of an .nfg text; raise `ModelFileError` with file and line where it is wrong.

    In both versions the first player's strategy runs fastest through the list of profiles.
    """
    words = Words.of(text, file)
    words.expect("NFG")
    words.expect("1")
    words.expect("R", "D")
    title = " ".join(words.string("the title").split())[:200]
    given = Labels()
    players = [given.give(name, f"Player {k}") for k, name in enumerate(words.strings("a player"), 1)]
    actions = _strategies(words, len(players))
    if words.is_string():
        words.string("a comment")
    total = prod(map(len, actions))
    if total > MAX_PROFILES:
        raise words.error(f"{total} profiles", f"at most {MAX_PROFILES}")
    rows = _by_outcome(words, len(players), total) if words.peek() == "{" else _by_payoff(words, len(players), total)
    words.finish()
    cells = [tuple(reversed(cell)) for cell in product(*reversed(actions))]
    table = {cell: dict(zip(players, row, strict=True)) for cell, row in zip(cells, rows, strict=True)}
    try:
        return StrategicGame(dict(zip(players, actions, strict=True)), table, about=About(title=title))
    except GameError as error:
        raise error.at(file) from None


def _strategies(words: Words, players: int) -> list[list[str]]:
    """Return the strategies' labels: given, or numbered where only counts are."""
    words.expect("{")
    out: list[list[str]] = []
    while words.peek() != "}":
        given = Labels()
        if words.peek() == "{":
            names = words.strings("a strategy")
        else:
            count = words.integer("a number of strategies")
            if count > MAX_PROFILES:
                raise words.error(f"{count} strategies", f"at most {MAX_PROFILES}")
            names = [""] * count
        out.append([given.give(name, str(k)) for k, name in enumerate(names, 1)])
    words.expect("}")
    if len(out) != players or not all(out):
        raise words.error(f"strategies of {len(out)} players, {players} are named", "give each at least one")
    return out


def _by_payoff(words: Words, players: int, total: int) -> list[Row]:
    return [tuple(words.number("a payoff") for _ in range(players)) for _ in range(total)]


def _by_outcome(words: Words, players: int, total: int) -> list[Row]:
    """Return the payoffs by profile, from a list of outcomes and the outcome of every profile; 0 is no payoff."""
    words.expect("{")
    outcomes: list[Row] = [(Fraction(0),) * players]
    while words.peek() == "{":
        words.expect("{")
        if words.is_string():
            words.string("a label")
        row: list[Fraction] = []
        while words.peek() != "}":
            row.append(words.number("a payoff"))
        words.expect("}")
        if len(row) != players:
            raise words.error(f"{len(row)} payoffs for {players} players", "give one for each")
        outcomes.append(tuple(row))
    words.expect("}")
    out = []
    for _ in range(total):
        number = words.integer("an outcome's number")
        if number >= len(outcomes):
            raise words.error(f"there is no outcome {number}", f"the file lists {len(outcomes) - 1}")
        out.append(outcomes[number])
    return out
