"""The parts of a model file that define the game, written: the counterpart of `read_games`."""

from __future__ import annotations

from deterrence.errors import ModelFileError
from deterrence.expressions import Expr
from deterrence.games import Chance, Decision, ExtensiveGame, Outcome, Player, StrategicGame
from deterrence.games.nodes import Node, Payoff, Payoffs
from deterrence.library.places import RESERVED
from deterrence.library.toml_text import formula, inline, key, string, strings, table_lines

__all__ = ["write_extensive", "write_strategic"]


def write_strategic(game: StrategicGame) -> list[str]:
    """Return [players], [actions] and [table]."""
    return [
        *table_lines("[players]", {key(p.name): "{}" for p in game.players}),
        *table_lines("[actions]", {key(who): strings(actions) for who, actions in game.actions.items()}),
        *table_lines("[table]", {key(", ".join(profile)): _row(game, profile) for profile in game.table}),
    ]


def _row(game: StrategicGame, profile: tuple[str, ...]) -> str:
    event = game.event_of[profile]
    entries = {"event": string(event)} if event != " | ".join(profile) else {}
    return inline(entries | {_payee(who): formula(f) for who, f in game.table[profile].items()})


def _payee(who: str) -> str:
    if who == "event":
        raise ModelFileError("a player is named 'event'", where=f"player {who}", remedy="rename the player")
    return key(who)


def write_extensive(game: ExtensiveGame) -> list[str]:
    """Return [players], [prior], [knows], [tree] and [outcomes]."""
    _check_tree(game)
    moves = {name: node for name, node in game.nodes.items() if not isinstance(node, Outcome)}
    ordered = {game.root: moves[game.root], **moves} if game.root in moves else moves
    prior = {", ".join(types): q for types, q in (game.prior or {}).items()}
    return [
        *table_lines("[players]", {key(p.name): _player(p) for p in game.players}),
        *table_lines("[prior]", {key(types): formula(q) for types, q in prior.items()}),
        *table_lines("[knows]", {key(who): strings(others) for who, others in game.knows.items()}),
        *table_lines("[tree]", {key(name): _move(node) for name, node in ordered.items()}),
        *table_lines("[outcomes]", {key(n): _outcome(x) for n, x in game.nodes.items() if isinstance(x, Outcome)}),
    ]


def _check_tree(game: ExtensiveGame) -> None:
    """Check that the format can hold the tree."""
    if isinstance(game.nodes[game.root], Outcome):
        raise ModelFileError("a game without a move", where=f"outcome {game.root}", remedy="let somebody move")
    seen: set[str] = set()
    for node in game.nodes.values():
        children: list[str] = []
        if isinstance(node, Decision):
            children = [str(child) for child in node.actions.values()]
            word = next((a for a in node.actions if a in RESERVED), None)
            if word:
                raise ModelFileError(f"the action {word!r} is a word of the format", where=f"node {node.name}")
        elif isinstance(node, Chance):
            children = [str(child) for _, child in node.branches.values()]
        for child in children:
            if child in seen and not isinstance(game.nodes[child], Outcome):
                raise ModelFileError(
                    f"several paths lead into {child!r}",
                    where=f"node {node.name}",
                    remedy="a file holds a tree: give each path its own node, or write a family",
                )
            seen.add(child)


def _player(player: Player) -> str:
    if player.types and player.prior is None:
        return inline({"types": strings(player.types)})
    return inline({key(t): formula(q) for t, q in (player.prior or {}).items()})


def _move(node: Node) -> str:
    if isinstance(node, Chance):
        branches = {key(b): f"[{formula(q)}, {string(str(child))}]" for b, (q, child) in node.branches.items()}
        return inline({"chance": inline(branches)})
    assert isinstance(node, Decision)
    entries = {"mover": string(node.player)}
    entries |= {key(action): string(str(child)) for action, child in node.actions.items()}
    if node.information_set != node.name:
        entries["information"] = string(node.information_set)
    if node.pays:
        entries["pays"] = inline({key(action): _payments(table) for action, table in node.pays.items()})
    return inline(entries)


def _outcome(node: Outcome) -> str:
    entries = {"event": string(node.event)} if node.event != node.name else {}
    return inline(entries | {_payee(who): _payoff(payoff) for who, payoff in node.payoffs.items()})


def _payments(table: Payoffs) -> str:
    return inline({key(who): _payoff(payoff) for who, payoff in table.items()})


def _payoff(payoff: Payoff) -> str:
    if isinstance(payoff, Expr):
        return formula(payoff)
    return inline({key(types): _payoff(inner) for types, inner in payoff.items()})
