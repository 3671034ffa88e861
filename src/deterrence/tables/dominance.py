"""Iterated elimination of actions that a mixture strictly dominates, every step with its mixture checked exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from deterrence.compiled import Value
from deterrence.compiled.points import NumberArray
from deterrence.games import FrozenMap, StrategicGame
from deterrence.tables.point import at_one_point

__all__ = ["Elimination", "Step", "eliminate"]

_DOUBT = 1e-7  # advantage, relative to the payoffs, below which floats do not decide


@dataclass(frozen=True)
class Step:
    """An action that goes, and the mixture of others (exact probabilities) that is strictly better against all."""

    player: str
    action: str
    mixture: FrozenMap[str, Fraction]


@dataclass(frozen=True)
class Elimination:
    """What survives, the steps in order, and the actions of the last round that floats could not decide."""

    survivors: FrozenMap[str, tuple[str, ...]]
    steps: tuple[Step, ...]
    undecided: tuple[tuple[str, str], ...]


def eliminate(game: StrategicGame, *, at: Mapping[str, Value] | None = None) -> Elimination:
    """Return what survives iterated elimination of strictly dominated actions at one point.

    Whether some mixture dominates is a linear programme; its mixture is made rational and the strict inequalities are
    checked in exact arithmetic before an action goes. The order does not matter for the result. An action whose
    advantage is too small for floats stays and is named in `undecided`. For two players the survivors are the
    rationalizable actions (Pearce 1984), for more the correlated rationalizable ones.

    >>> pd = StrategicGame({"A": "cd", "B": "cd"}, {("c", "c"): {"A": 3, "B": 3}, ("c", "d"): {"A": 0, "B": 5},
    ...     ("d", "c"): {"A": 5, "B": 0}, ("d", "d"): {"A": 1, "B": 1}})
    >>> dict(eliminate(pd).survivors)
    {'A': ('d',), 'B': ('d',)}
    """
    exact = at_one_point(game, at)
    u = exact.payoffs[..., 0]
    alive = [list(range(n)) for n in exact.shape]
    steps: list[Step] = []
    while True:
        step, doubtful = _next_step(u, alive)
        if step is None:
            survivors = {who: tuple(exact.actions[i][a] for a in alive[i]) for i, who in enumerate(exact.players)}
            undecided = tuple((exact.players[i], exact.actions[i][a]) for i, a in doubtful)
            return Elimination(FrozenMap(survivors), tuple(steps), undecided)
        i, action, mixture = step
        alive[i].remove(action)
        named = {exact.actions[i][a]: q for a, q in mixture.items() if q}
        steps.append(Step(exact.players[i], exact.actions[i][action], FrozenMap(named)))


Found = tuple[int, int, dict[int, Fraction]]


def _next_step(u: NumberArray, alive: list[list[int]]) -> tuple[Found | None, list[tuple[int, int]]]:
    doubtful = []
    for i, actions in enumerate(alive):
        rows = np.moveaxis(u[i][np.ix_(*alive)], i, 0).reshape(len(actions), -1)
        for k, action in enumerate(actions if len(actions) > 1 else []):
            others = [j for j in range(len(actions)) if j != k]
            mixture, open_ = _dominating(rows[others], rows[k])
            if mixture is not None:
                return (i, action, {actions[j]: q for j, q in zip(others, mixture, strict=True)}), []
            if open_:
                doubtful.append((i, action))
    return None, doubtful


def _dominating(others: NumberArray, own: NumberArray) -> tuple[list[Fraction] | None, bool]:
    """Return a mixture of rows that is strictly above a row everywhere, and whether floats leave that open."""
    from scipy.optimize import linprog

    pure = [k for k, row in enumerate(others) if (row > own).all()]
    if pure:
        return [Fraction(int(k == pure[0])) for k in range(len(others))], False
    size = float(max(np.abs(others).max(), np.abs(own).max(), Fraction(1)))
    gaps = ((others - own) / Fraction(size)).astype(np.float64)
    answer = linprog(
        [*[0.0] * len(others), -1.0],
        A_ub=np.column_stack([-gaps.T, np.ones(own.size)]),
        b_ub=np.zeros(own.size),
        A_eq=[[*[1.0] * len(others), 0.0]],
        b_eq=[1.0],
        bounds=[*[(0, 1)] * len(others), (None, None)],
        method="highs-ds",
    )
    if answer.x is None or answer.x[-1] < -_DOUBT:
        return None, answer.x is None
    weights = [Fraction(float(x)).limit_denominator(10**6) for x in np.clip(answer.x[:-1], 0, None)]
    mixture = [w / sum(weights) for w in weights]
    if (np.asarray(mixture, dtype=object) @ others > own).all():
        return mixture, False
    return None, bool(answer.x[-1] > 1e-12)
