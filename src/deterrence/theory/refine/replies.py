"""What a deviation may be answered with: rational continuations for some common belief about the deviator.

A reply is what everyone does after the deviation, the deviator's own later moves included. It counts when for one
belief about the deviator that all observers share, with the equilibrium's beliefs about everyone else and Bayes' rule
from there on, every move is optimal for whoever makes it. In a signalling game with one answer these are the best
replies of Cho and Kreps (1987).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from deterrence.expressions import Comparison, Condition, Expr, Symbol, substitute_condition, to_text
from deterrence.theory.algebra import Fractional, Polynomial
from deterrence.theory.cases import Cases
from deterrence.theory.classes import EquilibriumClass
from deterrence.theory.conditions import at_least
from deterrence.theory.logic import strictly
from deterrence.theory.plays import payoff_functions
from deterrence.theory.refine.deviations import Deviation, later_sets, move_at, moving_sets
from deterrence.theory.refine.projection import Atom, Projector, atom, options_of
from deterrence.theory.removal import ResponseSet
from deterrence.theory.shared import SharedBeliefs
from deterrence.theory.smt import Answer
from deterrence.theory.supports import Feasible, feasible_supports
from deterrence.theory.unknowns import ONE, ZERO

__all__ = ["Replies", "Reply", "Responses"]


@dataclass(frozen=True)
class Reply:
    """A family of replies with one support: play at each later information set, and what makes it rational.

    `gains` has the sign of what the deviation brings each type of the deviator beyond the equilibrium.
    """

    plays: Mapping[int, tuple[Expr, ...]]
    atoms: tuple[Atom, ...]
    gains: Mapping[str, Polynomial]


@dataclass
class Replies:
    """The continuations after one deviation, sought once for all classes."""

    cases: Cases
    system: SharedBeliefs
    relevant: frozenset[str]
    deviation: Deviation
    _known: dict[tuple[Fractional, ...], Responses] = field(default_factory=dict)

    @cached_property
    def sets(self) -> list[int]:
        """The information sets at which play goes on."""
        return later_sets(self.system, self.deviation.after)

    @cached_property
    def names(self) -> frozenset[str]:
        """The unknowns of a reply: moves and beliefs after the deviation."""
        moves = {name for name, (h, _) in self.system.moves.items() if h in self.sets}
        after = self.deviation.after
        return frozenset(moves | {n for n, (_, at, _) in self.system.slots.items() if at[: len(after)] == after})

    @cached_property
    def belief(self) -> Mapping[str, Expr]:
        """The belief about the deviator, by type."""
        return self.system.beliefs[self.deviation.sender, self.deviation.after]

    @cached_property
    def families(self) -> list[Feasible]:
        """The supports of rational replies, each with its conditions."""
        return feasible_supports(self.system, self.cases.decider, self.relevant, sets=self.sets)

    def of(self, found: EquilibriumClass) -> Responses:
        """Return the replies with what they bring the types of the deviator beyond a class's equilibrium.

        Classes that differ in nothing that matters here share the answer.
        """
        context = self.cases.conditions(found)
        inherited = {name: self.cases.function(f, context) for name, f in self._inherited(found).items()}
        rows = enumerate(found.strategies)
        outside = {h: [self.cases.function(q, context) for q in row] for h, row in rows if h not in self.sets}
        outside |= self._forced()
        sender = self.deviation.sender
        usual = {t: self.cases.function(f, context) for (who, t), f in found.payoffs.items() if who == sender}
        key = (*inherited.values(), *(q for h in sorted(outside) for q in outside[h]), *usual.values())
        if key not in self._known:
            replies = [self._reply(family, inherited, outside, usual, context) for family in self.families]
            self._known[key] = Responses(self, tuple(replies))
        return self._known[key]

    def _inherited(self, found: EquilibriumClass) -> dict[str, Expr]:
        """Return the beliefs held at the deviation about others, which the class determines, by name."""
        before = self.deviation.history
        return {
            name: found.beliefs[slot]
            for name, slot in self.system.slots.items()
            if slot in found.beliefs and slot[1] == before[: len(slot[1])]
        }

    def _forced(self) -> dict[int, list[Fractional]]:
        """Return the deviator's play up to the deviation, whatever its type: it leads there and then deviates."""
        forced: dict[int, list[Fractional]] = {}
        algebra, after = self.cases.algebra, self.deviation.after
        for length in range(1, len(after) + 1):
            part = after[:length]
            if self.system.observed.mover.get(part[:-1]) == self.deviation.sender:
                for h in moving_sets(self.system, self.deviation.sender, part[:-1]).values():
                    count = len(self.system.tree.information_sets[h].actions)
                    row = [algebra.zero] * count
                    row[move_at(self.system, h, part)] = algebra.one
                    forced[h] = row
        return forced

    def _reply(
        self,
        family: Feasible,
        inherited: Mapping[str, Fractional],
        outside: Mapping[int, list[Fractional]],
        usual: Mapping[str, Fractional],
        context: tuple[Condition, ...],
    ) -> Reply:
        algebra = self.cases.algebra
        plays = dict(zip(sorted(self.sets), family.strategies, strict=True))
        rows = {**outside, **{h: [algebra.value(q) for q in row] for h, row in plays.items()}}
        tree = self.system.tree
        worth = payoff_functions(tree, algebra, [rows[h] for h in range(len(tree.information_sets))])
        gains = {t: worth[self.deviation.sender, t] - value for t, value in usual.items()}
        believed = [at_least(q) for q in self.belief.values()]
        values = {name: algebra.formula(value) for name, value in inherited.items()}
        conditions = [substitute_condition(c, values) for c in (*family.conditions, *believed)]
        cleared = [self.cases.cleared(c, context) for c in conditions]
        (conjunction,) = options_of(self.cases, cleared)
        atoms = tuple(_closed(a) for a in conjunction)
        return Reply(plays, atoms, {t: _over(self.cases, gain, context) for t, gain in gains.items()})


@dataclass
class Responses:
    """The replies to a deviation from one class, and where in the parameters they tempt whom."""

    of: Replies
    replies: tuple[Reply, ...]
    _found: dict[tuple[object, ...], Condition] = field(default_factory=dict)
    _sets: dict[str, ResponseSet] = field(default_factory=dict)

    @property
    def types(self) -> tuple[str, ...]:
        """The types of the deviator."""
        return tuple(self.of.belief)

    def gains(self, t: str) -> Condition:
        """Return where some reply makes the deviation better than the equilibrium for a type."""
        return self._where(("gains", t), lambda r: [Atom(r.gains[t], ">")])

    def tempted(self, t: str) -> Condition:
        """Return where some reply makes the deviation at least as good as the equilibrium for a type."""
        return self._where(("tempted", t), lambda r: [Atom(r.gains[t], ">=")])

    def alone(self, t: str, other: str) -> Condition:
        """Return where some reply is at least as good as the equilibrium for a type, and no better for another."""
        return self._where(("alone", t, other), lambda r: [Atom(r.gains[t], ">="), Atom(-r.gains[other], ">=")])

    def unmoved(self, t: str, believed: frozenset[str]) -> Condition:
        """Return where some reply to a belief in certain types alone is no better than the equilibrium for a type."""
        others = [self.of.cases.algebra.value(q).numer for u, q in self.of.belief.items() if u not in believed]
        sure = [Atom(q, "==") for q in others]
        return self._where(("unmoved", t, believed), lambda r: [Atom(-r.gains[t], ">="), *sure])

    def response_set(self, t: str) -> ResponseSet:
        """Return the replies that make the deviation better than the equilibrium for a type."""
        if t not in self._sets:
            families = dict.fromkeys(f for reply in self.replies for f in self._family(reply, t))
            self._sets[t] = ResponseSet(t, tuple(families))
        return self._sets[t]

    def _family(self, reply: Reply, t: str) -> Iterator[tuple[tuple[tuple[str, str], ...], tuple[Condition, ...]]]:
        projector = Projector(self.of.cases)
        gain = Atom(reply.gains[t], ">")
        given = [projector.condition(a) for a in reply.atoms]
        decider = self.of.cases.decider
        if decider.satisfiable((*given, projector.condition(gain))) is Answer.NO:
            return
        needless = decider.implied(projector.condition(gain), given)
        yield tuple(self._answers(reply)), () if needless else (self._shown(gain),)

    def _answers(self, reply: Reply) -> Iterator[tuple[str, str]]:
        """Yield what the others do at the information sets that the deviation leads to."""
        tree = self.of.system.tree
        for h in self._reached(reply):
            info = tree.information_sets[h]
            if tree.players[info.player] != self.of.deviation.sender:
                played = [
                    a if q == ONE else f"{a} with probability {to_text(q)}"
                    for a, q in zip(info.actions, reply.plays[h], strict=True)
                    if q != ZERO
                ]
                yield tree.set_name(info), ", ".join(played)

    def _reached(self, reply: Reply) -> list[int]:
        """Return the information sets that a reply leads to, for some types."""
        tree, observed = self.of.system.tree, self.of.system.observed
        pending = [i for i, path in enumerate(observed.history) if path == self.of.deviation.after]
        reached: set[int] = set()
        while pending:
            node = tree.nodes[pending.pop()]
            if node.kind == "decision":
                reached.add(node.information_set)
            odds = reply.plays[node.information_set] if node.kind == "decision" else node.probabilities
            pending += [child for child, q in zip(node.children, odds, strict=True) if q != ZERO]
        return sorted(reached)

    def _shown(self, gain: Atom) -> Condition:
        """Return that a type gains, solved for a mixing probability of the reply where there is one."""
        cases = self.of.cases
        polynomial = gain.polynomial
        for name in sorted(cases.algebra.names_in(polynomial) & self.of.names):
            if cases.algebra.degree(polynomial, name) == 1:
                parts = cases.algebra.coefficients(polynomial, name)
                if sign := cases.sign(parts[1]):
                    bound = cases.algebra.ratio(-parts.get(0, cases.algebra.ring.zero), parts[1])
                    return Comparison((Symbol(name), cases.presenter.formula(bound)), (">" if sign > 0 else "<",))
        return strictly(cases.presenter.condition(polynomial))

    def _where(self, question: tuple[object, ...], extra: Callable[[Reply], list[Atom]]) -> Condition:
        if question not in self._found:
            options = [(*reply.atoms, *extra(reply)) for reply in self.replies]
            self._found[question] = Projector(self.of.cases).exists(options, self.of.names)
        return self._found[question]


def _closed(atom: Atom) -> Atom:
    """Return an atom without strictness: at the ends of a mixture the reply is one of another support."""
    return Atom(atom.polynomial, "==" if atom.operator == "==" else ">=")


def _over(cases: Cases, function: Fractional, context: tuple[Condition, ...]) -> Polynomial:
    """Return a polynomial with the sign of a function."""
    return atom(cases, function, ">", context).polynomial
