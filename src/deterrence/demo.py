"""The main job: a theory with a proof, a counterexample and a map; then games solved at points and over grids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deterrence import figures
from deterrence.certify import rationality
from deterrence.compiled import compile_tree
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import MissingExtraError
from deterrence.expressions import evaluate_exact, to_text
from deterrence.games import ExtensiveGame
from deterrence.library import load
from deterrence.profiles import Assessment
from deterrence.report.answers import answer
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.comparison import comparison_blocks
from deterrence.report.numbers import same_text
from deterrence.report.solutions import completeness_text, count_text
from deterrence.report.verdicts import verdict_blocks
from deterrence.solution import Solution
from deterrence.solvers import ReducedStrategicForm, TreeSolver, VertexEnumeration
from deterrence.solving import solve
from deterrence.theory import Theory
from deterrence.theory.cache import theory_of
from deterrence.theory.prove import prove
from deterrence.theory.verdicts import Counterexample
from deterrence.theory.weakest import Extent, weakest_condition

Verdicts = NDArray[np.str_]

__all__ = ["sections"]

COMPLETE: Final = "alliance-commitment/unilateral-deterrence-complete"
INCOMPLETE: Final = "alliance-commitment/unilateral-deterrence"
LADDER: Final = "escalation/ladder"
CELLS: Final = 12  # of the grid over the two priors, in each direction
FINE: Final = 400  # points of the grids that backward induction solves
RUNGS: Final = range(2, 10)
STATEMENTS: Final = ("P(war) <= p_Ch", "P(war) <= p_Ch*p_Def")  # one holds, one does not


def sections(folder: Path, progress: Callable[[str], None]) -> Iterator[list[Block]]:
    """Derive a theory, put it to the test, solve three models, yield what to print as it comes, draw two figures.

    `progress` is told what is being done. Without matplotlib the last section says which extra to install.
    """
    complete, incomplete, ladder = (_tree(slug) for slug in (COMPLETE, INCOMPLETE, LADDER))
    progress("deriving")
    theory = theory_of(incomplete)
    yield list(_theory(theory))
    yield [block for statement in STATEMENTS for block in _tested(theory, statement)]
    progress("drawing the map")
    yield list(_mapped(theory_of(incomplete, refinement="D1"), folder))
    progress("solving at the defaults")
    yield [*_at_defaults(complete), *_complete_grid(complete)]
    yield list(_at_defaults(incomplete, ReducedStrategicForm(VertexEnumeration())))
    progress(f"solving at {CELLS * CELLS} points of the priors")
    cells, grid_blocks = _prior_grid(incomplete)
    yield grid_blocks
    yield list(_at_defaults(ladder))
    progress("climbing ladders")
    strips, ladder_blocks = _ladder_grid(ladder)
    yield ladder_blocks
    progress("drawing")
    yield list(_drawn(cells, strips, folder))


def _theory(theory: Theory) -> Iterator[Block]:
    """Yield every generic class with its region and its risk of war, and how many others there are."""
    table = theory.table()
    yield Heading(f"{table.title}: every class of {table.concept}", level=1)
    rows = (
        (c.name, " and ".join(map(to_text, c.region)) or "everywhere", to_text(c.events["war"])) for c in theory.generic
    )
    yield Tabular(("class", "exists", "P(war)"), tuple(rows))
    definitions = "; ".join(f"{name} = {to_text(f)}" for name, f in theory.game.definitions.items())
    edges = f"and {len(theory.knife_edges)} classes that exist only where an equation holds"
    yield Lines((edges, f"where {definitions}", f"{table.argument}; trusting {', '.join(theory.trusted)}"))


def _tested(theory: Theory, statement: str) -> Iterator[Block]:
    verdict = prove(theory, statement)
    found = weakest_condition(theory, statement) if isinstance(verdict, Counterexample) else None
    yield from verdict_blocks(theory, verdict, found if isinstance(found, Extent) else None)


def _mapped(theory: Theory, folder: Path) -> Iterator[Block]:
    """Draw which classes exist where over both priors, and yield where the figure is."""
    regions = figures.parameter_map(theory, x="p_Ch", y="p_Def", say="war")
    yield Heading(f"Where each class exists that survives {theory.refinement}")
    yield from _saved(lambda: figures.region_map(regions), folder, "deterrence-regions")


def _tree(slug: str, **integers: int) -> ExtensiveGame:
    game = load(slug, **integers)
    assert isinstance(game, ExtensiveGame)
    return game


def _at_defaults(game: ExtensiveGame, solver: TreeSolver | None = None) -> Iterator[Block]:
    """Yield every equilibrium at the defaults, exactly, with the checker's verdicts."""
    point = {p.name: p.default for p in game.parameters if p.default is not None}
    found = answer(solve(game, solver, exact=True), point, refine=True)
    yield Heading(game.about.title, level=1)
    at = ", ".join(f"{name} = {same_text(value)}" for name, value in point.items())
    yield Lines((f"at the defaults: {at}", count_text(found), completeness_text(found), f"checked: {found.method}"))
    yield from comparison_blocks(found)


def _complete_grid(game: ExtensiveGame) -> Iterator[Block]:
    """Yield how the outcome depends on both sides' value of conflict."""
    values = np.linspace(-1.0, 2.9, FINE)
    solution = solve(game, at={"c_DD": values[:, None], "d_DD": values[None, :]})
    inside = solution.exists[..., 0]
    rows = []
    for event in game.events():
        happens = np.asarray((solution.probability(event) > 0).any(axis=-1))
        rows.append((event, str(int(happens.sum())), f"{happens.sum() / max(1, inside.sum()):.1%}"))
    yield Heading("Over a grid of the values of conflict, c_DD and d_DD from -1 to 2.9")
    yield Tabular(("event that can happen", "points", "share"), tuple(rows))
    yield Lines((_grid_line(solution),))


def _grid_line(solution: Solution[Assessment]) -> str:
    """Say how many equilibria were found at how many points, and what the checker made of them."""
    worst = solution.certificate.worst
    passed = int((solution.certificate.passed & solution.found.exists).sum())
    return (
        f"{int(solution.exists.sum())} equilibria at {solution.points.size} points "
        f"({int(solution.flagged.sum())} points with ties); {passed} passed the checker, "
        f"largest gain of a deviation {float(worst):.2g}"
    )


def _prior_grid(game: ExtensiveGame) -> tuple[figures.CellMap, list[Block]]:
    """Solve over both priors; return the highest war risk of an equilibrium that is sequentially rational."""
    centres = (np.arange(CELLS) + 0.5) / CELLS
    at = {"p_Ch": centres[:, None], "p_Def": centres[None, :]}
    solution = solve(game, ReducedStrategicForm(VertexEnumeration()), at=at)
    verdicts = _verdicts(solution)
    war = solution.probability("war").reshape(verdicts.shape)
    rational = np.where(verdicts == "yes", war, np.nan)
    highest = np.nanmax(rational, axis=1, initial=-1.0)
    lowest = np.nanmin(rational, axis=1, initial=2.0)
    number = (verdicts == "yes").sum(axis=1)
    if (number == 0).any():
        highest, lowest = (np.where(number > 0, bound, np.nan) for bound in (highest, lowest))
    thresholds = {name: _at_default(game, name) for name in ("t_soft", "t_hard", "d_star")}
    cells = figures.CellMap(
        title="Highest risk of war in equilibrium",
        note="of the sequentially rational Nash equilibria",
        x_label="prior that the Challenger is hard",
        y_label="prior that the Defender is hard",
        value_label="P(war)",
        zero_label="no war in any equilibrium found",
        values=np.asarray(highest, dtype=np.float64).reshape(CELLS, CELLS),
        vertical={"d_star": thresholds["d_star"]},
        horizontal={name: thresholds[name] for name in ("t_soft", "t_hard")},
    )
    rows = [_verdict_row(word, verdicts) for word in ("yes", "no", "not found")]
    lines = (
        _grid_line(solution),
        f"sequentially rational ones at a point: {number.min()} to {number.max()}",
        f"their P(war) at a point: the lowest {_range(lowest)}, the highest {_range(highest)}",
    )
    heading = Heading(f"Over a grid of {CELLS} times {CELLS} priors, p_Ch and p_Def")
    table = Tabular(("sequentially rational with some beliefs", "Nash equilibria"), tuple(rows))
    return cells, [heading, table, Lines(lines)]


def _range(values: FloatArray) -> str:
    return f"from {np.nanmin(values):.3g} to {np.nanmax(values):.3g}"


def _verdict_row(word: str, verdicts: Verdicts) -> tuple[str, str]:
    return word, str(int((verdicts == word).sum()))


def _verdicts(solution: Solution[Assessment]) -> Verdicts:
    """Return the checker's verdict on sequential rationality, (points, equilibria), empty text where none exists."""
    assert isinstance(solution.game, ExtensiveGame)
    compiled = compile_tree(solution.game, solution.points)
    verdicts = np.full(solution.found.exists.shape, "", dtype="<U9")
    for point, k in np.argwhere(solution.found.exists):
        found = rationality(compiled, solution.found.profiles, point=int(point), equilibrium=int(k))
        verdicts[point, k] = found.sequentially_rational
    return verdicts


def _at_default(game: ExtensiveGame, definition: str) -> float:
    point: dict[str, Fraction] = {p.name: p.default for p in game.parameters if p.default is not None}
    return float(evaluate_exact(game.resolved_definitions[definition], point))


def _ladder_grid(game: ExtensiveGame) -> tuple[figures.Strips, list[Block]]:
    """Solve ladders of several lengths along the hazard of accidental war."""
    hazard = (np.arange(FINE, dtype=np.float64) + 0.5) * (
        0.2 / FINE
    )  # off the critical risk, where sides are indifferent
    holds: list[BoolArray] = []
    rows = []
    for rungs in RUNGS:
        solution = solve(_tree(LADDER, rungs=rungs), at={"q": hazard})
        starts = np.asarray((solution.probability("status quo") < 1).any(axis=-1))
        holds.append(starts)
        rows.append((str(rungs), *_ladder_row(solution, starts, hazard)))
    columns = ("rungs", "Challenger starts for q up to", "highest P(war)", "largest gain of a deviation")
    default = {p.name: p.default for p in game.parameters}["q"]
    strips = figures.Strips(
        title="Who has the last clear chance",
        note="even numbers of rungs against odd ones",
        x_label="hazard of accidental war at each climb",
        y_label="rungs of the ladder",
        x=hazard,
        names=tuple(map(str, RUNGS)),
        holds=np.stack(holds),
        inside="Challenger starts",
        outside="status quo holds",
        mark={"default": float(default)} if default is not None else {},
    )
    return strips, [Heading("Over the number of rungs and the hazard q from 0 to 0.2"), Tabular(columns, tuple(rows))]


def _ladder_row(solution: Solution[Assessment], starts: BoolArray, hazard: FloatArray) -> tuple[str, str, str]:
    until = f"{hazard[starts].max():.3g}" if starts.any() else "never"
    war = float(np.nanmax(solution.probability("war")))
    return until, f"{war:.3g}", f"{float(solution.certificate.worst):.2g}"


def _drawn(cells: figures.CellMap, strips: figures.Strips, folder: Path) -> Iterator[Block]:
    yield from _saved(lambda: figures.crisis_figure(cells, strips), folder, "deterrence-and-escalation")


def _saved(draw: Callable[[], Any], folder: Path, name: str) -> Iterator[Block]:
    """Draw a figure as PNG and SVG and yield where it is, or which extra to install."""
    try:
        figure = draw()
    except MissingExtraError as error:
        yield Lines((f"no figure: {error.problem}; {error.remedy}",))
        return
    paths = [folder / f"{name}.{ending}" for ending in ("png", "svg")]
    for path in paths:
        figures.save(figure, path)
    yield Lines(tuple(f"figure: {path}" for path in paths))
