"""The stress test of a commitment on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deterrence.cli import output
from deterrence.writing import write_text

__all__ = ["stress"]


@click.command(short_help="Put a commitment under stress.")
@click.argument("scenario", metavar="SCENARIO|FILE", required=False)
@click.option(
    "--samples", type=click.IntRange(1, 10_000_000), default=1 << 14, show_default=True, help="Points to draw."
)
@click.option("--lever", "levers", multiple=True, metavar="NAME", help="Pull a lever from the start. May be repeated.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Of all that is drawn; it is recorded."
)
@click.option("--report", "memo", metavar="FILE", type=click.Path(path_type=Path), help="Write a memo: one HTML page.")
@click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON document.")
def stress(
    scenario: str | None, samples: int, levers: tuple[str, ...], seed: int, memo: Path | None, as_json: bool
) -> None:
    """Ask where a commitment holds, how far the edge is, what the worst case is, and which levers repair it.

    SCENARIO names one of the library, FILE is the path of a scenario file; without either the library's are listed.
    """
    from deterrence.report.json_text import json_text

    scenarios = needed_scenarios()
    if scenario is None:
        output.write("".join(f"{slug}\n" for slug in scenarios.scenario_slugs()))
        return
    if memo is not None:
        output.check_writable(memo)
    found = scenarios.load_scenario(Path(scenario) if Path(scenario).is_file() else scenario)
    report = scenarios.stress(found, samples=samples, levers=levers, seed=seed, say=output.progress)
    from deterrence.report.stress_tests import stress_blocks, stress_document

    if memo is not None:
        from deterrence.report.memo import memo_html

        write_text(memo, memo_html(report))
    if as_json:
        output.write(json_text("stress", stress_document(report)))
    else:
        output.show(stress_blocks(report))


def needed_scenarios() -> Any:
    """Return the package of scenarios, or say which extra to install."""
    from importlib.util import find_spec

    from deterrence.errors import MissingExtraError

    for package in ("xarray", "SALib", "ema_workbench"):
        if find_spec(package) is None:
            raise MissingExtraError(f"{package} is not installed", remedy="pip install 'deterrence[stress]'")
    from deterrence import scenarios

    return scenarios
