"""Checks of behaviour strategies and assessments in extensive games, batched, in floats or exact rationals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from deterrence.certify.beliefs import are_distributions, bayes, belief_slices, is_bayesian
from deterrence.certify.certificate import TOLERANCE, Certificate, Draft
from deterrence.certify.common_beliefs import CommonBeliefs
from deterrence.certify.consistency import Consistency
from deterrence.certify.replies import BestReply, average, mover, own_reach, prescribed_values, worths
from deterrence.certify.subgames import subgame_roots
from deterrence.compiled import CompiledTree
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.errors import SolverError
from deterrence.outcomes.blocks import Play, is_open, plays
from deterrence.profiles import Assessment

__all__ = [
    "all_distributions",
    "certify_consistent",
    "certify_one_shot",
    "certify_perfect_bayesian",
    "certify_sequential",
    "certify_subgame_perfect",
    "certify_tree_nash",
    "closed",
]

_ONE_SHOT: Final = (
    "subgame perfect: one-shot deviations at every node (one-shot deviation principle); "
    "strategies are probability distributions"
)
_NASH: Final = (
    "Nash in behaviour strategies: every player's best reply, by a dynamic program over its information sets; "
    "only sets that the own strategy avoids are left open"
)
_SUBGAME: Final = "subgame perfect: every player's best reply in every subgame; no information set is left open"
_SEQUENTIAL: Final = (
    "weak perfect Bayesian: every continuation strategy at every information set, given the beliefs; "
    "beliefs follow Bayes' rule where play comes"
)
_PERFECT: Final = (
    "perfect Bayesian: every continuation strategy at every information set, given the beliefs; beliefs about a player "
    "are common, independent of others, moved by its own moves alone, and follow Bayes' rule from history to history"
)
_CONSISTENT: Final = (
    "sequential: every continuation strategy at every information set, given the beliefs; "
    "beliefs are consistent, by orders and coefficients of trembles"
)
_NAN_IS_DATA: Final = np.errstate(invalid="ignore")  # open strategies and undefined payoffs fail without a warning
_NUMBERS: Final = 1 << 18  # values of all nodes in a block
_LARGEST_BLOCK: Final = 1 << 13


@_NAN_IS_DATA
def certify_one_shot(
    game: CompiledTree, assessment: Assessment, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check subgame perfection in a game of perfect information: no node offers a profitable one-shot deviation.

    In a finite game that suffices (one-shot deviation principle). Every node must be prescribed for: an open one
    (NaN) fails, with a gain of NaN. Trees in which histories share nodes are treated as they are. Raises
    `SolverError` when some mover does not know the whole history.
    """
    for h in game.tree.information_sets:
        if len(h.members) > 1:
            raise SolverError(
                "one-shot deviations without beliefs need perfect information",
                where=f"information set {game.tree.set_name(h)}",
                remedy="use certify_sequential or certify_tree_nash",
            )
    check = _Check(game, assessment, exists, tolerance)
    movers = sorted({h.player for h in game.tree.information_sets})
    for play in check.plays(_LARGEST_BLOCK):
        gains = [(player, _one_shot_gain(play, player)) for player in movers]
        check.write(play, gains, all_distributions(play, check.tolerance), play.strategy)
    return check.draft.certificate(_ONE_SHOT)


@_NAN_IS_DATA
def certify_tree_nash(
    game: CompiledTree, assessment: Assessment, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check that behaviour strategies form a Nash equilibrium of the tree, against all strategies of each player.

    Information sets may be left open (NaN) where their player's own strategy never comes: whatever it does there
    changes nobody's payoff, even after a deviation of another. An open set elsewhere fails.
    """
    check = _Check(game, assessment, exists, tolerance)
    replies = [BestReply(game.tree, player, (0,)) for player in range(len(game.tree.players))]
    for play in check.plays():
        filled, is_complete = closed(play)
        gains = _gains_from(filled, replies)
        check.write(play, gains, is_complete & all_distributions(filled, check.tolerance), filled.strategy)
    return check.draft.certificate(_NASH)


@_NAN_IS_DATA
def certify_subgame_perfect(
    game: CompiledTree, assessment: Assessment, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check that behaviour strategies are a Nash equilibrium in every subgame; open information sets (NaN) fail.

    `gain` is the largest over players and subgames, in expected payoff from the subgame's first node on.
    """
    check = _Check(game, assessment, exists, tolerance)
    players = range(len(game.tree.players))
    replies = [BestReply(game.tree, p, (r,)) for r in subgame_roots(game.tree) for p in players]
    for play in check.plays():
        sound = all_distributions(play, check.tolerance)
        check.write(play, _gains_from(play, replies), sound, play.strategy)
    return check.draft.certificate(_SUBGAME)


@_NAN_IS_DATA
def certify_sequential(
    game: CompiledTree, assessment: Assessment, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check a weak perfect Bayesian equilibrium: sequential rationality given the beliefs, and Bayes on the path.

    At every information set, reached or not, no other strategy of its player for that set and all of its later
    ones yields more, given the belief there and the others' strategies. Beliefs are probability distributions
    at every set, and agree with Bayes' rule at sets that the strategies reach with positive probability (more
    than 1e-12 in floats); elsewhere they are free, and nothing is asked about how beliefs at different sets
    relate. A belief that is NaN, or all when `beliefs` is None, is taken from Bayes' rule, and from certainty at
    sets of one node; where neither gives it, the assessment fails. Open strategies (NaN) fail.
    """
    check = _Check(game, assessment, exists, tolerance)

    def sound(play: Play, beliefs: NumberArray) -> BoolArray:
        return is_bayesian(play, beliefs, check.tolerance)

    return _rational(check, assessment, sound).certificate(_SEQUENTIAL)


@_NAN_IS_DATA
def certify_perfect_bayesian(
    game: CompiledTree, assessment: Assessment, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check a perfect Bayesian equilibrium (Fudenberg and Tirole 1991): as `certify_sequential`, and beliefs fit.

    They are those of a perfect Bayesian equilibrium: common, independent, changed by own moves alone, and by Bayes'
    rule from history to history. `violations` of the certificate says by how much each is missed; see
    `certify.common_beliefs` for what exactly is asked. Raises `SolverError` for trees that are no multistage game with
    observed actions and independent types.
    """
    check = _Check(game, assessment, exists, tolerance)
    common = CommonBeliefs(game)

    def sound(play: Play, beliefs: NumberArray) -> BoolArray:
        good = are_distributions(play, beliefs, check.tolerance)
        for name, missed in common.violations(play, beliefs).items():
            check.draft.note(name, missed)
            good &= np.asarray(missed <= check.tolerance, dtype=np.bool_)
        return good

    return _rational(check, assessment, sound).certificate(_PERFECT)


@_NAN_IS_DATA
def certify_consistent(
    game: CompiledTree, assessment: Assessment, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check a sequential equilibrium (Kreps and Wilson 1982): as `certify_sequential`, and beliefs are consistent.

    They are limits of what Bayes' rule gives along strategies in which everything happens; see `Consistency`. Raises
    `SolverError` for trees in which histories share nodes.
    """
    if game.tree.shared:
        raise SolverError("consistency needs a tree in which every node has one predecessor")
    check = _Check(game, assessment, exists, tolerance)
    consistency = Consistency(game.tree)

    def sound(play: Play, beliefs: NumberArray) -> BoolArray:
        return is_bayesian(play, beliefs, check.tolerance) & consistency.holds(play, beliefs, check.tolerance)

    return _rational(check, assessment, sound).certificate(_CONSISTENT)


def _rational(check: _Check, assessment: Assessment, sound: Callable[[Play, NumberArray], BoolArray]) -> Draft:
    """Return the draft of a check of sequential rationality given beliefs, which must be sound."""
    tree = check.game.tree
    replies = [BestReply(tree, h.player, h.members) for h in tree.information_sets]
    slices = belief_slices(tree)
    for play in check.plays():
        given = bayes(play, assessment.beliefs)
        good = all_distributions(play, check.tolerance) & sound(play, given)
        beliefs = [dict(zip(r.starts, given[part], strict=True)) for r, part in zip(replies, slices, strict=True)]
        check.write(play, _gains(play, replies, beliefs), good, play.strategy, given)
    return check.draft


class _Check:
    """What the checks of trees share: the pairs in blocks, the payoffs' size, the draft."""

    def __init__(self, game: CompiledTree, assessment: Assessment, exists: BoolArray, tolerance: float) -> None:
        self.game = game
        self.draft = Draft(exists, tolerance=tolerance, exact=game.points.exact)
        self.tolerance = self.draft.tolerance
        self._strategy = assessment.strategy
        self._sizes: dict[int, NumberArray] = {}

    def plays(self, size: int = 0) -> Iterator[Play]:
        """Yield the equilibria to check, in blocks of `size`, by default for values of all nodes at once."""
        fitting = max(64, min(_LARGEST_BLOCK, _NUMBERS // len(self.game.tree.nodes)))
        yield from plays(self.game, self._strategy, self.draft.exists, size or fitting)

    def write(
        self, play: Play, gains: Sequence[tuple[int, NumberArray]], sound: BoolArray, *given: NumberArray
    ) -> None:
        """Enter the gains (pairs,) of the players, NaN where some of the numbers `given` (x, pairs) is.

        `sound` says whether all else is right.
        """
        worst = np.full(sound.shape, self.game.one() * 0)
        passed = sound
        for player, gain in gains:
            worst = np.maximum(worst, gain)
            passed = passed & self._is_small(play, player, gain)
        if not sound.all():
            for numbers in given:
                worst[is_open(numbers).any(axis=0)] = np.nan
        self.draft.write(play.block, worst, passed)

    def _is_small(self, play: Play, player: int, gain: NumberArray) -> BoolArray:
        small = np.asarray(gain <= 0, dtype=np.bool_)
        if self.game.points.exact or small.all():
            return small
        size = self._sizes.setdefault(player, self.game.largest(player))
        return np.asarray(gain <= self.tolerance * size[play.block.point], dtype=np.bool_)


def _one_shot_gain(play: Play, player: int) -> NumberArray:
    """Return the largest one-shot gain (pairs,) of a player, by a backward pass."""
    tree = play.game.tree
    gain = np.full(play.strategy.shape[1], play.game.one() * 0)
    values: dict[int, NumberArray] = {}
    for i in range(len(tree.nodes) - 1, -1, -1):
        if tree.nodes[i].kind == "end":
            values[i] = play.payoff(i, player)
            continue
        options = worths(play, i, player, values)
        values[i] = average(play.branches(i), options)
        if not tree.shared:
            for child in tree.nodes[i].children:
                del values[child]  # keeps what is at work in the cache
        if mover(tree, i) == player:
            best = options[0] - values[i]
            for option in options[1:]:
                np.maximum(best, option - values[i], out=best)
            np.maximum(gain, best, out=gain)
    return gain


def _gains(
    play: Play, replies: Sequence[BestReply], weights: Sequence[Mapping[int, NumberArray]]
) -> list[tuple[int, NumberArray]]:
    """Return, with its player, what each best reply gains over the prescription, for weights of its first nodes."""
    values = [prescribed_values(play, player) for player in range(len(play.game.tree.players))]
    gains = []
    for reply, weight in zip(replies, weights, strict=True):
        prescribed = np.asarray(sum(w * values[reply.player][i] for i, w in weight.items()))
        gains.append((reply.player, reply.value(play, weight) - prescribed))
    return gains


def _gains_from(play: Play, replies: Sequence[BestReply]) -> list[tuple[int, NumberArray]]:
    """Return what each best reply gains from its single first node on."""
    certain = np.full(play.strategy.shape[1], play.game.one())
    return _gains(play, replies, [{reply.starts[0]: certain} for reply in replies])


def all_distributions(play: Play, tolerance: float) -> BoolArray:
    """Say where the strategies at all information sets are probability distributions."""
    low, high = np.full((2, play.strategy.shape[1]), play.game.one())
    for h in play.game.tree.information_sets:
        total = sum_of(play.strategy[h.moves])
        np.minimum(low, total, out=low)
        np.maximum(high, total, out=high)
    sound = np.asarray((high - 1 <= tolerance) & (1 - low <= tolerance), dtype=np.bool_)
    sound &= np.asarray(play.strategy.min(axis=0) >= -tolerance, dtype=np.bool_)
    # Minima and maxima of objects may pass over a NaN.
    return sound & ~is_open(play.strategy).any(axis=0) if play.game.points.exact else sound


def sum_of(rows: NumberArray) -> NumberArray:
    """Return the sum over the first axis; for few rows much faster than a reduction."""
    total = rows[0].copy()
    for row in rows[1:]:
        total += row
    return np.asarray(total)


def closed(play: Play) -> tuple[Play, BoolArray]:
    """Return the play with open sets filled by the first action, and where the own strategy avoids all of them."""
    opened = is_open(play.strategy)
    filled = play.strategy.copy()
    for h in play.game.tree.information_sets:
        gaps = opened[h.moves].all(axis=0)
        filled[h.moves, gaps] = play.game.one() * 0
        filled[h.first_move, gaps] = play.game.one()
    closed = replace(play, strategy=filled)
    complete = np.ones(filled.shape[1], dtype=np.bool_)
    if opened.any():
        for h, kept in zip(play.game.tree.information_sets, own_reach(closed), strict=True):
            complete &= ~opened[h.first_move] | np.asarray(kept == 0, dtype=np.bool_)
    return closed, complete
