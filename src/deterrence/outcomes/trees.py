"""Events and payoffs of behaviour strategies: one forward pass over the tree."""

from __future__ import annotations

from typing import Final

import numpy as np

from deterrence.compiled import CompiledTree
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.games import Tree
from deterrence.outcomes.blocks import Play, blank, flow, plays
from deterrence.outcomes.result import Outcomes
from deterrence.profiles import Assessment

__all__ = ["tree_outcomes"]

_PAIRS: Final = 8192


def tree_outcomes(game: CompiledTree, assessment: Assessment, exists: BoolArray | None = None) -> Outcomes:
    """Return event probabilities and expected payoffs of every equilibrium, in the arithmetic of the points.

    `exists` (points, equilibria) restricts the work; elsewhere the result is NaN. A strategy left open (NaN)
    does not matter where no play comes, and makes the result NaN where one does.
    """
    shape = assessment.strategy.shape[:2]
    present = np.ones(shape, dtype=np.bool_) if exists is None else exists
    tree, exact = game.tree, game.points.exact
    types = _types(tree)
    result = Outcomes(
        events=tree.events,
        players=tree.players,
        types=types,
        probabilities=blank(*shape, len(tree.events), exact=exact),
        payoffs=blank(*shape, len(tree.players), exact=exact),
        type_payoffs=blank(*shape, len(types), exact=exact),
    )
    for play in plays(game, assessment.strategy, present, _PAIRS):
        _fill(result, play)
    return result


def _types(tree: Tree) -> tuple[tuple[str, str], ...]:
    """Return every (player, type) that some play has."""
    profiles = [node.types for node in tree.nodes if node.kind == "end"]
    pairs = [(who, types[i]) for i, who in enumerate(tree.typed) for types in profiles]
    return tuple(dict.fromkeys(pairs))


def _fill(result: Outcomes, play: Play) -> None:
    tree = play.game.tree
    zero = np.full(play.strategy.shape[1], play.game.one() * 0)
    events = dict.fromkeys(tree.events, zero)
    paid: dict[tuple[str, ...], list[NumberArray]] = {}
    weight: dict[tuple[str, ...], NumberArray] = {}
    reach: dict[int, NumberArray] = {0: zero + play.game.one()}
    for i, node in enumerate(tree.nodes):
        arrived = reach.pop(i, zero)
        sums = paid.setdefault(node.types, [zero] * len(tree.players))
        if node.kind == "end":
            events[node.event] = events[node.event] + arrived
            weight[node.types] = weight.get(node.types, zero) + arrived
            for player in range(len(sums)):
                sums[player] = sums[player] + arrived * play.payoff(i, player)
            continue
        for b, (child, probability) in enumerate(zip(node.children, play.branches(i), strict=True)):
            through = flow(arrived, probability)
            reach[child] = reach.get(child, zero) + through
            for player in range(len(sums)):
                payment = play.payment(i, b, player)
                if payment is not None:
                    sums[player] = sums[player] + through * payment
    play.block.put(result.probabilities, np.stack([events[event] for event in tree.events]))
    play.block.put(result.payoffs, np.stack([np.asarray(sum(column)) for column in zip(*paid.values(), strict=True)]))
    for position, (who, type_) in enumerate(result.types):
        play.block.put(result.type_payoffs[..., position], _given(tree, who, type_, paid, weight))


def _given(
    tree: Tree,
    who: str,
    type_: str,
    paid: dict[tuple[str, ...], list[NumberArray]],
    weight: dict[tuple[str, ...], NumberArray],
) -> NumberArray:
    """Return the payoff of a player given its type, NaN where the type has probability zero."""
    place, player = tree.typed.index(who), tree.players.index(who)
    profiles = [types for types in weight if types[place] == type_]
    total = np.asarray(sum(weight[types] for types in profiles))
    sums = np.asarray(sum(paid[types][player] for types in profiles))
    out = np.full(total.shape, np.nan, dtype=sums.dtype)
    known = total != 0
    out[known] = sums[known] / total[known]
    return out
