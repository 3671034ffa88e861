"""The parts of a model file that define the game: parameters, players, tree and outcomes, or actions and table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from deterrence.errors import GameError, ModelFileError
from deterrence.expressions import Condition, Expr, did_you_mean
from deterrence.families import FAMILIES, Family
from deterrence.games import (
    About,
    Chance,
    Decision,
    ExtensiveGame,
    FrozenMap,
    Game,
    Outcome,
    Parameter,
    Player,
    StrategicGame,
)
from deterrence.games.nodes import Node, PayoffLike
from deterrence.games.parameters import DOMAINS
from deterrence.library.places import RESERVED, Place, Table, kind_of
from deterrence.library.scope import Scope, read_number

__all__ = [
    "family_named",
    "in_document",
    "read_extensive",
    "read_family",
    "read_integers",
    "read_parameters",
    "read_strategic",
]

MAX_PARAMETERS: Final = 1000
MAX_PLAYERS: Final = 40
MAX_UNFOLDED: Final = 50_000  # nodes of the tree times profiles of types


def read_parameters(table: Table) -> tuple[Parameter, ...]:
    """Return the declared parameters."""
    if len(table.data) > MAX_PARAMETERS:
        raise table.place.error(f"{len(table.data)} parameters", f"at most {MAX_PARAMETERS}")
    found = tuple(p for name in table for p in _parameters(name, table.table(name)))
    names = [p.name for p in found]
    for name in names:
        if names.count(name) > 1:
            raise table.place.error(f"two parameters are named {name!r}", "rename one of them")
    if len(found) > MAX_PARAMETERS:
        raise table.place.error(f"{len(found)} parameters", f"at most {MAX_PARAMETERS}")
    return found


def _parameters(name: str, table: Table) -> Iterator[Parameter]:
    """Yield the parameter of a name, or with `each` one for every label: w_1, w_2, ..."""
    table.only("default", "each", "domain", "meaning")
    domain = table.choice("domain", tuple(DOMAINS), "real")
    for written, value, place in _defaults(name, table):
        default = None if value is None else read_number(value, place)
        with table.place.holding():
            yield Parameter(written, domain=domain, default=default, meaning=table.text("meaning"))


def _defaults(name: str, table: Table) -> Iterator[tuple[str, object, Place]]:
    if "each" not in table:
        yield name, table.data.get("default"), table.place / "default"
        return
    if "default" in table:
        raise table.place.error("both default and each", "keep one of them")
    given = table.table("each")
    if not given.data:
        raise given.place.error("no labels", "write each = { 1 = 12, 2 = 9 }: a default for every label")
    for label, value in given.data.items():
        yield f"{name}_{label}", value, given.place / label


def read_extensive(
    root: Table,
    parameters: tuple[Parameter, ...],
    scope: Scope,
    assume: Iterable[Condition],
) -> ExtensiveGame:
    """Return the game that [players], [prior], [knows], [tree] and [outcomes] describe."""
    players = _players(root.table("players"), scope)
    tree, outcomes = root.table("tree"), root.table("outcomes")
    if not tree.data:
        raise root.place.error("[tree] is missing", "its first entry is the root")
    nodes = _Nodes(tree, outcomes, players, scope).read()
    _check_size(len(nodes), players, tree.place)
    try:
        return ExtensiveGame(
            next(iter(tree)),
            players=players,
            nodes=nodes,
            assume=assume,
            prior=_prior(root.table("prior"), scope),
            knows={who: root.table("knows").texts(who) for who in root.table("knows")},
            parameters=parameters,
            definitions=scope.definitions,
        )
    except GameError as error:
        raise in_document(error, root) from None


def in_document(error: GameError, root: Table) -> ModelFileError:
    """Return the error with its place in the game turned into a place in the file."""
    kind, _, rest = error.where.partition(" ")
    name = rest.split(", ")[0]
    sections = {"node": "tree", "outcome": "outcomes", "player": "players", "knows": "knows", "parameter": "parameters"}
    sections["threshold"] = "thresholds"
    if kind in sections and name:
        section = "outcomes" if name in root.table("outcomes") else sections[kind]
        return (root.place / section / name).error(error.problem, error.remedy)
    place = root.place / kind.rstrip(",") if kind.rstrip(",") in root else root.place
    problem = f"{error.problem} ({error.where})" if rest else error.problem
    return place.error(problem, error.remedy)


def _players(table: Table, scope: Scope) -> tuple[Player, ...]:
    if not 1 <= len(table.data) <= MAX_PLAYERS:
        raise table.place.error(f"{len(table.data)} players", f"between 1 and {MAX_PLAYERS}")
    return tuple(_player(name, table.table(name), scope) for name in table)


def _player(name: str, table: Table, scope: Scope) -> Player:
    with table.place.holding():
        if "types" in table:
            return Player(name, types=table.only("types").texts("types"))
        return Player(name, types={t: scope.formula(q, table.place / t) for t, q in table.data.items()})


def _prior(table: Table, scope: Scope) -> dict[tuple[str, ...], Expr] | None:
    joint = {_split(key): scope.formula(q, table.place / key) for key, q in table.data.items()}
    return joint or None


def _split(key: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in key.split(","))


def _check_size(nodes: int, players: tuple[Player, ...], place: Place) -> None:
    size = nodes
    for player in players:
        size *= max(1, len(player.types))
    if size > MAX_UNFOLDED:
        raise place.error(
            f"{nodes} nodes for every profile of types", f"at most {MAX_UNFOLDED} in all; build a large game in Python"
        )


class _Nodes:
    """Reads [tree] and [outcomes]; names are checked here, where the place in the file is known."""

    def __init__(self, tree: Table, outcomes: Table, players: tuple[Player, ...], scope: Scope) -> None:
        self.tree, self.outcomes, self.scope = tree, outcomes, scope
        self.players = {p.name: p for p in players}
        self.led_to: dict[str, Place] = {}
        self.names = [*tree, *outcomes]
        self.known = set(self.names)

    def read(self) -> tuple[Node, ...]:
        """Return all nodes, in the order of the file."""
        for name in self.outcomes:
            if name in self.tree:
                raise (self.outcomes.place / name).error(f"{name!r} is also a node of [tree]", "rename one of them")
        moves = [self._move(name, self.tree.table(name)) for name in self.tree]
        return (*moves, *(self._outcome(name, self.outcomes.table(name)) for name in self.outcomes))

    def _move(self, name: str, table: Table) -> Node:
        if "chance" in table:
            return self._chance(name, table.only("chance").table("chance"))
        table.needed("mover", "mover = the player who moves here, or chance = the branches")
        mover = self._player(table.text("mover"), table.place / "mover")
        actions = {a: self._target(t, table.place / a) for a, t in table.data.items() if a not in RESERVED}
        pays = table.table("pays")
        for action in pays:
            if action not in actions:
                raise (pays.place / action).error(f"no action {action!r} here", did_you_mean(action, actions))
        with table.place.holding():
            return Decision(
                name,
                mover,
                actions,
                information_set=table.text("information"),
                pays={action: self._payoffs(pays.table(action)) for action in pays},
            )

    def _chance(self, name: str, table: Table) -> Chance:
        with table.place.holding():
            return Chance(name, {label: self._branch(table, label) for label in table})

    def _branch(self, table: Table, label: str) -> tuple[Expr, str]:
        place = table.place / label
        match table.data[label]:
            case [probability, target]:
                return self.scope.formula(probability, place / 0), self._target(target, place / 1)
        raise place.error("not a branch", 'write label = ["probability", "node or outcome"]')

    def _target(self, value: object, place: Place) -> str:
        if not isinstance(value, str):
            raise place.error(f"{kind_of(value)} where the name of a node or outcome is needed")
        if value not in self.known:
            raise place.error(f"no node or outcome {value[:64]!r}", did_you_mean(value, self.names))
        before = self.led_to.setdefault(value, place)
        if before is not place and value in self.tree:
            raise place.error(
                f"a second path into {value!r}",
                f"{before.path} leads there already: write another node, or share an information set",
            )
        return value

    def _player(self, name: str, place: Place) -> str:
        if name not in self.players:
            raise place.error(f"unknown player {name[:64]!r}", did_you_mean(name, self.players))
        return name

    def _outcome(self, name: str, table: Table) -> Outcome:
        payoffs = self._payoffs(table, but="event")
        missing = [who for who in self.players if who not in payoffs]
        if missing:
            raise table.place.error(f"no payoff for {missing[0]!r}", "give every player a payoff")
        with table.place.holding():
            return Outcome(name, payoffs, event=table.text("event"))

    def _payoffs(self, table: Table, but: str = "") -> dict[str, PayoffLike]:
        return {
            self._player(who, table.place / who): self._payoff(value, table.place / who, who)
            for who, value in table.data.items()
            if who != but
        }

    def _payoff(self, value: object, place: Place, who: str) -> PayoffLike:
        if not isinstance(value, dict):
            return self.scope.formula(value, place)
        if not value:
            raise place.error("an empty payoff table", "give a formula for every type")
        own = self.players[who].types
        others = [f"{p.name}.{t}" for p in self.players.values() if p.name != who for t in p.types]
        for key in value:
            if key not in own and key not in others:
                raise (place / key).error(f"no type {key[:64]!r}", did_you_mean(key, [*own, *others]))
        with place.holding():
            return FrozenMap({key: self._payoff(inner, place / key, who) for key, inner in value.items()})


def read_strategic(
    root: Table,
    parameters: tuple[Parameter, ...],
    scope: Scope,
    assume: Iterable[Condition],
) -> StrategicGame:
    """Return the game that [players], [actions] and [table] describe."""
    players, actions = root.table("players"), root.table("actions")
    for name in players:
        players.table(name).only()
        actions.needed(name, "list the actions of every player")
    for name in actions:
        if name not in players:
            raise (actions.place / name).error(f"unknown player {name[:64]!r}", did_you_mean(name, players))
    rows = {_split(key): root.table("table").table(key) for key in root.table("table")}
    try:
        return StrategicGame(
            {name: actions.texts(name) for name in players},
            {profile: _row(row, scope) for profile, row in rows.items()},
            events={profile: row.text("event") for profile, row in rows.items() if "event" in row},
            assume=assume,
            parameters=parameters,
            definitions=scope.definitions,
        )
    except GameError as error:
        raise in_document(error, root) from None


def _row(table: Table, scope: Scope) -> dict[str, Expr]:
    return {who: scope.formula(value, table.place / who) for who, value in table.data.items() if who != "event"}


def read_integers(table: Table, family: Family[Game]) -> FrozenMap[str, int]:
    """Return the integers of a family that a table gives, each within its bounds."""
    for key in table:
        if key not in family.integers:
            raise (table.place / key).error(
                f"the family {family.name!r} has no integer {key[:64]!r}", did_you_mean(key, family.integers)
            )
    values = table.integers()
    for key, value in values.items():
        low, high = family.integers[key].least, family.integers[key].most
        if not low <= value <= high:
            raise (table.place / key).error(f"{value} is out of bounds", f"between {low} and {high}")
    return values


def read_family(
    game: Game,
    root: Table,
    parameters: tuple[Parameter, ...],
    scope: Scope,
    assume: Iterable[Condition],
) -> Game:
    """Return a family's game with the parameters, assumptions and definitions of a file."""
    _check_family_parameters(game, parameters, root.place / "parameters")
    conditions = tuple(dict.fromkeys([*game.assume, *assume]))
    if not parameters and not scope.definitions and conditions == game.assume:
        return game  # nothing to add, and a large game takes time to check
    try:
        return game.restated(
            assume=conditions,
            parameters=parameters,
            definitions=scope.definitions,
            about=About(family=game.about.family, integers=game.about.integers),
        )
    except GameError as error:
        raise in_document(error, root) from None


def _check_family_parameters(game: Game, parameters: tuple[Parameter, ...], place: Place) -> None:
    declared = {p.name: p for p in parameters}
    for p in game.parameters:
        if p.name not in declared:
            raise place.error(f"the family's parameter {p.name!r} is missing", "declare it")
        if declared[p.name].domain != p.domain:
            raise (place / p.name).error(f"the family's domain is {p.domain!r}", f'write domain = "{p.domain}"')


def family_named(table: Table) -> Family[Game]:
    """Return the family that [family] names."""
    table.needed("name", "name = one of " + ", ".join(FAMILIES))
    name = table.text("name")
    if name not in FAMILIES:
        raise (table.place / "name").error(f"no family {name[:64]!r}", did_you_mean(name, FAMILIES))
    return FAMILIES[name]
