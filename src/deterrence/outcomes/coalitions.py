"""What allocations and coalitions come to: shares, membership, what holds of the game and of the allocation."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.coalitions import CompiledCoalitions, membership
from deterrence.compiled.points import BoolArray, NumberArray, indicator
from deterrence.games import CoalitionalGame, FrozenMap, Quantity
from deterrence.outcomes.blocks import blank
from deterrence.outcomes.result import Outcomes
from deterrence.profiles import Allocation, Coalitions

__all__ = ["coalition_outcomes"]

SLACK: Final = 1e-9  # of the largest worth: what rounding may make of an equality
CELLS: Final = 1 << 22  # numbers of one block
MOST: Final = 10  # players up to whom all pairs of disjoint coalitions, 3**n of them, are looked at


def coalition_outcomes(
    game: CoalitionalGame, compiled: CompiledCoalitions, profile: Allocation | Coalitions, exists: BoolArray
) -> Outcomes:
    """Return what is known of each allocation or coalition; NaN where there is none, and for what does not apply.

    Of an allocation: U(player), in a game of costs cost(player), `excess(largest)`, the most that a proper coalition
    could have more than it gets, and `is(stable)`, one where the allocation lies in the core. Of a coalition:
    member(player). Always `is(convex)`, and up to ten players `is(superadditive)`; costs stand with a minus sign, so
    that this means concave and subadditive costs.
    """
    exact, shape, players = compiled.points.exact, exists.shape, compiled.players
    missing = blank(*shape, len(players), exact=exact)
    named = (Quantity(kind, of) for kind, names in game.quantities().items() if kind != "U" for of in names)
    others: dict[Quantity, NumberArray] = dict.fromkeys(named, missing[..., 0])
    payoffs = missing if isinstance(profile, Coalitions) else profile.amounts
    if isinstance(profile, Coalitions):
        held = indicator(profile.members, exact=exact)
        others |= {Quantity("member", who): held[..., i] for i, who in enumerate(players)}
    else:
        others |= {Quantity("cost", who): -payoffs[..., i] for i, who in enumerate(players) if game.costs}
        others |= _judged(compiled, profile)
    tests = {"convex": _lattice(len(players))}
    if len(players) <= MOST:
        tests["superadditive"] = _disjoint(len(players))
    for name, rows in tests.items():
        column = indicator(_holds(compiled, rows), exact=exact)[:, None]
        others[Quantity("is", name)] = np.broadcast_to(column, shape)
    nothing = blank(*shape, 0, exact=exact)
    return Outcomes(
        events=(),
        players=players,
        types=(),
        probabilities=nothing,
        payoffs=np.where(exists[..., None], payoffs, np.nan),
        type_payoffs=nothing,
        others=FrozenMap({name: np.where(exists, values, np.nan) for name, values in others.items()}),
    )


def _judged(game: CompiledCoalitions, profile: Allocation) -> dict[Quantity, NumberArray]:
    """Return the largest excess of each allocation, and whether it lies in the core."""
    excess = game.worth[:, None] - profile.amounts @ membership(len(game.players)).astype(game.worth.dtype).T
    proper = excess[..., 1:-1] if excess.shape[2] > 2 else excess[..., :1]
    largest, slack = proper.max(axis=2), _slack(game)[:, None]
    stable = np.asarray((largest <= slack) & (np.abs(excess[..., -1]) <= slack), dtype=np.bool_)
    held = indicator(stable, exact=game.points.exact)
    return {Quantity("excess", "largest"): largest, Quantity("is", "stable"): held}


def _slack(game: CompiledCoalitions) -> NumberArray:
    size: NumberArray = np.abs(game.worth).max(axis=1)
    return size * 0 if game.points.exact else SLACK * size


def _holds(game: CompiledCoalitions, tests: NDArray[np.intp]) -> BoolArray:
    """Say where v(a) + v(b) <= v(c) + v(d) for all rows (a, b, c, d) of coalitions."""
    worth, slack = game.worth, _slack(game)
    good = np.ones(game.size, dtype=np.bool_)
    step = max(1, CELLS // (len(tests) + 1))
    for start in range(0, game.size if len(tests) else 0, step):
        part = worth[start : start + step]
        a, b, c, d = (part[:, column] for column in tests.T)
        good[start : start + step] = (a + b - c - d <= slack[start : start + step, None]).all(axis=1)
    return good


@lru_cache(maxsize=16)
def _disjoint(n: int) -> NDArray[np.intp]:
    """Return (a, b, their union, nobody) for disjoint coalitions a < b (no loss in joining)."""
    found = [np.zeros((0, 4), dtype=np.intp)]
    every = np.arange(1, 1 << n)
    for a in range(1, 1 << n):
        b = every[(every & a == 0) & (every > a)]
        found.append(np.column_stack([np.full(b.size, a), b, a | b, np.zeros(b.size, dtype=np.intp)]))
    return np.concatenate(found)


@lru_cache(maxsize=16)
def _lattice(n: int) -> NDArray[np.intp]:
    """Return (S with i, S with j, S with both, S) for players i < j outside S, which tell whether a game is convex."""
    found = [np.zeros((0, 4), dtype=np.intp)]
    every = np.arange(1 << n)
    for i in range(n):
        for j in range(i + 1, n):
            s = every[every & (1 << i | 1 << j) == 0]
            found.append(np.column_stack([s | 1 << i, s | 1 << j, s | 1 << i | 1 << j, s]))
    return np.concatenate(found)
