"""Games as plain lines of text: what `show` prints and notebooks display."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from deterrence.escape import for_terminal
from deterrence.expressions import Expr, to_text
from deterrence.games.nodes import Chance, Decision, Node, Outcome, Payoff, Payoffs, successors

if TYPE_CHECKING:
    from deterrence.games.commitment import CommitmentGame
    from deterrence.games.continuous import ContinuousGame
    from deterrence.games.extensive import ExtensiveGame
    from deterrence.games.strategic import StrategicGame

__all__ = ["commitment_lines", "continuous_lines", "table_lines", "tree_lines"]

MAX_LINES: Final = 400


def tree_lines(game: ExtensiveGame) -> list[str]:
    """Return the tree as written, one node a line; a node that plays meet again is named, not repeated."""
    lines = [_head(game.nodes[game.root])]
    seen = {game.root}
    pending = list(reversed([(*entry, "") for entry in _entries(game.nodes[game.root])]))
    while pending:
        if len(lines) >= MAX_LINES:
            lines.append(f"... {len(game.nodes)} nodes in all")
            break
        label, name, last, indent = pending.pop()
        node = game.nodes[name]
        again = name in seen and not isinstance(node, Outcome)
        shown = f"{name} (see above)" if again else _head(node)
        lines.append(f"{indent}{'└─' if last else '├─'} {label} → {shown}")
        seen.add(name)
        if not again:
            below = indent + ("   " if last else "│  ")
            pending.extend(reversed([(*entry, below) for entry in _entries(node)]))
    return [for_terminal(line) for line in lines]


def _entries(node: Node) -> Iterator[tuple[str, str, bool]]:
    children = successors(node)
    for i, (label, child) in enumerate(children.items()):
        extra = ""
        if isinstance(node, Chance):
            extra = f" [{to_text(node.branches[label][0])}]"
        elif isinstance(node, Decision) and label in node.pays:
            extra = f" [{_payoffs(node.pays[label])}]"
        yield label + extra, str(child), i == len(children) - 1


def _head(node: Node) -> str:
    if isinstance(node, Outcome):
        event = "" if node.event == node.name else f" ({node.event})"
        return f"{node.name}{event}: {_payoffs(node.payoffs)}"
    if isinstance(node, Decision):
        shared = "" if node.information_set == node.name else f", information set {node.information_set}"
        return f"{node.name}: {node.player} chooses{shared}"
    return f"{node.name}: chance"


def _payoffs(table: Payoffs) -> str:
    return "; ".join(f"{who} {_payoff(payoff)}" for who, payoff in table.items())


def _payoff(payoff: Payoff) -> str:
    if isinstance(payoff, Expr):
        return to_text(payoff)
    return "{" + ", ".join(f"{key}: {_payoff(inner)}" for key, inner in payoff.items()) + "}"


def table_lines(game: StrategicGame) -> list[str]:
    """Return the profiles of a strategic game with their payoffs, one a line."""
    width = max(len(", ".join(profile)) for profile in game.table)
    lines = [f"{who}: {', '.join(actions)}" for who, actions in game.actions.items()]
    for profile, row in list(game.table.items())[:MAX_LINES]:
        payoffs = "; ".join(f"{who} {to_text(formula)}" for who, formula in row.items())
        lines.append(f"{', '.join(profile):<{width}}  {payoffs}")
    return [for_terminal(line) for line in lines]


def continuous_lines(game: ContinuousGame) -> list[str]:
    """Return the aggregate of a continuous game, then every player's interval and payoff."""
    how = game.aggregate
    exponent = "" if how.exponent is None else f" with exponent {to_text(how.exponent)}"
    lines = [f"{how.name}: {how.kind} of the {how.of}{exponent}"]
    for who, choice in list(game.choices.items())[:MAX_LINES]:
        weight = "" if choice.weight is None else f", weight {to_text(choice.weight)}"
        lines.append(f"{who}: {how.of} from {to_text(choice.low)} to {to_text(choice.high)}{weight}")
        lines.append(f"  {to_text(choice.payoff)}")
    return [for_terminal(line) for line in lines]


def commitment_lines(game: CommitmentGame) -> list[str]:
    """Return what the leader fixes, then the responses in the order of play, then the payoffs."""
    lines = [
        f"{game.leader} fixes {name} from {to_text(low)} to {to_text(high)}"
        for name, (low, high) in game.controls.items()
    ]
    for name, response in reversed(list(game.responses.items())):
        if response.payoff is not None:
            lines.append(f"{response.player} chooses {name} to maximise {to_text(response.payoff)}")
        elif response.gain is not None:
            lines.append(f"{response.player}: {name} when {to_text(response.gain)} > 0")
        if response.low is not None and response.high is not None:
            what = f"type {response.type} uniform" if response.type else name
            lines.append(f"  {what} from {to_text(response.low)} to {to_text(response.high)}")
    lines += [f"{who} gets {to_text(payoff)}" for who, payoff in game.payoffs.items()]
    return [for_terminal(line) for line in lines]
