"""All supports that some parameter point makes an equilibrium: depth first from the leaves, pruned by proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from deterrence.expressions import Condition, Expr
from deterrence.theory.observed import ObservedGame
from deterrence.theory.rationality import bayes_conditions, equals, incentive_conditions, mixing_conditions
from deterrence.theory.smt import Answer, Decider
from deterrence.theory.unknowns import Support, Unknowns

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
    observed: ObservedGame,
    unknowns: Unknowns,
    decider: Decider,
    relevant: frozenset[str],
    progress: Callable[[int, int], None] | None = None,
    *,
    sets: Iterable[int] | None = None,
) -> list[Feasible]:
    """Return every support for which some admissible parameter point satisfies all conditions of the concept.

    A partial choice is dropped only when the solver proves that no point satisfies the conditions so far, with beliefs
    and moves not yet determined free; so the list is complete. `relevant` are the beliefs that matter to some mover;
    the others are left to Bayes' rule afterwards. `progress` is told how many supports were kept and how
    many partial choices were pruned. With `sets`, only play at those information sets is chosen and asked for; they
    must contain all that follow them.
    """
    return _Search(observed, unknowns, decider, relevant, progress, sets).run()


class _Search:
    """The depth-first search; information sets of later stages come first."""

    def __init__(
        self,
        observed: ObservedGame,
        unknowns: Unknowns,
        decider: Decider,
        relevant: frozenset[str],
        progress: Callable[[int, int], None] | None,
        sets: Iterable[int] | None,
    ) -> None:
        self.observed, self.unknowns, self.decider, self.progress = observed, unknowns, decider, progress
        self.relevant = relevant
        chosen = range(len(observed.tree.information_sets)) if sets is None else sets
        self.order = sorted(chosen, key=lambda h: (-observed.depth[h], h))
        self.simultaneous = {
            observed.tree.nodes[node].information_set
            for between in observed.hidden
            for moves in between.values()
            for node, _ in moves
        }
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
            sets = sorted(chosen)
            support = tuple(chosen[h] for h in sets)
            self.found.append(Feasible(support, tuple(strategies[h] for h in sets), conditions, proved))
            return
        h = self.order[len(chosen)]
        for actions in self._choices(h):
            strategy = self.unknowns.strategy(h, actions)
            played = {**strategies, h: strategy}
            new = (*conditions, *self._conditions(h, actions, strategy, played))
            answer = self.decider.satisfiable(new)
            if answer is Answer.NO:
                self.pruned += 1
            else:
                decided = proved if len(played) < len(self.order) else answer is Answer.YES
                self._extend({**chosen, h: actions}, played, new, decided)
            if self.progress is not None:
                self.progress(len(self.found), self.pruned)

    def _choices(self, h: int) -> Iterator[tuple[int, ...]]:
        actions = range(len(self.observed.tree.information_sets[h].actions))
        for size in range(1, len(actions) + 1):
            yield from combinations(actions, size)

    def _conditions(
        self,
        h: int,
        support: tuple[int, ...],
        strategy: tuple[Expr, ...],
        strategies: dict[int, tuple[Expr, ...]],
    ) -> Iterator[Condition]:
        yield from mixing_conditions(strategy)
        if h in self.simultaneous:  # conditions met before left this choice open
            unknown = self.unknowns.strategy(h, tuple(range(len(strategy))))
            yield from (equals(q, known) for q, known in zip(unknown[:-1], strategy, strict=False) if q != known)
        yield from incentive_conditions(self.unknowns, strategies, h, support)
        yield from bayes_conditions(self.unknowns, strategies, h, self.relevant)
