"""Files one per cent wrong: thresholds, closed forms and strategies scaled, signs turned, instances changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, TypeAlias

from deterrence.expressions import Comparison, Condition, Expr, Number, Symbol, substitute, symbols_of
from deterrence.games import EquilibriumResult, FrozenMap, Game, Instance, SignResult
from deterrence.games.base import resolve
from deterrence.games.statements import Prescription, Result, Sign
from deterrence.theory.logic import mapped

FACTORS: Final = (Fraction(99, 100), Fraction(101, 100))
TURNED: Final[Mapping[Sign, tuple[Sign, ...]]] = {
    "+": ("-", "0"),
    "-": ("+", "0"),
    "0": ("+", "-"),
    "+0": ("-",),
    "-0": ("+",),
    "?": ("+0", "-0"),
}
ZERO: Final = Number(0)

Change: TypeAlias = Callable[[Expr], Expr]


@dataclass(frozen=True)
class Mutant:
    """One error: the results that it changes, as they were and as they are now; one that is refuted reveals it."""

    what: str
    kind: str
    originals: tuple[Result, ...]
    results: tuple[Result, ...]


def mutants(game: Game) -> Iterator[Mutant]:
    """Yield one error at a time in what a file claims, in every threshold, closed form, strategy and sign."""
    for result in game.about.results:
        if isinstance(result, SignResult):
            yield from _numbered("sign", result, _turned(result))
        else:
            yield from _numbered("region", result, _other_regions(game, result))
            yield from _numbered("value", result, _other_values(result))
            yield from _numbered("profile", result, _other_profiles(result))
    yield from _other_definitions(game)


def _numbered(kind: str, result: Result, changed: Iterable[tuple[str, Result]]) -> Iterator[Mutant]:
    for what, one in changed:
        name = f"{result.id} [{kind} {what}]"
        yield Mutant(name, kind, (result,), (replace(one, id=name),))


def _scaled(formula: Expr, factor: Fraction) -> Expr:
    """Return a formula off by one per cent; what is zero is off by one hundredth."""
    return Number(factor - 1) if formula == ZERO else Number(factor) * formula


def _turned(result: SignResult) -> Iterator[tuple[str, Result]]:
    for sign in TURNED[result.sign]:
        yield f"{result.sign} is {sign}", replace(result, sign=sign)


def _other_regions(game: Game, result: EquilibriumResult) -> Iterator[tuple[str, Result]]:
    for i, condition in enumerate(result.iff):
        for what, changed in _other_conditions(game, condition):
            yield f"{i}: {what}", replace(result, iff=(*result.iff[:i], changed, *result.iff[i + 1 :]))


def _other_conditions(game: Game, condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Yield the condition with one definition, or one side of one comparison, scaled."""
    used = {s.name for f in condition.formulas for s in symbols_of(f)}
    for factor in FACTORS:
        for name in game.definitions:
            if name in used:
                yield f"{name} x {float(factor)}", condition.map(_replacing({name: Number(factor) * Symbol(name)}))
        for k in range(len(_pairs(condition))):
            yield f"comparison {k} x {float(factor)}", _side(condition, k, factor)


def _replacing(values: Mapping[str, Expr]) -> Change:
    return lambda formula: substitute(formula, values)


def _pairs(condition: Condition) -> list[tuple[Expr, Expr]]:
    found: list[tuple[Expr, Expr]] = []

    def note(left: Expr, operator: str, right: Expr) -> Condition:
        found.append((left, right))
        return Comparison((left, right), (operator,))

    mapped(condition, note)
    return found


def _side(condition: Condition, place: int, factor: Fraction) -> Condition:
    """Return the condition with one comparison off: its left side where that is zero, else its right side."""
    seen = iter(range(place + 1))

    def change(left: Expr, operator: str, right: Expr) -> Condition:
        if next(seen, None) == place:
            left, right = (_scaled(left, factor), right) if left == ZERO else (left, _scaled(right, factor))
        return Comparison((left, right), (operator,))

    return mapped(condition, change)


def _other_values(result: EquilibriumResult) -> Iterator[tuple[str, Result]]:
    for factor in FACTORS:
        for quantity, formula in result.values.items():
            values = FrozenMap({**result.values, quantity: _scaled(formula, factor)})
            yield f"{quantity} x {float(factor)}", replace(result, values=values)


def _other_profiles(result: EquilibriumResult) -> Iterator[tuple[str, Result]]:
    for i, one in enumerate(result.profile):
        for action, q in one.probabilities.items():
            for factor in FACTORS if q not in (ZERO, Number(1)) else ():
                changed = replace(one, probabilities=FrozenMap({**one.probabilities, action: _scaled(q, factor)}))
                profile = (*result.profile[:i], changed, *result.profile[i + 1 :])
                where = ".".join((one.player, *one.types, one.information_set, action))
                yield f"{where} x {float(factor)}", replace(result, profile=profile)


def _other_definitions(game: Game) -> Iterator[Mutant]:
    """Yield for every definition all results that speak of it, scaled wherever they use it."""
    for name, formula in game.definitions.items():
        for factor in FACTORS:
            wrong = {**game.definitions, name: _scaled(formula, factor)}
            change = _replacing(_changed_definitions(game, wrong))
            what = f"[definition {name} x {float(factor)}]"
            pairs = [(r, _everywhere(r, change)) for r in game.about.results if isinstance(r, EquilibriumResult)]
            changed = [(old, replace(new, id=f"{old.id} {what}")) for old, new in pairs if old != new]
            if changed:
                olds, news = zip(*changed, strict=True)
                yield Mutant(what, "definition", olds, news)


def _changed_definitions(game: Game, wrong: Mapping[str, Expr]) -> dict[str, Expr]:
    """Return what definitions stand for in the parameters alone, where that differs from the file."""
    right = game.resolved_definitions
    return {name: formula for name, formula in resolve(FrozenMap(wrong)).items() if formula != right[name]}


def _everywhere(result: EquilibriumResult, change: Change) -> EquilibriumResult:
    return replace(
        result,
        iff=tuple(c.map(change) for c in result.iff),
        values=FrozenMap({q: change(f) for q, f in result.values.items()}),
        profile=tuple(_prescribed(p, change) for p in result.profile),
        beliefs=tuple(_prescribed(p, change) for p in result.beliefs),
    )


def _prescribed(one: Prescription, change: Change) -> Prescription:
    return replace(one, probabilities=FrozenMap({a: change(q) for a, q in one.probabilities.items()}))


def instance_mutants(game: Game) -> Iterator[tuple[str, Instance]]:
    """Yield worked instances that expect one number wrongly."""
    for i, instance in enumerate(game.about.instances):
        for factor in FACTORS:
            for quantity, value in instance.values.items():
                values = FrozenMap({**instance.values, quantity: _wrong(value, factor)})
                yield f"{i + 1}: {quantity} x {float(factor)}", replace(instance, values=values)
            for name, value in instance.definitions.items():
                definitions = FrozenMap({**instance.definitions, name: _wrong(value, factor)})
                yield f"{i + 1}: {name} x {float(factor)}", replace(instance, definitions=definitions)


def _wrong(value: Fraction, factor: Fraction) -> Fraction:
    return value * factor if value else factor - 1
