"""Logit equilibria, checked: the log-odds of actions are precision times their payoff differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from deterrence.certify.certificate import TOLERANCE, Certificate, Draft, is_distribution
from deterrence.certify.replies import prescribed_values, worths
from deterrence.certify.trees import all_distributions
from deterrence.compiled import CompiledTable, CompiledTree
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.games import InformationSet, Tree
from deterrence.outcomes.blocks import Block, Play, plays
from deterrence.profiles import Assessment, MixedProfile

__all__ = ["certify_agent_logit", "certify_logit"]

_TABLE: Final = (
    "logit equilibrium: every strategy is a distribution and differs from the logit response to the others by the "
    "stated gain at most, in probability; where probabilities are tiny, their ratios are compared"
)
_TREE: Final = (
    "logit equilibrium in agent form: the behaviour at every information set is a distribution and differs from the "
    "logit response there by the stated gain at most, in probability; where probabilities are tiny, their ratios "
    "are compared"
)
_PAIRS: Final = 1 << 12
_RATIO: Final = 1e-6  # tolerance for logs of probabilities, which tiny ones are compared by


def certify_logit(
    game: CompiledTable,
    profile: MixedProfile,
    exists: BoolArray,
    lam: Sequence[float],
    *,
    tolerance: float = TOLERANCE,
) -> Certificate:
    """Check a logit equilibrium for each slot's precision, for any number of players.

    The certificate's `gain` is the largest difference of a probability from its logit response. That a point lies on
    the principal branch is not part of the check.
    """
    draft = Draft(exists, tolerance=tolerance, exact=False)
    with np.errstate(all="ignore"):
        for block in _blocks(exists):
            precision = np.asarray(lam)[block.slot]
            p = [np.ascontiguousarray(x[block.point, block.slot].T) for x in profile.strategies]
            payoffs = game.payoffs[..., block.point]
            gaps = [_deviation(own, _worth(payoffs[i], i, p), precision) for i, own in enumerate(p)]
            sound = np.logical_and.reduce([is_distribution(own, tolerance) for own in p])
            _enter(draft, block, gaps, sound)
    return draft.certificate(_TABLE)


def certify_agent_logit(
    game: CompiledTree,
    assessment: Assessment,
    exists: BoolArray,
    lam: Sequence[float],
    *,
    tolerance: float = TOLERANCE,
) -> Certificate:
    """Check a logit equilibrium in agent form for each slot's precision; beliefs are computed here, by Bayes' rule.

    Where the way to an information set has a probability that is zero in floats, nothing can be said and the check
    fails.
    """
    draft = Draft(exists, tolerance=tolerance, exact=False)
    with np.errstate(all="ignore"):
        for play in plays(game, assessment.strategy, exists, _PAIRS):
            slot = play.block.slot
            precision = np.broadcast_to(np.asarray(lam)[slot], play.strategy.shape[1:])
            gaps = [gap for player in range(len(game.tree.players)) for gap in _agents(play, player, precision)]
            none = (np.zeros(precision.shape), np.zeros(precision.shape))
            _enter(draft, play.block, gaps or [none], all_distributions(play, tolerance))
    return draft.certificate(_TREE)


def _blocks(exists: BoolArray) -> Iterator[Block]:
    point, slot = np.nonzero(exists)
    for start in range(0, point.size, _PAIRS):
        yield Block(slot[start : start + _PAIRS], point[start : start + _PAIRS])


Gap = tuple[NumberArray, NumberArray]  # of probabilities, and of their logs


def _enter(draft: Draft, block: Block, gaps: Sequence[Gap], sound: BoolArray) -> None:
    worst = np.maximum.reduce([gap for gap, _ in gaps])
    ratio = np.maximum.reduce([log for _, log in gaps])
    draft.write(block, worst, sound & (worst <= draft.tolerance) & (ratio <= _RATIO))


def _deviation(p: NumberArray, worth: NumberArray, precision: NumberArray) -> Gap:
    """Return the largest difference from the logit response, of probabilities and of their logs."""
    logs = precision * worth
    logs = logs - logs.max(axis=0)
    logs = logs - np.log(np.exp(logs).sum(axis=0))
    shown = p > 1e-300  # the log of a smaller number is not known well, and of zero not at all
    off = np.where(shown | (logs > -690), np.abs(np.log(p) - logs) / (1 + np.abs(logs)), 0)
    return np.abs(p - np.exp(logs)).max(axis=0), off.max(axis=0)


def _worth(payoffs: NumberArray, player: int, p: Sequence[NumberArray]) -> NumberArray:
    """Return what each action of a player is worth (actions, pairs) against the others' strategies."""
    letters = "abcdefghijklmnopqrstuvwxy"[: len(p)]
    others = [f"{letters[j]}z" for j in range(len(p)) if j != player]
    spec = ",".join([f"{letters}z", *others]) + f"->{letters[player]}z"
    return np.asarray(np.einsum(spec, payoffs, *[x for j, x in enumerate(p) if j != player]))


def _agents(play: Play, player: int, precision: NumberArray) -> Iterator[Gap]:
    tree = play.game.tree
    values = prescribed_values(play, player)
    for here in tree.of_player(player):
        h = tree.information_sets[here]
        tables = [np.stack(worths(play, i, player, values)) for i in h.members]
        weights = [np.ones(play.strategy.shape[1])] if len(h.members) == 1 else _bayes(play, h)
        worth = np.asarray(sum(w * table for w, table in zip(weights, tables, strict=True)))
        yield _deviation(play.strategy[h.moves], worth, precision)


def _bayes(play: Play, h: InformationSet) -> list[NumberArray]:
    """Return the belief of a set with several members, from the probabilities on the way up from each."""
    parents = _parents(play.game.tree)
    logs = []
    for member in h.members:
        log, i = np.zeros(play.strategy.shape[1]), member
        while i in parents:
            i, branch = parents[i]
            log = log + np.log(play.branches(i)[branch])
        logs.append(log)
    top = np.maximum.reduce(logs)
    weights = [np.exp(log - top) for log in logs]
    return [w / np.asarray(sum(weights)) for w in weights]


def _parents(tree: Tree) -> dict[int, tuple[int, int]]:
    return {child: (i, b) for i, node in enumerate(tree.nodes) for b, child in enumerate(node.children)}
