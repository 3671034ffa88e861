"""Statements on how a quantity moves with a parameter, across all equilibria: `P(war) falls in p`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deterrence.expressions import to_text
from deterrence.theory.classes import Theory
from deterrence.theory.logic import TRUE
from deterrence.theory.prover import AT_POINTS
from deterrence.theory.statements import Statement
from deterrence.theory.statics import Statics, statics
from deterrence.theory.verdicts import Proof, Reversed, Undecided, Verdict

__all__ = ["decide_movement", "movement"]

_MOVES: Final = re.compile(r"\s*(.+?)\s+(rises|falls|never rises|never falls|is constant) in\s+(\w+)\s*\Z", re.DOTALL)
_MEANS: Final = {
    "rises": ("increasing",),
    "falls": ("decreasing",),
    "never rises": ("decreasing", "constant"),
    "never falls": ("increasing", "constant"),
    "is constant": ("constant",),
}


def movement(text: object) -> tuple[str, str, str] | None:
    """Return quantity, direction and parameter of a statement that is about a movement, else None.

    >>> movement("P(war) never rises in p")
    ('P(war)', 'never rises', 'p')
    """
    found = _MOVES.match(text) if isinstance(text, str) else None
    return None if found is None else (found[1], found[2], found[3])


def decide_movement(theory: Theory, text: str, moved: tuple[str, str, str]) -> Verdict:
    """Decide a movement by comparing any two equilibria at points that differ in the parameter alone.

    "Never rises" says that no equilibrium has more at a higher value than any has at a lower one; "falls" says besides
    that some has less; "never falls" and "rises" likewise; "is constant" that all have the same. A refutation is two
    equilibria at exact points. Raises what `statics` raises.
    """
    of, direction, wrt = moved
    statement, found = Statement(text, TRUE, TRUE), statics(theory, of=of, wrt=wrt)
    if found.monotone in _MEANS[direction]:
        at_points = any(c.found is None for c in found.classes)
        names = (AT_POINTS,) if at_points else tuple(dict.fromkeys(c.family for c in theory.classes))
        notes = ("any two equilibria were compared at points that differ in the parameter alone", *_by_class(found))
        return Proof(statement=statement, quantifier="every", classes=names, trusted=found.trusted, notes=notes)
    against = found.rises if direction in ("falls", "never rises") else found.falls
    if against is None and direction == "is constant":
        against = found.rises
    if against is not None:
        return Reversed(statement=statement, why=against.told(of, wrt), reversal=against)
    if found.monotone == "undecided":
        return Undecided(statement=statement, why="the solver reached its limit, or classes have no closed form")
    return Reversed(statement=statement, why=f"{of} is {found.monotone} in {wrt}")


def _by_class(found: Statics) -> Iterator[str]:
    """Yield the sign of the derivative in every class, and of every jump."""
    for c in found.classes:
        place = "everywhere" if c.found is None else f"in {c.found.name!r}"
        yield f"the derivative {to_text(c.derivative)} is {c.sign} {place}"
    for jump in found.jumps:
        yield f"the jump from {jump.below.name!r} to {jump.above.name!r} at {to_text(jump.edge)} is {jump.sign}"
