"""Refinements of a derived theory: which classes of equilibria they remove where, and by which argument."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from deterrence.errors import SolverError
from deterrence.expressions import Comparison, Condition
from deterrence.games import FrozenMap
from deterrence.theory.cases import Cases, UnsettledError
from deterrence.theory.classes import EquilibriumClass, Theory
from deterrence.theory.naming import numbered
from deterrence.theory.refine.cut import Demand, cut
from deterrence.theory.refine.deviations import Deviation, deviations
from deterrence.theory.refine.replies import Replies
from deterrence.theory.refine.signalling import SIGNALLING
from deterrence.theory.refine.undefeated import check_one_signal, defeats, renamed
from deterrence.theory.relevance import relevant_beliefs
from deterrence.theory.removal import Argument, Removal
from deterrence.theory.shared import SharedBeliefs
from deterrence.theory.tiling import with_tiling

__all__ = ["REFINEMENTS", "check_refinement", "refine", "refined"]

REFINEMENTS: Final = ("none", *SIGNALLING, "undefeated")


def check_refinement(name: str) -> None:
    """Raise `SolverError` when there is no refinement of that name."""
    if name not in REFINEMENTS:
        raise SolverError(f"no refinement {name[:64]!a}", remedy=f"use one of {', '.join(REFINEMENTS)}")


def refine(theory: Theory, refinement: str, progress: Callable[[str], None] | None = None) -> Theory:
    """Return a perfect Bayesian theory without the equilibria that a refinement removes; `removed` says where and why.

    `intuitive` and `D1` are the criteria of Cho and Kreps (1987), `undefeated` that of Mailath, Okuno-Fujiwara and
    Postlewaite (1993). Raises `SolverError` where the refinement is not defined for the game or the concept.
    """
    return with_tiling(refined(theory, refinement, progress))


def refined(theory: Theory, refinement: str, progress: Callable[[str], None] | None = None) -> Theory:
    """Return what `refine` does, without saying how the regions that are left lie."""
    check_refinement(refinement)
    if theory.concept != "pbe" or theory.refinement != "none":
        raise SolverError(
            f"{refinement} is defined for pbe without a refinement, not for {theory.concept} with {theory.refinement}",
            remedy=f"derive(game, refinement={refinement!r})",
        )
    return _Refinement(theory, refinement).run(progress or (lambda words: None))


class _Refinement:
    def __init__(self, theory: Theory, refinement: str) -> None:
        self.theory, self.refinement = theory, refinement
        self.system = SharedBeliefs.of(theory.game)
        self.cases = Cases(theory, extra=self._unknowns())
        self.relevant = relevant_beliefs(self.system, self.cases.algebra)
        self._replies: dict[Deviation, Replies] = {}

    def _unknowns(self) -> list[str]:
        """Return the names of replies and beliefs; for comparing classes, also those of a class beside another."""
        names = [*self.system.slots, *self.system.moves]
        return names if self.refinement != "undefeated" else [*names, *map(renamed, names)]

    def run(self, progress: Callable[[str], None]) -> Theory:
        """Cut every class; one about which a question has no answer in closed form is kept whole, and reported."""
        if self.refinement == "undefeated":
            check_one_signal(self.system, self.relevant)
        kept: list[EquilibriumClass] = []
        removed: list[Removal] = []
        for position, found in enumerate(self.theory.classes):
            progress(f"{self.refinement}: {position} of {len(self.theory.classes)} classes judged")
            self._passed_over: list[Removal] = []
            try:
                left, taken = cut(self.cases, self.system, found, position, list(self._demands(found, position)))
            except UnsettledError as reason:
                left, taken = [found], [_undecided(found, position, reason.problem, ())]
            kept += left
            removed += [*taken, *self._passed_over]
        kept = [replace(c, name=n) for c, n in zip(kept, numbered([c.name for c in kept], "part"), strict=True)]
        decider = self.cases.decider
        queries = self.theory.counts.get("queries", 0) + decider.queries
        return replace(
            self.theory,
            refinement=self.refinement,
            classes=tuple(sorted(kept, key=lambda c: not c.generic)),
            argument=f"{self.theory.argument}; {self._argument(removed)}",
            counts=FrozenMap({**self.theory.counts, "queries": queries}),
            removed=tuple(removed),
            tiling=None,
        )

    def _argument(self, removed: list[Removal]) -> str:
        undecided = sum(r.effect == "undecided" for r in removed)
        kept = f", {undecided} kept because the question stayed open" if undecided else ""
        return f"{self.refinement} was decided for every class by eliminating replies and beliefs exactly{kept}"

    def _demands(self, found: EquilibriumClass, position: int) -> Iterator[Demand]:
        for deviation in deviations(self.system, self.relevant, found):
            if self.refinement == "undefeated":
                for other in self.theory.classes:
                    yield from self._defeats(deviation, found, position, other)
            else:
                if deviation not in self._replies:
                    self._replies[deviation] = Replies(self.cases, self.system, self.relevant, deviation)
                yield from SIGNALLING[self.refinement](self._replies[deviation].of(found))

    def _defeats(
        self, deviation: Deviation, found: EquilibriumClass, position: int, other: EquilibriumClass
    ) -> list[Demand]:
        """Return what another class demands; what stays open on a knife edge only is passed over, and reported."""
        try:
            return list(defeats(self.cases, self.system, deviation, found, other))
        except UnsettledError as reason:
            if other.generic:
                raise
            edge = tuple(c for c in other.region if isinstance(c, Comparison) and "==" in c.operators)
            self._passed_over.append(_undecided(found, position, f"{other.family}: {reason.problem}", edge))
            return []


def _undecided(found: EquilibriumClass, position: int, problem: str, where: tuple[Condition, ...]) -> Removal:
    argument = Argument(sender="", after=(), struck=(), by="", reason=problem)
    return Removal(name=found.family, position=position, effect="undecided", where=where, arguments=(argument,))
