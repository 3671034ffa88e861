"""Where a strategy profile can be irrational: what every deviation gains there, whatever was left open.

A checkpoint is an information set (with an unknown belief over its nodes) or a subgame (whose first node is known).
At it, the gain of a deviation over the prescription is linear in the belief and, since a play meets every
information set at most once, linear in the mixture at each open set. So over all beliefs and all completions it is
an average of its values at single nodes and pure completions. One zero-sum game between the deviator and an
opponent who mixes over (node, pure completion) pairs then decides in one direction: a positive value proves that
no belief and no completion, pure or mixed, makes the prescription optimal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice, product
from math import prod
from typing import Final

import numpy as np

from deterrence.certify.contest import Contest, solve_contest
from deterrence.certify.replies import average, scope_of, worths
from deterrence.compiled.points import NumberArray
from deterrence.games import Tree
from deterrence.outcomes.blocks import Play

__all__ = ["Checkpoint", "Options", "Plan"]

MAX_PLANS: Final = 64
MAX_CHOICES: Final = 64
MAX_CONTEST: Final = 4096

Plan = Mapping[int, int]  # information set -> action
Options = Mapping[int, Sequence[int]]  # open information set -> actions that may be taken there


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A player at some nodes: those of an information set, or the one that begins a subgame.

    `own_set` is the information set at which the player moves there, -1 when it does not move first.
    """

    tree: Tree
    player: int
    starts: tuple[int, ...]
    own_set: int

    @cached_property
    def scope(self) -> list[int]:
        """The nodes from here on, predecessors first."""
        return scope_of(self.tree, self.starts)

    @cached_property
    def plans(self) -> list[dict[int, int]]:
        """The deviations considered: pure plans from here on, at most `MAX_PLANS`.

        Fewer deviations make a check weaker, never a proof wrong.
        """
        return _plans(self.tree, self.player, self.starts)

    @cached_property
    def sets(self) -> frozenset[int]:
        """The information sets from here on."""
        return frozenset(self.tree.nodes[i].information_set for i in self.scope)

    def relevant(self, options: Options) -> dict[int, tuple[int, ...]]:
        """Return the part of the options that matters from here on."""
        return {h: tuple(actions) for h, actions in options.items() if h in self.sets}

    def contest(self, play: Play, options: Options, tolerance: float) -> Contest | None:
        """Return what the best deviation gains against the most favourable beliefs and completions.

        Rows are plans, columns the nodes (of one completion after another). A column against which nothing
        gains, and a row that gains against all, decide without solving; None when the rest is too large.
        """
        relevant = self.relevant(options)
        if prod(len(actions) for actions in relevant.values()) > MAX_CHOICES:
            return None
        choices = [dict(zip(relevant, c, strict=True)) for c in product(*relevant.values())]
        values = self._values(play, self._strategies(play, choices))
        gains = np.stack([values[i][:-1] - values[i][-1] for i in self.starts], axis=2)
        matrix = gains.reshape(len(self.plans), -1)
        return _solved(matrix, tolerance)

    def _strategies(self, play: Play, choices: Sequence[Plan]) -> NumberArray:
        """Return (moves, plans and the prescription last, choices)."""
        filled = np.empty((play.strategy.shape[0], len(self.plans) + 1, len(choices)), dtype=play.strategy.dtype)
        filled[...] = play.strategy[:, :, None]
        for c, choice in enumerate(choices):
            self._prescribe(filled[:, :, c], choice, play.game.one())
        for d, plan in enumerate(self.plans):
            self._prescribe(filled[:, d], plan, play.game.one())
        return filled

    def _prescribe(self, strategy: NumberArray, plan: Plan, one: float | Fraction) -> None:
        for here, action in plan.items():
            h = self.tree.information_sets[here]
            strategy[h.moves] = one * 0
            strategy[h.first_move + action] = one

    def _values(self, play: Play, strategy: NumberArray) -> dict[int, NumberArray]:
        """Return what the player expects at every node from here on, (plans + 1, choices)."""
        values: dict[int, NumberArray] = {}
        for i in reversed(self.scope):
            node = self.tree.nodes[i]
            if node.kind == "end":
                values[i] = np.full(strategy.shape[1:], play.payoff(i, self.player)[0])
                continue
            h = node.information_set
            weights = strategy[self.tree.information_sets[h].moves] if h >= 0 else play.branches(i)
            values[i] = average(list(weights), worths(play, i, self.player, values))
        return values


def _plans(tree: Tree, player: int, nodes: Sequence[int]) -> list[dict[int, int]]:
    """Return pure plans of a player from some nodes on, without the moves that the plan itself rules out."""
    parts = []
    for here, members in _next_sets(tree, player, nodes).items():
        options: list[dict[int, int]] = []
        for action in range(len(tree.information_sets[here].actions)):
            after = [tree.nodes[i].children[action] for i in members]
            options += [{here: action, **plan} for plan in _plans(tree, player, after)]
        parts.append(options[:MAX_PLANS])
    return [{h: a for part in chosen for h, a in part.items()} for chosen in islice(product(*parts), MAX_PLANS)]


def _next_sets(tree: Tree, player: int, nodes: Sequence[int]) -> dict[int, list[int]]:
    """Return the player's first information sets from some nodes on, with the nodes at which they are met."""
    found: dict[int, list[int]] = {}
    pending = list(nodes)[::-1]
    while pending:
        i = pending.pop()
        here = tree.nodes[i].information_set
        if here >= 0 and tree.information_sets[here].player == player:
            found.setdefault(here, []).append(i)
        else:
            pending.extend(reversed(tree.nodes[i].children))
    return found


def _solved(matrix: NumberArray, tolerance: float) -> Contest | None:
    best, sure = matrix.max(axis=0), matrix.min(axis=1)
    if best.min() <= tolerance:
        column = int(best.argmin())
        return _shown(best[column], int(matrix[:, column].argmax()), column, matrix.shape)
    if sure.max() > tolerance:
        row = int(sure.argmax())
        return _shown(sure[row], row, int(matrix[row].argmin()), matrix.shape)
    if matrix.size > MAX_CONTEST:
        return None
    return solve_contest([[Fraction(gain) for gain in row] for row in matrix])


def _shown(value: float | Fraction, row: int, column: int, shape: tuple[int, ...]) -> Contest:
    """Return the bound of a contest's value that one row or column shows by itself."""
    rows, columns = (tuple(Fraction(k == c) for k in range(n)) for n, c in zip(shape, (row, column), strict=True))
    return Contest(Fraction(value), rows, columns)
