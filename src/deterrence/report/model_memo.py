"""A page about a model: what it asks, every equilibrium in the reference case, pictures, assumptions, sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from deterrence import figures
from deterrence.errors import DeterrenceError
from deterrence.expressions import to_text
from deterrence.figures.style import svg_text
from deterrence.games import ExtensiveGame, Game, StrategicGame
from deterrence.library import references
from deterrence.report.answers import Answer, answer
from deterrence.report.blocks import Heading, Tabular
from deterrence.report.numbers import number_text, same_text
from deterrence.report.pages import Bullets, Part, Picture, Said
from deterrence.report.solutions import choice_text, completeness_text, count_text, events_text, solver_words
from deterrence.solving import solve
from deterrence.theory import Theory
from deterrence.theory.solver import DerivedEquilibria

__all__ = ["Asked", "model_parts"]

MOST: Final = 6  # equilibria shown in full
ENDS: Final = 24  # of a tree that fits the page


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a page is about: a game at a point, its theory if it has one, and two parameters for a map, if any.

    `command` reproduces the page.
    """

    game: Game
    point: Mapping[str, Fraction]
    theory: Theory | None = None
    axes: tuple[str, str] | None = None
    command: str = ""


def model_parts(asked: Asked) -> Iterator[Part]:
    """Yield what stands on the page; pictures that a form of game does not have are left out.

    Raises what `solve` and the figures raise, `MissingExtraError` without matplotlib.
    """
    game, about = asked.game, asked.game.about
    solver: Any = DerivedEquilibria(asked.theory) if asked.theory is not None else None
    solution: Any = solve(game, solver, at=dict(asked.point))
    found = answer(solution, asked.point)
    yield Heading(about.title or about.slug or f"{game.form} game", level=1)
    if about.summary:
        yield Said(" ".join(about.summary.split()), "question")
    yield Said(f"**In the reference case:** {count_text(found)}.", "holds" if found.equilibria else "unknown")
    yield Said(f"{completeness_text(found)}.".capitalize(), "note")
    yield from _equilibria(found)
    yield from _pictures(asked, solution)
    if asked.theory is not None:
        yield from _classes(asked.theory)
    yield from _assumptions(asked)
    yield from _foot(asked, found)


def _equilibria(found: Answer) -> Iterator[Part]:
    for i, equilibrium in enumerate(found.equilibria[:MOST]):
        yield Heading(f"Equilibrium {i + 1} of {len(found.equilibria)}", level=3)
        rows = tuple((c.player, " ".join(c.types), c.information_set, choice_text(c)) for c in equilibrium.choices)
        used = [k for k in range(4) if k in (0, 3) or any(row[k] for row in rows)]
        columns = ("player", "type", "where", "does")
        yield Tabular(tuple(columns[k] for k in used), tuple(tuple(row[k] for k in used) for row in rows))
        payoffs = [f"U({name}) = {number_text(value)}" for name, value in equilibrium.payoffs]
        others = [f"{name} = {number_text(value)}" for name, value in equilibrium.others]
        yield Said("; ".join(text for text in (events_text(equilibrium), *payoffs, *others) if text) + ".")
    if len(found.equilibria) > MOST:
        yield Said(f"{len(found.equilibria) - MOST} more equilibria are not shown here.", "note")


def _pictures(asked: Asked, solution: Any) -> Iterator[Part]:
    game, at = asked.game, dict(asked.point)
    if isinstance(game, ExtensiveGame) and not game.tree.shared and sum(1 for _ in game.tree.ends()) <= ENDS:
        places = solution.exists.nonzero()[0]
        if len(places):
            drawn = figures.tree(game, solution, equilibrium=int(places[0]))
            yield Picture(svg_text(drawn), "The game tree with the first of these equilibria.")
    if isinstance(game, StrategicGame) and len(game.players) == 2:
        yield Picture(svg_text(figures.payoff_matrix(game, at=at)), "Payoffs in the reference case.")
    try:
        curves = figures.reply_curves(game, at=at)
    except DeterrenceError:
        curves = None  # a form, or a number of players, whose best replies are no two curves
    if curves is not None:
        yield Picture(svg_text(figures.best_replies(curves)), "Best replies, and where they meet.")
    if asked.axes is not None:
        found = figures.parameter_map(asked.theory or game, x=asked.axes[0], y=asked.axes[1], at=at)
        said = "Which equilibria exist where; all else at the reference case."
        yield Picture(svg_text(figures.region_map(found)), said)


def _classes(theory: Theory) -> Iterator[Part]:
    yield Heading("Every class of equilibria")
    rows = tuple(
        (c.name, " and ".join(f"`{to_text(part)}`" for part in c.region) or "everywhere", _events(c.events))
        for c in theory.generic
    )
    yield Tabular(("class", "exists exactly where", "what happens"), rows)
    edges = f"{len(theory.knife_edges)} more exist only where an equation holds" if theory.knife_edges else ""
    said = [f"{'complete' if theory.complete else 'not complete'}: {theory.argument}", *([edges] if edges else [])]
    yield Said("; ".join(said) + ".", "note")
    definitions = [f"`{name} = {to_text(f)}`" for name, f in theory.game.definitions.items()]
    if definitions:
        yield Said(f"Where {', '.join(definitions)}.", "note")


def _events(events: Mapping[str, Any]) -> str:
    return "; ".join(f"P({event}) = `{to_text(f)}`" for event, f in events.items() if to_text(f) != "0")


def _assumptions(asked: Asked) -> Iterator[Part]:
    yield Heading("What this assumes")
    rows = tuple(
        (f"`{p.name}`", p.meaning, same_text(asked.point[p.name]) if p.name in asked.point else "", p.domain)
        for p in asked.game.parameters
    )
    if rows:
        yield Tabular(("parameter", "meaning", "reference", "domain"), rows)
    conditions = "; ".join(f"`{to_text(condition)}`" for condition in asked.game.assume)
    yield Said(f"Assumed throughout: {conditions or 'nothing more'}.", "note")


def _foot(asked: Asked, found: Answer) -> Iterator[Part]:
    about, known = asked.game.about, references()
    yield Heading("Source and how to repeat this")
    source = known[about.source].text if about.source in known else about.source
    yield Bullets(tuple(text for text in (source, f"fidelity: {about.fidelity}" if about.fidelity else "") if text))
    if asked.command:
        yield Said(f"`{asked.command}`")
    digest = f"; model sha256 {about.sha256[:12]}" if about.sha256 else ""
    yield Said(f"Solver: {solver_words(found.solver)}; checked: {found.method or 'not solved'}{digest}.", "note")
