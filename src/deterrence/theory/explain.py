"""Who would deviate from a profile that a person writes down, where, to what, and with what arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from deterrence.certify import certify_sequential
from deterrence.compiled import CompiledTree, Value, compile_tree, parameter_points
from deterrence.compiled.prescribed import prescribed_strategy, prescribes, singled_out
from deterrence.errors import GameError, ParameterError
from deterrence.expressions import did_you_mean, evaluate_exact, exact_number, substitute, to_text
from deterrence.games import (
    EquilibriumResult,
    ExtensiveGame,
    FrozenMap,
    InformationSet,
    Prescription,
    StrategicGame,
    Tree,
)
from deterrence.games.simultaneous import placed, simultaneous_tree
from deterrence.library.places import Place, Table
from deterrence.library.read_profiles import read_behaviour, read_beliefs, read_mixtures
from deterrence.library.scope import Scope
from deterrence.profiles import Assessment
from deterrence.theory.accounts import Account, ActionWorth, Explanation, Source, Term, signed

__all__ = ["explain"]

Written: TypeAlias = "Sequence[Prescription] | Mapping[str, object]"
Read: TypeAlias = "Sequence[Prescription]"
Row: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.object_]]"


def explain(
    game: ExtensiveGame | StrategicGame,
    profile: Written | str,
    *,
    at: Mapping[str, Value] | None = None,
    beliefs: Written | None = None,
) -> Explanation:
    """Return the arithmetic of every mover under a profile, at one parameter point, in exact rationals.

    Profile and beliefs are written as in model files, `{"Challenger": {"hard": {"root": "defect"}}}` and
    `{"Defender": {"soft": {"reply": {"Challenger.hard": "1/2"}}}}`, or as prescriptions; for a strategic game it is
    `{"Row": "stand", "Column": {"stand": 0.5}}`. A text is the id of a published result, whose profile and beliefs are
    taken. Where nothing is prescribed an action that is best whatever is believed is taken; other gaps, in the profile
    and in the beliefs, stay open, and the answer says what depends on them. Parameters that
    `at` does not name are at their defaults. Raises `GameError` for probabilities that are none and an unknown result,
    `ModelFileError` for unknown names, `ParameterError` for more than one point or one outside the assumptions.

    >>> from deterrence.games import StrategicGame
    >>> pays = {(a, b): {"Row": 1 if a == b else 0, "Column": 2} for a in "xy" for b in "xy"}
    >>> game = StrategicGame({"Row": ["x", "y"], "Column": ["x", "y"]}, pays)
    >>> print(explain(game, {"Row": "x", "Column": {"x": "1/4"}}))
    not an equilibrium
    Row (reached with probability 1)
      x: 1/4 x 1 (x | x) + 3/4 x 0 (x | y) = 1/4
      y: 1/4 x 0 (y | x) + 3/4 x 1 (y | y) = 3/4
      deviates to y: 3/4 against 1/4, gain 1/2
    """
    points = parameter_points(game, at, exact=True)
    if points.size != 1 or not points.admissible.all():
        raise ParameterError("explain needs one admissible point", where="at", remedy="one number per parameter")
    if isinstance(profile, str):
        result = _published(game, profile)
        profile, beliefs = result.profile, beliefs or result.beliefs
    prescriptions, held = _profile(game, profile), _beliefs(game, beliefs or ())
    tree = game if isinstance(game, ExtensiveGame) else simultaneous_tree(game)
    strategy = prescribed_strategy(tree.tree, prescriptions, tree.resolved_definitions, points)[0, 0]
    compiled = compile_tree(tree, points)
    _check(tree.tree, strategy)
    point = {p.name: points.flat(p.name)[0] for p in game.parameters}
    given = {
        i: {
            key: evaluate_exact(substitute(q, tree.resolved_definitions), point) for key, q in one.probabilities.items()
        }
        for one in held
        for i, h in enumerate(tree.tree.information_sets)
        if prescribes(one, tree.tree, h)
    }
    return _Accounting(compiled, strategy, given, table=isinstance(game, StrategicGame)).run()


def _published(game: ExtensiveGame | StrategicGame, name: str) -> EquilibriumResult:
    results = {r.id: r for r in game.about.results if isinstance(r, EquilibriumResult) and r.profile}
    if name not in results:
        raise GameError(f"no result {name[:64]!a} with a profile", where="profile", remedy=did_you_mean(name, results))
    return results[name]


def _profile(game: ExtensiveGame | StrategicGame, profile: Sequence[Prescription] | Mapping[str, object]) -> Read:
    if not isinstance(profile, Mapping):
        return profile if isinstance(game, ExtensiveGame) else [placed(one) for one in profile]
    table = Table(_plain(profile), Place("profile"))
    if isinstance(game, StrategicGame):
        return [placed(one) for one in read_mixtures(table, game, _scope(game))]
    return read_behaviour(table, game, _scope(game))


def _beliefs(game: ExtensiveGame | StrategicGame, beliefs: Written) -> Read:
    if not isinstance(beliefs, Mapping):
        return beliefs
    if not beliefs:
        return ()
    if isinstance(game, StrategicGame):
        raise GameError("in a strategic game beliefs follow from the profile", where="beliefs", remedy="leave them out")
    return read_beliefs(Table(_plain(beliefs), Place("beliefs")), game, _scope(game))


def _scope(game: ExtensiveGame | StrategicGame) -> Scope:
    definitions = {name: to_text(formula) for name, formula in game.definitions.items()}
    return Scope(game.parameters, Table(definitions, Place("definitions")))


def _plain(table: Mapping[str, object]) -> dict[str, object]:
    """Return a table as files hold it: numbers as exact text."""
    return {key: _plain(value) if isinstance(value, Mapping) else _text(value) for key, value in table.items()}


def _text(value: object) -> object:
    return str(exact_number(value)) if isinstance(value, Fraction | Decimal | float | int) else value


def _check(tree: Tree, strategy: Row) -> None:
    for h in tree.information_sets:
        q = strategy[h.moves]
        if not _open(q) and (min(q) < 0 or sum(q) != 1):
            raise GameError("the probabilities are no distribution", where=tree.set_name(h), remedy="let them sum to 1")


def _open(odds: Row) -> bool:
    return any(q != q for q in odds)


class _Accounting:
    """The sums at one point; what depends on an information set without prescription is left open."""

    def __init__(
        self, compiled: CompiledTree, strategy: Row, given: Mapping[int, Mapping[str, Fraction]], *, table: bool
    ) -> None:
        self.compiled, self.tree, self.strategy, self.given = compiled, compiled.tree, strategy, given
        self.table = table
        self.filled = self._fill()
        self.reach: list[Fraction | None] = [Fraction(0)] * len(self.tree.nodes)
        self.reach[0] = Fraction(1)
        for i, node in enumerate(self.tree.nodes):
            odds = self._odds(i)
            for b, child in enumerate(node.children):
                self.reach[child] = _sum([self.reach[child], _product(self.reach[i], odds[b] if odds else None)])

    def _fill(self) -> set[int]:
        """Fill sets without prescription at which one action is best at every node, and return which."""
        filled: set[int] = set()
        while True:
            found = {i: self._dominant(h) for i, h in enumerate(self.tree.information_sets)}
            new = {i: a for i, a in found.items() if a is not None}
            for i, a in new.items():
                h = self.tree.information_sets[i]
                self.strategy[h.moves] = [Fraction(int(b == a)) for b in range(len(h.actions))]
            if not new:
                return filled
            filled |= new.keys()

    def _dominant(self, h: InformationSet) -> int | None:
        """Return the only best action at every node of a set without prescription, None where there is none."""
        if not _open(self.strategy[h.moves]):
            return None
        found: set[int] = set()
        for member in h.members:
            sums = [self._action(h, a, [member], [Fraction(1)]) for a in range(len(h.actions))]
            top = max(action.worth for action in sums)
            best = [a for a, action in enumerate(sums) if action.worth == top]
            if any(action.needs for action in sums) or len(best) > 1:
                return None
            found.update(best)
        return found.pop() if len(found) == 1 else None

    def run(self) -> Explanation:
        """Return all accounts and the verdict."""
        sets = list(enumerate(self.tree.information_sets))
        held = [self._beliefs(i, h) for i, h in sets]
        accounts = tuple(self._account(i, h, *held[i]) for i, h in sets)
        missing = any(a.open for a in accounts)
        gain: Fraction | None = None
        passed = False
        if not missing:
            rows = [q for beliefs, _, _ in held for q in beliefs or ()]
            assessment = Assessment(self.tree, self.strategy[None, None], np.array([[rows]], dtype=object))
            certificate = certify_sequential(self.compiled, assessment, np.ones((1, 1), dtype=np.bool_))
            passed, gain = bool(certificate.passed.all()), certificate.gain[0, 0]
        objection = any(a.gain > 0 or a.conflict for a in accounts)
        verdict: Literal["yes", "no", "open"] = "open" if missing and not objection else "yes" if passed else "no"
        return Explanation(accounts=accounts, verdict=verdict, checked_gain=gain)

    def _odds(self, i: int) -> Sequence[Fraction] | None:
        """Return the probabilities of the branches at a node, None where nothing is prescribed."""
        node = self.tree.nodes[i]
        if node.kind == "chance":
            return [row[0] for row in self.compiled.chance_rows[i]]
        if node.kind == "end":
            return []
        odds = self.strategy[self.tree.information_sets[node.information_set].moves]
        return None if _open(odds) else list(odds)

    def _beliefs(self, i: int, h: InformationSet) -> tuple[list[Fraction] | None, Source, str]:
        """Return beliefs over the nodes of a set, their source, and how a given one contradicts Bayes' rule."""
        total = _sum([self.reach[m] for m in h.members])
        given = self._given(h, self.given[i]) if i in self.given else None
        if not total:
            found = given or self._any_belief(h)
            return found, "given" if given else "any" if found else "none", ""
        bayes = [(self.reach[m] or Fraction(0)) / total for m in h.members]
        if given is None or given == bayes:
            return bayes, "Bayes", ""
        right = ", ".join(f"{self.tree.node_name(h, m)} {q}" for m, q in zip(h.members, bayes, strict=True))
        return given, "given", f"the belief contradicts Bayes' rule, which gives {right}"

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
        uniform = [Fraction(1, len(h.members))] * len(h.members)
        if len(h.members) == 1:
            return uniform
        gains = self._gains(h)
        if gains is None:
            return None
        accepted = all(max(row) <= 0 for row in gains)
        refused = any(min(column) > 0 for column in zip(*gains, strict=True))
        return uniform if accepted or refused else None

    def _gains(self, h: InformationSet) -> list[list[Fraction]] | None:
        """Return for each node of a set what each action yields beyond the prescription, None where that is open."""
        gains = []
        for member in h.members:
            sums = [self._action(h, a, [member], [Fraction(1)]) for a in range(len(h.actions))]
            if _open(self.strategy[h.moves]) or any(action.needs for action in sums):
                return None
            prescribed = sum((action.played * action.worth for action in sums), Fraction(0))
            gains.append([action.worth - prescribed for action in sums])
        return gains

    def _unless(self, h: InformationSet) -> Iterator[str]:
        """Yield the conditions on a belief under which no action yields more than the prescription."""
        names = [self.tree.node_name(h, m) for m in h.members]
        columns = zip(*(self._gains(h) or ()), strict=True)
        for action, column in zip(h.actions, columns, strict=False):
            if max(column) <= 0:
                continue
            if len(names) == 2:
                edge = column[1] / (column[1] - column[0])
                yield f"P({names[0]}) {'<=' if column[0] > column[1] else '>='} {edge} (else {action} is better)"
            else:
                terms = " + ".join(f"P({name}) x {signed(-gain)}" for name, gain in zip(names, column, strict=True))
                yield f"{terms} >= 0 (else {action} is better)"

    def _account(
        self, i: int, h: InformationSet, beliefs: list[Fraction] | None, source: Source, conflict: str
    ) -> Account:
        sums = () if beliefs is None else (self._action(h, a, h.members, beliefs) for a in range(len(h.actions)))
        names = () if self.table else [self.tree.node_name(h, m) for m in h.members]
        return Account(
            where=self._name(h),
            player=self.tree.players[h.player],
            reached=_sum([self.reach[m] for m in h.members]),
            beliefs=FrozenMap(dict(zip(names, beliefs or (), strict=False))),
            source=source,
            actions=tuple(sums),
            conflict=conflict,
            prescription="best" if i in self.filled else "open" if _open(self.strategy[h.moves]) else "written",
            unless=tuple(self._unless(h)) if beliefs is None else (),
        )

    def _name(self, h: InformationSet) -> str:
        return self.tree.players[h.player] if self.table else self.tree.set_name(h)

    def _action(self, h: InformationSet, a: int, nodes: Sequence[int], weights: Sequence[Fraction]) -> ActionWorth:
        spread = _Spread(self, h.player)
        for node, weight in zip(nodes, weights, strict=True):
            spread.add(node, a, weight, Fraction(0))
        played = self.strategy[h.first_move + a]
        return ActionWorth(
            action=h.actions[a],
            played=played if played == played else Fraction(0),
            terms=tuple(Term(q, event, payoff) for (event, payoff), q in spread.totals.items()),
            needs=tuple(self._name(self.tree.information_sets[i]) for i in spread.needs),
        )


class _Spread:
    """The outcomes that follow branches, with one player's payoff and payments, and open sets on the way."""

    def __init__(self, accounting: _Accounting, player: int) -> None:
        self.accounting, self.player = accounting, player
        self.totals: dict[tuple[str, Fraction], Fraction] = {}
        self.needs: dict[int, None] = {}

    def add(self, node: int, branch: int, weight: Fraction, paid: Fraction) -> None:
        """Add what follows a branch of a node, with a weight and what was paid before."""
        if not weight:
            return
        compiled, tree = self.accounting.compiled, self.accounting.tree
        if node in compiled.payment_rows:
            row = compiled.payment_rows[node][branch].get(self.player)
            paid += row[0] if row is not None else 0
        child = tree.nodes[node].children[branch]
        if tree.nodes[child].kind == "end":
            key = (tree.nodes[child].event, paid + compiled.payoff_rows[child][self.player][0])
            self.totals[key] = self.totals.get(key, Fraction(0)) + weight
            return
        odds = self.accounting._odds(child)
        if odds is None:
            self.needs[tree.nodes[child].information_set] = None
            return
        for b, q in enumerate(odds):
            self.add(child, b, weight * q, paid)


def _product(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    """Return a product of numbers that may be unknown (None)."""
    if left == 0 or right == 0:
        return Fraction(0)
    return None if left is None or right is None else left * right


def _sum(numbers: Sequence[Fraction | None]) -> Fraction | None:
    """Return a sum of numbers that may be unknown (None)."""
    known = [q for q in numbers if q is not None]
    return sum(known, Fraction(0)) if len(known) == len(numbers) else None
