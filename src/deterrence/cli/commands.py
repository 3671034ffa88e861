"""The commands. Each imports what it needs when it runs, so that listing models stays quick."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from deterrence import __version__
from deterrence.cli import output
from deterrence.cli.claim_commands import claims
from deterrence.cli.classroom_command import classroom
from deterrence.cli.explain_command import explain
from deterrence.cli.export_command import export
from deterrence.cli.new_file import TEMPLATES
from deterrence.cli.patience_command import patience
from deterrence.cli.picture_commands import tree, two_parameter_map
from deterrence.cli.stress_commands import report, stress
from deterrence.cli.sweep_commands import sweep
from deterrence.cli.theory_commands import UNDECIDED, concept_option, derive, prove, refine_option, statics

__all__ = ["commands"]

CHECK_FAILED = 1

F = TypeVar("F", bound=Callable[..., object])


def model_argument(function: F) -> F:
    """Add the argument that names a model of the library or a model file."""
    return click.argument("model", metavar="SLUG|FILE")(function)


def json_option(function: F) -> F:
    """Add the option that asks for a JSON document."""
    return click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON document.")(function)


def settings_option(function: F) -> F:
    """Add the option that sets parameters and integers of a family."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        help="Give a parameter a value, read exactly (0.3, 1/3), or a family an integer. May be repeated.",
    )(function)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="deterrence")
@click.pass_context
def commands(context: click.Context) -> None:
    """Game-theoretic models of deterrence: list, show, solve and check them.

    SLUG names a model of the library, for instance escalation/ladder; FILE is the path of a model file of your own.
    """
    if context.invoked_subcommand is None:
        output.write(context.get_help() + "\n")


@commands.command(short_help="List the models of the library.")
@click.option("--theme", metavar="THEME", default="", help="Only models of a theme, for instance escalation.")
@click.option("--claim", metavar="CLAIM", default="", help="Only models that bear on a claim, for instance A10.")
@click.option("--search", metavar="TEXT", default="", help="Only models that mention the text.")
@click.option("--form", metavar="FORM", default="", help="Only models of a form, such as extensive.")
@json_option
def models(theme: str, claim: str, search: str, form: str, as_json: bool) -> None:
    """List the models of the library."""
    from deterrence.json_text import json_text
    from deterrence.library import entries
    from deterrence.report.listing import listing_blocks, listing_document

    found = entries(theme=theme, claim=claim, search=search, form=form)
    if as_json:
        output.write(json_text("models", listing_document(found)))
    elif found:
        output.show(listing_blocks(found))
    else:
        output.note("no model of the library fits")


@commands.command(short_help="Show a model.")
@model_argument
@settings_option
@json_option
def show(model: str, settings: tuple[str, ...], as_json: bool) -> None:
    """Show a model: its tree or table, parameters with their meaning, assumptions, results and source."""
    from deterrence.cli.inputs import only_integers, reference
    from deterrence.json_text import json_text
    from deterrence.report.game_documents import game_document
    from deterrence.report.games import game_blocks

    game = only_integers(model, settings)
    if as_json:
        output.write(json_text("show", game_document(game, reference(game))))
    else:
        output.show(game_blocks(game, reference(game)))


@commands.command(short_help="Find every equilibrium at one point.")
@model_argument
@settings_option
@click.option("--exact", is_flag=True, help="Compute in rational numbers.")
@click.option("--solver", "solver_name", metavar="NAME", default="", help="A solver by name; 'help' lists them.")
@click.option("--precision", type=float, metavar="LAMBDA", help="Precision of logit-qre, per unit of payoff (1).")
@concept_option
@refine_option
@json_option
def solve(
    model: str,
    settings: tuple[str, ...],
    exact: bool,
    solver_name: str,
    precision: float | None,
    concept: str,
    refine: str,
    as_json: bool,
) -> None:
    """Find every equilibrium of a model at one parameter point, each with a certificate."""
    from deterrence.cli.inputs import game_and_point
    from deterrence.cli.solver_names import SOLVERS, solved
    from deterrence.json_text import json_text
    from deterrence.report.documents import solve_document
    from deterrence.report.solutions import answer_blocks

    if solver_name == "help":
        output.write("".join(f"{name:<{max(map(len, SOLVERS))}}  {text}\n" for name, text in SOLVERS.items()))
        return
    if solver_name and (concept or refine):
        other = "--concept" if concept else "--refine"
        raise click.UsageError(f"give --solver or {other}, not both", click.get_current_context())
    if precision is not None and solver_name != "logit-qre":
        raise click.UsageError("--precision belongs to --solver logit-qre", click.get_current_context())
    game, point = game_and_point(model, settings)
    output.progress("solving")
    answer = solved(
        game,
        point,
        solver_name=solver_name,
        concept=concept,
        refinement=refine or "none",
        exact=exact,
        precision=1.0 if precision is None else precision,
    )
    if as_json:
        output.write(json_text("solve", solve_document(answer)))
    else:
        output.show(answer_blocks(answer))


@commands.command(short_help="Check what model files claim.")
@click.argument("models", nargs=-1, metavar="[SLUG|FILE]...")
@click.option("--all", "every", is_flag=True, help="Check every model of the library.")
@json_option
def check(models: tuple[str, ...], every: bool, as_json: bool) -> int:
    """Check models: read, validate, solve at the defaults, certify, recompute the instances, decide every result.

    A result is proved, refuted by an exact counterexample, tested at many points, or undecided. The exit code is 1 when
    something failed or was refuted, else 3 when something was left undecided.
    """
    from deterrence.cli.checks import reports
    from deterrence.json_text import json_text
    from deterrence.report.checks import check_blocks
    from deterrence.report.documents import check_document

    if every == bool(models):
        raise click.UsageError("name models to check, or give --all", click.get_current_context())
    found = list(reports(models, every=every))
    if as_json:
        output.write(json_text("check", check_document(found)))
    else:
        output.show(check_blocks(found))
    if not all(report.ok for report in found):
        return CHECK_FAILED
    return 0 if all(report.decided for report in found) else UNDECIDED


@commands.command(short_help="Write a model file to start from.")
@click.argument("file", default="model.toml", type=click.Path(path_type=Path))
@click.option("--form", type=click.Choice(TEMPLATES), default="extensive", show_default=True)
def new(file: Path, form: str) -> None:
    """Write a commented model file to start from (default: model.toml); never over an existing file."""
    from deterrence.cli.new_file import create

    create(file, form)
    output.write(f"wrote {file}; look at it with: deterrence show {file}\n")


@commands.command(short_help="Run the main job.")
@click.option("-o", "--out", metavar="DIR", default="demo", type=click.Path(path_type=Path), help="Where figures go.")
def demo(out: Path) -> None:
    """Solve the deterrence game and the escalation ladder, print their equilibria and draw a figure."""
    from deterrence.demo import sections
    from deterrence.report.blocks import Lines

    for blocks in sections(out, output.progress):
        output.show([*blocks, Lines(())])


for command in (derive, prove, statics, explain, patience, export):
    commands.add_command(command)
commands.add_command(claims)
commands.add_command(classroom)
commands.add_command(two_parameter_map)
commands.add_command(report)
commands.add_command(stress)
commands.add_command(sweep)
commands.add_command(tree)
