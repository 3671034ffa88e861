"""Theories at the very edge: ends of closed intervals, zeros of every formula and divisor, conditions that only touch.

A payoff like `-t**2` makes a choice optimal at a single point, where no sign changes; a mixing probability may be zero
divided by zero where regions meet. At each such point the theory must have exactly the equilibria of the game with
numbers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import pytest

from deterrence.expressions import Condition, Expr, Number, Symbol, evaluate_exact, to_text
from deterrence.games import Decision, ExtensiveGame, FrozenMap, Outcome, Parameter, Player, parameter
from deterrence.theory import EquilibriumClass, Interval, Theory, derive
from deterrence.theory.algebra import Algebra, Polynomial
from deterrence.theory.evaluate import evaluate
from deterrence.theory.prove import prove
from deterrence.theory.verdicts import Counterexample
from pbe_oracle import Signalling, Table
from test_theory_oracle import TYPES, Ends, compare, signalling_tree
from theory_sets import at_point, equal, exists_at, has_member, members

LONG = pytest.mark.exhaustive
T = parameter("t", domain="probability")


# Conditions that only touch


def standoff(gain: Expr, parameters: Sequence[Parameter] = (T,)) -> ExtensiveGame:
    """Return an attack that the Defender may resist: that gains it something, and leaves the Challenger with nothing.

    Where the Defender resists for certain, and only there, the Challenger may leave it alone.
    """
    war = Outcome("war", {"Challenger": 0, "Defender": gain})
    yields = Outcome("concession", {"Challenger": 1, "Defender": 0})
    alone = Outcome("status quo", {"Challenger": 0, "Defender": 1})
    reply = Decision("reply", "Defender", {"fight": war, "concede": yields})
    start = Decision("start", "Challenger", {"attack": reply, "wait": alone})
    return ExtensiveGame(start, players=[Player("Challenger"), Player("Defender")], parameters=parameters)


def regions(theory: Theory, *played: int) -> list[list[str]]:
    """Return where classes exist in which Challenger and Defender take these actions for certain."""
    support = tuple((action,) for action in played)
    return [[to_text(c) for c in found.region] for found in theory.classes if found.support == support]


@pytest.mark.parametrize(("gain", "where"), [(-T, "t <= 0"), (-(T**2), "t == 0"), (-((2 * T - 1) ** 4), "t == 1/2")])
def test_a_choice_that_is_optimal_at_one_point_is_found(gain: Expr, where: str) -> None:
    theory = derive(standoff(gain))
    assert theory.complete
    assert regions(theory, 1, 0) == [[where]]
    refuted = prove(theory, "P(status quo) == 0")
    assert isinstance(refuted, Counterexample)
    assert to_text(Number(refuted.point["t"])) == where.split()[-1]


def test_a_factor_that_vanishes_adds_a_line_to_a_half_plane() -> None:
    """`x**2*y >= 0` holds where y is not negative, and on the whole axis x = 0."""
    x, y = (Parameter(name, domain="real") for name in "xy")
    assert sorted(regions(derive(standoff(x**2 * y, [x, y])), 1, 0)) == [["x == 0"], ["y >= 0"]]
    assert sorted(regions(derive(standoff(-(x**2) * (x - y) ** 2, [x, y])), 1, 0)) == [["x == 0"], ["x == y"]]


def test_what_vanishes_where_another_condition_fails_adds_nothing() -> None:
    x, y = Parameter("x", domain="real"), Parameter("y", domain="positive")
    assert regions(derive(standoff(-((x**2 - y) ** 2) - 1, [x, y])), 1, 0) == []
    assert regions(derive(standoff(-((x**2 + y) ** 2), [x, y])), 1, 0) == []


# Payoffs without a value


@pytest.mark.parametrize("gain", [(T**2 - T) / T, Number(1) / T - 2, (T - 1) / T**2])
def test_where_a_payoff_has_no_value_there_is_no_game(gain: Expr) -> None:
    theory = derive(standoff(gain))
    assert theory.tiling is not None
    assert theory.tiling.covered == "yes"
    for exact in (False, True):
        at = evaluate(theory, {"t": ["0", "1/4", "1"]}, exact=exact)
        assert at.outside.tolist() == [True, False, False]
        assert at.masks.any(axis=1).tolist() == [False, True, True]


def test_a_bound_is_read_off_a_payoff_that_divides() -> None:
    """`1/t - 2 >= 0` up to one half, where t = 0 is no point of the game."""
    assert regions(derive(standoff(Number(1) / T - 2)), 1, 0) == [["t <= 1/2"]]


# Intervals that another unknown leaves open at an end


def hesitation() -> ExtensiveGame:
    """Return a game in which a sender who hardly ever strikes lets the receiver accept any mixture of messages."""
    quiet = Outcome("quiet", {"Sender": 0, "Receiver": 0})
    taken = Outcome("taken", {"Sender": 0, "Receiver": {"Sender.low": 2, "Sender.high": 0}})
    strike = Outcome("strike", {"Sender": -1, "Receiver": {"Sender.low": 0, "Sender.high": 2}})
    yields = Outcome("yield", {"Sender": {"low": -2, "high": -1}, "Receiver": 0})
    last = Decision("last", "Sender", {"strike": strike, "yield": yields})
    reply = Decision("reply", "Receiver", {"accept": taken, "refuse": last})
    types = {"low": Number(1) / 4, "high": Number(3) / 4}
    send = Decision("send", "Sender", {"nothing": quiet, "offer": reply})
    return ExtensiveGame(send, players=[Player("Sender", types=types), Player("Receiver")])


def test_a_range_ends_beside_a_point_at_which_a_bound_has_no_value() -> None:
    """The high type is silent with probability at least 1 - 1/(3*m) where it strikes with probability m > 0."""
    theory = derive(hesitation())
    bounds = [to_text(low) for c in theory.classes for i in c.free.values() for low in i.lower]
    assert any("/(3*mix" in bound for bound in bounds)
    at = evaluate(theory, exact=True)
    quiet = at.probability("quiet")
    mixed = ((1,), (0,), (0,), (0, 1), (0, 1))  # low offers, the Receiver accepts, low strikes; high mixes throughout
    (k,) = (k for k, found in enumerate(at.classes) if found.support == mixed)
    assert (quiet.low[0, k], quiet.high[0, k]) == (0, Fraction(3, 4))


# Random signalling games with payoffs in one parameter


class _Source:
    """Numbers a, a + b*t or a + b*t + c*t**2, as formulas or with a value for t."""

    def __init__(self, seed: int, at: Fraction | None) -> None:
        self.random, self.at = random.Random(seed), at
        self.degree = self.random.choice((1, 1, 2))

    def number(self) -> Expr:
        kept = [self.random.randint(-2, 2) if k < 2 else self.random.randint(-1, 1) for k in range(self.degree + 1)]
        return self.value(*map(Fraction, kept))

    def prior(self) -> Expr:
        low = Fraction(self.random.randint(1, 5), 12)
        return self.value(low, self.random.choice((Fraction(0), Fraction(1, 2), Fraction(-low, 2))))

    def value(self, *coefficients: Fraction) -> Expr:
        t: Expr = T if self.at is None else Number(self.at)
        total: Expr = Number(coefficients[0])
        for power, coefficient in enumerate(coefficients[1:], start=1):
            total = total + Number(coefficient) * t**power if coefficient else total
        return total


Numbers = list[list[list[Expr]]]


def _drawn(seed: int, at: Fraction | None = None) -> tuple[Expr, Numbers, Numbers, bool]:
    source = _Source(seed, at)
    sender, receiver = ([[[source.number() for _ in "ab"] for _ in "ab"] for _ in TYPES] for _ in "sr")
    return source.prior(), sender, receiver, seed % 4 != 3


def _with_parameter(seed: int) -> ExtensiveGame:
    prior, sender, receiver, observed = _drawn(seed)
    ends: Ends = {}
    for m, a in product((0, 1), repeat=2):
        mine = {t: sender[i][m][a] for i, t in enumerate(TYPES)}
        yours = {f"Sender.{t}": receiver[i][m][a] for i, t in enumerate(TYPES)}
        ends[m, a] = Outcome(f"end-{m}{a}", {"Sender": mine, "Receiver": yours})
    return signalling_tree(Signalling(Fraction(1, 2), (), (), observed=observed), prior, ends, [T])


def _with_number(seed: int, at: Fraction) -> Signalling:
    prior, sender, receiver, observed = _drawn(seed, at)
    return Signalling(_number(prior), _table(sender), _table(receiver), observed=observed)


def _table(rows: Numbers) -> Table:
    return tuple(((_number(a), _number(b)), (_number(c), _number(d))) for (a, b), (c, d) in rows)


def _number(value: Expr) -> Fraction:
    assert isinstance(value, Number)
    return value.value


def _edges(theory: Theory) -> set[Fraction]:
    """Return the ends of [0, 1] and the rational points in it where a formula of a class, or its divisor, vanishes."""
    algebra = Algebra(["t", *(name for found in theory.classes for name in found.meaning)])
    found = {Fraction(0), Fraction(1)}
    for formula in (f for c in theory.classes for f in _formulas(c)):
        value = algebra.value(formula)
        for side in (value.numer, value.denom, (algebra.one - value).numer):
            found |= set(_zeros(algebra, side)) if side else set()
    return {zero for zero in found if 0 <= zero <= 1}


def _formulas(found: EquilibriumClass) -> Iterator[Expr]:
    yield from (q for row in found.strategies for q in row)
    yield from (*found.beliefs.values(), *found.events.values())
    yield from (end for i in found.free.values() for end in (*i.lower, *i.upper))
    conditions = (*found.region, *found.defined, *found.open_conditions)
    yield from (a - b for c in conditions for a, _, b in c.pairs())  # type: ignore[attr-defined]  # comparisons only


def _zeros(algebra: Algebra, polynomial: Polynomial) -> Iterator[Fraction]:
    for factor, _ in algebra.factors(polynomial)[1]:
        if algebra.names_in(factor) == {"t"} and algebra.degree(factor, "t") == 1:
            zero = algebra.ratio(-algebra.coefficients(factor, "t").get(0, algebra.ring.zero), algebra.ring.one)
            lead = algebra.ratio(algebra.coefficients(factor, "t")[1], algebra.ring.one)
            yield _number(algebra.formula(zero / lead))


TOUCHED = (29, 81, 94, 126)  # games in which a choice is optimal at one point by a square


@pytest.mark.parametrize(
    "seed", [*range(4), *TOUCHED, *(pytest.param(s, marks=LONG) for s in range(4, 300) if s not in TOUCHED)]
)
def test_payoffs_in_one_parameter_at_every_edge(seed: int) -> None:
    theory = derive(_with_parameter(seed))
    assert theory.complete
    for at in sorted(_edges(theory)):
        compare(_with_number(seed, at), theory, {"t": at})


# A divisor that vanishes at the end of an interval


def crossing() -> ExtensiveGame:
    """Return a game in which C leaves B a reason to answer r for every belief, or for few, as it answers L or R."""
    numbers: dict[str, tuple[Expr | int, Expr | int, Expr | int]] = {
        "xlL": (1, -1 - T, 1 + T),
        "xlR": (T - 1, T, -T),
        "xrL": (-2 * T, 2 * T, -1 - T),
        "xrR": (-1 - T, -1, 2 + 2 * T),
        "yl": (T - 1, -1, -2 * T),
        "yr": (T, T - 1, 2),
    }
    ends = {name: Outcome(name, dict(zip("ABC", payoffs, strict=True))) for name, payoffs in numbers.items()}
    answers = {b: {c: ends[f"x{b}{c}"] for c in "LR"} for b in "lr"}
    last = {b: Decision(f"last-{b}", "C", answers[b], information_set="last") for b in "lr"}
    x = Decision("x", "B", {**last}, information_set="second")
    y = Decision("y", "B", {"l": ends["yl"], "r": ends["yr"]}, information_set="second")
    out = Outcome("out", {"A": 2 + 2 * T, "B": 2, "C": 2 * T})
    root = Decision("root", "A", {"out": out, "x": x, "y": y})
    return ExtensiveGame(root, players=[Player(name) for name in "ABC"], parameters=[T])


def test_an_interval_keeps_the_end_at_which_a_bound_changes_its_direction() -> None:
    """B answers r where the belief in x times (2*m - 1) is at least -t/(2*t + 1); m is C's probability of L."""
    theory = derive(crossing(), concept="weak-pbe")
    found = [c for c in theory.classes if c.support == ((0,), (1,), (0, 1))]
    shown = {
        (*map(to_text, (*c.free[name].lower, *c.free[name].upper)), *map(to_text, c.defined))
        for c in found
        for name in c.free
        if name.startswith("mix")
    }
    assert shown == {("1/2", "1", "2*mix_2_0 > 1"), ("0", "1/2", "1 > 2*mix_2_0")}
    for at in (Fraction(0), Fraction(1, 3), Fraction(1)):
        for c in found:
            for share in (0, Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), 1):
                for belief in (0, Fraction(1, 2), 1):
                    plays = (equal(c.strategies[2][0], Number(share)), *_believes(c, Fraction(belief)))
                    holds = belief * (2 * share - 1) >= -at / (2 * at + 1)
                    assert holds or not has_member(theory, c, {"t": at}, plays), (at, share, belief, c.name)


def _believes(found: EquilibriumClass, belief: Fraction) -> Iterator[Condition]:
    yield from (equal(f, Number(belief)) for words, f in _beliefs(found).items() if words == "belief in x at B: second")


# Random games with a hidden action: the theory in a parameter against the theory of the game with a number


def _hidden(seed: int, at: Fraction | None = None) -> ExtensiveGame:
    """Return a game in which B does not see which of two moves A made, and C neither that nor all of what B did."""
    source = _Source(seed, at)

    def end(name: str) -> Outcome:
        return Outcome(name, {who: source.number() for who in "ABC"})

    def after(a: str, b: str) -> Outcome | Decision:
        if (a, b) not in last:
            return end(f"{a}{b}")
        answers = {c: end(f"{a}{b}{c}") for c in "LR"}
        return Decision(f"last-{a}{b}", "C", answers, information_set="last")

    last = source.random.choice(list(combinations(product("xy", "lr"), 2)))
    second = {a: Decision(a, "B", {b: after(a, b) for b in "lr"}, information_set="second") for a in "xy"}
    names = [T] if at is None else []
    root = Decision("root", "A", {"out": end("out"), **second})
    return ExtensiveGame(root, players=[Player(name) for name in "ABC"], parameters=names)


def _specialised(theory: Theory, at: Fraction) -> Theory:
    """Return the classes that exist where t has a value, with that value put in."""
    point = {"t": at}

    def put(*formulas: Expr) -> tuple[Expr, ...]:
        return tuple(at_point(f, theory, point) for f in formulas)

    def conditions(found: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return tuple(c.map(lambda f: put(f)[0]) for c in found)

    classes = [
        replace(
            c,
            strategies=tuple(put(*row) for row in c.strategies),
            beliefs=FrozenMap({slot: put(f)[0] for slot, f in c.beliefs.items()}),
            free=FrozenMap({name: Interval(put(*i.lower), put(*i.upper)) for name, i in c.free.items()}),
            region=(),
            defined=conditions(c.defined),
            open_conditions=conditions(c.open_conditions),
        )
        for c in theory.classes
        if exists_at(theory, c, point)
    ]
    return replace(theory, classes=tuple(classes))


def _beliefs(found: EquilibriumClass) -> dict[str, Expr]:
    """Return the beliefs of a class by what they are about, those that it leaves open by name."""
    free = {words: Symbol(name) for name, words in found.meaning.items() if name in found.free}
    return {slot.words: belief for slot, belief in found.beliefs.items()} | free


def _includes(theory: Theory, other: Theory) -> None:
    """Check that equilibria of a theory, at the ends and within intervals, are equilibria of another."""
    places = [Fraction(0), Fraction(1, 3), Fraction(1)]
    for found in theory.classes:
        for member in members(theory, found, product(places, repeat=len(found.free))):
            plays = [evaluate_exact(q, member) for row in found.strategies for q in row]
            beliefs = {words: evaluate_exact(f, member) for words, f in _beliefs(found).items()}
            assert all(0 <= q <= 1 for q in (*plays, *beliefs.values())), (found.name, member)
            assert any(has_member(other, c, {}, _same(c, plays, beliefs)) for c in other.classes), (found.name, member)


def _same(found: EquilibriumClass, plays: list[Fraction], beliefs: dict[str, Fraction]) -> Iterator[Condition]:
    ours = [q for row in found.strategies for q in row]
    yield from (equal(q, Number(value)) for q, value in zip(ours, plays, strict=True))
    known = _beliefs(found)
    yield from (equal(known[words], Number(value)) for words, value in beliefs.items() if words in known)


@pytest.mark.exhaustive
@pytest.mark.parametrize("concept", ["weak-pbe", "sequential"])
@pytest.mark.parametrize("seed", range(20))
def test_a_theory_in_a_parameter_has_the_equilibria_of_its_numbers(seed: int, concept: str) -> None:
    theory = derive(_hidden(seed), concept=concept)
    for at in sorted(_edges(theory)):
        here, numbers = _specialised(theory, at), derive(_hidden(seed, at), concept=concept)
        _includes(here, numbers)
        _includes(numbers, here)
