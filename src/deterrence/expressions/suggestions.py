"""Did you mean: the nearest known name, found at bounded cost even among hostile names."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import accumulate
from typing import Final

__all__ = ["did_you_mean"]

_COMPARED: Final = 64  # characters of a name that are compared
_SHOWN: Final = 200  # characters of a name that are shown
_LISTED: Final = 12
_MATCHING_COST: Final = 60_000  # characters against characters


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return advice for an unknown name: the nearest known one, or the first few when none is near.

    >>> did_you_mean("c_SX", ["c_DC", "p", "c_SQ_0"])
    "did you mean 'c_SQ_0'?"
    >>> did_you_mean("zebra", ["c_DC", "two words"])
    "known: c_DC, 'two words'"
    """
    names = [other[:_SHOWN] for other in known]
    if not names:
        return "none is defined"
    short = [other[:_COMPARED] for other in names]
    cost = accumulate(len(name[:_COMPARED]) * len(other) for other in short)
    compared = [other for other, so_far in zip(short, cost, strict=True) if so_far <= _MATCHING_COST]
    close = get_close_matches(name[:_COMPARED], compared, n=1)
    if close:
        return f"did you mean {names[short.index(close[0])]!a}?"
    shown = (other if other.isascii() and not set(other) & set(" ,;'\"") else ascii(other) for other in names[:_LISTED])
    return f"known: {', '.join(shown)}{', ...' if len(names) > _LISTED else ''}"
