"""The principal branch at some precisions, for a batch of any size: quick steps first, careful ones where needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import SolverError
from deterrence.solvers.quantal.arclength import trace
from deterrence.solvers.quantal.continuation import advance, at_zero
from deterrence.solvers.quantal.system import LogitSystem

__all__ = ["BranchPoints", "follow", "precisions"]

_NUMBERS: Final = 1 << 18  # of the Jacobian in a block: what fits a cache
MAX_UNKNOWNS: Final = 300
_FARTHEST: Final = 1e9  # log-odds to which a branch is followed with careful steps


@dataclass(frozen=True, eq=False)
class BranchPoints:
    """Log-odds (precisions, unknowns, games), where they were found, and for which games with careful steps."""

    theta: FloatArray
    found: BoolArray
    bent: BoolArray


def precisions(lam: float | Sequence[float]) -> tuple[float, ...]:
    """Return the precisions as a tuple; raise `SolverError` unless they are finite, not negative and increasing."""
    values = tuple(float(x) for x in np.atleast_1d(np.asarray(lam, dtype=np.float64)).tolist())
    sound = values and all(isfinite(x) and x >= 0 for x in values)
    if not sound or any(b <= a for a, b in pairwise(values)):
        raise SolverError(
            f"the precision lam is {lam!r:.60}", remedy="a number of at least 0, or several that increase"
        )
    return values


def follow(system: LogitSystem, targets: Sequence[float]) -> BranchPoints:
    """Return every game's principal branch where it first reaches the targets."""
    n, size = system.unknowns, system.size
    if n > MAX_UNKNOWNS:
        raise SolverError(f"{n} log-odds to determine", remedy=f"a game with at most {MAX_UNKNOWNS} actions in all")
    out = BranchPoints(
        np.zeros((len(targets), n, size)),
        np.zeros((len(targets), size), dtype=np.bool_),
        np.zeros(size, dtype=np.bool_),
    )
    reached = np.zeros(size)
    width = max(64, _NUMBERS // max(1, n * n))
    for start in range(0, size, width):
        _quick(system.take(slice(start, start + width)), targets, out, reached, slice(start, start + width))
    bent = np.flatnonzero(~out.found[-1])
    if bent.size:
        _careful(system.take(bent), targets, out, reached[bent], bent)
    return out


def _quick(system: LogitSystem, targets: Sequence[float], out: BranchPoints, reached: FloatArray, here: slice) -> None:
    track = at_zero(system)
    regular = np.isfinite(track.tangent).all(axis=0)
    for k, target in enumerate(targets):
        track, arrived = advance(system, track, np.full(system.size, target))
        regular &= arrived
        out.theta[k, :, here] = track.theta
        out.found[k, here] = regular
    reached[here] = track.lam


def _careful(
    system: LogitSystem, targets: Sequence[float], out: BranchPoints, reached: FloatArray, here: NDArray[np.intp]
) -> None:
    usable = np.isfinite(at_zero(system).tangent).all(axis=0) & (system.scale <= _FARTHEST / max(targets[-1], 1e-9))
    if not usable.any():
        return
    part = here[usable]
    theta, found = trace(system.take(np.flatnonzero(usable)), reached[usable], targets)
    missing = ~out.found[:, part]
    out.theta[:, :, part] = np.where(missing[:, None], theta, out.theta[:, :, part])
    out.found[:, part] |= found
    out.bent[part] = True
