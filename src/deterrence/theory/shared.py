"""Perfect Bayesian equilibrium of multistage games with observed actions: one belief about a player for everybody.

Fudenberg and Tirole (1991), for independent types: beliefs about a player are common to all observers, independent
across players, change only with that player's own moves, and follow Bayes' rule from history to history wherever it is
defined, also after an event of probability zero.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from deterrence.expressions import Condition, Expr, symbols_of
from deterrence.games import ExtensiveGame
from deterrence.theory.conditions import at_least, equals
from deterrence.theory.observed import Beliefs, History, ObservedGame, observe
from deterrence.theory.systems import BeliefSystem, Strategies
from deterrence.theory.unknowns import BeliefSlot, distribution, fresh_prefix, product_of, sum_of

__all__ = ["SharedBeliefs"]


@dataclass(frozen=True)
class SharedBeliefs(BeliefSystem):
    """`pbe`: `beliefs[player, history]` is the probability of each type, inherited until that player moves."""

    concept = "pbe"

    observed: ObservedGame
    beliefs: Mapping[tuple[str, History], Beliefs]

    @staticmethod
    def of(game: ExtensiveGame) -> SharedBeliefs:
        """Return the concept for a game; raise `SolverError` where it is not defined."""
        observed = observe(game)
        prefix = fresh_prefix(p.name for p in game.parameters)
        slots: dict[str, BeliefSlot] = {}
        beliefs: dict[tuple[str, History], Beliefs] = {}
        after: dict[tuple[int, ...], Beliefs] = {}  # by a move of one player's types: what others do then tells nothing
        histories = sorted(dict.fromkeys(observed.history), key=len)
        for player in (p for p in game.players if p.types):
            assert player.prior is not None
            for history in histories:
                if not history:
                    beliefs[player.name, history] = player.prior
                    continue
                if observed.mover.get(history[:-1]) != player.name:
                    beliefs[player.name, history] = beliefs[player.name, history[:-1]]
                    continue
                move = tuple(observed.last_move(player.name, history).values())
                if move not in after:
                    names = [f"belief{prefix}_{len(slots) + k}" for k in range(len(player.types) - 1)]
                    slots |= {n: BeliefSlot(player.name, history, t) for n, t in zip(names, player.types, strict=False)}
                    after[move] = dict(zip(player.types, distribution(names), strict=True))
                beliefs[player.name, history] = after[move]
        return SharedBeliefs(game, prefix, slots, observed, beliefs)

    @property
    def order(self) -> tuple[int, ...]:
        """The information sets, those of later stages first."""
        return self._order

    @cached_property
    def _order(self) -> tuple[int, ...]:
        depth = self.observed.depth
        return tuple(sorted(range(len(depth)), key=lambda h: (-depth[h], h)))

    @cached_property
    def _simultaneous(self) -> set[int]:
        """The information sets at which a move is made that others of the stage do not see."""
        moves = (move for hidden in self.observed.hidden for between in hidden.values() for move in between)
        return {self.tree.nodes[node].information_set for node, _ in moves}

    def believed(self, strategies: Strategies, h: int, member: int) -> Expr:
        """Return the probability of the types at a node and of the moves of the same stage that led to it."""
        observed = self.observed
        known = dict(self.tree.information_sets[h].known)
        types = zip(self.tree.typed, self.tree.nodes[member].types, strict=True)
        weights = [self.beliefs[who, observed.public[h]][t] for who, t in types if who not in known]
        return product_of(*weights, *(self._hidden(strategies, *move) for move in observed.hidden[h][member]))

    def _hidden(self, strategies: Strategies, node: int, branch: int) -> Expr:
        """Return the probability of a hidden move of the same stage; a choice still open counts as unknown."""
        info = self.tree.nodes[node].information_set
        return (strategies[info] if info in strategies else self.unchosen(info))[branch]

    def linked(self, h: int, strategy: tuple[Expr, ...]) -> Iterator[Condition]:
        """Yield that a choice is the one that movers of the same stage expected."""
        if h in self._simultaneous:
            pairs = zip(self.unchosen(h)[:-1], strategy, strict=False)
            yield from (equals(q, known) for q, known in pairs if q != known)

    def agreement(self, strategies: Strategies, h: int, relevant: Container[str]) -> Iterator[Condition]:
        """Yield Bayes' rule for the relevant beliefs after the moves of the player's types at the histories of `h`.

        `posterior(t) * P(action) == prior(t) * P(action | t)`: where the action has positive probability under the
        prevailing belief this is Bayes' rule, and where it has none it says nothing, also off the path.
        """
        observed = self.observed
        info = self.tree.information_sets[h]
        player = self.tree.players[info.player]
        if player not in self.tree.typed:
            return
        history = observed.history[info.members[0]]  # at others of the stage the beliefs are the same
        sets = observed.sets_of(player, history)
        if any(other not in strategies for other in sets.values()):
            return
        prior = self.beliefs[player, history]
        node = self.tree.nodes[info.members[0]].name
        for a, label in enumerate(info.actions):
            posterior = self.beliefs[player, (*history, f"{node}:{label}")]
            if not any(s.name in relevant for s in symbols_of(*posterior.values())):
                continue
            total = sum_of(*(product_of(prior[t], strategies[s][a]) for t, s in sets.items()))
            for t, s in sets.items():
                yield at_least(posterior[t])
                left, right = product_of(posterior[t], total), product_of(prior[t], strategies[s][a])
                if left != right:
                    yield equals(left, right)

    def needed(self, names: set[str]) -> frozenset[str]:
        """Return the beliefs in all types of the same player, here and at earlier histories."""
        wanted: set[str] = set()
        for name in names:
            player, history, _ = self.slots[name]
            for length in range(1, len(history) + 1):
                belief = self.beliefs[player, history[:length]]
                wanted |= {s.name for s in symbols_of(*belief.values()) if s.name in self.slots}
        return frozenset(wanted)
