"""Inspections over several periods, of which only some can be afforded: the recursion of Dresher (1962)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Expr, Number
from deterrence.families.family import Family, Integer
from deterrence.games import FrozenMap, Parameter, Stage, StochasticGame, Transition

__all__ = ["SEQUENTIAL_INSPECTIONS", "sequential_inspections"]

_B = Parameter("b", domain="positive")
_INSPECTOR, _INSPECTEE = "Inspector", "Inspectee"
_TRUST, _INSPECT, _COMPLY, _VIOLATE = "trust", "inspect", "comply", "violate"
_NOTHING: Final = {_INSPECTOR: Number(0), _INSPECTEE: Number(0)}
_MISSED: Final = {_INSPECTOR: Number(-1), _INSPECTEE: Number(1)}


def sequential_inspections(periods: int = 4, inspections: int = 2) -> StochasticGame:
    """Return the game of at most one violation in `periods`, in fewer `inspections` of which the inspector can look.

    A violation is worth one to the inspectee if nobody looks and costs it b if somebody does; the inspector loses what
    the inspectee gains. States are called by the periods and inspections that are left. Who has no inspection left
    cannot prevent a violation, and who has one for every period need not fear any: the play ends there. Raises
    `GameError` unless there are fewer inspections than periods.

    >>> list(sequential_inspections(3, 2).stages)
    ['3-2', '2-1']
    """
    return SEQUENTIAL_INSPECTIONS.game(periods=periods, inspections=inspections)


def _build(periods: int, inspections: int) -> StochasticGame:
    if inspections >= periods:
        remedy = "fewer inspections than periods"
        raise GameError(f"{inspections} inspections in {periods} periods leave nothing open", remedy=remedy)
    left = [(n, m) for n in range(periods, 1, -1) for m in range(inspections, 0, -1)]
    reached = [(n, m) for n, m in left if m < n and inspections - m <= periods - n]
    ends: Mapping[str, Mapping[str, Expr]] = {
        "caught": {_INSPECTOR: _B, _INSPECTEE: -_B},
        "missed": _MISSED,
        "unwatched": _MISSED,
        "covered": _NOTHING,
    }
    return StochasticGame({f"{n}-{m}": _stage(n, m) for n, m in reached}, ends, discount=1)


def _stage(n: int, m: int) -> Stage:
    table: dict[tuple[str, ...], Transition] = {
        (_TRUST, _COMPLY): Transition.of(_NOTHING, _state(n - 1, m)),
        (_TRUST, _VIOLATE): Transition.of(_NOTHING, "missed"),
        (_INSPECT, _COMPLY): Transition.of(_NOTHING, _state(n - 1, m - 1)),
        (_INSPECT, _VIOLATE): Transition.of(_NOTHING, "caught"),
    }
    return Stage.of({_INSPECTOR: (_TRUST, _INSPECT), _INSPECTEE: (_COMPLY, _VIOLATE)}, table)


def _state(n: int, m: int) -> str:
    return "unwatched" if m == 0 else "covered" if m >= n else f"{n}-{m}"


SEQUENTIAL_INSPECTIONS: Final = Family(
    name="sequential-inspections",
    summary="few inspections over many periods, in one of which the inspectee may violate an agreement",
    integers=FrozenMap(
        {
            "periods": Integer(2, 12, 4, "periods in which a violation may occur"),
            "inspections": Integer(1, 6, 2, "periods in which the inspector can look"),
        }
    ),
    build=_build,
)
