"""The command that writes a game for other packages."""

from __future__ import annotations

from pathlib import Path

import click

from deterrence.cli import output

__all__ = ["export"]


@click.command(short_help="Write a model at a point as a Gambit file.")
@click.argument("model", metavar="SLUG|FILE")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Give a parameter a value. May be repeated."
)
@click.option("--format", "form", type=click.Choice(["efg", "nfg"]), default=None, help="Default: what fits.")
@click.option(
    "-o",
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default=None,
    help="Write to a new file.",
)
def export(model: str, settings: tuple[str, ...], form: str | None, out: Path | None) -> None:
    """Write a model at one parameter point in Gambit's format: trees as .efg, strategic games as .nfg.

    Numbers are exact ratios. A file that exists is not overwritten.
    """
    from deterrence.cli.inputs import game_and_point
    from deterrence.errors import ModelFileError, SolverError
    from deterrence.games import ExtensiveGame
    from deterrence.interop.files import write_gambit

    game, point = game_and_point(model, settings)
    fits = "efg" if isinstance(game, ExtensiveGame) else "nfg"
    if form not in (None, fits):
        raise SolverError(f"a game of form {game.form} is written as .{fits}", where="--format", remedy="leave it out")
    text = write_gambit(game, at=dict(point))
    if out is None:
        output.write(text)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ModelFileError(f"cannot write: {error.strerror}", where=str(out), remedy="name a new file") from None
    output.write(f"wrote {out}\n")
