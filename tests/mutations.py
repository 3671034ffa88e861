"""Published results with one threshold off by one per cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from deterrence.expressions import Comparison, Condition, Expr, Number, Symbol, substitute_condition, symbols_of
from deterrence.games import EquilibriumResult, ExtensiveGame, Game, StrategicGame
from deterrence.theory.logic import mapped

FACTOR = Number(Fraction(101, 100))
Checked = ExtensiveGame | StrategicGame
GameT = TypeVar("GameT", bound=Game)


def mutants(game: Checked) -> Iterator[EquilibriumResult]:
    """Yield results whose region has one definition, or one side of one comparison, off by one per cent."""
    for result in game.about.results:
        if isinstance(result, EquilibriumResult):
            for i, condition in enumerate(result.iff):
                for what, changed in _changed(game, condition):
                    iff = (*result.iff[:i], changed, *result.iff[i + 1 :])
                    yield replace(result, iff=iff, id=f"{result.id} [{i}: {what}]")


def _changed(game: Checked, condition: Condition) -> Iterator[tuple[str, Condition]]:
    names = sorted({s.name for pair in _pairs(condition) for f in pair for s in symbols_of(f)})
    for name in names:
        if name in game.definitions:
            scaled = {name: FACTOR * Symbol(name)}
            yield name, substitute_condition(condition, scaled)
    for k in range(len(_pairs(condition))):
        yield f"side {k}", _side(condition, k)


def _pairs(condition: Condition) -> list[tuple[Expr, Expr]]:
    found: list[tuple[Expr, Expr]] = []

    def note(left: Expr, operator: str, right: Expr) -> Condition:
        found.append((left, right))
        return _compared(left, operator, right)

    mapped(condition, note)
    return found


def _side(condition: Condition, place: int) -> Condition:
    """Return the condition with the right side of one comparison scaled; zero becomes one hundredth."""
    seen = iter(range(place + 1))

    def change(left: Expr, operator: str, right: Expr) -> Condition:
        if next(seen, None) != place:
            return _compared(left, operator, right)
        return _compared(left, operator, Number(Fraction(1, 100)) if right == Number(0) else FACTOR * right)

    return mapped(condition, change)


def _compared(left: Expr, operator: str, right: Expr) -> Comparison:
    return Comparison((left, right), (operator,))


def with_mutants(game: Checked) -> Checked:
    """Return a game whose results are the mutants of its own."""
    return game.described(replace(game.about, results=tuple(mutants(game))))


def definition_mutants(game: GameT) -> Iterator[tuple[str, GameT]]:
    """Yield, by name, a game in which one definition that a published region uses is off by one per cent."""
    regions = [c for r in game.about.results if isinstance(r, EquilibriumResult) for c in r.iff]
    used = {s.name for c in regions for pair in _pairs(c) for f in pair for s in symbols_of(f)}
    for name in game.definitions:
        if name in used:
            changed = {n: FACTOR * f if n == name else f for n, f in game.definitions.items()}
            yield (
                name,
                game.restated(assume=game.assume, parameters=game.parameters, definitions=changed, about=game.about),
            )
