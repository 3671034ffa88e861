"""What is known of how the regions of a theory's classes lie: coverage, multiplicity, the number of outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from deterrence.expressions import AllOf, Condition, Expr, to_text
from deterrence.games import FrozenMap

__all__ = ["Coexistence", "OutcomeGroup", "Tiling", "tiling_lines"]

Answer: TypeAlias = Literal["yes", "no", "open"]


@dataclass(frozen=True)
class OutcomeGroup:
    """Generic classes with the same probability of every event, as functions of the parameters.

    `classes` are their families, each once; `varies` says that the probabilities depend on what a class leaves open.
    """

    classes: tuple[str, ...]
    events: Mapping[str, Expr]
    varies: bool = False


@dataclass(frozen=True)
class Coexistence:
    """Two groups (by their places) whose outcomes differ and which both exist where all conditions hold."""

    first: int
    second: int
    where: tuple[Condition, ...]


@dataclass(frozen=True)
class Tiling:
    """How the regions of a theory's classes lie in the admissible set; "yes" and "no" are proved, "open" is neither.

    `covered`: some class exists at every point; `gap` is a point without. `unique`: at every point off the boundaries
    of regions, all equilibria have one distribution of outcomes; `several` is a point with more than one.
    """

    covered: Answer
    unique: Answer
    outcomes: tuple[OutcomeGroup, ...]
    overlaps: tuple[Coexistence, ...]
    gap: FrozenMap[str, Fraction] | None = None
    several: FrozenMap[str, Fraction] | None = None


def tiling_lines(tiling: Tiling | None, untiled: str = "") -> Iterator[str]:
    """Yield what a tiling says, a sentence a line, and what it leaves out; without one, why there is none."""
    if tiling is None:
        yield from (f"how the regions lie is not said: {untiled}",) if untiled else ()
        return
    yield {
        "yes": "some class exists at every admissible point (proved)",
        "no": f"no class exists at {_point(tiling.gap)}",
        "open": "whether some class exists at every admissible point is open",
    }[tiling.covered]
    yield {
        "yes": "one distribution of outcomes at every point off the boundaries of regions (proved)",
        "no": f"several distributions of outcomes at some points, for instance at {_point(tiling.several)}",
        "open": "whether there is one distribution of outcomes at every point is open",
    }[tiling.unique]
    for overlap in tiling.overlaps:
        first, second = (_named(tiling.outcomes[i]) for i in (overlap.first, overlap.second))
        where = f"where {to_text(AllOf.of(*overlap.where))}" if overlap.where else "everywhere"
        yield f"{first} beside {second} {where}"
    yield from (untiled,) if untiled else ()


def _named(group: OutcomeGroup) -> str:
    return " / ".join(group.classes)


def _point(point: FrozenMap[str, Fraction] | None) -> str:
    return ", ".join(f"{name} = {value}" for name, value in (point or {}).items())
