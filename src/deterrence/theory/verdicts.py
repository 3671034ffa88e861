"""What an attempt to prove a statement ends in."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from deterrence.games import FrozenMap
from deterrence.theory.classes import EquilibriumClass
from deterrence.theory.statements import Quantifier, Statement

if TYPE_CHECKING:
    from deterrence.theory.statics import Reversal

__all__ = [
    "Counterexample",
    "Evaluated",
    "Proof",
    "Quantifier",
    "Reversed",
    "Undecided",
    "Vacuous",
    "Verdict",
    "cardinal_note",
]


@dataclass(frozen=True)
class Evaluated:
    """One comparison of a statement at a point: its text, the exact values of its sides, whether it holds.

    A side without value (a division by zero) is None. `within` names the class where the sides depend on it.
    """

    text: str
    values: tuple[Fraction | None, ...]
    holds: bool
    within: str = ""

    def __str__(self) -> str:
        """Return the comparison with its values."""
        values = ", ".join("undefined" if v is None else str(v) for v in self.values)
        place = f" in {self.within!r}" if self.within else ""
        return f"{self.text} {'holds' if self.holds else 'fails'}{place} ({values})"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The statement holds; `classes` are those that exist somewhere under the premises, `trusted` what was relied on.

    `notes` say which premise is not needed, `cardinal` whose payoffs the statement reads as numbers.
    """

    word: ClassVar[str] = "proved"
    statement: Statement
    quantifier: Quantifier
    classes: tuple[str, ...]
    trusted: tuple[str, ...]
    notes: tuple[str, ...] = ()
    cardinal: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the verdict with what it rests on."""
        notes = "".join(f"; {note}" for note in (*self.notes, *cardinal_note(self.cardinal)))
        return f"proved (trusting {', '.join(self.trusted)}): {self.statement.text}{notes}"


@dataclass(frozen=True, kw_only=True)
class Counterexample:
    """A rational point at which the statement fails, re-computed exactly.

    `found` is the class of an equilibrium there for which it fails, confirmed by the independent checker; it is None
    when the statement fails of the point itself, or of every equilibrium there (`present` names their classes).
    """

    word: ClassVar[str] = "refuted"
    statement: Statement
    quantifier: Quantifier
    point: FrozenMap[str, Fraction]
    sides: tuple[Evaluated, ...]
    found: EquilibriumClass | None = None
    unknowns: FrozenMap[str, Fraction] = field(default_factory=lambda: FrozenMap[str, Fraction]())
    present: tuple[str, ...] = ()
    cardinal: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the point, the class and the comparisons there."""
        where = ", ".join(f"{name} = {value}" for name, value in (*self.point.items(), *self.unknowns.items()))
        who = f" in {self.found.name!r}" if self.found is not None else ""
        sides = "; ".join((*map(str, self.sides), *cardinal_note(self.cardinal)))
        return f"refuted{who} at {where}: {sides}"


@dataclass(frozen=True, kw_only=True)
class Reversed:
    """A movement that is not as stated: two equilibria at points that differ in one parameter, else `why` not."""

    word: ClassVar[str] = "refuted"
    statement: Statement
    why: str
    reversal: Reversal | None = None

    def __str__(self) -> str:
        """Return what moves the other way."""
        return f"refuted: {self.statement.text} ({self.why})"


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """Neither proved nor refuted, and why."""

    word: ClassVar[str] = "undecided"
    statement: Statement
    why: str

    def __str__(self) -> str:
        """Return the reason."""
        return f"undecided: {self.statement.text} ({self.why})"


@dataclass(frozen=True, kw_only=True)
class Vacuous:
    """The statement speaks of no equilibrium: no admissible point satisfies its premises with one of the classes."""

    word: ClassVar[str] = "vacuous"
    statement: Statement
    why: str

    def __str__(self) -> str:
        """Return the reason."""
        return f"vacuous, not proved: {self.statement.text} ({self.why})"


def cardinal_note(players: tuple[str, ...]) -> tuple[str, ...]:
    """Return a remark on the players whose payoffs a statement reads as numbers, if any."""
    if not players:
        return ()
    return (f"it reads payoffs as numbers: rescaling those of {' or '.join(players)} can change it",)


Verdict: TypeAlias = "Proof | Counterexample | Reversed | Undecided | Vacuous"
