"""The unknowns of an equilibrium: mixing probabilities at information sets, beliefs at public histories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deterrence.expressions import Expr, Number, Symbol
from deterrence.theory.observed import Beliefs, History, ObservedGame

__all__ = ["ONE", "ZERO", "Support", "Unknowns", "product_of", "sum_of"]

ZERO, ONE = Number(0), Number(1)

Support = tuple[tuple[int, ...], ...]  # by information set: the actions played with positive probability


def sum_of(*terms: Expr) -> Expr:
    """Return a sum without its zero terms."""
    kept = [t for t in terms if t != ZERO]
    total: Expr = kept[0] if kept else ZERO
    for term in kept[1:]:
        total = total + term
    return total


def product_of(*factors: Expr) -> Expr:
    """Return a product, zero when a factor is zero: all factors here are defined."""
    result: Expr = ONE
    for factor in factors:
        if factor == ZERO:
            return ZERO
        result = result * factor
    return result


@dataclass(frozen=True)
class Unknowns:
    """Names for what has to be found.

    `beliefs[player, history]` gives the probability of each type; the last type's is one minus the others.
    `slots[name]` says which (player, history, type) a belief's name stands for, `moves[name]` which (information set,
    action) a mixing probability's.
    """

    observed: ObservedGame
    beliefs: Mapping[tuple[str, History], Beliefs]
    slots: Mapping[str, tuple[str, History, str]]
    moves: Mapping[str, tuple[int, int]]
    prefix: str

    @staticmethod
    def of(observed: ObservedGame) -> Unknowns:
        """Return the unknowns of a game; a belief is inherited until its subject moves."""
        taken = {p.name for p in observed.game.parameters}
        prefix = ""
        while any(name.startswith((f"mix{prefix}_", f"belief{prefix}_")) for name in taken):
            prefix += "x"
        beliefs: dict[tuple[str, History], Beliefs] = {}
        slots: dict[str, tuple[str, History, str]] = {}
        histories = sorted(dict.fromkeys(observed.history), key=len)
        for player in (p for p in observed.game.players if p.types):
            assert player.prior is not None
            for history in histories:
                if not history:
                    beliefs[player.name, history] = player.prior
                elif observed.mover.get(history[:-1]) != player.name:
                    beliefs[player.name, history] = beliefs[player.name, history[:-1]]
                else:
                    names = [Symbol(f"belief{prefix}_{len(slots) + k}") for k in range(len(player.types) - 1)]
                    for name, t in zip(names, player.types[:-1], strict=True):
                        slots[name.name] = (player.name, history, t)
                    rest = sum_of(ONE, *(-name for name in names))
                    beliefs[player.name, history] = dict(zip(player.types, [*names, rest], strict=True))
        moves = {
            f"mix{prefix}_{i}_{a}": (i, a)
            for i, h in enumerate(observed.tree.information_sets)
            for a in range(len(h.actions))
        }
        return Unknowns(observed, beliefs, slots, moves, prefix)

    def strategy(self, h: int, support: tuple[int, ...]) -> tuple[Expr, ...]:
        """Return the probabilities of all actions: unknowns on the support, the last one minus the others."""
        actions = len(self.observed.tree.information_sets[h].actions)
        names = [Symbol(f"mix{self.prefix}_{h}_{a}") for a in support[:-1]]
        values = dict(zip(support, [*names, sum_of(ONE, *(-name for name in names))], strict=True))
        return tuple(values.get(a, ZERO) for a in range(actions))
