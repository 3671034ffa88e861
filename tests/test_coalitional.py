"""Coalitional games: solvers against oracles and known cases, certificates that refuse, files, faults."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from math import factorial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deterrence as dt
from coalition_oracles import Worth, banzhaf, least_excess, minimal_winning, nucleolus, shapley, subsets
from deterrence.certify import certify_core, certify_minimal, certify_nucleolus, certify_value
from deterrence.certify.certificate import Certificate
from deterrence.checking import check
from deterrence.compiled import CompiledCoalitions, compile_coalitions, parameter_points
from deterrence.compiled.coalitions import membership
from deterrence.errors import GameError, ModelFileError, SolverError
from deterrence.expressions import Symbol, parse_condition, parse_expression
from deterrence.games.coalitional import coalitions
from deterrence.library import load, parse_game, write_game
from deterrence.solution import Status
from deterrence.solvers.core import Core
from deterrence.solvers.power import MinimalWinning
from tiers import examples

LETTERS = "ABCDEFGHIJKLMNOP"


def table_game(n: int) -> dt.CoalitionalGame:
    """Return a game whose worths are parameters."""
    return dt.CoalitionalGame(LETTERS[:n], {s: Symbol("v_" + "".join(s)) for s in coalitions(LETTERS[:n])})


def values_of(n: int, worth: Worth) -> dict[str, Any]:
    """Return worths as parameters of `table_game`."""
    return {"v_" + "".join(LETTERS[i] for i in sorted(s)): worth[s] for s in subsets(n) if s}


def stacked(n: int, drawn: list[Worth], shape: tuple[int, ...]) -> dict[str, Any]:
    """Return the worths of several games as arrays."""
    rows = [values_of(n, worth) for worth in drawn]
    return {name: np.array([float(row[name]) for row in rows]).reshape(shape) for name in rows[0]}


def worths(n: int, numbers: Iterable[int | Fraction]) -> Worth:
    """Return worths of all coalitions from a list, the empty one worth nothing."""
    return dict(zip(subsets(n), [Fraction(0), *map(Fraction, numbers)], strict=True))


def random_worths(n: int, seed: int, *, simple: bool = False) -> Worth:
    """Return whole numbers that grow with the coalition, as in games worth playing; or zeros and ones."""
    rng = np.random.default_rng(seed)
    return worths(n, (int(rng.integers(0, 2 if simple else 4 * len(s) ** 2 + 1)) for s in subsets(n)[1:]))


def compiled(n: int, worth: Worth) -> CompiledCoalitions:
    """Return a game of one point as arrays."""
    game = table_game(n)
    return compile_coalitions(game, parameter_points(game, values_of(n, worth)))


@st.composite
def games(draw: st.DrawFn, most: int = 5) -> tuple[int, Worth]:
    """Draw a number of players and worths."""
    n = draw(st.integers(1, most))
    numbers = draw(st.lists(st.integers(-5, 30), min_size=(1 << n) - 1, max_size=(1 << n) - 1))
    return n, worths(n, numbers)


@examples(60)
@given(games())
def test_values_are_those_of_permutations_and_subsets(drawn: tuple[int, Worth]) -> None:
    n, worth = drawn
    for solver, oracle in ((dt.Shapley(), shapley), (dt.Banzhaf(), banzhaf)):
        solution = dt.solve(table_game(n), solver, at=values_of(n, worth), exact=True)
        assert solution.found.profiles.amounts[0, 0].tolist() == oracle(n, worth)
        assert solution.certified.all()
        assert (solution.certificate.gain == 0).all()


def test_a_batch_is_its_points_in_any_shape() -> None:
    n = 4
    drawn = [random_worths(n, seed) for seed in range(12)]
    at = {
        name: np.array([float(values_of(n, w)[name]) for w in drawn]).reshape(3, 4) for name in values_of(n, drawn[0])
    }
    for solver in (dt.Shapley(), dt.Nucleolus(), dt.Core(), dt.Banzhaf(normalised=True)):
        whole = dt.solve(table_game(n), solver, at=at)
        assert whole.shape == (3, 4)
        assert whole.certified.all()
        for i, worth in enumerate(drawn):
            alone = dt.solve(table_game(n), solver, at=values_of(n, worth))
            row = whole.payoff("A").reshape(12, -1)[i]
            np.testing.assert_allclose(row[~np.isnan(row)], alone.payoff("A")[~np.isnan(alone.payoff("A"))], atol=1e-9)


@pytest.mark.parametrize("rational", [True, False])
@pytest.mark.parametrize(("n", "count"), [(2, 12), (3, 20), (4, 12), (5, 5)])
def test_the_nucleolus_is_that_of_a_sequence_of_programs(n: int, count: int, rational: bool) -> None:
    for seed in range(count):
        worth = random_worths(n, seed, simple=seed % 4 == 3)
        solution = dt.solve(table_game(n), dt.Nucleolus(rational=rational), at=values_of(n, worth))
        right = nucleolus(n, worth, rational=rational)
        if right is None:
            assert solution.status == Status.NONE_EXISTS
        else:
            np.testing.assert_allclose(solution.found.profiles.amounts[0, 0], right, atol=1e-6)
            assert solution.certified.all()


@pytest.mark.parametrize("n", [6, 8])
def test_the_nucleolus_of_more_players_passes_the_criterion_of_kohlberg(n: int) -> None:
    at = stacked(n, [random_worths(n, seed) for seed in range(3)], (3,))
    solution = dt.solve(table_game(n), dt.Nucleolus(rational=False), at=at)
    assert solution.count.tolist() == [1, 1, 1]
    assert solution.certified.all()


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_the_core_is_empty_exactly_where_the_least_excess_is_positive(n: int) -> None:
    for seed in range(8):
        worth = random_worths(n, seed, simple=seed % 4 == 3)
        solution = dt.solve(table_game(n), dt.Core(), at=values_of(n, worth))
        excess = least_excess(n, worth) if n > 1 else -1.0
        assert (solution.count == 0) == (excess > 1e-8)
        assert solution.certified.all()
        if solution.count == 0:
            assert solution.status == Status.NONE_EXISTS


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_a_strictly_convex_game_has_all_marginal_vectors_as_vertices(n: int) -> None:
    rng = np.random.default_rng(n)
    own = [Fraction(int(x)) for x in rng.permutation(np.arange(1, n + 1))]
    worth = {s: sum((own[i] for i in s), Fraction(0)) ** 2 for s in subsets(n)}
    solution = dt.solve(table_game(n), dt.Core(), at=values_of(n, worth))
    right = set()
    for order in permutations(range(n)):
        row = [Fraction(0)] * n
        for place, i in enumerate(order):
            before = frozenset(order[:place])
            row[i] = worth[before | {i}] - worth[before]
        right.add(tuple(row))
    found = solution.found.profiles.amounts[0][solution.exists]
    assert len(found) == factorial(n) == len(right)
    assert {tuple(Fraction(round(x)) for x in row) for row in found} == right
    assert (solution.quantity("is(convex)") == 1).all()
    if n < 5:
        exact = dt.solve(table_game(n), dt.Core(), at=values_of(n, worth), exact=True)
        assert {tuple(row) for row in exact.found.profiles.amounts[0]} == right
        assert exact.certified.all()


@examples(40)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=6), st.data())
def test_minimal_winning_coalitions_are_those_of_all_subsets(weights: list[int], data: st.DataObject) -> None:
    quota = data.draw(st.integers(1, sum(weights)))
    names = LETTERS[: len(weights)]
    game = dt.CoalitionalGame.voting(dict(zip(names, weights, strict=True)), quota)
    solution = dt.solve(game, dt.MinimalWinning())
    worth = {s: Fraction(sum(weights[i] for i in s) >= quota) for s in subsets(len(weights))}
    rows = solution.found.profiles.members[0][solution.exists]
    found = [frozenset(np.flatnonzero(row).tolist()) for row in rows]
    assert len(found) == len(set(found))
    assert set(found) == minimal_winning(len(weights), worth)
    assert solution.certified.all()
    power = dt.solve(game, exact=True).found.profiles.amounts[0, 0].tolist()
    assert power == shapley(len(weights), worth)


@examples(60)
@given(games(4))
def test_what_is_said_of_the_game_is_so(drawn: tuple[int, Worth]) -> None:
    n, worth = drawn
    solution = dt.solve(table_game(n), at=values_of(n, worth), exact=True)
    every = subsets(n)
    convex = all(worth[a | b] + worth[a & b] >= worth[a] + worth[b] for a in every for b in every)
    apart = all(worth[a | b] >= worth[a] + worth[b] for a in every for b in every if not a & b)
    assert solution.quantity("is(convex)").tolist() == [int(convex)]
    assert solution.quantity("is(superadditive)").tolist() == [int(apart)]
    value = shapley(n, worth)
    stable = all(sum((value[i] for i in s), Fraction(0)) >= worth[s] for s in every)
    assert solution.quantity("is(stable)").tolist() == [int(stable)]


def test_power_in_the_security_council() -> None:
    """Five permanent members with a veto and ten others, 39 of 7, 1: 421/2145 and 4/2145 (a known result)."""
    weights = {LETTERS[i]: 7 if i < 5 else 1 for i in range(15)}
    solution = dt.solve(dt.CoalitionalGame.voting(weights, 39))
    assert solution.payoff("A")[0] == pytest.approx(421 / 2145, abs=1e-12)
    assert solution.payoff("O")[0] == pytest.approx(4 / 2145, abs=1e-12)
    assert solution.certified.all()


def test_bargaining_with_threats_and_weights() -> None:
    game = dt.CoalitionalGame(
        "AB", {("A",): 1, ("B",): 2, ("A", "B"): "v"}, threats={"A": 0, "B": 3}, weights={"A": 2, "B": 1}
    )
    solution = dt.solve(game, dt.NashBargaining(), at={"v": [9, 3, 2]}, exact=True)
    assert solution.found.profiles.amounts[0, 0].tolist() == [4, 5]
    assert solution.count.tolist() == [1, 1, 0]
    assert solution.status.tolist() == [Status.SOLVED, Status.SOLVED, Status.NONE_EXISTS]
    assert solution.certified.all()
    odd = dt.CoalitionalGame("AB", {("A",): 0, ("B",): 0, ("A", "B"): 1}, weights={"A": "a", "B": "b"})
    states = dt.solve(odd, dt.NashBargaining(), at={"a": [1, 0, -1], "b": [3, 0, 2]}).status
    assert states.tolist() == [Status.SOLVED, Status.NONE_FOUND, Status.NONE_FOUND]


def test_costs_are_worths_with_a_minus_sign() -> None:
    game = load("free-riding/common-facility")
    assert isinstance(game, dt.CoalitionalGame)
    solution = dt.solve(game, dt.Core())
    assert solution.count == 4
    assert solution.quantity("cost(3)").max() == 24
    assert (solution.payoff("3") == -solution.quantity("cost(3)")).all()


def refuses(certificate: Certificate) -> bool:
    """Say whether nothing that was listed passed."""
    return bool(certificate.exists.any() and not certificate.passed.any())


def test_certificates_refuse_what_is_wrong() -> None:
    n = 3
    worth = worths(n, [0, 0, 0, 4, 5, 6, 9])
    game = compiled(n, worth)
    for solver, concept in (
        (dt.Shapley(), "shapley"),
        (dt.Banzhaf(), "banzhaf"),
        (dt.Banzhaf(normalised=True), "banzhaf-index"),
    ):
        found = solver.solve(game)
        assert certify_value(game, found.profiles, found.exists, concept=concept).holds
        moved = replace(found.profiles, amounts=found.profiles.amounts + np.array([1e-6, -1e-6, 0]))
        assert refuses(certify_value(game, moved, found.exists, concept=concept))
    nucleus = dt.Nucleolus().solve(game)
    for shift in ([1e-4, -1e-4, 0], [1e-4, 0, 0], [-1, 0.5, 0.5]):
        moved = replace(nucleus.profiles, amounts=nucleus.profiles.amounts + np.array(shift))
        assert refuses(certify_nucleolus(game, moved, nucleus.exists, rational=True))
    core = Core().solve(game)
    for shift in ([1e-4, -1e-4, 0], [0, 0, 1e-4], [0, 0, -1e-4]):
        moved = replace(core.profiles, amounts=core.profiles.amounts + np.array(shift))
        assert not certify_core(game, moved, core.exists).passed.all()


def test_kohlberg_refuses_a_wrong_allocation_of_many_players() -> None:
    game = compiled(6, random_worths(6, 1))
    found = dt.Nucleolus(rational=False).solve(game)
    assert certify_nucleolus(game, found.profiles, found.exists, rational=False).holds
    moved = replace(found.profiles, amounts=found.profiles.amounts + np.array([1e-3, -1e-3, 0, 0, 0, 0]))
    assert refuses(certify_nucleolus(game, moved, found.exists, rational=False))


def test_an_empty_core_needs_weights_that_prove_it() -> None:
    game = compiled(3, worths(3, [0, 0, 0, 1, 1, 1, 1]))
    found = Core().solve(game)
    assert not found.exists.any()
    assert found.profiles.balance is not None
    halves = found.profiles.balance[0]
    np.testing.assert_allclose(halves[[3, 5, 6]], 0.5)
    assert certify_core(game, found.profiles, found.exists).holds
    for wrong in (halves * 0.9, np.where(np.arange(8) == 3, -1.0, halves), np.eye(8)[3]):
        forged = replace(found.profiles, balance=wrong[None])
        assert not certify_core(game, forged, found.exists).holds


def test_why_a_core_is_empty_is_said_in_words() -> None:
    game = dt.CoalitionalGame("ABC", {s: (0, 0, 5, 7)[len(s)] for s in coalitions("ABC")})
    (reason, *_) = dt.solve(game, dt.Core()).arguments.values()
    assert "1/2 of (A, B) + 1/2 of (A, C) + 1/2 of (B, C), together worth 7.5, more than 7" in reason


def test_numbers_that_do_not_apply_are_missing_and_not_shown() -> None:
    game = dt.CoalitionalGame.voting({"A": 2, "B": 1}, 2)
    assert np.isnan(dt.solve(game).quantity("member(A)")).all()
    assert np.isnan(dt.solve(game, dt.MinimalWinning()).payoff("A")).all()


def test_minimal_coalitions_that_are_not_are_refused() -> None:
    game = compile_coalitions(
        table_game(3), parameter_points(table_game(3), values_of(3, worths(3, [0, 0, 0, 1, 1, 0, 1])))
    )
    found = MinimalWinning().solve(game)
    assert found.exists.sum() == 2
    assert certify_minimal(game, found.profiles, found.exists).holds
    rows = found.profiles.members
    for wrong in (rows[:, [0, 0]], ~rows, np.ones_like(rows)):
        assert not certify_minimal(game, replace(found.profiles, members=wrong), found.exists).passed.all()
    one = found.exists & (np.arange(2) == 0)
    assert not certify_minimal(game, found.profiles, one).holds


SOLVERS = (
    dt.Shapley(),
    dt.Banzhaf(),
    dt.Banzhaf(normalised=True),
    dt.Core(),
    dt.Nucleolus(),
    dt.Nucleolus(rational=False),
    dt.NashBargaining(),
    dt.MinimalWinning(),
)


@pytest.mark.parametrize("solver", SOLVERS, ids=repr)
def test_faults_are_marked_and_nothing_hangs(solver: Any) -> None:
    bad = np.array([np.nan, np.inf, -np.inf, 1e308, 1e120, 0.0, 1e-300, 1.0, -1.0])
    for n in (1, 2, 3, 4, 6):
        names = [p.name for p in table_game(n).parameters]
        for name in (names[0], names[-1]):
            at: dict[str, Any] = dict.fromkeys(names, 0.0) | {name: bad}
            solution = dt.solve(table_game(n), solver, at=at)
            assert (solution.status[:5] == Status.UNDEFINED).all()
            assert (solution.status[5:] != Status.UNDEFINED).all()
            assert solution.certified.all()
        everywhere = dt.solve(table_game(n), solver, at=dict.fromkeys(names, bad))
        assert (everywhere.status[:5] == Status.UNDEFINED).all()
        assert everywhere.certified.all()


def test_badly_scaled_games_are_certified_or_say_nothing() -> None:
    rng = np.random.default_rng(3)
    for n in (3, 4):
        names = [p.name for p in table_game(n).parameters]
        at: dict[str, Any] = {name: 10.0 ** rng.uniform(-12, 12, 200) for name in names}
        for solver in SOLVERS[:-1]:
            solution = dt.solve(table_game(n), solver, at=at)
            assert (solution.certified | solution.flagged | (solution.count == 0)).all(), solver


def test_rounding_that_may_decide_a_vote_is_flagged() -> None:
    game = dt.CoalitionalGame.voting({"A": "a", "B": "b"}, "q")
    sure = dt.solve(game, at={"a": 3, "b": 2, "q": 5})
    assert not sure.flagged
    near = dt.solve(game, dt.MinimalWinning(), at={"a": 0.7, "b": 0.1, "q": 0.8})  # 0.7 + 0.1 < 0.8 in floats
    assert near.flagged
    assert dt.solve(game, dt.MinimalWinning(), at={"a": "0.7", "b": "0.1", "q": "0.8"}, exact=True).count == 1


def pool(of: dict[str, Any], *, kind: Any = "sum", name: str = "V") -> dict[str, dt.Gathered]:
    """Return one gathered number."""
    return {name: dt.Gathered.over(kind, of)}


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: dt.CoalitionalGame([], 1), "0 players"),
        (lambda: dt.CoalitionalGame(LETTERS + "Q", 1), "17 players"),
        (lambda: dt.CoalitionalGame("AA", 1), "two players"),
        (lambda: dt.CoalitionalGame("AB", {("A",): 1, ("A", "B"): 2}), "no worth of B"),
        (lambda: dt.CoalitionalGame("A", {("A",): 1, ("C",): 2}), "unknown player"),
        (lambda: dt.CoalitionalGame("AB", {("A",): 1, ("B",): 1, ("A", "B"): 2, ("B", "A"): 3}), "twice"),
        (
            lambda: dt.CoalitionalGame("AB", 1, gathered={"V": dt.Gathered.over("sum", {"A": 1, "B": 1})}),
            "nothing uses",
        ),
        (
            lambda: dt.CoalitionalGame("AB", "V", gathered={"V": dt.Gathered.over("sum", {"A": 1})}),
            "nothing for player",
        ),
        (
            lambda: dt.CoalitionalGame("A", "V", gathered=pool({"A": "V"})),
            "belongs to a coalition",
        ),
        (lambda: dt.CoalitionalGame("A", "cost", gathered=pool({"A": 1}, name="cost")), "files call"),
        (lambda: dt.CoalitionalGame("A", "V", gathered=pool({"A": 1}, kind="mean")), "no way"),
        (lambda: dt.CoalitionalGame("AB", 1, threats={"A": 1}), "nothing for player"),
        (lambda: dt.CoalitionalGame("AB", 1, weights={"A": 1, "B": 1, "C": 1}), "unknown player"),
    ],
)
def test_games_that_make_no_sense_are_refused(make: Any, problem: str) -> None:
    with pytest.raises(GameError, match=problem):
        make()


def test_solvers_say_what_they_cannot_do() -> None:
    large = dt.CoalitionalGame(
        LETTERS[:11], "n", gathered={"n": dt.Gathered.over("sum", dict.fromkeys(LETTERS[:11], 1))}
    )
    for solver in (dt.Nucleolus(), dt.Core()):
        with pytest.raises(SolverError, match="11 players"):
            dt.solve(large, solver)
    with pytest.raises(SolverError, match="floats"):
        dt.solve(table_game(2), dt.Nucleolus(), at=values_of(2, worths(2, [0, 0, 1])), exact=True)
    with pytest.raises(SolverError, match="does not solve"):
        dt.solve(table_game(2), dt.PureNash())  # type: ignore[call-overload]


FILE = """format = 1
[model]
title = "t"
form = "coalitional"
[parameters]
a = {}
b = {}
[players]
One = { x = "a", y = 1 }
Two = { x = "b", y = 2 }
[coalitions]
X = { sum = "x" }
Y = { max = "y" }
n = { sum = 1 }
worth = "X*Y - n"
[bargaining]
threat = { One = 0, Two = "b" }
"""


def test_files_give_back_the_same_game() -> None:
    games_ = [
        parse_game(FILE),
        dt.CoalitionalGame.voting({"A": "w_A", "B": 2}, "q"),
        dt.CoalitionalGame("AB", {("A",): 1, ("B",): "b", ("A", "B"): 3}, costs=True),
        dt.CoalitionalGame("AB", parse_expression("V**2"), gathered={"V": dt.Gathered.over("min", {"A": "x", "B": 1})}),
    ]
    for game in games_:
        again = parse_game(write_game(game))
        assert again == game
        assert pickle.loads(pickle.dumps(game)) == game
        assert write_game(again).partition("[players]")[2] == write_game(game).partition("[players]")[2]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('worth = "X*Y - n"', "", "no worth of coalitions"),
        ('worth = "X*Y - n"', 'worth = "X*Y - n"\ncost = 1', "no worth of coalitions, or two"),
        ('X = { sum = "x" }', 'X = { total = "x" }', "unknown key 'total'"),
        ('X = { sum = "x" }', 'X = { sum = "z" }', "has no number 'z'"),
        ("n = { sum = 1 }", "n = {}", "how the number is gathered"),
        ('worth = "X*Y - n"', 'worth = "X*Y - n + z"', "z"),
        ("y = 1 }", "y = 1, z = 4 }", "nothing gathers 'z'"),
        ('Two = "b" }', 'Three = "b" }', "unknown player"),
    ],
)
def test_files_that_make_no_sense_are_refused_with_their_place(old: str, new: str, problem: str) -> None:
    assert old in FILE
    with pytest.raises(ModelFileError, match=problem):
        parse_game(FILE.replace(old, new))


def test_a_condition_may_have_several_parts() -> None:
    gathered = {
        "states": dt.Gathered.over("sum", {"A": 1, "B": 1, "C": 1}),
        "people": dt.Gathered.over("sum", {"A": 80, "B": 15, "C": 5}),
    }
    game = dt.CoalitionalGame("ABC", parse_condition("states >= 2 and people >= 65"), gathered=gathered)
    solution = dt.solve(game, dt.MinimalWinning())
    assert sorted(map(tuple, solution.found.profiles.members[0].astype(int).tolist())) == [(1, 0, 1), (1, 1, 0)]


def test_gathering_is_what_it_says() -> None:
    own = {"A": 3, "B": 1, "C": 2}
    for kind, combine in (("sum", sum), ("min", min), ("max", max)):
        game = dt.CoalitionalGame("ABC", "V", gathered={"V": dt.Gathered.over(kind, own)})  # type: ignore[arg-type]
        for exact in (False, True):
            worth = compile_coalitions(game, parameter_points(game, exact=exact)).worth[0]
            for row, value in zip(membership(3)[1:], worth[1:], strict=True):
                assert value == combine(x for x, belongs in zip(own.values(), row, strict=True) if belongs)


def test_a_wrong_claim_is_refuted() -> None:
    text = write_game(load("free-riding/common-facility"))
    assert check(parse_game(text)).ok
    for old, new in (('"c_1/3"', '"1.01*c_1/3"'), ('["c_1/2 <= c_2/3"]', '["1.01*c_1/2 <= c_2/3"]')):
        assert text.count(old) == 1
        assert not check(parse_game(text.replace(old, new))).ok
