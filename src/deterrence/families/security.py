"""A security game: a Defender covers some of several targets at random, an Attacker strikes one of them or none."""

from __future__ import annotations

from itertools import combinations, product
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Expr, Number
from deterrence.families.family import Family, Integer
from deterrence.games import FrozenMap, Parameter, StrategicGame

__all__ = ["SECURITY", "security"]

_K = Parameter("k", domain="nonnegative")
_Q = Parameter("q", domain="probability")


def security(targets: int = 3, resources: int = 1, types: int = 1) -> StrategicGame:
    """Return the game in which the Defender covers `resources` of the `targets`.

    A strike costs the Attacker k; on an uncovered target i it yields `v_i` and costs the Defender `d_i`, on a covered
    one nothing more happens. With two types of Attacker, the second has values `w_i` and probability q, and an action
    says what each type does. Raises `GameError` for more resources than targets and for integers out of bounds.

    >>> security(3, 2).shape
    (3, 4)
    """
    return SECURITY.game(targets=targets, resources=resources, types=types)


def _build(targets: int, resources: int, types: int) -> StrategicGame:
    if resources > targets:
        raise GameError(f"{resources} resources for {targets} targets", remedy="no more resources than targets")
    covers = list(combinations(range(1, targets + 1), resources))
    plans = list(product(range(targets + 1), repeat=types))
    table: dict[tuple[str, ...], dict[str, Expr]] = {}
    for cover in covers:
        for plan in plans:
            weights = (Number(1),) if types == 1 else (1 - _Q, _Q)
            parts = [_strike(cover, target, "vw"[kind]) for kind, target in enumerate(plan)]
            pairs = [(w * a, w * d) for w, (a, d) in zip(weights, parts, strict=True)]
            attacker, defender = (sum((p[side] for p in pairs), Number(0)) for side in (0, 1))
            table[_named("cover", cover), _plan(plan)] = {"Defender": defender, "Attacker": attacker}
    events = {cell: _event(cover, plan) for cell, (cover, plan) in zip(table, product(covers, plans), strict=True)}
    actions = {"Defender": [_named("cover", c) for c in covers], "Attacker": [_plan(p) for p in plans]}
    return StrategicGame(actions, table, events=events if types == 1 else None)


def _strike(cover: tuple[int, ...], target: int, value: str) -> tuple[Expr, Expr]:
    """Return what the Attacker and the Defender get from a strike on a target, 0 for none."""
    if target == 0:
        return Number(0), Number(0)
    if target in cover:
        return -_K, Number(0)
    gain = Parameter(f"{value}_{target}", domain="positive")
    return gain - _K, -Parameter(f"d_{target}", domain="positive")


def _named(verb: str, targets: tuple[int, ...]) -> str:
    return f"{verb} {' and '.join(map(str, targets))}"


def _plan(plan: tuple[int, ...]) -> str:
    return " or ".join(f"strike {target}" if target else "refrain" for target in plan)


def _event(cover: tuple[int, ...], plan: tuple[int, ...]) -> str:
    (target,) = plan if len(plan) == 1 else (-1,)
    if target == 0:
        return "no attack"
    return "attack fails" if target in cover else "target lost"


SECURITY: Final = Family(
    name="security-game",
    summary="a Defender covers some of several targets at random; an Attacker of one or two types strikes one or none",
    integers=FrozenMap(
        {
            "targets": Integer(2, 7, 3, "number of targets"),
            "resources": Integer(1, 6, 1, "number of targets that can be covered"),
            "types": Integer(1, 2, 1, "number of types of the Attacker"),
        }
    ),
    build=_build,
)
