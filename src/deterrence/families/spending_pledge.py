"""A pledge among allies that noisy monitoring enforces: a norm, and its collapse after an alarm."""

from __future__ import annotations

from itertools import product
from typing import Final

from deterrence.expressions import Expr, Number
from deterrence.families.family import Family, Integer
from deterrence.games import FrozenMap, Parameter, Stage, StochasticGame, Transition

__all__ = ["SPENDING_PLEDGE", "spending_pledge"]

_B = Parameter("b", domain="positive")
_C = Parameter("c", domain="positive")
_P0 = Parameter("p_0", domain="probability")
_P1 = Parameter("p_1", domain="probability")
_DELTA = Parameter("delta", domain="interior-probability")
_ACTIONS: Final = ("pay", "shirk")


def spending_pledge(allies: int = 3) -> StochasticGame:
    """Return the game with so many allies: paying costs c and gives b to everybody; an alarm ends the norm for good.

    The alarm rings with probability p_0 if all pay, else p_1.

    >>> spending_pledge(2).stages["norm"].shape
    (2, 2)
    """
    return SPENDING_PLEDGE.game(allies=allies)


def _build(allies: int) -> StochasticGame:
    names = [f"Ally {i + 1}" for i in range(allies)]
    stages = {"norm": _stage(names, norm=True), "collapse": _stage(names, norm=False)}
    return StochasticGame(stages, discount=_DELTA)


def _stage(names: list[str], *, norm: bool) -> Stage:
    table = {}
    for profile in product(_ACTIONS, repeat=len(names)):
        paid = profile.count("pay")
        payoffs = {who: _B * paid - (_C if a == "pay" else Number(0)) for who, a in zip(names, profile, strict=True)}
        alarm: Expr = _P0 if paid == len(names) else _P1
        table[profile] = Transition.of(payoffs, {"norm": 1 - alarm, "collapse": alarm} if norm else "collapse")
    return Stage.of(dict.fromkeys(names, _ACTIONS), table)


SPENDING_PLEDGE: Final = Family(
    name="spending-pledge",
    summary="repeated contributions by allies under noisy monitoring: a norm that collapses for good after an alarm",
    integers=FrozenMap({"allies": Integer(2, 6, 3, "number of allies")}),
    build=_build,
)
