"""The dollar auction: alternating bids for a stake, both sides pay their last bid."""

from __future__ import annotations

from typing import Final

from deterrence.errors import GameError
from deterrence.families.family import Family, Integer
from deterrence.games import Decision, ExtensiveGame, FrozenMap, Outcome, Player
from deterrence.games.nodes import Node

__all__ = ["DOLLAR_AUCTION", "dollar_auction"]

_BIDDERS: Final = ("First", "Second")


def dollar_auction(stake: int = 20, budget: int = 50) -> ExtensiveGame:
    """Return the auction of `stake` units between two bidders with `budget` units each.

    In turn a bidder quits or raises above the rival's bid; the higher bidder gets the stake and both pay their
    own last bid; when the first bidder quits at once, nobody gets or pays anything. Information is perfect, and
    states (who moves, own bid, rival's bid) that several histories share are one node. Quitting is listed
    first, then bids upwards, so that a rule "first of several best actions" quits or bids least. Raises
    `GameError` when an integer is out of bounds or the budget is below the stake.

    >>> len(list(dollar_auction(2, 2).decisions()))
    4
    """
    return DOLLAR_AUCTION.game(stake=stake, budget=budget)


def _build(stake: int, budget: int) -> ExtensiveGame:
    if budget < stake:
        raise GameError(f"the budget {budget} is below the stake {stake}", remedy="a budget of at least the stake")
    nodes: list[Node] = [_state(0, 0, 0, budget), Outcome("no-bid", dict.fromkeys(_BIDDERS, 0), event="no bid")]
    for high in range(1, budget + 1):
        for own in range(high):
            for mover in (0, 1) if own else (1,):
                nodes += [_state(mover, own, high, budget), _sold(mover, own, high, stake)]
    reached = {"First-0-0"}
    for node in nodes:
        if node.name in reached and isinstance(node, Decision):
            reached.update(str(child) for child in node.actions.values())
    return ExtensiveGame(
        "First-0-0", players=[Player(who) for who in _BIDDERS], nodes=[n for n in nodes if n.name in reached]
    )


def _state(mover: int, own: int, high: int, budget: int) -> Decision:
    rival = 1 - mover
    quits = f"{_BIDDERS[mover]}-quits-{own}-{high}" if high else "no-bid"
    raises = {f"bid-{bid}": f"{_BIDDERS[rival]}-{high}-{bid}" for bid in range(high + 1, budget + 1)}
    return Decision(f"{_BIDDERS[mover]}-{own}-{high}", _BIDDERS[mover], {"quit": quits, **raises})


def _sold(mover: int, own: int, high: int, stake: int) -> Outcome:
    loser, winner = _BIDDERS[mover], _BIDDERS[1 - mover]
    return Outcome(f"{loser}-quits-{own}-{high}", {loser: -own, winner: stake - high}, event=f"{winner} wins")


DOLLAR_AUCTION: Final = Family(
    name="dollar-auction",
    summary="alternating bids for a stake under equal budgets; both sides pay their last bid",
    integers=FrozenMap(
        {
            "stake": Integer(2, 60, 20, "what the higher bidder gets"),
            "budget": Integer(2, 60, 50, "what each side can bid at most"),
        }
    ),
    build=_build,
)
