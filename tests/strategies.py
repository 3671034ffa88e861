"""Random games for property tests: small trees with types, chance, information sets and payments; random tables.

All games are valid by construction. Every player of a tree recalls its own moves: nodes share an information set only
when they stand next to each other below a move of somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product

from hypothesis import strategies as st

from deterrence.expressions import Comparison, Condition, Expr, Number, symbols_of
from deterrence.games import (
    About,
    Chance,
    Decision,
    EquilibriumResult,
    ExtensiveGame,
    FrozenMap,
    Instance,
    Node,
    Outcome,
    Parameter,
    Player,
    Prescription,
    Quantity,
    SignResult,
    StrategicGame,
)
from deterrence.games.nodes import PayoffLike
from deterrence.games.statements import CONCEPTS, FIDELITIES, REFINEMENTS, Result

numbers = st.fractions(min_value=-9, max_value=9, max_denominator=12)
prose = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
shares = st.integers(1, 9).map(lambda tenths: Fraction(tenths, 10))


@st.composite
def parameter_lists(draw: st.DrawFn) -> list[Parameter]:
    """A few parameters with defaults and meanings; the first is a probability."""
    names = ["p", *draw(st.lists(st.sampled_from(["a", "b_1", "cost", "v_DC"]), unique=True, max_size=3))]
    domains = ["probability", *("real" for _ in names[1:])]
    return [
        Parameter(name, domain=domain, default=draw(shares | st.none()), meaning=draw(prose))
        for name, domain in zip(names, domains, strict=True)
    ]


@st.composite
def formulas(draw: st.DrawFn, names: Sequence[Parameter]) -> Expr:
    """A number, or a short formula in the parameters."""
    left: Expr = draw(st.sampled_from(names) | numbers.map(Number))
    if draw(st.booleans()):
        return left
    right: Expr = draw(st.sampled_from(names) | numbers.map(Number))
    return draw(st.sampled_from([left + right, left - right, left * right, (left + 1) / (right * right + 1)]))


@st.composite
def players(draw: st.DrawFn, names: Sequence[Parameter], most: int = 3) -> list[Player]:
    """Players, some with two types whose probabilities are formulas or numbers."""
    labels = draw(st.lists(st.sampled_from(["A", "B 2", "Staat-C"]), min_size=1, max_size=most, unique=True))
    return [draw(_player(label, names[0])) for label in labels]


@st.composite
def _player(draw: st.DrawFn, label: str, probability: Parameter) -> Player:
    if not draw(st.booleans()):
        return Player(label)
    share: Expr = draw(st.sampled_from([probability]) | shares.map(Number))
    return Player(label, types={"hard": share, "soft": 1 - share})


@st.composite
def payoffs(draw: st.DrawFn, who: Player, everyone: Sequence[Player], names: Sequence[Parameter]) -> PayoffLike:
    """A formula, or a formula for every type of one player."""
    typed = [p for p in everyone if p.types]
    if not typed or draw(st.booleans()):
        return draw(formulas(names))
    other = draw(st.sampled_from(typed))
    prefix = "" if other.name == who.name else f"{other.name}."
    return {f"{prefix}{t}": draw(formulas(names)) for t in other.types}


class _Grower:
    """Grows a random tree, naming nodes as it goes."""

    def __init__(self, draw: st.DrawFn, everyone: list[Player], names: Sequence[Parameter]) -> None:
        self.draw, self.everyone, self.names = draw, everyone, names
        self.count = 0

    def name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def grow(self, depth: int) -> Node:
        kind = self.draw(st.sampled_from(["decision", "decision", "chance", "end"] if depth else ["end"]))
        if kind == "end":
            return self.end()
        return (
            self.chance(depth) if kind == "chance" else self.decision(depth, self.draw(st.sampled_from(self.everyone)))
        )

    def end(self) -> Outcome:
        table = {p.name: self.draw(payoffs(p, self.everyone, self.names)) for p in self.everyone}
        return Outcome(self.name("z"), table, event=self.draw(st.sampled_from(["", "war", "peace"])))

    def chance(self, depth: int) -> Chance:
        share: Expr = self.draw(st.sampled_from([self.names[0]]) | shares.map(Number))
        below = self.siblings(depth, 2, None)
        return Chance(self.name("c"), {"left": (share, below[0]), "right": (1 - share, below[1])})

    def decision(self, depth: int, mover: Player, label: str = "", actions: Sequence[str] = ()) -> Decision:
        labels = actions or self.draw(st.sampled_from([["go"], ["up", "down"], ["x", "y", "z 3"]]))
        below = self.siblings(depth, len(labels), mover)
        pays = {}
        if self.draw(st.integers(0, 3)) == 0:
            payer = self.draw(st.sampled_from(self.everyone))
            pays[labels[0]] = {payer.name: self.draw(payoffs(payer, self.everyone, self.names))}
        return Decision(
            self.name("n"), mover.name, dict(zip(labels, below, strict=True)), information_set=label, pays=pays
        )

    def siblings(self, depth: int, count: int, mover: Player | None) -> list[Node]:
        """Successors of a node, sometimes all in one information set of another player."""
        others = [p for p in self.everyone if p is not mover]
        if depth < 2 or not others or self.draw(st.booleans()):
            return [self.grow(depth - 1) for _ in range(count)]
        who, label = self.draw(st.sampled_from(others)), self.name("h")
        return [self.decision(depth - 1, who, label, ["up", "down"]) for _ in range(count)]


@st.composite
def extensive_games(draw: st.DrawFn, depth: int = 3) -> ExtensiveGame:
    """A random valid extensive game, with everything that may be said about it."""
    names = draw(parameter_lists())
    everyone = draw(players(names))
    grower = _Grower(draw, everyone, names)
    root = grower.decision(depth, draw(st.sampled_from(everyone)))
    everyone, prior = draw(_joint(everyone, names[0]))
    bare = ExtensiveGame(root, players=everyone, prior=prior, knows=draw(_knowledge(everyone)))
    definitions = draw(_definitions(bare.parameters))
    game = ExtensiveGame(
        bare.root,
        players=bare.players,
        nodes=bare.nodes.values(),
        prior=bare.prior,
        knows=bare.knows,
        assume=draw(_assumptions(bare.parameters)),
        parameters=bare.parameters,
        definitions=definitions,
    )
    return game.described(draw(_about(game)))


@st.composite
def _joint(
    draw: st.DrawFn, everyone: list[Player], probability: Parameter
) -> tuple[list[Player], dict[tuple[str, ...], Expr] | None]:
    """Sometimes the independent types become correlated."""
    typed = [p for p in everyone if p.types]
    if len(typed) != 2 or draw(st.booleans()):
        return everyone, None
    plain = [Player(p.name, types=p.types) for p in everyone]
    quarter = Number(1) / 4
    weights = [probability / 2, Number(3) / 4 - probability / 2, quarter, Number(0)]
    return plain, dict(zip(product(*(p.types for p in typed)), weights, strict=True))


@st.composite
def _knowledge(draw: st.DrawFn, everyone: list[Player]) -> dict[str, list[str]]:
    typed = [p.name for p in everyone if p.types]
    pairs = [(p.name, other) for p in everyone for other in typed if p.name != other]
    return {who: [other] for who, other in pairs if draw(st.integers(0, 3)) == 0}


@st.composite
def strategic_games(draw: st.DrawFn, most_players: int = 3, most_actions: int = 3) -> StrategicGame:
    """A random table with formulas, and everything that may be said about it."""
    names = draw(parameter_lists())
    sizes = draw(st.lists(st.integers(1, most_actions), min_size=1, max_size=most_players))
    actions = {f"P{i}": [f"s{k}" for k in range(size)] for i, size in enumerate(sizes)}
    profiles = list(product(*actions.values()))
    table = {profile: {who: draw(formulas(names)) for who in actions} for profile in profiles}
    events = {profile: draw(st.sampled_from(["war", "peace"])) for profile in profiles if draw(st.booleans())}
    bare = StrategicGame(actions, table, events=events)
    game = StrategicGame(
        actions,
        table,
        events=events,
        assume=draw(_assumptions(bare.parameters)),
        parameters=bare.parameters,
        definitions=draw(_definitions(bare.parameters)),
    )
    return game.described(draw(_about(game)))


@st.composite
def number_tables(draw: st.DrawFn, shape: Sequence[int], low: int = 0, high: int = 9) -> StrategicGame:
    """A table of whole-number payoffs of a given shape."""
    actions = {f"P{i}": [f"s{k}" for k in range(size)] for i, size in enumerate(shape)}
    payoff = st.integers(low, high)
    return StrategicGame(actions, {p: {who: draw(payoff) for who in actions} for p in product(*actions.values())})


@st.composite
def _assumptions(draw: st.DrawFn, known: Sequence[Parameter]) -> list[Condition]:
    if not known:
        return []
    pairs = draw(st.lists(st.tuples(st.sampled_from(known), formulas(known)), max_size=2))
    return [Comparison(pair, (">=",)) for pair in pairs]


@st.composite
def _definitions(draw: st.DrawFn, known: Sequence[Parameter]) -> dict[str, Expr]:
    if not known or draw(st.booleans()):
        return {}
    first = draw(formulas(known))
    return {"t_soft": first, "d_star": (Parameter("t_soft") if draw(st.booleans()) else first) + 1}


@st.composite
def _about(draw: st.DrawFn, game: ExtensiveGame | StrategicGame) -> About:
    results = draw(_results(game))
    ids = [result.id for result in results]
    return About(
        title=draw(prose),
        summary=draw(prose),
        theme=draw(prose),
        source=draw(prose),
        fidelity=draw(st.sampled_from(["", *FIDELITIES])),
        claims=tuple(draw(st.lists(prose, max_size=2))),
        catalogue=tuple(draw(st.lists(prose, max_size=2))),
        results=tuple(results),
        instances=tuple(draw(st.lists(_instances(game, ids), max_size=2))),
    )


@st.composite
def _results(draw: st.DrawFn, game: ExtensiveGame | StrategicGame) -> list[Result]:
    found: list[Result] = []
    for name in draw(st.lists(st.sampled_from(["pool", "bluff", "separating out"]), unique=True)):
        if game.parameters != () and draw(st.booleans()):
            found.append(draw(_signs(game, name)))
        else:
            found.append(draw(_equilibria(game, name)))
    return found


@st.composite
def _signs(draw: st.DrawFn, game: ExtensiveGame | StrategicGame, name: str) -> SignResult:
    return SignResult(
        id=name,
        of=draw(formulas(game.parameters) | _quantities(game)),
        wrt=draw(st.sampled_from(game.parameters)).name,
        sign=draw(st.sampled_from(["+", "-", "0", "+0", "-0", "?"])),
        given=tuple(draw(_assumptions(game.parameters))),
        note=draw(prose),
    )


@st.composite
def _equilibria(draw: st.DrawFn, game: ExtensiveGame | StrategicGame, name: str) -> EquilibriumResult:
    values = draw(st.dictionaries(_quantities(game), numbers.map(Number), max_size=2))
    return EquilibriumResult(
        id=name,
        concept=draw(st.sampled_from(CONCEPTS)),
        profile=draw(_profiles(game)),
        iff=tuple(draw(_assumptions(game.parameters))),
        refinement=draw(st.sampled_from(REFINEMENTS)),
        values=FrozenMap[Quantity, Expr](values),
        note=draw(prose),
    )


def _quantities(game: ExtensiveGame | StrategicGame) -> st.SearchStrategy[Quantity]:
    who = [p.name for p in game.players] + [f"{p.name}.{t}" for p in game.players for t in p.types]
    events = st.sampled_from(game.events()).map(lambda event: Quantity("P", event))
    return events | st.sampled_from(who).map(lambda of: Quantity("U", of))


@st.composite
def _profiles(draw: st.DrawFn, game: ExtensiveGame | StrategicGame) -> tuple[Prescription, ...]:
    if isinstance(game, StrategicGame):
        places: Iterable[tuple[str, tuple[str, ...], str, tuple[str, ...]]] = [
            (who, (), "", actions) for who, actions in game.actions.items()
        ]
    else:
        tree = game.tree
        places = [
            (tree.players[h.player], h.selectors(tree.players), h.label, h.actions) for h in tree.information_sets
        ]
    return tuple(
        Prescription(who, types, label, draw(_mixtures(actions)))
        for who, types, label, actions in places
        if draw(st.booleans())
    )


@st.composite
def _mixtures(draw: st.DrawFn, actions: Sequence[str]) -> FrozenMap[str, Expr]:
    first = draw(st.sampled_from(actions))
    if len(actions) == 1 or draw(st.booleans()):
        return FrozenMap({first: Number(1)})
    second = next(a for a in actions if a != first)
    share = draw(shares)
    return FrozenMap({first: Number(share), second: Number(1 - share)})


@st.composite
def _instances(draw: st.DrawFn, game: ExtensiveGame | StrategicGame, ids: list[str]) -> Instance:
    at = {p.name: draw(shares) for p in game.parameters if draw(st.booleans())}
    return Instance(
        at=FrozenMap(at),
        values=FrozenMap(draw(st.dictionaries(_quantities(game), numbers, max_size=2))),
        definitions=FrozenMap({name: draw(numbers) for name in game.definitions}),
        profile=draw(_profiles(game)),
        result=draw(st.sampled_from(["", *ids])),
        count=draw(st.none() | st.integers(0, 5)),
        quantifier=draw(st.sampled_from(["every", "some"])),
        ties=draw(st.sampled_from(["all", "first"])),
        note=draw(prose),
    )


def names_in(game: ExtensiveGame | StrategicGame) -> set[str]:
    """The names that the formulas of a game use."""
    return {symbol.name for symbol in symbols_of(*game.formulas())}
