"""Families against what their sources say of every size: recursions, congruences, stable sizes."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

import deterrence as dt
from deterrence.certify import rationality
from deterrence.compiled import compile_tree, parameter_points
from deterrence.families import audience_race, chain_store, membership, salami, subtraction_ladder
from deterrence.profiles import Assessment
from deterrence.solvers import BackwardInduction


def belief_chain(stages: int, a: Fraction, b: Fraction, p: Fraction) -> dict[tuple[str, str], dict[str, Fraction]]:
    """Return the play of the recursion in beliefs, by player's type and node, from the last Challenger back."""
    play: dict[tuple[str, str], dict[str, Fraction]] = {}

    def go(history: str, belief: Fraction) -> None:
        k = len(history) + 1
        if k > stages:
            return
        bar, later = b ** (stages - k + 1), b ** (stages - k)
        out = Fraction(belief > bar) if belief != bar else 1 / a
        play["", f"market-{k}{history}"] = {"out": out, "enter": 1 - out}
        fights = Fraction(0) if k == stages else min(Fraction(1), (1 - later) * belief / ((1 - belief) * later))
        play["tough", f"reply-{k}{history}"] = {"fight": Fraction(1), "accommodate": Fraction(0)}
        play["weak", f"reply-{k}{history}"] = {"fight": fights, "accommodate": 1 - fights}
        go(history + "o", belief)
        go(history + "f", belief / (belief + (1 - belief) * fights))

    go("", p)
    return play


def kept(stages: int, at: dict[str, Fraction], change: Fraction = Fraction(0)) -> tuple[str, str]:
    """Say whether the recursion's play is Nash and sequentially rational; `change` is added to one mixture."""
    game = chain_store(stages)
    play = belief_chain(stages, at["a"], at["b"], at["p"])
    compiled = compile_tree(game, parameter_points(game, dict(at), exact=True))
    strategy = np.empty(game.tree.n_moves, dtype=object)
    for h in game.tree.information_sets:
        row = play[h.known[0][1] if h.known else "", h.label]
        for i, action in enumerate(h.actions):
            strategy[h.first_move + i] = row[action]
    mixed = [h for h in game.tree.information_sets if 0 < strategy[h.first_move] < 1]
    if change and mixed:
        strategy[mixed[0].first_move] += change
        strategy[mixed[0].first_move + 1] -= change
    found = rationality(compiled, Assessment(game.tree, strategy[None, None]))
    return found.nash, found.sequentially_rational


@pytest.mark.parametrize("stages", [1, 2, 3, 4])
def test_reputation_follows_the_recursion_in_beliefs(stages: int) -> None:
    """At every number of stages the play by the recursion is sequentially rational, and hardly another mixture is."""
    for p in ("1/40", "1/10", "1/5", "2/5", "3/5"):
        at = {"a": Fraction(2), "b": Fraction(1, 2), "p": Fraction(p)}
        assert kept(stages, at) == ("yes", "yes"), p
    if stages > 1:
        at = {"a": Fraction(2), "b": Fraction(1, 2), "p": Fraction(1, 2) ** stages * Fraction(4, 5)}
        assert "no" in kept(stages, at, Fraction(1, 100))


def test_a_longer_horizon_deters_with_a_smaller_doubt() -> None:
    """The first Challenger is deterred where p exceeds b**n."""
    for stages in range(1, 9):
        for p in (Fraction(1, 100), Fraction(1, 9), Fraction(2, 5)):
            play = belief_chain(stages, Fraction(2), Fraction(1, 2), p)
            assert (play["", "market-1"]["out"] == 1) == (p > Fraction(1, 2) ** stages)


def test_subtraction_ladder_congruence() -> None:
    """The side to move crosses exactly where the distance is one above a multiple of steps plus one."""
    for steps in (1, 2, 3, 5):
        for distance in range(1, 26):
            found = dt.solve(subtraction_ladder(distance, steps), BackwardInduction(ties="first"))
            assert found.certified
            assert (found.payoff("First")[0] == -1) == (distance % (steps + 1) == 1 % (steps + 1))


def test_salami_total() -> None:
    """The slices taken are the remainder of all slices after division by the distance of red lines."""
    k = np.array([0.4, 1.5, 2.5, 3.5, 6.5])
    for slices in (1, 4, 7, 10, 12):
        found = dt.solve(salami(slices), at={"v": 1, "b": 1, "w": 1, "k": k})
        taken = slices % (np.floor(k).astype(int) + 1)
        for i, count in enumerate(taken):
            assert found.probability(f"{count} taken")[i, 0] == 1
        assert found.certified.all()


def test_audience_race_is_won_by_the_side_that_is_locked_in_first() -> None:
    """With many steps, and lock-in times well apart, the smaller ratio of war loss to audience cost wins."""
    rng = np.random.default_rng(5)
    a, w = rng.uniform(0.5, 2, (2, 300)), rng.uniform(2, 20, (2, 300))
    lock = w / a
    found = dt.solve(audience_race(60), at={"a_1": a[0], "a_2": a[1], "w_1": w[0], "w_2": w[1], "v_1": 1, "v_2": 1})
    clear = (np.abs(lock[0] - lock[1]) > 2) & (lock.min(axis=0) > 1)
    assert clear.sum() > 100
    wins = found.probability("Two backs down")[:, 0]
    assert (wins[clear] == (lock[0] < lock[1])[clear]).all()


@pytest.mark.parametrize("countries", [2, 3, 5, 7])
def test_stable_coalitions_have_two_or_three_members(countries: int) -> None:
    """Every coalition of two and three is an equilibrium, none of another size but the empty one."""
    found = dt.solve(membership(countries), dt.PureNash(), at={"b": 1, "c": 1})
    sizes = [s for s in (0, 2, 3) for _ in combinations(range(countries), s)]
    assert int(found.count) == len(sizes)
    for size in {0, 2, 3} & set(range(countries + 1)):
        assert found.probability(f"coalition of {size}")[found.exists].sum() == sizes.count(size)


def test_absorption_where_play_need_not_end() -> None:
    """A state that is never left has probability zero of every end, and an endless play."""
    stay = {"P": ["stay", "go"]}
    table: dict[tuple[str, ...], dt.Transition] = {
        ("stay",): dt.Transition.of({"P": 1}, {"here": "1/2", "haven": "1/2"}),
        ("go",): dt.Transition.of({"P": 0}, "end"),
    }
    haven = dt.Stage.of({"P": ["rest"]}, {("rest",): dt.Transition.of({"P": "x"}, "haven")})
    game = dt.StochasticGame({"here": dt.Stage.of(stay, table), "haven": haven}, {"end": {}}, discount="9/10")
    solution = dt.solve(game, at={"x": [1, -5]})
    duration = solution.outcomes.others[next(q for q in solution.outcomes.others if q.kind == "duration")]
    assert solution.probability("end")[:, 0].tolist() == [0, 1]
    assert duration[:, 0].tolist() == [np.inf, 1]
    assert solution.certified.all()
