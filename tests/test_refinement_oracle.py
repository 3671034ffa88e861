"""Refined theories of small random games against replies tried out one by one, in plain fractions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

import pytest

from deterrence.expressions import Condition, Number, Symbol, evaluate_exact
from deterrence.games import Decision, ExtensiveGame, Outcome, Player
from deterrence.theory import EquilibriumClass, Theory, derive
from deterrence.theory.refine import refine
from refinement_oracle import Game, fails_intuitive, is_defeated, struck
from theory_sets import Member, equal, has_member, members

LONG = pytest.mark.exhaustive
NAMES = ("a", "b", "c")
PLACES = [Fraction(k, 12) for k in (0, 1, 5, 12)]


# Random games


def _number(source: random.Random) -> Fraction:
    return Fraction(source.randint(-40, 40), source.choice((3, 7)))


def _weights(source: random.Random, count: int) -> tuple[Fraction, ...]:
    parts = [source.randint(1, 5) for _ in range(count)]
    return tuple(Fraction(part, sum(parts)) for part in parts)


def random_game(seed: int) -> Game:
    """Return a game with two or three types of the Sender, two or three messages, one or two types of the Receiver.

    In half of the games the Sender's payoffs are ordered by type, so that one has more to gain than another.
    """
    source = random.Random(seed)
    senders, receivers, messages = source.choice([(2, 1, 2), (2, 1, 3), (3, 1, 2), (2, 2, 2)])
    sender = [
        [[(_number(source), _number(source)) for _ in range(messages)] for _ in range(receivers)]
        for _ in range(senders)
    ]
    receiver = [
        [[(_number(source), _number(source)) for _ in range(messages)] for _ in range(receivers)]
        for _ in range(senders)
    ]
    if source.random() < 0.5:
        for t, r in product(range(1, senders), range(receivers)):
            low, high = sender[0][r][0]
            sender[t][r] = [(low - t, high - t), *((a + Fraction(t, 2), b + t) for a, b in sender[0][r][1:])]
    return Game(
        _weights(source, senders),
        _weights(source, receivers),
        tuple(tuple(tuple(row) for row in by) for by in sender),
        tuple(tuple(tuple(row) for row in by) for by in receiver),
    )


def extensive(game: Game) -> ExtensiveGame:
    """Return the game as a tree."""
    receivers, messages = range(len(game.odds)), range(len(game.sender[0][0]))
    replies = {
        f"m{m}": Decision(f"after-m{m}", "Receiver", {f"r{x}": _end(game, m, x) for x in (0, 1)}) for m in messages
    }
    types = {NAMES[t]: Number(game.prior[t]) for t in game.types}
    own = {NAMES[r].upper(): Number(game.odds[r]) for r in receivers}
    receiver = Player("Receiver", types=own) if len(game.odds) > 1 else Player("Receiver")
    return ExtensiveGame(Decision("send", "Sender", replies), players=[Player("Sender", types=types), receiver])


def _end(game: Game, message: int, answer: int) -> Outcome:
    if len(game.odds) == 1:
        sender = {NAMES[t]: game.sender[t][0][message][answer] for t in game.types}
        receiver = {f"Sender.{NAMES[t]}": game.receiver[t][0][message][answer] for t in game.types}
        return Outcome(f"end-{message}{answer}", {"Sender": sender, "Receiver": receiver})
    own = {r: NAMES[r].upper() for r in range(len(game.odds))}
    by_sender = {
        NAMES[t]: {f"Receiver.{name}": game.sender[t][r][message][answer] for r, name in own.items()}
        for t in game.types
    }
    by_receiver = {
        name: {f"Sender.{NAMES[t]}": game.receiver[t][r][message][answer] for t in game.types}
        for r, name in own.items()
    }
    return Outcome(f"end-{message}{answer}", {"Sender": by_sender, "Receiver": by_receiver})


# Members of classes


def everywhere(found: EquilibriumClass) -> Iterator[tuple[Fraction, ...]]:
    return product(PLACES, repeat=len(found.free))


def _payoffs(found: EquilibriumClass, member: Member) -> list[Fraction]:
    return [evaluate_exact(f, member) for (who, _), f in found.payoffs.items() if who == "Sender"]


def _sends(theory: Theory, found: EquilibriumClass, member: Member, message: int) -> list[Fraction]:
    """Return with which probability each type sends a message."""
    tree = theory.game.tree
    rows = zip(tree.information_sets, found.strategies, strict=True)
    by_type = {h.selectors(tree.players)[0]: row[message] for h, row in rows if h.label == "send"}
    names = [name for name in NAMES if name in by_type]
    return [evaluate_exact(by_type[name], member) for name in names]


def _belief(game: Game, found: EquilibriumClass, member: Member, message: int) -> list[Fraction] | None:
    """Return the belief after a message by type, None where it matters to nobody."""
    known: dict[str, Fraction] = {}
    for slot, formula in found.beliefs.items():
        if slot.about == "Sender" and slot.history == (f"send:m{message}",):
            known[slot.value] = evaluate_exact(formula, member)
    for name, meaning in found.meaning.items():
        if name in member and meaning.endswith(f"after send:m{message}") and "that Sender is" in meaning:
            known[meaning.split()[4]] = member[name]
    if len(known) < len(game.prior) - 1:
        return None
    left = 1 - sum(known.values(), Fraction(0))
    return [known.get(NAMES[t], left) for t in game.types]


# The comparison


Rival = tuple[list[Fraction], list[list[Fraction]]]  # payoffs by type; by message: who sends it how often


def rivals(game: Game, theory: Theory) -> list[Rival]:
    """Return what equilibria of all classes mean to the Sender, each once."""
    messages = range(len(game.sender[0][0]))
    seen: dict[str, Rival] = {}
    for other in theory.classes:
        for at in members(theory, other, everywhere(other)):
            rival = (_payoffs(other, at), [_sends(theory, other, at, message) for message in messages])
            seen[str(rival)] = rival
    return list(seen.values())


def _survives(
    game: Game,
    theory: Theory,
    found: EquilibriumClass,
    member: Member,
    refinement: str,
    others: Sequence[Rival],
) -> bool:
    """Say by the oracle whether an equilibrium survives."""
    usual = _payoffs(found, member)
    for message in range(len(game.sender[0][0])):
        if any(_sends(theory, found, member, message)):
            continue
        belief = _belief(game, found, member, message)
        if refinement == "intuitive" and fails_intuitive(game, message, usual):
            return False
        if refinement == "D1" and belief is not None and any(belief[t] for t in struck(game, message, usual)):
            return False
        if refinement == "undefeated" and belief is not None:
            for better, sends in others:
                if is_defeated(game.prior, usual, belief, better, sends[message]):
                    return False
    return True


def compare(seed: int, refinement: str) -> tuple[int, int]:
    """Compare a refined theory with the oracle, equilibrium by equilibrium; count those that survive and that fall."""
    game = random_game(seed)
    theory = derive(extensive(game))
    refined = refine(theory, refinement)
    assert all(removal.effect != "undecided" for removal in refined.removed)
    others = rivals(game, theory) if refinement == "undefeated" else []
    verdicts: list[bool] = []
    for found in theory.classes:
        for member in members(theory, found, everywhere(found)):
            expected = _survives(game, theory, found, member, refinement, others)
            assert _is_left(theory, refined, found, member) == expected, (seed, found.name, member)
            verdicts.append(expected)
    return sum(verdicts), len(verdicts) - sum(verdicts)


def _is_left(theory: Theory, refined: Theory, found: EquilibriumClass, member: Member) -> bool:
    return any(
        has_member(refined, part, {}, _same(theory, found, part, member))
        for part in refined.classes
        if part.support == found.support
    )


def _same(theory: Theory, found: EquilibriumClass, part: EquilibriumClass, member: Member) -> list[Condition]:
    """Return that a part of a class has the strategies and the beliefs of a member."""
    conditions = [
        equal(q, Number(evaluate_exact(old, member)))
        for row, known in zip(part.strategies, found.strategies, strict=True)
        for q, old in zip(row, known, strict=True)
    ]
    for name in found.free:
        if name in part.free:
            conditions.append(equal(Symbol(name), Number(member[name])))
        elif (slot := _slot(found, name)) is not None:
            conditions += [equal(f, Number(member[name])) for s, f in part.beliefs.items() if s == slot]
    return conditions


def _slot(found: EquilibriumClass, name: str) -> tuple[str, tuple[str, ...], str] | None:
    words = found.meaning[name].split()
    return (words[2], (words[-1],), words[4]) if words[0] == "belief" else None


@LONG
@pytest.mark.parametrize("refinement", ["intuitive", "D1", "undefeated"])
@pytest.mark.parametrize("seed", range(210))
def test_refined_theories_have_exactly_the_equilibria_that_survive(seed: int, refinement: str) -> None:
    compare(seed, refinement)


@pytest.mark.parametrize("refinement", ["intuitive", "D1", "undefeated"])
def test_some_random_games_in_which_equilibria_survive_and_fall(refinement: str) -> None:
    survive, fall = map(sum, zip(*(compare(seed, refinement) for seed in (2, 3, 7, 10, 11, 12)), strict=True))
    assert survive
    assert fall
