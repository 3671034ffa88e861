"""A large theory on one screen: its classes by what may happen in them, how many there are, and what is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
_REMEDY: Final = "theory.table() shows every class, theory.named(name) one; names are in theory.names"
COLUMNS: Final = ("what may happen", "generic", "knife edge", "distributions", "published profiles")


@dataclass(frozen=True)
class Group:
    """The classes in which exactly these events have a probability other than zero."""

    events: tuple[str, ...]
    classes: tuple[EquilibriumClass, ...]

    @property
    def generic(self) -> int:
        """How many of the classes exist on a region with interior."""
        return sum(c.generic for c in self.classes)

    @property
    def distributions(self) -> int:
        """How many different formulas there are for the probabilities of the events."""
        return len({tuple(c.events.items()) for c in self.classes})

    def published(self, results: Iterable[str]) -> tuple[str, ...]:
        """Return which of the results are profiles that classes of the group play."""
        families = {c.family for c in self.classes}
        return tuple(result for result in results if result in families)


def groups(classes: Iterable[EquilibriumClass]) -> tuple[Group, ...]:
    """Return classes by what may happen in them, groups with the most generic classes first."""
    found: dict[tuple[str, ...], list[EquilibriumClass]] = {}
    for one in classes:
        possible = tuple(event for event, q in one.events.items() if q != Number(0))
        found.setdefault(possible, []).append(one)
    made = (Group(events, tuple(members)) for events, members in found.items())
    return tuple(sorted(made, key=lambda group: (-group.generic, -len(group.classes))))


def rows(theory: Theory) -> Iterator[tuple[str, ...]]:
    """Yield a row for each group with a generic class, and one for all groups that lie on knife edges."""
    results = [result.id for result in theory.game.about.results]
    found = groups(theory.classes)
    for group in found:
        if group.generic:
            yield _row(", ".join(group.events), (group,), results)
    edges = [group for group in found if not group.generic]
    if edges:
        words = f"{len(edges)} other combination{'s' if len(edges) > 1 else ''}, on knife edges only"
        yield _row(words, edges, results)


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


def _row(words: str, merged: Sequence[Group], results: Sequence[str]) -> tuple[str, ...]:
    generic = sum(group.generic for group in merged)
    edges = sum(len(group.classes) for group in merged) - generic
    named = list(dict.fromkeys(name for group in merged for name in group.published(results)))
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    distributions = sum(group.distributions for group in merged)
    return words, str(generic), str(edges), str(distributions), "; ".join(named[:NAMED]) + more


def notes(theory: Theory) -> Iterator[str]:
    """Yield what is known of the regions and of the refinement, in short, with the number of details left out."""
    lines = list(tiling_lines(theory.tiling, theory.untiled))
    yield from lines[:2]
    if len(lines) > 2:
        yield f"{len(lines) - 2} pairs of outcomes coexist somewhere (not shown)"
    for effect in ("falls", "shrinks", "undecided"):
        names = {removal.position for removal in theory.removed if removal.effect == effect}
        verb = {"falls": "removes, at least somewhere,", "shrinks": "narrows", "undecided": "leaves undecided"}[effect]
        if names:
            yield f"{theory.refinement} {verb} {len(names)} class{'es' if len(names) > 1 else ''} (reasons not shown)"
