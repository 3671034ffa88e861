"""Games with known equilibria and random trees, for the tests of the checkers."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from deterrence.compiled import CompiledTree, Value, compile_tree, parameter_points
from deterrence.compiled.points import NumberArray
from deterrence.expressions import Expr
from deterrence.games import Chance, Decision, ExtensiveGame, Outcome, Player, Tree, parameters
from deterrence.games.nodes import Node
from deterrence.profiles import Assessment

Prescribed: TypeAlias = str | Fraction | float  # an action, or the probability of the first one

ONE = np.ones((1, 1), dtype=np.bool_)


def compiled(game: ExtensiveGame, at: Mapping[str, Value] | None = None, *, exact: bool = False) -> CompiledTree:
    """The game at given parameter values."""
    return compile_tree(game, parameter_points(game, at, exact=exact))


def assessment(tree: Tree, profile: Mapping[str, Prescribed], *, exact: bool = False) -> Assessment:
    """One profile: an action, or the probability of the first action, by the name of the information set.

    Sets that are not named are left open.
    """
    strategy = np.full((1, 1, tree.n_moves), np.nan, dtype=object if exact else np.float64)
    left = dict(profile)
    for h in tree.information_sets:
        if tree.set_name(h) in left:
            strategy[0, 0, h.moves] = _mixture(h.actions, left.pop(tree.set_name(h)), exact=exact)
    assert not left, f"unknown information sets {list(left)}"
    return Assessment(tree, strategy)


def _mixture(actions: Sequence[str], given: Prescribed, *, exact: bool) -> list[float] | list[Fraction]:
    if isinstance(given, str):
        weights = [Fraction(int(action == given)) for action in actions]
    else:
        first = Fraction(given)
        weights = [first, 1 - first]
    return weights if exact else [float(w) for w in weights]


def with_beliefs(given: Assessment, beliefs: Mapping[str, Sequence[float | Fraction]]) -> Assessment:
    """The assessment with beliefs at some information sets, the others NaN."""
    sets = [(given.tree.set_name(h), len(h.members)) for h in given.tree.information_sets]
    row = [b for name, size in sets for b in beliefs.get(name, [np.nan] * size)]
    return Assessment(given.tree, given.strategy, np.array([[row]], dtype=given.strategy.dtype))


def unilateral_deterrence() -> ExtensiveGame:
    """Zagare and Kilgour's game with private types on both sides."""
    c_DC, c_SQ, c_DDh, c_CD, c_DDs = parameters("c_DC c_SQ c_DDh c_CD c_DDs")
    d_SQ, d_CD, d_DDh, d_DC, d_DDs = parameters("d_SQ d_CD d_DDh d_DC d_DDs")
    p_Ch, p_Def = parameters("p_Ch p_Def", domain="probability")
    challenger = Player("Challenger", types={"hard": p_Ch, "soft": 1 - p_Ch})
    defender = Player("Defender", types={"hard": p_Def, "soft": 1 - p_Def})
    sq = Outcome("SQ", {challenger: c_SQ, defender: d_SQ})
    dc = Outcome("DC", {challenger: c_DC, defender: d_DC})
    cd = Outcome("CD", {challenger: c_CD, defender: d_CD})
    dd = Outcome("DD", {challenger: {"hard": c_DDh, "soft": c_DDs}, defender: {"hard": d_DDh, "soft": d_DDs}})
    last = Decision("last", challenger, {"retreat": cd, "fight": dd})
    reply = Decision("reply", defender, {"concede": dc, "defy": last})
    return ExtensiveGame(Decision("root", challenger, {"cooperate": sq, "defect": reply}))


UDG_POINT: Mapping[str, Value] = {
    "c_DC": 4, "c_SQ": 3, "c_DDh": 2, "c_CD": 0, "c_DDs": -1,
    "d_SQ": 4, "d_CD": 3, "d_DDh": 2, "d_DC": 1, "d_DDs": 0,
    "p_Ch": "1/2", "p_Def": "1/10",
}  # fmt: skip


def selten_horse() -> ExtensiveGame:
    """Selten's horse; (D, c, L) is the implausible equilibrium."""

    def third(name: str, left: tuple[int, int, int], right: tuple[int, int, int]) -> Decision:
        ends = {
            side: Outcome(f"{name}{side}", dict(zip("123", u, strict=True))) for side, u in (("L", left), ("R", right))
        }
        return Decision(f"after {name}", "3", ends, information_set="third")

    end = Outcome("end", {"1": 1, "2": 1, "3": 1})
    second = Decision("second", "2", {"d": third("Cd", (4, 4, 0), (0, 0, 1)), "c": end})
    first = Decision("first", "1", {"D": third("D", (3, 3, 2), (0, 0, 0)), "C": second})
    return ExtensiveGame(first, players=[Player("1"), Player("2"), Player("3")])


def entry_deterrence() -> ExtensiveGame:
    """An entrant and an incumbent whose threat to fight is not credible."""
    reply = Decision(
        "reply", "I", {"fight": Outcome("war", {"E": -1, "I": -1}), "accommodate": Outcome("peace", {"E": 1, "I": 1})}
    )
    root = Decision("root", "E", {"out": Outcome("out", {"E": 0, "I": 2}), "in": reply})
    return ExtensiveGame(root, players=[Player("E"), Player("I")])


def entry_and_battle() -> ExtensiveGame:
    """Entry followed by a simultaneous battle: a weak PBE need not be subgame perfect there."""
    payoffs = {"FF": (-3, -1), "FA": (1, -2), "AF": (-2, -1), "AA": (3, 1)}
    ends = {k: Outcome(k, {"E": e, "I": i}) for k, (e, i) in payoffs.items()}
    after = {
        a: Decision(f"reply {a}", "I", {"F": ends[a + "F"], "A": ends[a + "A"]}, information_set="reply") for a in "FA"
    }
    battle = Decision("battle", "E", dict(after))
    root = Decision("root", "E", {"out": Outcome("out", {"E": 0, "I": 2}), "in": battle})
    return ExtensiveGame(root, players=[Player("E"), Player("I")])


def beer_quiche() -> ExtensiveGame:
    """The sender's breakfast signals whether it is strong; the receiver duels or not."""
    sender = Player("S", types={"strong": Fraction(9, 10), "weak": Fraction(1, 10)})
    receiver = Player("R")

    def breakfast(name: str, liked: str) -> Decision:
        def payoff(bonus: int) -> dict[str, int]:
            return {t: bonus + int(t == liked) for t in ("strong", "weak")}

        duel = Outcome(f"{name} duel", {sender: payoff(0), receiver: {"S.strong": 0, "S.weak": 1}})
        peace = Outcome(f"{name} peace", {sender: payoff(2), receiver: {"S.strong": 1, "S.weak": 0}})
        return Decision(name, receiver, {"duel": duel, "peace": peace})

    choice = {"beer": breakfast("after beer", "strong"), "quiche": breakfast("after quiche", "weak")}
    return ExtensiveGame(Decision("breakfast", sender, dict(choice)), players=[sender, receiver])


def random_tree(seed: int, *, levels: int = 5, players: int = 3, perfect: bool = False) -> ExtensiveGame:
    """A random game with chance, hidden moves and payments in which nobody forgets anything.

    Each level belongs to a player or to chance; a mover knows its own moves, what it knew before, and some of
    the rest. Payoffs depend on a parameter x.
    """
    rng = random.Random(seed)
    movers = [rng.choice([*range(players), None]) for _ in range(levels)]
    if all(m is None for m in movers):
        movers[0] = 0
    known: dict[int, set[int]] = {p: set() for p in range(players)}
    seen: list[frozenset[int]] = []
    for t, mover in enumerate(movers):
        if mover is not None:
            extra = range(t) if perfect else [s for s in range(t) if rng.random() < 0.5]
            known[mover] |= set(extra)
            seen.append(frozenset(known[mover]))
            known[mover].add(t)
        else:
            seen.append(frozenset())
    names = [Player(f"P{i}") for i in range(players)]
    (x,) = parameters("x")

    def payoff() -> Expr:
        return rng.randint(-9, 9) + rng.randint(-3, 3) * x

    def build(history: tuple[int, ...]) -> Node:
        t = len(history)
        name = "n" + "".join(map(str, history))
        if t == levels or (t > 1 and rng.random() < 0.1 and perfect):
            return Outcome(name, {p: payoff() for p in names}, event=f"event {rng.randint(0, 2)}")
        children = [build((*history, a)) for a in range(2)]
        mover = movers[t]
        if mover is None:
            q = Fraction(rng.randint(0, 4), 4)
            return Chance(name, {"u": (q, children[0]), "v": (1 - q, children[1])})
        label = f"L{t}-" + "".join(str(history[s]) if s in seen[t] else "x" for s in range(t))
        pays = {"a": {names[rng.randrange(players)]: payoff()}} if rng.random() < 0.3 else None
        return Decision(
            name,
            names[mover],
            {"a": children[0], "b": children[1]},
            information_set=label,
            pays=pays,
        )

    return ExtensiveGame(build(()), players=names)


def random_strategy(tree: Tree, seed: int) -> NumberArray:
    """Random behaviour strategies in Fractions, pure at some information sets."""
    rng = random.Random(seed)
    out = np.empty((1, 1, tree.n_moves), dtype=object)
    for h in tree.information_sets:
        first = Fraction(rng.choice([0, 0, 1, 2, 3, 4, 4]), 4)
        out[0, 0, h.moves] = [first, 1 - first]
    return out
