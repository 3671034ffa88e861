"""Which concepts a profile satisfies when strategies off the path are open and beliefs unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from typing import Final, Literal, TypeAlias

import numpy as np

from deterrence.certify.beliefs import arrivals, bayes, belief_slices, is_reached
from deterrence.certify.certificate import TOLERANCE
from deterrence.certify.checkpoints import Checkpoint, Options
from deterrence.certify.contest import Contest
from deterrence.certify.subgames import subgame_roots
from deterrence.certify.trees import (
    all_distributions,
    certify_sequential,
    certify_subgame_perfect,
    certify_tree_nash,
    closed,
)
from deterrence.compiled import CompiledTree
from deterrence.compiled.points import NumberArray
from deterrence.errors import SolverError
from deterrence.outcomes.blocks import Block, Play, in_arithmetic, is_open
from deterrence.profiles import Assessment

__all__ = ["Rationality", "Verdict", "Witness", "rationality"]

Verdict: TypeAlias = Literal["yes", "no", "not found"]

MAX_COMPLETIONS: Final = 1024
_ONE: Final = np.ones((1, 1), dtype=np.bool_)


@dataclass(frozen=True, kw_only=True)
class Witness:
    """A deviation that refutes a concept: who, from where on, by which moves, and the gain.

    `where` names an information set, or the first node of a subgame. `gain` is what the deviation yields against
    every belief and completion, in payoff units; where that takes a mixture of plans, `moves` are the likeliest.
    """

    concept: str
    player: str
    where: str
    moves: tuple[str, ...]
    gain: float | Fraction


@dataclass(frozen=True, kw_only=True, eq=False)
class Rationality:
    """What holds of a profile: "yes" by an example that was checked, "no" by proof, otherwise "not found".

    A "no" has a witness. `completion` (moves,) is a strategy without open sets that shows the "yes": together
    with `beliefs` (members,) for sequential rationality where that is "yes", otherwise for subgame perfection.
    """

    nash: Verdict
    subgame_perfect: Verdict
    sequentially_rational: Verdict
    completion: NumberArray | None = None
    beliefs: NumberArray | None = None
    witnesses: tuple[Witness, ...] = ()


def rationality(
    game: CompiledTree,
    assessment: Assessment,
    *,
    point: int = 0,
    equilibrium: int = 0,
    tolerance: float = TOLERANCE,
) -> Rationality:
    """Classify a profile: Nash; subgame perfect; sequentially rational with some beliefs (weak perfect Bayesian).

    Information sets that the profile leaves open (NaN) may be completed in any way; sets that are off the path
    without being open keep their strategy. Completions are searched among pure ones, at most `MAX_COMPLETIONS`,
    and a "yes" is confirmed by `certify_subgame_perfect` or `certify_sequential`; a "no" excludes mixed
    completions too. Neither of the two concepts implies the other. Raises `SolverError` when a set is open that
    its player's own strategy reaches, and when a strategy is no probability distribution.
    """
    search = _Search(_one_pair(game, assessment, point, equilibrium), tolerance)
    nash = search.nash_witness()
    if nash is not None:
        return Rationality(nash="no", subgame_perfect="no", sequentially_rational="no", witnesses=(nash,))
    perfect = search.subgame_perfect()
    rational = search.sequentially_rational()
    shown = rational if rational.verdict == "yes" else perfect
    return Rationality(
        nash="yes",
        subgame_perfect=perfect.verdict,
        sequentially_rational=rational.verdict,
        completion=shown.completion,
        beliefs=rational.beliefs,
        witnesses=tuple(w for w in (perfect.witness, rational.witness) if w is not None),
    )


def _one_pair(game: CompiledTree, assessment: Assessment, point: int, equilibrium: int) -> Play:
    """Return one equilibrium as the play of a game with one point."""
    here = slice(point, point + 1)
    single = replace(
        game,
        points=game.points.select(here),
        payoff_rows={i: tuple(row[here] for row in rows) for i, rows in game.payoff_rows.items()},
        chance_rows={i: tuple(row[here] for row in rows) for i, rows in game.chance_rows.items()},
        payment_rows={
            i: [{player: row[here] for player, row in paid.items()} for paid in branches]
            for i, branches in game.payment_rows.items()
        },
        defined=game.defined[here],
    )
    strategy = in_arithmetic(assessment.strategy[point, equilibrium], exact=game.points.exact)
    return Play(single, Block(0, slice(0, 1)), strategy[:, None])


@dataclass(frozen=True, kw_only=True)
class _Finding:
    verdict: Verdict
    completion: NumberArray | None = None
    beliefs: NumberArray | None = None
    witness: Witness | None = None


_Confirm: TypeAlias = Callable[[Play, Sequence[Checkpoint], Sequence[Contest]], "_Finding | None"]


class _Search:
    """The classification of one profile."""

    def __init__(self, play: Play, tolerance: float) -> None:
        self.play = play
        self.tree = play.game.tree
        self.relative = tolerance
        exact = play.game.points.exact
        self.filled, complete = closed(play)
        if not complete[0]:
            raise SolverError(
                "the profile leaves open an information set that its player's own strategy reaches",
                remedy="prescribe something there",
            )
        if not (play.game.defined[0] and all_distributions(self.filled, 0.0 if exact else tolerance)[0]):
            raise SolverError("the strategies are not probability distributions, or payoffs are undefined")
        gaps = is_open(play.strategy[:, 0])
        self.opened = [i for i, h in enumerate(self.tree.information_sets) if gaps[h.first_move]]
        players = range(len(self.tree.players))
        self.allowed = [0.0 if exact else tolerance * float(play.game.largest(p)[0]) for p in players]

    def nash_witness(self) -> Witness | None:
        """Return a profitable deviation from the strategies, None when they are a Nash equilibrium."""
        check = certify_tree_nash(self.play.game, self._assessment(self.play), _ONE, tolerance=self.relative)
        if check.passed[0, 0]:
            return None
        wholes = [Checkpoint(self.tree, player, (0,), -1) for player in range(len(self.tree.players))]
        contests = [(whole, whole.contest(self.filled, {}, 0.0)) for whole in wholes if whole.plans]
        found = [self._witness("Nash", whole, contest) for whole, contest in contests if contest is not None]
        return max(found, key=lambda witness: witness.gain)

    def subgame_perfect(self) -> _Finding:
        """Look for a completion that is a Nash equilibrium in every subgame."""
        checkpoints = []
        for root in subgame_roots(self.tree)[1:]:  # the whole game has been checked
            here = self.tree.nodes[root].information_set
            for player in range(len(self.tree.players)):
                first = here >= 0 and self.tree.information_sets[here].player == player
                checkpoints.append(Checkpoint(self.tree, player, (root,), here if first else -1))
        return self._decide("subgame perfect", checkpoints, self._perfect)

    def sequentially_rational(self) -> _Finding:
        """Look for a completion and beliefs that make it optimal at every set off the path.

        On the path a Nash equilibrium is optimal given Bayes' rule, whatever is done elsewhere.
        """
        reached = [is_reached(self.play, here.sum(axis=0))[0] for here in arrivals(self.filled)]
        checkpoints = [
            Checkpoint(self.tree, h.player, h.members, here)
            for here, h in enumerate(self.tree.information_sets)
            if not reached[here]
        ]
        return self._decide("sequentially rational", checkpoints, self._rational)

    def _decide(self, concept: str, checkpoints: list[Checkpoint], confirm: _Confirm) -> _Finding:
        checkpoints = [c for c in sorted(checkpoints, key=lambda c: -max(c.starts)) if c.plans]
        alive = {h: tuple(range(len(self.tree.information_sets[h].actions))) for h in self.opened}
        while True:
            before = dict(alive)
            for checkpoint in checkpoints:
                witness = self._narrow(concept, checkpoint, alive)
                if witness is not None:
                    return _Finding(verdict="no", witness=witness)
            if alive == before:
                return self._complete(checkpoints, alive, confirm)

    def _narrow(self, concept: str, checkpoint: Checkpoint, alive: dict[int, tuple[int, ...]]) -> Witness | None:
        """Drop actions of an open set that are never optimal; return a witness when nothing is left there.

        An action that is part of an optimal mixture is optimal itself, so dropping is safe for mixtures too.
        """
        own = checkpoint.own_set
        is_choice = own in alive
        tests = [{**alive, own: (a,)} for a in alive[own]] if is_choice else [alive]
        refuted: list[Contest] = []
        kept: list[int] = []
        for test in tests:
            contest = checkpoint.contest(self.play, test, self.allowed[checkpoint.player])
            if contest is not None and contest.value > self.allowed[checkpoint.player]:
                refuted.append(contest)
            elif is_choice:
                kept.extend(test[own])
        if len(refuted) == len(tests):
            return self._witness(concept, checkpoint, min(refuted, key=lambda contest: contest.value))
        if is_choice:
            alive[own] = tuple(kept)
        return None

    def _complete(self, checkpoints: list[Checkpoint], alive: Options, confirm: _Confirm) -> _Finding:
        """Try the pure completions that are left."""
        known: dict[tuple[object, ...], Contest | None] = {}
        for actions in islice(product(*alive.values()), MAX_COMPLETIONS):
            completion = {h: (a,) for h, a in zip(alive, actions, strict=True)}
            contests = []
            for k, checkpoint in enumerate(checkpoints):
                key = (k, *checkpoint.relevant(completion).items())
                if key not in known:
                    known[key] = checkpoint.contest(self.play, completion, self.allowed[checkpoint.player])
                contest = known[key]
                if contest is None or contest.value > self.allowed[checkpoint.player]:
                    break
                contests.append(contest)
            else:
                found = confirm(self._completed(completion), checkpoints, contests)
                if found is not None:
                    return found
        return _Finding(verdict="not found")

    def _completed(self, completion: Options) -> Play:
        strategy = self.filled.strategy.copy()
        for here, (action,) in completion.items():
            h = self.tree.information_sets[here]
            strategy[h.moves] = self.play.game.one() * 0
            strategy[h.first_move + action] = self.play.game.one()
        return replace(self.play, strategy=strategy)

    def _assessment(self, play: Play, beliefs: NumberArray | None = None) -> Assessment:
        given = None if beliefs is None else beliefs[None, None]
        return Assessment(self.tree, play.strategy.T[None], given)

    def _perfect(self, play: Play, _: Sequence[Checkpoint], __: Sequence[Contest]) -> _Finding | None:
        check = certify_subgame_perfect(play.game, self._assessment(play), _ONE, tolerance=self.relative)
        return _Finding(verdict="yes", completion=play.strategy[:, 0]) if check.passed[0, 0] else None

    def _rational(self, play: Play, checkpoints: Sequence[Checkpoint], contests: Sequence[Contest]) -> _Finding | None:
        beliefs = bayes(play)[:, 0]
        slices = belief_slices(self.tree)
        for checkpoint, contest in zip(checkpoints, contests, strict=True):
            exact = np.array(contest.columns, dtype=object)
            beliefs[slices[checkpoint.own_set]] = in_arithmetic(exact, exact=self.play.game.points.exact)
        assessment = self._assessment(play, beliefs)
        check = certify_sequential(play.game, assessment, _ONE, tolerance=self.relative)
        found = _Finding(verdict="yes", completion=play.strategy[:, 0], beliefs=beliefs)
        return found if check.passed[0, 0] else None

    def _witness(self, concept: str, checkpoint: Checkpoint, contest: Contest) -> Witness:
        plan = checkpoint.plans[max(range(len(contest.rows)), key=lambda row: contest.rows[row])]
        sets = self.tree.information_sets
        first = self.tree.nodes[checkpoint.starts[0]]
        own = checkpoint.own_set
        return Witness(
            concept=concept,
            player=self.tree.players[checkpoint.player],
            where=self.tree.set_name(sets[own]) if own >= 0 else first.name,
            moves=tuple(self.tree.move_name(sets[h].first_move + a) for h, a in plan.items()),
            gain=contest.value if self.play.game.points.exact else float(contest.value),
        )
