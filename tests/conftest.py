"""Settings shared by all tests: hypothesis profiles, a picture backend without a screen, measured times."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"

# Deadlines would fail at random on a busy machine; the exhaustive tier looks longer (make exhaustive).
settings.register_profile("normal", deadline=None)
settings.register_profile("exhaustive", deadline=None, max_examples=2_000)
settings.load_profile("normal")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Properties belong to both tiers."""
    if config.getoption("hypothesis_profile") == "exhaustive":
        for item in items:
            if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
                item.add_marker("exhaustive")


@pytest.fixture(scope="session", autouse=True)
def theories_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Derived theories are kept for this run alone, away from the user's own."""
    os.environ["DETERRENCE_CACHE"] = str(tmp_path_factory.mktemp("theories"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded under "measured": shown, never compared with an absolute bound."""
    reports = terminalreporter.getreports("passed")
    lines = [text for report in reports for name, text in report.user_properties if name == "measured"]
    if lines:
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.line(str(line))
