"""Classes without closed form: their solutions against Groebner bases, certified, and named for what they are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from deterrence.certify import certify_sequential, certify_tree_nash
from deterrence.compiled import compile_tree, parameter_points
from deterrence.expressions import parse_condition
from deterrence.figures.lines import parameter_lines
from deterrence.figures.maps import parameter_map
from deterrence.games import FrozenMap
from deterrence.profiles import Assessment, Completeness
from deterrence.report.theories import theory_document
from deterrence.solution import Solution, Status
from deterrence.solving import solve
from deterrence.sweeps import sweep
from deterrence.theory import EquilibriumClass, Theory, derive
from deterrence.theory.encoding import decoded, encoded
from deterrence.theory.evaluate import evaluate
from deterrence.theory.implicit import columns
from deterrence.theory.prove import prove
from deterrence.theory.refine import refine
from deterrence.theory.solver import DerivedEquilibria
from deterrence.theory.statics import sign_table, statics
from deterrence.theory.verdicts import Counterexample, Proof, Undecided
from implicit_games import BOUNDS, GAINS, completely_mixed, signal_theory, table, table_theory

MIXED = "X mixes; Y mixes; Z mixes"


def _points(name: str, count: int, seed: int = 1) -> dict[str, list[Fraction]]:
    """Return random points in thousandths, off the round ones at which something degenerates."""
    source = np.random.default_rng(seed)
    return {
        p: [Fraction(int(n), 1009) for n in source.integers(int(low * 1009) + 1, int(high * 1009), count)]
        for p, (low, high) in BOUNDS[name].items()
    }


def _floats(at: dict[str, list[Fraction]]) -> dict[str, list[float]]:
    return {name: [float(v) for v in values] for name, values in at.items()}


def _solved(name: str, at: dict[str, list[Fraction]]) -> Solution[Assessment]:
    theory = table_theory(name)
    return solve(theory.game, DerivedEquilibria(theory), at=_floats(at))


def _implicit(theory: Theory) -> EquilibriumClass:
    return next(c for c in theory.classes if c.implicit)


@pytest.mark.parametrize("name", GAINS)
def test_completely_mixed_equilibria_are_those_of_the_groebner_basis(name: str) -> None:
    at = _points(name, 50)
    solution = _solved(name, at)
    assert (solution.completeness == Completeness.ALL).all()
    assert solution.certified.all()
    first = [h.first_move for h in table_theory(name).game.tree.information_sets]
    sizes = set()
    for i in range(50):
        plays = solution.found.profiles.strategy[i, solution.exists[i]][:, first]
        mixed = sorted(tuple(row) for row in plays if ((row > 0) & (row < 1)).all())
        expected = completely_mixed(name, {p: values[i] for p, values in at.items()})
        assert len(mixed) == len(expected)
        np.testing.assert_allclose(np.array(mixed), np.array(expected), atol=1e-8)
        sizes.add(len(mixed))
    assert sizes >= {"three": {0, 1}, "match": {0, 2}, "fold": {0, 1, 2}, "four": {0, 1}}[name]


@pytest.mark.parametrize("name", GAINS)
def test_equilibria_are_odd_in_number(name: str) -> None:
    """As they are in all finite games but a null set (Wilson 1971), so that no support's are missing or extra."""
    source = np.random.default_rng(7)
    at = {p: source.uniform(low, high, 2000) for p, (low, high) in BOUNDS[name].items()}
    solution = solve(table_theory(name).game, DerivedEquilibria(table_theory(name)), at=at)
    assert (solution.completeness == Completeness.ALL).all()
    assert (solution.count % 2 == 1).all()


def test_a_wrong_root_is_refused() -> None:
    theory = table_theory("fold")
    compiled = compile_tree(theory.game, parameter_points(theory.game, _floats(_points("fold", 50))))
    found = DerivedEquilibria(theory).solve(compiled)
    mixed = ((found.profiles.strategy > 0) & (found.profiles.strategy < 1)).all(axis=-1) & found.exists
    assert mixed.sum() > 25
    assert certify_tree_nash(compiled, found.profiles, mixed).passed[mixed].all()
    for step in (1e-6, -1e-6):
        strategy = found.profiles.strategy.copy()
        strategy[..., :2] += [step, -step]
        wrong = Assessment(theory.game.tree, strategy)
        assert not certify_tree_nash(compiled, wrong, mixed).passed[mixed].any()


def test_signalling_with_two_receivers_is_certified_with_its_beliefs() -> None:
    theory = signal_theory()
    source = np.random.default_rng(2)
    at = {"p": source.uniform(0, 1, 3000), "c": source.uniform(0, 4, 3000), "k": source.uniform(0, 3, 3000)}
    solution = solve(theory.game, DerivedEquilibria(theory), at=at)
    assert solution.certified.all()
    assert (solution.completeness == Completeness.ALL).all()
    assert (solution.count % 2 == 1).mean() > 0.99
    numeric = [k for k, (c, _) in enumerate(columns(theory)) if c.implicit]
    there = evaluate(theory, at).masks[:, numeric].any(axis=1)
    assert 100 < there.sum() < 2900
    strategy = solution.found.profiles.strategy.copy()
    compiled = compile_tree(theory.game, parameter_points(theory.game, at))
    beliefs = solution.found.profiles.beliefs
    assert beliefs is not None
    inner = ((strategy > 1e-3) & (strategy < 1 - 1e-3)).sum(axis=-1) == 6
    asked = inner & solution.exists
    assert asked.any()
    wrong = Assessment(theory.game.tree, strategy, np.clip(beliefs + 1e-3, 0, 1))
    assert not certify_sequential(compiled, wrong, asked).passed[asked].any()


def test_where_no_solution_lies_in_the_box_there_is_proved_to_be_none() -> None:
    theory = table_theory("fold")
    bare = replace(theory, classes=(_implicit(theory),))
    at = _points("fold", 60)
    status = solve(theory.game, DerivedEquilibria(bare), at=_floats(at)).status
    expected = [len(completely_mixed("fold", {p: v[i] for p, v in at.items()})) for i in range(60)]
    assert status.tolist() == [Status.SOLVED if n else Status.NONE_EXISTS for n in expected]


def test_where_its_conditions_on_parameters_fail_nothing_is_asked() -> None:
    here = evaluate(table_theory("fold"), {"a": [5.0, 6.0]})
    assert not here.masks.any()
    assert here.outside.all()


def test_at_a_double_root_others_may_exist() -> None:
    """x y = a and its like have one solution; y z + (1 - y)(1 - z) = 1/2 for all pairs has a line of them."""
    theory = table_theory("match")
    solution = solve(theory.game, DerivedEquilibria(theory), at={"a": [0.5, 0.7], "b": [0.5, 0.8], "c": [0.5, 0.6]})
    assert solution.certified.all()
    assert solution.completeness[1] == Completeness.ALL
    if solution.completeness[0] != Completeness.ALL:
        assert "others may exist" in solution.arguments[Completeness.SOME]


def test_exact_points_list_fractions_and_say_what_is_missing() -> None:
    """At a = 1, b = 3, c = 2 the equations have the solutions (1/2, 1/2, 3/4) and (4/5, 2/13, 3/7)."""
    theory = table_theory("fold")
    at: dict[str, list[str]] = {"a": ["1", "1"], "b": ["3", "3.01"], "c": ["2", "2"]}
    solution = solve(theory.game, DerivedEquilibria(theory), at=at, exact=True)
    assert solution.certified.all()
    mixed = {tuple(row[::2]) for row in solution.found.profiles.strategy[0, solution.exists[0]]}
    assert {
        (Fraction(1, 2), Fraction(1, 2), Fraction(3, 4)),
        (Fraction(4, 5), Fraction(2, 13), Fraction(3, 7)),
    } <= mixed
    assert solution.completeness.tolist() == [Completeness.ALL, Completeness.SOME]
    assert "no simple fractions" in solution.arguments[Completeness.SOME]
    floats = solve(theory.game, DerivedEquilibria(theory), at=at)
    assert (floats.count - solution.count).tolist() == [0, 2]


def test_tables_have_their_nash_equilibria() -> None:
    theory = derive(table("fold"))
    solution = solve(theory.game, DerivedEquilibria(theory), at=_floats(_points("fold", 20)))
    assert (theory.concept, solution.concept) == ("nash", "nash")
    assert solution.certified.all()


def test_probabilities_are_those_of_the_solutions() -> None:
    theory = table_theory("four")
    at = _floats(_points("four", 200))
    here = evaluate(theory, at)
    solution = solve(theory.game, DerivedEquilibria(theory), at=at)
    event = theory.game.events()[0]
    ours, theirs = here.probability(event).low, solution.probability(event)
    assert here.masks.sum() == solution.exists.sum()
    np.testing.assert_allclose(np.nansum(ours, axis=1), np.nansum(theirs, axis=1), atol=1e-9)
    np.testing.assert_allclose(np.nanmax(here.payoff("X").low, axis=1), np.nanmax(solution.payoff("X"), axis=1))


def test_a_continuum_is_listed_by_one_point() -> None:
    """An open mixing probability of which a quadratic inequality holds."""
    theory = table_theory("three")
    found = _implicit(theory)
    (name,) = found.implicit
    inside = replace(found, open_conditions=(parse_condition(f"{name}*(1 - {name}) >= a/4"),), region=())
    here = evaluate(replace(theory, classes=(inside,)), {"a": [0.5, 0.99, 1.01, 1.5], "b": 1.0, "c": 1.0})
    assert here.masks.tolist() == [[True], [True], [False], [False]]
    assert not here.open.any()
    value = here.solved[0][name]
    assert (value * (1 - value) >= np.array([0.5, 0.99, 1.01, 1.5]) / 4)[:2].all()


def test_signs_follow_from_the_equations() -> None:
    """The proved sign of d P(war) / d a is that of differences between solutions at neighbouring points."""
    theory = table_theory("three")
    event = theory.game.events()[0]
    found = statics(theory, of=f"P({event})", wrt="a")
    (row,) = (c for c in found.classes if c.found is not None and c.found.implicit)
    assert row.sign == "+"
    assert f"'{MIXED}' has no closed form: no jumps are looked for at its edges" in str(found)
    at = _floats(_points("three", 300))
    step = {**at, "a": [a + 1e-6 for a in at["a"]]}
    column = [k for k, (c, n) in enumerate(columns(theory)) if c.implicit and n == 1]
    low, high = (evaluate(theory, p).probability(event).low[:, column[0]] for p in (at, step))
    change = (high - low)[~np.isnan(high - low)]
    assert len(change) > 50
    assert (change > 0).all()
    signs = {r.within: r.signs["a"] for r in sign_table(theory, of=[f"P({event})"]).rows}
    assert signs[MIXED] == "+"


def test_statements_are_decided_on_the_system() -> None:
    theory = table_theory("three")
    event = theory.game.events()[0]
    assert isinstance(prove(theory, f"P({event}) <= a/2", within=MIXED), Proof)
    refuted = prove(theory, f"P({event}) >= 1/100", within=MIXED)
    assert isinstance(refuted, Counterexample | Undecided)
    unknown = prove(theory, f"exists('{MIXED}')")
    assert isinstance(unknown, Undecided)
    assert "not known in closed form" in unknown.why


def test_what_is_said_of_it() -> None:
    theory = table_theory("three")
    (name,) = _implicit(theory).implicit
    text, latex = str(theory.table()), theory.latex()
    assert f"{MIXED} (generic, numeric)" in text
    assert f"not solved for: {name}, the probability of yes at Z" in text
    assert "where: what is not solved for has a solution" in text
    assert "classes without closed form (1) are left out" in text
    assert "Without closed form:" in latex
    assert "between 0 and 1" in latex
    document: Any = theory_document(theory)
    (shown,) = (c for c in document["classes"] if not c["closed_form"])
    assert shown["numeric"] == {name: "probability of yes at Z: Z"}
    assert decoded(theory.game, encoded(theory)) == theory
    assert isinstance(_implicit(theory).meaning, FrozenMap)


def test_sweeps_and_pictures_have_them() -> None:
    pytest.importorskip("xarray")
    theory = table_theory("fold")
    event = theory.game.events()[0]
    axis = np.linspace(0.85, 1.15, 9)
    found = sweep(theory.game, {"a": axis, "b": [2.9, 3.05]}, theory=theory, metrics=[f"P({event})"])
    solution = solve(theory.game, DerivedEquilibria(theory), at={"a": axis[:, None], "b": [2.9, 3.05]})
    np.testing.assert_array_equal(found["count"], solution.count)
    assert [str(n) for n in found["equilibrium"].values if "numeric" in str(n)] == [
        f"{_implicit(theory).name} (numeric {k})" for k in (1, 2)
    ]
    drawn = parameter_map(theory, x="a", y="b", cells=24)
    assert any("(numeric, 2 solutions)" in label for label in drawn.regions)
    assert sum(mask.sum() for mask in drawn.regions.values()) == 24 * 24
    lines = parameter_lines(theory, of=f"P({event})", wrt="b")
    assert any("numeric" in line.label for line in lines.lines)


@pytest.mark.parametrize("refinement", ["intuitive", "D1", "undefeated"])
def test_refinements_keep_or_name_what_they_cannot_decide(refinement: str) -> None:
    theory = refine(signal_theory(), refinement)
    kept = [c.name for c in theory.classes if c.implicit]
    assert kept or [r.name for r in theory.removed]
    assert all(c.implicit for c in theory.classes if not c.closed_form)
