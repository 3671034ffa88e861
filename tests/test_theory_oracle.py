"""Derived theories of small random games against an independent enumeration: none missing, none extra."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from deterrence.expressions import Comparison, Condition, Expr, Number, Symbol
from deterrence.games import Decision, ExtensiveGame, Outcome, Parameter, Player
from deterrence.theory import EquilibriumClass, Theory, derive
from deterrence.theory.unknowns import BeliefSlot
from pbe_oracle import SUPPORTS, Component, Pair, Signalling, Support, Table, components, is_equilibrium
from theory_sets import equal, exists_at, has_member

TYPES = ("low", "high")
LONG = pytest.mark.exhaustive
Ends = dict[tuple[int, int], Outcome | Decision]


# Random games


def _number(source: random.Random, *, ties: bool) -> Fraction:
    return Fraction(source.randint(-2, 2)) if ties else Fraction(source.randint(-40, 40), source.choice((3, 7)))


def _table(source: random.Random, *, ties: bool) -> Table:
    rows = [[_number(source, ties=ties) for _ in range(4)] for _ in TYPES]
    return tuple(((a, b), (c, d)) for a, b, c, d in rows)


def random_game(seed: int) -> Signalling:
    """Return a game with payoffs that tie often or hardly ever; in every fourth both move at the same time."""
    source = random.Random(seed)
    ties = source.random() < 0.3
    prior = Fraction(source.randint(1, 11), 12)
    return Signalling(prior, _table(source, ties=ties), _table(source, ties=ties), observed=seed % 4 != 3)


def _outcome(game: Signalling, message: int, action: int) -> Outcome:
    sender = {t: game.sender[i][message][action] for i, t in enumerate(TYPES)}
    receiver = {f"Sender.{t}": game.receiver[i][message][action] for i, t in enumerate(TYPES)}
    return Outcome(f"end-{message}{action}", {"Sender": sender, "Receiver": receiver})


def signalling_tree(game: Signalling, prior: Expr, ends: Ends, names: list[Parameter]) -> ExtensiveGame:
    """Return the tree with the given prior and outcomes; of the game it takes whether the message is seen."""
    label = "" if game.observed else "reply"
    replies = {
        f"m{m}": Decision(f"after-m{m}", "Receiver", {f"a{a}": ends[m, a] for a in (0, 1)}, information_set=label)
        for m in (0, 1)
    }
    types = {"low": prior, "high": 1 - prior}
    return ExtensiveGame(
        Decision("send", "Sender", replies),
        players=[Player("Sender", types=types), Player("Receiver")],
        parameters=names,
    )


def extensive(game: Signalling) -> ExtensiveGame:
    ends: Ends = {(m, a): _outcome(game, m, a) for m, a in product((0, 1), repeat=2)}
    return signalling_tree(game, Number(game.prior), ends, [])


# What a class plays


def _strategy(theory: Theory, found: EquilibriumClass, label: str, t: str = "") -> Expr:
    """Return the probability of the second choice at an information set."""
    tree = theory.game.tree
    for h, strategy in zip(tree.information_sets, found.strategies, strict=True):
        if h.label == label and (not t or t in h.selectors(tree.players)):
            return strategy[1]
    raise KeyError(label)


def _plays(game: Signalling, theory: Theory, found: EquilibriumClass) -> tuple[Expr, ...]:
    labels = ("after-m0", "after-m1") if game.observed else ("reply", "reply")
    sends = [_strategy(theory, found, "send", t) for t in TYPES]
    return (sends[0], sends[1], *(_strategy(theory, found, label) for label in labels))


def _support(game: Signalling, theory: Theory, found: EquilibriumClass) -> tuple[Support, ...]:
    tree = theory.game.tree
    by_label: dict[tuple[str, str], Support] = {}
    for h, support in zip(tree.information_sets, found.support, strict=True):
        if h.label == "send":
            by_label |= {("send", t): support for t in h.selectors(tree.players)}
        else:
            by_label[h.label, ""] = support
    labels = ("after-m0", "after-m1") if game.observed else ("reply", "reply")
    return (*(by_label["send", t] for t in TYPES), *(by_label[label, ""] for label in labels))


def _corners(component: Component) -> Iterator[tuple[Fraction, ...]]:
    yield from ((*s, *r) for s, r in product(component.senders, component.receivers))


def _middle(corners: tuple[Pair, ...]) -> Pair:
    size = len(corners)
    return sum((x for x, _ in corners), Fraction(0)) / size, sum((y for _, y in corners), Fraction(0)) / size


# The comparison at a point


def compare(game: Signalling, theory: Theory, point: dict[str, Fraction]) -> None:
    """Compare, at one point, the sets of equilibria of every support; those of the classes are closed."""
    found = {c.support: c for c in components(game)}
    classes = [c for c in theory.classes if exists_at(theory, c, point)]
    for component in found.values():
        same = [c for c in classes if _support(game, theory, c) == component.support]
        assert same, f"missing: {component}"
        for at in [*_corners(component), (*_middle(component.senders), *_middle(component.receivers))]:
            assert any(has_member(theory, c, point, _at(game, theory, c, at)) for c in same), (component, at)
        _compare_beliefs(theory, same, component, point)
    for c in classes:
        _check_members(game, theory, c, point, found)


def _at(game: Signalling, theory: Theory, found: EquilibriumClass, at: tuple[Fraction, ...]) -> list[Condition]:
    return [equal(q, Number(value)) for q, value in zip(_plays(game, theory, found), at, strict=True)]


def _check_members(
    game: Signalling,
    theory: Theory,
    found: EquilibriumClass,
    point: dict[str, Fraction],
    known: Mapping[tuple[Support, ...], Component],
) -> None:
    """Check that the class has nothing that violates the oracle's conditions.

    On the edge of a class's region its support may shrink: what is left must be an equilibrium.
    """
    support, plays = _support(game, theory, found), _plays(game, theory, found)
    if support in known:
        _check_lines(theory, found, point, plays, known[support])
        return
    smaller = product(*([s for s in SUPPORTS if set(s) <= set(whole)] for whole in support))
    for choice in smaller if point else [support]:
        exactly = [c for q, actions in zip(plays, choice, strict=True) for c in _exactly(q, actions)]
        if choice in known:
            _check_lines(theory, found, point, plays, known[choice], exactly)
        elif game.observed or choice[2] == choice[3]:
            assert not has_member(theory, found, point, exactly), f"extra: {found.name}"


def _exactly(q: Expr, actions: Support) -> list[Condition]:
    """Return what a support says of the probability of the second choice."""
    if len(actions) == 1:
        return [equal(q, Number(actions[0]))]
    return [Comparison((Number(0), q), ("<",)), Comparison((q, Number(1)), ("<",))]


def _check_lines(
    theory: Theory,
    found: EquilibriumClass,
    point: dict[str, Fraction],
    plays: Sequence[Expr],
    component: Component,
    also: Sequence[Condition] = (),
) -> None:
    for (first, second), lines in zip((plays[:2], plays[2:]), component.lines, strict=True):
        for line in lines:
            value = Number(line.a) * first + Number(line.b) * second + Number(line.c)
            for sign in "<>" if line.kind == "==" else "<":
                beside = Comparison((value, Number(0)), (sign,))
                assert not has_member(theory, found, point, [*also, beside]), found.name


def _compare_beliefs(
    theory: Theory, classes: list[EquilibriumClass], component: Component, point: dict[str, Fraction]
) -> None:
    """Compare the intervals of the beliefs after messages that nobody sends, where a belief matters.

    Where regions meet, several classes may share one interval.
    """
    for message, ends in enumerate(component.beliefs):
        here = [(c, _belief(c, message)) for c in classes if has_member(theory, c, point)]
        known = [(c, belief) for c, belief in here if belief is not None]
        for end, outside in zip(ends or (), "<>", strict=False) if len(known) == len(here) else ():
            assert any(has_member(theory, c, point, [equal(belief, Number(end))]) for c, belief in known)
            for c, belief in known:
                assert not has_member(theory, c, point, [Comparison((belief, Number(end)), (outside,))])


def _belief(found: EquilibriumClass, message: int) -> Expr | None:
    """Return the belief that the Sender is low after a message, None where it matters to nobody."""
    about_types = BeliefSlot("Sender", (f"send:m{message}",), "low")
    about_nodes = BeliefSlot(f"Receiver: after-m{message}", (), "Sender.low")
    for slot, value in found.beliefs.items():
        if slot in (about_types, about_nodes):
            return value
    for name, meaning in found.meaning.items():
        if name in found.free and meaning in (about_types.words, about_nodes.words):
            return Symbol(name)
    return None


# The tests


@pytest.mark.parametrize("seed", range(40))
def test_games_with_numbers_have_exactly_the_enumerated_equilibria(seed: int) -> None:
    game = random_game(seed)
    theory = derive(extensive(game))
    assert theory.complete
    compare(game, theory, {})


@LONG
@pytest.mark.parametrize("seed", range(40, 300))
def test_many_games_with_numbers(seed: int) -> None:
    test_games_with_numbers_have_exactly_the_enumerated_equilibria(seed)


@pytest.mark.parametrize("concept", ["sequential", "weak-pbe"])
@pytest.mark.parametrize("seed", [*range(8), *(pytest.param(s, marks=LONG) for s in range(8, 300))])
def test_beliefs_about_nodes_give_the_same_equilibria_of_signalling_games(seed: int, concept: str) -> None:
    """With one round of messages the concepts agree, beliefs off the path included."""
    game = random_game(seed)
    theory = derive(extensive(game), concept=concept)
    assert (theory.complete, theory.concept) == (True, concept)
    compare(game, theory, {})


def _priors(game: Signalling) -> Iterator[Fraction]:
    """Yield priors, those among them at which the Receiver is indifferent when both types pool."""
    yield from (Fraction(k, 7) for k in (1, 3, 6))
    sums = [[game.gain(t, m) for t in (0, 1)] for m in (0, 1)]
    for low, high in sums:
        if low != high and 0 < high / (high - low) < 1:
            yield high / (high - low)


@pytest.mark.parametrize("seed", [*range(1000, 1010), *(pytest.param(s, marks=LONG) for s in range(1010, 1060))])
def test_games_with_the_prior_as_parameter(seed: int) -> None:
    game = random_game(seed)
    ends: Ends = {(m, a): _outcome(game, m, a) for m, a in product((0, 1), repeat=2)}
    p = Parameter("p", domain="interior-probability")
    theory = derive(signalling_tree(game, Symbol("p"), ends, [p]))
    for prior in _priors(game):
        compare(replace(game, prior=prior), theory, {"p": prior})


CELLS = [f"{who}{t}{m}{a}" for who, t, m, a in product("sr", (0, 1), (0, 1), (0, 1))]


def _table_of(who: str, values: Mapping[str, Fraction]) -> Table:
    cells = [[(values[f"{who}{t}{m}0"], values[f"{who}{t}{m}1"]) for m in (0, 1)] for t in (0, 1)]
    return tuple((quiet, loud) for quiet, loud in cells)


def _end_of(payoffs: Mapping[str, Expr], m: int, a: int) -> Outcome:
    mine = {name: payoffs[f"s{t}{m}{a}"] for t, name in enumerate(TYPES)}
    yours = {f"Sender.{name}": payoffs[f"r{t}{m}{a}"] for t, name in enumerate(TYPES)}
    return Outcome(f"end-{m}{a}", {"Sender": mine, "Receiver": yours})


@pytest.mark.parametrize("seed", [*range(3000, 3004), *(pytest.param(s, marks=LONG) for s in range(3004, 3060))])
def test_games_with_three_payoffs_as_parameters(seed: int) -> None:
    """Small whole numbers, so that parameters often equal each other, other payoffs, or zero."""
    source = random.Random(seed)
    values = {cell: Fraction(source.randint(-2, 2)) for cell in CELLS}
    names = [Parameter(cell, domain="real") for cell in source.sample(CELLS, 3)]
    payoffs = {cell: Number(value) for cell, value in values.items()} | {name.name: name for name in names}
    ends: Ends = {(m, a): _end_of(payoffs, m, a) for m, a in product((0, 1), repeat=2)}
    game = Signalling(Fraction(source.randint(1, 11), 12), (), (), observed=seed % 4 != 3)
    theory = derive(signalling_tree(game, Number(game.prior), ends, names))
    assert theory.complete
    for _ in range(8):
        point = {name.name: Fraction(source.randint(-6, 6), 2) for name in names}
        sender, receiver = (_table_of(who, values | point) for who in "sr")
        compare(replace(game, sender=sender, receiver=receiver), theory, point)


@pytest.mark.parametrize("seed", [*range(2000, 2010), *(pytest.param(s, marks=LONG) for s in range(2010, 2060))])
def test_games_in_which_the_sender_has_the_last_word(seed: int) -> None:
    """After the second message and the second answer the Sender ends the game; it is never indifferent there."""
    source = random.Random(seed)
    game = replace(random_game(4 * seed), observed=True)
    mine = [[Fraction(number, 7) for number in source.sample(range(-90, 90), 2)] for _ in TYPES]
    yours = [[_number(source, ties=False) for _ in "ab"] for _ in TYPES]
    best = [max((0, 1), key=mine[t].__getitem__) for t in (0, 1)]
    last = Decision("last", "Sender", {f"b{b}": _last(mine, yours, b) for b in (0, 1)})
    ends: Ends = {(m, a): _outcome(game, m, a) for m, a in product((0, 1), repeat=2)}
    theory = derive(signalling_tree(game, Number(game.prior), ends | {(1, 1): last}, []))
    sender = tuple((game.sender[t][0], (game.sender[t][1][0], mine[t][best[t]])) for t in (0, 1))
    receiver = tuple((game.receiver[t][0], (game.receiver[t][1][0], yours[t][best[t]])) for t in (0, 1))
    for found in theory.classes:
        assert [_strategy(theory, found, "last", t) for t in TYPES] == [Number(b) for b in best]
    compare(replace(game, sender=sender, receiver=receiver), theory, {})


def _last(mine: list[list[Fraction]], yours: list[list[Fraction]], b: int) -> Outcome:
    sender = {t: mine[i][b] for i, t in enumerate(TYPES)}
    receiver = {f"Sender.{t}": yours[i][b] for i, t in enumerate(TYPES)}
    return Outcome(f"last-{b}", {"Sender": sender, "Receiver": receiver})


# The oracle and the comparison themselves


def _beer_and_quiche(prior: Fraction) -> Signalling:
    """Return the game with the strong type first, quiche before beer, fighting before leaving alone."""
    nothing, one, two, three = (Fraction(k) for k in range(4))
    sender: Table = (((nothing, two), (one, three)), ((one, three), (nothing, two)))
    receiver: Table = (((-one, nothing), (-one, nothing)), ((one, nothing), (one, nothing)))
    return Signalling(prior, sender, receiver)


def test_the_oracle_knows_beer_and_quiche() -> None:
    """Both breakfasts pool a likely strong Sender, each with a range of replies to the other; else the weak bluff."""
    found = {c.support: c for c in components(_beer_and_quiche(Fraction(9, 10)))}
    beer, quiche, fight, leave, both = (1,), (0,), (0,), (1,), (0, 1)
    pooling = {(beer, beer, fight, leave), (beer, beer, both, leave), (quiche, quiche, leave, fight)}
    assert set(found) == pooling | {(quiche, quiche, leave, both)}
    assert found[beer, beer, fight, leave].beliefs == ((Fraction(0), Fraction(1, 2)), None)
    assert found[beer, beer, both, leave].receivers == ((Fraction(0), Fraction(1)), (Fraction(1, 2), Fraction(1)))
    (bluff,) = components(_beer_and_quiche(Fraction(1, 4)))
    assert bluff.support == (beer, both, fight, both)
    assert bluff.senders == ((Fraction(1), Fraction(1, 3)),)
    assert bluff.receivers == ((Fraction(0), Fraction(1, 2)),)


def test_the_definition_accepts_the_corners_and_rejects_what_lies_beside() -> None:
    game = _beer_and_quiche(Fraction(1, 4))
    half, third = Fraction(1, 2), Fraction(1, 3)
    assert is_equilibrium(game, (Fraction(1), third), (Fraction(0), half))
    assert not is_equilibrium(game, (Fraction(1), third + Fraction(1, 100)), (Fraction(0), half))
    assert not is_equilibrium(game, (Fraction(1), third), (Fraction(0), half - Fraction(1, 100)))


@pytest.mark.parametrize("prior", [Fraction(9, 10), Fraction(1, 4)])
def test_the_comparison_notices_what_is_missing_or_extra(prior: Fraction) -> None:
    game = _beer_and_quiche(prior)
    theory = derive(extensive(game))
    compare(game, theory, {})
    with pytest.raises(AssertionError, match="missing"):
        compare(game, replace(theory, classes=theory.classes[1:]), {})
    other = _beer_and_quiche(Fraction(1) - prior)
    extra = replace(theory, classes=(*theory.classes, *derive(extensive(other)).classes))
    with pytest.raises(AssertionError, match="extra"):
        compare(game, extra, {})
