"""Theories as plain JSON values and back; formulas are text in the formula language of model files."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, TypeAlias

from deterrence.errors import ExpressionError
from deterrence.expressions import (
    AllOf,
    AnyOf,
    Call,
    Comparison,
    Condition,
    Expr,
    Power,
    Product,
    Sum,
    parse_expression,
    to_text,
)
from deterrence.games import ExtensiveGame, FrozenMap
from deterrence.theory.classes import BeliefSlot, EquilibriumClass, Interval, Theory
from deterrence.theory.covering import Coexistence, OutcomeGroup, Tiling
from deterrence.theory.removal import Argument, Removal, ResponseSet

__all__ = ["decoded", "encoded"]

Json: TypeAlias = Any  # as the json module gives and takes it
_PARTS: Final[Mapping[str, type[Expr]]] = {"+": Sum, "*": Product, "^": Power}
_JUNCTIONS: Final = {"and": AllOf, "or": AnyOf}


def encoded(theory: Theory) -> Json:
    """Return all of a theory but its game."""
    return {
        "concept": theory.concept,
        "refinement": theory.refinement,
        "classes": [_class(found) for found in theory.classes],
        "complete": theory.complete,
        "argument": theory.argument,
        "counts": dict(theory.counts),
        "trusted": list(theory.trusted),
        "removed": [_removal(removal) for removal in theory.removed],
        "tiling": None if theory.tiling is None else _tiling(theory.tiling),
        "untiled": theory.untiled,
    }


def decoded(game: ExtensiveGame, document: Json) -> Theory:
    """Return the theory of a game from what `encoded` returned for it.

    Raises `ExpressionError`, `KeyError`, `TypeError` or `ValueError` for anything else.
    """
    return Theory(
        game,
        document["concept"],
        document["refinement"],
        tuple(_read_class(found) for found in document["classes"]),
        complete=document["complete"],
        argument=document["argument"],
        counts=FrozenMap(document["counts"]),
        trusted=tuple(document["trusted"]),
        removed=tuple(_read_removal(removal) for removal in document["removed"]),
        tiling=None if document["tiling"] is None else _read_tiling(document["tiling"]),
        untiled=document.get("untiled", ""),
    )


def _class(found: EquilibriumClass) -> Json:
    return {
        "name": found.name,
        "family": found.family,
        "support": found.support,
        "strategies": [[_formula(q) for q in row] for row in found.strategies],
        "beliefs": [[list(slot), _formula(f)] for slot, f in found.beliefs.items()],
        "free": [[name, *([_formula(f) for f in end] for end in (i.lower, i.upper))] for name, i in found.free.items()],
        "meaning": dict(found.meaning),
        "region": [_condition(c) for c in found.region],
        "events": {event: _formula(f) for event, f in found.events.items()},
        "payoffs": [[*key, _formula(f)] for key, f in found.payoffs.items()],
        "generic": found.generic,
        "closed_form": found.closed_form,
        "proved": found.proved,
        "open_conditions": [_condition(c) for c in found.open_conditions],
        "defined": [_condition(c) for c in found.defined],
    }


def _read_class(found: Json) -> EquilibriumClass:
    return EquilibriumClass(
        found["name"],
        found["family"],
        tuple(tuple(actions) for actions in found["support"]),
        tuple(tuple(_read_formula(q) for q in row) for row in found["strategies"]),
        FrozenMap({BeliefSlot(who, tuple(at), value): _read_formula(f) for (who, at, value), f in found["beliefs"]}),
        FrozenMap({name: Interval(_read_formulas(low), _read_formulas(high)) for name, low, high in found["free"]}),
        FrozenMap(found["meaning"]),
        tuple(_read_condition(c) for c in found["region"]),
        FrozenMap({event: _read_formula(f) for event, f in found["events"].items()}),
        FrozenMap({(who, t): _read_formula(f) for who, t, f in found["payoffs"]}),
        generic=found["generic"],
        closed_form=found["closed_form"],
        proved=found["proved"],
        open_conditions=tuple(_read_condition(c) for c in found["open_conditions"]),
        defined=tuple(_read_condition(c) for c in found["defined"]),
    )


def _removal(removal: Removal) -> Json:
    return {
        "name": removal.name,
        "position": removal.position,
        "effect": removal.effect,
        "where": [_condition(c) for c in removal.where],
        "arguments": [
            {
                "sender": a.sender,
                "after": a.after,
                "struck": a.struck,
                "by": a.by,
                "reason": a.reason,
                "sets": [[s.type_, [[plays, [_condition(c) for c in cs]] for plays, cs in s.families]] for s in a.sets],
            }
            for a in removal.arguments
        ],
    }


def _read_removal(found: Json) -> Removal:
    return Removal(
        name=found["name"],
        position=found["position"],
        effect=found["effect"],
        where=tuple(_read_condition(c) for c in found["where"]),
        arguments=tuple(
            Argument(
                sender=a["sender"],
                after=tuple(a["after"]),
                struck=tuple(a["struck"]),
                by=a["by"],
                reason=a["reason"],
                sets=tuple(ResponseSet(t, tuple(map(_read_family, families))) for t, families in a["sets"]),
            )
            for a in found["arguments"]
        ),
    )


def _read_family(found: Json) -> tuple[tuple[tuple[str, str], ...], tuple[Condition, ...]]:
    plays, conditions = found
    return tuple((where, played) for where, played in plays), tuple(_read_condition(c) for c in conditions)


def _tiling(tiling: Tiling) -> Json:
    return {
        "covered": tiling.covered,
        "unique": tiling.unique,
        "outcomes": [
            [group.classes, {event: _formula(f) for event, f in group.events.items()}, group.varies]
            for group in tiling.outcomes
        ],
        "overlaps": [[o.first, o.second, [_condition(c) for c in o.where]] for o in tiling.overlaps],
        "gap": _point(tiling.gap),
        "several": _point(tiling.several),
    }


def _read_tiling(found: Json) -> Tiling:
    return Tiling(
        found["covered"],
        found["unique"],
        tuple(
            OutcomeGroup(tuple(names), FrozenMap({event: _read_formula(f) for event, f in events.items()}), varies)
            for names, events, varies in found["outcomes"]
        ),
        tuple(Coexistence(i, j, tuple(_read_condition(c) for c in where)) for i, j, where in found["overlaps"]),
        _read_point(found["gap"]),
        _read_point(found["several"]),
    )


def _point(point: Mapping[str, Fraction] | None) -> Json:
    return None if point is None else {name: str(value) for name, value in point.items()}


def _read_point(found: Json) -> FrozenMap[str, Fraction] | None:
    return None if found is None else FrozenMap({name: Fraction(value) for name, value in found.items()})


def _formula(formula: Expr) -> Json:
    """Return a formula as text, or as an operation and its parts where it is longer than the language allows."""
    text = to_text(formula)
    try:
        if parse_expression(text) == formula:
            return text
    except ExpressionError:
        pass  # too long or too deep to be read in one piece
    parts = [_formula(child) for child in formula.children]
    if isinstance(formula, Call):
        return [formula.function, *parts]
    for operation, kind in _PARTS.items():
        if isinstance(formula, kind):
            return [operation, *parts]
    raise ExpressionError("a number is too long to be kept as text")


def _read_formula(found: Json) -> Expr:
    if isinstance(found, str):
        return _parsed(found)
    operation, *parts = found
    children = _read_formulas(parts)
    return _PARTS[operation](*children) if operation in _PARTS else Call(operation, *children)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Expr:
    """Return a formula from text; the classes of a theory have many in common."""
    return parse_expression(text)


def _read_formulas(found: Json) -> tuple[Expr, ...]:
    return tuple(_read_formula(f) for f in found)


def _condition(condition: Condition) -> Json:
    if isinstance(condition, AllOf | AnyOf):
        return [condition.WORD, *(_condition(part) for part in condition.parts)]
    if not isinstance(condition, Comparison):
        raise ExpressionError(f"cannot write a condition of kind {type(condition).__name__}")
    return {"sides": [_formula(side) for side in condition.operands], "signs": list(condition.operators)}


def _read_condition(found: Json) -> Condition:
    if isinstance(found, dict):
        return Comparison(_read_formulas(found["sides"]), tuple(found["signs"]))
    word, *parts = found
    return _JUNCTIONS[word](*(_read_condition(part) for part in parts))
