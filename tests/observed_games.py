"""Random games with observed actions between two players with two types each, payoffs by both types."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

from deterrence.games import Decision, ExtensiveGame, Outcome, Player

__all__ = ["SHAPES", "observed_game"]

SHAPES = ("last word", "messages", "at the same time", "four moves")
TYPES = "hs"


def observed_game(seed: int, shape: str) -> ExtensiveGame:
    """Return a game of a shape: a challenge, a reply and a last word, which may be answered; two rounds of messages;
    or two moves at the same time, after one pair of which one player has the last word.
    """
    source = random.Random(seed)
    root = {"messages": _messages, "at the same time": _at_the_same_time}.get(shape)
    tree = root(source) if root else _alternating(source, answered=shape == "four moves")
    return ExtensiveGame(tree, players=[_player(source, name) for name in "AB"])


def _player(source: random.Random, name: str) -> Player:
    share = Fraction(source.randint(1, 6), 7)
    return Player(name, types={"h": share, "s": 1 - share})


def _end(source: random.Random, name: str) -> Outcome:
    payoffs = {
        who: {t: {f"{other}.{u}": Fraction(source.randint(-40, 40), 7) for u in TYPES} for t in TYPES}
        for who, other in ("AB", "BA")
    }
    return Outcome(name, payoffs)


def _alternating(source: random.Random, *, answered: bool) -> Decision:
    answer = Decision("answer", "B", {a: _end(source, f"fight-{a}") for a in ("back", "fight")})
    last = Decision("last", "A", {"back": _end(source, "back"), "fight": answer if answered else _end(source, "war")})
    reply = Decision("reply", "B", {"yield": _end(source, "yield"), "defy": last})
    return Decision("root", "A", {"stay": _end(source, "stay"), "push": reply})


def _messages(source: random.Random) -> Decision:
    def after(m: str) -> Decision:
        return Decision(f"after-{m}", "B", {r: _end(source, m + r) for r in "lr"})

    return Decision("root", "A", {m: after(m) for m in "xy"})


def _at_the_same_time(source: random.Random) -> Decision:
    last = Decision("last", source.choice("AB"), {a: _end(source, a) for a in ("back", "fight")})
    moves = list(product("xy", "lr"))
    where = source.choice(moves)
    after = {move: last if move == where else _end(source, "".join(move)) for move in moves}

    def second(x: str) -> Decision:
        return Decision(f"second-{x}", "B", {r: after[x, r] for r in "lr"}, information_set="second")

    return Decision("root", "A", {x: second(x) for x in "xy"})
