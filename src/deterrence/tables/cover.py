"""Security games of any size: which targets to cover with which probabilities, in closed form and batched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deterrence.certify.cover import certify_cover
from deterrence.compiled.points import BoolArray, FloatArray
from deterrence.errors import SolverError

__all__ = ["SecurityCover", "security_cover"]


@dataclass(frozen=True, eq=False, kw_only=True)
class SecurityCover:
    """The Defender's best announcement: `cover` (..., targets), and the Attacker's reply `target` (...), -1 for none.

    `attacker` and `defender` are what they expect, `certified` whether independent code confirms both. Where an input
    is not usable (not finite, or a value that is not positive) numbers are NaN and nothing is certified.
    """

    cover: FloatArray
    target: NDArray[np.intp]
    attacker: FloatArray
    defender: FloatArray
    certified: BoolArray


def security_cover(
    value: ArrayLike, loss: ArrayLike, resources: ArrayLike = 1, *, cost: ArrayLike = 0
) -> SecurityCover:
    """Return the strong Stackelberg equilibrium of a security game at many points at once.

    A strike on target i yields `value` to the Attacker and costs the Defender `loss` unless i is covered; it costs the
    Attacker `cost` in any case. Both arrays are (..., targets); `resources`, the expected number of targets covered,
    and `cost` broadcast against (...). Equally attractive targets share the cover (water-filling): with values sorted
    downwards, the attraction is the largest over k of (k - resources)/(sum of 1/value over the first k), at least 0.
    Resources need not be whole numbers; whole ones are the games of the family `security-game`. After Kiekintveld and
    others 2009. Raises `SolverError` for shapes that do not fit.

    >>> found = security_cover([10, 6, 3], [10, 6, 3])
    >>> found.cover.round(3).tolist(), float(found.attacker)
    ([0.625, 0.375, 0.0], 3.75)
    """
    try:
        v, d = np.broadcast_arrays(np.asarray(value, dtype=np.float64), np.asarray(loss, dtype=np.float64))
        m, k, _ = np.broadcast_arrays(np.asarray(resources, float), np.asarray(cost, float), v[..., 0])
    except (ValueError, IndexError) as error:
        raise SolverError(
            "the shapes of the security game do not fit", remedy="pass value and loss (..., targets)"
        ) from error
    v, d = (np.broadcast_to(x, (*m.shape, v.shape[-1])) for x in (v, d))
    usable = np.isfinite(v + d).all(axis=-1) & np.isfinite(m + k) & (v > 0).all(axis=-1) & (d >= 0).all(axis=-1)
    usable &= (m >= 0) & (k >= 0)
    v, d = (np.where(usable[..., None], x, 1.0) for x in (v, d))
    m, k = (np.where(usable, x, 0.0) for x in (m, k))
    falling = -np.sort(-v, axis=-1)
    count = np.arange(1, v.shape[-1] + 1)
    attraction = np.maximum(((count - m[..., None]) / np.cumsum(1 / falling, axis=-1)).max(axis=-1), 0)
    cover = np.clip(1 - attraction[..., None] / v, 0, 1)
    # A target whose value is the attraction itself is uncovered and yet as good as the others.
    attractive = v >= attraction[..., None] * (1 - 1e-12)
    harm = np.where(attractive, (1 - cover) * d, np.inf)
    deterred = attraction <= k
    target = np.where(deterred, -1, harm.argmin(axis=-1))
    defender = np.where(deterred, 0.0, -harm.min(axis=-1))
    sound = certify_cover(v, d, m, k, cover, target, defender)
    nan = np.where(usable, 0.0, np.nan)
    return SecurityCover(
        cover=cover + nan[..., None],
        target=target,
        attacker=np.where(deterred, 0.0, attraction - k) + nan,
        defender=defender + nan,
        certified=np.asarray(sound & usable, dtype=np.bool_),
    )
