"""Markov perfect equilibria of stochastic games, batched: from the last states back, or over all pure strategies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.compiled.stochastic import CompiledStage, CompiledStates
from deterrence.errors import SolverError
from deterrence.profiles import Completeness, Found, MarkovStrategy
from deterrence.solvers.base import StateSolver
from deterrence.solvers.bimatrix import enumerate_supports

__all__ = ["MarkovPerfect"]

_EVERY: Final = (
    "every equilibrium of every stage game was followed back, after every continuation; at flagged points, where a "
    "stage game has ties, other equilibria may exist"
)
_SYMMETRIC: Final = "symmetric equilibria only: asymmetric ones were not followed"
_PURE: Final = "every pure stationary strategy profile was tested; mixed ones were not searched"
_NEAR: Final = 1e-9  # what counts as a tie, relative to the size of values


@dataclass(frozen=True, kw_only=True)
class MarkovPerfect(StateSolver):
    """Markov perfect equilibria: strategies that depend on the state alone and are best replies from every state.

    For one or two players and states that play can leave but not come back to (staying is allowed, in two-by-two
    stages also with mixtures): backward recursion that follows every equilibrium of every stage, or the symmetric ones
    alone (`symmetric`). With circles of states or more players: all pure profiles. `limit` bounds equilibria followed
    at a point, and pure profiles.
    """

    symmetric: bool = False
    limit: int = 4096

    @property
    def concept(self) -> str:
        """The solution concept."""
        return "markov-perfect"

    def solve(self, game: CompiledStates) -> Found[MarkovStrategy]:
        """Return the equilibria at every point."""
        order = _backward_order(game)
        if order is None or len(game.players) > 2:
            return self._pure(game)
        branches = _start(game)
        with np.errstate(all="ignore"):
            for s in order:
                branches = _followed(game, branches, s, self.symmetric)
                if branches.point.size and np.bincount(branches.point).max() > self.limit:
                    raise SolverError(
                        f"more than {self.limit} equilibria at a point", remedy="MarkovPerfect(symmetric=True)"
                    )
        flagged = np.zeros(game.size, dtype=np.bool_)
        flagged[branches.uncertain] = True
        every = not self.symmetric
        settled = np.where(flagged | self.symmetric, Completeness.SOME, Completeness.ALL)
        arguments = {Completeness.SOME: _EVERY if every else _SYMMETRIC, Completeness.ALL: _EVERY}
        return _found(game, branches.point, branches.mixture, settled, arguments, flagged)

    def _pure(self, game: CompiledStates) -> Found[MarkovStrategy]:
        """Test every pure stationary profile."""
        if prod(prod(stage.shape) for stage in game.stages) > self.limit:
            raise SolverError(f"more than {self.limit} pure profiles", remedy="raise limit, or write fewer states")
        points, mixtures, near = list[NDArray[np.intp]](), list[FloatArray](), np.zeros(game.size, dtype=np.bool_)
        with np.errstate(all="ignore"):
            for policy in product(*(range(prod(stage.shape)) for stage in game.stages)):
                holds, tie = _is_equilibrium(game, policy)
                near |= tie
                where = np.flatnonzero(holds)
                points.append(where)
                mixtures.append(np.repeat(_one_hot(game, policy)[:, None], where.size, axis=1))
        point, mixture = np.concatenate(points), np.concatenate(mixtures, axis=1)
        by_point = np.argsort(point, kind="stable")
        settled = np.full(game.size, Completeness.SOME)
        return _found(game, point[by_point], mixture[:, by_point], settled, {Completeness.SOME: _PURE}, near)


@dataclass(frozen=True)
class _Branches:
    """Equilibria so far, sorted by `point` (k,): `values` (players, states, k) and `mixture` (triples, k)."""

    point: NDArray[np.intp]
    values: FloatArray
    mixture: FloatArray
    uncertain: NDArray[np.intp]


def _backward_order(game: CompiledStates) -> tuple[int, ...] | None:
    """Return the states with moves, each after all it can lead to but itself; None where play can come back."""
    count = len(game.stages)
    leads = [
        {t for t in range(count) if t != s and bool((stage.next[t] != 0).any())} for s, stage in enumerate(game.stages)
    ]
    order: list[int] = []
    while len(order) < count:
        ready = [s for s in range(count) if s not in order and leads[s] <= set(order)]
        if not ready:
            return None
        order += ready
    return tuple(order)


def _start(game: CompiledStates) -> _Branches:
    shape = (len(game.players), len(game.stages), game.size)
    return _Branches(
        np.flatnonzero(game.defined),
        np.zeros(shape)[..., game.defined],
        np.zeros((game.width, game.size))[:, game.defined],
        np.zeros(0, dtype=np.intp),
    )


def _followed(game: CompiledStates, branches: _Branches, s: int, symmetric: bool) -> _Branches:
    """Return the branches with every equilibrium of one more state."""
    stage, point = game.stages[s], branches.point
    payoffs, loop = _stage_game(game, branches, s)
    if bool((loop != 0).any()):
        parts = list(_staying(stage, payoffs, loop))
        uncertain = np.zeros(point.size, dtype=np.bool_)
    else:
        parts, uncertain = _passing(stage, payoffs)
    keep = [_symmetric(holds, mixtures, symmetric) for holds, mixtures, _ in parts]
    index = np.concatenate([np.flatnonzero(k) for k in keep])
    mixed = np.concatenate([m[:, k] for k, (_, m, _) in zip(keep, parts, strict=True)], axis=1)
    value = np.concatenate([v[:, k] for k, (_, _, v) in zip(keep, parts, strict=True)], axis=1)
    by_point = np.argsort(index, kind="stable")
    index = index[by_point]
    values, mixture = branches.values[..., index], branches.mixture[:, index]
    values[:, s] = value[:, by_point]
    first = game.offsets[s][0]
    mixture[first : first + mixed.shape[0]] = mixed[:, by_point]
    return _Branches(point[index], values, mixture, np.r_[branches.uncertain, point[uncertain]])


Part = tuple[BoolArray, FloatArray, FloatArray]  # where it holds, mixtures (actions of all, k), values (players, k)


def _stage_game(game: CompiledStates, branches: _Branches, s: int) -> tuple[FloatArray, FloatArray]:
    """Return payoffs (players, profiles, k) with continuations elsewhere, and chances (profiles, k) to stay."""
    stage, point = game.stages[s], branches.point
    following, discount = stage.next[..., point], game.discount[point]
    ends = game.ends[..., point]
    payoffs = stage.payoffs[..., point].copy()
    for t in range(len(game.stages)):
        if t != s:
            payoffs += discount * following[t] * branches.values[:, t][:, None]
    for e in range(len(game.absorbing)):
        payoffs += discount * following[len(game.stages) + e] * ends[e][:, None]
    return payoffs, discount * following[s]


def _passing(stage: CompiledStage, payoffs: FloatArray) -> tuple[list[Part], BoolArray]:
    """Return the equilibria of a stage that play leaves: those of a bimatrix game."""
    shape = stage.shape if len(stage.shape) == 2 else (stage.shape[0], 1)
    own = np.moveaxis(payoffs[0].reshape(*shape, -1), -1, 0)
    other = np.moveaxis(payoffs[1].reshape(*shape, -1), -1, 0) if len(payoffs) == 2 else np.zeros_like(own)
    found = enumerate_supports(own, other)
    x, y = found.strategies()
    worth = found.payoffs()
    parts: list[Part] = []
    for k in range(found.exists.shape[1]):
        mixtures = np.concatenate([x[:, k].T, y[:, k].T]) if len(payoffs) == 2 else x[:, k].T
        parts.append((found.exists[:, k], mixtures, np.stack([w[:, k] for w in worth[: len(payoffs)]])))
    return parts, found.uncertain


def _staying(stage: CompiledStage, payoffs: FloatArray, loop: FloatArray) -> Iterator[Part]:
    """Yield the equilibria of a stage in which play can stay: values solve their own equation."""
    for chosen in product(*map(range, stage.shape)):
        here = np.ravel_multi_index(chosen, stage.shape)
        values = payoffs[:, here] / (1 - loop[here])
        holds = np.isfinite(values).all(axis=0)
        for i in range(len(payoffs)):
            for action in range(stage.shape[i]):
                there = np.ravel_multi_index((*chosen[:i], action, *chosen[i + 1 :]), stage.shape)
                gain = payoffs[i, there] + loop[there] * values[i] - values[i]
                holds &= gain <= _NEAR * np.maximum(1, np.abs(values[i]))
        mixtures = [np.eye(n)[a] for a, n in zip(chosen, stage.shape, strict=True)]
        yield holds, np.repeat(np.concatenate(mixtures)[:, None], holds.size, axis=1), values
    if stage.shape == (2, 2):
        yield from _mixed(payoffs.reshape(2, 2, 2, -1), loop.reshape(2, 2, -1))
    elif len(stage.shape) == 2 and min(stage.shape) > 1:
        raise SolverError("a state in which play can stay has more than two actions", remedy="two actions for each")


def _mixed(payoffs: FloatArray, loop: FloatArray) -> Iterator[Part]:
    """Yield the fully mixed equilibria: each mixture makes the other indifferent, given the other's own value."""
    columns = _indifferent(payoffs[0], loop)
    rows = _indifferent(payoffs[1].transpose(1, 0, 2), loop.transpose(1, 0, 2))
    for (x, second), (y, first) in product(rows, columns):
        holds = (x > 0) & (x < 1) & (y > 0) & (y < 1) & np.isfinite(first) & np.isfinite(second)
        yield holds, np.stack([x, 1 - x, y, 1 - y]), np.stack([first, second])


def _indifferent(u: FloatArray, loop: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Return the other's probabilities of its first action that make both own actions worth the same, and that value.

    Action a is worth `u_a + loop_a V`, both affine in the probability; equal worth V gives a quadratic equation.
    """
    (u0, u1), (s0, s1) = [(w[0], w[1]) for w in (u[:, 1], 1 - loop[:, 1])]  # against the second action
    d0, d1 = u[0, 0] - u0, u[1, 0] - u1
    e0, e1 = (1 - loop[0, 0]) - s0, (1 - loop[1, 0]) - s1
    square, linear, constant = d0 * e1 - d1 * e0, d0 * s1 + u0 * e1 - d1 * s0 - u1 * e0, u0 * s1 - u1 * s0
    root = np.sqrt(linear * linear - 4 * square * constant)
    half = -(linear + np.where(linear >= 0, root, -root)) / 2
    roots = (constant / half, np.where(square == 0, np.nan, half / square))
    return [(p, (u0 + p * d0) / (s0 + p * e0)) for p in roots]


def _symmetric(holds: BoolArray, mixtures: FloatArray, wanted: bool) -> BoolArray:
    half = mixtures.shape[0] // 2
    if not wanted:
        return holds
    return np.asarray(holds & (np.abs(mixtures[:half] - mixtures[half:]).max(axis=0) <= _NEAR), dtype=np.bool_)


def _is_equilibrium(game: CompiledStates, policy: tuple[int, ...]) -> tuple[BoolArray, BoolArray]:
    """Say where a pure policy (a profile in every state) is an equilibrium, and where some deviation ties."""
    count, discount = len(game.stages), game.discount
    loops = np.stack([discount * st.next[:count, a] for st, a in zip(game.stages, policy, strict=True)])
    matrix = np.moveaxis(np.eye(count)[..., None] - loops, -1, 0)
    good = np.isfinite(matrix).all(axis=(1, 2))
    matrix[~good] = np.eye(count)
    good &= np.abs(np.linalg.det(matrix)) > 1e-13
    matrix[~good] = np.eye(count)
    entered = [(discount * st.next[count:][:, None] * game.ends[:, :, None]).sum(axis=0) for st in game.stages]
    flow = np.stack([(st.payoffs + e)[:, a] for st, e, a in zip(game.stages, entered, policy, strict=True)])
    values = np.moveaxis(np.linalg.solve(matrix, np.moveaxis(flow, -1, 0)), 0, -1)  # (states, players, points)
    holds, tie = good.copy(), np.zeros(game.size, dtype=np.bool_)
    for s, (stage, chosen) in enumerate(zip(game.stages, policy, strict=True)):
        ahead = np.einsum("tak,tpk->pak", stage.next[:count], values)
        worth = stage.payoffs + entered[s] + discount * ahead
        place = np.unravel_index(chosen, stage.shape)
        for i, actions in enumerate(stage.shape):
            for action in range(actions):
                if action == place[i]:
                    continue
                there = np.ravel_multi_index((*place[:i], action, *place[i + 1 :]), stage.shape)
                gain = worth[i, there] - values[s, i]
                slack = _NEAR * np.maximum(1, np.abs(values[s, i]))
                holds &= gain <= slack
                tie |= np.abs(gain) <= slack
    return holds, tie & holds


def _one_hot(game: CompiledStates, policy: tuple[int, ...]) -> FloatArray:
    parts = []
    for stage, chosen in zip(game.stages, policy, strict=True):
        for action, count in zip(np.unravel_index(chosen, stage.shape), stage.shape, strict=True):
            parts.append(np.eye(count)[int(action)])
    return np.concatenate(parts)


def _found(
    game: CompiledStates,
    point: NDArray[np.intp],
    mixture: FloatArray,
    settled: FloatArray,
    arguments: dict[Completeness, str],
    flagged: BoolArray,
) -> Found[MarkovStrategy]:
    """Return equilibria listed point by point as a padded batch."""
    counts = np.bincount(point, minlength=game.size)
    place = np.arange(point.size) - np.repeat(np.cumsum(counts) - counts, counts)
    exists = np.zeros((game.size, max(1, int(counts.max(initial=0)))), dtype=np.bool_)
    exists[point, place] = True
    mixtures = np.zeros((*exists.shape, game.width))
    mixtures[point, place] = mixture.T
    choices = tuple(
        (stage.name, who, names)
        for stage in game.stages
        for who, names in zip(game.players, stage.actions, strict=True)
    )
    profile = MarkovStrategy(choices, mixtures)
    return Found(profile, exists, settled.astype(np.int8), arguments, flagged, game.defined)
