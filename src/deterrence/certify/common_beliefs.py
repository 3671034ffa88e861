"""What makes beliefs those of a perfect Bayesian equilibrium (Fudenberg and Tirole 1991), checked at every node.

Beliefs are shown where somebody moves: at each information set one distribution over its nodes. They are those of a
perfect Bayesian equilibrium exactly when there is for every player and public history one distribution over its types
such that

1. *common*: all who move at a history, of whatever type, show the same belief about a player;
2. *independent*: they believe in a node with the product of the beliefs about the players' types and of the odds that
   the strategies give to the moves of the same stage that lead to it;
3. *own moves*: the belief about a player does not change with moves of others or of nature, and after moves of one
   stage it depends on the player's own alone, also where that had probability zero;
4. *Bayes' rule*: the prior holds at the start, and from one history to the next the belief follows Bayes' rule wherever
   the player's move had positive probability under the belief and its strategy there. Where it had none any new belief
   will do, from which the following ones follow again.

The first three say that every belief shown about a player is the product's factor, and that the factors of one
`Opinion` agree: read off and compared. The fourth ties each opinion to the one before. An opinion that nobody shows
(only the player itself moves before it moves again) is what Bayes' rule gives, where it gives anything. Where it gives
nothing, some distribution must exist from which Bayes' rule leads to everything shown next. Let `w` be its weights by
type, `l` the odds by type of the moves from there to the next opinion shown, and `s` that opinion. Then `w * l` must be
proportional to `s`, or zero, for all opinions shown next. A solution is a sum of solutions that hang together: the
weight of one type, positive, fixes those of all types with positive `l` in a proportion where it has positive `l`
itself, and so on; all other weights may be zero. So it is necessary and sufficient to try the types one by one. Players
do not interact in this, since each one's beliefs change with its own moves. Hence nothing is left undecided: exact
points are passed if and only if such beliefs exist. In floats what has probability of at most 1e-12 counts as
impossible, and numbers may differ by the tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, reduce
from typing import Final, TypeAlias

import numpy as np

from deterrence.certify.beliefs import REACHED
from deterrence.certify.certificate import TOLERANCE
from deterrence.certify.stages import Path, Stages, View
from deterrence.compiled import CompiledTree
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.errors import SolverError
from deterrence.outcomes.blocks import Play

__all__ = ["CommonBeliefs"]

Rows: TypeAlias = "Sequence[NumberArray]"  # by type
Link: TypeAlias = "tuple[Rows, Rows]"  # odds of moves by type, and the belief shown after them

REQUIREMENTS: Final = ("common", "independent", "own moves", "Bayes' rule")


class CommonBeliefs:
    """Measures by how much beliefs miss each requirement, in one game at many points.

    Raises `SolverError` for games in which the concept is not defined.
    """

    def __init__(self, game: CompiledTree) -> None:
        self.game = game
        self.stages = Stages(game.tree)
        self.zero = game.one() * 0
        self.least = 0 if game.points.exact else REACHED
        if self._correlated():
            raise SolverError(
                "perfect Bayesian equilibrium is not defined with correlated types",
                where="prior",
                remedy="check with certify_consistent",
            )

    @cached_property
    def priors(self) -> list[Rows]:
        """By player with types, the prior probability (points,) of each type."""
        joint = list(zip(self.stages.profiles, self.game.chance_rows.get(0, ()), strict=False))
        return [
            [reduce(np.add, (q for profile, q in joint if profile[place] == t)) for t in types]
            for place, types in enumerate(self.stages.types)
        ]

    def _correlated(self) -> bool:
        """Say whether at some point the prior is no product."""
        if len(self.priors) < 2:
            return False
        allowed = self.zero if self.game.points.exact else TOLERANCE
        for profile, q in zip(self.stages.profiles, self.game.chance_rows[0], strict=True):
            places = [types.index(t) for types, t in zip(self.stages.types, profile, strict=True)]
            expected = reduce(np.multiply, (rows[t] for rows, t in zip(self.priors, places, strict=True)))
            if np.asarray(np.abs(q - expected) > allowed).any():
                return True
        return False

    def violations(self, play: Play, beliefs: NumberArray) -> dict[str, NumberArray]:
        """Return by requirement by how much (pairs,) beliefs (members, pairs) miss it, at most; zero where they do not.

        Beliefs and strategies must be distributions. The numbers are differences of probabilities.
        """
        return _Check(self, play, beliefs).run()


class _Check:
    """The comparisons at the pairs of one block."""

    def __init__(self, common: CommonBeliefs, play: Play, beliefs: NumberArray) -> None:
        self.stages, self.least, self.zero = common.stages, common.least, common.zero
        self.strategy, self.beliefs = play.strategy, beliefs
        self.found = {name: np.full(beliefs.shape[1:], self.zero) for name in REQUIREMENTS}
        priors = [[row[play.block.point] for row in rows] for rows in common.priors]
        self.shown: dict[int, tuple[Path, Rows]] = {place: ((), rows) for place, rows in enumerate(priors)}
        self.derived: dict[int, tuple[Rows, BoolArray]] = {}

    def run(self) -> dict[str, NumberArray]:
        """Return the largest violations."""
        for view in self.stages.views:
            self._look(view)
        for i, links in enumerate(self.stages.next_shown):
            if links:
                self._follow(i, [(self._odds(chain), self.shown[after][1]) for after, chain in links])
        return self.found

    def _note(self, name: str, violation: NumberArray) -> None:
        np.maximum(self.found[name], violation, out=self.found[name])

    def _look(self, view: View) -> None:
        """Read off what is believed of each player, and compare it with what was read off before."""
        factors: list[Rows] = []
        for opinion, groups in view.held:
            factors.append([reduce(np.add, (self.beliefs[k] for k in group)) for group in groups])
            where, before = self.shown.setdefault(opinion, (view.where, factors[-1]))
            if before is not factors[-1]:
                self._note("common" if where == view.where else "own moves", _gap(before, factors[-1]))
        if view.plain:
            return
        for k, (types, unseen) in enumerate(zip(view.types, view.unseen, strict=True), view.first):
            parts = [rows[t] for rows, t in zip(factors, types, strict=True)] + [self.strategy[m] for m in unseen]
            self._note("independent", np.abs(self.beliefs[k] - reduce(np.multiply, parts)))

    def _odds(self, chain: Sequence[Sequence[int]]) -> Rows:
        """Return by type how likely (pairs,) moves in a row are."""
        return [reduce(np.multiply, (self.strategy[m] for m in moves)) for moves in zip(*chain, strict=True)]

    def _follow(self, i: int, links: Sequence[Link]) -> None:
        """Compare an opinion with those shown next."""
        if i in self.shown:
            self._note("Bayes' rule", self._misfit(self.shown[i][1], links))
            return
        weights, known = self._derive(i)
        misfit = self._misfit(weights, links)
        if not known.all():
            unknown = ~known
            misfit[unknown] = self._least_misfit([_part(link, unknown) for link in links])
        self._note("Bayes' rule", misfit)

    def _derive(self, i: int) -> tuple[Rows, BoolArray]:
        """Return what Bayes' rule makes of an opinion that nobody shows, and where it makes anything of it."""
        if i not in self.derived:
            opinion = self.stages.opinions[i]
            if opinion.before in self.shown:
                before, known = self.shown[opinion.before][1], np.ones(self.beliefs.shape[1:], dtype=np.bool_)
            else:
                before, known = self._derive(opinion.before)
            weights = [w * q for w, q in zip(before, self._odds([opinion.moves]), strict=True)]
            total = reduce(np.add, weights)
            possible = self._is_possible(total)
            divisor = np.where(possible, total, 1)
            self.derived[i] = [w / divisor for w in weights], known & possible
        return self.derived[i]

    def _misfit(self, weights: Rows, links: Sequence[Link]) -> NumberArray:
        """Return by how much opinions miss Bayes' rule, at most: nothing where it says nothing."""
        worst = np.full(weights[0].shape, self.zero)
        for odds, shown in links:
            moved = [w * q for w, q in zip(weights, odds, strict=True)]
            total = reduce(np.add, moved)
            possible = self._is_possible(total)
            gap = _gap(moved, [s * total for s in shown]) / np.where(possible, total, 1)
            gap[~possible] = self.zero
            np.maximum(worst, gap, out=worst)
        return worst

    def _least_misfit(self, links: Sequence[Link]) -> NumberArray:
        """Return the misfit of the best distribution: one that starts from one type, as the module's text explains."""
        count = len(links[0][1])
        tried = (self._misfit(self._grown(t, links), links) for t in range(count))
        return reduce(np.minimum, tried)

    def _grown(self, start: int, links: Sequence[Link]) -> Rows:
        """Return the weights that a positive one of type `start` leads to, as a distribution."""
        weights = [np.full(row.shape, self.zero + (t == start)) for t, row in enumerate(links[0][1])]
        for _ in range(len(weights) - 1):
            for odds, shown in links:
                for t, weight in enumerate(weights):
                    known = self._is_possible(weight) & self._is_possible(odds[t]) & self._is_possible(shown[t])
                    scale = weight * odds[t] / np.where(known, shown[t], 1)
                    for u, other in enumerate(weights):
                        new = known & (other == 0) & self._is_possible(odds[u])
                        other[new] = scale[new] * shown[u][new] / odds[u][new]
        total = reduce(np.add, weights)
        return [w / total for w in weights]

    def _is_possible(self, probability: NumberArray) -> BoolArray:
        return np.asarray(probability > self.least, dtype=np.bool_)


def _gap(one: Rows, other: Rows) -> NumberArray:
    """Return the largest difference (pairs,); distributions over two types differ by the same in both."""
    count = 1 if len(one) == 2 else len(one)
    return np.asarray(reduce(np.maximum, (np.abs(a - b) for a, b in zip(one[:count], other[:count], strict=True))))


def _part(link: Link, where: BoolArray) -> Link:
    odds, shown = link
    return [row[where] for row in odds], [row[where] for row in shown]
