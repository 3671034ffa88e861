"""The chain store: one incumbent of unknown resolve meets one challenger after the other."""

from __future__ import annotations

from typing import Final

from deterrence.expressions import Expr, Number
from deterrence.families.family import Family, Integer
from deterrence.games import Decision, ExtensiveGame, FrozenMap, Outcome, Parameter, Player
from deterrence.games.nodes import Node, PayoffLike

__all__ = ["CHAIN_STORE", "chain_store"]

_A: Final = Parameter("a", domain="positive", meaning="Hegemon: a Challenger stays out")
_B: Final = Parameter("b", domain="interior-probability", meaning="Challenger: accommodated")
_P: Final = Parameter("p", domain="interior-probability", meaning="prior that the Hegemon is tough")
_HEGEMON: Final = "Hegemon"


def chain_store(stages: int = 3) -> ExtensiveGame:
    """Return the game of a Hegemon, tough or weak, against so many Challengers in turn.

    A Challenger stays out, which is worth `a` to the Hegemon, or enters; the Hegemon fights, at a cost of 1 to the
    weak, or accommodates, at a cost of 1 to the tough. A fought Challenger gets b - 1, an accommodated one b. Who gives
    way once is taken for weak by all who follow: they enter and are accommodated. Nodes are named by what has happened:
    o for out, f for fought. Raises `GameError` for a number out of bounds.

    >>> chain_store(2).events()
    ('nobody enters', 'never gives way', 'accommodated at 2', 'accommodated at 1')
    """
    return CHAIN_STORE.game(stages=stages)


def _build(stages: int) -> ExtensiveGame:
    challengers = [Player(f"Challenger {k}") for k in range(1, stages + 1)]
    types = {"tough": _P, "weak": 1 - _P}
    return ExtensiveGame(_market("", stages), players=[Player(_HEGEMON, types=types), *challengers])


def _market(history: str, stages: int) -> Node:
    if len(history) == stages:
        return _end(history, stages, "end", "never gives way" if "f" in history else "nobody enters")
    k = len(history) + 1
    given = _end(history, stages, "yield", f"accommodated at {k}")
    reply = Decision(f"reply-{k}{history}", _HEGEMON, {"fight": _market(history + "f", stages), "accommodate": given})
    return Decision(f"market-{k}{history}", f"Challenger {k}", {"out": _market(history + "o", stages), "enter": reply})


def _end(history: str, stages: int, name: str, event: str) -> Outcome:
    """Return the end of a play: all remaining Challengers are accommodated where the history is not whole."""
    left = stages - len(history)
    quiet, fought = history.count("o"), history.count("f")
    payoffs: dict[str, PayoffLike] = {
        _HEGEMON: {"tough": quiet * _A - Number(left), "weak": quiet * _A - Number(fought)},
    }
    for k in range(1, stages + 1):
        what = history[k - 1] if k <= len(history) else "y"
        payoffs[f"Challenger {k}"] = _entrant(what)
    return Outcome(f"{name}-{history}" if history else name, payoffs, event=event)


def _entrant(what: str) -> Expr:
    return {"o": Number(0), "f": _B - 1, "y": _B + 0}[what]


CHAIN_STORE: Final = Family(
    name="chain-store",
    summary="a Hegemon of unknown resolve against one Challenger after the other",
    integers=FrozenMap({"stages": Integer(1, 8, 3, "number of Challengers")}),
    build=_build,
)
