"""What a sweep measures at a block of points: the equilibria there and the numbers they yield."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled import Points
from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import ParameterError, SolverError
from deterrence.expressions import did_you_mean, parse_expression, substitute
from deterrence.forms import form_of
from deterrence.games import ExtensiveGame, Game, Quantity
from deterrence.solution import Status
from deterrence.solvers import Solver
from deterrence.theory import Theory
from deterrence.theory.evaluate import Range, evaluate
from deterrence.theory.implicit import columns

__all__ = ["Measured", "Metric", "Solved", "Source", "Theoretical", "default_metrics", "read_metric"]

Ends = Literal["value", "largest"]


@dataclass(frozen=True)
class Metric:
    """A number to measure: a quantity of every equilibrium, or a formula in the parameters alone."""

    name: str
    quantity: Quantity | None

    def formula(self, game: Game) -> Any:
        """Return the formula of a metric that no equilibrium changes."""
        return substitute(parse_expression(self.name), game.resolved_definitions)


def default_metrics(game: Game) -> tuple[str, ...]:
    """Return the probability of every event, or all quantities of a form that has no events."""
    kinds = game.quantities()
    shown = {"P": kinds["P"]} if kinds.get("P") else kinds
    return tuple(f"{kind}({name})" for kind, names in shown.items() for name in names)


def read_metric(name: str, game: Game) -> Metric:
    """Return the metric that a text names: `P(war)`, `U(Defender.hard)`, a definition or any formula in parameters.

    Raises `ParameterError` with a suggestion for a name that the game does not have.
    """
    kinds = game.quantities()
    kind, bracket, of = name.removesuffix(")").partition("(")
    if bracket and kind in kinds:
        if of not in kinds[kind]:
            raise ParameterError(f"no {name!r}", where="metrics", remedy=did_you_mean(of, kinds[kind]))
        return Metric(name, Quantity(kind, of))
    formula = parse_expression(name)
    known = {*(p.name for p in game.parameters), *game.definitions}
    for symbol in formula.walk():
        unknown = getattr(symbol, "name", None)
        if isinstance(unknown, str) and not symbol.children and unknown not in known:
            everything = [*(f"{k}({n})" for k, names in kinds.items() for n in names), *known]
            raise ParameterError(f"no metric {name!r}", where="metrics", remedy=did_you_mean(name, everything))
    return Metric(name, None)


@dataclass(frozen=True, eq=False)
class Measured:
    """Everything measured at a block, flat over its points.

    `exists` is (equilibria, points). `values[name, "value"]` is (equilibria, points), NaN where the equilibrium is not
    there; where a class leaves a number open these are the smallest, and `"largest"` holds the largest. A metric that
    no equilibrium changes is (points,).
    """

    status: NDArray[np.int8]
    exists: BoolArray
    values: Mapping[tuple[str, Ends], FloatArray]


class Source(ABC):
    """Where equilibria come from: a derived theory, or a solver."""

    game: Game

    @property
    @abstractmethod
    def labels(self) -> NDArray[Any]:
        """Names or numbers of the equilibria, in order."""

    @property
    @abstractmethod
    def provenance(self) -> Mapping[str, str]:
        """The concept, the method and whether nothing is missing."""

    @abstractmethod
    def measure(self, points: Points, metrics: Iterable[Metric]) -> Measured:
        """Return what is measured at a block of points."""

    def open_metrics(self, metrics: Iterable[Metric]) -> tuple[str, ...]:
        """Return the metrics that some equilibrium leaves open, so that they have a smallest and a largest value."""
        return ()

    def constant(self, points: Points, metric: Metric) -> FloatArray:
        """Return a metric in the parameters alone, NaN where it has no value."""
        value = np.array(formula_values([metric.formula(self.game)], points)[0], dtype=np.float64)
        value[~np.isfinite(value)] = np.nan
        return value


@dataclass(frozen=True)
class Theoretical(Source):
    """The classes of a derived theory: each has its name, whatever the point."""

    theory: Theory

    @property
    def game(self) -> Game:  # type: ignore[override]
        """The game of the theory."""
        return self.theory.game

    @property
    def labels(self) -> NDArray[Any]:
        """The names of the classes, generic ones first; the solutions of those without closed form are numbered."""
        named = (f"{c.name} (numeric {k})" if k else c.name for c, k in columns(self.theory))
        return np.asarray([*named], dtype=np.str_)

    @property
    def provenance(self) -> Mapping[str, str]:
        """Concept, refinement, and whether the list of classes is complete."""
        numeric = sum(not c.closed_form for c in self.theory.classes)
        said = f"; {numeric} classes without closed form are solved numerically at each point" if numeric else ""
        return {
            "concept": self.theory.concept,
            "refinement": self.theory.refinement,
            "method": "derived theory, evaluated",
            "completeness": "complete" if self.theory.complete else "not complete",
            "argument": f"{self.theory.argument}{said}",
        }

    def open_metrics(self, metrics: Iterable[Metric]) -> tuple[str, ...]:
        """Return the metrics whose value some class leaves open."""
        at = evaluate(self.theory, {})
        ranges = {m.name: _range(at, m.quantity) for m in metrics if m.quantity is not None}
        return tuple(name for name, found in ranges.items() if found.formulas[0] != found.formulas[1])

    def measure(self, points: Points, metrics: Iterable[Metric]) -> Measured:
        """Return which classes exist at the points, and their numbers."""
        at = evaluate(self.theory, points)
        count = at.masks.any(axis=1)
        none = Status.NONE_EXISTS if self.theory.complete else Status.NONE_FOUND
        status = np.where(count, Status.SOLVED, np.where(at.edge | at.open, Status.NONE_FOUND, none))
        values: dict[tuple[str, Ends], FloatArray] = {}
        for metric in metrics:
            if metric.quantity is None:
                values[metric.name, "value"] = self.constant(points, metric)
                continue
            found = _range(at, metric.quantity)
            values[metric.name, "value"] = found.low.T
            values[metric.name, "largest"] = found.high.T
        return Measured(_marked(status, points), at.masks.T, values)


def _range(at: Any, quantity: Quantity) -> Range:
    if quantity.kind == "P":
        found: Range = at.probability(quantity.of)
        return found
    player, _, type_ = quantity.of.partition(".")
    of_type: Range = at.payoff(player, type_)
    return of_type


@dataclass(frozen=True)
class Solved(Source):
    """The equilibria that a solver lists at each point; a position means nothing from one point to the next."""

    game: Game
    solver: Solver[Any, Any]
    width: int

    @property
    def labels(self) -> NDArray[Any]:
        """Positions in the list."""
        return np.arange(self.width)

    @property
    def provenance(self) -> Mapping[str, str]:
        """Concept and solver."""
        return {"concept": self.solver.concept, "refinement": "none", "method": repr(self.solver)}

    def measure(self, points: Points, metrics: Iterable[Metric]) -> Measured:
        """Return the equilibria at the points, at most `width` at each, and their numbers."""
        form = form_of(self.game)
        compiled = form.arrays(self.game, points)
        found = self.solver.solve(compiled)
        inside = np.asarray(points.admissible & points.defined).reshape(-1) & found.defined
        exists = found.exists & inside[:, None]
        most = int(exists.sum(axis=1).max(initial=0))
        if most > self.width:
            raise SolverError(
                f"{most} equilibria at one point, room for {self.width}", where="sweep", remedy=f"width={most}"
            )
        order = np.argsort(~exists, axis=1, kind="stable")[:, : self.width]
        status = np.where(exists.any(axis=1), Status.SOLVED, np.where(found.completeness == 0, 1, 2))
        outcomes = form.outcomes(self.game, compiled, found.profiles, exists)
        shown = np.take_along_axis(exists, order, axis=1)
        values: dict[tuple[str, Ends], FloatArray] = {}
        for metric in metrics:
            if metric.quantity is None:
                values[metric.name, "value"] = self.constant(points, metric)
                continue
            raw = np.asarray(outcomes.quantity(metric.quantity), dtype=np.float64)
            values[metric.name, "value"] = self._padded(
                np.where(shown, np.take_along_axis(raw, order, axis=1), np.nan), np.nan
            )
        return Measured(_marked(status, points), self._padded(shown, False), values)

    def _padded(self, listed: NDArray[Any], filler: object) -> NDArray[Any]:
        room = self.width - listed.shape[1]
        return np.pad(listed, [(0, 0), (0, room)], constant_values=filler).T  # type: ignore[call-overload,no-any-return]


def _marked(status: NDArray[Any], points: Points) -> NDArray[np.int8]:
    status = np.where(points.admissible.reshape(-1), status, Status.OUTSIDE)
    return np.where(points.defined.reshape(-1), status, Status.UNDEFINED).astype(np.int8)


_FEW: Final = 8  # equilibria of one point for which there is room by default


def source_of(
    game: Game, *, theory: Theory | None = None, solver: Solver[Any, Any] | None = None, width: int | None = None
) -> Source:
    """Return a source: the theory or the solver that is given, else the default of the game's form."""
    if theory is not None:
        return Theoretical(theory)
    chosen = solver or form_of(game).default(game)
    named = getattr(chosen, "theory", None)
    if isinstance(game, ExtensiveGame) and isinstance(named, Theory):
        return Theoretical(named)
    return Solved(game, chosen, width or _FEW)
