"""Which coalition of countries sustains itself: each signs or stays out, signatories then act as one."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Final

from deterrence.expressions import Expr, Number
from deterrence.families.family import Family, Integer
from deterrence.games import FrozenMap, Parameter, StrategicGame

__all__ = ["MEMBERSHIP", "membership"]

_B: Final = Parameter("b", domain="positive", meaning="benefit of a unit of the public good to everybody")
_C: Final = Parameter("c", domain="positive", meaning="how steeply the cost of providing it rises")
_ACTIONS: Final = ("sign", "stay out")


def membership(countries: int = 4) -> StrategicGame:
    """Return the membership game of so many countries.

    A country that provides g gets b times the sum of all g, less c*g**2/2. Outsiders provide b/c, their dominant
    choice; s signatories maximise their joint payoff and provide s*b/c each. Raises `GameError` for a number out of
    bounds.

    >>> membership(3).shape
    (2, 2, 2)
    """
    return MEMBERSHIP.game(countries=countries)


def _build(countries: int) -> StrategicGame:
    names = [f"Country {i + 1}" for i in range(countries)]
    profiles = list(product(_ACTIONS, repeat=countries))
    table: dict[tuple[str, ...], dict[str, Expr]] = {
        profile: {who: _payoff(countries, profile.count("sign"), a) for who, a in zip(names, profile, strict=True)}
        for profile in profiles
    }
    events: dict[tuple[str, ...], str] = {profile: f"coalition of {profile.count('sign')}" for profile in profiles}
    return StrategicGame(dict.fromkeys(names, _ACTIONS), table, events=events)


def _payoff(n: int, s: int, action: str) -> Expr:
    total = s * s + n - s
    own = s if action == "sign" else 1
    return Number(total - Fraction(own * own, 2)) * _B**2 / _C


MEMBERSHIP: Final = Family(
    name="membership",
    summary="countries sign or stay out of a coalition that provides a public good as one",
    integers=FrozenMap({"countries": Integer(2, 10, 4, "number of countries")}),
    build=_build,
)
