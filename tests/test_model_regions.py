"""Results of the library's models against solvers and certificates that never read them.

Two independent ways: at random points the equilibria that solvers find are exactly those that the results list; on a
coarse grid of exact points, where ties are common, a profile passes its certificate exactly where its conditions hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from deterrence.certify import Certificate, certify_nash, certify_one_shot, certify_subgame_perfect, certify_tree_nash
from deterrence.compiled import Points, compile_table, compile_tree, parameter_points
from deterrence.compiled.points import BoolArray, NumberArray
from deterrence.compiled.prescribed import prescribed_mixtures, prescribed_strategy
from deterrence.expressions import (
    Comparison,
    Expr,
    Number,
    Symbol,
    evaluate_exact,
    holds_exactly,
    substitute,
    substitute_condition,
)
from deterrence.expressions.exact_eval import UndefinedError
from deterrence.expressions.numpy_eval import compile_conditions, evaluate
from deterrence.families import dollar_auction
from deterrence.games import EquilibriumResult, ExtensiveGame, Game, Quantity, SignResult, StrategicGame, parameters
from deterrence.library import entries, load
from deterrence.profiles import Assessment, Constant, MixedProfile
from deterrence.solution import Solution
from deterrence.solvers import BackwardInduction, SupportEnumeration
from deterrence.solving import solve

POINTS = 2000
EXACT_POINTS = 250
CHAIN_GANG = "entanglement/chain-gang"

Finite = ExtensiveGame | StrategicGame
Case = tuple[str, dict[str, int]]


def _equilibrium_results(game: Game) -> list[EquilibriumResult]:
    """Return the results about equilibria in profiles; values alone, and commitments, are tested elsewhere."""
    found = [r for r in game.about.results if isinstance(r, EquilibriumResult) and r.profile]
    return [r for r in found if r.concept != "strong-stackelberg"]


def _cases() -> Iterator[Case]:
    """Yield every model with every choice of its family's integers that results are about."""
    for entry in (e for form in ("extensive", "strategic") for e in entries(form=form)):
        for integers in dict.fromkeys(r.integers for r in _equilibrium_results(load(entry.slug))):
            yield entry.slug, dict(integers)


CASES = list(_cases())


def _loaded(case: Case) -> tuple[Finite, list[EquilibriumResult]]:
    """Return the game of one size and the results about it."""
    game = load(case[0], **case[1])
    assert isinstance(game, ExtensiveGame | StrategicGame)
    return game, [r for r in _equilibrium_results(game) if dict(r.integers) == case[1]]


# Points


def _chains(game: Game) -> list[list[str]]:
    """Return orders `a > b > c` of the assumptions, those with no name in common with an earlier one."""
    chains: list[list[str]] = []
    orders = [c for c in game.assume if isinstance(c, Comparison)]
    for order in sorted(orders, key=lambda c: len(c.operands), reverse=True):
        names = [f.name for f in order.operands if isinstance(f, Symbol)]
        taken = {name for chain in chains for name in chain}
        if len(names) == len(order.operands) and not taken & set(names):
            chains.append(names if order.operators[0].startswith(">") else names[::-1])
    return chains


def _column(domain: str, rng: np.random.Generator, size: int, *, grid: bool) -> NumberArray:
    if "probability" in domain:
        return rng.integers(0, 5, size) / 4 if grid else rng.uniform(0, 1, size)
    if domain == "real":
        return rng.integers(-5, 7, size).astype(np.float64) if grid else rng.uniform(-5, 7, size)
    return 2.0 ** rng.integers(-3, 4, size) - (domain == "nonnegative") / 8 if grid else rng.uniform(0, 7, size)


def _draw(game: Game, size: int, *, grid: bool) -> dict[str, NumberArray]:
    """Return admissible points: on a coarse grid, where ties are common, or from continuous distributions."""
    rng = np.random.default_rng(20)
    batches: list[dict[str, NumberArray]] = []
    while sum(len(next(iter(batch.values()))) for batch in batches) < size:
        raw = {p.name: _column(p.domain, rng, 20 * size, grid=grid) for p in game.parameters}
        for chain in _chains(game):
            raw.update(zip(chain, np.sort([raw[name] for name in chain], axis=0)[::-1], strict=True))
        inside = compile_conditions(game.admissible).run(raw, (20 * size,)).all(axis=0)
        batches.append({name: column[inside] for name, column in raw.items()})
    return {name: np.concatenate([batch[name] for batch in batches])[:size] for name in batches[0]}


def _exact_points(game: Game) -> Points:
    columns = _draw(game, EXACT_POINTS, grid=True)
    return parameter_points(game, {name: [Fraction(x) for x in column] for name, column in columns.items()}, exact=True)


def _each(points: Points) -> list[dict[str, Fraction]]:
    columns = {name: points.flat(name) for name in points.values}
    return [{name: column[i] for name, column in columns.items()} for i in range(points.size)]


def _claimed(game: Game, result: EquilibriumResult, points: Points) -> BoolArray:
    """Return where the conditions of a result hold."""
    conditions = [substitute_condition(c, game.resolved_definitions) for c in result.iff]
    if points.exact:
        return np.array([all(holds_exactly(c, point) for c in conditions) for point in _each(points)], dtype=np.bool_)
    return np.asarray(compile_conditions(conditions).run(dict(points.values), points.shape).all(axis=0))


# Solvers find what results list


def _solution(game: Finite, at: dict[str, NumberArray]) -> Solution[Assessment] | Solution[MixedProfile]:
    if isinstance(game, ExtensiveGame):
        return solve(game, BackwardInduction(), at=at)
    return solve(game, SupportEnumeration(), at=at)


def _found(solution: Solution[Assessment] | Solution[MixedProfile]) -> NumberArray:
    """Return all probabilities of the equilibria, (points, equilibria, moves)."""
    profiles = solution.found.profiles
    return profiles.strategy if isinstance(profiles, Assessment) else np.concatenate(profiles.strategies, axis=-1)


def _listed(game: Finite, result: EquilibriumResult, points: Points) -> NumberArray:
    """Return the probabilities that a result prescribes, (points, 1, moves), NaN where it leaves them free."""
    if isinstance(game, StrategicGame):
        mixtures = prescribed_mixtures(game, result.profile, game.resolved_definitions, points)
        return np.concatenate(mixtures, axis=-1)
    return prescribed_strategy(game.tree, result.profile, game.resolved_definitions, points)


# Files that state some equilibria (agreements that patience sustains, efficient divisions of labour), not all of them.
LISTS_SOME = (
    *(f"free-riding/pledge-{kind}" for kind in ("grim", "penance", "noisy-monitoring", "reversion", "reporting-lag")),
    *("export-controls/conditionality", "procurement/workshare", "alliance-formation/hub-and-spokes"),
    "alliance-commitment/announced-cover",
)
# A continuum of equilibria, of which solvers list the extreme ones and the file another.
CONTINUA = ("alliance-commitment/supply-chain",)
# A region that the coarse grid misses; the continuous sample meets it.
THIN = ("alliance-commitment/announced-cover",)


def _solvable(case: Case) -> bool:
    game, _ = _loaded(case)
    if case[0] in CONTINUA:
        return False
    if isinstance(game, StrategicGame):
        return len(game.players) == 2  # what support enumeration takes
    return game.has_perfect_information


@pytest.mark.parametrize("case", [c for c in CASES if _solvable(c) and load(c[0], **c[1]).parameters], ids=str)
def test_solvers_find_exactly_the_listed_equilibria(case: Case) -> None:
    game, results = _loaded(case)
    at = _draw(game, POINTS, grid=False)
    solution = _solution(game, at)
    found, exists = _found(solution), solution.exists
    named = np.zeros_like(exists)
    for result in results:
        if isinstance(game, ExtensiveGame) and result.concept != "subgame-perfect":
            continue
        listed = _listed(game, result, solution.points)
        same = exists & (np.isnan(listed) | (np.abs(listed - found) < 1e-9)).all(axis=-1)
        assert (same.any(axis=-1) == _claimed(game, result, solution.points)).all(), result.id
        assert same.any(), f"{result.id}: the sample misses its region"
        named |= same
    if case[0] not in LISTS_SOME:
        assert (named == exists).all(), "an equilibrium that no result lists"


# Certificates pass where conditions hold, on boundaries too


def _is_defined(formulas: list[Expr], point: dict[str, Fraction]) -> bool:
    try:
        return all(evaluate_exact(formula, point) is not None for formula in formulas)
    except UndefinedError:
        return False


def _certificate(game: Finite, result: EquilibriumResult, points: Points) -> Certificate:
    exists = np.ones((points.size, 1), dtype=np.bool_)
    if isinstance(game, StrategicGame):
        mixtures = prescribed_mixtures(game, result.profile, game.resolved_definitions, points)
        table = compile_table(game, points)
        return certify_nash(table, MixedProfile(table.players, table.actions, Constant(mixtures)), exists)
    assessment = Assessment(game.tree, _listed(game, result, points))
    if result.concept == "nash":
        return certify_tree_nash(compile_tree(game, points), assessment, exists)
    check = certify_one_shot if game.has_perfect_information else certify_subgame_perfect
    return check(compile_tree(game, points), assessment, exists)


def _needs_no_beliefs(case: Case) -> bool:
    """Say whether the certificates decide the concepts of all results; the theory engine does the rest."""
    return all(result.concept not in ("weak-pbe", "pbe", "sequential") for result in _loaded(case)[1])


@pytest.mark.parametrize("case", [c for c in CASES if _needs_no_beliefs(c)], ids=str)
def test_profiles_are_equilibria_exactly_where_results_say(case: Case) -> None:
    game, results = _loaded(case)
    points = _exact_points(game) if game.parameters else parameter_points(game, exact=True)
    for result in results:
        formulas = [substitute(f, game.resolved_definitions) for p in result.profile for f in p.probabilities.values()]
        defined = np.array([_is_defined(formulas, point) for point in _each(points)])
        claimed = _claimed(game, result, points)
        assert not (claimed & ~defined).any(), f"{result.id}: no strategy inside its region"
        here = points.select(np.flatnonzero(defined))
        if np.isnan(_listed(game, result, here).astype(np.float64)).any():
            continue  # what a profile leaves open the theory engine completes; certificates want it whole
        passed = _certificate(game, result, here).passed[:, 0]
        assert (passed == claimed[defined]).all(), result.id
        assert claimed.any() or case[0] in THIN, f"{result.id}: the sample misses its region"


# Signs


SIGNS = [(e.slug, r.id) for e in entries() for r in load(e.slug).about.results if isinstance(r, SignResult)]


@pytest.mark.parametrize(("slug", "name"), SIGNS)
def test_signs_agree_with_differences(slug: str, name: str) -> None:
    results = {r.id: r for r in load(slug).about.results}
    sign = results[name]
    assert isinstance(sign, SignResult)
    game = load(slug, **sign.integers)
    within = results.get(sign.within)
    formula, given = sign.of, list(sign.given)
    if isinstance(formula, Quantity):
        assert isinstance(within, EquilibriumResult)
        formula = within.values[formula]
        given += within.iff
    definitions = game.resolved_definitions
    at = _draw(game, POINTS, grid=False)
    for condition in given:  # of two names that are to be equal, one follows the other
        match condition:
            case Comparison(operands=(Symbol() as left, Symbol() as right), operators=("==",)):
                at[left.name] = at[right.name]
            case Comparison(operands=(Symbol() as left, Number() as value), operators=("==",)):
                at[left.name] = np.full(POINTS, float(value.value))
    conditions = compile_conditions([*game.admissible, *(substitute_condition(c, definitions) for c in given)])
    here = np.asarray(conditions.run(at, (POINTS,)).all(axis=0))
    assert here.any()
    above, below = ({**at, sign.wrt: at[sign.wrt] + step} if sign.wrt else at for step in (1e-6, -1e-6))
    up, down = (evaluate([substitute(formula, definitions)], point)[0][here] for point in (above, below))
    if not sign.wrt:  # the sign of the formula itself
        down = np.zeros_like(up)
    equal = np.isclose(up, down, rtol=1e-11, atol=1e-11)
    holds = {"+": up > down, "-": up < down, "0": equal, "+0": (up > down) | equal, "-0": (up < down) | equal}
    both = bool((up > down).any() and (up < down).any())
    assert both if sign.sign == "?" else holds[sign.sign].all()


# Models that need more than one solver call


def test_chain_gang_by_its_reply_game_and_the_attackers_sums() -> None:
    """Solve what follows the attack as a table written down independently, then compare the attack with waiting."""
    game, results = _loaded((CHAIN_GANG, {}))
    o, s, v, c = parameters("o s v c")
    lone, idle = v * (1 - o) - c, v * (1 - o) * (1 - o)
    passer = v * (1 - o) + o * idle
    joint = v * (1 - (1 - s) * o * o) - c
    table = {("fight", "fight"): (joint, joint), ("fight", "pass"): (lone, passer)}
    table |= {("pass", "fight"): (passer, lone), ("pass", "pass"): (idle, idle)}
    replies = StrategicGame(
        {"East": ["fight", "pass"], "West": ["fight", "pass"]},
        {cell: {"East": east, "West": west} for cell, (east, west) in table.items()},
    )
    at = _draw(game, POINTS, grid=False)
    solution = solve(replies, SupportEnumeration(), at={name: at[name] for name in "osvc"})
    east, west = (x[..., 0] for x in solution.found.profiles.strategies)
    both, o_, s_ = east * west, at["o"][:, None], at["s"][:, None]
    conquests = 2 * both * (1 - s_) * o_**2 + (east + west - 2 * both) * (o_ + o_ * (1 - (1 - o_) ** 2))
    conquests += 2 * (1 - east) * (1 - west) * (1 - (1 - o_) ** 2)
    attacks = at["g"][:, None] * conquests > at["k"][:, None]
    found = np.stack([~attacks, attacks, east, 1 - east, west, 1 - west], axis=-1).astype(np.float64)
    points = parameter_points(game, at)
    named = np.zeros_like(solution.exists)
    for result in results:
        same = solution.exists & (np.abs(_listed(game, result, points) - found) < 1e-9).all(axis=-1)
        assert (same.any(axis=-1) == _claimed(game, result, points)).all(), result.id
        assert same.any(), result.id
        named |= same
    assert (named == solution.exists).all()


@pytest.mark.parametrize("rungs", range(2, 10))
def test_ladders_of_every_size_follow_the_parity_of_their_rungs(rungs: int) -> None:
    game = load("escalation/ladder", rungs=rungs)
    at = _draw(game, POINTS, grid=False)
    formulas = [game.resolved_definitions[name] for name in ("qhat_1", "qhat_2")]
    qhat_1, qhat_2 = evaluate(formulas, at)
    climbs = at["q"] < qhat_1 if rungs % 2 == 0 else (at["q"] < qhat_1) & (at["q"] > qhat_2)
    war = solve(game, at=at).probability("war")[:, 0]
    np.testing.assert_allclose(war, np.where(climbs, at["q"], 0), atol=1e-12)


@pytest.mark.parametrize("stake", range(2, 8))
@pytest.mark.parametrize("more", range(6))
def test_first_bid_of_the_dollar_auction(stake: int, more: int) -> None:
    budget = stake + more
    solution = solve(dollar_auction(stake, budget), BackwardInduction(ties="first"), exact=True)
    bid = (budget - 1) % (stake - 1) + 1
    assert solution.payoff("First").tolist() == [stake - bid]
    assert solution.payoff("Second").tolist() == [0]


def test_reliability_attracts_the_attack_and_deters_only_at_the_weaker_ally() -> None:
    game = load("alliance-commitment/three-party-deterrence")
    at = _draw(game, POINTS, grid=False)
    solution = solve(game, at=at)
    threshold = at["b"] / (at["b"] - at["m"])
    deterred = np.minimum(at["r_D"], at["r_P"]) > threshold
    np.testing.assert_array_equal(solution.probability("status quo")[:, 0], deterred.astype(float))
    alone = solution.probability("war on the Defender alone")[:, 0] > 0
    assert (at["r_D"][alone] > at["r_P"][alone]).all()


def test_the_tripartite_crisis_with_a_choosing_defender_is_that_with_a_certain_one() -> None:
    """The chosen support is a commitment of 0 or 1: the two models agree there."""
    chance, choice = load("entanglement/tripartite-crisis"), load("entanglement/tripartite-crisis-choice")
    at = _draw(choice, POINTS, grid=False)
    sigma = (at["K"] < at["L"]).astype(np.float64)
    committed = solve(chance, at={**at, "sigma": sigma})
    chosen = solve(choice, at=at)
    for event in ("status quo", "concession", "war", "realignment"):
        np.testing.assert_array_equal(committed.probability(event)[:, 0], chosen.probability(event)[:, 0])
