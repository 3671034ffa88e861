"""Random games with their twins for the oracles in plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import oracles
from deterrence.games import Chance, Decision, ExtensiveGame, Outcome, Parameter, Player, StrategicGame
from deterrence.games.nodes import Node as GameNode

__all__ = ["PLAYERS", "as_game", "parametric", "random_table", "random_tree", "redrawn", "table_game"]

PLAYERS = ("A", "B", "C")


class _Source:
    """A stream of numbers and names for one tree."""

    def __init__(self, random: Random, *, players: int, integers: int | None) -> None:
        self.random = random
        self.players = players
        self.integers = integers
        self.count = 0

    def number(self) -> Fraction:
        if self.integers is not None:
            return Fraction(self.random.randrange(self.integers))
        return Fraction(self.random.randrange(-(10**6), 10**6), 10**6)

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def payoffs(self) -> tuple[Fraction, ...]:
        return tuple(self.number() for _ in range(self.players))


def random_tree(random: Random, moves: int, *, players: int = 2, integers: int | None = None) -> oracles.Node:
    """Return a tree with `moves` decisions of 1 to 3 actions, some chance moves and some payments.

    Payoffs are rationals without ties in practice, or integers below `integers`, which tie often.
    """
    return _node(_Source(random, players=players, integers=integers), moves)


def _node(source: _Source, moves: int) -> oracles.Node:
    if moves == 0:
        return oracles.End(source.name("end"), source.payoffs())
    if source.random.random() < 0.2:
        weights = [Fraction(source.random.randint(1, 4)) for _ in range(2)]
        probabilities = tuple(w / sum(weights) for w in weights)
        return oracles.Fork(source.name("chance"), probabilities, _children(source, moves, 2))
    width = source.random.choice((1, 2, 2, 2, 3))
    nothing = (Fraction(0),) * source.players
    pays = tuple(source.payoffs() if source.random.random() < 0.2 else nothing for _ in range(width))
    actions = tuple(f"a{i}" for i in range(width))
    player = source.random.randrange(source.players)
    return oracles.Move(source.name("move"), player, actions, _children(source, moves - 1, width), pays)


def _children(source: _Source, moves: int, width: int) -> tuple[oracles.Node, ...]:
    cuts = sorted(source.random.randint(0, moves) for _ in range(width - 1))
    shares = [after - before for before, after in zip([0, *cuts], [*cuts, moves], strict=True)]
    return tuple(_node(source, share) for share in shares)


def redrawn(node: oracles.Node, random: Random) -> oracles.Node:
    """Return the same tree with other payoffs at its ends."""
    if isinstance(node, oracles.End):
        return oracles.End(node.name, tuple(Fraction(random.randrange(-(10**6), 10**6), 10**6) for _ in node.payoffs))
    below = tuple(redrawn(child, random) for child in node.below)
    return replace(node, below=below)


def as_game(root: oracles.Node, *, players: int = 2) -> ExtensiveGame:
    """Return the tree as a game with the same names and numbers."""
    return _game(root, players, {})


def parametric(root: oracles.Node, *, players: int = 2) -> tuple[ExtensiveGame, dict[str, Fraction]]:
    """Return the tree as a game whose payoffs at ends are parameters, and their values."""
    values: dict[str, Fraction] = {}
    symbols: dict[str, tuple[Parameter, ...]] = {}
    for end in _ends(root):
        names = [f"{end.name}_{who}" for who in PLAYERS[:players]]
        values |= zip(names, end.payoffs, strict=True)
        symbols[end.name] = tuple(Parameter(name) for name in names)
    return _game(root, players, symbols), values


def _ends(node: oracles.Node) -> Iterator[oracles.End]:
    if isinstance(node, oracles.End):
        yield node
    else:
        for child in node.below:
            yield from _ends(child)


def _game(root: oracles.Node, players: int, symbols: dict[str, tuple[Parameter, ...]]) -> ExtensiveGame:
    return ExtensiveGame(_game_node(root, symbols), players=[Player(name) for name in PLAYERS[:players]])


def _game_node(node: oracles.Node, symbols: dict[str, tuple[Parameter, ...]]) -> GameNode:
    if isinstance(node, oracles.End):
        return Outcome(node.name, dict(zip(PLAYERS, symbols.get(node.name, node.payoffs), strict=False)))
    below = [_game_node(child, symbols) for child in node.below]
    if isinstance(node, oracles.Fork):
        odds = enumerate(zip(node.probabilities, below, strict=True))
        return Chance(node.name, {f"b{i}": (q, child) for i, (q, child) in odds})
    paid = zip(node.actions, node.pays, strict=True)
    pays = {action: dict(zip(PLAYERS, amounts, strict=False)) for action, amounts in paid if any(amounts)}
    return Decision(node.name, PLAYERS[node.player], dict(zip(node.actions, below, strict=True)), pays=pays)


def random_table(random: Random, shape: Sequence[int], *, integers: int) -> dict[tuple[int, ...], oracles.Payoffs]:
    """Return payoffs below `integers` for every profile of actions."""
    cells = product(*(range(n) for n in shape))
    return {cell: tuple(Fraction(random.randrange(integers)) for _ in shape) for cell in cells}


def table_game(payoffs: dict[tuple[int, ...], oracles.Payoffs], shape: Sequence[int]) -> StrategicGame:
    """Return the table as a game with actions a0, a1, ... for players P0, P1, ..."""
    names = [f"P{i}" for i in range(len(shape))]
    actions = {name: [f"a{a}" for a in range(n)] for name, n in zip(names, shape, strict=True)}
    table = {tuple(f"a{a}" for a in cell): dict(zip(names, values, strict=True)) for cell, values in payoffs.items()}
    return StrategicGame(actions, table)
