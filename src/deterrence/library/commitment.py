"""Commitment games in a model file: [leader], [responses] and [payoffs], read and written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Condition, Expr
from deterrence.games import CommitmentGame, Parameter, Response
from deterrence.games.commitment import MAX_RESPONSES
from deterrence.library.places import Table
from deterrence.library.scope import Scope
from deterrence.library.toml_text import formula, inline, key, string, table_lines

__all__ = ["read_commitment", "write_commitment"]

_RESPONSE: Final = ("player", "gain", "payoff", "type", "low", "high")


def read_commitment(
    root: Table, parameters: tuple[Parameter, ...], scope: Scope, assume: Iterable[Condition]
) -> CommitmentGame:
    """Return the game that [leader], [responses] and [payoffs] describe."""
    leader, responses, payoffs = (root.table(name) for name in ("leader", "responses", "payoffs"))
    leader.needed("player", 'player = "who commits"')
    controls = {name: _bounds(leader.table(name), scope) for name in leader if name != "player"}
    if len(responses.data) > MAX_RESPONSES:
        raise responses.place.error(f"{len(responses.data)} responses", f"at most {MAX_RESPONSES}")
    known = scope.knowing(controls, leader.place).knowing(responses, responses.place)
    replies = {name: _response(responses.table(name), known) for name in responses}
    try:
        return CommitmentGame(
            leader.text("player"),
            controls,
            replies,
            {who: known.formula(value, payoffs.place / who) for who, value in payoffs.data.items()},
            assume=assume,
            parameters=parameters,
            definitions=scope.definitions,
        )
    except GameError as error:
        section, _, name = error.where.partition(" ")
        place = root.place / section if section in root else root.place
        raise (place / name if name else place).error(error.problem, error.remedy) from None


def _bounds(table: Table, scope: Scope) -> tuple[Expr, Expr]:
    table.only("low", "high")
    for word in ("low", "high"):
        table.needed(word, 'write name = { low = 0, high = "formula" }')
    low, high = (scope.formula(table.data[word], table.place / word) for word in ("low", "high"))
    return low, high


def _response(table: Table, known: Scope) -> Response:
    table.only(*_RESPONSE).needed("player", 'player = "who responds"')
    kind = table.text("type")
    scope = known.knowing([kind], table.place / "type") if kind else known
    formulas = {
        word: scope.formula(table.data[word], table.place / word)
        for word in ("gain", "payoff", "low", "high")
        if word in table
    }
    return Response(player=table.text("player"), type=kind, **formulas)


def write_commitment(game: CommitmentGame) -> list[str]:
    """Return [leader], [responses] and [payoffs]."""
    leader = {"player": string(game.leader)}
    leader |= {n: inline({"low": formula(a), "high": formula(b)}) for n, (a, b) in game.controls.items()}
    return [
        *table_lines("[leader]", leader),
        *table_lines("[responses]", {name: _written(response) for name, response in game.responses.items()}),
        *table_lines("[payoffs]", {key(who): formula(payoff) for who, payoff in game.payoffs.items()}),
    ]


def _written(response: Response) -> str:
    words = {"player": string(response.player)}
    words |= {"type": string(response.type)} if response.type else {}
    named = {"gain": response.gain, "payoff": response.payoff, "low": response.low, "high": response.high}
    return inline(words | {name: formula(f) for name, f in named.items() if f is not None})
