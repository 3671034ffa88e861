"""The commands of the theory engine. They import what they need when they run."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

import click

from deterrence.cli import output

__all__ = ["derive"]

QUIET: Final = 1.0  # seconds without a word
OFTEN: Final = 0.1  # seconds between two words


@click.command(short_help="Derive every equilibrium in closed form.")
@click.argument("model", metavar="SLUG|FILE")
@click.option("--knife-edges", is_flag=True, help="Also show classes that exist only where an equation holds.")
@click.option("--latex", is_flag=True, help="Print a LaTeX proposition with a sketch of its proof.")
@click.option("--no-cache", is_flag=True, help="Derive again, and keep nothing on disk.")
@click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON document.")
def derive(model: str, knife_edges: bool, latex: bool, no_cache: bool, as_json: bool) -> None:
    """Derive every class of perfect Bayesian equilibria of a model, in closed form and with its exact region.

    A theory is kept on disk once it is derived (in $DETERRENCE_CACHE or ~/.cache/deterrence).
    """
    from deterrence.cli.inputs import open_model
    from deterrence.errors import SolverError
    from deterrence.games import ExtensiveGame
    from deterrence.report.json_text import json_text
    from deterrence.report.theories import theory_blocks, theory_document
    from deterrence.theory.cache import theory_of

    if latex and as_json:
        raise click.UsageError("give --latex or --json, not both", click.get_current_context())
    game = open_model(model)
    if not isinstance(game, ExtensiveGame):
        raise SolverError("theories are derived for extensive games", where=model, remedy=f"deterrence solve {model}")
    theory = theory_of(game, progress=_progress(), keep=not no_cache)
    if as_json:
        output.write(json_text("derive", theory_document(theory, knife_edges=knife_edges)))
    elif latex:
        output.write(theory.latex(knife_edges=knife_edges))
    else:
        output.show(theory_blocks(theory, knife_edges=knife_edges))


def _progress() -> Callable[[int, int], None]:
    """Return a function that says how far a derivation is, once it has taken more than a second."""
    start = monotonic()
    last = start

    def tell(kept: int, pruned: int) -> None:
        nonlocal last
        now = monotonic()
        if now - start > QUIET and now - last > OFTEN:
            last = now
            output.progress(f"deriving: {kept} supports kept, {pruned} pruned, {now - start:.0f} s")

    return tell
