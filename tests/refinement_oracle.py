"""Refinements of signalling games with numbers, by trying out replies, in plain fractions.

A Sender with some types sends a message; a Receiver, with types of its own or without, answers 0 or 1. Everyone's
payoff from an answer is linear in the probability of the answer 1. The rational replies to a message, over all beliefs
about the Sender, form straight pieces: along each one type of the Receiver is indifferent and goes from one answer to
the other. On a piece every comparison of payoffs is linear, so trying its ends, the points where a type of the Sender
is exactly as well off as in the equilibrium, and the points between these decides everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

__all__ = ["Game", "fails_intuitive", "is_defeated", "struck"]

Reply = tuple[Fraction, ...]  # probability of the answer 1, by type of the Receiver
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Game:
    """Payoffs by type of the Sender, type of the Receiver, message and answer; the Receiver's prior by its type."""

    prior: tuple[Fraction, ...]
    odds: tuple[Fraction, ...]
    sender: tuple[tuple[tuple[tuple[Fraction, Fraction], ...], ...], ...]
    receiver: tuple[tuple[tuple[tuple[Fraction, Fraction], ...], ...], ...]

    @property
    def types(self) -> range:
        return range(len(self.prior))

    def worth(self, t: int, message: int, reply: Reply) -> Fraction:
        """Return what a message is worth to a type of the Sender."""
        total = ZERO
        for r, (chance, x) in enumerate(zip(self.odds, reply, strict=True)):
            low, high = self.sender[t][r][message]
            total += chance * (low + x * (high - low))
        return total

    def urge(self, r: int, message: int, t: int) -> Fraction:
        """Return what the answer 1 is worth to a type of the Receiver beyond 0, against a type of the Sender."""
        low, high = self.receiver[t][r][message]
        return high - low


def pieces(game: Game, message: int, believed: Iterable[int]) -> Iterator[tuple[Reply, Reply]]:
    """Yield the ends of pieces that make up the replies that are rational for some belief in the given types."""
    types = tuple(believed)
    if len(types) == 1 or len(game.odds) == 1:
        yield from _box(game, message, types)
    for pair in combinations(types, 2) if len(game.odds) > 1 else ():
        yield from _along(game, message, *pair)


def _box(game: Game, message: int, types: tuple[int, ...]) -> Iterator[tuple[Reply, Reply]]:
    """Yield the replies to one type for certain, or those of a single Receiver to any belief in the types."""
    low: list[Fraction] = []
    high: list[Fraction] = []
    for r in range(len(game.odds)):
        urges = [game.urge(r, message, t) for t in types]
        low.append(ZERO if min(urges) <= 0 else ONE)
        high.append(ONE if max(urges) >= 0 else ZERO)
    yield tuple(low), tuple(high)


def _along(game: Game, message: int, one: int, two: int) -> Iterator[tuple[Reply, Reply]]:
    """Yield the replies as the belief in the first of two types grows; no two types of the Receiver turn at once."""
    turns: dict[int, Fraction] = {}
    for r in range(len(game.odds)):
        first, second = game.urge(r, message, one), game.urge(r, message, two)
        if first != second and 0 <= second / (second - first) <= 1:
            turns[r] = second / (second - first)
    marks = sorted({ZERO, ONE, *turns.values()})
    for belief in [*marks, *((a + b) / 2 for a, b in pairwise(marks))]:
        urges = [
            belief * game.urge(r, message, one) + (1 - belief) * game.urge(r, message, two)
            for r in range(len(game.odds))
        ]
        if sum(urge == 0 for urge in urges) > 1:
            raise ValueError("two types of the Receiver are indifferent at once")
        yield tuple(ONE if u > 0 else ZERO for u in urges), tuple(ONE if u >= 0 else ZERO for u in urges)


def tried(game: Game, message: int, believed: Iterable[int], usual: Sequence[Fraction]) -> list[Reply]:
    """Return replies on which every comparison with the equilibrium payoffs is decided."""
    found: list[Reply] = []
    for low, high in pieces(game, message, believed):
        places = {ZERO, ONE}
        for t in game.types:
            start, end = game.worth(t, message, low), game.worth(t, message, high)
            if start != end and 0 < (usual[t] - start) / (end - start) < 1:
                places.add((usual[t] - start) / (end - start))
        marks = sorted(places)
        marks += [(a + b) / 2 for a, b in pairwise(marks)]
        found += [tuple(a + at * (b - a) for a, b in zip(low, high, strict=True)) for at in marks]
    return found


def struck(game: Game, message: int, usual: Sequence[Fraction]) -> set[int]:
    """Return the types that D1 strikes after a message, nobody where it strikes all."""
    replies = tried(game, message, game.types, usual)
    gain = {t: [game.worth(t, message, x) - usual[t] for x in replies] for t in game.types}
    out = {
        t
        for t in game.types
        for u in game.types
        if u != t and max(gain[u]) > 0 and all(b > 0 for a, b in zip(gain[t], gain[u], strict=True) if a >= 0)
    }
    return set() if len(out) == len(game.types) else out


def fails_intuitive(game: Game, message: int, usual: Sequence[Fraction]) -> bool:
    """Say whether some type gains whatever is replied to the types that are not dominated."""
    replies = tried(game, message, game.types, usual)
    left = [t for t in game.types if any(game.worth(t, message, x) >= usual[t] for x in replies)]
    if not left or len(left) == len(game.types):
        return False
    others = tried(game, message, left, usual)
    return any(all(game.worth(t, message, x) > usual[t] for x in others) for t in left)


def is_defeated(
    prior: Sequence[Fraction],
    usual: Sequence[Fraction],
    belief: Sequence[Fraction],
    better: Sequence[Fraction],
    sends: Sequence[Fraction],
) -> bool:
    """Say whether an equilibrium falls to another by a message that only the other has types send.

    `usual` and `better` are payoffs in the two, `belief` that of the first after the message, `sends` the probabilities
    with which the types send it in the second.
    """
    senders = [t for t, q in enumerate(sends) if q > 0]
    gaining = [t for t in senders if better[t] > usual[t]]
    if not gaining or any(better[t] < usual[t] for t in senders):
        return False
    scale = belief[gaining[0]] / (prior[gaining[0]] * sends[gaining[0]])
    for t, b in enumerate(belief):
        most = scale * prior[t] * sends[t]
        if b > most or (t in gaining and b != most):
            return True
    return False
