"""What a model file claims about its game: published results and worked instances."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, get_args

from deterrence.expressions import did_you_mean
from deterrence.games import EquilibriumResult, FrozenMap, Game, Instance, Quantity, SignResult
from deterrence.games.statements import CLAIMED_BY_VALUES, CONCEPTS, REFINEMENTS, Result, Sign
from deterrence.library.forms import FILE_FORMS, no_profile
from deterrence.library.places import MAX_PROSE, Place, Table, kind_of
from deterrence.library.scope import Scope, read_number

__all__ = ["Statements"]

_QUANTITY: Final = re.compile(r"([A-Za-z]\w{0,63})\((.+)\)", re.ASCII)
_RESULT_KEYS: Final = ("id", "concept", "profile", "iff", "values", "beliefs", "refinement", "note", "family")
_SIGN_KEYS: Final = ("id", "sign", "given", "note", "family")
_EXPECT_WORDS: Final = ("class", "count", "quantifier", "profile")
_SIGNS: Final[tuple[Sign, ...]] = get_args(Sign)


class Statements:
    """Reads results and instances; `game_at` gives the game for the integers of a family that one is about."""

    def __init__(self, root: Table, scope: Scope, game_at: Callable[[Table], tuple[Game, FrozenMap[str, int]]]):
        self.root, self.scope, self.game_at = root, scope, game_at
        self.ids: list[str] = []

    def results(self) -> tuple[Result, ...]:
        """Return every [[results]]."""
        tables = self.root.tables("results")
        for table in tables:
            self._name(table)
        return tuple(self._sign(table) if "sign" in table else self._equilibrium(table) for table in tables)

    def instances(self) -> tuple[Instance, ...]:
        """Return every [[instances]]; call it after `results`."""
        return tuple(self._instance(table) for table in self.root.tables("instances"))

    def _name(self, table: Table) -> None:
        table.needed("id", 'id = "a short name"')
        name = table.text("id")
        if not name or name in self.ids:
            raise (table.place / "id").error(
                f"{name[:64]!r} names another result or none", "give each result its own id"
            )
        self.ids.append(name)

    def _equilibrium(self, table: Table) -> EquilibriumResult:
        table.only(*_RESULT_KEYS)
        game, integers = self.game_at(table.table("family"))
        form = FILE_FORMS[game.form]
        by_values = form.profile is no_profile or table.text("concept") in CLAIMED_BY_VALUES
        claim = "values" if by_values else "profile"
        table.needed(claim, "or sign = { ... } for a comparative static or an inequality")
        table.needed("concept", "one of " + ", ".join(CONCEPTS))
        values = table.table("values")
        return EquilibriumResult(
            id=table.text("id"),
            concept=table.choice("concept", CONCEPTS, ""),
            profile=form.profile(table.table("profile"), game, self.scope),
            iff=self.scope.conditions(table, "iff"),
            refinement=table.choice("refinement", REFINEMENTS, "none"),
            beliefs=form.beliefs(table.table("beliefs"), game, self.scope),
            values=FrozenMap(
                {
                    read_quantity(key, game, values.place / key): self.scope.formula(value, values.place / key)
                    for key, value in values.data.items()
                }
            ),
            integers=integers,
            note=table.text("note", MAX_PROSE),
        )

    def _sign(self, table: Table) -> SignResult:
        sign = table.only(*_SIGN_KEYS).table("sign").only("of", "wrt", "is", "within")
        game, integers = self.game_at(table.table("family"))
        for key in ("of", "is"):
            sign.needed(key, 'write sign = { of = "formula", wrt = "parameter", is = "+" }')
        of, place = sign.data["of"], sign.place / "of"
        is_quantity = isinstance(of, str) and _names_a_quantity(of, game)
        wrt = sign.text("wrt")
        names = [p.name for p in game.parameters]
        if "wrt" in sign and wrt not in names:
            raise (sign.place / "wrt").error(f"no parameter {wrt[:64]!r}", did_you_mean(wrt, names))
        return SignResult(
            id=table.text("id"),
            of=read_quantity(str(of), game, place) if is_quantity else self.scope.formula(of, place),
            wrt=wrt,
            sign=sign.choice("is", _SIGNS, "?"),
            within=self._known_id(sign, "within"),
            given=self.scope.conditions(table, "given"),
            integers=integers,
            note=table.text("note", MAX_PROSE),
        )

    def _known_id(self, table: Table, key: str) -> str:
        name = table.text(key)
        if name and name not in self.ids:
            raise (table.place / key).error(f"no result {name[:64]!r}", did_you_mean(name, self.ids))
        return name

    def _instance(self, table: Table) -> Instance:
        table.only("at", "expect", "family", "ties", "note").needed("expect", "expect = what must hold there")
        game, integers = self.game_at(table.table("family"))
        expect = table.table("expect")
        quantities, definitions = self._expected(expect, game)
        return Instance(
            at=self._point(table.table("at"), game),
            values=quantities,
            definitions=definitions,
            profile=FILE_FORMS[game.form].profile(expect.table("profile"), game, self.scope),
            result=self._known_id(expect, "class"),
            count=expect.integer("count", least=0),
            quantifier=expect.choice("quantifier", ("every", "some"), "every"),
            ties=table.choice("ties", ("all", "first"), "all"),
            integers=integers,
            note=table.text("note", MAX_PROSE),
        )

    def _expected(self, expect: Table, game: Game) -> tuple[FrozenMap[Quantity, Fraction], FrozenMap[str, Fraction]]:
        quantities: dict[Quantity, Fraction] = {}
        definitions: dict[str, Fraction] = {}
        for key in (k for k in expect if k not in _EXPECT_WORDS):
            place = expect.place / key
            if _names_a_quantity(key, game):
                quantities[read_quantity(key, game, place)] = read_number(expect.data[key], place)
            elif key in self.scope.definitions:
                definitions[key] = read_number(expect.data[key], place)
            else:
                quantities_of = (f"{kind}({name})" for kind, names in game.quantities().items() for name in names)
                known = [*_EXPECT_WORDS, *self.scope.definitions, *quantities_of]
                raise place.error(f"unknown key {key[:64]!r}", did_you_mean(key, known))
        return FrozenMap(quantities), FrozenMap(definitions)

    def _point(self, table: Table, game: Game) -> FrozenMap[str, Fraction]:
        point: dict[str, Fraction] = {}
        domains: Mapping[str, object] = {p.name: p for p in game.parameters}
        for name, value in table.data.items():
            place = table.place / name
            if name not in domains:
                raise place.error(f"no parameter {name[:64]!r}", did_you_mean(name, domains))
            point[name] = read_number(value, place)
            if not game.parameter(name).admits(point[name]):
                raise place.error(f"{point[name]} is outside the parameter's domain", game.parameter(name).domain)
        return FrozenMap(point)


def _names_a_quantity(text: str, game: Game) -> bool:
    match = _QUANTITY.fullmatch(text)
    return match is not None and match.group(1) in ("P", "U", *game.quantities())


def read_quantity(text: str, game: Game, place: Place) -> Quantity:
    """Return the quantity that a text such as `P(event)`, `U(player)` or `U(player.type)` names."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise place.error(f"{text[:64]!r} is not a quantity ({kind_of(text)})", "write P(event) or U(player)")
    kind, of = match.groups()
    kinds = game.quantities()
    if kind not in kinds:
        raise place.error(f"{text[:64]!r} is not a quantity of {game.form} games", did_you_mean(kind, kinds))
    if of not in kinds[kind]:
        what = {"P": "event", "U": "player"}.get(kind, "name")
        raise place.error(f"no {what} {of[:64]!r}", did_you_mean(of, kinds[kind]))
    return Quantity(kind, of)
