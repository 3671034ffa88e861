"""Equilibria of continuous games against worked cases, best replies in turn and brute force."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from continuous_games import CES, COBB_DOUGLAS, CONTEST, JOINT, QUADRATIC, aggregative, at, random_columns
from deterrence.certify import certify_actions, certify_joint_optimum, certify_leadership, certify_lindahl
from deterrence.compiled import compile_continuous, parameter_points
from deterrence.errors import SolverError
from deterrence.games import ContinuousGame
from deterrence.profiles import ActionProfile, Completeness
from deterrence.solution import Status
from deterrence.solvers import AggregateRoot, BestReplies, BestShot, JointOptimum, Leadership, Lindahl, WeakestLink
from deterrence.solving import solve

HALF = Fraction(1, 2)


def exact_actions(game: ContinuousGame, values: dict[str, Any]) -> list[list[Fraction]]:
    """All equilibria at one point in exact arithmetic; every one must be certified."""
    solution = solve(game, at=values, exact=True)
    assert solution.certified.all()
    assert solution.status == Status.SOLVED
    return [list(row) for row, there in zip(solution.found.profiles.actions[0], solution.exists, strict=True) if there]


def known(game: ContinuousGame, values: dict[str, Any]) -> dict[str, Any]:
    """The values of the game's own parameters."""
    return {p.name: values[p.name] for p in game.parameters}


def fractions(*texts: str) -> list[Fraction]:
    return [Fraction(text) for text in texts]


@pytest.mark.parametrize(
    ("w", "alpha", "c", "expected"),
    [
        ((12, 9), (HALF, HALF), (1, 1), fractions("5", "2")),
        ((16, 10, 3), (HALF,) * 3, (1,) * 3, fractions("22/3", "4/3", "0")),
        ((12, 9, 10), (HALF, Fraction(1, 3), HALF), (1, 1, HALF), fractions("4/3", "0", "28/3")),
    ],
)
def test_public_good_worked_cases(w: Any, alpha: Any, c: Any, expected: list[Fraction]) -> None:
    game = aggregative(len(w), COBB_DOUGLAS, "w/c")
    assert exact_actions(game, at({"w": w, "alpha": alpha, "c": c})) == [expected]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((2, 1), fractions("4/9", "2/9")),
        ((4, 3, 1), fractions("48/49", "36/49", "0")),
        ((6, 4, 3), fractions("40/27", "8/9", "8/27")),
    ],
)
def test_contest_worked_cases(values: Any, expected: list[Fraction]) -> None:
    game = aggregative(len(values), "w*g/G - g", "w", names=["w"])
    assert exact_actions(game, at({"w": values})) == [expected]


def test_ces_worked_case() -> None:
    game = aggregative(4, "((1 - alpha)*(w - g)**rho + alpha*G**rho)**(1/rho)", "w", names=[])
    values = {"w": 10, "alpha": HALF, "rho": HALF}
    assert exact_actions(game, values) == [[Fraction(2)] * 4]


def test_joint_products_worked_case() -> None:
    game = aggregative(2, "a*log(w - s) + b*log(s) + c*log(G)".replace("s)", "g)"), "w", names=["w"])
    values = {"w_1": 225, "w_2": 91, "a": HALF, "b": "1/4", "c": "1/4"}
    assert exact_actions(game, values) == [fractions("105", "35")]


@pytest.mark.parametrize(("nu", "expected"), [("1/2", ("16/5", "1/5")), ("-1", ("4/3", "2/3")), ("0", ("2", "1/2"))])
def test_social_composition_worked_cases(nu: str, expected: tuple[str, str]) -> None:
    game = aggregative(2, "v*log(G) - g", "10*v", names=["v"], kind="ces", exponent="nu")
    solution = solve(game, at={"nu": nu, "v_1": 4, "v_2": 1})
    assert solution.count == 1
    assert solution.certified.all()
    assert solution.found.profiles.actions[0, 0] == pytest.approx([float(Fraction(x)) for x in expected])


@pytest.mark.parametrize("payoff", [COBB_DOUGLAS, CONTEST, QUADRATIC])
@pytest.mark.parametrize("n", [2, 4])
def test_closed_forms_agree_with_best_replies(payoff: str, n: int) -> None:
    high = {COBB_DOUGLAS: "w/c", CONTEST: "w/c", QUADRATIC: "w"}[payoff]
    game = aggregative(n, payoff, high)
    values = known(game, at(random_columns(np.random.default_rng(n), n, 12)))
    if payoff == QUADRATIC:
        values |= {f"w_{i + 1}": values["w_1"] for i in range(n)}
    root, slow = solve(game, at=values), solve(game, BestReplies(), at=values)
    assert root.certified.all()
    assert (root.count == 1).all()
    assert (root.completeness == Completeness.ALL).all()
    found = slow.exists[:, 0]
    assert found.mean() > 0.9
    gap = np.abs(root.found.profiles.actions[found, 0] - slow.found.profiles.actions[found, 0])
    assert gap.max() < 1e-5 * np.max([values[f"w_{i + 1}"].max() for i in range(n)])


def test_drop_out_happens_on_both_sides_of_the_boundary() -> None:
    game = aggregative(3, COBB_DOUGLAS, "w/c")
    # With equal tastes the smallest ally contributes iff its income is above G with the other two.
    third = np.linspace(8.0, 9.4, 200)
    values = at({"w": [16, 10, third], "alpha": [0.5] * 3, "c": [1.0] * 3})
    solution = solve(game, at=values)
    alone = 26 / 3
    assert (solution.quantity("g(3)")[:, 0] > 0).tolist() == (third > alone).tolist()
    assert solution.certified.all()


def test_upper_bounds_bind_and_complements_are_followed() -> None:
    # With a cap the line is cut off above, which the sort alone does not treat.
    game = aggregative(2, QUADRATIC, "cap")
    values = {"alpha_1": 2, "alpha_2": 1, "w_1": 1, "w_2": 1, "c_1": 1, "c_2": 1, "cap": Fraction(3, 10)}
    (only,) = exact_actions(game, values)
    assert only == [Fraction(3, 10), Fraction(3, 10)]
    # Payoffs that rise in the others' actions: three intersections of increasing lines.
    rising = aggregative(2, "g*(3*G/2 - m) - 2*g**2", "1", names=[])
    solution = solve(rising, at={"m": HALF})
    slow = solve(rising, BestReplies(), at={"m": HALF})
    assert solution.certified.all()
    assert solution.count >= slow.count >= 1


def test_a_common_limit_of_lines_is_a_segment_and_says_so() -> None:
    # Linear own payoff with replacement action equal to the aggregate: every level is an equilibrium.
    game = aggregative(1, "g*G - g**2", "1", names=[])
    solution = solve(game, at={})
    assert solution.flagged.all()
    assert (solution.completeness == Completeness.SOME).all()


def test_planner_worked_cases() -> None:
    game = aggregative(2, COBB_DOUGLAS, "w/c")
    values = at({"w": [12, 9], "alpha": [HALF, HALF], "c": [1, 1]})
    best = solve(game, JointOptimum(), at=values)
    assert best.quantity("aggregate(G)")[0] == pytest.approx(10.5, abs=1e-7)
    assert best.certified.all()
    quadratic = aggregative(2, "b*(a*G - G**2/2) - c*g**2/2", "a", names=["b"])
    best = solve(quadratic, JointOptimum(), at={"b_1": 2, "b_2": 1, "a": 1, "c": 1})
    assert best.found.profiles.actions[0, 0] == pytest.approx([3 / 7, 3 / 7], abs=1e-7)
    nash = solve(quadratic, at={"b_1": 2, "b_2": 1, "a": 1, "c": 1})
    assert nash.found.profiles.actions[0, 0] == pytest.approx([0.5, 0.25])


def test_lindahl_against_the_closed_form() -> None:
    # Cobb-Douglas: everybody spends the share alpha of its income.
    columns = random_columns(np.random.default_rng(8), 4, 50)
    game = aggregative(4, COBB_DOUGLAS, "w/c")
    solution = solve(game, Lindahl(), at=at(columns))
    assert solution.certified.all()
    assert (solution.count == 1).all()
    expected = (columns["alpha"] * columns["w"] / columns["c"]).T
    assert np.allclose(solution.found.profiles.actions[:, 0], expected)


def test_lindahl_of_satiated_players_and_with_weights() -> None:
    game = aggregative(2, "b*(a*G - G**2/2) - c*g**2/2", "4*a", names=["b"], weight="b")
    solution = solve(game, Lindahl(), at={"b_1": [2.0, 3.0], "b_2": 1.0, "a": 1.0, "c": 1.0})
    assert solution.certified.all()
    assert (solution.count == 1).all()
    with pytest.raises(SolverError, match="for a sum"):
        solve(
            aggregative(2, COBB_DOUGLAS, "w", kind="min"),
            Lindahl(),
            at=at({"w": [1, 1], "alpha": [0.5] * 2, "c": [1, 1]}),
        )


def test_a_leader_contributes_less() -> None:
    game = aggregative(2, "(w - g)*G", "w", names=["w"])
    incomes = {"w_1": np.array([12.0, 12.0, 6.0]), "w_2": np.array([9.0, 4.0, 9.0])}
    led = solve(game, Leadership(leader="1"), at=incomes)
    assert led.found.profiles.actions[:, 0] == pytest.approx(np.array([[1.5, 3.75], [6, 0], [0, 4.5]]), abs=1e-5)
    assert led.certified.all()
    both = solve(game, at=incomes)
    assert (led.payoff("1") >= both.payoff("1") - 1e-9).all()


def test_a_leader_of_several_and_the_checker_of_leaders() -> None:
    game = aggregative(3, COBB_DOUGLAS, "w/c")
    values = at(random_columns(np.random.default_rng(5), 3, 6))
    led, both = solve(game, Leadership(leader="2"), at=values), solve(game, at=values)
    assert led.certified.all()
    assert (led.payoff("2") >= both.payoff("2") - 1e-9).all()
    compiled = compile_continuous(game, parameter_points(game, values))
    found = both.found
    wrong = certify_leadership(compiled, found.profiles, found.exists, leader="2")
    better = led.payoff("2") > both.payoff("2") * (1 + 1e-3)
    assert better.any()
    assert not wrong.passed[better].any()
    with pytest.raises(SolverError, match="no player"):
        solve(game, Leadership(leader="9"), at=values)


def test_planner_against_random_search() -> None:
    game = aggregative(3, COBB_DOUGLAS, "w/c")
    columns = random_columns(np.random.default_rng(4), 3, 1)
    points = parameter_points(game, at(columns))
    compiled = compile_continuous(game, points)
    found = JointOptimum().solve(compiled)
    rng = np.random.default_rng(0)
    tried = rng.random((3, 200_000, 1)) * compiled.high[:, None]
    total = compiled.total(tried)
    worth = sum(compiled.payoff(i, own, total) for i, own in enumerate(tried))
    actions = found.profiles.actions[0].T[..., None]
    best = sum(compiled.payoff(i, own, compiled.total(actions)) for i, own in enumerate(actions))
    assert np.max(worth) <= float(np.squeeze(best)) + 1e-9


def test_weakest_link_worked_case() -> None:
    game = aggregative(2, COBB_DOUGLAS, "w/c", kind="min")
    solution = solve(game, at=at({"w": [12, 9], "alpha": [HALF, Fraction(1, 3)], "c": [1, 1]}))
    assert solution.quantity("aggregate(G)") == pytest.approx([0, 3])
    assert solution.certified.all()
    assert isinstance(WeakestLink().concept, str)


def test_every_level_below_the_highest_is_an_equilibrium_of_the_weakest_link() -> None:
    game = aggregative(2, COBB_DOUGLAS, "w/c", kind="min")
    points = parameter_points(game, at({"w": [12, 9], "alpha": [0.5, 1 / 3], "c": [1, 1]}))
    compiled = compile_continuous(game, points)
    levels = np.array([0.5, 1.7, 2.9, 3.1, 5.0])
    profile = ActionProfile("g", compiled.players, np.repeat(levels[None, :, None], 2, axis=2))
    passed = certify_actions(compiled, profile, np.ones((1, 5), dtype=np.bool_)).passed
    assert passed.tolist() == [[True, True, True, False, False]]


def test_best_shot_close_to_the_edge_of_an_equilibrium() -> None:
    """A contribution of its own can pay for an ally although adding a little to another's does not."""
    shot = aggregative(3, "2*v*sqrt(G) - g", "100", names=["v"], kind="max")
    solution = solve(shot, BestShot(), at=at({"v": [1.33544, 2.31518, 2.67143]}))
    assert solution.certified
    assert solution.count == 2


def test_best_shot_worked_case() -> None:
    game = aggregative(3, "2*v*sqrt(G) - g", "4*v**2", names=["v"], kind="max")
    solution = solve(game, BestShot(), at=at({"v": [5, 3, 2]}))
    actions = solution.found.profiles.actions[0][solution.exists]
    assert actions == pytest.approx(np.array([[25.0, 0, 0], [0, 9, 0]]), abs=1e-6)
    assert solution.certified.all()


def test_a_joint_product_batch_is_certified() -> None:
    game = aggregative(4, JOINT, "w")
    values = at(random_columns(np.random.default_rng(2), 4, 60))
    solution = solve(game, at=values)
    assert (solution.count == 1).all()
    assert solution.certified.all()
    assert (solution.completeness == Completeness.SOME).all()


def test_ces_tastes_with_drop_outs_are_certified() -> None:
    game = aggregative(4, CES, "w/c", names=["w", "alpha", "c"])
    values = at(random_columns(np.random.default_rng(3), 4, 60)) | {"rho": np.linspace(-2, 0.7, 60)}
    solution = solve(game, at=values)
    assert solution.certified.all()
    assert (solution.completeness == Completeness.ALL).all()
    assert (solution.found.profiles.actions == 0).any()


# The checker refuses what is no equilibrium


def _checked(game: ContinuousGame, values: dict[str, Any], actions: list[float], check: Any = certify_actions) -> bool:
    compiled = compile_continuous(game, parameter_points(game, values))
    profile = ActionProfile("g", compiled.players, np.array([[actions]], dtype=np.float64))
    return bool(check(compiled, profile, np.ones((1, 1), dtype=np.bool_)).holds)


def test_the_checker_refuses_wrong_profiles() -> None:
    game = aggregative(2, COBB_DOUGLAS, "w/c")
    values = at({"w": [12, 9], "alpha": [0.5, 0.5], "c": [1, 1]})
    assert _checked(game, values, [5, 2])
    assert not _checked(game, values, [5.01, 2])
    assert not _checked(game, values, [5, -2])
    assert not _checked(game, values, [5, np.nan])
    assert not _checked(game, values, [0, 0])
    assert not _checked(game, values, [5, 2], certify_joint_optimum)
    assert not _checked(game, values, [5, 2], certify_lindahl)
    assert _checked(game, values, [6, 4.5], certify_lindahl)
    assert _checked(game, values, [6.75, 3.75], certify_joint_optimum)


def test_the_checker_sees_a_distant_better_action() -> None:
    # Two hills: the lower one is a local best reply only.
    game = aggregative(1, "-(g - 1)**2*(g - 4)**2 + g/10", "5", names=[])
    assert not _checked(game, {}, [1.0])


# Bad numbers never hang and never pass


@pytest.mark.parametrize("payoff", [COBB_DOUGLAS, CONTEST, QUADRATIC, JOINT, CES])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 0.0, 1e308, -1e308, 1e-300])
def test_bad_numbers_are_flagged(payoff: str, bad: float) -> None:
    game = aggregative(3, payoff, "w")
    good = known(game, at({"w": [3.0, 2.0, 1.0], "alpha": [0.5] * 3, "c": [1.0] * 3}) | {"rho": 0.5})
    for name in good:
        solution = solve(game, at=good | {name: np.array([bad, good[name]])})
        listed = solution.found.profiles.actions[solution.exists]
        assert np.isfinite(listed).all()
        assert solution.certified.all() or not np.isfinite(bad) or abs(bad) > 1e100 or bad in (0.0, 1e-300)
        assert solution.status[1] == Status.SOLVED
        if not np.isfinite(bad):
            assert solution.status[0] == Status.UNDEFINED


def test_solvers_refuse_what_they_cannot_treat() -> None:
    kinked = aggregative(2, "min(g, 1) - g*G", "2", names=[])
    with pytest.raises(SolverError, match="BestReplies"):
        solve(kinked, AggregateRoot(), at={})
    with pytest.raises(SolverError, match="no min"):
        solve(kinked, WeakestLink(), at={})
    assert solve(kinked, at={}).certified.all()


def test_thirty_one_allies_in_bounded_memory() -> None:
    import tracemalloc

    game = aggregative(31, COBB_DOUGLAS, "w/c")
    values = at(random_columns(np.random.default_rng(0), 31, 20_000))
    solve(game, at=at(random_columns(np.random.default_rng(0), 31, 10)))
    tracemalloc.start()
    solution = solve(game, at=values, certify=False)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (solution.count == 1).all()
    given = 93 * 20_000 * 8
    assert peak < 12 * given


@pytest.mark.parametrize(
    ("solver", "kind"),
    [
        (BestReplies(), "sum"),
        (JointOptimum(rounds=40), "sum"),
        (Lindahl(), "sum"),
        (Leadership(leader="1"), "sum"),
        (WeakestLink(), "min"),
        (BestShot(), "max"),
    ],
)
def test_bad_numbers_are_flagged_by_every_solver(solver: Any, kind: Any) -> None:
    game = aggregative(2, COBB_DOUGLAS, "w/c", kind=kind)
    good = at({"w": [3.0, 2.0], "alpha": [0.5] * 2, "c": [1.0] * 2})
    for name in ("w_1", "alpha_2", "c_1"):
        values = np.array([np.nan, np.inf, -np.inf, -1.0, 0.0, 1e308, good[name]])
        solution = solve(game, solver, at=good | {name: values})
        assert np.isfinite(solution.found.profiles.actions[solution.exists]).all()
        assert solution.status[-1] == Status.SOLVED
        assert solution.certified[-1]
        assert (solution.status[:3] == Status.UNDEFINED).all()
