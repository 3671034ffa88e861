"""What a refinement takes away from a theory, where, and by which argument."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from deterrence.expressions import AllOf, Condition, to_text
from deterrence.theory.observed import History

__all__ = ["Argument", "Removal", "ResponseSet", "removal_lines"]


@dataclass(frozen=True)
class ResponseSet:
    """The rational replies to a deviation that make it better than the equilibrium for a type.

    A family of replies is what those who answer do, by information set (several actions: they mix), and the conditions
    on its mixing probabilities under which the type gains.
    """

    type_: str
    families: tuple[tuple[tuple[tuple[str, str], ...], tuple[Condition, ...]], ...]

    def __str__(self) -> str:
        """Return the set in words."""
        families = (_family(plays, conditions) for plays, conditions in self.families)
        return f"{self.type_} gains if {'; or '.join(families)}" if self.families else f"{self.type_} gains by no reply"


@dataclass(frozen=True, kw_only=True)
class Argument:
    """One step: after which deviation by whom which type is ruled out, because of which other type or class.

    `reason` says it in a sentence; `sets` are the response sets that it compares.
    """

    sender: str
    after: History
    struck: tuple[str, ...]
    by: str
    reason: str
    sets: tuple[ResponseSet, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Removal:
    """A class, or part of it, that a refinement takes away.

    With effect "falls" no equilibrium of the class is left where `where` holds (everywhere, if that is empty); with
    "shrinks" those are left whose beliefs the arguments allow; with "undecided" the class was kept whole because the
    question has no answer in closed form, for the reason given. `name` is that of its family, `position` its place in
    the unrefined theory.
    """

    name: str
    position: int
    effect: Literal["falls", "shrinks", "undecided"]
    where: tuple[Condition, ...]
    arguments: tuple[Argument, ...]

    @property
    def sentence(self) -> str:
        """What happens to the class, where."""
        where = f"where {to_text(AllOf.of(*self.where))}" if self.where else "everywhere"
        verb = {"falls": "removed", "shrinks": "narrowed", "undecided": "kept without a decision"}[self.effect]
        return f"{self.name}: {verb} {where}"


def removal_lines(removals: Iterable[Removal]) -> Iterator[str]:
    """Yield what was removed, where and why; classes to which the same happens for the same reasons only once."""
    groups: dict[tuple[str, tuple[Argument, ...]], int] = {}
    for removal in removals:
        key = (removal.sentence, removal.arguments)
        groups[key] = groups.get(key, 0) + 1
    for (sentence, arguments), count in groups.items():
        yield f"{sentence} ({count} classes)" if count > 1 else sentence
        for argument in arguments:
            after = f"after {', '.join(argument.after)}, " if argument.after else ""
            yield f"   {after}{argument.reason}"
            yield from (f"      {found}" for found in argument.sets)


def _family(plays: tuple[tuple[str, str], ...], conditions: tuple[Condition, ...]) -> str:
    text = ", ".join(f"{where} {played}" for where, played in plays) or "nothing is done"
    return f"{text}, with {' and '.join(map(to_text, conditions))}" if conditions else text
