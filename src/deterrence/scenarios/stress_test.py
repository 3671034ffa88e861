"""The stress test of a commitment: everything that is asked of a scenario, answered for each of its models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

import numpy as np

from deterrence.errors import ParameterError
from deterrence.expressions import did_you_mean
from deterrence.scenarios.break_even import BreakEven, break_even
from deterrence.scenarios.criterion import Outcome
from deterrence.scenarios.definition import Case, Scenario
from deterrence.scenarios.discovery import Box, discover
from deterrence.scenarios.laboratory import Laboratory
from deterrence.scenarios.noise import Noise, noise
from deterrence.scenarios.reading import load_scenario
from deterrence.scenarios.robustness import Package, Robustness, cheapest_package, robustness
from deterrence.scenarios.sensitivity import Sensitivity, sensitivity
from deterrence.scenarios.worst import WorstCase, worst_case
from deterrence.sweeps.samples import Method

__all__ = ["CaseReport", "StressReport", "stress"]

SAMPLES: Final = 1 << 14
SAID: Final = {Outcome.FAILS: "fails", Outcome.AMBIGUOUS: "depends on the equilibrium"}

Say = Callable[[str], None]


@dataclass(frozen=True)
class CaseReport:
    """What one model of the scenario answers.

    `reference` is the verdict in the reference case and `numbers` its metrics, smallest and largest over all
    equilibria. `shares` are the shares of sampled points by outcome. `concept` and `provenance` say which equilibria
    count and where they come from. `repair` and `repair_box` are the cheapest levers that make the reference
    case, and nine points in ten, hold. `noise` is the check of bounded rationality: the verdict when sides err.
    """

    case: Case
    reference: Outcome
    numbers: Mapping[str, tuple[float, float]]
    shares: Mapping[Outcome, float]
    break_even: tuple[BreakEven, ...]
    worst: WorstCase
    robustness: Robustness
    boxes: tuple[Box, ...]
    sensitivity: Sensitivity | None
    repair: Package | None
    repair_box: Package | None
    noise: Noise
    provenance: Mapping[str, str]


@dataclass(frozen=True)
class StressReport:
    """The answers of all models of a scenario, side by side, with what is needed to repeat them."""

    scenario: Scenario
    levers: tuple[str, ...]
    cases: tuple[CaseReport, ...]
    samples: int
    method: str
    seed: int
    software: str

    @property
    def agreed(self) -> bool:
        """Whether all models give the same verdict in the reference case."""
        return len({case.reference for case in self.cases}) == 1


def stress(
    scenario: Scenario | str,
    *,
    samples: int = SAMPLES,
    levers: Sequence[str] = (),
    method: Method = "sobol",
    seed: int = 0,
    say: Say | None = None,
) -> StressReport:
    """Return what a scenario's models say of its commitment: where it holds, where it breaks, what repairs it.

    `scenario` is one, its slug, or the path of a scenario file. `samples` points of the box of what is uncertain are
    drawn (`method`, `seed`); `levers` are pulled from the start. Raises `ModelFileError` for a broken file and
    `ParameterError` for an unknown lever.
    """
    found = load_scenario(scenario) if isinstance(scenario, str) else scenario
    for name in levers:
        if name not in found.levers:
            raise ParameterError(f"no lever {name!r}", where="levers", remedy=did_you_mean(name, found.levers))
    if samples < 1:
        raise ParameterError(f"{samples} samples", where="samples", remedy="at least one")
    cases = tuple(_case_report(found, case, samples, tuple(levers), method, seed, say) for case in found.cases)
    software = f"deterrence {version('deterrence')}, numpy {np.__version__}"
    return StressReport(found, tuple(levers), cases, samples, method, seed, software)


def _case_report(
    scenario: Scenario, case: Case, samples: int, levers: tuple[str, ...], method: Method, seed: int, say: Say | None
) -> CaseReport:
    def tell(what: str) -> None:
        if say is not None:
            say(f"{case.name}: {what}")

    tell("finding all equilibria")
    laboratory = Laboratory(case, levers)
    provenance = laboratory.source.provenance
    tell("asking the reference case and the sample")
    columns = laboratory.drawn(samples, method=method, seed=seed)
    answers = laboratory.ask(columns)
    here = laboratory.ask(laboratory.at({}))
    tell("looking for break-even values")
    changes = break_even(laboratory)
    tell("proving the worst case")
    worst = worst_case(laboratory, columns, answers.outcomes)
    tell("comparing levers")
    compared = robustness(laboratory, scenario, columns)
    repair, repair_box = cheapest_package(laboratory, scenario, columns)
    tell("looking for boxes of failures")
    boxes = tuple(
        box
        for outcome in (Outcome.FAILS, Outcome.AMBIGUOUS)
        for box in discover(laboratory, columns, answers.outcomes == outcome, what=SAID[outcome])
    )
    tell("letting sides err")
    erring = noise(laboratory)
    tell("measuring sensitivities")
    return CaseReport(
        case=case,
        reference=Outcome(int(here.outcomes[0])),
        numbers={m: (float(here.low[m][0]), float(here.high[m][0])) for m in here.low},
        shares={outcome: float((answers.outcomes == outcome).mean()) for outcome in Outcome},
        break_even=changes,
        worst=worst,
        robustness=compared,
        boxes=boxes,
        sensitivity=sensitivity(laboratory, seed=seed) if len(case.uncertain) > 1 else None,
        repair=repair,
        repair_box=repair_box,
        noise=erring,
        provenance=provenance,
    )
