"""Who would deviate from a profile that a person writes down, where, to what, and with what arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from deterrence.certify import certify_sequential
from deterrence.compiled import CompiledTree, Value, compile_tree, parameter_points
from deterrence.compiled.prescribed import prescribed_strategy, prescribes, singled_out
from deterrence.errors import GameError, ParameterError
from deterrence.expressions import evaluate_exact, exact_number, substitute, to_text
from deterrence.games import ExtensiveGame, FrozenMap, InformationSet, Prescription, Tree
from deterrence.library.places import Place, Table
from deterrence.library.read_profiles import read_behaviour, read_beliefs
from deterrence.library.scope import Scope
from deterrence.profiles import Assessment

__all__ = ["Account", "ActionWorth", "Explanation", "Term", "explain"]

Written: TypeAlias = "Sequence[Prescription] | Mapping[str, object]"


@dataclass(frozen=True)
class Term:
    """One outcome after an action: its probability, its event, and the mover's payoff with payments on the way."""

    probability: Fraction
    event: str
    payoff: Fraction


@dataclass(frozen=True, kw_only=True)
class ActionWorth:
    """An action: how likely the profile makes it, and its expected payoff as the sum of its terms."""

    action: str
    played: Fraction
    terms: tuple[Term, ...]

    @property
    def worth(self) -> Fraction:
        """The expected payoff."""
        return sum((t.probability * t.payoff for t in self.terms), Fraction(0))

    def __str__(self) -> str:
        """Return the sum as it is done by hand."""
        terms = " + ".join(f"{t.probability} x {t.payoff} ({t.event})" for t in self.terms)
        return f"{self.action}: {terms} = {self.worth}"


@dataclass(frozen=True, kw_only=True)
class Account:
    """The mover's arithmetic at one information set, all later moves as the profile says.

    `beliefs` are by node: from Bayes' rule where the set is reached (`reached` is its probability), elsewhere as given;
    where none is given but every belief leads to the same verdict on single moves they are uniform. `actions` is empty
    where no belief is known. `conflict` says how a given belief contradicts Bayes' rule.
    """

    where: str
    player: str
    reached: Fraction
    beliefs: FrozenMap[str, Fraction]
    actions: tuple[ActionWorth, ...]
    conflict: str = ""

    @property
    def prescribed(self) -> Fraction:
        """What the prescribed mixture yields."""
        return sum((a.played * a.worth for a in self.actions), Fraction(0))

    @property
    def best(self) -> ActionWorth | None:
        """The action worth most, None without beliefs."""
        return max(self.actions, key=lambda a: a.worth, default=None)

    @property
    def gain(self) -> Fraction:
        """What the best action yields beyond the prescription."""
        return self.best.worth - self.prescribed if self.best is not None else Fraction(0)

    def __str__(self) -> str:
        """Return the arithmetic, one line per action, and the conclusion."""
        place = f"reached with probability {self.reached}" if self.reached else "off the path"
        held = "; ".join(f"{node} {q}" for node, q in self.beliefs.items())
        lines = [f"{self.where} ({place}{f'; beliefs: {held}' if len(self.beliefs) > 1 else ''})"]
        lines += [f"  {action}" for action in self.actions]
        if self.conflict:
            lines.append(f"  {self.conflict}")
        if self.best is None:
            lines.append("  no belief is given here")
        elif self.gain:
            lines.append(
                f"  deviates to {self.best.action}: {self.best.worth} against {self.prescribed}, gain {self.gain}"
            )
        else:
            lines.append("  no other action yields more")
        return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What every mover would do at one exact point, and whether the profile with its beliefs is an equilibrium.

    `verdict` is "yes" when the independent checker confirms sequential rationality given the beliefs, with Bayes'
    rule wherever play comes (weak perfect Bayesian equilibrium); "no" when somebody deviates or a belief contradicts
    Bayes' rule; "open" when a belief off the path is missing and nothing else objects.
    """

    accounts: tuple[Account, ...]
    verdict: Literal["yes", "no", "open"]
    checked_gain: Fraction | None

    @property
    def deviations(self) -> tuple[Account, ...]:
        """The information sets at which the mover gains by one action, largest gain first."""
        return tuple(sorted((a for a in self.accounts if a.gain > 0), key=lambda a: -a.gain))

    def __str__(self) -> str:
        """Return the deviations, or why nobody deviates."""
        shown = self.deviations or self.accounts
        words = {"yes": "nobody gains by deviating", "no": "not an equilibrium", "open": "open: a belief is missing"}
        more = ""
        if self.verdict == "no" and not self.deviations and self.checked_gain:
            more = f"; several moves together gain {self.checked_gain}"
        return "\n".join([words[self.verdict] + more, *map(str, shown)])


def explain(
    game: ExtensiveGame, profile: Written, *, at: Mapping[str, Value] | None = None, beliefs: Written | None = None
) -> Explanation:
    """Return the arithmetic of every mover under a profile, at one parameter point, in exact rationals.

    Profile and beliefs are written as in model files, `{"Challenger": {"hard": {"root": "defect"}}}` and
    `{"Defender": {"soft": {"reply": {"Challenger.hard": "1/2"}}}}`, or as prescriptions. Every information set must be
    prescribed for. Parameters that `at` does not name are at their defaults. Raises `GameError` for a set without
    prescription and for probabilities that are none, `ModelFileError` for unknown names, `ParameterError` for more
    than one point or one outside the assumptions.
    """
    points = parameter_points(game, at, exact=True)
    if points.size != 1 or not points.admissible.all():
        raise ParameterError("explain needs one admissible point", where="at", remedy="one number per parameter")
    point = {p.name: points.flat(p.name)[0] for p in game.parameters}
    tree, definitions = game.tree, game.resolved_definitions
    prescriptions, held = _read(game, profile, beliefs or ())
    strategy = prescribed_strategy(tree, prescriptions, definitions, points)[0, 0]
    _check(tree, strategy)
    given = {
        i: {key: evaluate_exact(substitute(q, definitions), point) for key, q in one.probabilities.items()}
        for one in held
        for i, h in enumerate(tree.information_sets)
        if prescribes(one, tree, h)
    }
    return _Accounting(compile_tree(game, points), strategy, given).run()


def _read(
    game: ExtensiveGame, profile: Written, beliefs: Written
) -> tuple[Sequence[Prescription], Sequence[Prescription]]:
    definitions = {name: to_text(formula) for name, formula in game.definitions.items()}
    scope = Scope(game.parameters, Table(definitions, Place("definitions")))
    if isinstance(profile, Mapping):
        profile = read_behaviour(Table(_plain(profile), Place("profile")), game, scope)
    if isinstance(beliefs, Mapping):
        beliefs = read_beliefs(Table(_plain(beliefs), Place("beliefs")), game, scope)
    return profile, beliefs


def _plain(table: Mapping[str, object]) -> dict[str, object]:
    """Return a table as files hold it: numbers as exact text."""
    return {key: _plain(value) if isinstance(value, Mapping) else _text(value) for key, value in table.items()}


def _text(value: object) -> object:
    return str(exact_number(value)) if isinstance(value, Fraction | Decimal | float | int) else value


def _check(tree: Tree, strategy: np.ndarray[tuple[int, ...], np.dtype[np.object_]]) -> None:
    open_sets = [tree.set_name(h) for h in tree.information_sets if any(q != q for q in strategy[h.moves])]
    if open_sets:
        raise GameError(f"nothing is prescribed at {'; '.join(open_sets)}", where="profile", remedy="name an action")
    for h in tree.information_sets:
        if min(strategy[h.moves]) < 0 or sum(strategy[h.moves]) != 1:
            raise GameError("the probabilities are no distribution", where=tree.set_name(h), remedy="let them sum to 1")


class _Accounting:
    """The sums at one point."""

    def __init__(
        self,
        compiled: CompiledTree,
        strategy: np.ndarray[tuple[int, ...], np.dtype[np.object_]],
        given: Mapping[int, Mapping[str, Fraction]],
    ) -> None:
        self.compiled, self.tree, self.strategy, self.given = compiled, compiled.tree, strategy, given
        self.reach = [Fraction(0)] * len(self.tree.nodes)
        self.reach[0] = Fraction(1)
        for i, node in enumerate(self.tree.nodes):
            for b, child in enumerate(node.children):
                self.reach[child] += self.reach[i] * self._odds(i)[b]

    def run(self) -> Explanation:
        """Return all accounts and the verdict."""
        held = [self._beliefs(i, h) for i, h in enumerate(self.tree.information_sets)]
        accounts = tuple(self._account(i, h, *held[i]) for i, h in enumerate(self.tree.information_sets))
        rows = [q for beliefs, _ in held for q in beliefs or ()]
        missing = any(beliefs is None for beliefs, _ in held)
        gain: Fraction | None = None
        passed = False
        if not missing:
            assessment = Assessment(self.tree, self.strategy[None, None], np.array([[rows]], dtype=object))
            certificate = certify_sequential(self.compiled, assessment, np.ones((1, 1), dtype=np.bool_))
            passed, gain = bool(certificate.passed.all()), certificate.gain[0, 0]
        objection = any(a.gain > 0 or a.conflict for a in accounts)
        verdict: Literal["yes", "no", "open"] = "open" if missing and not objection else "yes" if passed else "no"
        return Explanation(accounts=accounts, verdict=verdict, checked_gain=gain)

    def _odds(self, i: int) -> Sequence[Fraction]:
        node = self.tree.nodes[i]
        if node.kind == "chance":
            return [row[0] for row in self.compiled.chance_rows[i]]
        return list(self.strategy[self.tree.information_sets[node.information_set].moves])

    def _beliefs(self, i: int, h: InformationSet) -> tuple[list[Fraction] | None, str]:
        """Return beliefs over the nodes of a set, and how a given belief contradicts Bayes' rule."""
        total = sum((self.reach[m] for m in h.members), Fraction(0))
        given = self._given(h, self.given[i]) if i in self.given else None
        if not total:
            return (given or self._any_belief(h)), ""
        bayes = [self.reach[m] / total for m in h.members]
        if given is None or given == bayes:
            return bayes, ""
        right = ", ".join(f"{self.tree.node_name(h, m)} {q}" for m, q in zip(h.members, bayes, strict=True))
        return given, f"the belief contradicts Bayes' rule, which gives {right}"

    def _given(self, h: InformationSet, written: Mapping[str, Fraction]) -> list[Fraction]:
        """Return a written belief over the nodes of a set; a single node that is not named takes the rest."""
        found: dict[int, Fraction] = {}
        for key, q in written.items():
            nodes = singled_out(self.tree, h, key)
            if len(nodes) != 1:
                where = f"beliefs, {self.tree.set_name(h)}"
                raise GameError(f"{key!r} names {len(nodes)} nodes", where=where, remedy="name one: 'Other.type, node'")
            found[nodes[0]] = q
        rest = 1 - sum(found.values(), Fraction(0))
        others = [m for m in h.members if m not in found]
        if min([*found.values(), rest]) < 0 or (rest and len(others) != 1):
            raise GameError("the beliefs are no distribution", where=self.tree.set_name(h), remedy="let them sum to 1")
        return [found.get(m, rest) for m in h.members]

    def _any_belief(self, h: InformationSet) -> list[Fraction] | None:
        """Return the uniform belief where every belief gives the same verdict on single moves, else None."""
        gains = []
        for member in h.members:
            worths = [self._action(h, a, [member], [Fraction(1)]).worth for a in range(len(h.actions))]
            prescribed = sum((q * w for q, w in zip(self.strategy[h.moves], worths, strict=True)), Fraction(0))
            gains.append([worth - prescribed for worth in worths])
        accepted = all(max(row) <= 0 for row in gains)
        refused = any(min(column) > 0 for column in zip(*gains, strict=True))
        return [Fraction(1, len(h.members))] * len(h.members) if accepted or refused else None

    def _account(self, i: int, h: InformationSet, beliefs: list[Fraction] | None, conflict: str) -> Account:
        sums = () if beliefs is None else (self._action(h, a, h.members, beliefs) for a in range(len(h.actions)))
        return Account(
            where=self.tree.set_name(h),
            player=self.tree.players[h.player],
            reached=sum((self.reach[m] for m in h.members), Fraction(0)),
            beliefs=FrozenMap({self.tree.node_name(h, m): q for m, q in zip(h.members, beliefs or (), strict=False)}),
            actions=tuple(sums),
            conflict=conflict,
        )

    def _action(self, h: InformationSet, a: int, nodes: Sequence[int], weights: Sequence[Fraction]) -> ActionWorth:
        totals: dict[tuple[str, Fraction], Fraction] = {}
        for node, weight in zip(nodes, weights, strict=True):
            self._spread(node, a, weight, Fraction(0), h.player, totals)
        terms = tuple(Term(q, event, payoff) for (event, payoff), q in totals.items())
        return ActionWorth(action=h.actions[a], played=self.strategy[h.first_move + a], terms=terms)

    def _spread(
        self,
        node: int,
        branch: int,
        weight: Fraction,
        paid: Fraction,
        player: int,
        totals: dict[tuple[str, Fraction], Fraction],
    ) -> None:
        """Add up the outcomes that follow a branch, with the player's payoff and payments."""
        if not weight:
            return
        if node in self.compiled.payment_rows:
            row = self.compiled.payment_rows[node][branch].get(player)
            paid += row[0] if row is not None else 0
        child = self.tree.nodes[node].children[branch]
        if self.tree.nodes[child].kind == "end":
            key = (self.tree.nodes[child].event, paid + self.compiled.payoff_rows[child][player][0])
            totals[key] = totals.get(key, Fraction(0)) + weight
            return
        for b, q in enumerate(self._odds(child)):
            self._spread(child, b, weight * q, paid, player, totals)
