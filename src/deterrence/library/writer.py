"""Games to the canonical text of a model file; reading it gives an equal game."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deterrence.expressions import Condition, Expr, Number, to_text
from deterrence.games import EquilibriumResult, FrozenMap, Game, Instance, Parameter, Prescription, Quantity, SignResult
from deterrence.games.statements import CLAIMED_BY_VALUES
from deterrence.library.forms import FILE_FORMS
from deterrence.library.toml_text import dotted, formula, inline, key, number, string, strings, table_lines

__all__ = ["write_game"]


def write_game(game: Game) -> str:
    """Return the canonical text of a model file that defines the game and all that is said about it.

    Definitions that payoffs were written with appear written out there; comments are not kept. Raises
    `ModelFileError` for what the format has no words for: a node with several predecessors outside a family,
    an action named like a reserved word.
    """
    lines = ["format = 1", *_model(game), *_parameters(game), *_body(game)]
    definitions = {name: formula(f) for name, f in game.definitions.items()}
    lines += table_lines("[definitions]", definitions)
    for result in game.about.results:
        write = _equilibrium(result) if isinstance(result, EquilibriumResult) else _sign(result)
        lines += table_lines("[[results]]", write)
    for instance in game.about.instances:
        lines += table_lines("[[instances]]", _instance(instance))
    return "\n".join(lines) + "\n"


def _model(game: Game) -> list[str]:
    about = game.about
    words = {"title": about.title, "form": game.form, "theme": about.theme, "source": about.source}
    words |= {"fidelity": about.fidelity}
    lists = {"claims": about.claims, "catalogue": about.catalogue}
    entries = {name: string(text) for name, text in words.items() if text}
    entries |= {name: strings(texts) for name, texts in lists.items() if texts}
    entries |= {"summary": string(about.summary)} if about.summary else {}
    entries |= {"assume": _conditions(game.assume)} if game.assume else {}
    return table_lines("[model]", entries)


def _conditions(conditions: tuple[Condition, ...]) -> str:
    return strings(to_text(condition) for condition in conditions)


def _parameters(game: Game) -> list[str]:
    return table_lines("[parameters]", {p.name: _parameter(p) for p in game.parameters})


def _parameter(p: Parameter) -> str:
    entries = {"default": number(p.default)} if p.default is not None else {}
    entries |= {"domain": string(p.domain)} if p.domain != "real" else {}
    return inline(entries | ({"meaning": string(p.meaning)} if p.meaning else {}))


def _body(game: Game) -> list[str]:
    if game.about.family:
        integers = {key(name): str(value) for name, value in game.about.integers.items()}
        return table_lines("[family]", {"name": string(game.about.family), **integers})
    return FILE_FORMS[game.form].write(game)


def _equilibrium(result: EquilibriumResult) -> dict[str, str]:
    entries = {"id": string(result.id), "concept": string(result.concept), "profile": _profile(result.profile)}
    entries |= {"iff": _conditions(result.iff)} if result.iff else {}
    by_values = not result.profile or result.concept in CLAIMED_BY_VALUES
    entries |= {"values": _quantities(result.values, formula)} if result.values or by_values else {}
    entries |= {"beliefs": _profile(result.beliefs)} if result.beliefs else {}
    entries |= {"refinement": string(result.refinement)} if result.refinement != "none" else {}
    return entries | _family(result.integers) | _note(result.note)


def _sign(result: SignResult) -> dict[str, str]:
    of = string(str(result.of)) if isinstance(result.of, Quantity) else formula(result.of)
    sign = {"of": of} | ({"wrt": string(result.wrt)} if result.wrt else {}) | {"is": string(result.sign)}
    sign |= {"within": string(result.within)} if result.within else {}
    entries = {"id": string(result.id), "sign": inline(sign)}
    entries |= {"given": _conditions(result.given)} if result.given else {}
    return entries | _family(result.integers) | _note(result.note)


def _instance(instance: Instance) -> dict[str, str]:
    expect = {"class": string(instance.result)} if instance.result else {}
    expect |= {"count": str(instance.count)} if instance.count is not None else {}
    expect |= {"quantifier": string(instance.quantifier)} if instance.quantifier != "every" else {}
    expect |= {"profile": _profile(instance.profile)} if instance.profile else {}
    expect |= {key(str(quantity)): number(value) for quantity, value in instance.values.items()}
    expect |= {name: number(value) for name, value in instance.definitions.items()}
    entries = {"at": inline({name: number(value) for name, value in instance.at.items()}), "expect": inline(expect)}
    entries |= {"ties": string(instance.ties)} if instance.ties != "all" else {}
    return entries | _family(instance.integers) | _note(instance.note)


def _family(integers: FrozenMap[str, int]) -> dict[str, str]:
    return {"family": inline({key(n): str(v) for n, v in integers.items()})} if integers else {}


def _note(note: str) -> dict[str, str]:
    return {"note": string(note)} if note else {}


def _quantities(values: Mapping[Quantity, Expr], write: Callable[[Expr], str]) -> str:
    return inline({key(str(quantity)): write(value) for quantity, value in values.items()})


def _profile(profile: tuple[Prescription, ...]) -> str:
    players = dict.fromkeys(p.player for p in profile)
    return inline({key(who): _strategy([p for p in profile if p.player == who]) for who in players})


def _strategy(prescriptions: list[Prescription]) -> str:
    if not prescriptions[0].information_set:
        return _mixture(prescriptions[0])
    return inline({dotted([*p.types, p.information_set]): _mixture(p) for p in prescriptions})


def _mixture(prescription: Prescription) -> str:
    given = prescription.probabilities
    if list(given.values()) == [Number(1)]:
        return string(next(iter(given)))
    return inline({key(action): formula(q) for action, q in given.items()})
