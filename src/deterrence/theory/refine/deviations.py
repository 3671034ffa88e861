"""Deviations that a refinement judges: moves on the path of play that no type of the mover makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deterrence.errors import SolverError
from deterrence.theory.classes import EquilibriumClass
from deterrence.theory.observed import History
from deterrence.theory.shared import SharedBeliefs

__all__ = ["Deviation", "deviations", "later_sets"]


@dataclass(frozen=True)
class Deviation:
    """A move of a player with private types at a public history; others are to judge who made it."""

    sender: str
    history: History
    move: str

    @property
    def after(self) -> History:
        """The history once the move is made."""
        return (*self.history, self.move)

    @property
    def action(self) -> str:
        """The move without its node."""
        return self.move.partition(":")[2]


def deviations(system: SharedBeliefs, relevant: frozenset[str], found: EquilibriumClass) -> Iterator[Deviation]:
    """Yield the moves after which beliefs matter, at histories on the path, that the class gives probability zero.

    Raises `SolverError` where several players move at once at such a history: which of them deviated, and what their
    moves say together, the refinements leave open.
    """
    judged = {(player, history) for name, (player, history, _) in system.slots.items() if name in relevant}
    for sender, after in sorted(judged, key=lambda place: (len(place[1]), place)):
        if _remaining(system, found, after[:-1]) is None:
            continue
        if not _makes(system, found, sender, after):
            _check_alone(system, sender, after[:-1])
            yield Deviation(sender, after[:-1], after[-1])


def _remaining(system: SharedBeliefs, found: EquilibriumClass, history: History) -> dict[str, frozenset[str]] | None:
    """Return, by player, the types whose play can lead to a history; None where nobody's does."""
    players = system.game.players
    possible = {p.name: frozenset(p.types or ("",)) for p in players}
    for length in range(1, len(history) + 1):
        mover = system.observed.mover.get(history[: length - 1])
        if mover is not None:
            possible[mover] &= _types_making(system, found, mover, history[:length])
            if not possible[mover]:
                return None
    return possible


def _makes(system: SharedBeliefs, found: EquilibriumClass, sender: str, after: History) -> bool:
    possible = _remaining(system, found, after[:-1])
    return possible is not None and bool(possible[sender] & _types_making(system, found, sender, after))


def _types_making(system: SharedBeliefs, found: EquilibriumClass, mover: str, after: History) -> frozenset[str]:
    """Return the types that make the last move of a history with positive probability."""
    sets = moving_sets(system, mover, after[:-1])
    return frozenset(t for t, h in sets.items() if move_at(system, h, after) in found.support[h])


def moving_sets(system: SharedBeliefs, mover: str, history: History) -> dict[str, int]:
    """Return the information sets of a player at a history, by type; the type of a player without types is empty."""
    observed = system.observed
    if mover in observed.tree.typed:
        return observed.sets_of(mover, history)
    sets = enumerate(observed.tree.information_sets)
    return {"": next(i for i, h in sets if any(observed.history[m] == history for m in h.members))}


def move_at(system: SharedBeliefs, h: int, after: History) -> int:
    """Return which action of an information set is the last move of a history."""
    observed = system.observed
    info = observed.tree.information_sets[h]
    node = next(m for m in info.members if observed.history[m] == after[:-1])
    return info.actions.index(after[-1].removeprefix(f"{observed.tree.nodes[node].name}:"))


def later_sets(system: SharedBeliefs, after: History) -> list[int]:
    """Return the information sets at which play goes on after a history."""
    observed = system.observed
    sets = enumerate(observed.tree.information_sets)
    return [i for i, h in sets if all(observed.history[m][: len(after)] == after for m in h.members)]


def _check_alone(system: SharedBeliefs, sender: str, history: History) -> None:
    """Raise `SolverError` where others move in the same stage, unseen."""
    observed = system.observed
    starts = {observed.public[h] for h in moving_sets(system, sender, history).values()}
    movers = {h.player for i, h in enumerate(observed.tree.information_sets) if observed.public[i] in starts}
    if len(movers) > 1:
        raise SolverError(
            "refinements are not defined where several players move at once and one of them deviates",
            where=f"after {', '.join(history) or 'the start'}",
            remedy="derive without a refinement",
        )
