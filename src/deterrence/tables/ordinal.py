"""The 78 strictly ordinal 2 x 2 games, and where far-sighted moves lead in them.

Games are the same when rows, columns or players are swapped (Rapoport and Guyer 1966). The numbers here are ours: the
place in the sorted list of standard forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import permutations

from deterrence.compiled import Value
from deterrence.errors import SolverError
from deterrence.games import StrategicGame
from deterrence.tables.point import at_one_point

__all__ = ["OrdinalGame", "ordinal_game", "ordinal_games"]

Cell = tuple[int, int]  # both players' ranks, 4 is best
Cells = tuple[Cell, Cell, Cell, Cell]  # first row, then second row

_NAMES = {"TRPS": "prisoner's dilemma", "TRSP": "chicken", "RTPS": "stag hunt", "TPRS": "deadlock", "TSRP": "leader"}
_NAMES["STRP"] = "hero"


@dataclass(frozen=True)
class OrdinalGame:
    """A strictly ordinal 2 x 2 game in standard form: the ranks of both players in the four cells, row by row."""

    cells: Cells

    @property
    def number(self) -> int:
        """The place among the 78, from 1, in our order."""
        return ordinal_games().index(self) + 1

    @property
    def name(self) -> str:
        """The usual name where both players have the same order and it has one, else empty."""
        return _named().get(self.cells, "")

    @property
    def has_conflict(self) -> bool:
        """Whether no cell is best for both players."""
        return (4, 4) not in self.cells

    @cached_property
    def nonmyopic(self) -> tuple[Cell, ...]:
        """The nonmyopic equilibria in ranks, best for the row player first, under the rule below.

        From a starting cell either player may move first; moves alternate around the four cells and play ends when it
        comes back to the start. Everybody looks to the end and moves only if that leads to a better cell than staying
        (backward induction). If neither player moves first, the start survives; if one does, the cell that this leads
        to; if both do, both cells, unless one is better for both players, which then survives alone. The equilibria are
        the survivors over all four starts. After Brams 1994; published rules differ in detail, and so do their counts.
        """
        found = {cell for start in range(4) for cell in self._survivors(start)}
        return tuple(sorted(found, reverse=True))

    def _survivors(self, start: int) -> set[Cell]:
        here = self.cells[start]
        ends = {self._end(start, mover) for mover in (0, 1)} - {here}
        if not ends:
            return {here}
        return {e for e in ends if not any(o[0] > e[0] and o[1] > e[1] for o in ends)}

    def _end(self, start: int, mover: int) -> Cell:
        """Return where play ends when one player decides first whether to leave a cell."""
        path = [start]
        for k in range(4):
            path.append(path[-1] ^ (2 if (mover + k) % 2 == 0 else 1))  # the row player changes the row
        end = self.cells[path[4]]
        for k in (3, 2, 1, 0):
            who, stay = (mover + k) % 2, self.cells[path[k]]
            end = end if end[who] > stay[who] else stay
        return end


@cache
def ordinal_games() -> tuple[OrdinalGame, ...]:
    """Return the 78 games in our order.

    >>> len(ordinal_games())
    78
    """
    first = {_standard(((a[0], b[0]), (a[1], b[1]), (a[2], b[2]), (a[3], b[3]))) for a in _orders() for b in _orders()}
    return tuple(OrdinalGame(cells) for cells in sorted(first, reverse=True))


def ordinal_game(game: StrategicGame, *, at: Mapping[str, Value] | None = None) -> OrdinalGame:
    """Return which of the 78 games a 2 x 2 game is at one point; raise `SolverError` for other sizes and for ties.

    >>> from deterrence.library import load
    >>> ordinal_game(load("crisis-management/chicken")).name
    'chicken'
    """
    if game.shape != (2, 2):
        raise SolverError(f"the classification is of 2 x 2 games, not {game.shape}")
    exact = at_one_point(game, at)
    ranks = []
    for own in exact.payoffs.reshape(2, 4).tolist():
        if len(set(own)) < 4:
            raise SolverError(
                "a player is indifferent between two cells", remedy="the classification is of strict orders"
            )
        ranks.append([sorted(own).index(value) + 1 for value in own])
    a, b = ranks
    return OrdinalGame(_standard(((a[0], b[0]), (a[1], b[1]), (a[2], b[2]), (a[3], b[3]))))


def _orders() -> list[tuple[int, ...]]:
    return list(permutations((1, 2, 3, 4)))


def _standard(cells: Cells) -> Cells:
    """Return the largest of the eight forms that swapping rows, columns and players gives."""
    forms = []
    for a, b, c, d in (cells, tuple((y, x) for x, y in (cells[0], cells[2], cells[1], cells[3]))):
        forms += [(a, b, c, d), (c, d, a, b), (b, a, d, c), (d, c, b, a)]
    return max(forms)


@cache
def _named() -> dict[Cells, str]:
    """Return the standard forms of the games with a name: T, R, P, S in the usual meaning, best first."""
    out = {}
    for order, name in _NAMES.items():
        t, r, p, s = (4 - order.index(letter) for letter in "TRPS")
        out[_standard(((r, r), (s, t), (t, s), (p, p)))] = name
    return out
