"""Beliefs at every node of every information set under shared beliefs, for a class of a theory at many points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final, TypeAlias

import numpy as np

from deterrence.compiled.points import NumberArray, indicator
from deterrence.expressions import Expr, Symbol
from deterrence.theory.evaluate import ClassesAt
from deterrence.theory.observed import History
from deterrence.theory.ranges import given_beliefs
from deterrence.theory.shared import SharedBeliefs

__all__ = ["SharedMembers"]

_REACHED: Final = 1e-12  # a move whose probability is no more counts as off the path

Rows: TypeAlias = dict[str, NumberArray]  # by type, (points,)


@dataclass(frozen=True)
class SharedMembers:
    """Turns shared beliefs about types into beliefs over the members of all information sets."""

    system: SharedBeliefs

    def beliefs(self, at: ClassesAt, position: int, strategy: NumberArray) -> NumberArray:
        """Return beliefs (members, points) of a class that plays a strategy (moves, points)."""
        beliefs = _Beliefs(self.system, at, position, strategy)
        sets = enumerate(self.system.tree.information_sets)
        return np.stack([beliefs.member(h, member) for h, info in sets for member in info.members])


class _Beliefs:
    """The beliefs of one class, history by history."""

    def __init__(self, system: SharedBeliefs, at: ClassesAt, position: int, strategy: NumberArray) -> None:
        self.system, self.at, self.position, self.strategy = system, at, position, strategy
        self.known = self._evaluated(given_beliefs(system, at.classes[position]))
        self.priors = {
            player.name: self._evaluated(player.prior) for player in system.game.players if player.prior is not None
        }
        self._done: dict[tuple[str, History], Rows] = {}

    def member(self, h: int, node: int) -> NumberArray:
        """Return the belief (points,) in one node of an information set."""
        observed = self.system.observed
        info = observed.tree.information_sets[h]
        known = dict(info.known)
        weights = [
            self.about(who, observed.public[h])[t]
            for who, t in zip(observed.tree.typed, observed.tree.nodes[node].types, strict=True)
            if who not in known
        ]
        weights += [self._move(parent, branch) for parent, branch in observed.hidden[h][node]]
        return reduce(np.multiply, weights, self._ones())

    def about(self, player: str, history: History) -> Rows:
        """Return the belief about a player's type at a public history."""
        if (player, history) not in self._done:
            self._done[player, history] = self._after(player, history) if history else self.priors[player]
        return self._done[player, history]

    def _after(self, player: str, history: History) -> Rows:
        before = self.about(player, history[:-1])
        if self.system.observed.mover.get(history[:-1]) != player:
            return before
        return _completed(self._bayes(player, history, before), self._named(player, history))

    def _named(self, player: str, history: History) -> Rows:
        """Return what the class itself says of the belief, by type."""
        held = self.system.beliefs[player, history].items()
        return {t: self.known[s.name] for t, s in held if isinstance(s, Symbol) and s.name in self.known}

    def _bayes(self, player: str, history: History, before: Rows) -> Rows:
        """Return the posterior, and the prior wherever the last move has no probability."""
        moves = self.system.observed.last_move(player, history)
        weights = {t: before[t] * self.strategy[move] for t, move in moves.items()}
        total = reduce(np.add, weights.values())
        reached = np.asarray(total > (0 if self.at.points.exact else _REACHED), dtype=np.bool_)
        divisor = np.where(reached, total, 1)
        return {t: np.where(reached, w / divisor, self.priors[player][t]) for t, w in weights.items()}

    def _move(self, node: int, branch: int) -> NumberArray:
        tree = self.system.tree
        return np.asarray(self.strategy[tree.information_sets[tree.nodes[node].information_set].first_move + branch])

    def _evaluated(self, formulas: Mapping[str, Expr]) -> Rows:
        rows = self.at.values(self.position, list(formulas.values()))
        return dict(zip(formulas, rows, strict=True))

    def _ones(self) -> NumberArray:
        points = self.at.points
        return indicator(np.ones(points.size, dtype=np.bool_), exact=points.exact)


def _completed(base: Rows, given: Rows) -> Rows:
    """Return a belief as given, what it leaves for other types shared out as in another belief."""
    others = [t for t in base if t not in given]
    if not given or not others:
        return {**base, **given}
    left = 1 - reduce(np.add, given.values())
    total = reduce(np.add, (base[t] for t in others))
    possible = np.asarray(total > 0, dtype=np.bool_)
    divisor = np.where(possible, total, 1)
    return given | {t: np.where(possible, left * base[t] / divisor, left / len(others)) for t in others}
