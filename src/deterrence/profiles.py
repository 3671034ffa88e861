"""Strategy profiles in batches, and what a solver found: leading axes are points, then equilibria."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import combinations
from typing import Any, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.points import BoolArray, NumberArray, same
from deterrence.games import Tree

__all__ = [
    "ActionProfile",
    "Allocation",
    "Assessment",
    "Coalitions",
    "Commitment",
    "Completeness",
    "Constant",
    "CutoffProfile",
    "DiscountRange",
    "Found",
    "MarkovStrategy",
    "MixedProfile",
    "Move",
    "Profile",
    "ProfileT",
    "QuitTimes",
    "Structure",
    "join_found",
    "joined",
    "pad",
]


class Completeness(IntEnum):
    """How the list of equilibria at a point relates to the set of all equilibria of the concept.

    ALL: the whole set is described; SOME: there are, or may be, others, as the argument says; UNKNOWN: the
    method gives no statement.
    """

    ALL = 0
    SOME = 1
    UNKNOWN = 2


@dataclass(frozen=True)
class Move:
    """What a player does in one equilibrium: at an information set, for a type, in a state.

    `types` are the types that the mover knows, its own one bare; `where` names the information set or state, empty
    where there is only one. `names` are the actions and `values` their probabilities, NaN where the choice is left
    open; a move without names is one number, such as an effort or a cutoff.
    """

    player: str
    types: tuple[str, ...]
    where: str
    names: tuple[str, ...]
    values: NumberArray


class Profile(ABC):
    """Strategies of all players for a batch: every array is (points, equilibria, ...)."""

    @classmethod
    @abstractmethod
    def join(cls, parts: Sequence[Any], width: int) -> Self:
        """Return profiles of this kind, of blocks of points, as one batch padded to `width` equilibria."""

    @abstractmethod
    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield what every player does in one equilibrium, in the order in which it is shown."""


@dataclass(frozen=True)
class Assessment(Profile):
    """Behaviour strategies, and beliefs where they are determined, on a full tree.

    `strategy` is (points, equilibria, moves): probabilities of every (information set, action) pair, NaN where
    the profile leaves an unreached information set open. `beliefs` is (points, equilibria, members) over the
    members of all information sets in order, NaN where no play reaches; None when nobody needs them.
    """

    tree: Tree
    strategy: NumberArray
    beliefs: NumberArray | None = None

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch."""
        beliefs = [p.beliefs for p in parts if p.beliefs is not None]
        return cls(
            parts[0].tree,
            joined([p.strategy for p in parts], width),
            joined(beliefs, width) if len(beliefs) == len(parts) else None,
        )

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield the choices at all information sets, player by player and type by type."""
        players = self.tree.players
        for h in sorted(self.tree.information_sets, key=lambda h: (h.player, h.known)):
            chances = self.strategy[point, equilibrium, h.moves]
            yield Move(players[h.player], h.selectors(players), h.label, h.actions, chances)


@dataclass(frozen=True)
class MixedProfile(Profile):
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

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch; strategies are still made when first looked at."""
        return cls(parts[0].players, parts[0].actions, _Joined(tuple(parts), width))

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield the players' mixtures."""
        for player, actions, mixture in zip(self.players, self.actions, self.strategies, strict=True):
            yield Move(player, (), "", actions, mixture[point, equilibrium])

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by value, with the strategies made."""
        return (_made, (self.players, self.actions, self.strategies))


@dataclass(frozen=True)
class CutoffProfile(Profile):
    """Cutoffs of decisions with continuous types.

    `cutoffs` and `acts` are (points, equilibria, decisions): the type at which a decision changes, within the support
    of the types, and the probability of acting (NaN for signals about a state of diffuse prior). `slope` (points,
    equilibria) is the derivative of the best-reply map once around: below one in absolute value the equilibrium is
    `stable` under iterated best replies.
    """

    decisions: tuple[str, ...]
    players: tuple[str, ...]
    cutoffs: NumberArray
    acts: NumberArray
    slope: NumberArray

    @property
    def stable(self) -> BoolArray:
        """Where iterated best replies return to the equilibrium."""
        return np.asarray(np.abs(self.slope) < 1, dtype=np.bool_)

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch."""
        cutoffs, acts = (joined([getattr(p, name) for p in parts], width) for name in ("cutoffs", "acts"))
        return cls(parts[0].decisions, parts[0].players, cutoffs, acts, joined([p.slope for p in parts], width))

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield the cutoffs."""
        for i, (name, player) in enumerate(zip(self.decisions, self.players, strict=True)):
            yield Move(player, (), name, (), self.cutoffs[point, equilibrium, i : i + 1])


@dataclass(frozen=True)
class MarkovStrategy(Profile):
    """Mixtures in every state of a stochastic game.

    `mixtures` is (points, equilibria, triples): the probability of every (state, player, action), in that order;
    `choices` names the triples of one mixture each: state, player, actions.
    """

    choices: tuple[tuple[str, str, tuple[str, ...]], ...]
    mixtures: NumberArray

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch."""
        return cls(parts[0].choices, joined([p.mixtures for p in parts], width))

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield the mixtures, state by state."""
        place = 0
        for state, player, actions in self.choices:
            end = place + len(actions)
            yield Move(player, (), state, actions, self.mixtures[point, equilibrium, place:end])
            place = end


@dataclass(frozen=True)
class QuitTimes(Profile):
    """Distributions of the times at which two sides quit, on Chebyshev nodes from zero to the end of the play.

    `times` is (points, equilibria, nodes), `shares` (points, equilibria, players, nodes) the probability of having quit
    by then, first the atom at time zero; `horizon` (points, equilibria) is infinite where the play has no end.
    """

    players: tuple[str, ...]
    times: NumberArray
    shares: NumberArray
    horizon: NumberArray

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch."""
        rows = [joined([getattr(p, name) for p in parts], width) for name in ("times", "shares", "horizon")]
        return cls(parts[0].players, *rows)

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield what every side does: quit at once, later, or never (by the horizon)."""
        for i, player in enumerate(self.players):
            share = self.shares[point, equilibrium, i]
            chances = np.array([share[0], share[-1] - share[0], 1 - share[-1]])
            yield Move(player, (), "", ("quit at once", "quit later", "never quit"), chances)


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


ProfileT = TypeVar("ProfileT", bound=Profile)


@dataclass(frozen=True)
class Found(Generic[ProfileT]):
    """What a solver returns for a batch: profiles padded along the second axis, and how complete they are.

    `exists` is (points, equilibria); `completeness` holds a `Completeness` per point and `arguments` says by
    which argument, by value of completeness; `flagged` marks points where ties or near-ties make the answer
    depend on more than floating-point arithmetic can tell; `defined` where every formula has a value. `precision` is
    that of logit equilibria, for each place along the second axis.
    """

    profiles: ProfileT
    exists: BoolArray
    completeness: NDArray[np.int8]
    arguments: dict[Completeness, str]
    flagged: BoolArray
    defined: BoolArray
    precision: tuple[float, ...] = ()


def join_found(parts: Sequence[Found[ProfileT]]) -> Found[ProfileT]:
    """Return blocks of points as one batch, padded to the same number of equilibria."""
    if len(parts) == 1:
        return parts[0]
    width = max(part.exists.shape[1] for part in parts)
    return Found(
        type(parts[0].profiles).join([part.profiles for part in parts], width),
        joined([part.exists for part in parts], width),
        _concatenated([part.completeness for part in parts]),
        {key: text for part in parts for key, text in part.arguments.items()},
        _concatenated([part.flagged for part in parts]),
        _concatenated([part.defined for part in parts]),
        parts[0].precision,
    )


def _concatenated(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return one array; parts that are one value everywhere, the same one, stay so without a copy."""
    first = parts[0][:1]
    if all(part.strides == (0,) and part[:1] == first for part in parts):
        return same(first[0], (sum(part.size for part in parts),))
    return np.concatenate(parts)


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


@dataclass(frozen=True)
class ActionProfile(Profile):
    """One number for every player: `actions` is (points, equilibria, players), `of` what such a number is called."""

    of: str
    players: tuple[str, ...]
    actions: NumberArray

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch."""
        return cls(parts[0].of, parts[0].players, joined([part.actions for part in parts], width))

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield every player's number."""
        for player, action in zip(self.players, self.actions[point, equilibrium], strict=True):
            yield Move(player, (), self.of, (), np.asarray(action))


@dataclass(frozen=True)
class DiscountRange(Profile):
    """Ranges of discount factors with which an agreement is kept: `ranges` (points, ranges, 2), least and greatest."""

    ranges: NumberArray

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch."""
        return cls(joined([p.ranges for p in parts], width))

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield the least and the greatest discount factor of a range."""
        for end, value in zip(("least", "greatest"), self.ranges[point, equilibrium], strict=True):
            yield Move("all", (), f"{end} discount factor", (), np.asarray(value))


@dataclass(frozen=True)
class Commitment(Profile):
    """What the leader fixes and how others respond: `values` is (points, equilibria, names), `players` own them."""

    players: tuple[str, ...]
    names: tuple[str, ...]
    values: NumberArray

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch."""
        return cls(parts[0].players, parts[0].names, joined([part.values for part in parts], width))

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield the leader's numbers, then the responses."""
        for player, name, value in zip(self.players, self.names, self.values[point, equilibrium], strict=True):
            yield Move(player, (), name, (), np.asarray(value))


@dataclass(frozen=True)
class Allocation(Profile):
    """What every player gets, or pays: `amounts` is (points, equilibria, players), costs with a minus sign.

    `balance` holds, where the core is empty, weights (points, coalitions) of coalitions that prove it: they add up to
    one for every player, and the weighted worths exceed the worth of all together.
    """

    players: tuple[str, ...]
    amounts: NumberArray
    costs: bool = False
    balance: NumberArray | None = None

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch."""
        weights = [p.balance for p in parts if p.balance is not None]
        amounts = joined([part.amounts for part in parts], width)
        return cls(parts[0].players, amounts, parts[0].costs, np.concatenate(weights) if weights else None)

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield every player's share."""
        for player, amount in zip(self.players, self.amounts[point, equilibrium], strict=True):
            yield Move(player, (), "cost" if self.costs else "share", (), np.asarray(-amount if self.costs else amount))


@dataclass(frozen=True)
class Coalitions(Profile):
    """Coalitions: `members` (points, equilibria, players) says who belongs to them."""

    players: tuple[str, ...]
    members: BoolArray

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch."""
        return cls(parts[0].players, joined([part.members for part in parts], width))

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield for every player whether it is a member."""
        for player, belongs in zip(self.players, self.members[point, equilibrium], strict=True):
            yield Move(player, (), "", ("in", "out"), np.array([belongs, ~belongs], dtype=np.float64))


@dataclass(frozen=True)
class Structure(Profile):
    """Networks or partitions: `joined` (points, equilibria, pairs) says which pairs of players are joined."""

    players: tuple[str, ...]
    joined: BoolArray

    @classmethod
    def join(cls, parts: Sequence[Self], width: int) -> Self:
        """Return blocks of points as one batch."""
        return cls(parts[0].players, joined([part.joined for part in parts], width))

    def moves(self, point: int, equilibrium: int) -> Iterator[Move]:
        """Yield for every player whom it is joined to, one of the other players with certainty each."""
        held = dict(zip(combinations(self.players, 2), self.joined[point, equilibrium], strict=True))
        for player in self.players:
            partners = [other for other in self.players if held.get((player, other), held.get((other, player)))]
            yield Move(player, (), "", (f"with {', '.join(partners)}" if partners else "alone",), np.ones(1))
