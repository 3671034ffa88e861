"""All supports that some parameter point makes an equilibrium: depth first from the leaves, pruned by proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from deterrence.expressions import Condition, Expr
from deterrence.theory.conditions import mixing_conditions
from deterrence.theory.rationality import incentive_conditions
from deterrence.theory.smt import Answer, Decider
from deterrence.theory.systems import BeliefSystem
from deterrence.theory.unknowns import Support

__all__ = ["Feasible", "feasible_supports"]


@dataclass(frozen=True)
class Feasible:
    """A support, its strategies in the unknowns, and the conditions that make it an equilibrium.

    `proved` is False where the solver could not decide: the support is then kept, never dropped.
    """

    support: Support
    strategies: tuple[tuple[Expr, ...], ...]
    conditions: tuple[Condition, ...]
    proved: bool


def feasible_supports(
    system: BeliefSystem,
    decider: Decider,
    relevant: frozenset[str],
    progress: Callable[[str], None] | None = None,
    *,
    sets: Iterable[int] | None = None,
    allowed: Callable[[int, tuple[int, ...]], bool] = lambda h, actions: True,
) -> list[Feasible]:
    """Return every support for which some admissible parameter point satisfies all conditions of the concept.

    A partial choice is dropped only when the solver proves that no point satisfies the conditions so far, with beliefs
    and moves not yet determined free; so the list is complete. `relevant` are the beliefs that matter to some mover;
    the others are left to Bayes' rule afterwards. `progress` is told in words how many supports were kept and how many
    partial choices were pruned. With `sets`, only play at those information sets is chosen and asked for; they must
    contain all that follow them. Only supports that are `allowed` at every information set are followed.
    """
    return _Search(system, decider, relevant, progress, sets, allowed).run()


class _Search:
    """The depth-first search; later information sets come first."""

    def __init__(
        self,
        system: BeliefSystem,
        decider: Decider,
        relevant: frozenset[str],
        progress: Callable[[str], None] | None,
        sets: Iterable[int] | None,
        allowed: Callable[[int, tuple[int, ...]], bool],
    ) -> None:
        self.system, self.decider, self.progress = system, decider, progress
        self.relevant, self.allowed = relevant, allowed
        chosen = None if sets is None else set(sets)
        self.order = [h for h in system.order if chosen is None or h in chosen]
        self.found: list[Feasible] = []
        self.pruned = 0

    def run(self) -> list[Feasible]:
        """Search the whole tree of choices."""
        self._extend({}, {}, (), True)
        return self.found

    def _extend(
        self,
        chosen: dict[int, tuple[int, ...]],
        strategies: dict[int, tuple[Expr, ...]],
        conditions: tuple[Condition, ...],
        proved: bool,
    ) -> None:
        if len(chosen) == len(self.order):
            self._keep(chosen, strategies, conditions, proved)
            return
        h = self.order[len(chosen)]
        for actions in self._choices(h):
            supports = {**chosen, h: actions}
            played = {**strategies, h: self.system.strategy(h, actions)}
            new = (*conditions, *self._conditions(h, supports, played))
            answer = self.decider.satisfiable(new)
            if answer is Answer.NO:
                self.pruned += 1
            else:
                decided = proved if len(played) < len(self.order) else answer is Answer.YES
                self._extend(supports, played, new, decided)
            if self.progress is not None:
                self.progress(f"{len(self.found)} supports kept, {self.pruned} pruned")

    def _choices(self, h: int) -> Iterator[tuple[int, ...]]:
        actions = range(len(self.system.tree.information_sets[h].actions))
        for size in range(1, len(actions) + 1):
            yield from (chosen for chosen in combinations(actions, size) if self.allowed(h, chosen))

    def _conditions(
        self, h: int, supports: dict[int, tuple[int, ...]], strategies: dict[int, tuple[Expr, ...]]
    ) -> Iterator[Condition]:
        yield from mixing_conditions(strategies[h])
        yield from self.system.linked(h, strategies[h])
        for mover in self.system.deciding(h, supports):
            yield from incentive_conditions(self.system, strategies, mover, supports[mover])
        yield from self.system.agreement(strategies, h, self.relevant)

    def _keep(
        self,
        supports: dict[int, tuple[int, ...]],
        strategies: dict[int, tuple[Expr, ...]],
        conditions: tuple[Condition, ...],
        proved: bool,
    ) -> None:
        """Enter a support once for each alternative that beliefs have."""
        sets = sorted(supports)
        support, strategy = tuple(supports[h] for h in sets), tuple(strategies[h] for h in sets)
        for beliefs in self.system.sound(supports, strategies, self.relevant):
            answer = self.decider.satisfiable((*conditions, *beliefs)) if beliefs else None
            if answer is not Answer.NO:
                decided = proved if answer is None else answer is Answer.YES
                self.found.append(Feasible(support, strategy, (*conditions, *beliefs), decided))
