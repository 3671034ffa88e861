"""What if sides err: the criterion under logit equilibria of several precisions, in the reference case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from deterrence.branches import qre_branch
from deterrence.compiled import compile_table, compile_tree, parameter_points
from deterrence.compiled.points import FloatArray
from deterrence.errors import SolverError
from deterrence.games import ExtensiveGame, StrategicGame
from deterrence.scenarios.criterion import Outcome
from deterrence.scenarios.laboratory import Laboratory
from deterrence.sweeps.measures import Measured

__all__ = ["PRECISIONS", "Noise", "noise"]

PRECISIONS: Final = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)  # in units of one over the spread of payoffs


@dataclass(frozen=True, eq=False)
class Noise:
    """The principal branch of logit equilibria at the reference case.

    `precisions` are in units of one over `spread`, the widest gap between two payoffs of a player: at 10, a mistake
    that costs a tenth of that gap is made e times less often than the better choice. `outcomes` are those of the
    criterion (UNKNOWN where the branch could not be followed) and `numbers` the metrics there. `why` says why there
    are none.
    """

    precisions: tuple[float, ...]
    spread: float
    outcomes: tuple[Outcome, ...]
    numbers: Mapping[str, FloatArray]
    why: str = ""

    @property
    def settles(self) -> float | None:
        """The least of the precisions from which on the outcome stays what it is at the largest."""
        last = next((k for k in reversed(range(len(self.outcomes))) if self.outcomes[k] != self.outcomes[-1]), -1)
        return self.precisions[last + 1] if self.outcomes else None


def noise(laboratory: Laboratory) -> Noise:
    """Return what the criterion says of logit equilibria (McKelvey and Palfrey 1995, 1998) in the reference case."""
    game = laboratory.case.game
    if not isinstance(game, StrategicGame | ExtensiveGame):
        return _none(f"logit equilibria are not defined for a game of form {game.form}")
    here = {name: float(np.asarray(value)) for name, value in laboratory.pulled(laboratory.at({}), ()).items()}
    spread = _spread(laboratory, here)
    if not 0 < spread < np.inf:
        return _none("no two payoffs of a player differ")
    try:
        branch = qre_branch(game, [x / spread for x in PRECISIONS], at=here)
    except SolverError as error:
        return _none(str(error))
    found = np.asarray(branch.found).reshape(1, -1)
    metrics = [m for m in laboratory.metrics if m.quantity is not None]
    numbers = {m.name: np.asarray(branch.solution.quantity(m.name), dtype=np.float64).reshape(-1) for m in metrics}
    points = parameter_points(game, {name: np.full(len(PRECISIONS), value) for name, value in here.items()})
    status = np.where(found[0], 0, 2).astype(np.int8)
    measured = Measured(status, found, {(name, "value"): row[None] for name, row in numbers.items()})
    outcomes = laboratory.case.success.outcomes(game, points, measured)
    return Noise(PRECISIONS, spread, tuple(Outcome(int(o)) for o in outcomes), numbers)


def _none(why: str) -> Noise:
    return Noise((), float("nan"), (), {}, why)


def _spread(laboratory: Laboratory, here: Mapping[str, float]) -> float:
    """Return the widest gap between two payoffs of a player."""
    game, points = laboratory.case.game, parameter_points(laboratory.case.game, here)
    if isinstance(game, StrategicGame):
        payoffs = np.asarray(compile_table(game, points).payoffs, dtype=np.float64)
        return float(np.ptp(payoffs.reshape(len(payoffs), -1), axis=1).max())
    assert isinstance(game, ExtensiveGame)
    tree = compile_tree(game, points)
    rows = np.array([[float(value.reshape(-1)[0]) for value in rows] for rows in tree.payoff_rows.values()])
    return float(np.ptp(rows, axis=0).max())
