"""Beliefs at every node of every information set, where a theory has beliefs about nodes, at many points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import NumberArray, indicator
from deterrence.errors import SolverError
from deterrence.expressions import Expr, substitute
from deterrence.theory.evaluate import ClassesAt
from deterrence.theory.node_beliefs import NodeBeliefs, Sequential
from deterrence.theory.paths import Move, Path
from deterrence.theory.ranges import given_beliefs
from deterrence.theory.trembles import Nodes, Orders, completion

__all__ = ["NodeMembers"]

_REACHED: Final = 1e-12  # a probability that is no larger counts as zero

Places: TypeAlias = "NDArray[np.intp]"
Rows: TypeAlias = "dict[int, NumberArray]"  # by information set: (members, points)


@dataclass(frozen=True)
class NodeMembers:
    """Completes the beliefs of a class: what matters to nobody follows Bayes' rule where that is defined.

    Elsewhere it is uniform under `weak-pbe`; under `sequential` it is the limit for trembles that also give the beliefs
    which matter.
    """

    system: NodeBeliefs

    def beliefs(self, at: ClassesAt, position: int, strategy: NumberArray) -> NumberArray:
        """Return beliefs (members, points) of a class that plays a strategy (moves, points)."""
        return np.concatenate(list(_Beliefs(self.system, at, position, strategy).run().values()))


class _Beliefs:
    """The beliefs of one class."""

    def __init__(self, system: NodeBeliefs, at: ClassesAt, position: int, strategy: NumberArray) -> None:
        self.system, self.at, self.position, self.strategy = system, at, position, strategy
        self.least = 0 if at.points.exact else _REACHED
        self.one = indicator(np.ones(at.points.size, dtype=np.bool_), exact=at.points.exact)
        self.sets = system.tree.information_sets

    def run(self) -> Rows:
        """Return the beliefs at all information sets."""
        given = self._given()
        odds = {h: np.stack([self._odds(way) for way in ways]) for h, ways in self.system.ways.items()}
        rows = {h: given[h] if h in given else _shares(odds[h], self.least) for h in odds}
        if isinstance(self.system, Sequential):
            self._tremble(rows, given, odds)
        return rows

    def _given(self) -> Rows:
        """Return the beliefs that the class itself has."""
        known = given_beliefs(self.system, self.at.classes[self.position])
        sets = [h for h, info in enumerate(self.sets) if len(info.members) > 1 and self.system.matters(h, known)]
        formulas = [substitute(q, known) for h in sets for q in self.system.beliefs[h]]
        values = self.at.values(self.position, formulas) if formulas else self.strategy[:0]
        ends = np.cumsum([len(self.sets[h].members) for h in sets])
        return dict(zip(sets, np.split(values, ends[:-1]), strict=True)) if sets else {}

    def _odds(self, way: Path) -> NumberArray:
        """Return how likely play takes a path."""
        nature: Sequence[Expr] = list(way.odds.elements())
        rows: Sequence[NumberArray] = list(self.at.values(self.position, nature)) if nature else []
        return reduce(np.multiply, [*rows, *(self._move(move) for move in way.moves.elements())], self.one)

    def _move(self, move: Move) -> NumberArray:
        h, action = move
        return np.asarray(self.strategy[self.sets[h].first_move + action])

    def _tremble(self, rows: Rows, given: Rows, odds: Rows) -> None:
        """Put in limits of trembles where neither the class nor Bayes' rule says what is believed."""
        free = {h: ~np.asarray((part > self.least).any(axis=0), dtype=np.bool_) for h, part in odds.items()}
        missing = [h for h, part in free.items() if h not in given and part.any()]
        if not missing:
            return
        moves = list(dict.fromkeys(m for ways in self.system.ways.values() for way in ways for m in way.moves))
        nodes = [(h, k) for h in given for k in range(len(given[h]))]
        marks = [self._move(m) > self.least for m in moves] + [given[h][k] > self.least for h, k in nodes]
        marks += [free[h] for h in (*given, *missing)]
        there = np.flatnonzero(self.at.masks[:, self.position])
        patterns, which = np.unique(np.stack(marks).astype(np.bool_)[:, there], axis=1, return_inverse=True)
        for number, pattern in enumerate(patterns.T):
            here = there[which.reshape(-1) == number]
            marked = dict(zip((*moves, *(("node", *n) for n in nodes), *given, *missing), pattern, strict=True))
            played = {m for m in moves if marked[m]}
            sets = [h for h in (*given, *missing) if marked[h]]
            possible = frozenset(n for n in nodes if n[0] in sets and marked["node", *n])
            if any(h in missing for h in sets):
                self._complete(rows, given, _orders(self.system.ways, sets, played), possible, played, here)

    def _complete(
        self, rows: Rows, given: Rows, orders: Orders, possible: frozenset[Nodes], played: set[Move], here: Places
    ) -> None:
        """Enter the limits at some points, at which the same has probability zero."""
        steady = {node: self._steady(node, played)[here] for node in orders}
        weights: dict[int, NumberArray] = {}
        for (h, k), powers in completion(orders, possible).items():
            ratios = [self._power(given[g][i][here] / steady[g, i], power) for (g, i), power in powers.items()]
            weights.setdefault(h, np.zeros((len(rows[h]), here.size), dtype=rows[h].dtype))
            weights[h][k] = reduce(np.multiply, ratios, steady[h, k])
        for h, part in weights.items():
            rows[h][:, here] = part / reduce(np.add, part)

    def _steady(self, node: Nodes, played: set[Move]) -> NumberArray:
        """Return the part of a node's probability that does not tremble."""
        h, k = node
        return self._odds(self.system.ways[h][k].only(lambda g, a: (g, a) in played))

    def _power(self, numbers: NumberArray, power: Fraction) -> NumberArray:
        if power.denominator == 1:
            return np.asarray(numbers ** int(power))
        if self.at.points.exact:
            raise SolverError("a belief that matters to nobody is irrational", remedy="solve without exact numbers")
        return np.asarray(numbers ** float(power))


def _orders(ways: Mapping[int, tuple[Path, ...]], sets: Sequence[int], played: set[Move]) -> Orders:
    """Return how often each move that is not played is needed, by node."""
    moves = list(dict.fromkeys(m for h in sets for way in ways[h] for m in way.moves if m not in played))
    return {(h, k): tuple(way.moves[m] for m in moves) for h in sets for k, way in enumerate(ways[h])}


def _shares(odds: NumberArray, least: float) -> NumberArray:
    """Return probabilities in proportion to weights (members, points), equal ones where all are zero."""
    total = reduce(np.add, odds)
    reached = np.asarray(total > least, dtype=np.bool_)
    even = odds[:1] * 0 + 1
    return np.where(reached, odds, even) / np.where(reached, total, len(odds))
