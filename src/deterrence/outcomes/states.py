"""What stationary strategies lead to: values of states, absorption probabilities, expected duration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np

from deterrence.compiled.points import BoolArray, FloatArray, NumberArray
from deterrence.compiled.stochastic import CompiledStates
from deterrence.games import Quantity, StochasticGame
from deterrence.outcomes.blocks import blank
from deterrence.outcomes.result import Outcomes
from deterrence.profiles import MarkovStrategy

__all__ = ["Chain", "chain", "state_outcomes"]

NEAR: Final = 1e-9  # what counts as a sure end


@dataclass(frozen=True)
class Chain:
    """The Markov chain of one strategy at all points.

    `payoffs` (players, states, points) are the means of a period, `next` (states, states + absorbing, points) the
    transitions, `values` (players, states, points) the discounted sums; NaN where a sum does not converge.
    """

    payoffs: FloatArray
    next: FloatArray
    values: FloatArray


def chain(game: CompiledStates, mixture: NumberArray) -> Chain:
    """Return the chain of mixtures (triples, points): one linear system for the values at every point."""
    payoffs, following = [], []
    for stage, places in zip(game.stages, game.offsets, strict=True):
        parts = [mixture[p : p + n] for p, n in zip(places, stage.shape, strict=True)]
        joint = reduce(lambda a, b: (a[:, None] * b[None]).reshape(-1, b.shape[-1]), parts)
        payoffs.append((stage.payoffs * joint).sum(axis=1))
        following.append((stage.next * joint).sum(axis=1))
    flow, moves = np.stack(payoffs, axis=1), np.stack(following)
    inside = len(game.stages)
    entry = np.einsum("sek,epk->psk", moves[:, inside:], game.ends) if game.absorbing else np.zeros_like(flow)
    values = solved(moves[:, :inside] * game.discount, flow + game.discount * entry)
    return Chain(flow, moves, values)


def solved(loops: FloatArray, constant: FloatArray) -> FloatArray:
    """Return x (players, states, points) with x = loops x + constant; NaN where there is no one solution."""
    count = loops.shape[0]
    matrices = np.eye(count) - np.moveaxis(loops, -1, 0)
    finite = np.isfinite(matrices).all(axis=(1, 2))
    matrices[~finite] = np.eye(count)
    singular = np.abs(np.linalg.det(matrices)) < 1e-13
    matrices[singular] = np.eye(count)
    found = np.moveaxis(np.linalg.solve(matrices, constant.transpose(2, 1, 0)), (0, 1, 2), (2, 1, 0))
    return np.asarray(np.where(finite & ~singular, found, np.nan))


def state_outcomes(
    game: StochasticGame, compiled: CompiledStates, profile: MarkovStrategy, exists: BoolArray
) -> Outcomes:
    """Return P(absorbing state) and U(player) from the start, values of states, mixtures, expected periods.

    The probabilities are those of ever being absorbed there, without discounting, zero where play never ends; the
    duration counts the periods before absorption, infinite where absorption is not sure.
    """
    shape = exists.shape
    names = game.quantities()
    others = {Quantity(kind, of): np.full(shape, np.nan) for kind in ("V", "plays", "duration") for of in names[kind]}
    result = Outcomes(
        events=compiled.absorbing,
        players=compiled.players,
        types=(),
        probabilities=blank(*shape, len(compiled.absorbing), exact=False),
        payoffs=blank(*shape, len(compiled.players), exact=False),
        type_payoffs=blank(*shape, 0, exact=False),
        others=others,
    )
    with np.errstate(all="ignore"):
        for k in range(shape[1]):
            _fill(result, compiled, profile, k, exists[:, k])
    return result


def _fill(result: Outcomes, game: CompiledStates, profile: MarkovStrategy, k: int, here: BoolArray) -> None:
    mixture = profile.mixtures[:, k].T
    found = chain(game, mixture)
    inside = len(game.stages)
    ends = np.moveaxis(found.next[:, inside:], 1, 0)
    leaving = _leaving(found.next, inside)
    loops = found.next[:, :inside] * leaving[:, None]
    absorbed = solved(loops, ends * leaving)
    periods = solved(loops, np.ones((1, inside, game.size)))[0, 0]
    if game.absorbing:
        result.probabilities[:, k] = np.where(here, absorbed[:, 0], np.nan).T
    result.payoffs[:, k] = np.where(here, found.values[:, 0], np.nan).T
    for i, player in enumerate(game.players):
        for s, stage in enumerate(game.stages):
            result.others[Quantity("V", f"{player}.{stage.name}")][:, k] = np.where(here, found.values[i, s], np.nan)
    place = 0
    for state, player, actions in profile.choices:
        for action in actions:
            result.others[Quantity("plays", f"{player}.{state}.{action}")][:, k] = np.where(
                here, mixture[place], np.nan
            )
            place += 1
    endless = absorbed[:, 0].sum(axis=0) < 1 - NEAR
    result.others[Quantity("duration", "play")][:, k] = np.where(here, np.where(endless, np.inf, periods), np.nan)


def _leaving(moves: FloatArray, inside: int) -> BoolArray:
    """Return from which states with moves (states, points) play can ever be absorbed."""
    can = (moves[:, inside:] > 0).any(axis=1)
    for _ in range(inside):
        can = can | ((moves[:, :inside] > 0) & can).any(axis=1)
    return np.asarray(can)
