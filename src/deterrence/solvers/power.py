"""Values and power indices of coalitional games, bargaining, minimal winning coalitions: closed forms in batches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import factorial
from typing import Final

import numpy as np

from deterrence.compiled.coalitions import CompiledCoalitions, membership
from deterrence.compiled.points import BoolArray, NumberArray, same
from deterrence.profiles import Allocation, Coalitions, Completeness, Found
from deterrence.solvers.base import CoalitionSolver

__all__ = ["Banzhaf", "MinimalWinning", "NashBargaining", "Shapley"]

SMALL: Final = 1e-6  # of the largest worth: a sum of Banzhaf values below it magnifies rounding errors
FINEST: Final = 1e-12  # of the largest worth: a sum of Banzhaf values below it is a rounding error of zero

_ONE: Final = "the value is one allocation, by a formula"
_NOBODY: Final = "the value is one allocation, by a formula; none where no player is ever decisive"
_PRODUCT: Final = "the Nash product is strictly concave; no agreement where the threats add up to more than the whole"
_LISTED: Final = "every coalition was looked at"
_NOT_SIMPLE: Final = "the game has worths other than zero and one, or a winning coalition within a losing one"


@dataclass(frozen=True, kw_only=True)
class Shapley(CoalitionSolver[Allocation]):
    """The Shapley value (Shapley 1953): a player's mean marginal contribution over all orders of arrival.

    In a simple game it is the power index of Shapley and Shubik (1954). A linear map of the worths, exact at exact
    points.
    """

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "shapley"

    def solve(self, game: CompiledCoalitions) -> Found[Allocation]:
        """Return the value at every point."""
        amounts = game.worth @ _weights(len(game.players), game.points.exact, "shapley")
        return _single(game, amounts, game.defined, _ONE)


@dataclass(frozen=True, kw_only=True)
class Banzhaf(CoalitionSolver[Allocation]):
    """The Banzhaf value: a player's mean marginal contribution over all coalitions of the others.

    In a simple game it is the probability that the player decides when all others vote by the toss of a coin (Penrose
    1946; Banzhaf 1965). `normalised` makes the values add up to the worth of all, the Banzhaf index; where they add up
    to nothing there is none.
    """

    normalised: bool = False

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "banzhaf-index" if self.normalised else "banzhaf"

    def solve(self, game: CompiledCoalitions) -> Found[Allocation]:
        """Return the value or index at every point."""
        amounts = game.worth @ _weights(len(game.players), game.points.exact, "banzhaf")
        if not self.normalised:
            return _single(game, amounts, game.defined, _ONE)
        total = amounts.sum(axis=1)
        size = np.abs(game.worth.astype(np.float64)).max(axis=1)
        some = np.abs(total.astype(np.float64)) > (0 if game.points.exact else FINEST * size)
        scale = game.grand / np.where(some, total, 1)
        found = _single(game, amounts * scale[:, None], game.defined & some, _NOBODY)
        near = np.abs(total.astype(np.float64)) <= SMALL * size
        return found if game.points.exact else replace(found, flagged=found.flagged | (near & some & game.defined))


@dataclass(frozen=True, kw_only=True)
class NashBargaining(CoalitionSolver[Allocation]):
    """The Nash bargaining solution with transferable utility: threats plus weighted shares of the surplus.

    It maximises the product of the gains over the threats, each to the power of the player's weight (Nash 1950;
    asymmetric weights after Harsanyi and Selten 1972). Where the threats add up to more than the worth of all together
    there is no agreement to be had.
    """

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "nash-bargaining"

    def solve(self, game: CompiledCoalitions) -> Found[Allocation]:
        """Return the agreement at every point."""
        surplus = game.grand - game.threats.sum(axis=1)
        total = game.weights.sum(axis=1)
        sound = (game.weights >= 0).all(axis=1) & (total > 0)
        share = game.weights / np.where(sound, total, 1)[:, None]
        amounts = game.threats + share * surplus[:, None]
        return _single(game, amounts, game.defined & sound & (surplus >= 0), _PRODUCT, game.defined & sound)


@dataclass(frozen=True, kw_only=True)
class MinimalWinning(CoalitionSolver[Coalitions]):
    """The minimal winning coalitions of a simple game: they win, and lose without any one of their members.

    After Riker (1962). In a proper game a coalition wins whenever one within it does; points at which that fails are
    left open.
    """

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "minimal-winning"

    def solve(self, game: CompiledCoalitions) -> Found[Coalitions]:
        """Return all minimal winning coalitions at every point, padded to the largest number of them."""
        wins = game.worth == 1
        simple = game.defined & (wins | (game.worth == 0)).all(axis=1)
        members = membership(len(game.players))
        minimal = wins & simple[:, None]
        for i in range(len(game.players)):
            with_i = np.flatnonzero(members[:, i])
            without = with_i - (1 << i)
            simple &= (wins[:, with_i] | ~wins[:, without]).all(axis=1)
            minimal[:, with_i] &= ~wins[:, without]
        minimal &= simple[:, None]
        count = minimal.sum(axis=1)
        width = max(1, int(count.max(initial=0)))
        order = np.argsort(~minimal, axis=1, kind="stable")[:, :width]
        listed = members[order].astype(np.bool_)
        exists = np.arange(width) < count[:, None]
        settled = np.where(simple, Completeness.ALL, Completeness.UNKNOWN).astype(np.int8)
        arguments = {Completeness.ALL: _LISTED, Completeness.UNKNOWN: _NOT_SIMPLE}
        return Found(Coalitions(game.players, listed), exists, settled, arguments, game.close, game.defined)


@lru_cache(maxsize=64)
def _weights(players: int, exact: bool, kind: str) -> NumberArray:
    """Return what the worth of a coalition counts for each player (coalitions, players); read-only.

    Player i gains w(s) from v(S and i) - v(S) for S of s others: s!(n-s-1)!/n! for Shapley, 2**(1-n) for Banzhaf.
    """
    members = membership(players)
    sizes = members.sum(axis=1, dtype=np.int64)
    others = [Fraction(factorial(s) * factorial(players - s - 1), factorial(players)) for s in range(players)]
    if kind == "banzhaf":
        others = [Fraction(1, 1 << (players - 1))] * players
    joined, left = [Fraction(0), *others], [-w for w in others] + [Fraction(0)]
    dtype: type = object if exact else np.float64
    gains, losses = np.array(joined, dtype)[sizes], np.array(left, dtype)[sizes]
    table: NumberArray = np.where(members == 1, gains[:, None], losses[:, None])
    table.setflags(write=False)
    return table


def _single(
    game: CompiledCoalitions, amounts: NumberArray, exists: BoolArray, why: str, settled: BoolArray | None = None
) -> Found[Allocation]:
    """Return one allocation a point; `settled` says where its absence is certain."""
    known = same(np.int8(Completeness.ALL), (game.size,))
    if settled is not None and not settled.all():
        known = np.where(settled, Completeness.ALL, Completeness.UNKNOWN).astype(np.int8)
    arguments = {Completeness.ALL: why, Completeness.UNKNOWN: "bargaining weights are negative or all zero"}
    profile = Allocation(game.players, amounts[:, None], game.game.costs)
    return Found(profile, exists[:, None], known, arguments, game.close, game.defined)
