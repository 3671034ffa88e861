"""Gambit's extensive games (.efg) as games of our own, numbers exact."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from deterrence.errors import GameError
from deterrence.games import About, Chance, Decision, ExtensiveGame, Node, Outcome, Player
from deterrence.interop.words import Labels, Words

__all__ = ["parse_efg"]

MAX_NODES: Final = 50_000
MAX_DEPTH: Final = 300


@dataclass(frozen=True)
class _Set:
    """What the first mention of an information set says."""

    label: str
    actions: tuple[str, ...]
    probabilities: tuple[Fraction, ...] = ()


@dataclass
class _Open:
    """A node whose successors are still being read."""

    name: str
    player: int  # 0 is nature
    known: _Set
    paid: tuple[Fraction, ...]
    children: list[Node] = field(default_factory=list)


class _Reader:
    def __init__(self, words: Words, players: list[str]) -> None:
        self.words, self.players = words, players
        self.sets: dict[tuple[int, int], _Set] = {}
        self.outcomes: dict[int, tuple[str, tuple[Fraction, ...]]] = {}
        self.names, self.set_names, self.events = Labels(), Labels(), Labels()
        self.count = 0

    def tree(self) -> Node:
        """Return the root; nodes come in the order of a walk from the root, first actions first."""
        zero = (Fraction(0),) * len(self.players)
        stack: list[_Open] = []
        while True:
            paid = stack[-1].paid if stack else zero
            node = self.node(paid)
            if isinstance(node, _Open):
                stack.append(node)
                if len(stack) > MAX_DEPTH:
                    raise self.words.error(f"a play of more than {MAX_DEPTH} moves", "use a smaller game")
                continue
            done: Node = node
            while stack:
                stack[-1].children.append(done)
                if len(stack[-1].children) < len(stack[-1].known.actions):
                    break
                done = self.closed(stack.pop())
            else:
                return done

    def node(self, paid: tuple[Fraction, ...]) -> _Open | Node:
        self.count += 1
        if self.count > MAX_NODES:
            raise self.words.error(f"more than {MAX_NODES} nodes", "use a smaller game")
        kind = self.words.expect("p", "c", "t")
        label = self.words.string("a node's label") if self.words.is_string() else ""
        if kind == "t":
            event, total = self.outcome(paid)
            name = self.names.give(label or event, f"end {self.count}")
            return Outcome(name, dict(zip(self.players, total, strict=True)), event=event or name)
        player = self.words.integer("a player's number") if kind == "p" else 0
        if kind == "p" and not 1 <= player <= len(self.players):
            raise self.words.error(f"there is no player {player}", f"the file names {len(self.players)} players")
        known = self.information_set(player)
        _, total = self.outcome(paid)
        return _Open(self.names.give(label, f"node {self.count}"), player, known, total)

    def information_set(self, player: int) -> _Set:
        """Return the set that stands here; only its first mention must name the actions, later ones must agree."""
        number = self.words.integer("an information set's number")
        before = self.sets.get((player, number))
        label = self.words.string("a label") if self.words.is_string() else ""
        if self.words.peek() != "{":
            if before is None:
                raise self.words.error("an information set without actions", "list them at its first node")
            return before
        self.words.expect("{")
        actions: list[str] = []
        odds: list[Fraction] = []
        while self.words.peek() != "}":
            actions.append(self.words.string("an action"))
            if player == 0:
                odds.append(self.words.number("a probability"))
        self.words.expect("}")
        if not actions:
            raise self.words.error("a move without actions", "name at least one")
        given = Labels()
        clean = tuple(given.give(action, f"action {k}") for k, action in enumerate(actions, 1))
        if before is None:
            name = self.set_names.give(label, f"set {player}-{number}")
            return self.sets.setdefault((player, number), _Set(name, clean, tuple(odds)))
        if before.actions != clean or before.probabilities != tuple(odds):
            raise self.words.error("this information set has other actions elsewhere", "make them agree")
        return before

    def outcome(self, paid: tuple[Fraction, ...]) -> tuple[str, tuple[Fraction, ...]]:
        """Return the outcome's event and what was paid down to here; outcomes on the way add up."""
        number = self.words.integer("an outcome's number")
        before = self.outcomes.get(number)
        label = self.words.string("a label") if self.words.is_string() else ""
        if self.words.peek() != "{":
            if number and before is None:
                raise self.words.error(f"outcome {number} without payoffs", "list them where it first stands")
            event, here = before or ("", (Fraction(0),) * len(paid))
        else:
            here = tuple(self.words.numbers("a payoff"))
            if len(here) != len(paid):
                raise self.words.error(f"{len(here)} payoffs for {len(paid)} players", "give one for each")
            if number == 0 and any(here):
                raise self.words.error("outcome 0 means none, and has payoffs", "number it from 1")
            if before is not None and before[1] != here:
                raise self.words.error(f"outcome {number} has other payoffs elsewhere", "make them agree")
            event = before[0] if before else (self.events.give(label, f"outcome {number}") if number else "")
            if number:
                self.outcomes[number] = (event, here)
        return event, tuple(a + b for a, b in zip(paid, here, strict=True))

    def closed(self, node: _Open) -> Node:
        """Return a node with all its successors."""
        pairs = zip(node.known.actions, node.children, strict=True)
        if node.player == 0:
            odds = node.known.probabilities
            return Chance(node.name, {a: (q, child) for (a, child), q in zip(pairs, odds, strict=True)})
        return Decision(node.name, self.players[node.player - 1], dict(pairs), information_set=node.known.label)


def parse_efg(text: str, file: str) -> ExtensiveGame:
    """Return the game of an .efg text; raise `ModelFileError` with file and line where it is wrong."""
    words = Words.of(text, file)
    words.expect("EFG")
    words.expect("2")
    words.expect("R", "D")
    title = words.string("the title")
    given = Labels()
    players = [given.give(name, f"Player {k}") for k, name in enumerate(words.strings("a player"), 1)]
    if words.is_string():
        words.string("a comment")
    root = _Reader(words, players).tree()
    words.finish()
    try:
        return ExtensiveGame(root, players=[Player(p) for p in players], about=About(title=_title(title)))
    except GameError as error:
        raise error.at(file) from None


def _title(text: str) -> str:
    return " ".join(text.split())[:200]
