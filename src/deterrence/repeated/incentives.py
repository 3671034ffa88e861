"""When nobody gains from one breach: polynomial inequalities in the discount factor, with formulas for coefficients.

Written for values of phases that are known sums, apart from the linear system by which the certificate finds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from deterrence.expressions import Expr, Number
from deterrence.games import FrozenMap, StrategicGame
from deterrence.games.agreement import Agreement, Profile

__all__ = ["Incentive", "incentives"]

ZERO = Number(0)
Polynomial = tuple[Expr, ...]  # coefficients of the powers of the discount factor, lowest first


@dataclass(frozen=True)
class Incentive:
    """One breach that must not pay: by whom, in which phase, with which action.

    `coefficients` of the powers of the discount factor, lowest first, are formulas in the parameters; the breach does
    not pay where the polynomial is not negative.
    """

    player: str
    phase: str
    action: str
    coefficients: Polynomial


def incentives(game: StrategicGame, agreement: Agreement) -> tuple[Incentive, ...]:
    """Return the conditions under which the agreement is a subgame perfect equilibrium, each polynomial once."""
    agreement.check(game)
    found: dict[Polynomial, Incentive] = {}
    for i, player in enumerate(game.players):
        case = _Case(game, agreement, i, player.name)
        for incentive in (*case.in_the_norm(), *case.in_punishments()):
            found.setdefault(incentive.coefficients, incentive)
    return tuple(found.values())


@dataclass(frozen=True)
class _Case:
    """The incentives of one player; the names follow the usual u(norm) = g, u(own punishment) = p."""

    game: StrategicGame
    agreement: Agreement
    place: int
    name: str

    def payoff(self, profile: Profile, action: str | None = None) -> Expr:
        if action is not None:
            profile = (*profile[: self.place], action, *profile[self.place + 1 :])
        return self.game.table[profile][self.name]

    def others(self, profile: Profile) -> tuple[str, ...]:
        return tuple(a for a in self.game.actions[self.name] if a != profile[self.place])

    def in_the_norm(self) -> Iterator[Incentive]:
        norm, lag = self.agreement.norm, self.agreement.lag
        for action in self.others(norm):
            for later in self.game.actions[self.name] if lag else (action,):
                gain = self.payoff(norm) - self.payoff(norm, action)
                gains = self.payoff(norm) - self.payoff(norm, later)
                now = _times(self._noise(), gain)
                unseen = _shifted(_geometric(lag, gains), 1) if self.agreement.periods else _last(gains, lag)
                yield self._incentive("norm", action, _sum(now, unseen, self._loss(lag)))

    def _noise(self) -> Polynomial:
        """Return what values are divided by: the norm lasts only until a false alarm."""
        alarm, periods = self.agreement.false_alarm, self.agreement.periods
        if periods is None:  # multiplied by 1 - delta
            return (Number(1), alarm - 1)
        return _sum((Number(1),), _shifted(_geometric(periods, alarm), 1))

    def _loss(self, lag: int) -> Polynomial:
        """Return what punishment takes from who breaks the norm."""
        taken = self.payoff(self.agreement.norm) - self.payoff(self.agreement.punishing(self.name))
        weight = self.agreement.detection - self.agreement.false_alarm
        periods = self.agreement.periods
        return _shifted(_geometric(periods, weight * taken) if periods else (weight * taken,), lag + 1)

    def in_punishments(self) -> Iterator[Incentive]:
        own = isinstance(self.agreement.punishment, FrozenMap)
        for culprit in [p.name for p in self.game.players] if own else [self.game.players[0].name]:
            profile = self.agreement.punishing(culprit)
            phase = f"punishment of {culprit}" if own else "punishment"
            for action in self.others(profile):
                gain = self.payoff(profile) - self.payoff(profile, action)
                if self.agreement.periods is None:
                    yield self._incentive(phase, action, self._for_ever(profile, gain))
                else:
                    for left in range(self.agreement.periods, 0, -1):
                        yield self._incentive(f"{phase} {left}", action, self._for_a_time(profile, gain, left))

    def _for_ever(self, profile: Profile, gain: Expr) -> Polynomial:
        worse = self.payoff(profile) - self.payoff(self.agreement.punishing(self.name))
        return _sum((gain, -gain), (ZERO, self.agreement.detection * worse))

    def _for_a_time(self, profile: Profile, gain: Expr, left: int) -> Polynomial:
        """Return what a breach gains at once against a new punishment instead of the rest of this one."""
        periods, seen = self.agreement.periods, self.agreement.detection
        assert periods is not None
        norm, own = self.payoff(self.agreement.norm), self.payoff(self.agreement.punishing(self.name))
        rest = _geometric(left - 1, seen * (self.payoff(profile) - own))
        again = _shifted(_geometric(periods - left + 1, seen * (norm - own)), left - 1)
        return _sum(_times(self._noise(), gain), _shifted(_sum(rest, again), 1))

    def _incentive(self, phase: str, action: str, polynomial: Polynomial) -> Incentive:
        return Incentive(self.name, phase, action, polynomial)


def _geometric(count: int, factor: Expr) -> Polynomial:
    """Return factor times 1 + delta + ... of so many terms."""
    return (factor,) * count


def _last(gain: Expr, lag: int) -> Polynomial:
    """Return (delta - delta**(lag + 1)) times a gain: so many periods, multiplied by 1 - delta."""
    return (ZERO, gain, *[ZERO] * (lag - 1), -gain) if lag else ()


def _shifted(polynomial: Polynomial, powers: int) -> Polynomial:
    return (*[ZERO] * powers, *polynomial)


def _times(polynomial: Polynomial, factor: Expr) -> Polynomial:
    return tuple(c * factor for c in polynomial)


def _sum(*polynomials: Sequence[Expr]) -> Polynomial:
    width = max(map(len, polynomials))
    padded = [(*p, *[ZERO] * (width - len(p))) for p in polynomials]
    return tuple(reduce(add, column) for column in zip(*padded, strict=True))
