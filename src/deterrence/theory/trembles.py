"""Which beliefs off the path are consistent: orders and coefficients of trembles, decided exactly.

Beliefs are consistent when every action can be given a tremble `coefficient * epsilon**order` (order zero and its
probability as coefficient where it is played) such that beliefs are the limits of Bayes' rule (Kreps and Wilson 1982,
appendix; Perea y Monsuwe, Jansen and Peters 1997). So the nodes believed possible at each
information set must be those of least order, which is a system of linear inequalities in the orders, whole numbers;
and the logarithms of the ratios of beliefs must solve linear equations in those of the coefficients. They do exactly
when every integer combination of the equations in which the coefficients cancel holds among the beliefs alone: a
product of powers of beliefs that equals one of probabilities of play.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import gcd, prod
from typing import Final, TypeAlias

from deterrence.errors import SolverError
from deterrence.expressions import Comparison, Condition, Number, Symbol
from deterrence.theory.kernels import left_kernel, rank, reduced
from deterrence.theory.paths import Move, Path
from deterrence.theory.smt import Answer, Decider
from deterrence.theory.unknowns import ONE, ZERO, product_of, sum_of

__all__ = ["Alternative", "Nodes", "Orders", "Trembles", "completion"]

Nodes: TypeAlias = "tuple[int, int]"  # information set, position among its nodes
Relation: TypeAlias = "tuple[tuple[Nodes, int], ...]"  # powers, by node; they sum to zero at each information set
Orders: TypeAlias = "Mapping[Nodes, tuple[int, ...]]"  # by node: how often each trembling move is needed
Powers: TypeAlias = "Mapping[Nodes, Fraction]"
Possible: TypeAlias = "frozenset[Nodes]"  # the nodes that are believed possible

MAX_POSSIBLE: Final = 4096
MAX_RELATIONS: Final = 2048


@dataclass(frozen=True)
class Alternative:
    """A closed set of consistent beliefs at some information sets.

    Beliefs in `impossible` nodes are zero. For each of `relations` the product of `(belief / probability)**power` over
    its nodes is one, multiplied out, where the probability is that of the moves on the path that do not tremble.
    """

    impossible: tuple[Nodes, ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass
class Trembles:
    """Finds the alternatives, remembering what it has found for games of the same shape."""

    _known: dict[object, tuple[Alternative, ...]] = field(default_factory=dict)

    def alternatives(
        self, open_sets: Mapping[int, Sequence[Path]], played: Container[Move]
    ) -> list[tuple[Alternative, ...]]:
        """Return the alternatives for groups of information sets that have trembling moves in common.

        `open_sets` gives the paths to the nodes of the information sets that only trembles reach. All consistent
        beliefs are in one alternative of each group, and all that are in one of each group are consistent.
        """
        trembling = {
            h: [{m: n for m, n in way.moves.items() if m not in played} for way in ways]
            for h, ways in open_sets.items()
        }
        found = []
        for group in _groups({h: set().union(*rows) for h, rows in trembling.items()}):
            moves = sorted(set().union(*(row for h in group for row in trembling[h])))
            orders = {
                (h, k): tuple(row.get(move, 0) for move in moves) for h in group for k, row in enumerate(trembling[h])
            }
            key = tuple(orders.items())
            if key not in self._known:
                self._known[key] = tuple(_Group(orders).alternatives())
            found.append(self._known[key])
        return found


def _groups(moves: Mapping[int, set[Move]]) -> list[list[int]]:
    """Return the information sets in groups that have no moves in common."""
    groups: list[tuple[list[int], set[Move]]] = []
    for h, own in moves.items():
        joined = [group for group in groups if group[1] & own]
        groups = [group for group in groups if not group[1] & own]
        groups.append(([g for sets, _ in joined for g in sets] + [h], own.union(*(more for _, more in joined))))
    return [sets for sets, _ in groups]


@dataclass
class _Group:
    """Information sets with trembling moves in common."""

    orders: Orders
    _feasible: dict[Possible, bool] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> Mapping[int, list[Nodes]]:
        """The nodes by information set."""
        sets: dict[int, list[Nodes]] = {}
        for node in self.orders:
            sets.setdefault(node[0], []).append(node)
        return sets

    def alternatives(self) -> Iterator[Alternative]:
        """Yield closed sets of beliefs that together are all consistent ones, the largest first."""
        if self._free():
            yield Alternative()
            return
        covered: set[Possible] = set()
        for possible in self._choices(frozenset(self.orders)):
            if possible not in covered and self._can_be(possible):
                relations, inside = self._closure(possible)
                covered |= inside
                yield Alternative(tuple(n for n in self.orders if n not in possible), relations)

    def _free(self) -> bool:
        """Say whether every node has a trembling move of its own: then every belief is consistent."""
        columns = list(zip(*self.orders.values(), strict=True))
        alone = {column.index(max(column)) for column in columns if sum(map(bool, column)) == 1}
        return len(alone) == len(self.orders)

    def _choices(self, within: Possible) -> list[Possible]:
        """Return every choice of possible nodes, some at each information set, the largest choices first."""
        rows = [[node for node in nodes if node in within] for nodes in self.nodes.values()]
        if prod(2 ** len(row) - 1 for row in rows) > MAX_POSSIBLE:
            raise SolverError(
                "too many beliefs off the path hang together", remedy="derive(game, concept='weak-pbe') relates none"
            )
        parts = [[c for size in range(1, len(row) + 1) for c in combinations(row, size)] for row in rows]
        found = [frozenset(node for part in choice for node in part) for choice in product(*parts)]
        return sorted(found, key=len, reverse=True)

    def _can_be(self, possible: Possible) -> bool:
        """Say whether orders of the moves exist by which exactly these nodes have the least order."""
        if possible not in self._feasible:
            answer = Decider().satisfiable(self.order_conditions(possible))
            if answer is Answer.UNKNOWN:
                raise SolverError("the solver does not decide whether trembles of some order exist")
            self._feasible[possible] = answer is Answer.YES
        return self._feasible[possible]

    def order_conditions(self, possible: Possible) -> Iterator[Condition]:
        """Yield what orders must satisfy, at information sets with possible nodes."""
        moves = [Symbol(f"order_{k}") for k in range(len(next(iter(self.orders.values()))))]
        yield from (Comparison((move, ONE), (">=",)) for move in moves)
        for nodes in self.nodes.values():
            least = next((node for node in nodes if node in possible), None)
            for node in nodes if least is not None else ():
                if least is not None and node != least:
                    gaps = zip(self._gap(node, least), moves, strict=True)
                    total = sum_of(*(product_of(Number(n), move) for n, move in gaps))
                    yield Comparison((total, ZERO), ("==",)) if node in possible else Comparison((total, ONE), (">=",))

    def coefficients(self, possible: Possible) -> list[Powers]:
        """Return for each trembling move a coefficient that fits the beliefs in possible nodes, as powers of them."""
        pairs = self._pairs(possible)
        width = len(next(iter(self.orders.values())))
        marked = [
            [*map(Fraction, self._gap(x, y)), *(Fraction(k == i) for k in range(len(pairs)))]
            for i, (x, y) in enumerate(pairs)
        ]
        found: list[Powers] = [{} for _ in range(width)]
        for row in reduced(marked, width):
            pivot = next((k for k in range(width) if row[k]), None)
            if pivot is not None:
                found[pivot] = _node_powers(pairs, row[width:])
        return found

    def _pairs(self, possible: Possible) -> list[tuple[Nodes, Nodes]]:
        """Return the possible nodes of each information set, each with the first of them."""
        kept = [[node for node in nodes if node in possible] for nodes in self.nodes.values()]
        return [(node, row[0]) for row in kept for node in row[1:]]

    def _gap(self, x: Nodes, y: Nodes) -> list[int]:
        return [a - b for a, b in zip(self.orders[x], self.orders[y], strict=True)]

    def _closure(self, possible: Possible) -> tuple[tuple[Relation, ...], set[Possible]]:
        """Return relations whose solutions are the limits of beliefs that are positive at all possible nodes.

        Also the smaller choices of possible nodes that occur among the limits. Limits of consistent beliefs are
        consistent; that the relations have no other solutions is checked for every smaller choice.
        """
        basis = self._kernel(possible)
        for reach in (1, 2, 3):
            relations = _shortest(basis, reach)
            inside = {c for c in self._choices(possible) if _allowed(relations, c)}
            if all(self._can_be(c) and self._same_rank(relations, c) for c in inside):
                return tuple(relations), inside
        raise SolverError(
            "the beliefs off the path hang together in a way that has no short list of equations",
            remedy="derive(game, concept='weak-pbe') relates none",
        )

    def _same_rank(self, relations: Sequence[Relation], possible: Possible) -> bool:
        """Say whether the relations among some nodes say all that consistency does there."""
        left = [dict(r) for r in relations if all(node in possible for node, _ in r)]
        rows = [[row.get(node, 0) for node in self.orders] for row in left]
        return rank(rows) == len(self._kernel(possible))

    def _kernel(self, possible: Possible) -> list[Relation]:
        """Return independent relations between beliefs in which all coefficients of trembles cancel."""
        pairs = self._pairs(possible)
        weights = left_kernel([self._gap(x, y) for x, y in pairs])
        return [tuple((n, int(power)) for n, power in _node_powers(pairs, row).items()) for row in weights]


def _node_powers(pairs: Sequence[tuple[Nodes, Nodes]], weights: Sequence[int | Fraction]) -> Powers:
    """Return the powers of nodes in a product of ratios with given powers."""
    powers: dict[Nodes, Fraction] = {}
    for (x, y), weight in zip(pairs, weights, strict=True):
        powers[x] = powers.get(x, Fraction(0)) + weight
        powers[y] = powers.get(y, Fraction(0)) - weight
    return {node: power for node, power in powers.items() if power}


def completion(orders: Orders, possible: Possible) -> Mapping[Nodes, Powers]:
    """Return what trembles that fit the beliefs at some information sets imply at the others.

    `orders` are those of the nodes of all sets, `possible` the nodes believed possible where beliefs are given. The
    answer holds the nodes of least order at the other sets, each with the powers of `belief / probability` at given
    nodes whose product, times its own probability without trembles, it is believed in proportion to.
    """
    group = _Group(orders)
    found = Decider().witness(group.order_conditions(possible))
    if found is None:
        raise SolverError("the beliefs are not consistent at a point", remedy="report this game")
    heights = {node: sum(n * found[f"order_{k}"] for k, n in enumerate(row)) for node, row in orders.items()}
    coefficients = group.coefficients(possible)
    least: dict[Nodes, Powers] = {}
    for nodes in group.nodes.values():
        if not any(node in possible for node in nodes):
            low = min(heights[node] for node in nodes)
            least |= {node: _powers(orders[node], coefficients) for node in nodes if heights[node] == low}
    return least


def _powers(order: Sequence[int], coefficients: Sequence[Powers]) -> Powers:
    powers: dict[Nodes, Fraction] = {}
    for n, coefficient in zip(order, coefficients, strict=True):
        for node, power in coefficient.items() if n else ():
            powers[node] = powers.get(node, Fraction(0)) + n * power
    return {node: power for node, power in powers.items() if power}


def _allowed(relations: Sequence[Relation], possible: Possible) -> bool:
    """Say whether relations can hold when exactly some beliefs are positive: neither or both sides vanish."""
    return all(
        all(node in possible for node, power in r if power > 0)
        == all(node in possible for node, power in r if power < 0)
        for r in relations
    )


def _shortest(basis: Sequence[Relation], reach: int) -> list[Relation]:
    """Return the combinations of relations, with factors up to `reach`, of which none contains another."""
    if (2 * reach + 1) ** len(basis) > MAX_RELATIONS:
        return list(basis)
    found: set[Relation] = set()
    for factors in product(range(-reach, reach + 1), repeat=len(basis)):
        powers: dict[Nodes, int] = {}
        for factor, relation in zip(factors, basis, strict=True):
            for node, power in relation:
                powers[node] = powers.get(node, 0) + factor * power
        kept = {node: power for node, power in powers.items() if power}
        if kept and kept[min(kept)] > 0:
            common = gcd(*kept.values())
            found.add(tuple(sorted((node, power // common) for node, power in kept.items())))
    return sorted(r for r in found if not any(o != r and _contains(r, o) for o in found))


def _contains(whole: Relation, part: Relation) -> bool:
    """Say whether one relation, or its reverse, needs no other powers than another has."""
    powers = dict(whole)
    return any(
        all(sign * n * powers.get(node, 0) > 0 and abs(n) <= abs(powers[node]) for node, n in part) for sign in (1, -1)
    )
