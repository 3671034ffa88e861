"""Families build the games of their sources at every size, and refuse sizes out of bounds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from time import process_time

import pytest

from deterrence.errors import DeterrenceError, GameError
from deterrence.expressions import evaluate_exact
from deterrence.families import FAMILIES, dollar_auction, ladder
from deterrence.games import ExtensiveGame

NOTHING = (Fraction(0), Fraction(0))


def value(game: ExtensiveGame, point: dict[str, Fraction]) -> tuple[tuple[Fraction, ...], dict[str, Fraction]]:
    """Payoffs and event probabilities of backward induction that keeps the first of several best actions."""
    tree = game.tree
    payoffs: dict[int, tuple[Fraction, ...]] = {}
    events: dict[int, dict[str, Fraction]] = {}
    for i in reversed(range(len(tree.nodes))):
        node = tree.nodes[i]
        if node.kind == "end":
            payoffs[i] = tuple(evaluate_exact(f, point) for f in node.payoffs)
            events[i] = {node.event: Fraction(1)}
            continue
        paid = [[evaluate_exact(f, point) for f in row] or list(NOTHING) for row in node.payments]
        totals = [
            tuple(a + b for a, b in zip(payoffs[c], paid[k] if paid else NOTHING, strict=True))
            for k, c in enumerate(node.children)
        ]
        if node.kind == "decision":
            mover = tree.information_sets[node.information_set].player
            best = max(range(len(totals)), key=lambda k: totals[k][mover])
            weights = [Fraction(k == best) for k in range(len(totals))]
        else:
            weights = [evaluate_exact(q, point) for q in node.probabilities]
        payoffs[i] = tuple(
            sum((w * t[who] for w, t in zip(weights, totals, strict=True)), Fraction(0)) for who in range(2)
        )
        events[i] = {
            event: sum((w * events[c].get(event, Fraction(0)) for w, c in zip(weights, node.children, strict=True)))
            + Fraction(0)
            for event in tree.events
        }
    return payoffs[0], events[0]


def crisis(q: str) -> dict[str, Fraction]:
    """The worked point of the ladder: prizes 10, losses 90, a climb costs 1."""
    return {"v_1": Fraction(10), "v_2": Fraction(10), "D_1": Fraction(90), "D_2": Fraction(90)} | {
        "c": Fraction(1),
        "q": Fraction(q),
    }


@pytest.mark.parametrize(
    ("rungs", "q", "payoffs", "event", "war"),
    [
        (4, "0.05", ("4", "-4.5"), "concession by Defender", "0.05"),
        (5, "0.05", ("0", "10"), "status quo", "0"),
        (4, "0.10", ("0", "10"), "status quo", "0"),
        (64, "0.05", ("4", "-4.5"), "concession by Defender", "0.05"),
    ],
)
def test_ladder_worked_cases(rungs: int, q: str, payoffs: tuple[str, str], event: str, war: str) -> None:
    found, events = value(ladder(rungs), crisis(q))
    assert found == tuple(map(Fraction, payoffs))
    assert events["war"] == Fraction(war)
    assert events[event] == 1 - Fraction(war)


def test_the_last_clear_chance_alternates_with_the_number_of_rungs() -> None:
    starts = [value(ladder(rungs), crisis("0.05"))[1]["status quo"] == 0 for rungs in range(2, 9)]
    assert starts == [rungs % 2 == 0 for rungs in range(2, 9)]


def test_ladder_has_one_decision_a_rung() -> None:
    game = ladder(7)
    assert len(list(game.decisions())) == 7
    assert len(game.tree.information_sets) == 7
    assert not game.tree.shared
    assert {p.name for p in game.parameters} == {"v_1", "v_2", "D_1", "D_2", "c", "q"}


@pytest.mark.parametrize(("stake", "budget"), [(20, 50), (5, 9), (2, 2), (3, 7), (4, 12)])
def test_dollar_auction_first_bid(stake: int, budget: int) -> None:
    """O'Neill's formula: the first bid is ((b - 1) mod (s - 1)) + 1 and the rival passes."""
    first = (budget - 1) % (stake - 1) + 1
    payoffs, events = value(dollar_auction(stake, budget), {})
    assert payoffs == (Fraction(stake - first), Fraction(0))
    assert events["First wins"] == 1


def test_dollar_auction_shares_its_states() -> None:
    game = dollar_auction(20, 50)
    assert game.parameters == ()
    assert game.tree.shared
    assert len(game.tree.nodes) == len(game.nodes) < 5000


def test_dollar_auction_is_built_quickly(record_property: Callable[[str, object], None]) -> None:
    start = process_time()
    hash(dollar_auction(20, 50))
    record_property(
        "measured", f"dollar auction, stake 20, budget 50, built and hashed: {process_time() - start:.2f} s"
    )


@pytest.mark.parametrize("rungs", [1, 0, -3, 257, 10**9, True, "4"])
def test_ladder_bounds(rungs: int) -> None:
    with pytest.raises(GameError, match="rungs"):
        ladder(rungs)


@pytest.mark.parametrize(("stake", "budget"), [(20, 10), (1, 5), (5, 10**9)])
def test_dollar_auction_bounds(stake: int, budget: int) -> None:
    with pytest.raises(GameError, match=r"stake|budget"):
        dollar_auction(stake, budget)


def test_every_family_builds_at_its_defaults_and_least() -> None:
    for name, family in FAMILIES.items():
        assert family.name == name
        assert family.game().about.integers == family.complete({})
        least = {key: integer.least for key, integer in family.integers.items()}
        assert family.game(**least).about.family == name


def test_unknown_integers_are_refused() -> None:
    with pytest.raises(DeterrenceError, match="no integer 'rung'"):
        FAMILIES["ladder"].game(rung=3)


def test_games_of_one_size_are_equal() -> None:
    assert ladder(3) == ladder(3)
    assert ladder(3) != ladder(4)
    assert hash(dollar_auction(3, 4)) == hash(dollar_auction(3, 4))
