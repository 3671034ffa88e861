"""Small games whose mixed equilibria have no closed form, and their completely mixed equilibria by Groebner bases."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import sympy

from deterrence.games import Decision, ExtensiveGame, Outcome, Player, StrategicGame, parameters
from deterrence.games.simultaneous import simultaneous_tree
from deterrence.theory import Theory, derive

# What each player gains by its first action, in the probabilities with which the others play theirs.
GAINS: Mapping[int, tuple[str, ...]] = {
    3: ("a - y*z - y", "b - x*z - z", "c - x*y - x"),
    4: ("a - 2*y*z*w - y", "b - 2*x*z*w - z", "a - 2*x*y*w - w", "b - 2*x*y*z - x"),
}
ASSUMED: Mapping[int, tuple[str, ...]] = {3: ("0 < a < 2", "0 < b < 2", "0 < c < 2"), 4: ("0 < a < 3", "0 < b < 3")}
UNKNOWNS = "xyzw"


def table(players: int) -> StrategicGame:
    """Return the game of three or four players with these gains."""
    a, b, c = parameters("a b c")
    names = [n.upper() for n in UNKNOWNS[:players]]
    pays = {}
    for profile in product((1, 0), repeat=players):
        x, y, z, w = (*profile, 0, 0)[:4]
        gains = (
            (a - y * z - y, b - x * z - z, c - x * y - x)
            if players == 3
            else (a - 2 * y * z * w - y, b - 2 * x * z * w - z, a - 2 * x * y * w - w, b - 2 * x * y * z - x)
        )
        actions = tuple("yes" if plays else "no" for plays in profile)
        pays[actions] = {name: plays * gain for name, plays, gain in zip(names, profile, gains, strict=True)}
    return StrategicGame(dict.fromkeys(names, ("yes", "no")), pays, assume=ASSUMED[players])


@cache
def table_theory(players: int) -> Theory:
    return derive(simultaneous_tree(table(players)), concept="pbe")


def completely_mixed(players: int, at: Mapping[str, Fraction]) -> list[tuple[float, ...]]:
    """Return all completely mixed equilibria at a point, sorted: the real roots of a lexicographic Groebner basis."""
    numbers = {sympy.Symbol(name): sympy.Rational(v.numerator, v.denominator) for name, v in at.items()}
    unknowns = sympy.symbols(" ".join(UNKNOWNS[:players]))
    gains = [_polynomial(text).subs(numbers) for text in GAINS[players]]
    basis = list(sympy.groebner(gains, *unknowns, order="lex").exprs)
    found: list[dict[Any, Any]] = [{}]
    for unknown in reversed(unknowns):
        found = [{**known, unknown: root} for known in found for root in _roots(basis, unknown, known)]
    return sorted(tuple(float(known[u]) for u in unknowns) for known in found)


def _polynomial(text: str) -> Any:
    """Return a formula as sympy has it, read term by term."""
    total = sympy.Integer(0)
    for term in text.replace("- ", "+ -").split(" + "):
        factors = [sympy.Integer(f) if f.isdigit() else sympy.Symbol(f) for f in term.lstrip("-").split("*")]
        total += (-1 if term.startswith("-") else 1) * sympy.prod(factors)
    return total


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
        sender = {"high": 1 + a + b, "low": 2 * a + b + a * b - c}
        one = {"Sender.high": a * (1 + b), "Sender.low": -a * (1 - b) * k - a * b}
        two = {"Sender.high": b * (2 - a), "Sender.low": -b * (1 + a)}
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
