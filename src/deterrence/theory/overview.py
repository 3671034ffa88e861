"""A large theory on one screen: its classes by what may happen in them, how many there are, and what is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from deterrence.escape import for_html, for_terminal
from deterrence.expressions import Number
from deterrence.theory.covering import tiling_lines
from deterrence.theory.table import html_table, theory_table

if TYPE_CHECKING:
    from deterrence.theory.classes import EquilibriumClass, Theory

__all__ = ["COLUMNS", "MANY", "Group", "groups", "notes", "overview_html", "overview_text", "rows"]

MANY: Final = 30  # classes that are still read one by one
NAMED: Final = 6  # families named in a row
_EFFECTS: Final = {"falls": "removes, somewhere at least,", "shrinks": "narrows", "undecided": "leaves undecided"}
_REMEDY: Final = "theory.table() shows every class, theory.named(name) one; names are in theory.names"
COLUMNS: Final = ("what may happen", "generic", "knife edge", "distributions", "published profiles")


@dataclass(frozen=True)
class Group:
    """Classes in which the same events may happen, as `words` say; those on knife edges alone are one group."""

    words: str
    classes: tuple[EquilibriumClass, ...]

    @property
    def generic(self) -> int:
        """How many of the classes exist on a region with interior."""
        return sum(c.generic for c in self.classes)

    @property
    def distributions(self) -> int:
        """How many different formulas there are for the probabilities of the events."""
        return len({tuple(c.events.items()) for c in self.classes})


def groups(classes: Iterable[EquilibriumClass]) -> tuple[Group, ...]:
    """Return classes by the events with a probability other than zero, groups with the most generic classes first."""
    found: dict[str, list[EquilibriumClass]] = {}
    for one in classes:
        possible = ", ".join(event for event, q in one.events.items() if q != Number(0))
        found.setdefault(possible, []).append(one)
    made = [Group(words, tuple(members)) for words, members in found.items()]
    made.sort(key=lambda group: (-group.generic, -len(group.classes)))
    edges = [group for group in made if not group.generic]
    if len(edges) < 2:
        return tuple(made)
    words = f"{len(edges)} other combinations, on knife edges only"
    merged = Group(words, tuple(c for group in edges for c in group.classes))
    return (*made[: len(made) - len(edges)], merged)


def rows(theory: Theory) -> Iterator[tuple[str, ...]]:
    """Yield what may happen, how many classes and distributions there are, and which results describe them."""
    for group in groups(theory.classes):
        families = {c.family for c in group.classes}
        named = [result.id for result in theory.game.about.results if result.id in families]
        more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
        numbers = (group.generic, len(group.classes) - group.generic, group.distributions)
        yield group.words, *map(str, numbers), "; ".join(named[:NAMED]) + more


def notes(theory: Theory) -> Iterator[str]:
    """Yield what is known of the regions and of the refinement, in short, with the number of details left out."""
    lines = list(tiling_lines(theory.tiling, theory.untiled))
    yield from lines[:2]
    if len(lines) > 2:
        yield f"{len(lines) - 2} pairs of outcomes coexist somewhere (not shown)"
    for effect, verb in _EFFECTS.items():
        positions = {removal.position for removal in theory.removed if removal.effect == effect}
        if positions:
            yield f"{theory.refinement} {verb} {len(positions)} classes (reasons not shown)"


def overview_text(theory: Theory) -> str:
    """Return the overview as text, with what to write for what it leaves out."""
    table = [COLUMNS, *rows(theory)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ("  ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in table)
    head = theory_table(theory, ()).headline
    return "\n".join(map(for_terminal, (head, _count(theory), *lines, *notes(theory), _REMEDY)))


def overview_html(theory: Theory) -> str:
    """Return the overview as HTML, with what to write for what it leaves out."""
    before, after = [theory_table(theory, ()).headline, _count(theory)], [*notes(theory), _REMEDY]
    parts = ("<br>".join(map(for_html, lines)) for lines in (before, after))
    return html_table(COLUMNS, rows(theory)).join(f"<p>{part}</p>" for part in parts)


def _count(theory: Theory) -> str:
    edges = len(theory.knife_edges)
    return f"{len(theory.generic)} generic classes and {edges} on knife edges, none of them shown here by itself:"
