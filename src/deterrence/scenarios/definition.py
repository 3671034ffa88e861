"""What a scenario is: a commitment, models of it, what is uncertain, which levers there are, what success is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.expressions import Expr
from deterrence.games import FrozenMap, Game
from deterrence.scenarios.criterion import Criterion

__all__ = ["Case", "Chart", "Lever", "Scenario", "Uncertain"]


@dataclass(frozen=True)
class Uncertain:
    """A parameter that is known only to lie between two values, and the reason for them."""

    low: Fraction
    high: Fraction
    why: str


@dataclass(frozen=True)
class Lever:
    """Something that can be done: its name, what it is, and what it costs in units that the scenario chooses."""

    name: str
    title: str
    cost: Fraction
    why: str


@dataclass(frozen=True)
class Case:
    """One model of the commitment.

    `reference` gives every parameter its value in the reference case; `uncertain` the parameters that are not known;
    `effects[lever][parameter]` what a lever changes a parameter to, a formula in the model's parameters. `success` is
    the criterion, `metrics` are numbers worth reporting. `loss` is the one by which levers are compared, less is
    better; a minus sign before it says that more is better. `concept` and `refinement` say which equilibria count;
    without a concept it is the default of the form.
    """

    name: str
    title: str
    game: Game
    reference: FrozenMap[str, Fraction]
    uncertain: FrozenMap[str, Uncertain]
    effects: FrozenMap[str, FrozenMap[str, Expr]]
    success: Criterion
    metrics: tuple[str, ...]
    loss: str
    concept: str = ""
    refinement: str = "none"

    def levers(self, chosen: Sequence[str]) -> tuple[str, ...]:
        """Return those of the chosen levers that this model knows, in the order of the scenario."""
        return tuple(name for name in self.effects if name in chosen)


@dataclass(frozen=True)
class Chart:
    """A table of facts to show: its name in the library, and the columns to draw (see `figures.burden_chart`)."""

    data: str
    share: str
    size: str
    name: str
    before: str
    pledge: Fraction | None


@dataclass(frozen=True)
class Scenario:
    """A question about a commitment, with one model or several rival ones of it, and facts that bear on it."""

    slug: str
    title: str
    question: str
    summary: str
    illustrative: bool
    sources: tuple[str, ...]
    claims: tuple[str, ...]
    levers: FrozenMap[str, Lever]
    cases: tuple[Case, ...]
    charts: tuple[Chart, ...]
    sha256: str

    def cost(self, chosen: Sequence[str]) -> Fraction:
        """Return what levers cost together."""
        return sum((self.levers[name].cost for name in chosen), Fraction(0))

    def case(self, name: str) -> Case:
        """Return a case by name; raise `KeyError` for another."""
        found: Mapping[str, Case] = {case.name: case for case in self.cases}
        return found[name]
