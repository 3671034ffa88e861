"""Logit equilibria against an integrated branch, hand-made formulas and Gambit; certificates; hostile numbers."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

import deterrence as dt
from deterrence.certify import certify_agent_logit, certify_logit
from deterrence.compiled import compile_table, compile_tree, parameter_points
from deterrence.errors import SolverError
from deterrence.profiles import Assessment, Constant, MixedProfile
from deterrence.solvers.quantal.branch import follow
from deterrence.solvers.quantal.continuation import advance, at_zero
from deterrence.solvers.quantal.tables import table_system

Floats = NDArray[np.float64]


def softmax(logs: Floats) -> Floats:
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def residual(payoffs: Floats, theta: Floats, lam: float) -> Floats:
    """The equations of one two-player game, written down plainly; theta are log-odds against the first action."""
    rows = payoffs.shape[1]
    p = softmax(np.concatenate([[0.0], theta[: rows - 1]]))
    q = softmax(np.concatenate([[0.0], theta[rows - 1 :]]))
    u, v = payoffs[0] @ q, p @ payoffs[1]
    return np.concatenate([theta[: rows - 1] - lam * (u[1:] - u[0]), theta[rows - 1 :] - lam * (v[1:] - v[0])])


def integrated(payoffs: Floats, target: float) -> Floats:
    """The log-odds where the branch first reaches the target: its differential equation in arclength, integrated."""
    n = sum(payoffs.shape[1:]) - 2

    def tangent(_: float, y: Floats) -> Floats:
        jacobian = np.empty((n, n + 1))
        for k in range(n + 1):
            e = np.zeros(n + 1)
            e[k] = 1e-6
            jacobian[:, k] = (residual(payoffs, *split(y + e)) - residual(payoffs, *split(y - e))) / 2e-6
        minors = [(-1) ** k * np.linalg.det(np.delete(jacobian, k, axis=1)) for k in range(n + 1)]
        direction = np.asarray(minors) * (-1) ** n  # the oriented null vector: the precision rises at the start
        return np.asarray(direction / np.linalg.norm(direction))

    def split(y: Floats) -> tuple[Floats, float]:
        return y[:n], float(y[n])

    def reached(_: float, y: Floats) -> float:
        return float(y[n] - target)

    reached.terminal = True  # type: ignore[attr-defined]  # how scipy is told to stop
    path = solve_ivp(tangent, (0, 500), np.zeros(n + 1), events=reached, rtol=1e-9, atol=1e-10, max_step=0.2)
    assert path.y_events is not None
    return np.asarray(path.y_events[0][0][:n])


def random_games(seed: int, shape: tuple[int, ...], count: int) -> Floats:
    return np.random.default_rng(seed).standard_normal((len(shape), *shape, count))


def test_quick_and_careful_steps_agree_with_the_integrated_branch() -> None:
    payoffs = random_games(5, (3, 3), 20_000)
    system = table_system(payoffs)
    _, quick = advance(system, at_zero(system), np.full(20_000, 3.0))
    bent = np.flatnonzero(~quick)
    assert 10 <= bent.size <= 200  # folds before lam = 3 in these games
    sample = [*bent[:6].tolist(), *range(8)]
    branch = follow(system.take(np.asarray(sample)), [3.0])
    assert branch.found.all()
    assert branch.bent.tolist() == [True] * 6 + [False] * 8
    for k, game in enumerate(sample):
        expected = integrated(payoffs[..., game], 3.0)
        assert branch.theta[0, :, k] == pytest.approx(expected, abs=2e-4), game


def symbolic(shape: tuple[int, ...]) -> dt.StrategicGame:
    names = [f"P{i}" for i in range(len(shape))]
    actions = {name: [f"a{a}" for a in range(n)] for name, n in zip(names, shape, strict=True)}
    table = {
        tuple(f"a{a}" for a in cell): {
            n: dt.Parameter(f"u{i}_" + "_".join(map(str, cell))) for i, n in enumerate(names)
        }
        for cell in product(*(range(n) for n in shape))
    }
    return dt.StrategicGame(actions, table)


def values(payoffs: Floats) -> dict[str, Floats]:
    shape = payoffs.shape[1:-1]
    cells = product(range(len(shape)), product(*(range(n) for n in shape)))
    return {f"u{i}_" + "_".join(map(str, cell)): payoffs[(i, *cell)] for i, cell in cells}


@pytest.mark.parametrize("shape", [(2, 2), (3, 4), (2, 2, 2), (2, 3, 2), (3,), (1, 3), (1, 1), (2, 2, 2, 2)])
@pytest.mark.parametrize("lam", [0.0, 1.0, 20.0])
def test_random_games_of_any_shape_are_solved_and_certified(shape: tuple[int, ...], lam: float) -> None:
    payoffs = random_games(len(shape), shape, 300)
    solution = dt.solve(symbolic(shape), dt.LogitQuantalResponse(lam), at=values(payoffs))
    assert (solution.count == 1).mean() > 0.99
    assert solution.certified.all()
    for i, p in enumerate(solution.found.profiles.strategies):
        assert (p[solution.found.exists] > 0).all()
        if lam == 0:
            assert p[:, 0] == pytest.approx(1 / shape[i])


def test_one_player_answers_by_the_logit_formula() -> None:
    game = dt.StrategicGame({"A": ["x", "y", "z"]}, {("x",): {"A": 0}, ("y",): {"A": 1}, ("z",): {"A": 3}})
    solution = dt.solve(game, dt.LogitQuantalResponse(2))
    assert solution.found.profiles.strategies[0][0, 0] == pytest.approx(softmax(np.array([0.0, 2.0, 6.0])))
    assert solution.completeness == dt.Completeness.ALL


def test_contraction_is_claimed_only_where_no_other_equilibrium_is_found() -> None:
    """With x = y = p in a symmetric coordination game, equilibria solve log p/(1-p) = lam (2p - 1)."""
    game = dt.StrategicGame(
        {"A": ["x", "y"], "B": ["x", "y"]},
        {cell: dict.fromkeys("AB", 1 if cell[0] == cell[1] else 0) for cell in product("xy", "xy")},
    )
    assert dt.solve(game, dt.LogitQuantalResponse(1.9)).completeness == dt.Completeness.ALL
    beyond = dt.solve(game, dt.LogitQuantalResponse(2.1))  # the pitchfork is at lam = 2
    assert beyond.completeness == dt.Completeness.SOME
    assert bool(beyond.flagged)
    assert beyond.found.profiles.strategies[0].tolist() == [[[0.5, 0.5]]]


def test_a_symmetric_game_is_solved_at_its_bifurcation_too() -> None:
    branch = dt.qre_branch(dt.load("crisis-management/chicken"), [0, 1, 2, 3, 100])
    assert branch.found.all()
    assert branch.solution.certified.all()
    assert branch.probability("collision").tolist() == [0.25] * 5


def signalling() -> dt.ExtensiveGame:
    game = dt.load("signalling/beer-quiche")
    assert isinstance(game, dt.ExtensiveGame)
    return game


def test_agent_form_of_a_signalling_game_obeys_the_formulas_of_its_paper_form() -> None:
    """Types send, the receiver updates by Bayes: written out for this game with plain loops over its tree."""
    game, lam = signalling(), 2.5
    solution = dt.solve(game, dt.AgentQuantalResponse(lam))
    tree = game.tree
    compiled = compile_tree(game, parameter_points(game))
    x = solution.found.profiles.strategy[0, 0]
    payoffs = {i: rows[:, 0] for i, rows in compiled.payoffs.items()}

    def moves(i: int) -> Floats:
        node = tree.nodes[i]
        return (
            compiled.chance[i][:, 0] if node.kind == "chance" else x[tree.information_sets[node.information_set].moves]
        )

    def after(i: int, branch: int) -> Floats:
        paid = compiled.payments[i][branch] if i in compiled.payments else None
        return value(tree.nodes[i].children[branch]) + (0 if paid is None else paid[:, 0])

    def value(i: int) -> Floats:
        if tree.nodes[i].kind == "end":
            return payoffs[i]
        return np.asarray(sum(w * after(i, b) for b, w in enumerate(moves(i))))

    def reach(i: int) -> float:
        for k, node in enumerate(tree.nodes):
            if i in node.children:
                return reach(k) * float(moves(k)[node.children.index(i)])
        return 1.0

    for h in tree.information_sets:
        weight = np.asarray([reach(i) for i in h.members])
        worth = [
            float(weight @ [after(i, a)[h.player] for i in h.members]) / weight.sum() for a in range(len(h.actions))
        ]
        assert x[h.moves] == pytest.approx(softmax(lam * np.asarray(worth)), abs=1e-10)
    assert solution.certified.all()


@pytest.mark.parametrize(
    "slug", ["signalling/spence", "alliance-commitment/unilateral-deterrence", "escalation/ladder"]
)
def test_the_branch_of_a_library_model_is_certified_up_to_high_precision(slug: str) -> None:
    branch = dt.qre_branch(dt.load(slug), [0, 0.5, 3, 30])
    assert branch.found.all()
    assert branch.solution.certified.all()


def test_the_branch_of_the_ladder_approaches_backward_induction() -> None:
    game = dt.load("escalation/ladder")
    induction = dt.solve(game)
    branch = dt.qre_branch(game, [1, 300])
    assert branch.probability("war")[-1] == pytest.approx(induction.probability("war")[0], abs=1e-3)


@pytest.mark.parametrize("slug", ["signalling/beer-quiche", "crisis-management/chicken"])
def test_certificates_refuse_what_is_slightly_wrong(slug: str) -> None:
    game = dt.load(slug)
    points = parameter_points(game)
    exists = np.ones((1, 1), dtype=np.bool_)
    if isinstance(game, dt.ExtensiveGame):
        found = dt.solve(game, dt.AgentQuantalResponse(1.0)).found
        table = compile_tree(game, points)
        assert certify_agent_logit(table, found.profiles, exists, (1.0,)).holds
        assert not certify_agent_logit(table, found.profiles, exists, (1.1,)).holds
        moved = found.profiles.strategy.copy()
        moved[0, 0, :2] += [1e-6, -1e-6]
        assert not certify_agent_logit(table, Assessment(game.tree, moved), exists, (1.0,)).holds
        return
    assert isinstance(game, dt.StrategicGame)
    compiled = compile_table(game, points)
    for shift, holds in ((0.0, True), (1e-6, False), (np.nan, False)):
        p = np.array([[[0.5 + shift, 0.5 - shift]]])
        profile = MixedProfile(compiled.players, compiled.actions, Constant((p, np.array([[[0.5, 0.5]]]))))
        assert certify_logit(compiled, profile, exists, (1.0,)).holds == holds


def test_numbers_that_are_not_finite_or_huge_are_marked_and_do_not_spread() -> None:
    payoffs = random_games(1, (2, 2), 6)
    clean = dt.solve(symbolic((2, 2)), dt.LogitQuantalResponse(2), at=values(payoffs))
    for k, bad in enumerate([np.nan, np.inf, -np.inf, 1e300, 1e-300]):
        payoffs[0, 0, 0, k] = bad
    hurt = dt.solve(symbolic((2, 2)), dt.LogitQuantalResponse(2), at=values(payoffs))
    assert hurt.status[:3].tolist() == [dt.Status.UNDEFINED] * 3
    assert not hurt.exists[:3].any()
    assert (hurt.certified | ~hurt.exists.any(axis=-1)).all()
    assert hurt.found.profiles.strategies[0][5] == pytest.approx(clean.found.profiles.strategies[0][5])


def test_games_without_any_stake_are_played_at_random() -> None:
    solution = dt.solve(symbolic((3, 2)), dt.LogitQuantalResponse(50), at=values(np.zeros((2, 3, 2, 4))))
    assert solution.certified.all()
    assert solution.found.profiles.strategies[0] == pytest.approx(1 / 3)


@pytest.mark.parametrize("lam", [-1, float("nan"), float("inf"), (1, 1), (2, 1), ()])
def test_impossible_precisions_are_refused(lam: float | tuple[float, ...]) -> None:
    with pytest.raises(SolverError, match="precision"):
        dt.LogitQuantalResponse(lam)


def test_exact_points_and_wrong_wrappings_are_refused() -> None:
    with pytest.raises(SolverError, match="rational"):
        dt.solve(symbolic((2, 2)), dt.LogitQuantalResponse(1), at=values(random_games(1, (2, 2), 1)), exact=True)
    with pytest.raises(SolverError, match="Nash"):
        dt.ReducedStrategicForm(dt.LogitQuantalResponse(1))


@pytest.mark.skipif(find_spec("pygambit") is None, reason="pygambit is not installed")
def test_gambit_finds_the_same_points() -> None:
    import pygambit

    payoffs = random_games(9, (3, 3), 20)
    solution = dt.solve(symbolic((3, 3)), dt.LogitQuantalResponse(1.5), at=values(payoffs))
    for k in range(20):
        game = pygambit.Game.from_arrays(payoffs[0, :, :, k], payoffs[1, :, :, k])
        (point,) = pygambit.qre.logit_solve_lambda(game, lam=1.5)
        mixed = point.profile
        for player, ours in zip(game.players, solution.found.profiles.strategies, strict=True):
            theirs = [float(mixed[s]) for s in player.strategies]
            assert ours[k, 0] == pytest.approx(theirs, abs=1e-5)
