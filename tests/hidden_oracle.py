"""Pure equilibria of small games with hidden actions, by brute force over profiles, beliefs and orders of trembles.

A moves `out`, `x` or `y`; B, who does not see which, answers `l` or `r`; at two of the four places that follow, a last
mover who cannot tell them apart answers `L` or `R`. Beliefs are the probabilities of the first of two nodes, and what
they must satisfy is an interval for each. Under sequential equilibrium orders from one to four are tried for every move
that is not played; the coefficients are free, so beliefs are tied only where both pairs of nodes differ by the same
moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TypeAlias

__all__ = ["PLACES", "Hidden", "Profile", "equilibria"]

Place: TypeAlias = tuple[str, str]  # what A and B did
Profile: TypeAlias = tuple[str, str, str]  # of A, of B, of the last mover
Interval: TypeAlias = tuple[Fraction, Fraction] | None
Payoffs: TypeAlias = tuple[Fraction, ...]

ALL: Interval = (Fraction(0), Fraction(1))
PLACES: tuple[Place, ...] = tuple(product("xy", "lr"))


@dataclass(frozen=True)
class Hidden:
    """A game by its numbers: payoffs of A, B and C after `out`, and after each place (and last answer)."""

    out: Payoffs
    ends: Mapping[tuple[str, ...], Payoffs]
    last: tuple[Place, Place]
    mover: int  # of the last answer: 1 for B, 2 for C

    def payoff(self, player: int, a: str, b: str, c: str) -> Fraction:
        """Return what a player gets."""
        if a == "out":
            return self.out[player]
        return self.ends[(a, b, c) if (a, b) in self.last else (a, b)][player]


def equilibria(game: Hidden, concept: str) -> set[Profile]:
    """Return the pure equilibria under `weak-pbe` or `sequential`."""
    profiles: Iterator[Profile] = product(("out", "x", "y"), "lr", "LR")
    return {p for p in profiles if _first(game, p) and any(_supported(game, p, b) for b in _beliefs(game, p, concept))}


def _first(game: Hidden, profile: Profile) -> bool:
    a, b, c = profile
    return all(game.payoff(0, a, b, c) >= game.payoff(0, other, b, c) for other in ("out", "x", "y"))


def _supported(game: Hidden, profile: Profile, beliefs: tuple[Interval, Interval, bool]) -> bool:
    """Say whether beliefs in the given intervals, tied or not, make both answers right."""
    second, third, tied = beliefs
    second = _meet(second, _second(game, profile))
    third = _meet(third, _third(game, profile))
    return _meet(second, third) is not None if tied else second is not None and third is not None


def _second(game: Hidden, profile: Profile) -> Interval:
    """Return the beliefs in `x` under which B, who may also move last, has no better plan."""
    _, b, c = profile
    found = ALL
    for other in product("lr", "LR" if game.mover == 1 else (c,)):
        gains = [game.payoff(1, a, b, c) - game.payoff(1, a, *other) for a in "xy"]
        found = _meet(found, _half(*gains))
    return found


def _third(game: Hidden, profile: Profile) -> Interval:
    """Return the beliefs in the first place under which the last answer is right."""
    c, other = profile[2], "LR".replace(profile[2], "")
    gains = [game.payoff(game.mover, *p, c) - game.payoff(game.mover, *p, other) for p in game.last]
    return _half(*gains)


def _half(first: Fraction, second: Fraction) -> Interval:
    """Return where `belief * first + (1 - belief) * second >= 0`."""
    ends = [Fraction(0), Fraction(1)]
    if first != second and 0 < second / (second - first) < 1:
        ends.append(second / (second - first))
    good = sorted(b for b in ends if b * first + (1 - b) * second >= 0)
    return (good[0], good[-1]) if good else None


def _meet(one: Interval, other: Interval) -> Interval:
    if one is None or other is None:
        return None
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def _beliefs(game: Hidden, profile: Profile, concept: str) -> Iterator[tuple[Interval, Interval, bool]]:
    """Yield sets of beliefs at both information sets, and whether the two beliefs must be equal."""
    if concept == "weak-pbe":
        a, b, _ = profile
        yield _known([a == "x", a == "y"]), _known([p == (a, b) for p in game.last]), False
        return
    moves = ("out", "x", "y", "l", "r")
    for orders in product(*((0,) if m in profile else (1, 2, 3, 4) for m in moves)):
        order = dict(zip(moves, orders, strict=True))
        second = _least(order["x"], order["y"])
        third = _least(*(order[a] + order[b] for a, b in game.last))
        same = [a for a, _ in game.last] == ["x", "y"] and game.last[0][1] == game.last[1][1]
        yield second, third, same and second == third == ALL


def _known(reached: list[bool]) -> Interval:
    return ALL if not any(reached) else (Fraction(reached[0]), Fraction(reached[0]))


def _least(first: int, second: int) -> Interval:
    """Return the beliefs in the first of two nodes with these orders; played ones are never as likely as each other."""
    if first == second:
        return ALL
    return (Fraction(first < second), Fraction(first < second))
