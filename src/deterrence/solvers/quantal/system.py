"""The equations of a logit equilibrium: log-odds equal precision times payoff differences.

Unknowns are the log-odds of every action against the first of its player (or information set), so that
probabilities stay positive whatever the precision. All arrays end in the batch of games.
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import BoolArray, FloatArray

__all__ = ["LogitSystem", "is_finite", "odds", "probabilities"]

_LARGE: Final = 300.0  # log-odds below it have odds that do not overflow, nor do sums of them


class LogitSystem(Protocol):
    """The payoff differences of a batch of games as functions of log-odds.

    `unknowns` log-odds for each of `size` games; the first `leading` of them do not depend on each other, so that
    their block of the Jacobian is the identity. `scale` (size,) is the size of the payoff differences.
    """

    @property
    def unknowns(self) -> int:
        """The number of log-odds."""
        ...

    @property
    def leading(self) -> int:
        """The number of unknowns at the start that are not coupled with each other."""
        ...

    @property
    def size(self) -> int:
        """The number of games."""
        ...

    @property
    def scale(self) -> FloatArray:
        """The largest payoff difference of each game."""
        ...

    def gaps(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return payoff differences (unknowns, size) and their derivatives (unknowns, unknowns, size)."""
        ...

    def take(self, index: NDArray[np.intp] | slice) -> LogitSystem:
        """Return the system of some of the games."""
        ...


def probabilities(theta: FloatArray) -> FloatArray:
    """Return the probabilities (actions, games) that belong to log-odds (actions - 1, games)."""
    out = np.empty((theta.shape[0] + 1, theta.shape[1]))
    if theta.max(initial=0.0) < _LARGE:
        out[0] = 1
        np.exp(theta, out=out[1:])
    else:
        top = np.maximum(theta.max(axis=0, initial=0.0), 0.0)
        np.negative(top, out=out[0])
        np.subtract(theta, top, out=out[1:])
        np.exp(out, out=out)
    total = out[0].copy()
    for row in out[1:]:
        total += row
    out /= total
    return out


def odds(p: FloatArray) -> FloatArray:
    """Return the log-odds against the first action."""
    return np.asarray(np.log(p[1:]) - np.log(p[:1]))


def is_finite(numbers: FloatArray) -> BoolArray:
    """Say for which games all numbers (..., games) are finite."""
    return np.asarray(np.isfinite(numbers).reshape(-1, numbers.shape[-1]).all(axis=0))
