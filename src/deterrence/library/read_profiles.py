"""Profiles and beliefs in a model file, checked against the information sets of the game they speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from deterrence.expressions import Expr, Number, did_you_mean
from deterrence.expressions.identity import identically
from deterrence.games import ExtensiveGame, FrozenMap, InformationSet, Prescription, StrategicGame, Tree
from deterrence.library.places import Place, Table, kind_of
from deterrence.library.scope import Scope

__all__ = ["read_behaviour", "read_beliefs", "read_mixtures"]

ONE: Final = Number(1)


def read_mixtures(table: Table, game: StrategicGame, scope: Scope) -> tuple[Prescription, ...]:
    """Return what a profile of a strategic game prescribes; unknown names are errors with suggestions."""
    given = {who: _mixture(who, table, game, scope) for who in table}
    return tuple(given[who] for who in game.actions if who in given)


def read_behaviour(table: Table, game: ExtensiveGame, scope: Scope) -> tuple[Prescription, ...]:
    """Return what a profile of an extensive game prescribes; unknown names are errors with suggestions."""
    return tuple(_behaviour(one, game.tree, scope) for one in _found(table, game.tree))


def read_beliefs(table: Table, game: ExtensiveGame, scope: Scope) -> tuple[Prescription, ...]:
    """Return prescribed beliefs: probabilities of the nodes of information sets.

    A key names nodes by what the mover does not know: `Other.type`, the name of the node, or both separated
    by a comma.
    """
    return tuple(_belief(one, game.tree, scope) for one in _found(table, game.tree))


@dataclass(frozen=True)
class _Found:
    """A value of a profile at the information sets that its keys select."""

    player: str
    types: tuple[str, ...]
    label: str
    sets: tuple[int, ...]
    value: object
    place: Place


def _found(table: Table, tree: Tree) -> list[_Found]:
    """Return the prescriptions in the order of the tree's information sets, whatever their order in the file."""
    found: list[_Found] = []
    for who in table:
        if who not in tree.players:
            raise (table.place / who).error(f"unknown player {who[:64]!r}", did_you_mean(who, tree.players))
        own = list(tree.of_player(tree.players.index(who)))
        found.extend(_select(who, table.table(who), tree, own, ()))
    _check_once(found, tree)
    return sorted(found, key=lambda one: one.sets)


def _select(who: str, table: Table, tree: Tree, sets: Sequence[int], types: tuple[str, ...]) -> Iterator[_Found]:
    """Yield the prescriptions below some types: a key is an information set, a type, or `Other.type`."""
    labels = {tree.information_sets[i].label for i in sets}
    selectors = {s for i in sets for s in tree.information_sets[i].selectors(tree.players)}
    for key, value in table.data.items():
        place = table.place / key
        if key in labels:
            fitting = tuple(i for i in sets if tree.information_sets[i].label == key)
            yield _Found(who, types, key, fitting, value, place)
        elif key in selectors and isinstance(value, dict):
            fitting = tuple(i for i in sets if key in tree.information_sets[i].selectors(tree.players))
            yield from _select(who, Table(value, place), tree, fitting, (*types, key))
        else:
            known = [*sorted(labels), *sorted(selectors - set(types))]
            raise place.error(f"{who!r} has no information set or type {key[:64]!r} here", did_you_mean(key, known))


def _check_once(found: list[_Found], tree: Tree) -> None:
    taken: dict[int, Place] = {}
    for one in found:
        for i in one.sets:
            if i in taken:
                shown = tree.set_name(tree.information_sets[i])
                raise one.place.error(f"{shown} is prescribed twice", f"{taken[i].path} prescribes it already")
            taken[i] = one.place


def _behaviour(one: _Found, tree: Tree, scope: Scope) -> Prescription:
    actions = tree.information_sets[one.sets[0]].actions
    return Prescription(one.player, one.types, one.label, _probabilities(one.value, one.place, actions, scope))


def _mixture(who: str, table: Table, game: StrategicGame, scope: Scope) -> Prescription:
    place = table.place / who
    if who not in game.actions:
        raise place.error(f"unknown player {who[:64]!r}", did_you_mean(who, game.actions))
    return Prescription(who, (), "", _probabilities(table.data[who], place, game.actions[who], scope))


def _probabilities(value: object, place: Place, actions: Sequence[str], scope: Scope) -> FrozenMap[str, Expr]:
    if isinstance(value, str):
        _check_action(value, place, actions)
        return FrozenMap({value: ONE})
    if not isinstance(value, dict) or not value:
        raise place.error(f"{kind_of(value)} where an action is needed", 'write "action" or { action = "probability" }')
    for action in value:
        _check_action(action, place / action, actions)
    given = {action: scope.formula(q, place / action) for action, q in value.items()}
    if len(actions) - len(given) != 1:
        _check_total(given, place, scope)
    return FrozenMap(given)


def _check_action(action: str, place: Place, actions: Sequence[str]) -> None:
    if action not in actions:
        raise place.error(f"no action {action[:64]!r} here", did_you_mean(action, actions))


def _check_total(given: Mapping[str, Expr], place: Place, scope: Scope) -> None:
    total: Expr = Number(0)
    for formula in given.values():
        total = total + scope.close(formula)
    if identically(total, ONE) is False:
        raise place.error("the probabilities do not sum to 1", "leave out one action: it takes the rest")


def _belief(one: _Found, tree: Tree, scope: Scope) -> Prescription:
    h = tree.information_sets[one.sets[0]]
    if not isinstance(one.value, dict) or not one.value:
        raise one.place.error(
            f"{kind_of(one.value)} where beliefs are needed", 'write { "Other.type" = "probability" }'
        )
    given = {key: scope.formula(q, one.place / key) for key, q in one.value.items()}
    chosen = {key: _members(key, h, tree, one.place / key) for key in given}
    covered = [node for nodes in chosen.values() for node in nodes]
    if len(covered) > len(set(covered)):
        raise one.place.error("a node is counted twice", "keys of a belief name different nodes")
    if len(covered) == len(h.members):
        _check_total(given, one.place, scope)
    return Prescription(one.player, one.types, one.label, FrozenMap(given))


def _members(key: str, h: InformationSet, tree: Tree, place: Place) -> tuple[int, ...]:
    """Return the nodes of an information set that a key of a belief names."""
    parts = [part.strip() for part in key.split(",")]
    names = _marks(h, tree)
    for part in parts:
        if not any(part in names(node) for node in h.members):
            known = sorted({mark for node in h.members for mark in names(node)})
            raise place.error(f"no node {part[:64]!r} in this information set", did_you_mean(part, known))
    nodes = tuple(node for node in h.members if all(part in names(node) for part in parts))
    if not nodes:
        raise place.error("no node is all of these", "keep one of them")
    return nodes


def _marks(h: InformationSet, tree: Tree) -> Callable[[int], set[str]]:
    def marks(index: int) -> set[str]:
        node = tree.nodes[index]
        return {node.name, *(f"{who}.{t}" for who, t in zip(tree.typed, node.types, strict=True))}

    return marks
