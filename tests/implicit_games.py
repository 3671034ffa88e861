"""Small games whose mixed equilibria have no closed form, and their completely mixed equilibria by Groebner bases."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import sympy

from deterrence.expressions import Number, Symbol, parse_expression, substitute
from deterrence.expressions.sympy_bridge import to_sympy
from deterrence.games import Decision, ExtensiveGame, Outcome, Parameter, Player, StrategicGame, parameters
from deterrence.games.simultaneous import simultaneous_tree
from deterrence.theory import Theory, derive

# What each player gains by its first action, in the probabilities with which the others play theirs.
GAINS: Mapping[str, tuple[str, ...]] = {
    "three": ("a - y*z - y", "b - x*z - z", "c - x*y - x"),
    "match": ("1 - y - z + 2*y*z - a", "1 - x - z + 2*x*z - b", "1 - x - y + 2*x*y - c"),
    "fold": ("3*z - y - 2*y*z - a", "3*z + 3*x - 2*x*z - b", "c - y - 2*x - 2*x*y"),
    "four": ("a - 2*y*z*w - y", "b - 2*x*z*w - z", "a - 2*x*y*w - w", "b - 2*x*y*z - x"),
}
BOUNDS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "three": dict.fromkeys("abc", (0, 2)),
    "match": dict.fromkeys("abc", (0, 1)),
    "fold": {"a": (0.8, 1.2), "b": (2.8, 3.2), "c": (1.8, 2.2)},
    "four": dict.fromkeys("ab", (0, 3)),
}
UNKNOWNS = "xyzw"


def table(name: str) -> StrategicGame:
    """Return the game of players X, Y, Z and perhaps W with these gains."""
    unknowns = UNKNOWNS[: len(GAINS[name])]
    gains = [parse_expression(text) for text in GAINS[name]]
    pays = {}
    for profile in product((1, 0), repeat=len(gains)):
        chosen = {u: Number(plays) for u, plays in zip(unknowns, profile, strict=True)}
        worth = [substitute(gain, chosen) * plays for gain, plays in zip(gains, profile, strict=True)]
        pays[tuple("yes" if plays else "no" for plays in profile)] = dict(zip(unknowns.upper(), worth, strict=True))
    assumed = [f"{low} < {p} < {high}" for p, (low, high) in BOUNDS[name].items()]
    declared = [
        Parameter(p, default=Fraction(f"{low + 0.4 * (high - low):.3f}")) for p, (low, high) in BOUNDS[name].items()
    ]
    return StrategicGame(dict.fromkeys(unknowns.upper(), ("yes", "no")), pays, assume=assumed, parameters=declared)


@cache
def table_theory(name: str) -> Theory:
    return derive(simultaneous_tree(table(name)), concept="pbe")


def completely_mixed(name: str, at: Mapping[str, Fraction]) -> list[tuple[float, ...]]:
    """Return all completely mixed equilibria at a point, sorted: the real roots of a lexicographic Groebner basis."""
    numbers = {parameter: Number(value) for parameter, value in at.items()}
    gains = [to_sympy(substitute(parse_expression(text), numbers)) for text in GAINS[name]]
    unknowns = [to_sympy(Symbol(u)) for u in UNKNOWNS[: len(gains)]]
    basis = list(sympy.groebner(gains, *unknowns, order="lex").exprs)
    found: list[dict[Any, Any]] = [{}]
    for unknown in reversed(unknowns):
        found = [{**known, unknown: root} for known in found for root in _roots(basis, unknown, known)]
    return sorted(tuple(float(known[u]) for u in unknowns) for known in found)


def _roots(basis: list[Any], unknown: Any, known: Mapping[Any, Any]) -> list[Any]:
    """Return the roots between zero and one of what the basis says of an unknown when later ones are known."""
    allowed = {unknown, *known}
    mine = [p for p in basis if unknown in p.free_symbols and p.free_symbols <= allowed]
    lowest = min(mine, key=lambda p: sympy.degree(p, unknown))
    roots = sympy.Poly(lowest.subs(known), unknown).nroots(n=30, maxsteps=200)
    return [sympy.re(r) for r in roots if abs(sympy.im(r)) < 1e-15 and 0 < sympy.re(r) < 1]


def signal() -> ExtensiveGame:
    """Return a game in which a sender's message is answered by two receivers at once."""
    p, c, k = parameters("p c k")
    quiet = Outcome("quiet", {"Sender": 0, "One": 1, "Two": 1})

    def end(a: int, b: int) -> Outcome:
        sender: Any = {"high": 1 + a + b, "low": 2 * a + b + a * b - c}
        one: Any = {"Sender.high": a * (1 + b), "Sender.low": -a * (1 - b) * k - a * b}
        two: Any = {"Sender.high": b * (2 - a), "Sender.low": -b * (1 + a)}
        return Outcome(f"reply {a}{b}", {"Sender": sender, "One": one, "Two": two})

    second = {a: Decision(f"two{a}", "Two", {"x": end(a, 1), "y": end(a, 0)}, information_set="two") for a in (0, 1)}
    first = Decision("one", "One", {"x": second[1], "y": second[0]})
    sender = Player("Sender", types={"high": p, "low": 1 - p})
    return ExtensiveGame(
        Decision("start", "Sender", {"message": first, "silence": quiet}),
        players=[sender, Player("One"), Player("Two")],
        assume=["0 < p < 1", "0 < c < 4", "0 < k < 3"],
    )


@cache
def signal_theory() -> Theory:
    return derive(signal())
