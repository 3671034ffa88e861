"""An escalation ladder: two sides climb in turn, each step costs and may end in war by accident."""

from __future__ import annotations

from typing import Final

from deterrence.families.family import Family, Integer
from deterrence.games import Chance, Decision, ExtensiveGame, FrozenMap, Outcome, Parameter
from deterrence.games.nodes import Node, PayoffLike, Player

__all__ = ["LADDER", "ladder"]

_SIDES: Final = ("Challenger", "Defender")
_V: Final = (
    Parameter("v_1", domain="positive", meaning="Challenger: the prize"),
    Parameter("v_2", domain="positive", meaning="Defender: the prize"),
)
_D: Final = (
    Parameter("D_1", domain="positive", meaning="Challenger: loss in war"),
    Parameter("D_2", domain="positive", meaning="Defender: loss in war"),
)
_C: Final = Parameter("c", domain="nonnegative", meaning="cost of climbing a rung")
_Q: Final = Parameter("q", domain="probability", meaning="probability that a climb ends in war by accident")


def ladder(rungs: int = 4) -> ExtensiveGame:
    """Return the ladder with a number of rungs, at least 2.

    At rung k, from 0, the Challenger (k even) or the Defender (k odd) quits or climbs. Who quits gets 0 and the
    other the prize; a climb costs `c` and ends in war by accident with probability `q`; climbing the last rung
    is war. Costs are sunk. Information is perfect. Raises `GameError` for a number out of bounds.

    >>> ladder(2).events()
    ('status quo', 'war', 'concession by Defender')
    """
    return LADDER.game(rungs=rungs)


def _build(rungs: int) -> ExtensiveGame:
    node: Node = _war("war")
    for k in reversed(range(rungs)):
        node = _rung(k, node if k == rungs - 1 else _risk(k, node))
    return ExtensiveGame(node, players=[Player(side) for side in _SIDES])


def _rung(k: int, above: Node) -> Decision:
    mover = _SIDES[k % 2]
    return Decision(f"rung-{k}", mover, {"quit": _quit(k), "climb": above}, pays={"climb": {mover: -_C}})


def _risk(k: int, above: Node) -> Chance:
    return Chance(f"risk-{k}", {"accident": (_Q, _war(f"accident-{k}")), "control": (1 - _Q, above)})


def _war(name: str) -> Outcome:
    losses: dict[str, PayoffLike] = {side: -loss for side, loss in zip(_SIDES, _D, strict=True)}
    return Outcome(name, losses, event="war")


def _quit(k: int) -> Outcome:
    loser, winner = k % 2, 1 - k % 2
    event = f"concession by {_SIDES[loser]}" if k else "status quo"
    payoffs: dict[str, PayoffLike] = {_SIDES[loser]: 0, _SIDES[winner]: _V[winner]}
    return Outcome(f"quit-{k}", payoffs, event=event)


LADDER: Final = Family(
    name="ladder",
    summary="escalation ladder with sunk costs and a hazard of accidental war at every climb",
    integers=FrozenMap({"rungs": Integer(2, 256, 4, "number of rungs; climbing the last is war")}),
    build=_build,
)
