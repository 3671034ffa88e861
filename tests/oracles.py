"""Slow, plain answers to compare with: exact rationals, no arrays, no code of the solvers under test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

__all__ = [
    "End",
    "Fork",
    "Move",
    "Node",
    "all_subgame_perfect",
    "backward_induction",
    "decisions",
    "ladder_flags",
    "play",
    "pure_nash",
    "salami_slices",
]

Payoffs = tuple[Fraction, ...]
Choice = Mapping[str, str]  # decision -> action


@dataclass(frozen=True)
class End:
    """A terminal node."""

    name: str
    payoffs: Payoffs


@dataclass(frozen=True)
class Move:
    """A decision: actions lead to nodes; `pays` are added when the action is taken."""

    name: str
    player: int
    actions: tuple[str, ...]
    below: tuple[Node, ...]
    pays: tuple[Payoffs, ...]


@dataclass(frozen=True)
class Fork:
    """A chance move."""

    name: str
    probabilities: Payoffs
    below: tuple[Node, ...]


Node = End | Move | Fork


def _plus(left: Payoffs, right: Payoffs) -> Payoffs:
    return tuple(a + b for a, b in zip(left, right, strict=True))


def _mean(weights: Payoffs, rows: list[Payoffs]) -> Payoffs:
    return tuple(
        sum((w * row[i] for w, row in zip(weights, rows, strict=True)), Fraction(0)) for i in range(len(rows[0]))
    )


def decisions(node: Node) -> Iterator[Move]:
    """Yield every decision below a node (each node object once)."""
    seen: set[int] = set()
    pending: list[Node] = [node]
    while pending:
        here = pending.pop()
        if id(here) in seen or isinstance(here, End):
            continue
        seen.add(id(here))
        if isinstance(here, Move):
            yield here
        pending.extend(here.below)


def play(node: Node, choice: Choice) -> Payoffs:
    """Return the expected payoffs from a node on, under a pure profile."""
    if isinstance(node, End):
        return node.payoffs
    if isinstance(node, Fork):
        return _mean(node.probabilities, [play(child, choice) for child in node.below])
    taken = node.actions.index(choice[node.name])
    return _plus(node.pays[taken], play(node.below[taken], choice))


def backward_induction(root: Node) -> tuple[dict[str, str], Payoffs]:
    """Return the first best action at every decision, and the value of the root, by recursion."""
    if isinstance(root, End):
        return {}, root.payoffs
    below = [backward_induction(child) for child in root.below]
    choice = {name: action for chosen, _ in below for name, action in chosen.items()}
    values = [value for _, value in below]
    if isinstance(root, Fork):
        return choice, _mean(root.probabilities, values)
    worths = [_plus(paid, value) for paid, value in zip(root.pays, values, strict=True)]
    own = [worth[root.player] for worth in worths]
    best = own.index(max(own))
    return choice | {root.name: root.actions[best]}, worths[best]


def all_subgame_perfect(root: Node) -> set[frozenset[tuple[str, str]]]:
    """Return every pure profile that no mover wants to leave once, at any decision (one-shot deviations)."""
    moves = list(decisions(root))
    found: set[frozenset[tuple[str, str]]] = set()
    for actions in product(*(move.actions for move in moves)):
        choice = {move.name: action for move, action in zip(moves, actions, strict=True)}
        if all(_content(move, choice) for move in moves):
            found.add(frozenset(choice.items()))
    return found


def _content(move: Move, choice: Choice) -> bool:
    worth = [_plus(paid, play(child, choice))[move.player] for paid, child in zip(move.pays, move.below, strict=True)]
    return worth[move.actions.index(choice[move.name])] == max(worth)


def pure_nash(payoffs: Mapping[tuple[int, ...], Payoffs], shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the pure Nash equilibria of a table, in lexicographic order."""
    return [cell for cell in product(*(range(n) for n in shape)) if _stable(payoffs, shape, cell)]


def _stable(payoffs: Mapping[tuple[int, ...], Payoffs], shape: tuple[int, ...], cell: tuple[int, ...]) -> bool:
    return all(
        payoffs[(*cell[:i], a, *cell[i + 1 :])][i] <= payoffs[cell][i]
        for i in range(len(shape))
        for a in range(shape[i])
    )


def ladder_flags(v: Payoffs, D: Payoffs, c: Payoffs, q: Payoffs) -> list[int]:
    """Return who climbs on a ladder: the closed form of the finite ladder with sunk costs and accidents.

    Beyond the last rung is war; at rung k the mover climbs when q[k] is below its critical risk
    (v - c[k]) / (v + D) and the rival would quit next.
    """
    flags: list[int] = []
    for k in reversed(range(len(c))):
        i = k % 2
        rival_quits = 1 - flags[0] if flags else 0
        flags.insert(0, int(q[k] < (v[i] - c[k]) / (v[i] + D[i])) * rival_quits)
    return flags


def salami_slices(slices: int, spacing: int) -> int:
    """Return how many slices are taken when the defender fights for more than `spacing` slices."""
    return slices % (spacing + 1)
