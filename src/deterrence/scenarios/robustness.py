"""Which lever, when we do not know: the levers compared by several decision criteria over the same points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

import numpy as np

from deterrence.compiled.points import FloatArray
from deterrence.scenarios.criterion import Outcome
from deterrence.scenarios.definition import Scenario
from deterrence.scenarios.laboratory import Laboratory

__all__ = ["CRITERIA", "Package", "Robustness", "cheapest_package", "robustness"]

CRITERIA: Final[Mapping[str, str]] = {
    "maximin": "the worst loss at any point",
    "Hurwicz": "half the worst loss plus half the best",
    "Laplace": "the mean loss, all points alike",
    "minimax regret": "the largest regret against the best package at the point",
    "90th percentile regret": "the regret that nine points in ten do not exceed",
    "domain (Starr)": "the share of points at which the criterion fails or depends on the equilibrium",
}
ENOUGH: Final = 0.9  # a package repairs the box when it holds at this share of the points


@dataclass(frozen=True)
class Package:
    """Levers pulled together: what they cost, and at what share of the points each outcome holds."""

    levers: tuple[str, ...]
    cost: Fraction
    shares: Mapping[Outcome, float]
    reference: Outcome

    @property
    def name(self) -> str:
        """The levers in words."""
        return " + ".join(self.levers) or "nothing"


@dataclass(frozen=True)
class Robustness:
    """Scores of packages by every criterion, less is better; the loss is a metric in the worst equilibrium.

    `ranks[criterion]` lists the packages from best to worst, ties by cost. `reversals` are the pairs of packages that
    two criteria put in different orders.
    """

    metric: str
    packages: tuple[Package, ...]
    scores: Mapping[str, Mapping[str, float]]

    @property
    def ranks(self) -> Mapping[str, tuple[str, ...]]:
        """The packages from best to worst by every criterion."""
        cost = {package.name: package.cost for package in self.packages}
        return {
            criterion: tuple(sorted(row, key=lambda name: (round(row[name], 12), cost[name])))
            for criterion, row in self.scores.items()
        }

    @property
    def reversals(self) -> tuple[tuple[str, str, str, str], ...]:
        """Pairs of packages in strictly opposite orders: (better by the first, its rival, first, second criterion)."""
        found = []
        for one, other in combinations([package.name for package in self.packages], 2):
            better = {c: np.sign(round(row[other] - row[one], 12)) for c, row in self.scores.items()}
            first = next((c for c, sign in better.items() if sign > 0), None)
            second = next((c for c, sign in better.items() if sign < 0), None)
            if first and second:
                found.append((one, other, first, second))
        return tuple(found)


def robustness(laboratory: Laboratory, scenario: Scenario, columns: Mapping[str, Any]) -> Robustness:
    """Return how nothing, every lever alone and all levers together fare over the same points.

    Criteria as in Herman, Reed, Zeff and Characklis 2015 (after Wald, Hurwicz, Laplace, Savage and Starr), with the
    loss of the case in its worst equilibrium. Points outside the model count for none of them.
    """
    known = laboratory.case.levers(tuple(scenario.levers))
    choices = list(dict.fromkeys([(), *((name,) for name in known), known]))
    answers = [laboratory.ask(columns, chosen) for chosen in choices]
    packages = tuple(
        _package(laboratory, scenario, chosen, found.outcomes) for chosen, found in zip(choices, answers, strict=True)
    )
    losses = np.stack([laboratory.losses(found) for found in answers])
    losses = losses[:, np.isfinite(losses).all(axis=0)]
    regret = losses - losses.min(axis=0) if losses.size else losses
    return Robustness(
        laboratory.case.loss, packages, {name: _scores(name, packages, losses, regret) for name in CRITERIA}
    )


def _package(laboratory: Laboratory, scenario: Scenario, chosen: Sequence[str], outcomes: Any) -> Package:
    shares = {outcome: float((outcomes == outcome).mean()) for outcome in Outcome}
    reference = Outcome(int(laboratory.ask(laboratory.at({}), chosen).outcomes[0]))
    return Package(tuple(chosen), scenario.cost(chosen), shares, reference)


def _scores(criterion: str, packages: Sequence[Package], losses: FloatArray, regret: FloatArray) -> dict[str, float]:
    if not losses.size:
        return {package.name: float("nan") for package in packages}
    match criterion:
        case "maximin":
            row = losses.max(axis=1)
        case "Hurwicz":
            row = (losses.max(axis=1) + losses.min(axis=1)) / 2
        case "Laplace":
            row = losses.mean(axis=1)
        case "minimax regret":
            row = regret.max(axis=1)
        case "90th percentile regret":
            row = np.quantile(regret, 0.9, axis=1)
        case _:
            row = np.array([1 - package.shares[Outcome.HOLDS] for package in packages])
    return {package.name: float(value) for package, value in zip(packages, row, strict=True)}


def cheapest_package(
    laboratory: Laboratory, scenario: Scenario, columns: Mapping[str, Any], *, share: float = ENOUGH
) -> tuple[Package | None, Package | None]:
    """Return the cheapest levers with which the reference case holds, and those with which `share` of the points do.

    Every package is tried, from the cheapest on. None where no package does.
    """
    known = laboratory.case.levers(tuple(scenario.levers))
    packages = [chosen for size in range(len(known) + 1) for chosen in combinations(known, size)]
    at_reference: Package | None = None
    for chosen in sorted(packages, key=lambda p: (scenario.cost(p), len(p))):
        found = _package(laboratory, scenario, chosen, laboratory.ask(columns, chosen).outcomes)
        if at_reference is None and found.reference is Outcome.HOLDS:
            at_reference = found
        if found.shares[Outcome.HOLDS] >= share:
            return at_reference or found, found
    return at_reference, None
