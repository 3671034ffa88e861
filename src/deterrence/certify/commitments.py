"""Best commitments by a global scan: no other number gives the leader more, whatever indifferent followers do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

import numpy as np

from deterrence.certify.certificate import TOLERANCE, Certificate, Draft
from deterrence.compiled.commitment import CompiledCommitment
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.expressions import Expr
from deterrence.expressions.terms import derivative
from deterrence.games import Response
from deterrence.outcomes.blocks import blocks
from deterrence.profiles import Commitment

__all__ = ["certify_commitment"]

_MESH: Final = 401
_MESH_OF_TWO: Final = 41
_NEAR: Final = np.concatenate([-np.geomspace(1e-6, 0.1, 8), np.geomspace(1e-6, 0.1, 8)])
_HALVINGS: Final = 50
_ACTIONS: Final = 65
_ZOOMS: Final = 4
_PAIRS: Final = 64

_METHOD: Final = (
    f"the leader's payoff against {_MESH} values of its number over the interval ({_MESH_OF_TWO} by {_MESH_OF_TWO} for "
    f"two numbers) and {len(_NEAR)} near the best, responses found by bisection over types and search over numbers; "
    "every response is a best reply"
)

Given = Mapping[str, FloatArray]


def certify_commitment(
    game: CompiledCommitment, profile: Commitment, exists: BoolArray, *, tolerance: float = TOLERANCE
) -> Certificate:
    """Check that followers reply best and that the leader gains by no other commitment on a mesh over its intervals.

    Responses are found anew without the formulas of the solver: by bisection for the marginal type, by search for a
    number. Works in floats, at exact points too.
    """
    plain = game.in_floats()
    draft = Draft(exists, tolerance=tolerance, exact=False)
    values = profile.values.astype(np.float64)
    with np.errstate(all="ignore"):
        for block in blocks(exists, _PAIRS):
            here = plain.select(block.point)
            chosen = dict(zip(profile.names, block.take(values), strict=True))
            gain, sound = _checked(here, chosen, tolerance)
            draft.write(block, gain, sound)
    return draft.certificate(_METHOD)


def _checked(game: CompiledCommitment, chosen: Given, tolerance: float) -> tuple[FloatArray, BoolArray]:
    leader = game.game.payoffs[game.game.leader]
    value = game.evaluate(leader, chosen, (game.size,))
    best, size = np.full(game.size, -np.inf), np.abs(value)
    for mesh in _meshes(game, chosen):
        for given, willing in _plays(game, mesh, 0.0):
            payoff = game.evaluate(leader, given, willing.shape)
            best = np.maximum(best, np.where(willing & np.isfinite(payoff), payoff, -np.inf).max(axis=0))
            size = np.maximum(size, np.where(np.isfinite(payoff), np.abs(payoff), 0.0).max(axis=0))
    gain = np.where(np.isfinite(value), np.maximum(best - value, 0.0), np.nan)
    sound = (gain <= tolerance * np.maximum(1.0, size)) & _are_best_replies(game, chosen, tolerance)
    for bounds, control in zip(zip(game.low, game.high, strict=True), game.game.controls, strict=True):
        slack = tolerance * np.maximum(np.abs(bounds[0]), np.abs(bounds[1]))
        sound &= (chosen[control] >= bounds[0] - slack) & (chosen[control] <= bounds[1] + slack)
    return gain, np.asarray(sound, dtype=np.bool_)


def _meshes(game: CompiledCommitment, chosen: Given) -> Iterator[dict[str, FloatArray]]:
    """Yield values (mesh, pairs) of the leader's numbers: all over their intervals, then near the chosen ones."""
    controls = tuple(game.game.controls)
    count = _MESH if len(controls) == 1 else _MESH_OF_TWO
    share = np.linspace(0, 1, count)
    for shares in (np.array(list(product(share, repeat=len(controls)))), None):
        mesh = {}
        for k, name in enumerate(controls):
            length = game.high[k] - game.low[k]
            if shares is not None:
                mesh[name] = game.low[k] + shares[:, k, None] * length
            else:
                mesh[name] = np.clip(chosen[name] + _NEAR[:, None] * length, game.low[k], game.high[k])
        yield mesh


def _plays(game: CompiledCommitment, start: Given, slack: float) -> Iterator[tuple[dict[str, FloatArray], BoolArray]]:
    """Yield every way in which the followers may reply to commitments (mesh, pairs), and where they are willing to."""
    shape = next(iter(start.values())).shape
    pending = [(dict(start), np.ones(shape, dtype=np.bool_))]
    for name, response in game.game.responses.items():
        longer = []
        for given, willing in pending:
            for value, fits in _replies(game, name, response, given, slack):
                longer.append(({**given, name: value}, willing & fits))
        pending = longer
    yield from pending


def _replies(
    game: CompiledCommitment, name: str, response: Response, given: Given, slack: float
) -> Iterator[tuple[FloatArray, BoolArray]]:
    shape = next(iter(given.values())).shape
    everywhere = np.ones(shape, dtype=np.bool_)
    if response.payoff is not None:
        yield _highest(game, name, response, given, shape), everywhere
    elif response.type:
        yield _share(game, response, given, shape), everywhere
    else:
        assert response.gain is not None
        gain = game.evaluate(response.gain, given, shape)
        yield np.ones(shape), np.asarray(gain >= -slack, dtype=np.bool_)
        yield np.zeros(shape), np.asarray(gain <= slack, dtype=np.bool_)


def _share(game: CompiledCommitment, response: Response, given: Given, shape: tuple[int, ...]) -> FloatArray:
    """Return the share of types that act, the marginal type found by bisection."""
    assert response.gain is not None
    low, high = (game.evaluate(bound, {}, (game.size,)) + np.zeros(shape) for bound in response.bounds)
    formula, name = response.gain, response.type

    def acts(at: FloatArray) -> BoolArray:
        return np.asarray(game.evaluate(formula, {**given, name: at}, shape) > 0, dtype=np.bool_)

    least, most = acts(low), acts(high)
    first, last = low, high
    for _ in range(_HALVINGS):
        middle = (first + last) / 2
        same = acts(middle) == least
        first, last = np.where(same, middle, first), np.where(same, last, middle)
    inside = np.where(most, high - first, first - low) / (high - low)
    return np.where(least == most, least.astype(np.float64), inside)


def _highest(
    game: CompiledCommitment, name: str, response: Response, given: Given, shape: tuple[int, ...]
) -> FloatArray:
    """Return the number that maximises a follower's payoff, by a mesh that is narrowed again and again."""
    assert response.payoff is not None
    low, high = (game.evaluate(bound, given, shape) for bound in response.bounds)
    first, last = low, high
    found = low
    share = np.linspace(0, 1, _ACTIONS).reshape(-1, *[1] * len(shape))
    for _ in range(_ZOOMS):
        mesh = first + share * (last - first)
        value = game.evaluate(response.payoff, {**given, name: mesh}, mesh.shape)
        best = np.where(np.isfinite(value), value, -np.inf).argmax(axis=0)[None]
        found = np.take_along_axis(mesh, best, axis=0)[0]
        step = (last - first) / (_ACTIONS - 1)
        first, last = np.maximum(found - step, low), np.minimum(found + step, high)
    return _steepest(game, derivative(response.payoff, name), {**given}, name, found, first, last)


def _steepest(
    game: CompiledCommitment,
    slope: Expr,
    given: dict[str, FloatArray],
    name: str,
    found: FloatArray,
    first: FloatArray,
    last: FloatArray,
) -> FloatArray:
    """Return where a slope falls through zero between two numbers, the number found where it does not."""

    def rises(at: FloatArray) -> BoolArray:
        return np.asarray(game.evaluate(slope, {**given, name: at}, at.shape) > 0, dtype=np.bool_)

    falls = rises(first) & ~rises(last)
    for _ in range(_HALVINGS):
        middle = (first + last) / 2
        up = rises(middle)
        first, last = np.where(up, middle, first), np.where(up, last, middle)
    return np.where(falls, (first + last) / 2, found)


def _are_best_replies(game: CompiledCommitment, chosen: Given, tolerance: float) -> BoolArray:
    """Say where (pairs,) every listed response is a best reply to what was fixed and to the later responses."""
    good = np.ones(game.size, dtype=np.bool_)
    for name, response in game.game.responses.items():
        value = chosen[name][None]
        given = {n: v[None] for n, v in chosen.items() if n != name}
        fitting = np.zeros(game.size, dtype=np.bool_)
        for reply, willing in _replies(game, name, response, given, 10 * tolerance):
            slack = 100 * tolerance if response.payoff is not None else tolerance
            near = np.abs(reply - value) <= slack * np.maximum(1.0, np.abs(value))
            fitting |= (near & willing)[0]
        good &= fitting
    return good
