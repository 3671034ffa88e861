"""Continuous games for tests: the textbook families with any number of players."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.expressions import parse_expression
from deterrence.games import Aggregate, ContinuousGame, Interval, indexed
from deterrence.games.continuous import AggregateKind

COBB_DOUGLAS = "(w - c*g)**(1 - alpha)*G**alpha"
CES = "((1 - alpha)*(w - c*g)**rho + alpha*G**rho)**(1/rho)"
CONTEST = "w*g/G - c*g"
QUADRATIC = "alpha*(w*G - G**2/2) - c*g**2/2"
JOINT = "alpha*log(w - g) + c*log(g) + log(G)"


def aggregative(
    n: int,
    payoff: str,
    high: str,
    *,
    names: Sequence[str] = ("w", "alpha", "c"),
    kind: AggregateKind = "sum",
    weight: str | None = None,
    exponent: str | None = None,
) -> ContinuousGame:
    """A game of n players with payoffs of one kind and parameters of their own."""
    interval = Interval(
        0,
        parse_expression(high),
        payoff=parse_expression(payoff),
        weight=None if weight is None else parse_expression(weight),
    )
    power = None if exponent is None else parse_expression(exponent)
    how = Aggregate(name="G", of="g", kind=kind, exponent=power)
    return ContinuousGame(indexed([str(i + 1) for i in range(n)], interval, names), aggregate=how)


def at(columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> dict[str, Any]:
    """Values by player as parameters: {"w": [12, 9]} is w_1 = 12, w_2 = 9."""
    return {f"{name}_{i + 1}": value for name, values in columns.items() for i, value in enumerate(values)}


def random_columns(rng: np.random.Generator, n: int, size: int) -> dict[str, NDArray[Any]]:
    """Incomes that differ widely, so that some players drop out, tastes and costs."""
    return {
        "w": rng.lognormal(1, 1, (n, size)),
        "alpha": rng.uniform(0.2, 0.8, (n, size)),
        "c": rng.uniform(0.5, 2, (n, size)),
    }
