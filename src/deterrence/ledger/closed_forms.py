"""Propositions about games without derived theory: decided for the closed forms that the model's file gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from deterrence.errors import SolverError
from deterrence.expressions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Expr,
    Number,
    Symbol,
    did_you_mean,
    substitute,
    substitute_condition,
)
from deterrence.games import EquilibriumResult, Game, Quantity
from deterrence.ledger.claims import Finding, Proposition
from deterrence.ledger.extents import exact_extent, sampled_extent
from deterrence.theory.ground import Ground, conditions_of
from deterrence.theory.logic import implication, join, strictly
from deterrence.theory.signs import OPERATORS
from deterrence.theory.slopes import derivative
from deterrence.theory.statements import parse_measure, parse_statement

__all__ = ["judge_closed_form"]

_STEP = Number(1) / Number(10_000)  # of a parameter, where a derivative is taken in floats


def judge_closed_form(game: Game, proposition: Proposition) -> Finding:
    """Decide a statement or a sign for the values that published results give, in the regions of all that are named.

    Without a result it may speak of parameters and definitions only. What is not rational is tested at random points.
    """
    results = [_result(game, name) for name in proposition.within]
    regions = [join(AllOf, *(_closed(game, strictly(c)) for c in result.iff)) for result in results]
    given = conditions_of(proposition.given, game)
    context = (*given, *([join(AnyOf, *regions)] if regions else []))
    values = [_values(game, result) for result in results] or [{}]
    finding = _decided(game, proposition, values, regions, context)
    concepts = dict.fromkeys(result.concept for result in results)
    return replace(finding, concept=", ".join(concepts))


def _decided(
    game: Game,
    proposition: Proposition,
    values: list[dict[Quantity, Expr]],
    regions: list[Condition],
    context: tuple[Condition, ...],
) -> Finding:
    ground = Ground(game)
    try:
        around = tuple(ground.cleared(c) for c in context)
        parts = [_claim(game, proposition, value, (ground, around)) for value in values]
        return exact_extent(ground, _in_each(parts, regions), context)
    except SolverError:
        parts = [_claim(game, proposition, value) for value in values]
        return sampled_extent(game, _in_each(parts, regions), context)


def _in_each(parts: list[Condition], regions: list[Condition]) -> Condition:
    """Return that in the region of every result its part of the claim holds."""
    if len(parts) == 1:
        return parts[0]  # the context is the region
    return join(AllOf, *(implication(region, part) for region, part in zip(regions, parts, strict=True)))


def _claim(
    game: Game,
    proposition: Proposition,
    values: Mapping[Quantity, Expr],
    exact: tuple[Ground, tuple[Condition, ...]] | None = None,
) -> Condition:
    """Return what is claimed with the values put in; derivatives are exact on a ground, else taken over a step."""
    if proposition.sign is None:
        return _statement(game, proposition.statement, values)
    measure = parse_measure(proposition.sign.of, game)
    known = _named(measure.quantities, values)
    formula = substitute(substitute(measure.formula, known), game.resolved_definitions)
    operator, wrt = OPERATORS[proposition.sign.sign], game.parameter(proposition.sign.wrt, where="sign.wrt").name
    if exact is not None:
        ground, context = exact
        return ground.leaf(derivative(ground, ground.function(formula, context), wrt), operator, context)
    moved = substitute(formula, {wrt: Symbol(wrt) + _STEP})
    return Comparison((moved - formula, Number(0)), (operator,))


def _statement(game: Game, text: str, values: Mapping[Quantity, Expr]) -> Condition:
    read = parse_statement(text, game)
    known = _named(read.quantities, values)
    parts = (substitute_condition(part, known) for part in (read.premise, read.conclusion))
    premise, conclusion = (_closed(game, part) for part in parts)
    return implication(premise, conclusion)


def _named(quantities: Mapping[str, Quantity], values: Mapping[Quantity, Expr]) -> dict[str, Expr]:
    for quantity in quantities.values():
        if quantity not in values:
            raise _NoValueError(f"no result gives {quantity} a value", where="within", remedy="name one that does")
    return {name: values[quantity] for name, quantity in quantities.items()}


class _NoValueError(SolverError):
    """A quantity without closed form."""


def _values(game: Game, result: EquilibriumResult) -> dict[Quantity, Expr]:
    return {quantity: substitute(formula, game.resolved_definitions) for quantity, formula in result.values.items()}


def _closed(game: Game, condition: Condition) -> Condition:
    return substitute_condition(condition, game.resolved_definitions)


def _result(game: Game, name: str) -> EquilibriumResult:
    known = {r.id: r for r in game.about.results if isinstance(r, EquilibriumResult)}
    if name not in known:
        raise SolverError(f"no result {name[:64]!r}", where="within", remedy=did_you_mean(name, known))
    return known[name]
