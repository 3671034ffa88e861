"""The commands that draw: a map of two parameters and a game tree. They import what they need when they run."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deterrence.cli import output
from deterrence.cli.sweep_commands import axis_range, settings_option, write_tables
from deterrence.cli.theory_commands import concept_option, json_option, no_cache_option, refine_option, theory_of_model

if TYPE_CHECKING:
    from deterrence.games import Game
    from deterrence.theory import Theory

__all__ = ["tree", "two_parameter_map"]


@click.command("map", short_help="Draw which equilibria exist where over two parameters.")
@click.argument("model", metavar="SLUG|FILE")
@click.option("--x", "across", required=True, metavar="NAME[=FROM:TO]", help="The parameter across.")
@click.option("--y", "up", required=True, metavar="NAME[=FROM:TO]", help="The parameter up.")
@click.option("--event", default="", metavar="EVENT", help="Draw the probability of an event, or a QUANTITY in full.")
@settings_option
@concept_option
@refine_option
@no_cache_option
@click.option("--cells", type=click.IntRange(2, 1000), default=240, show_default=True, help="Of the grid, each way.")
@click.option("-o", "--out", metavar="FILE", type=click.Path(path_type=Path), help="A picture: .svg, .png or .pdf.")
@click.option("--csv", metavar="FILE", type=click.Path(path_type=Path), help="Write a table, a row for each cell.")
@click.option("--parquet", metavar="FILE", type=click.Path(path_type=Path), help="Write the same table as Parquet.")
@click.option("--netcdf", metavar="FILE", type=click.Path(path_type=Path), help="Write the map as NetCDF.")
@json_option
def two_parameter_map(
    model: str,
    across: str,
    up: str,
    event: str,
    settings: tuple[str, ...],
    concept: str,
    refine: str,
    no_cache: bool,
    cells: int,
    out: Path | None,
    csv: Path | None,
    parquet: Path | None,
    netcdf: Path | None,
    as_json: bool,
) -> None:
    """Draw a map of two parameters: the regions of equilibria with their exact boundaries, or how likely an event is.

    Ranges default to what domain and assumptions allow. The picture is MODEL-map.svg unless --out names another or
    other files are asked for.
    """
    from deterrence import figures
    from deterrence.json_text import json_text
    from deterrence.report.pictures import map_blocks, map_dataset, map_document

    files = [path for path in (out, csv, parquet, netcdf) if path is not None]
    for path in files:
        output.check_writable(path)
    game, at = _point_of(model, settings)
    (x, x_span), (y, y_span) = axis_range(across, "--x"), axis_range(up, "--y")
    quantity = f"P({event})" if event and "(" not in event else event
    source = _source_of(game, model, settings, concept, refine, no_cache=no_cache)
    output.progress("mapping")
    found = figures.parameter_map(source, x=x, y=y, spans=(x_span, y_span), at=at, of=quantity, cells=cells)
    drawn = out or (None if as_json or files else _picture_path(model, "map"))
    if drawn is not None:
        output.progress("drawing")
        figures.save(figures.event_map(found) if quantity else figures.region_map(found), drawn)
    if csv or parquet or netcdf:
        write_tables(map_dataset(found, x, y), csv, parquet, netcdf)
    if as_json:
        output.write(json_text("map", map_document(game, found, x, y)))
        return
    output.show(map_blocks(found))
    _say_written([drawn, csv, parquet, netcdf])


@click.command(short_help="Draw a game tree with an equilibrium.")
@click.argument("model", metavar="SLUG|FILE")
@settings_option
@concept_option
@refine_option
@click.option("--equilibrium", type=click.IntRange(1), default=1, show_default=True, help="Which, as solve counts.")
@click.option("--formulas", is_flag=True, help="No equilibrium: payoffs and chances as formulas.")
@click.option("--tikz", is_flag=True, help="Print LaTeX (package istgame) instead of drawing.")
@click.option(
    "-o", "--out", metavar="FILE", type=click.Path(path_type=Path), help="A picture: .svg, .png or .pdf; or .tex."
)
def tree(
    model: str,
    settings: tuple[str, ...],
    concept: str,
    refine: str,
    equilibrium: int,
    formulas: bool,
    tikz: bool,
    out: Path | None,
) -> None:
    """Draw a game tree: types unfolded, information sets joined, payoffs at the ends, the path of play bold.

    The equilibrium is at the defaults or where --set puts the parameters. The picture is MODEL-tree.svg unless --out
    names another.
    """
    from deterrence import figures
    from deterrence.errors import SolverError
    from deterrence.games import ExtensiveGame
    from deterrence.solving import solve
    from deterrence.theory.solver import DerivedEquilibria
    from deterrence.writing import write_text

    if out is not None:
        output.check_writable(out)
    game, at = _point_of(model, settings, whole=not formulas)
    if not isinstance(game, ExtensiveGame):
        raise SolverError(f"a game of form {game.form} has no tree", where=model, remedy=f"deterrence show {model}")
    solution: Any = None
    if not formulas:
        output.progress("solving")
        theory = theory_of_model(game, model, concept, refine, no_cache=False) if concept or refine else None
        solution = solve(game, DerivedEquilibria(theory) if theory else None, at=dict(at))
    chosen = _position(solution, equilibrium) if solution is not None else 0
    if tikz or (out is not None and out.suffix == ".tex"):
        text = figures.tree_tikz(game, solution, equilibrium=chosen)
        if out is None:
            output.write(text)
        else:
            write_text(out, text)
            _say_written([out])
        return
    path = out or _picture_path(model, "tree")
    output.progress("drawing")
    figures.save(figures.tree(game, solution, equilibrium=chosen), path)
    _say_written([path])


def _position(solution: Any, number: int) -> int:
    """Return the place of the equilibrium with a number in the padded list."""
    from deterrence.errors import ParameterError
    from deterrence.solution import Status

    places = [int(k) for k in solution.exists.nonzero()[0]]
    if number > len(places):
        state = Status(int(solution.status)).name.lower().replace("_", " ")
        problem = f"there are {len(places)} equilibria" if places else f"no equilibrium to draw: {state}"
        raise ParameterError(problem, where="--equilibrium", remedy="a smaller number, or --formulas")
    return places[number - 1]


def _point_of(model: str, settings: Iterable[str], *, whole: bool = True) -> tuple[Game, dict[str, Fraction]]:
    """Return the game and the values that were set; `whole` adds the defaults and asks that none is missing."""
    from deterrence.cli.inputs import game_and_point, only_integers

    return game_and_point(model, settings) if whole else (only_integers(model, settings), {})


def _source_of(
    game: Game, model: str, settings: Iterable[str], concept: str, refine: str, *, no_cache: bool
) -> Game | Theory:
    """Return the theory of a tree, which pictures show class by class, or the game itself."""
    from deterrence.games import ExtensiveGame

    return theory_of_model(game, model, concept, refine, no_cache=no_cache) if isinstance(game, ExtensiveGame) else game


def _picture_path(model: str, what: str) -> Path:
    """Return the name of a picture of a model in the working folder."""
    return Path(f"{Path(model).stem}-{what}.svg")


def _say_written(paths: Iterable[Path | None]) -> None:
    output.write("".join(f"wrote {path}\n" for path in paths if path is not None))
