"""A small signalling game whose theory is derived in a moment, and unilateral deterrence, derived once a process."""

from __future__ import annotations

from functools import cache

from deterrence.games import Decision, ExtensiveGame, Outcome, Player, parameters
from deterrence.library import load
from deterrence.theory import Theory, derive

UDG = "alliance-commitment/unilateral-deterrence"


def entry() -> ExtensiveGame:
    """Return entry against an incumbent that is tough with probability p, by type."""
    p, c = parameters("p c", domain="probability")
    fight = Outcome("fight", {"Entrant": -c, "Incumbent": {"tough": 1, "weak": -1}})
    share = Outcome("share", {"Entrant": 1 - c, "Incumbent": 0})
    stay = Outcome("out", {"Entrant": 0, "Incumbent": 2})
    reply = Decision("reply", "Incumbent", {"fight": fight, "share": share})
    incumbent = Player("Incumbent", types={"tough": p, "weak": 1 - p})
    return ExtensiveGame(
        Decision("start", "Entrant", {"enter": reply, "out": stay}), players=[Player("Entrant"), incumbent]
    )


@cache
def entry_theory() -> Theory:
    return derive(entry())


@cache
def deterrence_theory() -> Theory:
    game = load(UDG)
    assert isinstance(game, ExtensiveGame)
    return derive(game)
