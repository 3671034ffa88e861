"""The commands that look at many parameter points. They import what they need when they run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import click

from deterrence.cli import output
from deterrence.writing import write_whole

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["axis_range", "sweep", "write_tables"]

OFTEN: Final = 0.2  # seconds between two words
MAX_SHOWN: Final = 80
METHODS: Final = ("sobol", "latin-hypercube", "uniform")
MANY: Final = 10_000_000  # values along one axis


settings_option = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Fix another parameter. May be repeated."
)


@click.command(short_help="Find every equilibrium at many parameter points.")
@click.argument("model", metavar="SLUG|FILE")
@click.option(
    "--over",
    "axes",
    multiple=True,
    required=True,
    metavar="NAME=FROM:TO:COUNT",
    help="An axis; also NAME=a,b,c, or DEFINITION(PARAMETER)=.... With --sample NAME=FROM:TO, or NAME alone.",
)
@settings_option
@click.option(
    "--metric", "metrics", multiple=True, metavar="NAME", help="P(event), U(player), a definition, a formula."
)
@click.option("--concept", default="", metavar="NAME", help="The solution concept, where there are several.")
@click.option("--width", type=click.IntRange(1, 4096), metavar="N", help="Room for so many equilibria of a point.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Draw N points from the box instead of a grid.")
@click.option(
    "--method", type=click.Choice(["sobol", "latin-hypercube", "uniform"]), default="sobol", show_default=True
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the sample; it is recorded.")
@click.option("--store", metavar="DIR", type=click.Path(path_type=Path), help="Keep it as zarr; continue there.")
@click.option("--csv", metavar="FILE", type=click.Path(path_type=Path), help="Write a table, a row for each point.")
@click.option("--parquet", metavar="FILE", type=click.Path(path_type=Path), help="Write the same table as Parquet.")
@click.option("--netcdf", metavar="FILE", type=click.Path(path_type=Path), help="Write the dataset as NetCDF.")
@click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON document.")
def sweep(
    model: str,
    axes: tuple[str, ...],
    settings: tuple[str, ...],
    metrics: tuple[str, ...],
    concept: str,
    width: int | None,
    sample: int | None,
    method: Any,
    seed: int,
    store: Path | None,
    csv: Path | None,
    parquet: Path | None,
    netcdf: Path | None,
    as_json: bool,
) -> None:
    """Find every equilibrium of a model over a grid or a sample of parameter points, and how its numbers range.

    With --store the answer is kept block by block: after Control-C, or any other end, the same command goes on
    where it was.
    """
    from deterrence.cli.inputs import game_and_point, parse_settings
    from deterrence.cli.solver_names import swept_by
    from deterrence.json_text import json_text
    from deterrence.report.sweeps import sweep_blocks, sweep_document

    run = _needed("xarray", "sweep")
    for path in (csv, parquet, netcdf):
        if path is not None:
            output.check_writable(path)
    game, _ = game_and_point(model, settings)
    values = parse_settings(settings)
    fixed = {name: value for name, value in values.items() if name not in game.about.integers}
    if sample is None:
        over: Any = dict(_laid(name, _axis(text, name)) for name, text in _named(axes))
        at: Any = fixed
    else:
        box = {name: _interval(text, name) for name, text in _named(axes)}
        over, at = run.sample(game, box, sample, method=method, seed=seed, at=fixed), None
    source = swept_by(game, concept)
    result = run.sweep(
        game, over, at=at, metrics=metrics or None, width=width, store=store, progress=_progress(), **source
    )
    write_tables(result, csv, parquet, netcdf)
    if as_json:
        output.write(json_text("sweep", sweep_document(result)))
    else:
        output.show(sweep_blocks(result))


def _needed(package: str, extra: str) -> Any:
    """Return the sweeps, or say which extra to install."""
    from importlib.util import find_spec

    from deterrence import sweeps
    from deterrence.errors import DeterrenceError

    if find_spec(package) is None:
        raise DeterrenceError(f"{package} is not installed", remedy=f"pip install 'deterrence[{extra}]'")
    return sweeps


def _named(axes: Iterable[str]) -> list[tuple[str, str]]:
    from deterrence.errors import ParameterError

    found: dict[str, str] = {}
    for axis in axes:
        name, _, text = axis.partition("=")
        if name.strip() in found:
            raise ParameterError(f"{name.strip()!r} is named twice", where="--over", remedy="keep one of them")
        found[name.strip()] = text.strip()
    return list(found.items())


def _laid(name: str, values: Any) -> tuple[str, Any]:
    """Return an axis; `DEFINITION(PARAMETER)` takes its values through the parameter."""
    definition, bracket, by = name.removesuffix(")").partition("(")
    return (definition.strip(), {by.strip(): values}) if bracket else (name, values)


def _axis(text: str, name: str) -> Any:
    import numpy as np

    from deterrence.errors import ParameterError

    where, form = f"--over {name}={text}"[:MAX_SHOWN], "for instance --over p=0:1:101"
    if not text:
        raise ParameterError("no values are given", where=where, remedy=form)
    if ":" not in text:
        return [_number(part, where) for part in text.split(",")]
    parts = text.split(":")
    if len(parts) != 3:
        raise ParameterError("not of the form NAME=FROM:TO:COUNT", where=where, remedy=form)
    if not (parts[2].strip().isdecimal() and len(parts[2]) < MAX_SHOWN and 1 <= int(parts[2]) <= MANY):
        raise ParameterError(f"the count is not a whole number from 1 to {MANY}", where=where, remedy=form)
    return np.linspace(_number(parts[0], where), _number(parts[1], where), int(parts[2]))


def axis_range(text: str, option: str) -> tuple[str, tuple[float, float] | None]:
    """Return the name and the range of `NAME=FROM:TO`, None where only the name is given."""
    name, _, ends = text.partition("=")
    return name.strip(), _interval(ends.strip(), name.strip(), option)


def _interval(text: str, name: str, option: str = "--over") -> tuple[float, float] | None:
    from deterrence.errors import ParameterError

    where = f"{option} {name}={text}"[:MAX_SHOWN]
    if not text:
        return None
    parts = text.split(":")
    if len(parts) != 2:
        raise ParameterError("not of the form NAME=FROM:TO", where=where, remedy=f"for instance {option} p=0:0.5")
    return _number(parts[0], where), _number(parts[1], where)


def _number(text: str, where: str) -> float:
    from deterrence.errors import ExpressionError, ParameterError
    from deterrence.expressions import exact_number

    try:
        return float(exact_number(text.strip()))
    except (ExpressionError, OverflowError):
        raise ParameterError(
            f"{text[:MAX_SHOWN]!r} is not a number", where=where, remedy="such as 0.25 or 1/4"
        ) from None


def write_tables(result: Dataset, csv: Path | None, parquet: Path | None, netcdf: Path | None) -> None:
    """Write the files that were asked for."""
    table = result.to_dataframe().reset_index() if csv or parquet else None
    jobs: list[tuple[Path | None, Callable[[Path], Any], str]] = [
        (csv, lambda path: table.to_csv(path, index=False) if table is not None else None, ""),
        (parquet, lambda path: table.to_parquet(path) if table is not None else None, "pyarrow"),
        (netcdf, lambda path: result.to_netcdf(path, engine="h5netcdf"), "h5netcdf h5py"),
    ]
    for path, write, package in jobs:
        if path is not None:
            _written(path, write, package)


def _written(path: Path, write: Callable[[Path], Any], package: str) -> None:
    from deterrence.errors import DeterrenceError

    try:
        write_whole(path, write)
    except (ImportError, ValueError) as error:
        problem = f"{package} is needed to write this" if package else str(error)
        raise DeterrenceError(problem, where=str(path), remedy=f"pip install {package}" if package else "") from None


def _progress() -> Callable[[int, int], None]:
    """Return a function that says how far a sweep is, how fast, and how long it will take."""
    start = last = monotonic()
    first: int | None = None

    def tell(done: int, total: int) -> None:
        nonlocal last, first
        first = done if first is None else first
        now = monotonic()
        if now - last > OFTEN or done == total:
            last = now
            rate = (done - first) / max(1e-9, now - start)
            left = f", {(total - done) / rate:.0f} s left" if rate else ""
            output.progress(f"{done:,} of {total:,} points, {rate / 1e6:.2f} million a second{left}")

    return tell
