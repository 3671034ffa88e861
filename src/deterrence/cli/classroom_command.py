"""Lessons on the command line."""

from __future__ import annotations

from pathlib import Path

import click

from deterrence.cli import output
from deterrence.cli.theory_commands import concept_option, refine_option, theory_for
from deterrence.writing import write_text

__all__ = ["classroom"]


@click.command(short_help="Write a lesson: one page with sliders, for a class.")
@click.argument("model", metavar="[SLUG|FILE]", required=False)
@click.option(
    "-o", "--out", metavar="PATH", default=None, type=click.Path(path_type=Path), help="The page, or a folder."
)
@concept_option
@refine_option
def classroom(model: str | None, out: Path | None, concept: str, refine: str) -> None:
    """Turn a derived theory into one self-contained page that needs no server and no network.

    Students predict, move sliders, see map and tree change, and try strategies of their own. Without a model, all
    lessons of the library and an index go into the folder PATH (default: lessons).
    """
    from deterrence.classroom import lesson_html

    if model is None:
        _all(out or Path("lessons"))
        return
    path = out or Path("lesson.html")
    output.check_writable(path)
    write_text(path, lesson_html(theory_for(model, concept, refine)))
    output.write(f"wrote {path}\n")


def _all(folder: Path) -> None:
    from deterrence.classroom import LESSONS, index_html, lesson_html

    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for slug in LESSONS:
        theory = theory_for(slug, "", "")
        name = f"{slug.rpartition('/')[2]}.html"
        write_text(folder / name, lesson_html(theory))
        listed.append((name, theory.game))
    write_text(folder / "index.html", index_html(listed))
    output.write(f"wrote {len(listed)} lessons; open {folder / 'index.html'}\n")
