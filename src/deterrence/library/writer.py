"""Games to the canonical text of a model file; reading it gives an equal game."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deterrence.errors import ModelFileError
from deterrence.expressions import Condition, Expr, Number, to_text
from deterrence.games import (
    Chance,
    Decision,
    EquilibriumResult,
    ExtensiveGame,
    FrozenMap,
    Instance,
    Outcome,
    Parameter,
    Player,
    Prescription,
    Quantity,
    SignResult,
    StrategicGame,
)
from deterrence.games.nodes import Node, Payoff, Payoffs
from deterrence.library.places import RESERVED
from deterrence.library.toml_text import dotted, formula, inline, key, number, string, strings, table_lines

__all__ = ["write_game"]


def write_game(game: ExtensiveGame | StrategicGame) -> str:
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


def _model(game: ExtensiveGame | StrategicGame) -> list[str]:
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


def _parameters(game: ExtensiveGame | StrategicGame) -> list[str]:
    return table_lines("[parameters]", {p.name: _parameter(p) for p in game.parameters})


def _parameter(p: Parameter) -> str:
    entries = {"default": number(p.default)} if p.default is not None else {}
    entries |= {"domain": string(p.domain)} if p.domain != "real" else {}
    return inline(entries | ({"meaning": string(p.meaning)} if p.meaning else {}))


def _body(game: ExtensiveGame | StrategicGame) -> list[str]:
    if game.about.family:
        integers = {key(name): str(value) for name, value in game.about.integers.items()}
        return table_lines("[family]", {"name": string(game.about.family), **integers})
    return _strategic(game) if isinstance(game, StrategicGame) else _extensive(game)


def _strategic(game: StrategicGame) -> list[str]:
    return [
        *table_lines("[players]", {key(p.name): "{}" for p in game.players}),
        *table_lines("[actions]", {key(who): strings(actions) for who, actions in game.actions.items()}),
        *table_lines("[table]", {key(", ".join(profile)): _row(game, profile) for profile in game.table}),
    ]


def _row(game: StrategicGame, profile: tuple[str, ...]) -> str:
    event = game.event_of[profile]
    entries = {"event": string(event)} if event != " | ".join(profile) else {}
    return inline(entries | {_payee(who): formula(f) for who, f in game.table[profile].items()})


def _payee(who: str) -> str:
    if who == "event":
        raise ModelFileError("a player is named 'event'", where=f"player {who}", remedy="rename the player")
    return key(who)


def _extensive(game: ExtensiveGame) -> list[str]:
    _check_tree(game)
    moves = {name: node for name, node in game.nodes.items() if not isinstance(node, Outcome)}
    ordered = {game.root: moves[game.root], **moves} if game.root in moves else moves
    prior = {", ".join(types): q for types, q in (game.prior or {}).items()}
    return [
        *table_lines("[players]", {key(p.name): _player(p) for p in game.players}),
        *table_lines("[prior]", {key(types): formula(q) for types, q in prior.items()}),
        *table_lines("[knows]", {key(who): strings(others) for who, others in game.knows.items()}),
        *table_lines("[tree]", {key(name): _move(node) for name, node in ordered.items()}),
        *table_lines("[outcomes]", {key(n): _outcome(x) for n, x in game.nodes.items() if isinstance(x, Outcome)}),
    ]


def _check_tree(game: ExtensiveGame) -> None:
    """Check that the format can hold the tree."""
    if isinstance(game.nodes[game.root], Outcome):
        raise ModelFileError("a game without a move", where=f"outcome {game.root}", remedy="let somebody move")
    seen: set[str] = set()
    for node in game.nodes.values():
        children: list[str] = []
        if isinstance(node, Decision):
            children = [str(child) for child in node.actions.values()]
            word = next((a for a in node.actions if a in RESERVED), None)
            if word:
                raise ModelFileError(f"the action {word!r} is a word of the format", where=f"node {node.name}")
        elif isinstance(node, Chance):
            children = [str(child) for _, child in node.branches.values()]
        for child in children:
            if child in seen and not isinstance(game.nodes[child], Outcome):
                raise ModelFileError(
                    f"several paths lead into {child!r}",
                    where=f"node {node.name}",
                    remedy="a file holds a tree: give each path its own node, or write a family",
                )
            seen.add(child)


def _player(player: Player) -> str:
    if player.types and player.prior is None:
        return inline({"types": strings(player.types)})
    return inline({key(t): formula(q) for t, q in (player.prior or {}).items()})


def _move(node: Node) -> str:
    if isinstance(node, Chance):
        branches = {key(b): f"[{formula(q)}, {string(str(child))}]" for b, (q, child) in node.branches.items()}
        return inline({"chance": inline(branches)})
    assert isinstance(node, Decision)
    entries = {"mover": string(node.player)}
    entries |= {key(action): string(str(child)) for action, child in node.actions.items()}
    if node.information_set != node.name:
        entries["information"] = string(node.information_set)
    if node.pays:
        entries["pays"] = inline({key(action): _payments(table) for action, table in node.pays.items()})
    return inline(entries)


def _outcome(node: Outcome) -> str:
    entries = {"event": string(node.event)} if node.event != node.name else {}
    return inline(entries | {_payee(who): _payoff(payoff) for who, payoff in node.payoffs.items()})


def _payments(table: Payoffs) -> str:
    return inline({key(who): _payoff(payoff) for who, payoff in table.items()})


def _payoff(payoff: Payoff) -> str:
    if isinstance(payoff, Expr):
        return formula(payoff)
    return inline({key(types): _payoff(inner) for types, inner in payoff.items()})


def _equilibrium(result: EquilibriumResult) -> dict[str, str]:
    entries = {"id": string(result.id), "concept": string(result.concept), "profile": _profile(result.profile)}
    entries |= {"iff": _conditions(result.iff)} if result.iff else {}
    entries |= {"values": _quantities(result.values, formula)} if result.values else {}
    entries |= {"beliefs": _profile(result.beliefs)} if result.beliefs else {}
    entries |= {"refinement": string(result.refinement)} if result.refinement != "none" else {}
    return entries | _family(result.integers) | _note(result.note)


def _sign(result: SignResult) -> dict[str, str]:
    of = string(str(result.of)) if isinstance(result.of, Quantity) else formula(result.of)
    sign = {"of": of, "wrt": string(result.wrt), "is": string(result.sign)}
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
