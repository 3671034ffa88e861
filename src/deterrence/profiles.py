"""Strategy profiles in batches, and what a solver found: leading axes are points, then equilibria."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.games import Tree

__all__ = ["Assessment", "Completeness", "Constant", "Found", "MixedProfile", "ProfileT", "join_found", "joined", "pad"]


class Completeness(IntEnum):
    """How the list of equilibria at a point relates to the set of all equilibria of the concept.

    ALL: the whole set is described; SOME: there are, or may be, others, as the argument says; UNKNOWN: the
    method gives no statement.
    """

    ALL = 0
    SOME = 1
    UNKNOWN = 2


@dataclass(frozen=True)
class Assessment:
    """Behaviour strategies, and beliefs where they are determined, on a full tree.

    `strategy` is (points, equilibria, moves): probabilities of every (information set, action) pair, NaN where
    the profile leaves an unreached information set open. `beliefs` is (points, equilibria, members) over the
    members of all information sets in order, NaN where no play reaches; None when nobody needs them.
    """

    tree: Tree
    strategy: NumberArray
    beliefs: NumberArray | None = None


@dataclass(frozen=True)
class MixedProfile:
    """Mixed strategies of a strategic game, made when first looked at.

    `strategies[i]` is (points, equilibria, actions of player i).
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    make: Callable[[], tuple[NumberArray, ...]]

    @cached_property
    def strategies(self) -> tuple[NumberArray, ...]:
        """The mixed strategies, one array per player."""
        return self.make()

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by value, with the strategies made."""
        return (_made, (self.players, self.actions, self.strategies))


def _made(
    players: tuple[str, ...], actions: tuple[tuple[str, ...], ...], strategies: tuple[NumberArray, ...]
) -> MixedProfile:
    return MixedProfile(players, actions, Constant(strategies))


@dataclass(frozen=True)
class Constant:
    """A function without arguments that returns what it was given."""

    value: tuple[NumberArray, ...]

    def __call__(self) -> tuple[NumberArray, ...]:
        """Return the value."""
        return self.value


@dataclass(frozen=True)
class _Joined:
    """The strategies of several blocks of points as one batch."""

    parts: tuple[MixedProfile, ...]
    width: int

    def __call__(self) -> tuple[NumberArray, ...]:
        """Return the joined strategies."""
        blocks = zip(*(part.strategies for part in self.parts), strict=True)
        return tuple(joined(block, self.width) for block in blocks)


ProfileT = TypeVar("ProfileT", Assessment, MixedProfile)


@dataclass(frozen=True)
class Found(Generic[ProfileT]):
    """What a solver returns for a batch: profiles padded along the second axis, and how complete they are.

    `exists` is (points, equilibria); `completeness` holds a `Completeness` per point and `arguments` says by
    which argument, by value of completeness; `flagged` marks points where ties or near-ties make the answer
    depend on more than floating-point arithmetic can tell; `defined` where every formula has a value.
    """

    profiles: ProfileT
    exists: BoolArray
    completeness: NDArray[np.int8]
    arguments: dict[Completeness, str]
    flagged: BoolArray
    defined: BoolArray


def join_found(parts: Sequence[Found[ProfileT]]) -> Found[ProfileT]:
    """Return blocks of points as one batch, padded to the same number of equilibria."""
    if len(parts) == 1:
        return parts[0]
    width = max(part.exists.shape[1] for part in parts)
    profile = _join_profiles([part.profiles for part in parts], width)
    return Found(
        cast("ProfileT", profile),  # of the kind of the parts
        joined([part.exists for part in parts], width),
        np.concatenate([part.completeness for part in parts]),
        {key: text for part in parts for key, text in part.arguments.items()},
        np.concatenate([part.flagged for part in parts]),
        np.concatenate([part.defined for part in parts]),
    )


def _join_profiles(profiles: Sequence[Assessment | MixedProfile], width: int) -> Assessment | MixedProfile:
    first = profiles[0]
    if isinstance(first, MixedProfile):
        parts = tuple(p for p in profiles if isinstance(p, MixedProfile))
        return MixedProfile(first.players, first.actions, _Joined(parts, width))
    trees = [p for p in profiles if isinstance(p, Assessment)]
    beliefs = [p.beliefs for p in trees if p.beliefs is not None]
    return Assessment(
        first.tree,
        joined([p.strategy for p in trees], width),
        joined(beliefs, width) if len(beliefs) == len(trees) else None,
    )


def joined(parts: Sequence[NumberArray], width: int) -> NumberArray:
    """Return arrays (points, equilibria, ...) as one, the points contiguous underneath, padded to `width`."""
    size = sum(part.shape[0] for part in parts)
    out = np.zeros((width, *parts[0].shape[2:], size), dtype=parts[0].dtype)
    start = 0
    for part in parts:
        out[: part.shape[1], ..., start : start + part.shape[0]] = np.moveaxis(part, 0, -1)
        start += part.shape[0]
    return np.moveaxis(out, -1, 0)


def pad(array: NumberArray, width: int) -> NumberArray:
    """Return the array with its second axis filled up to `width` (zeros, False)."""
    missing = width - array.shape[1]
    return np.pad(array, [(0, 0), (0, missing), *([(0, 0)] * (array.ndim - 2))]) if missing else array
