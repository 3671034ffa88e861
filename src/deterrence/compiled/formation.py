"""A formation game with numbers: every structure of the players, and the payoffs of all players in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import AtPoints, BoolArray, FloatArray, Points
from deterrence.errors import SolverError
from deterrence.expressions import Expr
from deterrence.expressions.numpy_eval import compile_conditions, compile_formulas
from deterrence.games import FormationGame, FrozenMap, Gathered

__all__ = ["CompiledFormation", "Structures", "compile_formation", "structures"]

_LARGEST: Final = 1e100  # a payoff beyond it counts as missing


@dataclass(frozen=True)
class Structures:
    """All networks or partitions of some players.

    `joined` (structures, pairs) says which pairs are linked or share a coalition, `together` (structures, players,
    players) the same with everybody joined to itself, `groups` (structures,) the number of components or coalitions.
    """

    joined: BoolArray
    together: BoolArray
    distance: NDArray[np.int64]
    groups: NDArray[np.int64]

    @property
    def codes(self) -> NDArray[np.int64]:
        """The pairs as bits of a number (structures,), rising."""
        return self.joined @ (1 << np.arange(self.joined.shape[1], dtype=np.int64))


@dataclass(frozen=True)
class CompiledFormation(AtPoints[FormationGame]):
    """The payoffs (points, structures, players) of a formation game; `defined` where all are finite.

    `strengths` is (points, players), `advantage` (points,).
    """

    structures: Structures
    payoffs: FloatArray
    strengths: FloatArray
    advantage: FloatArray
    defined: BoolArray


@lru_cache(maxsize=16)
def structures(kind: str, players: int) -> Structures:
    """Return all networks of some players, or all partitions, ordered by their pairs as bits of a number."""
    count = players * (players - 1) // 2
    if kind == "network":
        joined = ((np.arange(1 << count)[:, None] >> np.arange(count)) & 1).astype(np.bool_)
    else:
        places = list(combinations(range(players), 2))
        rows = [[blocks[i] == blocks[j] for i, j in places] for blocks in _partitions(players)]
        joined = np.array(rows, dtype=np.bool_)
        joined = joined[np.argsort(joined @ (1 << np.arange(count)))]
    together = np.zeros((len(joined), players, players), dtype=np.bool_) | np.eye(players, dtype=np.bool_)
    for k, (i, j) in enumerate(combinations(range(players), 2)):
        together[:, i, j] = together[:, j, i] = joined[:, k]
    distance = _distances(together)
    first = (distance >= 0) & (np.arange(players)[:, None] > np.arange(players))
    return Structures(joined, together, distance, players - first.any(axis=2).sum(axis=1))


def _partitions(players: int) -> Iterator[list[int]]:
    """Yield the block of every player, blocks numbered in order of appearance (restricted growth strings)."""
    pending = [[0]]
    while pending:
        blocks = pending.pop()
        if len(blocks) == players:
            yield blocks
        else:
            pending += [[*blocks, b] for b in range(max(blocks) + 2)]


def _distances(together: BoolArray) -> NDArray[np.int64]:
    """Return the number of links between two players, -1 where there is no way."""
    reached = together.copy()
    distance = np.where(np.eye(together.shape[1], dtype=np.bool_), 0, np.where(together, 1, -1))
    for step in range(2, together.shape[1]):
        wider = (reached.astype(np.int64) @ together.astype(np.int64)) > 0
        distance = np.where(wider & ~reached, step, distance)
        reached = wider
    return distance


def compile_formation(game: FormationGame, points: Points) -> CompiledFormation:
    """Return all payoffs at all points; raise `SolverError` for exact points."""
    if points.exact:
        raise SolverError("structures are compared in floats", where="formation", remedy="leave exact out")
    every = structures(game.kind, len(game.players))
    shape = (points.size, *every.together.shape[:2])
    with np.errstate(all="ignore"):
        values: dict[str, Any] = {name: points.flat(name)[:, None, None] for name in points.values}
        values |= dict(_places(game, every))
        values |= {name: _rows(row, game, points)[:, None] for name, row in game.own.items()}
        values |= {name: _gathered(pool, game, points, every) for name, pool in game.gathered.items()}
        payoffs = np.array(np.broadcast_to(compile_formulas((game.payoff,)).run(values, shape)[0], shape))
        if game.when is not None:
            payoffs[~compile_conditions([game.when]).run(values, shape)[0]] = 0.0
        strengths = _rows(game.strengths, game, points) if game.strengths else np.ones((points.size, shape[2]))
        advantage = np.array(formula_values([game.advantage], points)[0], dtype=np.float64)
    defined = points.defined.reshape(-1) & (np.abs(payoffs) < _LARGEST).all(axis=(1, 2))
    defined = defined & (np.abs(strengths) < _LARGEST).all(axis=1) & (np.abs(advantage) < _LARGEST)
    for numbers in (payoffs, strengths, advantage):
        numbers[~defined] = 0.0
    return CompiledFormation(game, points, every, payoffs, strengths, advantage, defined)


def _places(game: FormationGame, every: Structures) -> Iterator[tuple[str, FloatArray]]:
    """Yield the numbers of each player's place (1, structures, players)."""
    yield "size", every.together.sum(axis=2)[None].astype(np.float64)
    if game.kind == "partition":
        yield "groups", np.repeat(every.groups[:, None], len(game.players), axis=1)[None].astype(np.float64)
        return
    yield "degree", (every.together.sum(axis=2) - 1)[None].astype(np.float64)
    for k in range(1, len(game.players)):
        yield f"dist_{k}", (every.distance == k).sum(axis=2)[None].astype(np.float64)


def _rows(row: FrozenMap[str, Expr], game: FormationGame, points: Points) -> FloatArray:
    """Return a number of each player (points, players)."""
    return np.stack(formula_values([row[p.name] for p in game.players], points), axis=1)


def _gathered(pool: Gathered, game: FormationGame, points: Points, every: Structures) -> FloatArray:
    """Return a number gathered over the group of each player (points, structures, players)."""
    own = _rows(pool.of, game, points)
    if pool.kind == "sum":
        flat = every.together.reshape(-1, len(game.players)).astype(np.float64)
        return np.asarray((own @ flat.T).reshape(points.size, *every.together.shape[:2]))
    filler, best = (np.inf, np.min) if pool.kind == "min" else (-np.inf, np.max)
    return np.asarray(best(np.where(every.together, own[:, None, None], filler), axis=3))
