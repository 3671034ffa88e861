"""The pieces an extensive game is written with: players, decisions, chance moves and outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from deterrence.errors import GameError
from deterrence.expressions import Expr, ExprLike, as_expr
from deterrence.games.frozen import Entries, Frozen, FrozenMap

__all__ = [
    "Chance",
    "Decision",
    "Node",
    "Outcome",
    "Payoff",
    "PayoffLike",
    "Payoffs",
    "PayoffsLike",
    "Player",
    "check_label",
    "successors",
]

MAX_LABEL: Final = 80
_PLAIN_LABEL: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")

Payoff: TypeAlias = "Expr | FrozenMap[str, Payoff]"  # a formula, or one per type (keys `type`, `Player.type`)
PayoffLike: TypeAlias = "ExprLike | Mapping[str, PayoffLike]"
Payoffs: TypeAlias = "FrozenMap[str, Payoff]"  # by player name
PayoffsLike: TypeAlias = "Entries[Player | str, PayoffLike]"


def check_label(label: object, what: str, where: str = "") -> str:
    """Return a label that can be shown and addressed: short, printable, without dots, commas or equals signs."""
    if isinstance(label, str) and _PLAIN_LABEL.fullmatch(label):
        return label
    if not isinstance(label, str) or not label.strip() or label != label.strip():
        raise GameError(f"{label!r} is not a name of {what}", where=where, remedy="text without outer spaces")
    if len(label) > MAX_LABEL or not label.isprintable() or set(label) & set(".,=\"'<>&\\{}[]"):
        raise GameError(
            f"{label[:MAX_LABEL]!r} is not a name of {what}",
            where=where,
            remedy=f"at most {MAX_LABEL} letters, digits, spaces, hyphens or underscores",
        )
    return label


class Player(Frozen):
    """A player, with private types if any.

    `types` maps each type to its prior probability; when the prior is joint (given to the game), it is a
    list of type names. Types of different players are independent unless the game has a joint prior.

    >>> from deterrence.games import parameter
    >>> p = parameter("p", domain="probability")
    >>> Player("Defender", types={"hard": p, "soft": 1 - p}).types
    ('hard', 'soft')
    """

    __slots__ = ("name", "prior", "types")
    name: str
    types: tuple[str, ...]
    prior: FrozenMap[str, Expr] | None

    def __init__(self, name: str, *, types: Mapping[str, ExprLike] | Iterable[str] = ()) -> None:
        check_label(name, "a player")
        prior = FrozenMap({t: as_expr(q) for t, q in types.items()}) if isinstance(types, Mapping) and types else None
        names = tuple(check_label(t, "a type", f"player {name}") for t in types)
        if len(set(names)) < len(names):
            raise GameError("a type is named twice", where=f"player {name}", remedy="give each type its own name")
        self._set(name=name, types=names, prior=prior)

    def _key(self) -> tuple[object, ...]:
        return (self.name, self.types, self.prior)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Player) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Player({self.name!r}{', types=' + repr(self.types) if self.types else ''})"

    def __reduce__(self) -> tuple[object, ...]:
        return (_player, (self.name, self.prior if self.prior is not None else self.types))


def _player(name: str, types: Mapping[str, ExprLike] | Iterable[str]) -> Player:
    return Player(name, types=types)


class Node(Frozen):
    """A place in the tree; nodes are building blocks compared by identity, games compare by value.

    `mentions` are the player objects that the node was written with.
    """

    __slots__ = ("mentions", "name")
    name: str
    mentions: tuple[Player, ...]

    def __init__(self, name: str, mentions: Iterable[Player | str] = ()) -> None:
        check_label(name, "a node")
        self._set(name=name, mentions=tuple(p for p in mentions if isinstance(p, Player)))

    def __setstate__(self, state: tuple[None, dict[str, object]]) -> None:
        """Unpickle the fields."""
        self._set(**state[1])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class Outcome(Node):
    """The end of a play: a payoff for every player and the event that it belongs to.

    `payoffs` maps each player to a formula, or to formulas by type: keys are the player's own types, or
    `Other.type` when the payoff depends on another player's type; such tables may be nested.
    `event` defaults to the outcome's name; several outcomes may share one event.
    """

    __slots__ = ("event", "payoffs")
    event: str
    payoffs: Payoffs

    def __init__(
        self,
        name: str,
        payoffs: PayoffsLike,
        event: str = "",
    ) -> None:
        super().__init__(name, payoffs)
        where = f"outcome {name}"
        self._set(payoffs=_payoffs(payoffs, where), event=check_label(event or name, "an event", where))


class Decision(Node):
    """A move of a player: `actions` leads to nodes (or their names).

    Nodes with the same `information_set` (default: the node's own name) are not told apart by the mover:
    simultaneous moves and hidden actions are written this way. `pays` adds payoffs to an action itself
    (sunk costs, audience costs), by action and then by player.
    """

    __slots__ = ("actions", "information_set", "pays", "player")
    player: str
    information_set: str
    actions: FrozenMap[str, Node | str]
    pays: FrozenMap[str, Payoffs]

    def __init__(
        self,
        name: str,
        player: Player | str,
        actions: Mapping[str, Node | str],
        *,
        information_set: str = "",
        pays: Mapping[str, PayoffsLike] | None = None,
    ) -> None:
        super().__init__(name, [player])
        where = f"node {name}"
        self._set(
            player=player.name if isinstance(player, Player) else player,
            information_set=check_label(information_set or name, "an information set", where),
            actions=FrozenMap({check_label(a, "an action", where): child for a, child in actions.items()}),
            pays=FrozenMap({a: _payoffs(costs, f"{where}, action {a}") for a, costs in (pays or {}).items()}),
        )
        if not self.actions:
            raise GameError("a decision without actions", where=where, remedy="name at least one action")
        for action in self.pays:
            if action not in self.actions:
                raise GameError(f"payment on the unknown action {action!r}", where=where, remedy="name an action")


class Chance(Node):
    """A move of nature: `branches` maps a label to a probability and the node (or its name) it leads to."""

    __slots__ = ("branches",)
    branches: FrozenMap[str, tuple[Expr, Node | str]]

    def __init__(self, name: str, branches: Mapping[str, tuple[ExprLike, Node | str]]) -> None:
        super().__init__(name)
        where = f"node {name}"
        labelled = {check_label(b, "a branch", where): (as_expr(q), child) for b, (q, child) in branches.items()}
        self._set(branches=FrozenMap(labelled))
        if not self.branches:
            raise GameError("a chance move without branches", where=where, remedy="name at least one")


def _payoffs(given: PayoffsLike, where: str) -> Payoffs:
    return FrozenMap({(p.name if isinstance(p, Player) else p): _payoff(value, where) for p, value in given.items()})


def _payoff(value: PayoffLike, where: str) -> Payoff:
    if not isinstance(value, Mapping):
        return as_expr(value)
    if not value:
        raise GameError("an empty payoff table", where=where, remedy="give a formula for every type")
    return FrozenMap({key: _payoff(inner, f"{where}, {key}") for key, inner in value.items()})


def successors(node: Node) -> dict[str, Node | str]:
    """Return what a node leads to, by action or branch label."""
    if isinstance(node, Decision):
        return dict(node.actions.items())
    if isinstance(node, Chance):
        return {label: child for label, (_, child) in node.branches.items()}
    return {}
