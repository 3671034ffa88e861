"""Did you mean: the nearest known name, found at bounded cost even among hostile names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import accumulate
from typing import Final

__all__ = ["did_you_mean"]

_LONGEST: Final = 64
_MATCHING_COST: Final = 60_000  # characters against characters


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return advice for an unknown name: the nearest known one, or the first few when none is near.

    >>> did_you_mean("c_SX", ["c_DC", "p", "c_SQ_0"])
    "did you mean 'c_SQ_0'?"
    """
    names = [other[:_LONGEST] for other in known]
    if not names:
        return "no names here"
    cost = accumulate(len(name[:_LONGEST]) * len(other) for other in names)
    compared = [other for other, so_far in zip(names, cost, strict=True) if so_far <= _MATCHING_COST]
    close = get_close_matches(name[:_LONGEST], compared, n=1)
    if close:
        return f"did you mean {close[0]!a}?"
    return f"known names: {', '.join(map(ascii, names[:8]))}{', ...' if len(names) > 8 else ''}"
