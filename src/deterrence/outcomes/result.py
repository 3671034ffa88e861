"""The answer: probabilities of events and expected payoffs of every equilibrium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deterrence.compiled.points import NumberArray
from deterrence.errors import GameError
from deterrence.expressions import did_you_mean
from deterrence.games import FrozenMap, Quantity

__all__ = ["Outcomes"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcomes:
    """What the equilibria of a batch lead to; NaN where there is no equilibrium.

    `probabilities` is (points, equilibria, events), `payoffs` (points, equilibria, players) before types are
    known, `type_payoffs` (points, equilibria, types) the payoff of each (player, type) of `types` when it is of
    that type, NaN where the type has probability zero. `others` holds what else the form of the game yields, each
    (points, equilibria). Floats, or Fractions at exact points.
    """

    events: tuple[str, ...]
    players: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    probabilities: NumberArray
    payoffs: NumberArray
    type_payoffs: NumberArray
    others: Mapping[Quantity, NumberArray] = field(default_factory=lambda: FrozenMap[Quantity, NumberArray]())

    def probability(self, event: str) -> NumberArray:
        """Return P(event), (points, equilibria); `GameError` for an unknown event."""
        return self.probabilities[..., _position(event, self.events, "event")]

    def payoff(self, who: str) -> NumberArray:
        """Return U(player), or U(player.type) given the type; `GameError` for an unknown name."""
        names = [f"{player}.{type_}" for player, type_ in self.types]
        if who in names:
            return self.type_payoffs[..., names.index(who)]
        return self.payoffs[..., _position(who, (*self.players, *names), "player")]

    def quantity(self, quantity: Quantity) -> NumberArray:
        """Return a quantity as files write it, such as `P(war)` or `U(Defender.hard)`."""
        if quantity in self.others:
            return self.others[quantity]
        if quantity.kind in ("P", "U"):
            return self.probability(quantity.of) if quantity.kind == "P" else self.payoff(quantity.of)
        raise GameError(f"no quantity {quantity}", remedy=did_you_mean(str(quantity), map(str, self.others)))


def _position(name: str, known: Sequence[str], what: str) -> int:
    if name not in known:
        raise GameError(f"no {what} {name!r}", remedy=did_you_mean(name, known))
    return known.index(name)
