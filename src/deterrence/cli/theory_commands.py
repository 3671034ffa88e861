"""The commands of the theory engine. They import what they need when they run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

import click

from deterrence.cli import output

if TYPE_CHECKING:
    from deterrence.games import Game
    from deterrence.theory import Theory

__all__ = ["derive", "prove", "statics", "theory_for", "theory_of_model"]

UNDECIDED: Final = 3
EXIT_CODES: Final = {"proved": 0, "refuted": 1}

QUIET: Final = 1.0  # seconds without a word
OFTEN: Final = 0.1  # seconds between two words


concept_option = click.option(
    "--concept", metavar="NAME", default="", help="subgame-perfect, weak-pbe, pbe or sequential."
)
refine_option = click.option("--refine", metavar="NAME", default="", help="A refinement: intuitive, D1 or undefeated.")
no_cache_option = click.option("--no-cache", is_flag=True, help="Derive again, and keep nothing on disk.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print a versioned JSON document.")


@click.command(short_help="Derive every equilibrium in closed form.")
@click.argument("model", metavar="SLUG|FILE")
@concept_option
@refine_option
@click.option("--knife-edges", is_flag=True, help="Also show classes that exist only where an equation holds.")
@click.option("--all", "every", is_flag=True, help="Show every class, however many there are.")
@click.option("--class", "names", multiple=True, metavar="NAME", help="Show this class or family; may be repeated.")
@click.option("--latex", is_flag=True, help="Print a LaTeX proposition with a sketch of its proof.")
@no_cache_option
@json_option
def derive(
    model: str,
    concept: str,
    refine: str,
    knife_edges: bool,
    every: bool,
    names: tuple[str, ...],
    latex: bool,
    no_cache: bool,
    as_json: bool,
) -> None:
    """Derive every class of equilibria of a model, in closed form and with its exact region.

    Of a theory with more than 30 classes to show, an overview is printed; --all or --class NAME print classes.

    The concept is subgame-perfect, weak-pbe, pbe (the default where it is defined) or sequential (elsewhere).
    With --refine, what the refinement removes goes, and the answer says where and why.
    A theory is kept on disk once it is derived (in $DETERRENCE_CACHE or ~/.cache/deterrence).
    """
    from deterrence.json_text import json_text
    from deterrence.report.theories import theory_blocks, theory_document
    from deterrence.theory.overview import MANY

    if latex and as_json:
        raise click.UsageError("give --latex or --json, not both", click.get_current_context())
    theory = theory_for(model, concept, refine, no_cache=no_cache)
    shown = theory.chosen(names, knife_edges=knife_edges or every)
    if as_json:
        output.write(json_text("derive", theory_document(theory, classes=shown)))
    elif latex:
        output.write(theory.latex(knife_edges=knife_edges or every, names=names))
    else:
        many = len(shown) > MANY and not every and not names
        output.show(theory_blocks(theory, classes=None if many else shown))


@click.command(short_help="Prove or refute a statement about equilibria.")
@click.argument("model", metavar="SLUG|FILE")
@click.argument("statement", metavar="STATEMENT")
@click.option("--given", multiple=True, metavar="CONDITION", help="What is assumed besides; may be repeated.")
@click.option("--within", metavar="CLASS", default=None, help="Speak only of the equilibria of this class.")
@concept_option
@refine_option
@no_cache_option
@json_option
def prove(
    model: str,
    statement: str,
    given: tuple[str, ...],
    within: str | None,
    concept: str,
    refine: str,
    no_cache: bool,
    as_json: bool,
) -> int:
    """Prove a statement for all admissible parameters, or refute it by an exact point with the equilibrium there.

    STATEMENT compares parameters, definitions, P(event), U(player) and U(player.type), for instance "P(war) <= p_Ch" or
    "p_Def > t_hard => P(war) == 0"; exists(class) and unique(class) speak of classes. It is about every equilibrium
    unless it begins with "in some equilibrium". The exit code is 0 for proved, 1 for refuted, 3 for undecided.
    """
    from deterrence.json_text import json_text
    from deterrence.report.verdicts import verdict_blocks, verdict_document
    from deterrence.theory import prove as proving
    from deterrence.theory.verdicts import Counterexample
    from deterrence.theory.weakest import Extent, weakest_condition

    theory = theory_for(model, concept, refine, no_cache=no_cache)
    output.progress("proving")
    verdict = proving.prove(theory, statement, given=given, within=within)
    extent = None
    if isinstance(verdict, Counterexample):
        found = weakest_condition(theory, verdict.statement, given=given, within=within)
        extent = found if isinstance(found, Extent) else None
    if as_json:
        output.write(json_text("prove", verdict_document(theory, verdict, extent)))
    else:
        output.show(verdict_blocks(theory, verdict, extent))
    return EXIT_CODES.get(verdict.word, UNDECIDED)


@click.command(short_help="How equilibria change with a parameter.")
@click.argument("model", metavar="SLUG|FILE")
@click.option("--of", required=True, metavar="QUANTITY", help="What changes, for instance 'P(war)' or a definition.")
@click.option("--wrt", required=True, metavar="PARAMETER", help="The parameter that grows; with --plot also =FROM:TO.")
@click.option("--plot", metavar="FILE", type=click.Path(path_type=Path), help="Draw it: .svg, .png or .pdf.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="With --plot: fix another parameter.")
@concept_option
@refine_option
@no_cache_option
@json_option
def statics(
    model: str,
    of: str,
    wrt: str,
    plot: Path | None,
    settings: tuple[str, ...],
    concept: str,
    refine: str,
    no_cache: bool,
    as_json: bool,
) -> None:
    """Derive how a quantity changes with a parameter: in every class, at the edges between classes, altogether.

    Derivatives are exact and signs proved. Where the quantity is not monotone, two equilibria at exact points show it.
    With --plot the quantity is drawn in every equilibrium, all else at its default or where --set puts it; games of
    other forms than trees are drawn, too, but nothing is derived about them.
    """
    from deterrence.cli.inputs import game_and_point, open_model
    from deterrence.cli.sweep_commands import axis_range
    from deterrence.games import ExtensiveGame
    from deterrence.json_text import json_text
    from deterrence.report.verdicts import statics_blocks, statics_document
    from deterrence.theory import statics as comparing

    if settings and plot is None:
        raise click.UsageError("--set is for --plot; derivatives hold for all values", click.get_current_context())
    name, span = axis_range(wrt, "--wrt")
    if plot is not None:
        output.check_writable(plot)
    game, at = game_and_point(model, settings) if plot is not None else (open_model(model), {})
    is_tree = isinstance(game, ExtensiveGame)
    theory = theory_of_model(game, model, concept, refine, no_cache=no_cache) if is_tree or plot is None else None
    if plot is not None:
        from deterrence import figures

        output.progress("drawing")
        fixed = {other: value for other, value in at.items() if other != name}
        drawn = figures.parameter_lines(theory or game, of=of, wrt=name, span=span, at=fixed)
        figures.save(figures.statics_lines(drawn), plot)
    if theory is not None:
        output.progress("comparing")
        found = comparing.statics(theory, of=of, wrt=name)
        if as_json:
            output.write(json_text("statics", statics_document(theory, found)))
            return
        output.show(statics_blocks(theory, found))
    if plot is not None:
        output.write(f"wrote {plot}\n")


def theory_for(model: str, concept: str, refine: str, *, no_cache: bool = False) -> Theory:
    """Return a model's theory, read from disk or derived with a word on how far it is."""
    from deterrence.cli.inputs import open_model

    return theory_of_model(open_model(model), model, concept, refine, no_cache=no_cache)


def theory_of_model(game: Game, model: str, concept: str, refine: str, *, no_cache: bool) -> Theory:
    """Return the theory of a game opened under a name; raise `SolverError` for other forms than trees and tables."""
    from deterrence.errors import SolverError
    from deterrence.games import ExtensiveGame, StrategicGame
    from deterrence.theory.cache import theory_of

    if not isinstance(game, ExtensiveGame | StrategicGame):
        raise SolverError(
            "theories are derived for extensive and strategic games", where=model, remedy=f"deterrence solve {model}"
        )
    named = {"concept": concept, "refinement": refine}
    return theory_of(game, **{k: v for k, v in named.items() if v}, progress=_progress(), keep=not no_cache)


def _progress() -> Callable[[str], None]:
    """Return a function that says how far a derivation is, once it has taken more than a second."""
    start = monotonic()
    last = start

    def tell(words: str) -> None:
        nonlocal last
        now = monotonic()
        if now - start > QUIET and now - last > OFTEN:
            last = now
            output.progress(f"deriving: {words}, {now - start:.0f} s")

    return tell
