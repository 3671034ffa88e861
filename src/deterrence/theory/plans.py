"""Pure plans of a player from an information set on: what a deviator may do at several places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from deterrence.errors import SolverError
from deterrence.games import Tree
from deterrence.theory.systems import Plan

__all__ = ["plans_after"]

MAX_PLANS: Final = 512


def plans_after(tree: Tree, h: int, action: int, among: frozenset[int] | None = None) -> Iterator[Plan]:
    """Yield every pure plan of the mover for its information sets that can follow an action, not the empty one.

    A plan says nothing about sets that its own moves exclude. With `among` it is for those sets only. Raises
    `SolverError` where there are too many.
    """
    info = tree.information_sets[h]
    starts = [tree.nodes[member].children[action] for member in info.members]
    for count, plan in enumerate(_plans(tree, info.player, starts, among)):
        if count >= MAX_PLANS:
            raise SolverError(
                f"more than {MAX_PLANS} plans after a deviation",
                where=tree.set_name(info),
                remedy="derive(game, concept='sequential') needs single deviations only",
            )
        if plan:
            yield plan


def _plans(tree: Tree, player: int, starts: list[int], among: frozenset[int] | None) -> Iterator[Plan]:
    """Yield the plans from some nodes on: choices at the sets that come next, each with plans for what follows."""
    waiting = _next_sets(tree, player, starts, among)
    if not waiting:
        yield {}
        return
    h, rest = waiting[0], waiting[1:]
    members = tree.information_sets[h].members
    for action in range(len(tree.information_sets[h].actions)):
        below = [tree.nodes[member].children[action] for member in members]
        after = [node for g in rest for node in tree.information_sets[g].members]
        for later in _plans(tree, player, [*below, *after], among):
            yield {h: action, **later}


def _next_sets(tree: Tree, player: int, starts: list[int], among: frozenset[int] | None) -> list[int]:
    """Return the player's information sets that are met first from some nodes on."""
    found: dict[int, None] = {}
    pending = list(reversed(starts))
    while pending:
        i = pending.pop()
        h = tree.nodes[i].information_set
        if h >= 0 and tree.information_sets[h].player == player and (among is None or h in among):
            found[h] = None
        else:
            pending.extend(reversed(tree.nodes[i].children))
    return list(found)
