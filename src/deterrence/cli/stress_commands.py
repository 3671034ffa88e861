"""The stress test of a commitment, and pages to hand over, on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deterrence.cli import output
from deterrence.writing import write_text, write_whole

__all__ = ["report", "stress"]


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
@click.option("--pdf", metavar="FILE", type=click.Path(path_type=Path), help="Write the memo as PDF (needs typst).")
@click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON document.")
def stress(
    scenario: str | None,
    samples: int,
    levers: tuple[str, ...],
    seed: int,
    memo: Path | None,
    pdf: Path | None,
    as_json: bool,
) -> None:
    """Ask where a commitment holds, how far the edge is, what the worst case is, and which levers repair it.

    SCENARIO names one of the library, FILE is the path of a scenario file; without either the library's are listed.
    """
    from deterrence.json_text import json_text

    scenarios = needed_scenarios()
    if scenario is None:
        output.write("".join(f"{slug}\n" for slug in scenarios.scenario_slugs()))
        return
    _check(memo, pdf)
    report = _stressed(scenario, samples, levers, seed)
    _write_memo(report, memo, pdf)
    from deterrence.report.stress_tests import stress_blocks, stress_document

    if as_json:
        output.write(json_text("stress", stress_document(report)))
    else:
        output.show(stress_blocks(report))


@click.command(short_help="Write a page about a scenario or a model.")
@click.argument("name", metavar="SCENARIO|SLUG|FILE")
@click.option(
    "-o", "--out", "html", metavar="FILE", type=click.Path(path_type=Path), help="The HTML page [NAME-memo.html]."
)
@click.option("--pdf", metavar="FILE", type=click.Path(path_type=Path), help="Also, or only, as PDF (needs typst).")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Of a model: another reference value.")
@click.option("--x", default="", metavar="NAME", help="Of a model: draw a map, this parameter across.")
@click.option("--y", default="", metavar="NAME", help="Of a model: the parameter up.")
@click.option(
    "--samples", type=click.IntRange(1, 10_000_000), default=1 << 14, show_default=True, help="Of a scenario."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of a scenario; it is recorded.")
def report(
    name: str,
    html: Path | None,
    pdf: Path | None,
    settings: tuple[str, ...],
    x: str,
    y: str,
    samples: int,
    seed: int,
) -> None:
    """Write a page to hand over: the memo of a scenario, or what there is to say of a model at its reference case.

    A file is read as a scenario where it has a [scenario] table, else as a model.
    """
    if bool(x) != bool(y):
        raise click.UsageError("a map needs --x and --y", click.get_current_context())
    page = html if html or pdf else Path(f"{Path(name).stem}-memo.html")
    _check(page, pdf)
    if _is_scenario(name):
        if settings or x:
            raise click.UsageError("--set, --x and --y are for models", click.get_current_context())
        needed_scenarios()
        _write_memo(_stressed(name, samples, (), seed), page, pdf)
    else:
        _write_model_page(name, page, pdf, settings, (x, y) if x else None)
    output.write("".join(f"wrote {path}\n" for path in (page, pdf) if path is not None))


def _check(*paths: Path | None) -> None:
    for path in paths:
        if path is not None:
            output.check_writable(path)


def _stressed(scenario: str, samples: int, levers: tuple[str, ...], seed: int) -> Any:
    scenarios = needed_scenarios()
    found = scenarios.load_scenario(Path(scenario) if Path(scenario).is_file() else scenario)
    return scenarios.stress(found, samples=samples, levers=levers, seed=seed, say=output.progress)


def _write_memo(report: Any, html: Path | None, pdf: Path | None) -> None:
    from deterrence.report.memo import memo_html, memo_pdf

    if html is not None:
        output.progress("writing the memo")
        write_text(html, memo_html(report))
    if pdf is not None:
        output.progress("setting the PDF")
        made = memo_pdf(report)
        write_whole(pdf, lambda draft: draft.write_bytes(made))


def _is_scenario(name: str) -> bool:
    """Say whether a name is that of a scenario: of the library, or a file with the table of one."""
    from deterrence.library.safety import head_of, read_text, shown_path
    from deterrence.scenarios.reading import scenario_slugs

    if Path(name).is_file():
        is_toml = name.endswith(".toml")
        return is_toml and "scenario" in head_of(read_text(name), shown_path(name))
    return name in scenario_slugs() or f"scenarios/{name}" in scenario_slugs()


def _write_model_page(
    model: str, html: Path | None, pdf: Path | None, settings: tuple[str, ...], axes: tuple[str, str] | None
) -> None:
    from deterrence.cli.inputs import game_and_point
    from deterrence.cli.theory_commands import theory_of_model
    from deterrence.games import ExtensiveGame
    from deterrence.report.model_memo import Asked, model_parts
    from deterrence.report.pages import html_page
    from deterrence.report.typeset import page_pdf

    game, point = game_and_point(model, settings)
    theory = theory_of_model(game, model, "", "", no_cache=False) if isinstance(game, ExtensiveGame) else None
    words = [f" --set {setting}" for setting in settings] + ([f" --x {axes[0]} --y {axes[1]}"] if axes else [])
    command = f"deterrence report {model}{''.join(words)}"
    output.progress("drawing")
    parts = list(model_parts(Asked(game=game, point=point, theory=theory, axes=axes, command=command)))
    title = game.about.title or model
    if html is not None:
        write_text(html, html_page(title, parts))
    if pdf is not None:
        made = page_pdf(title, parts)
        write_whole(pdf, lambda draft: draft.write_bytes(made))


def needed_scenarios() -> Any:
    """Return the package of scenarios, or say which extra to install."""
    from importlib.util import find_spec

    from deterrence.errors import MissingExtraError

    for package in ("xarray", "SALib", "ema_workbench"):
        if find_spec(package) is None:
            raise MissingExtraError(f"{package} is not installed", remedy="pip install 'deterrence[stress]'")
    from deterrence import scenarios

    return scenarios
