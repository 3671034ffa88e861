"""A theory as nested dictionaries, lists, text and numbers: what a JSON document holds; docs/json.md describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.expressions import Condition, Expr, to_text
from deterrence.json_text import Json, json_numbers
from deterrence.theory.covering import Tiling
from deterrence.theory.removal import Removal
from deterrence.theory.unknowns import BeliefSlot

if TYPE_CHECKING:
    from deterrence.theory.classes import EquilibriumClass, Theory

__all__ = ["theory_body"]


def theory_body(theory: Theory, classes: Sequence[EquilibriumClass]) -> Json:
    """Return what was derived and how, and these of the classes; formulas are text in the formula language."""
    return {
        "concept": theory.concept,
        "refinement": theory.refinement,
        "complete": theory.complete,
        "argument": theory.argument,
        "counts": dict(theory.counts),
        "trusted": list(theory.trusted),
        "generic": len(theory.generic),
        "knife_edges": len(theory.knife_edges),
        "definitions": _formulas(theory.game.definitions),
        "classes": [_class(theory, found) for found in classes],
        "removed": [_removal(removal) for removal in theory.removed],
        "tiling": None if theory.tiling is None else _tiling(theory.tiling),
        "untiled": theory.untiled,
    }


def _tiling(tiling: Tiling) -> Json:
    groups = tiling.outcomes
    return {
        "covered": tiling.covered,
        "gap": _point(tiling.gap),
        "unique": tiling.unique,
        "several": _point(tiling.several),
        "outcomes": [
            {"classes": list(group.classes), "varies": group.varies, "events": _formulas(group.events)}
            for group in groups
        ],
        "overlaps": [
            {
                "classes": list(groups[overlap.first].classes),
                "others": list(groups[overlap.second].classes),
                "where": [to_text(c) for c in overlap.where],
            }
            for overlap in tiling.overlaps
        ],
    }


def _point(point: Mapping[str, Fraction] | None) -> Json | None:
    return None if point is None else json_numbers(point.items())


def _removal(removal: Removal) -> Json:
    return {
        "class": removal.name,
        "effect": removal.effect,
        "where": [to_text(c) for c in removal.where],
        "arguments": [
            {
                "player": argument.sender,
                "after": list(argument.after),
                "types": list(argument.struck),
                "by": argument.by,
                "reason": argument.reason,
                "gains": [
                    {"type": found.type_, "families": [_family(*family) for family in found.families]}
                    for found in argument.sets
                ],
            }
            for argument in removal.arguments
        ],
    }


def _family(plays: tuple[tuple[str, str], ...], conditions: tuple[Condition, ...]) -> Json:
    return {
        "replies": [{"information_set": where, "plays": played} for where, played in plays],
        "where": [to_text(c) for c in conditions],
    }


def _class(theory: Theory, found: EquilibriumClass) -> Json:
    tree = theory.game.tree
    return {
        "name": found.name,
        "family": found.family,
        "generic": found.generic,
        "closed_form": found.closed_form,
        "proved": found.proved,
        "strategy": [
            {
                "player": tree.players[h.player],
                "types": list(h.selectors(tree.players)),
                "information_set": h.label,
                "probabilities": {action: to_text(q) for action, q in zip(h.actions, row, strict=True)},
            }
            for h, row in zip(tree.information_sets, found.strategies, strict=True)
        ],
        "beliefs": [{**_slot(slot), "probability": to_text(f)} for slot, f in found.beliefs.items()],
        "open": [
            {
                "name": name,
                "meaning": found.meaning.get(name, ""),
                "at_least": [to_text(f) for f in interval.lower],
                "at_most": [to_text(f) for f in interval.upper],
            }
            for name, interval in found.free.items()
        ],
        "region": [to_text(c) for c in found.region],
        "unsolved": [to_text(c) for c in found.open_conditions],
        "numeric": {name: found.meaning[name] for name in found.implicit},
        "events": _formulas(found.events),
        "payoffs": {f"{who}.{t}" if t else who: to_text(f) for (who, t), f in found.payoffs.items()},
    }


def _slot(slot: BeliefSlot) -> Json:
    about, after, value = slot
    return {"about": about, "after": list(after), "type": value} if after else {"at": about, "node": value}


def _formulas(formulas: Mapping[str, Expr]) -> Json:
    return {name: to_text(f) for name, f in formulas.items()}
