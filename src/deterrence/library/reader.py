"""Model files to games: the same frozen objects as built in Python."""

from __future__ import annotations

import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from deterrence.errors import GameError
from deterrence.families import Family
from deterrence.games import About, FrozenMap, Game
from deterrence.games.statements import FIDELITIES
from deterrence.library.forms import FILE_FORMS
from deterrence.library.places import MAX_PROSE, Place, Table
from deterrence.library.read_games import (
    family_named,
    read_family,
    read_integers,
    read_parameters,
)
from deterrence.library.read_statements import Statements
from deterrence.library.safety import parse_document, read_text, shown_path
from deterrence.library.scope import Scope
from deterrence.library.writer import write_game

__all__ = ["FORMAT", "parse_game", "read_game"]

FORMAT: Final = 1
MAX_SIZES: Final = 16
_EVERYWHERE: Final = ("format", "model", "parameters", "definitions", "results", "instances")
_MODEL_KEYS: Final = ("title", "form", "theme", "source", "fidelity", "claims", "catalogue", "summary", "assume")
_NONE: Final[FrozenMap[str, int]] = FrozenMap()


def read_game(path: str | os.PathLike[str], **integers: int) -> Game:
    """Return the game that a model file defines; `integers` replace those of its family.

    The file is data: nothing in it is executed, and size, nesting and formulas are bounded. Raises
    `ModelFileError`, whose `where` is `file: key.path`, for anything that the format does not allow.
    """
    return parse_game(read_text(path), file=shown_path(path), slug=Path(path).stem, **integers)


def parse_game(text: str, *, file: str = "text", slug: str = "", **integers: int) -> Game:
    """Return the game that the text of a model file defines; `file` is what errors call it.

    >>> game = parse_game('''
    ... format = 1
    ... model = { form = "strategic" }
    ... players = { A = {}, B = {} }
    ... actions = { A = ["x"], B = ["y"] }
    ... table = { "x, y" = { A = 1, B = 0.5 } }
    ... ''')
    >>> game.table["x", "y"]["B"]
    Number(1/2)
    """
    return _Reading(parse_document(text, file), integers).game(slug)


class _Reading:
    """One file on its way to a game."""

    def __init__(self, root: Table, integers: dict[str, int]) -> None:
        self.root = root
        self.model = root.table("model").only(*_MODEL_KEYS)
        self.form = self._form()
        self.family = family_named(root.table("family")) if "family" in root else None
        root.only(*_EVERYWHERE, *(("family",) if self.family else FILE_FORMS[self.form].sections))
        self.parameters = read_parameters(root.table("parameters"))
        self.scope = Scope(self.parameters, root.table("definitions"))
        self.assume = self.scope.conditions(self.model, "assume")
        self.sizes: dict[FrozenMap[str, int], Game] = {}
        self.integers = self._integers(integers)

    def game(self, slug: str) -> Game:
        """Return the game with all that the file says about it."""
        game = self._built()
        statements = Statements(self.root, self.scope, self._game_at)
        self.base = game
        about = self._about(slug)
        game = game.described(replace(about, results=statements.results(), instances=statements.instances()))
        digest = sha256(write_game(game).encode()).hexdigest()
        return game.described(replace(game.about, sha256=digest))

    def _form(self) -> str:
        if "scenario" in self.root and "model" not in self.root:
            raise self.root.place.error("this is a scenario, not a model", f"deterrence stress {self.root.place.file}")
        version = self.root.needed("format", "the first line of a model file is: format = 1")
        if version is True or version != FORMAT:
            raise (self.root.place / "format").error(f"unknown format {version!r:.20}", f"this version reads {FORMAT}")
        self.model.needed("form", "form = one of " + ", ".join(FILE_FORMS))
        return self.model.choice("form", tuple(FILE_FORMS), "")

    def _integers(self, given: dict[str, int]) -> FrozenMap[str, int]:
        if self.family is None:
            if given:
                raise self.root.place.error("the model is no family", f"leave out {next(iter(given))!r}")
            return _NONE
        written = _without(self.root.table("family"), "name")
        with self.root.place.holding():
            return self.family.complete({**read_integers(written, self.family), **given})

    def _built(self) -> Game:
        if self.family is not None:
            return self._sized(self.family, self.integers, self.root.place / "family")
        return FILE_FORMS[self.form].read(self.root, self.parameters, self.scope, self.assume)

    def _sized(self, family: Family[Game], integers: FrozenMap[str, int], place: Place) -> Game:
        if integers not in self.sizes:
            if len(self.sizes) == MAX_SIZES:
                raise place.error(f"results and instances of more than {MAX_SIZES} sizes", "keep fewer sizes")
            try:
                bare = family.game(**integers)
            except GameError as error:
                raise place.error(error.problem, error.remedy) from None
            self.sizes[integers] = read_family(bare, self.root, self.parameters, self.scope, self.assume)
        return self.sizes[integers]

    def _game_at(self, table: Table) -> tuple[Game, FrozenMap[str, int]]:
        """Return the game that a result or instance is about, with the integers that it names."""
        if self.family is None:
            if table.data:
                raise table.place.error("the model is no family", "remove this key")
            return self.base, _NONE
        given = read_integers(table, self.family)
        return self._sized(self.family, FrozenMap({**self.integers, **given}), table.place), given

    def _about(self, slug: str) -> About:
        model = self.model
        return About(
            slug=slug,
            title=model.text("title"),
            summary=model.text("summary", MAX_PROSE),
            theme=model.text("theme"),
            source=model.text("source"),
            fidelity=model.choice("fidelity", ("", *FIDELITIES), ""),
            claims=model.texts("claims"),
            catalogue=model.texts("catalogue"),
            family=self.family.name if self.family else "",
            integers=self.integers,
        )


def _without(table: Table, key: str) -> Table:
    return Table({name: value for name, value in table.data.items() if name != key}, table.place)
