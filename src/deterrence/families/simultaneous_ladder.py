"""An escalation ladder on which both sides move at once, rung by rung, as a stochastic game."""

from __future__ import annotations

from typing import Final

from deterrence.families.family import Family, Integer
from deterrence.games import FrozenMap, Parameter, Stage, StochasticGame, Transition

__all__ = ["SIMULTANEOUS_LADDER", "simultaneous_ladder"]

_V = Parameter("v", domain="positive")
_K = Parameter("k", domain="nonnegative")
_W = Parameter("W", domain="positive")
_DELTA = Parameter("delta", domain="probability")
_ACTIONS: Final = ("hold", "back")


def simultaneous_ladder(rungs: int = 4) -> StochasticGame:
    """Return the game with so many rungs: holding together climbs one rung, and from the last one into war.

    Backing down alone leaves the prize to the other; backing down together shares it.

    >>> simultaneous_ladder(2).events()
    ('war', 'settled')
    """
    return SIMULTANEOUS_LADDER.game(rungs=rungs)


def _build(rungs: int) -> StochasticGame:
    names = [f"rung-{k}" for k in range(rungs)]
    stages = {name: _stage(above) for name, above in zip(names, [*names[1:], "war"], strict=True)}
    return StochasticGame(stages, {"war": {"One": -_W, "Two": -_W}, "settled": {}}, discount=_DELTA)


def _stage(above: str) -> Stage:
    table: dict[tuple[str, ...], Transition] = {
        ("hold", "hold"): Transition.of({"One": -_K, "Two": -_K}, above),
        ("hold", "back"): Transition.of({"One": _V, "Two": 0}, "settled"),
        ("back", "hold"): Transition.of({"One": 0, "Two": _V}, "settled"),
        ("back", "back"): Transition.of({"One": _V / 2, "Two": _V / 2}, "settled"),
    }
    return Stage.of({"One": _ACTIONS, "Two": _ACTIONS}, table)


SIMULTANEOUS_LADDER: Final = Family(
    name="simultaneous-ladder",
    summary="escalation ladder on which both sides hold or back down at once; holding together on the last rung is war",
    integers=FrozenMap({"rungs": Integer(1, 24, 4, "number of rungs")}),
    build=_build,
)
