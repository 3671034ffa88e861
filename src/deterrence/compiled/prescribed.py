"""Profiles as people write them, as strategies at parameter points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from deterrence.compiled.formulas import formula_values
from deterrence.compiled.points import NumberArray, Points
from deterrence.errors import GameError
from deterrence.expressions import Expr, Number, did_you_mean, substitute
from deterrence.games import InformationSet, Prescription, StrategicGame, Tree

__all__ = ["prescribed_mixtures", "prescribed_strategy", "prescribes", "pure_completions", "singled_out"]


def prescribed_strategy(
    tree: Tree, profile: Sequence[Prescription], definitions: Mapping[str, Expr], points: Points
) -> NumberArray:
    """Return behaviour strategies (points, 1, moves), NaN at information sets that the profile leaves free.

    Raises `GameError` when a prescription fits no information set, or two fit the same.
    """
    out = np.full((points.size, 1, tree.n_moves), np.nan, dtype=object if points.exact else np.float64)
    taken: set[int] = set()
    for prescription in profile:
        fitting = [i for i, h in enumerate(tree.information_sets) if prescribes(prescription, tree, h)]
        where = f"profile, {prescription.player} {prescription.information_set}"
        if not fitting:
            raise GameError("no such information set", where=where, remedy="check player, type and name")
        if taken & set(fitting):
            raise GameError("prescribed twice", where=where, remedy="keep one of the two")
        taken |= set(fitting)
        for i in fitting:
            h = tree.information_sets[i]
            columns = _probabilities(h.actions, prescription, definitions, points)
            out[:, 0, h.moves] = np.stack(columns, axis=-1)
    return out


def prescribes(prescription: Prescription, tree: Tree, h: InformationSet) -> bool:
    """Say whether a prescription is about an information set; types that it does not name may be any."""
    return (
        tree.players[h.player] == prescription.player
        and h.label == prescription.information_set
        and set(prescription.types) <= set(h.selectors(tree.players))
    )


def singled_out(tree: Tree, h: InformationSet, key: str) -> list[int]:
    """Return the nodes of an information set that a prescribed belief names: `node`, `Other.type`, or several of these.

    Parts are joined by commas.
    """
    parts = {part.strip() for part in key.split(",")}
    return [m for m in h.members if parts <= _marks(tree, m)]


def _marks(tree: Tree, i: int) -> set[str]:
    node = tree.nodes[i]
    return {node.name, *(f"{who}.{t}" for who, t in zip(tree.typed, node.types, strict=True))}


def pure_completions(tree: Tree, strategy: NumberArray, limit: int = 1024) -> NumberArray:
    """Return a strategy (moves,) with its open sets that own play can reach filled in every pure way.

    The result is (completions, moves); sets that the player's own strategy excludes stay open. Raises `GameError`
    when there are more than `limit` completions.
    """
    rows = [strategy]
    for index in sorted(_own_reached(tree, strategy), key=lambda i: tree.information_sets[i].first_move):
        h = tree.information_sets[index]
        if strategy[h.first_move] == strategy[h.first_move]:
            continue
        rows = [_played(row, h, action) for row in rows for action in range(len(h.actions))]
        if len(rows) > limit:
            raise GameError("the profile leaves too many information sets free", remedy="name more of them")
    return np.stack(rows)


def _played(row: NumberArray, h: InformationSet, action: int) -> NumberArray:
    out = row.copy()
    out[h.moves] = 0
    out[h.first_move + action] = 1
    return out


def _own_reached(tree: Tree, strategy: NumberArray) -> set[int]:
    """Return the information sets that their player's own strategy does not exclude."""
    found: set[int] = set()
    for player in range(len(tree.players)):
        pending = [0]
        while pending:
            node = tree.nodes[pending.pop()]
            h = tree.information_sets[node.information_set] if node.kind == "decision" else None
            if h is None or h.player != player:
                pending.extend(node.children)
                continue
            found.add(node.information_set)
            pending.extend(c for a, c in enumerate(node.children) if strategy[h.first_move + a] != 0)
    return found


def prescribed_mixtures(
    game: StrategicGame, profile: Sequence[Prescription], definitions: Mapping[str, Expr], points: Points
) -> tuple[NumberArray, ...]:
    """Return mixed strategies, (points, 1, actions) for every player; all players must be prescribed."""
    by_player = {prescription.player: prescription for prescription in profile}
    out: list[NumberArray] = []
    for player, actions in game.actions.items():
        if player not in by_player:
            raise GameError(f"nothing is prescribed for {player!r}", where="profile", remedy="name an action")
        columns = _probabilities(actions, by_player[player], definitions, points)
        out.append(np.stack(columns, axis=-1)[:, None, :])
    return tuple(out)


def _probabilities(
    actions: Sequence[str], prescription: Prescription, definitions: Mapping[str, Expr], points: Points
) -> list[NumberArray]:
    given = {a: substitute(f, definitions) for a, f in prescription.probabilities.items()}
    for action in given:
        if action not in actions:
            where = f"profile, {prescription.player} {prescription.information_set}"
            raise GameError(f"no action {action!r}", where=where, remedy=did_you_mean(action, actions))
    open_actions = [a for a in actions if a not in given]
    total: Expr = Number(0)
    for formula in given.values():
        total = total + formula
    rest = Number(1) - total if len(open_actions) == 1 else Number(0)
    return formula_values([given.get(a, rest) for a in actions], points)
