"""Backward induction against an independent oracle in rationals, and against closed forms of the literature."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest

import oracles
from deterrence.compiled import Value, compile_tree, parameter_points
from deterrence.errors import SolverError
from deterrence.games import Chance, Decision, ExtensiveGame, Outcome, Parameter, Player, parameters
from deterrence.profiles import Assessment, Completeness, Found
from deterrence.solvers.backward import BackwardInduction
from random_games import as_game, parametric, random_tree, redrawn

A, B = Player("A"), Player("B")


def solve(
    game: ExtensiveGame,
    at: Mapping[str, Value] | None = None,
    *,
    exact: bool = False,
    solver: BackwardInduction | None = None,
) -> Found[Assessment]:
    compiled = compile_tree(game, parameter_points(game, at, exact=exact))
    return (solver or BackwardInduction()).solve(compiled)


def profiles(found: Found[Assessment], point: int = 0) -> list[frozenset[tuple[str, str]]]:
    """The pure profiles at a point as sets of (decision, action)."""
    tree = found.profiles.tree
    out = []
    for strategy, exists in zip(found.profiles.strategy[point], found.exists[point], strict=True):
        if exists:
            sure = [int(np.flatnonzero(strategy[h.moves] == 1)[0]) for h in tree.information_sets]
            out.append(frozenset((h.label, h.actions[a]) for h, a in zip(tree.information_sets, sure, strict=True)))
    return out


@pytest.mark.parametrize("moves", [1, 2, 4, 8, 16])
def test_generic_random_trees_agree_with_the_oracle_at_every_point_of_a_batch(moves: int) -> None:
    random = Random(moves)
    for _ in range(60):
        tree = random_tree(random, moves)
        twins = [tree, *(redrawn(tree, random) for _ in range(7))]
        game, _ = parametric(tree)
        columns = [parametric(twin)[1] for twin in twins]
        at = {name: np.array([float(column[name]) for column in columns]) for name in columns[0]}
        found = solve(game, at)
        for i, twin in enumerate(twins):
            choice, _ = oracles.backward_induction(twin)
            assert profiles(found, i) == [frozenset(choice.items())]
            assert found.completeness[i] == Completeness.ALL
        assert not found.flagged.any()


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(("moves", "players"), [(1, 2), (3, 2), (5, 3), (7, 2)])
def test_trees_with_ties_list_every_pure_equilibrium(exact: bool, moves: int, players: int) -> None:
    random = Random(100 * moves + players)
    tied = 0
    for _ in range(80):
        tree = random_tree(random, moves, players=players, integers=3)
        found = solve(as_game(tree, players=players), exact=exact, solver=BackwardInduction(max_equilibria=10_000))
        listed = profiles(found)
        assert len(set(listed)) == len(listed)
        assert set(listed) == oracles.all_subgame_perfect(tree)
        assert bool(found.flagged[0]) == (len(listed) > 1)
        assert found.completeness[0] == (Completeness.SOME if len(listed) > 1 else Completeness.ALL)
        tied += len(listed) > 1
    assert tied > 10  # the sample exercises ties


@pytest.mark.exhaustive
def test_many_more_trees_with_ties_list_every_pure_equilibrium() -> None:
    random = Random(5)
    for i in range(3_000):
        players = 2 + i % 2
        tree = random_tree(random, random.randint(1, 9), players=players, integers=2 + i % 3)
        found = solve(as_game(tree, players=players), solver=BackwardInduction(max_equilibria=100_000))
        assert set(profiles(found)) == oracles.all_subgame_perfect(tree)


def test_batches_with_ties_at_some_points_equal_a_loop_over_points() -> None:
    random = Random(3)
    for _ in range(40):
        tree = random_tree(random, 6, integers=3)
        game, _ = parametric(tree)
        draws = [{name: random.randrange(3) for name in parametric(tree)[1]} for _ in range(12)]
        found = solve(game, {name: [draw[name] for draw in draws] for name in draws[0]})
        for i, draw in enumerate(draws):
            alone = solve(game, draw)
            assert profiles(found, i) == profiles(alone)
            assert found.completeness[i] == alone.completeness[0]
            assert found.flagged[i] == alone.flagged[0]


def test_blocks_do_not_matter() -> None:
    random = Random(8)
    game, values = parametric(random_tree(random, 8, integers=3))
    at = {name: [random.randrange(3) for _ in range(90)] for name in values}
    points = parameter_points(game, at)
    whole = BackwardInduction().solve(compile_tree(game, points))
    for start in range(0, 90, 32):
        part = BackwardInduction().solve(compile_tree(game, points.select(slice(start, start + 32))))
        for i in range(part.exists.shape[0]):
            assert profiles(part, i) == profiles(whole, start + i)


def choice_game() -> ExtensiveGame:
    """A and then B choose between two ends each; all payoffs are parameters."""
    x, y, z = (Outcome(n, {A: Parameter(f"a_{n}"), B: Parameter(f"b_{n}")}) for n in ("x", "y", "z"))
    reply = Decision("reply", B, {"left": x, "right": y})
    return ExtensiveGame(Decision("root", A, {"stay": z, "go": reply}))


def test_equilibria_of_a_tie_are_ordered_by_the_action_listed_first() -> None:
    at: dict[str, Value] = {"a_x": 1, "a_y": -1, "a_z": 0, "b_x": 5, "b_y": 5, "b_z": 0}
    assert profiles(solve(choice_game(), at)) == [
        frozenset({("root", "go"), ("reply", "left")}),
        frozenset({("root", "stay"), ("reply", "right")}),
    ]


def test_rule_first_takes_the_first_tied_action_and_says_so() -> None:
    at: dict[str, Value] = {"a_x": 1, "a_y": -1, "a_z": 0, "b_x": 5, "b_y": [5, 6], "b_z": 0}
    found = solve(choice_game(), at, solver=BackwardInduction(ties="first"))
    assert profiles(found, 0) == [frozenset({("root", "go"), ("reply", "left")})]
    assert profiles(found, 1) == [frozenset({("root", "stay"), ("reply", "right")})]
    assert found.completeness.tolist() == [Completeness.SOME, Completeness.ALL]
    assert found.flagged.tolist() == [True, False]
    assert "first" in found.arguments[Completeness.SOME]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_more_ties_than_max_equilibria_are_cut_and_the_cut_is_reported(most: int) -> None:
    below: Outcome | Decision = Outcome("end", {A: 0})
    for k in range(3):
        below = Decision(f"d{k}", A, {"left": below, "right": Outcome(f"o{k}", {A: 0})})
    found = solve(ExtensiveGame(below), solver=BackwardInduction(max_equilibria=most))
    assert len(profiles(found)) == most
    assert found.completeness[0] == Completeness.SOME
    assert "max_equilibria" in found.arguments[Completeness.SOME]
    every = solve(ExtensiveGame(below))
    assert set(profiles(found)) < set(profiles(every))
    assert len(profiles(every)) == 8
    assert "max_equilibria" not in every.arguments[Completeness.SOME]


def test_near_ties_within_the_tolerance_are_followed_and_wider_gaps_are_not() -> None:
    at: dict[str, Value] = {
        "a_x": 1,
        "a_y": -1,
        "a_z": 0,
        "b_x": 5,
        "b_y": [5 + 1e-13, 5 - 1e-13, 5 + 1e-10, 5 - 1e-10],
        "b_z": 0,
    }
    found = solve(choice_game(), at)
    assert found.exists.sum(axis=1).tolist() == [2, 2, 1, 1]
    assert found.flagged.tolist() == [True, True, False, False]
    exact = solve(choice_game(), {**at, "b_y": "5.0000000000001"}, exact=True)
    assert profiles(exact) == [frozenset({("root", "stay"), ("reply", "right")})]


def test_the_tolerance_scales_with_the_payoffs_of_the_point_and_not_of_its_neighbours() -> None:
    at: dict[str, Value] = {"a_x": 1, "a_y": -1, "a_z": 0, "b_x": [5, 5e9], "b_y": [5 + 1e-6, 5e9 + 1e-6], "b_z": 0}
    assert solve(choice_game(), at).flagged.tolist() == [False, True]


def test_cancelling_payments_do_not_hide_a_tie() -> None:
    huge = Outcome("huge", {A: -(10**9)}), Outcome("small", {A: "0.1"})
    game = ExtensiveGame(Decision("d", A, {"pay": huge[0], "keep": huge[1]}, pays={"pay": {A: "1000000000.1"}}))
    assert 10**9 + 0.1 - 10**9 != 0.1  # in floats
    assert solve(game).flagged.all()
    assert len(profiles(solve(game, exact=True))) == 2


def test_chance_moves_and_payments_count_in_expected_values() -> None:
    p, c = Parameter("p", domain="probability"), Parameter("c")
    gamble = Chance("gamble", {"win": (p, Outcome("w", {A: 10})), "lose": (1 - p, Outcome("l", {A: -10}))})
    game = ExtensiveGame(Decision("d", A, {"stay": Outcome("s", {A: 0}), "go": gamble}, pays={"go": {A: -c}}))
    found = solve(game, {"p": np.array([0.5, 0.7, 0.7]), "c": np.array([-1.0, 3.0, 5.0])})
    assert [dict(profiles(found, i)[0])["d"] for i in range(3)] == ["go", "go", "stay"]


def test_subgames_that_histories_share_are_solved_once_and_for_all_of_them() -> None:
    a, b = parameters("a b")
    last = Decision("last", A, {"x": Outcome("ox", {A: a, B: 0}), "y": Outcome("oy", {A: 0, B: b})})
    left, right = (Decision(side, B, {"on": last, "out": Outcome(f"o{side}", {A: 1, B: 1})}) for side in ("l", "r"))
    game = ExtensiveGame(Decision("root", A, {"left": left, "right": right}))
    assert len(game.tree.nodes) == len(game.nodes)
    found = solve(game, {"a": [2, -1], "b": [5, 5]})
    first, second = dict(profiles(found, 0)[0]), dict(profiles(found, 1)[0])
    assert (first["last"], first["l"], first["r"]) == ("x", "out", "out")
    assert (second["last"], second["l"], second["r"]) == ("y", "on", "on")


def test_shared_ties_say_that_the_subgame_is_played_alike_after_every_history() -> None:
    last = Decision("last", A, {"x": Outcome("ox", {A: 0, B: 0}), "y": Outcome("oy", {A: 0, B: 1})})
    sides = {s: Decision(s, B, {"on": last, "out": Outcome(f"o{s}", {A: 1, B: "1/2"})}) for s in ("l", "r")}
    found = solve(ExtensiveGame(Decision("root", A, sides)))
    assert "alike" in found.arguments[Completeness.SOME]


def test_undefined_payoffs_are_marked_and_do_not_touch_other_points() -> None:
    v = Parameter("v")
    game = ExtensiveGame(Decision("d", A, {"x": Outcome("ox", {A: 1 / v}), "y": Outcome("oy", {A: 1})}))
    found = solve(game, {"v": [0.0, 2.0, np.inf, np.nan, 0.5]})
    assert found.defined.tolist() == [False, True, False, False, True]
    assert found.exists.any(axis=1).tolist() == [False, True, False, False, True]
    assert [profiles(found, i) for i in (1, 4)] == [[frozenset({("d", "y")})], [frozenset({("d", "x")})]]
    assert not found.flagged.any()


def test_an_undefined_point_beside_a_tie_does_not_hide_it() -> None:
    v = Parameter("v")
    game = ExtensiveGame(Decision("d", A, {"x": Outcome("ox", {A: 1 / v}), "y": Outcome("oy", {A: 1})}))
    assert solve(game, {"v": [0.0, 1.0]}).flagged.tolist() == [False, True]


def test_overflow_is_undefined_and_not_a_warning() -> None:
    v = Parameter("v")
    game = ExtensiveGame(Decision("d", A, {"x": Outcome("ox", {A: v * v}), "y": Outcome("oy", {A: -v * v})}))
    assert solve(game, {"v": [1e200, 3.0]}).defined.tolist() == [False, True]


def test_exact_answers_are_rational() -> None:
    found = solve(choice_game(), dict.fromkeys(("a_x", "a_y", "a_z", "b_x", "b_y", "b_z"), 1), exact=True)
    assert found.exists.sum() == 4
    assert {type(number) for number in found.profiles.strategy.flat} == {Fraction}


def test_an_empty_batch_has_an_empty_answer() -> None:
    at: dict[str, Value] = {"a_x": 1, "a_y": 1, "a_z": 1, "b_x": 1, "b_y": 1, "b_z": np.empty(0)}
    found = solve(choice_game(), at)
    assert found.exists.shape[0] == 0
    assert found.profiles.strategy.shape[0] == 0


def test_imperfect_information_is_refused_with_advice() -> None:
    ends = iter([Outcome(f"o{i}", {A: i, B: -i}) for i in range(4)])
    replies = {s: Decision(s, B, {"l": next(ends), "r": next(ends)}, information_set="h") for s in ("x", "y")}
    with pytest.raises(SolverError, match=r"B: h.*perfect information.*ReducedStrategicForm"):
        solve(ExtensiveGame(Decision("root", A, replies)))


def test_types_that_everybody_knows_leave_perfect_information() -> None:
    (t,) = parameters("t", domain="probability")
    player = Player("A", types={"high": t, "low": 1 - t})
    pay = Outcome("fight", {player: {"high": 1, "low": -1}, B: {"A.high": -1, "A.low": 1}})
    reply = Decision("reply", B, {"fight": pay, "yield": Outcome("yield", {player: 2, B: 0})})
    game = ExtensiveGame(
        Decision("root", player, {"out": Outcome("out", {player: 0, B: 3}), "in": reply}), knows={"B": ["A"]}
    )
    found = solve(game, {"t": 0.5})
    tree = found.profiles.tree
    names = {tree.move_name(int(m)) for m in np.flatnonzero(found.profiles.strategy[0, 0] == 1)}
    assert names == {"A high: root = in", "B A.high: reply = yield", "A low: root = out", "B A.low: reply = fight"}


# --- literature ---------------------------------------------------------------------------------------------------


def ladder(rungs: int) -> ExtensiveGame:
    """The finite ladder with sunk costs and a risk of accidental war on every rung."""
    v, D = parameters("v0 v1", domain="positive"), parameters("D0 D1", domain="positive")
    war = Outcome("war", {A: -D[0], B: -D[1]})
    wins = [Outcome("B wins", {A: 0, B: v[1]}), Outcome("A wins", {A: v[0], B: 0})]
    below: Outcome | Decision = war
    for k in reversed(range(rungs)):
        q, c, mover = Parameter(f"q{k}", domain="probability"), Parameter(f"c{k}"), (A, B)[k % 2]
        climb = Chance(f"hazard{k}", {"accident": (q, war), "safe": (1 - q, below)})
        below = Decision(f"rung{k}", mover, {"quit": wins[k % 2], "climb": climb}, pays={"climb": {mover: -c}})
    return ExtensiveGame(below)


def numbers(random: Random, count: int, top: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(random.randrange(1, 10_000), 10_000) * top for _ in range(count))


@pytest.mark.parametrize("rungs", range(1, 13))
def test_ladder_agrees_with_its_closed_form(rungs: int) -> None:
    random = Random(rungs)
    draws = [
        (
            numbers(random, 2, 10),
            numbers(random, 2, 50),
            numbers(random, rungs, 1),
            tuple(q / 5 for q in numbers(random, rungs, 1)),
        )
        for _ in range(60)
    ]
    names = ["v", "D", "c", "q"]
    at = {f"{n}{k}": [float(d[j][k]) for d in draws] for j, n in enumerate(names) for k in range(len(draws[0][j]))}
    game = ladder(rungs)
    found = solve(game, {p.name: at[p.name] for p in game.parameters})
    for i, (v, D, c, q) in enumerate(draws):
        choice = dict(profiles(found, i)[0])
        assert [int(choice[f"rung{k}"] == "climb") for k in range(rungs)] == oracles.ladder_flags(v, D, c, q)


@pytest.mark.parametrize(
    ("rungs", "q", "flags"), [(4, "0.05", [1, 0, 1, 0]), (5, "0.05", [0, 1, 0, 1, 0]), (4, "0.10", [0, 0, 0, 0])]
)
def test_ladder_has_the_last_clear_chance_parity(rungs: int, q: str, flags: list[int]) -> None:
    at: dict[str, Value] = {"v0": 10, "v1": 10, "D0": 90, "D1": 90}
    at |= {f"c{k}": 1 for k in range(rungs)} | {f"q{k}": q for k in range(rungs)}
    choice = dict(profiles(solve(ladder(rungs), at, exact=True))[0])
    assert [int(choice[f"rung{k}"] == "climb") for k in range(rungs)] == flags


CHALLENGER = ("SQ", "DC", "DD", "ED", "EE", "DE")


def escalation() -> ExtensiveGame:
    """Asymmetric escalation under complete information."""
    C, D = Player("Challenger"), Player("Defender")
    ends = {n: Outcome(n, {C: Parameter(f"c_{n}"), D: Parameter(f"d_{n}")}) for n in CHALLENGER}
    counter = Decision("counter", D, {"stop": ends["ED"], "escalate": ends["EE"]})
    limited = Decision("limited", C, {"stop": ends["DD"], "escalate": counter})
    answer = Decision("answer", C, {"stop": ends["DE"], "escalate": ends["EE"]})
    reply = Decision("reply", D, {"concede": ends["DC"], "defy": limited, "escalate": answer})
    return ExtensiveGame(Decision("root", C, {"wait": ends["SQ"], "demand": reply}))


def best(player: int, *worths: tuple[float, float]) -> tuple[float, float]:
    return max(worths, key=lambda worth: worth[player])


def test_asymmetric_escalation_is_the_nested_maximum() -> None:
    rng = np.random.default_rng(4)
    at = {f"{who}_{n}": rng.random(400) for n in CHALLENGER for who in "cd"}
    found = solve(escalation(), at)
    outcomes = set()
    for i in range(400):
        u = {n: (float(at[f"c_{n}"][i]), float(at[f"d_{n}"][i])) for n in CHALLENGER}
        limited = best(0, u["DD"], best(1, u["ED"], u["EE"]))
        value = best(0, u["SQ"], best(1, u["DC"], limited, best(0, u["DE"], u["EE"])))
        reached = end_of_play(escalation(), dict(profiles(found, i)[0]))
        assert u[reached] == value
        outcomes.add(reached)
    assert outcomes == set(CHALLENGER)


def end_of_play(game: ExtensiveGame, choice: Mapping[str, str]) -> str:
    name = game.root
    while isinstance(node := game.nodes[name], Decision):
        name = str(node.actions[choice[name]])
    return name


def salami(slices: int, value: str, cost: str) -> ExtensiveGame:
    """Salami tactics: take one more slice or stop; acquiesce, or fight and restore the last slice."""
    below: Outcome | Decision = Outcome("all", {A: slices, B: Fraction(value) * -slices})
    for m in range(1, slices + 1):
        taken = slices - m
        stop = Outcome(f"stop{m}", {A: taken, B: -Fraction(value) * taken})
        fight = Outcome(f"fight{m}", {A: taken - 1, B: -Fraction(value) * taken - Fraction(cost)})
        answer = Decision(f"answer{m}", B, {"fight": fight, "acquiesce": below})
        below = Decision(f"left{m}", A, {"stop": stop, "take": answer})
    return ExtensiveGame(below)


@pytest.mark.parametrize(("value", "cost", "spacing"), [("1", "7/2", 3), ("1", "1/2", 0), ("2", "5", 2)])
@pytest.mark.parametrize("slices", [1, 2, 5, 10, 13])
def test_salami_slices_stop_at_the_firebreak(slices: int, value: str, cost: str, spacing: int) -> None:
    game = salami(slices, value, cost)
    end = end_of_play(game, dict(profiles(solve(game, exact=True))[0]))
    taken = slices if end == "all" else slices - int(end.removeprefix("stop"))
    assert taken == oracles.salami_slices(slices, spacing)


# --- properties of the solver as a program ---------------------------------------------------------------------------


def test_a_long_game_does_not_exhaust_the_stack() -> None:
    game = salami(700, "1", "7/2")
    assert end_of_play(game, dict(profiles(solve(game))[0])) == "stop700"


def test_time_grows_with_arrays_and_not_with_python_loops(record_property: Callable[[str, object], None]) -> None:
    game, rng = escalation(), np.random.default_rng(0)
    values = {f"{who}_{n}": rng.random(100_000) for n in CHALLENGER for who in "cd"}
    start = time.perf_counter()
    found = solve(game, values)
    batch = time.perf_counter() - start
    one = {name: float(value[0]) for name, value in values.items()}
    start = time.perf_counter()
    for _ in range(20):
        solve(game, one)
    single = (time.perf_counter() - start) / 20
    assert found.exists.any(axis=1).all()
    assert batch < 1_000 * single  # a loop over points would take 100,000 times as long
    record_property("measured", f"backward induction, 5 decisions: {batch * 1e4:.0f} ns a game in a batch of 100,000")


def test_thousands_of_ties_at_once_are_followed_together() -> None:
    game, values = parametric(random_tree(Random(1), 8, integers=2))
    rng = np.random.default_rng(1)
    start = time.perf_counter()
    found = solve(game, {name: rng.integers(0, 2, 2_000) for name in values})
    assert found.flagged.mean() > 0.9
    assert time.perf_counter() - start < 10  # one branch at a time took minutes


def test_settings_are_part_of_the_solver_and_cannot_be_changed() -> None:
    solver = BackwardInduction(ties="first")
    assert replace(solver, ties="all") == BackwardInduction()
    with pytest.raises(AttributeError):
        solver.ties = "all"  # type: ignore[misc]  # frozen on purpose
