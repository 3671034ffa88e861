"""A game for reading: structure, parameters with their meaning, assumptions, published results, instances, source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import isfinite

from deterrence.errors import ExpressionError
from deterrence.expressions import Expr, UndefinedError, evaluate_exact, to_text
from deterrence.expressions.numpy_eval import compile_formulas
from deterrence.games import EquilibriumResult, Game, Instance, Prescription, Quantity, SignResult
from deterrence.games.statements import Result
from deterrence.report.blocks import Block, Heading, Lines, Tabular
from deterrence.report.numbers import number_text, same_text

__all__ = ["definition_values", "game_blocks", "instance_row", "profile_text", "result_lines"]


def game_blocks(game: Game, reference: str = "") -> Iterator[Block]:
    """Yield what `show` prints; `reference` is the source written out, where the bibliography has it."""
    yield Heading(game.about.title or game.about.slug or f"{game.form} game", level=1)
    yield Lines(tuple(_facts(game, reference)))
    yield Heading("Structure")
    yield Lines(tuple(game.outline()), verbatim=True)
    if game.parameters:
        yield Heading("Parameters")
        yield Tabular(("name", "default", "domain", "meaning"), tuple(_parameters(game)))
    if game.assume:
        yield Heading("Assumptions")
        yield Lines(tuple(to_text(c) for c in game.assume))
    if game.definitions:
        yield Heading("Definitions")
        yield Tabular(("name", "formula", "at the defaults"), tuple(_definitions(game)))
    if game.about.results:
        yield Heading("Published results (claims to check)")
        yield Lines(tuple(line for result in game.about.results for line in result_lines(result)))
    if game.about.instances:
        yield Heading("Worked instances")
        yield Tabular(("at (the rest at defaults)", "expected"), tuple(map(instance_row, game.about.instances)))


def _facts(game: Game, reference: str) -> Iterator[str]:
    about = game.about
    integers = ", ".join(f"{name} = {value}" for name, value in about.integers.items())
    facts = {
        "slug": about.slug,
        "form": game.form,
        "players": ", ".join(f"{p.name} ({', '.join(p.types)})" if p.types else p.name for p in game.players),
        "family": f"{about.family}({integers})" if about.family else "",
        "theme": about.theme,
        "source": reference or about.source,
        "fidelity": about.fidelity,
        "claims": ", ".join(about.claims),
        "catalogue": ", ".join(about.catalogue),
        "sha256": about.sha256,
    }
    yield from (f"{name}: {text}" for name, text in facts.items() if text)
    if about.summary:
        yield about.summary


def _parameters(game: Game) -> Iterator[tuple[str, ...]]:
    for p in game.parameters:
        yield (p.name, "–" if p.default is None else same_text(p.default), p.domain, p.meaning)


def definition_values(game: Game) -> dict[str, str]:
    """Return the value of every definition at the defaults: exact, else as a float, empty text where it has none."""
    point = {p.name: p.default for p in game.parameters if p.default is not None}
    values: dict[str, str] = {}
    for name, formula in game.resolved_definitions.items():
        try:
            values[name] = number_text(evaluate_exact(formula, point))
        except UndefinedError:
            values[name] = ""
        except ExpressionError:  # no rational number
            values[name] = _irrational(formula, point)
    return values


def _irrational(formula: Expr, point: Mapping[str, Fraction]) -> str:
    value = float(compile_formulas([formula]).run(point, ())[0])
    return number_text(value) if isfinite(value) else ""


def _definitions(game: Game) -> Iterator[tuple[str, ...]]:
    values = definition_values(game)
    for name, formula in game.definitions.items():
        yield (name, to_text(formula), values[name])


def profile_text(profile: Iterable[Prescription]) -> str:
    """Return a profile in words: `Challenger hard root: defect; Defender reply: defy 1/2`."""
    return "; ".join(_prescription(prescription) for prescription in profile)


def _prescription(prescription: Prescription) -> str:
    actions = [
        action if (written := to_text(formula)) == "1" else f"{action} with probability {written}"
        for action, formula in prescription.probabilities.items()
    ]
    who = " ".join((prescription.player, *prescription.types, prescription.information_set)).strip()
    return f"{who}: {', '.join(actions)}"


def result_lines(result: Result) -> Iterator[str]:
    """Yield a published result: its name, what is claimed, and where."""
    if isinstance(result, SignResult):
        of = str(result.of) if isinstance(result.of, Quantity) else to_text(result.of)
        given = [to_text(c) for c in result.given] + ([f"within {result.within!r}"] if result.within else [])
        what = f"d {of} / d {result.wrt}" if result.wrt else of
        yield f"{result.id}: {what} has sign {result.sign}"
        yield from (f"  given {condition}" for condition in given)
    elif isinstance(result, EquilibriumResult):
        refined = "" if result.refinement == "none" else f", {result.refinement}"
        yield f"{result.id} ({result.concept}{refined})"
        yield from (f"  {_prescription(prescription)}" for prescription in result.profile)
        yield from (f"  belief of {_prescription(prescription)}" for prescription in result.beliefs)
        conditions = " and ".join(_bracketed(to_text(c)) for c in result.iff)
        yield f"  if and only if {conditions}" if conditions else "  everywhere"
        yield from (f"  {quantity} = {to_text(formula)}" for quantity, formula in result.values.items())
    if result.note:
        yield f"  {result.note}"


def _bracketed(condition: str) -> str:
    return f"({condition})" if " or " in condition else condition


def instance_row(instance: Instance) -> tuple[str, ...]:
    """Return a worked instance as a row: the point, and what is expected there."""
    point = [f"{name} = {value}" for name, value in {**instance.integers, **instance.at}.items()]
    expected = [f"result {instance.result!r}"] if instance.result else []
    expected += [f"{instance.count} equilibria"] if instance.count is not None else []
    expected += [f"{quantity} = {value}" for quantity, value in instance.values.items()]
    expected += [f"{name} = {value}" for name, value in instance.definitions.items()]
    expected += [profile_text(instance.profile)] if instance.profile else []
    quantifier = f" (in {instance.quantifier} equilibrium)" if instance.values and not instance.result else ""
    return (", ".join(point) or "the defaults", "; ".join(expected) + quantifier)
