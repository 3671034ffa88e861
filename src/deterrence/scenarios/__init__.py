"""Scenarios: a commitment put under stress; where it holds, where it breaks, which lever repairs it."""

from deterrence.scenarios.definition import Case, Chart, Lever, Scenario, Uncertain
from deterrence.scenarios.reading import load_scenario, read_scenario, scenario_slugs
from deterrence.scenarios.stress_test import CaseReport, StressReport, stress

__all__ = [
    "Case",
    "CaseReport",
    "Chart",
    "Lever",
    "Scenario",
    "StressReport",
    "Uncertain",
    "load_scenario",
    "read_scenario",
    "scenario_slugs",
    "stress",
]
