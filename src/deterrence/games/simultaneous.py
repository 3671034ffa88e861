"""A strategic game as a tree: one after the other, nobody seeing what the others do."""

from __future__ import annotations

from dataclasses import replace

from deterrence.games.extensive import ExtensiveGame
from deterrence.games.nodes import Decision, Node, Outcome
from deterrence.games.statements import About, EquilibriumResult, Prescription, Result
from deterrence.games.strategic import Profile, StrategicGame

__all__ = ["placed", "simultaneous_tree"]


def simultaneous_tree(game: StrategicGame) -> ExtensiveGame:
    """Return a strategic game as an extensive one with an information set, named after the player, for each player.

    Published results are carried over; so are assumptions, definitions and parameters. Raises `GameError` where the
    tree would be too large.

    >>> from deterrence.games import StrategicGame
    >>> pays = {(a, b): {"Row": i, "Column": i} for i, (a, b) in enumerate([("x", "l"), ("x", "r")])}
    >>> tree = simultaneous_tree(StrategicGame({"Row": ["x"], "Column": ["l", "r"]}, pays))
    >>> [h.label for h in tree.tree.information_sets]
    ['Row', 'Column']
    """
    names = [p.name for p in game.players]
    nodes: list[Node] = []
    numbers: dict[Profile, str] = {}

    def add(chosen: Profile) -> str:
        name = numbers[chosen] = f"{len(numbers)}"
        if len(chosen) == len(names):
            nodes.append(Outcome(name, game.table[chosen], _label(game.event_of[chosen], name, game)))
            return name
        who = names[len(chosen)]
        actions = {action: add((*chosen, action)) for action in game.actions[who]}
        nodes.append(Decision(name, who, actions, information_set=who))
        return name

    return ExtensiveGame(
        add(()),
        nodes=nodes,
        players=game.players,
        assume=game.assume,
        parameters=game.parameters,
        definitions=game.definitions,
        about=_about(game.about),
    )


def _label(event: str, number: str, game: StrategicGame) -> str:
    """Return an event's name; the default one, made of all the actions, may be too long for a tree."""
    return event if len(event) <= 80 else f"profile {number} of {len(game.table)}"


def _about(about: About) -> About:
    return replace(about, results=tuple(_result(r) for r in about.results))


def _result(result: Result) -> Result:
    if not isinstance(result, EquilibriumResult):
        return result
    return replace(result, profile=tuple(placed(p) for p in result.profile))


def placed(prescription: Prescription) -> Prescription:
    """Return what a profile of a strategic game prescribes, at the player's information set in the tree."""
    return replace(prescription, information_set=prescription.player)
