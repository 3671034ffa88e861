"""Formation games in model files: [players], [structure], [attack], read and written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from deterrence.errors import GameError
from deterrence.expressions import Condition, symbols_of, to_text
from deterrence.games import FormationGame, Parameter
from deterrence.games.formation import STRUCTURES, StructureKind, places_of
from deterrence.library.coalitional import formulas_of, gathered_from, numbers_of
from deterrence.library.places import Table
from deterrence.library.read_games import in_document
from deterrence.library.scope import Scope
from deterrence.library.toml_text import formula, inline, key, string, table_lines

__all__ = ["SECTIONS", "read_formation", "write_formation"]

SECTIONS: Final = ("players", "structure", "attack")

_WORDS: Final = ("kind", "payoff", "when")


def read_formation(
    root: Table, parameters: tuple[Parameter, ...], scope: Scope, assume: Iterable[Condition]
) -> FormationGame:
    """Return the game that [players], [structure] and [attack] describe.

    A player's table gives its own numbers: payoffs may use them and what is gathered from them over a group.
    """
    players, table = root.table("players"), root.table("structure")
    kind: StructureKind = table.choice("kind", STRUCTURES, "network")
    owned = {who: formulas_of(players.table(who), scope) for who in players}
    gathered = {name: gathered_from(table.table(name), owned, scope) for name in table if name not in _WORDS}
    attack = root.table("attack").only("strength", "advantage")
    strength = attack.text("strength")
    strengths = numbers_of(strength, owned, attack.place / "strength") if strength else {}
    names = tuple(dict.fromkeys(name for row in owned.values() for name in row))
    wide = scope.knowing([*places_of(kind, len(owned)), *names, *gathered], table.place)
    payoff = wide.formula(table.data.get("payoff", 0), table.place / "payoff")
    when = wide.condition(table.text("when"), table.place / "when") if "when" in table else None
    used = {s.name for s in symbols_of(payoff, *(when.formulas if when is not None else ()))}
    for name in names:
        if name not in used and name != strength and all(name not in table.table(g).data.values() for g in gathered):
            raise players.place.error(f"nothing uses the number {name[:64]!r}", "use it in the payoff or remove it")
    try:
        return FormationGame(
            players,
            kind,
            payoff,
            own={name: numbers_of(name, owned, players.place) for name in names if name in used},
            gathered=gathered,
            when=when,
            strengths=strengths,
            advantage=scope.formula(attack.data.get("advantage", 1), attack.place / "advantage"),
            assume=assume,
            parameters=parameters,
            definitions=scope.definitions,
        )
    except GameError as error:
        raise in_document(error, root) from None


def write_formation(game: FormationGame) -> list[str]:
    """Return [players], [structure] and [attack]."""
    rows = {**game.own, **{f"{name}_": pool.of for name, pool in game.gathered.items()}}
    rows |= {"strength": game.strengths} if game.strengths else {}
    owned = {p.name: inline({name: formula(row[p.name]) for name, row in rows.items()}) for p in game.players}
    words = {"kind": string(game.kind)}
    words |= {name: inline({pool.kind: string(f"{name}_")}) for name, pool in game.gathered.items()}
    words |= {"payoff": formula(game.payoff)}
    words |= {"when": string(to_text(game.when))} if game.when is not None else {}
    attack = {"strength": string("strength"), "advantage": formula(game.advantage)} if game.strengths else {}
    return [
        *table_lines("[players]", {key(who): row for who, row in owned.items()}),
        *table_lines("[structure]", words),
        *table_lines("[attack]", attack),
    ]
