"""A theory for reading: one row a class, with what everyone does, where it exists and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from deterrence.escape import for_html, for_terminal
from deterrence.expressions import AnyOf, Condition, Expr, Number, to_text
from deterrence.games import Tree
from deterrence.theory.covering import tiling_lines
from deterrence.theory.removal import removal_lines

if TYPE_CHECKING:
    from deterrence.theory.classes import EquilibriumClass, Interval, Theory

__all__ = ["CONCEPT_NAMES", "ClassRow", "TheoryTable", "html_table", "play_text", "theory_table"]

CONCEPT_NAMES: Final = {
    "pbe": "perfect Bayesian equilibrium",
    "weak-pbe": "weak perfect Bayesian equilibrium",
    "sequential": "sequential equilibrium",
    "subgame-perfect": "subgame perfect equilibrium",
    "nash": "Nash equilibrium",
}
_ONE: Final = Number(1)
_COLUMNS: Final = ("class", "strategies", "where", "outcome", "left open")


@dataclass(frozen=True, kw_only=True)
class ClassRow:
    """One class in words; formulas are text in the formula language of model files.

    `plays` holds for each information set, by its readable name, the actions played with their probabilities (empty
    text for certainty), `payoffs` what every player, or type of one, expects. `beliefs` are those that matter to
    somebody and are determined, `free` what stays open: in words, with the admissible interval. An empty `region` means
    everywhere under the assumptions. `unsolved` are the unknowns of a class without closed form, by name and in words,
    of which `open_conditions` hold.
    """

    name: str
    generic: bool
    plays: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    region: tuple[str, ...]
    open_conditions: tuple[str, ...]
    events: tuple[tuple[str, str], ...]
    payoffs: tuple[tuple[str, str], ...]
    beliefs: tuple[tuple[str, str], ...]
    free: tuple[tuple[str, str, str], ...]
    unsolved: tuple[tuple[str, str], ...] = ()

    @property
    def where(self) -> str:
        """The region as a sentence; of a class without closed form, what is necessary."""
        if self.unsolved:
            return " and ".join(("what is not solved for has a solution", *self.region))
        return " and ".join(self.region) or "everywhere under the assumptions"

    @property
    def kind(self) -> str:
        """Whether the class exists on a region with interior, and whether it has a closed form."""
        return f"{'generic' if self.generic else 'knife edge'}{', numeric' if self.unsolved else ''}"

    @property
    def system(self) -> tuple[str, ...]:
        """What is said of unknowns without closed form, a sentence a line."""
        words = (f"not solved for: {name}, the {words}" for name, words in self.unsolved)
        return (*words, *(f"such that {condition}" for condition in self.open_conditions))


@dataclass(frozen=True)
class TheoryTable:
    """The classes of a theory as rows, generic ones first; prints as text, shows as a table in notebooks."""

    title: str
    concept: str
    refinement: str
    argument: str
    rows: tuple[ClassRow, ...]
    removed: tuple[str, ...] = ()
    tiling: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """What was derived, and whether it is complete."""
        return f"{self.title}: {self.concept}, refinement {self.refinement}; {self.argument}"

    def __str__(self) -> str:
        """Return the rows as paragraphs."""
        parts = [self.headline, *(line for i, row in enumerate(self.rows, start=1) for line in _paragraph(i, row))]
        parts += ["regions:", *(f"   {line}" for line in self.tiling)] if self.tiling else []
        parts += ["removed by the refinement:", *(f"   {line}" for line in self.removed)] if self.removed else []
        return "\n".join(map(for_terminal, parts))

    def _repr_html_(self) -> str:
        caption = self.headline
        edges = [row for row in self.rows if not row.generic]
        below = "<br>".join(map(for_html, (*self.tiling, *self.removed)))
        folded = f"<details><summary>{len(edges)} more that exist only where an equation holds</summary>"
        more = f"{folded}{html_table(_COLUMNS, map(_cells, edges))}</details>" if edges else ""
        shown = html_table(_COLUMNS, (_cells(row) for row in self.rows if row.generic))
        return f"<p>{for_html(caption)}</p>{shown}{more}<p>{below}</p>"


def html_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of untrusted text in HTML."""
    cell = '<{0} style="text-align:left;vertical-align:top">{1}</{0}>'
    head = "".join(cell.format("th", name) for name in columns)
    body = "".join(f"<tr>{''.join(cell.format('td', for_html(text)) for text in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def theory_table(theory: Theory, classes: Sequence[EquilibriumClass] | None = None) -> TheoryTable:
    """Return a theory's classes in words, all of them unless some are given."""
    about = theory.game.about
    return TheoryTable(
        about.title or about.slug or "extensive game",
        CONCEPT_NAMES.get(theory.concept, theory.concept),
        theory.refinement,
        f"{'complete' if theory.complete else 'NOT complete'}: {theory.argument}",
        tuple(_row(theory.game.tree, found) for found in (theory.classes if classes is None else classes)),
        tuple(removal_lines(theory.removed)),
        tuple(tiling_lines(theory.tiling, theory.untiled)),
    )


def _row(tree: Tree, found: EquilibriumClass) -> ClassRow:
    sets = zip(tree.information_sets, found.strategies, strict=True)
    return ClassRow(
        name=found.name,
        generic=found.generic,
        plays=tuple((tree.set_name(h), tuple(_played(h.actions, row))) for h, row in sets),
        region=tuple(_part(c, len(found.region)) for c in found.region),
        open_conditions=tuple(to_text(c) for c in found.open_conditions),
        events=tuple((event, to_text(f)) for event, f in found.events.items()),
        payoffs=tuple((f"U({'.'.join(filter(None, who))})", to_text(f)) for who, f in found.payoffs.items()),
        beliefs=tuple((slot.words, to_text(f)) for slot, f in found.beliefs.items()),
        free=tuple((name, found.meaning.get(name, name), _interval(i)) for name, i in found.free.items()),
        unsolved=tuple((name, found.meaning[name]) for name in found.implicit),
    )


def _part(condition: Condition, parts: int) -> str:
    """Return one of several conditions that hold together."""
    text = to_text(condition)
    return f"({text})" if parts > 1 and isinstance(condition, AnyOf) else text


def _played(actions: tuple[str, ...], row: tuple[Expr, ...]) -> Iterator[tuple[str, str]]:
    for action, probability in zip(actions, row, strict=True):
        if probability != Number(0):
            yield action, "" if probability == _ONE else to_text(probability)


def _interval(interval: Interval) -> str:
    low, high = ([to_text(f) for f in bounds] for bounds in (interval.lower, interval.upper))
    return f"[{_end('max', low)}, {_end('min', high)}]"


def _end(function: str, texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{function}({', '.join(texts)})"


def play_text(played: tuple[tuple[str, str], ...]) -> str:
    """Return what is played at an information set: one action, or actions with their probabilities."""
    return ", ".join(f"{action} with probability {q}" if q else action for action, q in played)


def _paragraph(number: int, row: ClassRow) -> Iterator[str]:
    yield f"{number}. {row.name} ({row.kind})"
    yield f"   where: {row.where}"
    yield from (f"   {where}: {play_text(played)}" for where, played in row.plays)
    yield f"   {_outcome(row)}"
    yield f"   {'; '.join(f'{whose} = {value}' for whose, value in row.payoffs)}"
    yield from (f"   {words}: {value}" for words, value in row.beliefs)
    yield from (f"   open: {name}, the {words}, in {interval}" for name, words, interval in row.free)
    yield from (f"   {line}" for line in row.system)


def _outcome(row: ClassRow) -> str:
    return "; ".join(f"P({event}) = {q}" for event, q in row.events)


def _cells(row: ClassRow) -> tuple[str, ...]:
    plays = "; ".join(f"{where}: {play_text(played)}" for where, played in row.plays)
    left = (*(f"{name}: {words} in {interval}" for name, words, interval in row.free), *row.system)
    return row.name, plays, row.where, _outcome(row), "; ".join(left)
