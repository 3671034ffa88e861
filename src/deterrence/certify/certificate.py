"""What a checker says about the equilibria of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import numpy as np

from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.outcomes.blocks import Block, blank

__all__ = ["TOLERANCE", "Certificate"]

TOLERANCE: Final = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Certificate:
    """The verdict of a checker on every equilibrium of a batch.

    `gain` (points, equilibria) is the largest unilateral gain found, in payoff units, NaN where there is nothing
    to check or the strategies are not numbers. `passed` says whether everything that `method` names holds: no
    player gains more than `tolerance` times its largest payoff at that point, and probabilities are right to
    within `tolerance`. At exact points the tolerance is zero and gains are Fractions. `absent` (points,) says, where
    the finder gave a proof that there is no equilibrium, whether that holds; None where proofs are not given.
    `violations` gives, of requirements on beliefs that the checker measures, by how much any equilibrium misses each
    at most, in probability.
    """

    gain: NumberArray
    passed: BoolArray
    exists: BoolArray
    tolerance: float
    method: str
    exact: bool
    absent: BoolArray | None = None
    violations: Mapping[str, float | Fraction] = field(default_factory=dict)

    @property
    def worst(self) -> float | Fraction:
        """The largest gain over all equilibria, NaN when there is none."""
        known = self.gain[self.gain == self.gain]
        worst: Any = known.max() if known.size else float("nan")
        return worst if isinstance(worst, Fraction) else float(worst)

    @classmethod
    def join(cls, parts: Sequence[Certificate], equilibria: int) -> Certificate:
        """Return the certificates of blocks of points as one, padded to a number of equilibria."""
        gains = [padded(part.gain, equilibria, np.nan) for part in parts]
        return cls(
            gain=np.concatenate(gains),
            passed=np.concatenate([padded(part.passed, equilibria, False) for part in parts]),
            exists=np.concatenate([padded(part.exists, equilibria, False) for part in parts]),
            tolerance=parts[0].tolerance,
            method=parts[0].method,
            exact=parts[0].exact,
            absent=None if any(part.absent is None for part in parts) else _concatenated(parts),
            violations=_worst([part.violations for part in parts]),
        )

    @property
    def sound(self) -> BoolArray:
        """Whether, at each point, every equilibrium that exists passed, and so did a proof that none does."""
        good = np.asarray((self.passed | ~self.exists).all(axis=1))
        return good if self.absent is None else good & self.absent

    @property
    def holds(self) -> bool:
        """Whether everything passed at all points."""
        return bool(self.sound.all())


def _worst(parts: Sequence[Mapping[str, float | Fraction]]) -> dict[str, float | Fraction]:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: max(part[name] for part in parts if name in part) for name in names}


def _concatenated(parts: Sequence[Certificate]) -> BoolArray:
    return np.concatenate([part.absent for part in parts if part.absent is not None])


def padded(numbers: NumberArray, width: int, filler: float) -> NumberArray:
    """Return (points, equilibria) filled up to a number of equilibria."""
    missing = width - numbers.shape[1]
    return np.pad(numbers, [(0, 0), (0, missing)], constant_values=filler) if missing else numbers


class Draft:
    """A certificate in the making, written block by block."""

    def __init__(self, exists: BoolArray, *, tolerance: float, exact: bool) -> None:
        self.exists = exists
        self.exact = exact
        self.tolerance = 0.0 if exact else tolerance
        self.gain = blank(*exists.shape, exact=exact)
        self.passed: BoolArray = np.zeros(exists.shape[::-1], dtype=np.bool_).T
        self.violations: dict[str, float | Fraction] = {}

    def note(self, name: str, missed: NumberArray) -> None:
        """Enter by how much (pairs,) the equilibria of a block miss a requirement."""
        known = missed[missed == missed]
        if known.size:
            worst = known.max() if self.exact else float(known.max())
            self.violations[name] = max(self.violations.get(name, worst), worst)

    def write(self, block: Block, gain: NumberArray, passed: BoolArray) -> None:
        """Enter the largest gain of each pair of a block, and whether everything is right there."""
        block.put(self.gain, gain)
        block.put(self.passed, passed)
        if isinstance(block.slot, int):  # a slot as a whole, which may have gaps
            gaps = ~self.exists[block.point, block.slot]
            self.gain[block.point, block.slot][gaps] = np.nan
            self.passed[block.point, block.slot][gaps] = False

    def certificate(self, method: str) -> Certificate:
        """Return the certificate, with entries only where an equilibrium exists."""
        return Certificate(
            gain=self.gain,
            passed=self.passed,
            exists=self.exists,
            tolerance=self.tolerance,
            method=method,
            exact=self.exact,
            violations=self.violations,
        )


def is_distribution(probabilities: NumberArray, tolerance: float) -> BoolArray:
    """Say where numbers (actions, ...) are a probability distribution; never where one is NaN."""
    total = probabilities.sum(axis=0)
    off = np.abs(total - 1)
    return np.asarray((probabilities.min(axis=0) >= -tolerance) & (off <= tolerance), dtype=np.bool_)
