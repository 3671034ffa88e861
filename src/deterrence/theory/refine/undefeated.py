"""Undefeated equilibria (Mailath, Okuno-Fujiwara and Postlewaite 1993): one class judged by the others.

An equilibrium is defeated by another if there is a move that nobody makes in the first and somebody in the second, all
who make it are at least as well off in the second and one is better off, and the first does not answer the move with a
belief that the second justifies: those who gain have made it as they do in the second, those who gain nothing perhaps,
nobody else has. As published senders are pure; here a type that mixes counts with the probability of its move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import combinations

from deterrence.errors import SolverError
from deterrence.expressions import AllOf, Comparison, Condition, Expr, Symbol, substitute, symbols_of
from deterrence.theory.cases import Cases
from deterrence.theory.classes import EquilibriumClass
from deterrence.theory.conditions import at_least, equals
from deterrence.theory.logic import FALSE, join, negation
from deterrence.theory.refine.cut import Demand
from deterrence.theory.refine.deviations import Deviation, move_at, moving_sets
from deterrence.theory.refine.projection import Projector, options_of
from deterrence.theory.removal import Argument
from deterrence.theory.shared import SharedBeliefs
from deterrence.theory.smt import Answer
from deterrence.theory.unknowns import ZERO, product_of, sum_of

__all__ = ["check_one_signal", "defeats", "renamed"]


def check_one_signal(system: SharedBeliefs, relevant: frozenset[str]) -> None:
    """Raise `SolverError` unless one player signals once, by the first move of the game."""
    judged = {(system.slots[name].about, system.slots[name].history) for name in relevant}
    later = sorted(after for _, after in judged if len(after) > 1)
    if later:
        raise SolverError(
            "undefeated equilibria are defined for games in which one player signals once, by the first move",
            where=f"beliefs matter after {', '.join(later[0])}",
            remedy="use intuitive or D1",
        )


def renamed(name: str) -> str:
    """Return what an unknown that a class leaves open is called where the class judges another."""
    return f"other_{name}"


def defeats(
    cases: Cases, system: SharedBeliefs, deviation: Deviation, found: EquilibriumClass, other: EquilibriumClass
) -> Iterator[Demand]:
    """Yield what another class demands of one in which nobody makes a move, by those who make it there.

    Names of unknowns that the other class leaves open must be known to the algebra as `renamed`.
    """
    yield from _Defeat(cases, system, deviation, found, other).demands()


@dataclass(frozen=True)
class _Defeat:
    cases: Cases
    system: SharedBeliefs
    deviation: Deviation
    found: EquilibriumClass
    other: EquilibriumClass

    def demands(self) -> Iterator[Demand]:
        """Yield one demand for every set of types that may gain strictly."""
        senders = [t for t, q in self._sends.items() if q != ZERO]
        for size in range(len(senders), 0, -1):
            for gaining in combinations(senders, size):
                better = tuple(self._better(gaining, senders))
                if self.cases.decider.satisfiable((*self._members, *better)) is not Answer.NO:
                    yield self._demand(gaining, senders, better)

    def _demand(self, gaining: Sequence[str], senders: Sequence[str], better: tuple[Condition, ...]) -> Demand:
        """Return what must hold where these gain; what the other class leaves open is eliminated."""
        justified = tuple(self._justified(gaining, senders))
        argument = partial(self._argument, gaining, senders)
        used = _names(*(f for c in (*better, *justified) for f in c.formulas)) & set(self._renaming)
        if not used:
            return Demand(join(AllOf, *better), justified, argument)
        unjustified = [negation(self.cases.cleared(condition, self._context)) for condition in justified]
        options = [option for denied in unjustified for option in options_of(self.cases, (*better, denied))]
        return Demand(Projector(self.cases, self._members).exists(options, self._renaming), (FALSE,), argument)

    @cached_property
    def _renaming(self) -> Mapping[str, str]:
        """The open unknowns of the other class by their names here, with those there."""
        return {renamed(name): name for name in self.cases.unknowns(self.other)}

    def _there(self, formula: Expr) -> Expr:
        """Return a formula of the other class with its open unknowns renamed."""
        return substitute(formula, {old: Symbol(new) for new, old in self._renaming.items()})

    @cached_property
    def _members(self) -> tuple[Condition, ...]:
        return self.cases.conditions(self.found)

    @cached_property
    def _existing(self) -> tuple[Condition, ...]:
        """What holds of parameters and renamed unknowns wherever the other class exists."""
        return tuple(c.map(self._there) for c in self.cases.conditions(self.other))

    @property
    def _context(self) -> tuple[Condition, ...]:
        return (*self._members, *self._existing)

    @cached_property
    def _sends(self) -> dict[str, Expr]:
        """With which probability each type makes the move in the other class."""
        sets = moving_sets(self.system, self.deviation.sender, self.deviation.history)
        move = {t: move_at(self.system, h, self.deviation.after) for t, h in sets.items()}
        return {t: self._there(self.other.strategies[h][move[t]]) for t, h in sets.items()}

    def _better(self, gaining: Sequence[str], senders: Sequence[str]) -> Iterator[Condition]:
        """Yield that the other class exists, and that these senders gain by it while the others lose nothing."""
        gains = [(t, Comparison((self._gain(t), ZERO), (">" if t in gaining else "==",))) for t in senders]
        wanted = [self.cases.cleared(c, self._context) for _, c in gains]
        used = _names(*(f for c in wanted for f in c.formulas), *self._sends.values())
        whole = used & set(self._renaming) or not self.other.closed_form
        yield from (self._existing if whole else map(self.cases.cleared, self.other.region))
        yield from wanted

    def _gain(self, t: str) -> Expr:
        key = (self.deviation.sender, t)
        return sum_of(self._there(self.other.payoffs[key]), -self.found.payoffs[key])

    def _justified(self, gaining: Sequence[str], senders: Sequence[str]) -> Iterator[Condition]:
        """Yield what the belief after the move must be, with those who gain in their full proportion."""
        belief = self.system.beliefs[self.deviation.sender, self.deviation.after]
        prior = self.system.beliefs[self.deviation.sender, ()]
        mass = {t: product_of(prior[t], self._sends[t]) for t in senders}
        first, *others = gaining
        for t in belief:
            if t not in senders:
                yield equals(belief[t], ZERO)
        for t in others:
            yield equals(product_of(belief[t], mass[first]), product_of(belief[first], mass[t]))
        for t in senders:
            if t not in gaining:
                yield at_least(product_of(belief[first], mass[t]), product_of(belief[t], mass[first]))

    def _argument(self, gaining: Sequence[str], senders: Sequence[str]) -> Argument:
        action, level = self.deviation.action, [t for t in senders if t not in gaining]
        who = f"{self.deviation.sender} {' and '.join(senders)}"
        gains = " and ".join(gaining) + (" gain" if len(gaining) > 1 else " gains")
        others = f", {' and '.join(level)} {'lose' if len(level) > 1 else 'loses'} nothing" if level else ""
        reason = (
            f"defeated by {self.other.family}, in which {who} may {action}: there {gains}{others}, and the belief "
            f"after {action} does not reckon with it"
        )
        return Argument(
            sender=self.deviation.sender,
            after=self.deviation.after,
            struck=tuple(senders),
            by=self.other.family,
            reason=reason,
        )


def _names(*formulas: Expr) -> set[str]:
    return {s.name for s in symbols_of(*formulas)}
