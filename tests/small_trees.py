"""Random trees of two players with hidden actions, chance and types, small enough to be derived in a moment."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from math import prod

from deterrence.games import Chance, Decision, ExtensiveGame, Node, Outcome, Player
from deterrence.games.nodes import PayoffLike

__all__ = ["small_tree"]

TYPES = "hs"
OTHER = {"A": "B", "B": "A"}


MOST_SUPPORTS = 1_100


def small_tree(seed: int) -> ExtensiveGame:
    """Return a tree with few supports, whose payoffs tie often or hardly ever."""
    source = random.Random(seed)
    while True:
        grower = _Grower(source)
        game = ExtensiveGame(grower.first(), players=[grower.player(name) for name in OTHER])
        if prod(2 ** len(h.actions) - 1 for h in game.tree.information_sets) <= MOST_SUPPORTS:
            return game


class _Grower:
    """Grows a tree and names its nodes; `left` is how many more decisions or information sets it may start."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.ties = source.random() < 0.35
        self.typed = [name for name in OTHER if source.random() < 0.4]
        self.left = source.choice((3, 4, 4, 5)) - len(self.typed)
        self.count = 0

    def player(self, name: str) -> Player:
        if name not in self.typed:
            return Player(name)
        share = Fraction(self.source.randint(1, 6), 7)
        return Player(name, types={"h": share, "s": 1 - share})

    def first(self) -> Decision:
        self.left -= 1
        return self.decision(3, self.mover())

    def name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def mover(self) -> str:
        return self.source.choice("AB")

    def grow(self, depth: int) -> Node:
        kind = self.source.random()
        if depth == 0 or self.left <= 0 or (depth < 3 and kind < 0.15):
            return self.end()
        if depth < 3 and kind < 0.3:
            return self.chance(depth)
        self.left -= 1
        return self.decision(depth, self.mover())

    def chance(self, depth: int) -> Chance:
        share = Fraction(self.source.randint(1, 4), 5)
        first, second = self.below(depth, 2, "")
        return Chance(self.name("c"), {"left": (share, first), "right": (1 - share, second)})

    def decision(self, depth: int, mover: str, label: str = "") -> Decision:
        actions: Sequence[str] = "ud" if label else self.source.choice(("ud", "ud", "xyz"))
        below = self.below(depth, len(actions), mover)
        return Decision(self.name("n"), mover, dict(zip(actions, below, strict=True)), information_set=label)

    def below(self, depth: int, count: int, mover: str) -> list[Node]:
        """Return what follows, sometimes moves of the other player who cannot tell them apart."""
        if depth < 2 or self.left <= 0 or self.source.random() < 0.45:
            return [self.grow(depth - 1) for _ in range(count)]
        self.left -= 1
        who, label = OTHER.get(mover) or self.mover(), self.name("h")
        alike = count if count == 2 or self.source.random() < 0.6 else count - 1
        hidden: list[Node] = [self.decision(depth - 1, who, label) for _ in range(alike)]
        return [*hidden, *(self.grow(depth - 1) for _ in range(count - alike))]

    def end(self) -> Outcome:
        return Outcome(self.name("z"), {who: self.payoff(who, other) for who, other in OTHER.items()})

    def payoff(self, who: str, other: str) -> PayoffLike:
        if other not in self.typed:
            return {t: self.number() for t in TYPES} if who in self.typed else self.number()
        by_other = {t: {f"{other}.{u}": self.number() for u in TYPES} for t in TYPES}
        return by_other if who in self.typed else by_other["h"]

    def number(self) -> Fraction:
        return Fraction(self.source.randint(-2, 2)) if self.ties else Fraction(self.source.randint(-40, 40), 7)
