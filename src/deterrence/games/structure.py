"""Checks on the tree of an extensive game as it is written: names, reachability, no cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deterrence.errors import GameError
from deterrence.expressions import did_you_mean
from deterrence.games.nodes import Decision, Node, Outcome, Payoffs, successors

__all__ = ["check_structure", "payoff_tables", "topological_order"]


def payoff_tables(node: Node) -> list[Payoffs]:
    """Return the payoff tables of a node: of an outcome, or of the payments on actions."""
    if isinstance(node, Outcome):
        return [node.payoffs]
    return list(node.pays.values()) if isinstance(node, Decision) else []


def check_structure(root: str, nodes: Mapping[str, Node], players: Sequence[str]) -> None:
    """Check names, reachability and the absence of cycles on the tree as written."""
    if not players:
        raise GameError("a game without players", where="players", remedy="give the players, or use Player objects")
    if len(set(players)) < len(players):
        raise GameError("a player is named twice", where="players", remedy="give each its own name")
    movers: dict[str, str] = {}
    for node in nodes.values():
        if isinstance(node, Decision):
            _check_mover(node, players, movers)
        for label, child in successors(node).items():
            if child not in nodes:
                raise GameError(
                    f"{label!r} leads to the unknown node {child!r}",
                    where=f"node {node.name}",
                    remedy=did_you_mean(str(child), nodes),
                )
        for table in payoff_tables(node):
            _check_payees(table, players, node)
    reached = topological_order(root, nodes)
    for name in nodes:
        if name not in reached:
            raise GameError("no play reaches this node", where=f"node {name}", remedy="remove it or lead to it")


def _check_mover(node: Decision, players: Sequence[str], movers: dict[str, str]) -> None:
    if node.player not in players:
        raise GameError(
            f"unknown player {node.player!r}",
            where=f"node {node.name}",
            remedy=did_you_mean(node.player, players),
        )
    if movers.setdefault(node.information_set, node.player) != node.player:
        raise GameError(
            f"the information set {node.information_set!r} belongs to two players",
            where=f"node {node.name}",
            remedy="give each player's information sets their own names",
        )


def _check_payees(table: Payoffs, players: Sequence[str], node: Node) -> None:
    for player in table:
        if player not in players:
            raise GameError(
                f"payoff for the unknown player {player!r}",
                where=f"node {node.name}",
                remedy=did_you_mean(player, players),
            )
    missing = [name for name in players if name not in table]
    if isinstance(node, Outcome) and missing:
        raise GameError(
            f"no payoff for {missing[0]!r}", where=f"outcome {node.name}", remedy="give every player a payoff"
        )


def topological_order(root: str, nodes: Mapping[str, Node]) -> dict[str, int]:
    """Return the reachable nodes, each before its successors, with their positions; a cycle is an error."""
    state: dict[str, bool] = {}  # False while on the current path, True when finished
    finished: list[str] = []
    stack: list[tuple[str, bool]] = [(root, False)]
    if root not in nodes:
        raise GameError(f"no node is named {root!r}", where="root", remedy=did_you_mean(root, nodes))
    while stack:
        name, leaving = stack.pop()
        if leaving:
            state[name] = True
            finished.append(name)
        elif name not in state:
            state[name] = False
            stack.append((name, True))
            children = [str(child) for child in successors(nodes[name]).values()]
            for child in children:
                if state.get(child) is False:
                    raise GameError(f"a cycle back to {child!r}", where=f"node {name}", remedy="a play must end")
            stack.extend((child, False) for child in reversed(children))
    return {name: i for i, name in enumerate(reversed(finished))}
