"""Event probabilities and payoffs of equilibria: worked values, plain recursion, open sets, both arithmetics."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest

from certify_games import UDG_POINT, assessment, compiled, random_strategy, random_tree, unilateral_deterrence
from deterrence.compiled import CompiledTree, compile_table, parameter_points
from deterrence.errors import GameError
from deterrence.games import Quantity, StrategicGame
from deterrence.outcomes import table_outcomes, tree_outcomes
from deterrence.profiles import Assessment, Constant, MixedProfile
from test_certify_trees import BLUFF, value


def test_bluff_leads_to_the_worked_probabilities() -> None:
    game = compiled(unilateral_deterrence(), UDG_POINT, exact=True)
    outcomes = tree_outcomes(game, assessment(game.tree, BLUFF, exact=True))
    worked = {"SQ": "1/4", "DC": "9/16", "CD": "1/16", "DD": "1/8"}
    assert {e: outcomes.probability(e)[0, 0] for e in worked} == {e: Fraction(q) for e, q in worked.items()}
    assert outcomes.quantity(Quantity("P", "DD"))[0, 0] == Fraction(1, 8)
    # The soft Challenger is indifferent, so its payoff is that of the status quo.
    assert outcomes.payoff("Challenger.soft")[0, 0] == 3
    hard = outcomes.quantity(Quantity("U", "Challenger.hard"))[0, 0]
    assert outcomes.payoff("Challenger")[0, 0] == (hard + 3) / 2
    of_types = [outcomes.payoff(f"Defender.{t}")[0, 0] for t in ("hard", "soft")]
    assert outcomes.payoff("Defender")[0, 0] == of_types[0] / 10 + of_types[1] * 9 / 10


def test_unknown_names_are_errors_with_advice() -> None:
    game = compiled(unilateral_deterrence(), UDG_POINT, exact=True)
    outcomes = tree_outcomes(game, assessment(game.tree, BLUFF, exact=True))
    with pytest.raises(GameError, match="no event 'war'"):
        outcomes.probability("war")
    with pytest.raises(GameError, match=r"did you mean 'Challenger\.soft'"):
        outcomes.payoff("Challenger.sofd")


def test_open_sets_matter_only_where_play_comes() -> None:
    game = compiled(unilateral_deterrence(), UDG_POINT)
    deterred = assessment(game.tree, {"Challenger hard: root": "cooperate", "Challenger soft: root": "cooperate"})
    outcomes = tree_outcomes(game, deterred)
    assert outcomes.probability("SQ")[0, 0] == 1
    assert outcomes.probability("DD")[0, 0] == 0
    assert outcomes.payoff("Defender")[0, 0] == 4
    half = assessment(game.tree, {"Challenger hard: root": "defect", "Challenger soft: root": "cooperate"})
    outcomes = tree_outcomes(game, half)
    assert outcomes.probability("SQ")[0, 0] == 0.5
    assert np.isnan(outcomes.probability("DD")[0, 0])
    assert np.isnan(outcomes.payoff("Defender")[0, 0])


def test_payoff_of_an_impossible_type_is_undefined() -> None:
    for exact in (False, True):
        game = compiled(unilateral_deterrence(), {**UDG_POINT, "p_Ch": 0}, exact=exact)
        outcomes = tree_outcomes(game, assessment(game.tree, BLUFF, exact=exact))
        assert np.isnan(outcomes.payoff("Challenger.hard")[0, 0])
        soft, overall = outcomes.payoff("Challenger.soft")[0, 0], outcomes.payoff("Challenger")[0, 0]
        assert soft == overall if exact else soft == pytest.approx(overall)


@pytest.mark.parametrize("seed", range(10))
def test_trees_agree_with_plain_recursion(seed: int) -> None:
    definition = random_tree(seed)
    exact = compiled(definition, {"x": ["0", "3/2"]}, exact=True)
    strategies = np.stack([random_strategy(exact.tree, 2 * seed + k)[:, 0] for k in range(2)])
    outcomes = tree_outcomes(exact, Assessment(exact.tree, strategies))
    for point in range(2):
        row = list(strategies[point, 0])
        assert list(outcomes.payoffs[point, 0]) == value(exact, 0, row, point)
        assert dict(zip(outcomes.events, outcomes.probabilities[point, 0], strict=True)) == events(exact, row, point)
    floats = compiled(definition, {"x": [0, 1.5]})
    near = tree_outcomes(floats, Assessment(floats.tree, strategies.astype(np.float64)))
    assert np.allclose(near.payoffs, outcomes.payoffs.astype(np.float64))
    assert np.allclose(near.probabilities, outcomes.probabilities.astype(np.float64))


def events(game: CompiledTree, strategy: list[Fraction], point: int) -> dict[str, Fraction]:
    """The probability of every event, play by play."""
    out = dict.fromkeys(game.tree.events, Fraction(0))
    pending = [(0, Fraction(1))]
    while pending:
        i, probability = pending.pop()
        node = game.tree.nodes[i]
        if node.kind == "end":
            out[node.event] += probability
            continue
        here = node.information_set
        chance = [row[point] for row in game.chance_rows.get(i, ())]
        weights = strategy[game.tree.information_sets[here].moves] if here >= 0 else chance
        pending += [(child, probability * w) for child, w in zip(node.children, weights, strict=True)]
    return out


def test_only_existing_equilibria_are_worked_out() -> None:
    game = compiled(unilateral_deterrence(), {**UDG_POINT, "p_Def": np.linspace(0.05, 0.2, 5)})
    row = assessment(game.tree, BLUFF).strategy
    strategy = np.tile(row, (5, 3, 1))
    exists = np.array([[True, False, k % 2 == 0] for k in range(5)])
    outcomes = tree_outcomes(game, Assessment(game.tree, strategy), exists)
    assert np.array_equal(np.isnan(outcomes.payoff("Defender")), ~exists)
    assert np.array_equal(np.isnan(outcomes.probability("DD")), ~exists)
    assert np.allclose(outcomes.probabilities.sum(axis=-1)[exists], 1)


@pytest.mark.parametrize("exact", [False, True])
def test_tables(exact: bool) -> None:
    cells: list[tuple[str, ...]] = list(product("ab", "lr", "xyz"))
    rng = np.random.default_rng(1)
    payoffs = {cell: {who: int(rng.integers(-5, 6)) for who in "ABC"} for cell in cells}
    named = {cell: "war" if cell[0] == "b" else "peace" for cell in cells}
    game = StrategicGame({"A": "ab", "B": "lr", "C": "xyz"}, payoffs, events=named)
    table = compile_table(game, parameter_points(game, {}, exact=exact))
    weights: list[list[Fraction]] = [
        [Fraction(1, 3), Fraction(2, 3)],
        [Fraction(1, 4), Fraction(3, 4)],
        [Fraction(1, 2), Fraction(0), Fraction(1, 2)],
    ]
    strategies = tuple(np.array([[w]], dtype=object if exact else np.float64) for w in weights)
    outcomes = table_outcomes(game, table, MixedProfile(table.players, table.actions, Constant(strategies)))
    worked = Fraction(0)
    for cell in cells:
        places = [actions.index(a) for actions, a in zip(table.actions, cell, strict=True)]
        worked += prod([w[k] for w, k in zip(weights, places, strict=True)]) * payoffs[cell]["B"]
    assert float(outcomes.payoff("B")[0, 0]) == pytest.approx(float(worked))
    assert float(outcomes.probability("war")[0, 0]) == pytest.approx(2 / 3)
    if exact:
        assert outcomes.payoff("B")[0, 0] == worked
        assert outcomes.probability("war")[0, 0] == Fraction(2, 3)
