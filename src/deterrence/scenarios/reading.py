"""Scenario files to scenarios: data like model files, read with the same bounds and the same kind of errors."""

from __future__ import annotations

import os
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Final

from deterrence.errors import DeterrenceError, ModelFileError
from deterrence.expressions import Expr, did_you_mean
from deterrence.games import FrozenMap, Game
from deterrence.games.statements import CONCEPTS, REFINEMENTS
from deterrence.library import data, entries, load, models_folder
from deterrence.library.places import MAX_PROSE, Place, Table
from deterrence.library.safety import parse_document, read_text, shown_path
from deterrence.library.scope import Scope, read_number
from deterrence.scenarios.criterion import Criterion, read_criterion
from deterrence.scenarios.definition import Case, Chart, Lever, Scenario, Uncertain
from deterrence.sweeps.measures import read_metric

__all__ = ["load_scenario", "read_scenario", "scenario_slugs"]

FORMAT: Final = 1
MAX_CASES: Final = 8
MAX_LEVERS: Final = 12
_EQUILIBRIA: Final = ("concept", "refinement")
_NUMBERS: Final = ("reference", "uncertain", "effects", "success", "metrics", "loss")
_CASE_KEYS: Final = ("name", "title", "model", "family", *_EQUILIBRIA, *_NUMBERS)


def scenario_slugs() -> tuple[str, ...]:
    """Return the scenarios of the library, `scenarios/name`."""
    return tuple(f"scenarios/{path.stem}" for path in sorted((models_folder() / "scenarios").glob("*.toml")))


def load_scenario(slug: str | os.PathLike[str]) -> Scenario:
    """Return a scenario of the library by its slug, or the one in a file of one's own by its path.

    Raises `ModelFileError` as `read_scenario` does, and for a slug that is not in the library.
    """
    if not isinstance(slug, str) or slug.endswith(".toml"):
        return read_scenario(slug)
    known = scenario_slugs()
    name = slug if slug.startswith("scenarios/") else f"scenarios/{slug}"
    if name not in known:
        if slug in {entry.slug for entry in entries()}:
            raise ModelFileError(f"{slug!r} is a model, not a scenario", remedy=f"deterrence report {slug}")
        remedy = did_you_mean(name, known) + " (a file of your own ends in .toml)"
        raise ModelFileError(f"no scenario {slug[:80]!r} in the library", remedy=remedy)
    return read_scenario(models_folder() / f"{name}.toml")


def read_scenario(path: str | os.PathLike[str]) -> Scenario:
    """Return the scenario that a file defines.

    Models are named by slug, or by the path of a model file beside the scenario's. Raises `ModelFileError`, whose
    `where` is `file: key.path`, for anything that the format does not allow.
    """
    text = read_text(path)
    root = parse_document(text, shown_path(path))
    if "model" in root and "scenario" not in root:
        raise root.place.error("this is a model, not a scenario", f"deterrence report {shown_path(path)}")
    root.only("format", "scenario", "levers", "models", "charts")
    version = root.needed("format", "the first line of a scenario is: format = 1")
    if version is True or version != FORMAT:
        raise (root.place / "format").error(f"unknown format {version!r:.20}", f"this version reads {FORMAT}")
    levers = _levers(root.table("levers"))
    cases = _cases(root, Path(path).parent, levers)
    about = root.table("scenario").only("title", "question", "summary", "illustrative", "sources", "claims")
    about.needed("question", 'question = "what the analyst asks"')
    return Scenario(
        slug=Path(path).stem,
        title=about.text("title"),
        question=about.text("question"),
        summary=about.text("summary", MAX_PROSE),
        illustrative=about.data.get("illustrative") is not False,
        sources=about.texts("sources"),
        claims=about.texts("claims"),
        levers=levers,
        cases=cases,
        charts=tuple(_chart(table) for table in root.tables("charts")),
        sha256=sha256(text.encode()).hexdigest(),
    )


def _chart(table: Table) -> Chart:
    """Return a chart of a table of facts; its columns must be there."""
    table.only("data", "share", "size", "name", "before", "pledge").needed("data", 'data = "a table of the library"')
    pledge = None if "pledge" not in table else read_number(table.data["pledge"], table.place / "pledge")
    texts = {key: table.text(key) for key in ("data", "share", "size", "before")}
    chart = Chart(**texts, name=table.text("name") or "ally", pledge=pledge)
    try:
        facts = data(chart.data)
        for column in (chart.share, chart.size, *([chart.before] if chart.before else [])):
            facts.numbers(column)
        facts.texts(chart.name)
    except ModelFileError as error:
        raise table.place.error(error.problem, error.remedy) from None
    return chart


def _levers(table: Table) -> FrozenMap[str, Lever]:
    if len(table.data) > MAX_LEVERS:
        raise table.place.error(f"{len(table.data)} levers", f"at most {MAX_LEVERS}: every package is tried")
    return FrozenMap({name: _lever(name, table.table(name)) for name in table})


def _lever(name: str, table: Table) -> Lever:
    table.only("title", "cost", "why").needed("cost", "cost = a number, in units that the scenario chooses")
    cost = read_number(table.data["cost"], table.place / "cost")
    if cost < 0:
        raise (table.place / "cost").error(f"a cost of {cost}", "a number that is not negative")
    return Lever(name, table.text("title") or name, cost, table.text("why", MAX_PROSE))


def _cases(root: Table, folder: Path, levers: FrozenMap[str, Lever]) -> tuple[Case, ...]:
    tables = root.tables("models")
    if not 1 <= len(tables) <= MAX_CASES:
        raise (root.place / "models").error(
            f"{len(tables)} models", f"between 1 and {MAX_CASES}, each under [[models]]"
        )
    cases: list[Case] = []
    for table in tables:
        case = _Reading(table, folder, levers).case()
        if case.name in [other.name for other in cases]:
            raise table.place.error(f"a second model named {case.name!r}", 'give each its own name = "..."')
        cases.append(case)
    for name in levers:
        if not any(name in case.effects for case in cases):
            raise (root.place / "levers" / name).error("a lever without effect", "give it effects in some model")
    return tuple(cases)


class _Reading:
    """One model of a scenario on its way to a case."""

    def __init__(self, table: Table, folder: Path, levers: FrozenMap[str, Lever]) -> None:
        self.table = table.only(*_CASE_KEYS)
        self.levers = levers
        table.needed("model", 'model = "theme/name", or the path of a model file')
        self.game = self._game(table.text("model"), folder)
        definitions = Table({}, table.place)
        self.scope = Scope(self.game.parameters, definitions)

    def case(self) -> Case:
        """Return the case."""
        table = self.table
        table.needed("success", 'success = "P(war) <= 0.05"')
        reference = self._reference(table.table("reference"))
        return Case(
            name=table.text("name") or self.game.about.slug.rpartition("/")[2],
            title=table.text("title") or self.game.about.title,
            game=self.game,
            reference=reference,
            uncertain=self._uncertain(table.table("uncertain"), reference),
            effects=self._effects(table.table("effects")),
            success=self._criterion(table.text("success"), table.place / "success"),
            metrics=self._metrics(table),
            loss=self._loss(table),
            concept=table.choice("concept", ("", *CONCEPTS), ""),
            refinement=table.choice("refinement", REFINEMENTS, "none"),
        )

    def _game(self, model: str, folder: Path) -> Game:
        place = self.table.place / "model"
        integers = {name: int(value) for name, value in self.table.table("family").integers().items()}
        try:
            return load(folder / model if model.endswith(".toml") else model, **integers)
        except DeterrenceError as error:
            raise place.error(
                f"{error.where}: {error.problem}" if error.where else error.problem, error.remedy
            ) from None

    def _parameter(self, name: str, place: Place) -> None:
        known = [p.name for p in self.game.parameters]
        if name not in known:
            raise place.error(f"no parameter {name[:64]!r}", did_you_mean(name, known))

    def _reference(self, table: Table) -> FrozenMap[str, Fraction]:
        values = {p.name: p.default for p in self.game.parameters}
        for name, value in table.data.items():
            place = table.place / name
            self._parameter(name, place)
            values[name] = self._inside(name, read_number(value, place), place)
        for name, default in values.items():
            if default is None:
                raise table.place.error(f"no value for {name!r}", "the model has no default: give one here")
        return FrozenMap({name: value for name, value in values.items() if value is not None})

    def _inside(self, name: str, value: Fraction, place: Place) -> Fraction:
        if not self.game.parameter(name).admits(value):
            raise place.error(f"{value} is outside the parameter's domain", self.game.parameter(name).domain)
        return value

    def _uncertain(self, table: Table, reference: FrozenMap[str, Fraction]) -> FrozenMap[str, Uncertain]:
        found: dict[str, Uncertain] = {}
        for name in table:
            place = table.place / name
            self._parameter(name, place)
            entry = table.table(name).only("range", "why")
            ends = entry.needed("range", "range = [least, largest]")
            if not isinstance(ends, list) or len(ends) != 2:
                raise (place / "range").error("not a range", "write range = [least, largest]")
            low, high = (self._inside(name, read_number(e, place / "range"), place / "range") for e in ends)
            if not low < high:
                raise (place / "range").error(f"no range from {low} to {high}", "the least value first")
            if not low <= reference[name] <= high:
                raise (place / "range").error(f"the reference value {reference[name]} lies outside", "widen the range")
            entry.needed("why", 'why = "the reason for these ends"')
            found[name] = Uncertain(low, high, entry.text("why", MAX_PROSE))
        return FrozenMap(found)

    def _effects(self, table: Table) -> FrozenMap[str, FrozenMap[str, Expr]]:
        for name in table:
            if name not in self.levers:
                raise (table.place / name).error(f"no lever {name[:64]!r}", did_you_mean(name, self.levers))
        return FrozenMap({name: self._effect(table.table(name)) for name in self.levers if name in table})

    def _effect(self, table: Table) -> FrozenMap[str, Expr]:
        for name in table:
            self._parameter(name, table.place / name)
        return FrozenMap({name: self.scope.formula(value, table.place / name) for name, value in table.data.items()})

    def _criterion(self, text: str, place: Place) -> Criterion:
        with place.holding():
            return read_criterion(text, self.game)

    def _loss(self, table: Table) -> str:
        loss = table.text("loss").replace(" ", "") or self._metrics(table)[0]
        if loss.removeprefix("-") not in self._metrics(table):
            raise (table.place / "loss").error(f"{loss[:64]!r} is none of the metrics", "or one with a minus sign")
        return loss

    def _metrics(self, table: Table) -> tuple[str, ...]:
        names = table.texts("metrics")
        for i, name in enumerate(names):
            try:
                read_metric(name, self.game)
            except DeterrenceError as error:
                raise (table.place / "metrics" / i).error(error.problem, error.remedy) from None
        named = tuple(metric.name for metric in read_criterion(table.text("success"), self.game).metrics)
        return names or named
