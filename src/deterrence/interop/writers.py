"""Games at a point as Gambit's files: exact ratios, blanks after every sign, labels empty or unique."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Final

from deterrence.compiled import CompiledTree, Value, compile_table, compile_tree, parameter_points
from deterrence.errors import ParameterError, SolverError
from deterrence.games import ExtensiveGame, Game, StrategicGame
from deterrence.interop.words import Labels, quoted

__all__ = ["efg_text", "nfg_text"]

MAX_WRITTEN: Final = 100_000  # nodes


def nfg_text(game: StrategicGame, at: Mapping[str, Value] | None = None) -> str:
    """Return a strategic game at a point as an .nfg text; the first player's strategy runs fastest."""
    _check_single(game, at)
    compiled = compile_table(game, parameter_points(game, at, exact=True))
    actions = [" ".join(quoted(a) for a in names) for names in compiled.actions]
    head = f"NFG 1 R {quoted(_title(game))} {{ {' '.join(quoted(p) for p in compiled.players)} }}"
    sides = " ".join(f"{{ {names} }}" for names in actions)
    cells = [tuple(reversed(cell)) for cell in product(*(range(n) for n in reversed(compiled.shape)))]
    rows = [" ".join(str(compiled.payoffs[(i, *cell, 0)]) for i in range(len(compiled.players))) for cell in cells]
    return "\n".join([head, f"{{ {sides} }}", '""', "", *rows, ""])


def efg_text(game: ExtensiveGame, at: Mapping[str, Value] | None = None) -> str:
    """Return an extensive game at a point as an .efg text.

    Private types become moves of nature; what is paid on the way is added to the payoffs at the end; subgames that
    several histories share are written once for each.
    """
    _check_single(game, at)
    compiled = compile_tree(game, parameter_points(game, at, exact=True))
    players = " ".join(quoted(p) for p in compiled.tree.players)
    head = f"EFG 2 R {quoted(_title(game))} {{ {players} }}"
    return "\n".join([head, '""', "", *_nodes(compiled), ""])


def _check_single(game: Game, at: Mapping[str, Value] | None) -> None:
    if parameter_points(game, at, exact=True).shape:
        raise ParameterError("several points", where="at", remedy="a file holds one game: give single numbers")


def _title(game: Game) -> str:
    return game.about.title or game.about.slug


def _nodes(compiled: CompiledTree) -> Iterator[str]:
    """Yield the lines of the nodes in the order of a walk from the root."""
    tree = compiled.tree
    zero = (Fraction(0),) * len(tree.players)
    sets, events = _SetNumbers(compiled), Labels()
    stack, ends, chances, written = [(0, zero)], 0, 0, 0
    while stack:
        i, paid = stack.pop()
        node = tree.nodes[i]
        written += 1
        if written > MAX_WRITTEN:
            raise SolverError(f"more than {MAX_WRITTEN} nodes when shared subgames are written out")
        if node.kind == "end":
            ends += 1
            payoffs = [row[0] + extra for row, extra in zip(compiled.payoff_rows[i], paid, strict=True)]
            yield f't "" {ends} {quoted(events.give(node.event, "end"))} {{ {" ".join(map(str, payoffs))} }}'
            continue
        if node.kind == "chance":
            chances += 1
            odds = zip(_labels(node.labels), compiled.chance_rows[i], strict=True)
            branches = " ".join(f"{label} {row[0]}" for label, row in odds)
            yield f'c "" {chances} "" {{ {branches} }} 0'
        else:
            player, number, name = sets.give(i)
            actions = " ".join(_labels(node.labels))
            yield f'p "" {player} {number} {quoted(name)} {{ {actions} }} 0'
        stack += [(c, _after(compiled, i, b, paid)) for b, c in reversed(list(enumerate(node.children)))]


def _labels(labels: Iterable[str]) -> list[str]:
    """Return labels in quotes, without the commas that joint types have, each once."""
    given = Labels()
    return [quoted(given.give(label, "branch")) for label in labels]


def _after(compiled: CompiledTree, i: int, branch: int, paid: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    if i not in compiled.payment_rows:
        return paid
    extra = compiled.payment_rows[i][branch]
    return tuple(value + extra[p][0] if p in extra else value for p, value in enumerate(paid))


class _SetNumbers:
    """Numbers and unique labels of information sets; a shared node is written once for every way to it.

    Each way is a history of its own, which the mover knows, and so an information set of its own.
    """

    def __init__(self, compiled: CompiledTree) -> None:
        self.tree, self.names, self.seen = compiled.tree, Labels(), set[int]()
        self.count = dict.fromkeys(range(len(self.tree.players)), 0)
        self.first = {k: self._new(k) for k in range(len(self.tree.information_sets))}

    def give(self, node: int) -> tuple[int, int, str]:
        """Return the player's number, the set's number among the player's, and its label, for a node now written."""
        known = self.tree.nodes[node].information_set
        found = self._new(known) if node in self.seen else self.first[known]
        self.seen.add(node)
        return found

    def _new(self, k: int) -> tuple[int, int, str]:
        h = self.tree.information_sets[k]
        self.count[h.player] += 1
        name = " ".join((*h.selectors(self.tree.players), h.label))
        return h.player + 1, self.count[h.player], self.names.give(name, f"set {k}")
