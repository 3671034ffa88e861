"""Ordinal potentials: whether unilateral improvements can go round in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from deterrence.certify.potentials import is_improvement_cycle, is_ordinal_potential
from deterrence.compiled import Value
from deterrence.compiled.points import NumberArray
from deterrence.games import FrozenMap, StrategicGame
from deterrence.tables.point import at_one_point

__all__ = ["OrdinalPotential", "ordinal_potential"]

Cell = tuple[int, ...]
Profile = tuple[str, ...]


@dataclass(frozen=True)
class OrdinalPotential:
    """A potential, by profile of actions, or the profiles of an improvement cycle: one of both is empty.

    `certified` says that the one or the other was confirmed, move by move, by code that does not know how it was found.
    """

    potential: FrozenMap[Profile, int]
    cycle: tuple[Profile, ...]
    certified: bool

    @property
    def exists(self) -> bool:
        """Whether the game has an ordinal potential."""
        return not self.cycle


def ordinal_potential(
    game: StrategicGame, *, generalised: bool = False, at: Mapping[str, Value] | None = None
) -> OrdinalPotential:
    """Return an ordinal potential at one point, or the cycle of improvements that rules one out; payoffs are exact.

    An ordinal potential rises with a unilateral change exactly where the mover gains. A finite game has one if and only
    if no closed path of unilateral changes has gains and no losses (Voorneveld and Norde 1997). A `generalised` one has
    to rise where the mover gains and may do anything elsewhere; it exists if and only if improvements come to an end
    (Monderer and Shapley 1996).

    >>> from deterrence.library import load
    >>> ordinal_potential(load("crisis-management/chicken")).potential["stand", "yield"]
    1
    """
    point = at_one_point(game, at)
    u = point.payoffs[..., 0]
    levels, cycle = _levels(u, ties=not generalised)
    names = [tuple(point.actions[i][a] for i, a in enumerate(cell)) for cell in np.ndindex(*point.shape)]
    if cycle:
        sound = is_improvement_cycle(u, cycle, strict=generalised)
        named = tuple(names[int(np.ravel_multi_index(cell, point.shape))] for cell in cycle)
        return OrdinalPotential(FrozenMap({}), named, sound)
    sound = is_ordinal_potential(u, levels, generalised=generalised)
    return OrdinalPotential(FrozenMap(dict(zip(names, levels.reshape(-1).tolist(), strict=True))), (), sound)


def _levels(u: NumberArray, *, ties: bool) -> tuple[NumberArray, list[Cell]]:
    """Return how many improvements in a row can lead to each cell, or else a cycle."""
    cells = list(np.ndindex(*u.shape[1:]))
    group = _tied(u, cells) if ties else {cell: cell for cell in cells}
    above: dict[Cell, list[Cell]] = {cell: [] for cell in cells}
    open_ = dict.fromkeys(cells, 0)  # improvements into a group that are not yet counted
    for here in cells:
        for there in _moves(u, here, 1):
            above[group[here]].append(group[there])
            open_[group[there]] += 1
    level = dict.fromkeys(cells, 0)
    ready = [cell for cell in cells if group[cell] == cell and not open_[cell]]
    for here in ready:
        for there in above[here]:
            level[there] = max(level[there], level[here] + 1)
            open_[there] -= 1
            if not open_[there]:
                ready.append(there)
    if any(open_.values()):
        return u[0], _cycle(u, group, {cell for cell in cells if open_[group[cell]]}, ties=ties)
    return np.array([level[group[cell]] for cell in cells]).reshape(u.shape[1:]), []


def _moves(u: NumberArray, here: Cell, *signs: int) -> Iterator[Cell]:
    """Yield the cells to which one player can go with a gain (1) or a tie (0)."""
    for player in range(len(here)):
        for action in range(u.shape[1 + player]):
            if action != here[player]:
                there = (*here[:player], action, *here[player + 1 :])
                gain = u[(player, *there)] - u[(player, *here)]
                if (gain > 0) - (gain < 0) in signs:
                    yield there


def _tied(u: NumberArray, cells: Iterable[Cell]) -> dict[Cell, Cell]:
    """Return for each cell the first of those that ties connect it with."""
    group: dict[Cell, Cell] = {}
    for first in cells:
        if first not in group:
            group[first], found = first, [first]
            for here in found:
                fresh = [there for there in _moves(u, here, 0) if there not in group]
                group.update(dict.fromkeys(fresh, first))
                found.extend(dict.fromkeys(fresh))
    return group


def _cycle(u: NumberArray, group: Mapping[Cell, Cell], stuck: set[Cell], *, ties: bool) -> list[Cell]:
    """Return a cycle: go back along improvements between stuck groups until one returns, then forward again."""
    into = {group[there]: (here, there) for here in stuck for there in _moves(u, here, 1) if there in stuck}
    seen: set[Cell] = set()
    here = group[next(iter(sorted(stuck)))]
    while here not in seen:
        seen.add(here)
        here = group[into[here][0]]
    below, start = into[here]
    came: dict[Cell, Cell] = {start: start}
    queue = [start]
    for cell in queue:
        for there in _moves(u, cell, *((0, 1) if ties else (1,))):
            if there not in came:
                came[there] = cell
                queue.append(there)
    path = [below]
    while path[-1] != start:
        path.append(came[path[-1]])
    return path[::-1]
