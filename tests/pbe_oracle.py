"""Perfect Bayesian equilibria of small games with numbers, by brute force over supports, in plain fractions.

A Sender with two types sends one of two messages, a Receiver answers with one of two actions. Where the Receiver sees
the message, its belief after a message that nobody sends is free; where it does not, both move at the same time. In
either case the Sender's conditions are linear in the Receiver's probabilities and the Receiver's, multiplied by the
probability of the message, in the Sender's. So every support has a product of two polygons as its equilibria, and
polygons are found from their corners.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import TypeAlias

__all__ = ["SUPPORTS", "Component", "Signalling", "components", "is_equilibrium"]

Number: TypeAlias = Fraction
Table: TypeAlias = tuple[tuple[tuple[Number, Number], tuple[Number, Number]], ...]  # by type, message, action
Support: TypeAlias = tuple[int, ...]
Pair: TypeAlias = tuple[Number, Number]
SUPPORTS: tuple[Support, ...] = ((0,), (1,), (0, 1))


@dataclass(frozen=True)
class Line:
    """The condition `a*u + b*v + c >= 0` on two probabilities, or `== 0`, or `> 0`."""

    a: Number
    b: Number
    c: Number
    kind: str = ">="

    def value(self, at: Pair) -> Number:
        return self.a * at[0] + self.b * at[1] + self.c

    def holds(self, at: Pair, *, closed: bool = False) -> bool:
        value = self.value(at)
        if self.kind == "==":
            return value == 0
        return value > 0 if self.kind == ">" and not closed else value >= 0


@dataclass(frozen=True)
class Signalling:
    """A game by its numbers: prior of type 0, payoffs by type, message, action; does the Receiver see the message?"""

    prior: Number
    sender: Table
    receiver: Table
    observed: bool = True

    def gain(self, t: int, message: int) -> Number:
        """Return what action 1 is worth to the Receiver beyond action 0."""
        return self.receiver[t][message][1] - self.receiver[t][message][0]

    def weight(self, t: int) -> Number:
        return self.prior if t == 0 else 1 - self.prior


@dataclass(frozen=True)
class Component:
    """All equilibria of one support: both probabilities of each side satisfy its lines.

    `senders` and `receivers` are the corners of the sets of (P(message 1 | type 0), P(message 1 | type 1)) and of
    (P(action 1 | message 0), P(action 1 | message 1)). `beliefs` are the ends of the interval of the belief in type 0
    by message, None where Bayes' rule gives it or the message is not observed.
    """

    support: tuple[Support, ...]
    lines: tuple[tuple[Line, ...], tuple[Line, ...]]
    senders: tuple[Pair, ...]
    receivers: tuple[Pair, ...]
    beliefs: tuple[Pair | None, Pair | None]


def components(game: Signalling) -> list[Component]:
    """Return the equilibria of every support that has any. Supports: of both types, then after both messages."""
    found: list[Component] = []
    for support in product(SUPPORTS, repeat=4):
        if not game.observed and support[2] != support[3]:
            continue
        beliefs = [_belief(game, support, message) for message in (0, 1)]
        if () in beliefs:
            continue
        lines = (
            (*_shape(support[:2]), *_receiver_lines(game, support)),
            (*_shape(support[2:]), *_same(game), *_sender_lines(game, support)),
        )
        senders = _polygon(lines[0])
        receivers = senders and _polygon(lines[1])
        if receivers:
            free = [None if b is None else (b[0], b[1]) for b in beliefs]
            found.append(Component(support, lines, senders, receivers, (free[0], free[1])))
    return found


def is_equilibrium(game: Signalling, sends: Pair, answers: Pair) -> bool:
    """Say whether the probabilities are an equilibrium with some beliefs, straight from the definition."""
    support = tuple(tuple(a for a in (0, 1) if (q, 1 - q)[1 - a] > 0) for q in (*sends, *answers))
    if not game.observed and answers[0] != answers[1]:
        return False
    lines = [*_shape(support[:2]), *_receiver_lines(game, support)]
    others = [*_shape(support[2:]), *_sender_lines(game, support)]
    if not all(line.holds(sends) for line in lines) or not all(line.holds(answers) for line in others):
        return False
    return all(_belief(game, support, message) != () for message in (0, 1))


def _shape(supports: Sequence[Support]) -> Iterator[Line]:
    """Yield what two supports say of the probabilities of the second choices."""
    for place, support in enumerate(supports):
        a, b = Fraction(place == 0), Fraction(place == 1)
        if support == (0, 1):
            yield from (Line(a, b, Fraction(0), ">"), Line(-a, -b, Fraction(1), ">"))
        else:
            yield Line(a, b, Fraction(-support[0]), "==")


def _same(game: Signalling) -> Iterator[Line]:
    if not game.observed:
        yield Line(Fraction(1), Fraction(-1), Fraction(0), "==")


def _sender_lines(game: Signalling, support: Sequence[Support]) -> Iterator[Line]:
    """Yield that no type gains by the other message: message 1 minus message 0, linear in the answers."""
    for t in (0, 1):
        (low, high), (left, right) = game.sender[t]
        sides = {(0,): -1, (1,): 1, (0, 1): 1}
        sign = sides[tuple(support[t])]
        kind = "==" if len(support[t]) == 2 else ">="
        yield Line(-sign * (high - low), sign * (right - left), sign * (left - low), kind)


def _receiver_lines(game: Signalling, support: Sequence[Support]) -> Iterator[Line]:
    """Yield that the Receiver's actions are best replies, each condition times the probability of what it knows."""
    parts = [_expected_gain(game, message) for message in (0, 1)]
    if not game.observed:
        yield _answer(support[2], [x + y for x, y in zip(*parts, strict=True)])
        return
    for message, part in enumerate(parts):
        if any(message in support[t] for t in (0, 1)):
            yield _answer(support[2 + message], part)


def _expected_gain(game: Signalling, message: int) -> list[Number]:
    """Return a, b, c with `a*x0 + b*x1 + c` the gain from action 1 times the probability of the message."""
    gains = [game.weight(t) * game.gain(t, message) for t in (0, 1)]
    return [gains[0], gains[1], Fraction(0)] if message == 1 else [-gains[0], -gains[1], gains[0] + gains[1]]


def _answer(support: Support, part: Sequence[Number]) -> Line:
    sign = -1 if tuple(support) == (0,) else 1
    return Line(sign * part[0], sign * part[1], sign * part[2], "==" if len(support) == 2 else ">=")


def _belief(game: Signalling, support: Sequence[Support], message: int) -> tuple[Number, ...] | None:
    """Return the interval of beliefs after a message that nobody sends, () where no belief will do."""
    if not game.observed or any(message in support[t] for t in (0, 1)):
        return None
    line = _answer(
        support[2 + message], [game.gain(0, message) - game.gain(1, message), Fraction(0), game.gain(1, message)]
    )
    ends = [Fraction(0), Fraction(1)]
    if line.a:
        ends.append(-line.c / line.a)
    good = sorted(b for b in ends if 0 <= b <= 1 and line.holds((b, Fraction(0))))
    return (good[0], good[-1]) if good else ()


def _polygon(lines: Sequence[Line]) -> tuple[Pair, ...]:
    """Return the corners of the closure, () where no point satisfies the strict conditions too.

    The mean of the corners satisfies every strict condition that any point of the set satisfies.
    """
    corners = {at for at in _crossings(lines) if all(line.holds(at, closed=True) for line in lines)}
    if not corners:
        return ()
    size = len(corners)
    middle = (sum((x for x, _ in corners), Fraction(0)) / size, sum((y for _, y in corners), Fraction(0)) / size)
    return tuple(sorted(corners)) if all(line.holds(middle) for line in lines) else ()


def _crossings(lines: Sequence[Line]) -> Iterator[Pair]:
    """Yield where two lines cross; the bounds of the probabilities are always among the lines."""
    for one, two in combinations(lines, 2):
        determinant = one.a * two.b - two.a * one.b
        if determinant:
            yield (
                (one.b * two.c - two.b * one.c) / determinant,
                (two.a * one.c - one.a * two.c) / determinant,
            )
