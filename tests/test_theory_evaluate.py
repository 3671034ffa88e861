"""Theories at many points: masks, ranges, strategies, and the solver built on them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from time import perf_counter

import numpy as np
import pytest
from numpy.testing import assert_allclose

from deterrence.certify import certify_sequential
from deterrence.compiled import compile_tree, parameter_points
from deterrence.errors import ParameterError, SolverError
from deterrence.expressions import evaluate_exact, holds_exactly, parse_expression, substitute, substitute_condition
from deterrence.games import FrozenMap
from deterrence.profiles import Assessment, Completeness
from deterrence.solving import solve
from deterrence.theory import EquilibriumClass, Interval
from deterrence.theory.evaluate import evaluate
from deterrence.theory.ranges import extremes, midpoints, range_of
from deterrence.theory.solver import DerivedEquilibria
from theory_games import deterrence_theory, entry, entry_theory

PRIORS = ("p_Ch", "p_Def")


def random_at(size: int, seed: int, *, grid: int = 97) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return payoffs in the assumed orders and interior priors, all of few binary digits."""
    source = np.random.default_rng(seed)
    at = {name: source.integers(1, grid, size) / 128 for name in PRIORS}
    for names in (("c_DC", "c_SQ", "c_DDh", "c_CD", "c_DDs"), ("d_SQ", "d_CD", "d_DDh", "d_DC", "d_DDs")):
        steps = source.integers(1, 9, (len(names), size))
        at |= dict(zip(names, np.cumsum(steps, axis=0)[::-1].astype(np.float64), strict=True))
    return at


def with_free(found: EquilibriumClass, **bounds: tuple[str, str]) -> EquilibriumClass:
    """Return a class whose free unknowns have the given bounds."""
    free = {n: Interval((parse_expression(a),), (parse_expression(b),)) for n, (a, b) in bounds.items()}
    return EquilibriumClass(
        "made up", "made up", found.support, found.strategies, FrozenMap({}), FrozenMap(free), FrozenMap({}), (),
        found.events, found.payoffs, generic=True,
    )  # fmt: skip


def test_masks_are_the_regions() -> None:
    theory = deterrence_theory()
    at = random_at(300, 1)
    floats, exact = evaluate(theory, at), evaluate(theory, at, exact=True)
    definitions = theory.game.resolved_definitions
    for i in range(300):
        point = {name: Fraction(values[i]) for name, values in at.items()}
        for k, found in enumerate(floats.classes):
            holds = all(holds_exactly(substitute_condition(c, definitions), point) for c in found.region)
            assert floats.masks[i, k] == exact.masks[i, k] == holds
    assert floats.masks[:, : len(theory.generic)].any(axis=0).all()
    assert not floats.outside.any()


def test_probabilities_are_the_formulas_and_add_up() -> None:
    theory = deterrence_theory()
    at = random_at(200, 2)
    found = evaluate(theory, at)
    total = sum(found.probability(event).low for event in theory.game.events())
    generic = slice(0, len(theory.generic))
    assert np.allclose(np.asarray(total)[:, generic][found.masks[:, generic]], 1)
    war = found.probability("war")
    bluff = [c.name for c in found.classes].index("bluff")
    i = int(np.flatnonzero(found.masks[:, bluff])[0])
    point = {name: Fraction(values[i]) for name, values in at.items()}
    formula = substitute(found.classes[bluff].events["war"], theory.game.resolved_definitions)
    assert war.low[i, bluff] == pytest.approx(float(evaluate_exact(formula, point)))
    assert np.isnan(war.low[~found.masks]).all()


def test_what_is_left_open_gives_an_interval() -> None:
    theory = entry_theory()
    found = evaluate(theory, {"p": np.array([0.25, 0.5, 0.75]), "c": 0.5})
    fight = found.probability("fight")
    (edge,) = (k for k, c in enumerate(found.classes) if not c.generic)
    assert found.masks[:, edge].tolist() == [False, True, False]
    assert (fight.low[1, edge], fight.high[1, edge]) == (0, 0.5)
    assert fight.exact == (True, True, True)
    assert found.tied.tolist() == [False, True, False]
    assert found.count.tolist() == [1, 3, 1]
    assert found.probability("fight").high is not fight.low
    tough = found.payoff("Incumbent", "tough")
    assert (tough.low[1, edge], tough.high[1, edge]) == (1, 2)


@pytest.mark.parametrize(
    ("formula", "exact"), [("x*y", True), ("x/(1 + x*p)", True), ("x*(1 - x)", False), ("1/x + 1/(1 + x)", False)]
)
def test_ranges_hold_every_value_and_are_attained(formula: str, exact: bool) -> None:
    found = with_free(entry_theory().classes[0], x=("p", "1"), y=("0", "1 - p"))
    low, high, certain = range_of(parse_expression(formula), found)
    assert certain == exact
    p = Fraction(1, 4)
    grid = [Fraction(k, 12) for k in range(13)]
    values = [
        evaluate_exact(parse_expression(formula), {"p": p, "x": p + (1 - p) * u, "y": (1 - p) * v})
        for u, v in product(grid, grid)
    ]
    least, largest = evaluate_exact(low, {"p": p}), evaluate_exact(high, {"p": p})
    assert (min(values) == least and max(values) == largest) or not exact
    assert min(values) <= least <= largest <= max(values)


def test_intervals_that_depend_on_one_another_are_not_called_exact() -> None:
    found = with_free(entry_theory().classes[0], y=("0", "1 - x"), x=("0", "1"))
    values, exact = extremes(parse_expression("x*y"), found)
    assert not exact
    assert max(evaluate_exact(v, {}) for v in values) == Fraction(1, 4)
    assert {n: evaluate_exact(f, {}) for n, f in midpoints(found).items()} == {"x": Fraction(1, 2), "y": Fraction(1, 4)}


def test_points_outside_and_at_the_edge_are_marked() -> None:
    theory = deterrence_theory()
    at = {"p_Def": np.array([0.1, 0.0, 1.0, 0.1, np.nan, -0.5]), "c_DC": np.array([4.0, 4, 4, 0, 4, 4])}
    found = evaluate(theory, at)
    assert found.outside.tolist() == [False, False, False, True, True, True]
    assert found.edge.tolist() == [False, True, True, False, False, False]
    assert not found.masks[found.outside].any()
    assert found.masks[1].any()


def test_unknown_names_are_refused() -> None:
    found = evaluate(entry_theory(), {"p": 0.5, "c": 0.25})
    with pytest.raises(ParameterError, match="fihgt"):
        found.probability("fihgt")
    with pytest.raises(ParameterError, match="Incumbant"):
        found.payoff("Incumbant")
    with pytest.raises(ParameterError, match=r"Incumbent.* 'tuogh'"):
        found.payoff("Incumbent", "tuogh")


def test_a_payoff_before_the_type_is_known_is_the_mean_over_types() -> None:
    theory = deterrence_theory()
    found = evaluate(theory, random_at(50, 4))
    p = found.points.flat("p_Ch")[:, None]
    by_type = [found.payoff("Challenger", t).low for t in ("hard", "soft")]
    assert_allclose(found.payoff("Challenger").low, p * by_type[0] + (1 - p) * by_type[1], rtol=1e-9)


def test_strategies_are_distributions_where_the_class_exists() -> None:
    theory = deterrence_theory()
    found = evaluate(theory, random_at(200, 3))
    for k in range(len(theory.generic)):
        strategy = found.strategy(k)
        for h in theory.game.tree.information_sets:
            total = strategy[:, h.moves].sum(axis=1)
            assert np.allclose(total[found.masks[:, k]], 1)
            assert np.isnan(total[~found.masks[:, k]]).all()
        inside = strategy[found.masks[:, k]]
        assert ((inside >= -1e-12) & (inside <= 1 + 1e-12)).all()


@pytest.mark.parametrize("exact", [False, True])
def test_everything_listed_is_certified(exact: bool) -> None:
    theory = deterrence_theory()
    answer = solve(theory.game, DerivedEquilibria(theory), at=random_at(20 if exact else 2_000, 4), exact=exact)
    assert answer.certified.all()
    assert (answer.count >= 3).all()
    assert (answer.completeness == Completeness.ALL).all()
    beliefs = answer.found.profiles.beliefs
    assert beliefs is not None
    assert (beliefs == beliefs)[answer.found.exists].all()
    assert (answer.solver, answer.concept) == ("DerivedEquilibria()", "pbe")


def test_beliefs_are_those_of_the_class() -> None:
    theory = deterrence_theory()
    game = theory.game
    at = {"p_Ch": 0.5, "p_Def": 0.75}
    found = DerivedEquilibria(theory).solve(compile_tree(game, parameter_points(game, at)))
    (soft,) = (i for i, h in enumerate(game.tree.information_sets) if h.known == (("Defender", "soft"),))
    first = sum(len(h.members) for h in game.tree.information_sets[:soft])
    types = [game.tree.nodes[m].types[0] for m in game.tree.information_sets[soft].members]
    assert found.profiles.beliefs is not None
    hard = found.profiles.beliefs[0, :, first + types.index("hard")]
    d_star = 2 / 3
    expected = [d_star / 2, d_star, (1 + d_star) / 2]  # resists, is indifferent, concedes
    assert sorted(hard[found.exists[0]]) == pytest.approx(expected)


def test_wrong_beliefs_fail_the_check() -> None:
    theory = deterrence_theory()
    game = theory.game
    compiled = compile_tree(game, parameter_points(game, {"p_Ch": np.array([0.5]), "p_Def": np.array([0.1])}))
    found = DerivedEquilibria(theory).solve(compiled)
    assert found.profiles.beliefs is not None
    assert certify_sequential(compiled, found.profiles, found.exists).holds
    turned = Assessment(game.tree, found.profiles.strategy, 1 - found.profiles.beliefs)
    assert not certify_sequential(compiled, turned, found.exists).holds


def test_equal_behaviour_is_listed_once_where_classes_meet() -> None:
    theory = deterrence_theory()
    at = {"p_Ch": np.array([1 / 3, 0.5]), "p_Def": np.array([0.25, 0.25])}  # on p_Def == t_soft
    answer = solve(theory.game, DerivedEquilibria(theory), at=at)
    assert answer.flagged.all()
    assert answer.certified.all()
    for i in range(2):
        rows = answer.found.profiles.strategy[i][answer.found.exists[i]]
        assert all(np.abs(a - b).max() > 1e-9 for k, a in enumerate(rows) for b in rows[:k])


def test_impossible_types_are_no_proof_of_completeness() -> None:
    theory = deterrence_theory()
    answer = solve(theory.game, DerivedEquilibria(theory), at={"p_Def": np.array([0.0, 0.1])})
    assert answer.completeness.tolist() == [Completeness.SOME, Completeness.ALL]
    assert "probability zero" in answer.arguments[Completeness.SOME]
    assert answer.flagged.tolist() == [True, False]


def test_a_theory_solves_its_own_game_only() -> None:
    with pytest.raises(SolverError, match="another game"):
        solve(entry(), DerivedEquilibria(deterrence_theory()), at={"p": 0.5, "c": 0.5})


def test_a_million_points(record_property: Callable[[str, object], None]) -> None:
    theory = deterrence_theory()
    source = np.random.default_rng(5)
    points = parameter_points(theory.game, {name: source.random(10**6) for name in PRIORS})
    evaluate(theory, points).probability("war").low.sum()
    start = perf_counter()
    found = evaluate(theory, points)
    low = found.probability("war").low
    seconds = perf_counter() - start
    record_property("measured", f"masks and P(war) of 9 classes at 10^6 points: {seconds:.2f} s")
    assert low.shape == (10**6, 9)
    assert found.count.min() >= 3
