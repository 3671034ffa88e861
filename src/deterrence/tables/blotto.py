"""Colonel Blotto with forces that can be divided at will: shares and marginal distributions, where they are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import SolverError

__all__ = ["BlottoSolution", "colonel_blotto"]


@dataclass(frozen=True, eq=False, kw_only=True)
class BlottoSolution:
    """What both sides do on each field, and the weaker side's expected share of the fields.

    On a field the weaker side places nothing with probability `absent`, and else an amount uniform on [0, top]; the
    stronger side places `top` with probability `fixed`, else an amount uniform on [0, top]. `least` is the share that
    the weaker side's distribution guarantees whatever the other does, `most` what the stronger side's allows at best:
    where they agree (`certified`) the share is proved, given that amounts with these distributions can be drawn so that
    they sum to the forces, which is Roberson's theorem. NaN where `known` is false.
    """

    known: BoolArray
    top: FloatArray
    absent: FloatArray
    fixed: FloatArray
    least: FloatArray
    most: FloatArray

    @property
    def share(self) -> FloatArray:
        """The weaker side's share of the fields."""
        return (self.least + self.most) / 2

    @property
    def certified(self) -> BoolArray:
        """Where both bounds on the share agree."""
        return np.asarray(self.known & (np.abs(self.most - self.least) <= 1e-12), dtype=np.bool_)


def colonel_blotto(fields: int, weak: ArrayLike, strong: ArrayLike) -> BlottoSolution:
    """Return the equilibrium marginals of Colonel Blotto on at least three fields of equal worth, batched.

    The larger amount wins a field, and where amounts are equal the stronger side wins. Known are, for n fields, the
    ratios of forces from 2/n to 1, from 1/(n - 1) to 2/n, and below 1/n, where the weaker side wins nothing; between
    1/n and 1/(n - 1) the answer is left open here. Raises `SolverError` for fewer fields. After Roberson 2006.

    >>> found = colonel_blotto(3, 8, 12)
    >>> round(float(found.share), 9), bool(found.certified)
    (0.333333333, True)
    """
    if not isinstance(fields, int) or fields < 3:
        raise SolverError(f"{fields!r:.40} fields", remedy="a whole number of at least 3")
    A, B = (np.asarray(x, dtype=np.float64) for x in np.broadcast_arrays(weak, strong))
    with np.errstate(all="ignore"):
        ratio, n = A / B, fields
        usable = np.isfinite(A) & np.isfinite(B) & (A >= 0) & (B > 0) & (ratio <= 1)
        even, spread, overrun = ratio >= 2 / n, ratio >= 1 / (n - 1), ratio < 1 / n
        known = usable & (spread | overrun)
        top = np.select([even, spread], [2 * B / n, A], B / n)
        absent = np.select([even, spread], [1 - ratio, np.full(A.shape, 1 - 2 / n)], 1.0)
        fixed = np.select([even, spread], [np.zeros(A.shape), 2 * B / (n * A) - 1], 1.0)
        # Against the weaker side's distribution, which is concave, equal amounts win most fields.
        against = np.where(overrun, 1.0, absent + (1 - absent) * np.minimum(B / n / top, 1))
        # Against the stronger one's a field is won in proportion to the amount, up to the top, which ties.
        against_strong = np.where(overrun, 0.0, (1 - fixed) * A / n / top)
    nan = np.where(known, 0.0, np.nan)
    return BlottoSolution(
        known=np.asarray(known, dtype=np.bool_),
        top=top + nan,
        absent=absent + nan,
        fixed=fixed + nan,
        least=1 - against + nan,
        most=against_strong + nan,
    )
