"""Sweeps: the numbers of a dataset are those of `solve` and of the theory, whatever the layout and the blocks."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import deterrence as dt
from deterrence.errors import ParameterError
from deterrence.solution import Status
from deterrence.sweeps import Design, bounds, sample, sampled, sweep
from deterrence.sweeps.plan import plan_of

pytest.importorskip("xarray")

UDG = dt.load("alliance-commitment/unilateral-deterrence")
CHICKEN = dt.load("crisis-management/chicken")
GRID = {"p_Ch": np.linspace(0.05, 0.95, 7), "p_Def": np.linspace(0.05, 0.95, 5)}


def test_dims_are_the_parameters_and_values_those_of_the_theory() -> None:
    result = sweep(UDG, GRID, metrics=["P(war)", "t_soft"])
    assert result["P(war)"].dims == ("equilibrium", "p_Ch", "p_Def")
    bluff = result["P(war)"].sel(equilibrium="bluff")
    wanted = np.where((GRID["p_Def"] <= 1 / 4) & (GRID["p_Ch"][:, None] <= 2 / 3), GRID["p_Ch"][:, None] / 4, np.nan)
    assert_allclose(bluff, wanted)
    assert_allclose(result["t_soft"], 0.25)
    assert result["P(war).max"].max() == pytest.approx(0.95 * 0.5, abs=0.06)


def test_ranges_are_those_of_all_equilibria() -> None:
    result = sweep(UDG, GRID, metrics=["P(war)"])
    solved = dt.solve(UDG, at={"p_Ch": GRID["p_Ch"][:, None], "p_Def": GRID["p_Def"]})
    assert_array_equal(result["count"], solved.count)
    assert_allclose(result["P(war).max"], np.nanmax(solved.probability("war"), axis=-1))
    assert_allclose(result["P(war).min"], np.nanmin(solved.probability("war"), axis=-1))


def test_what_a_class_leaves_open_has_two_ends() -> None:
    result = sweep(dt.load("crisis-management/mutual-deterrence"), {"p_A": [0.3], "p_B": [0.3]})
    opened = [str(name).removesuffix(".largest") for name in result if str(name).endswith(".largest")]
    assert opened
    for name in opened:
        gap = (result[f"{name}.largest"] - result[name]).max()
        assert gap >= 0
        assert result[f"{name}.max"] >= result[name].max()


def test_points_outside_the_assumptions_are_marked_and_kept() -> None:
    result = sweep(UDG, {"c_SQ": [1.0, 3.0, 5.0]}, metrics=["P(war)"])
    assert_array_equal(result["status"], [Status.OUTSIDE, Status.SOLVED, Status.OUTSIDE])
    assert_array_equal(result["count"] > 0, [False, True, False])
    assert_array_equal(np.isnan(result["P(war).max"]), [True, False, True])


def test_blocks_do_not_show() -> None:
    whole = plan_of(UDG, GRID)
    assert [plan.chunk for plan in (whole,)] == [(7, 5)]
    blocks = list(whole.design.blocks((3, 2)))
    assert sum(whole.points_in(block) for block in blocks) == 35
    everything = whole.compute((slice(0, 7), slice(0, 5)))
    for block in blocks:
        for name, values in whole.compute(block).items():
            assert_array_equal(values, everything[name][..., *block])


def test_a_chunk_is_long_in_the_last_dimensions() -> None:
    design = plan_of(UDG, {"p_Ch": np.zeros(100), "p_Def": np.zeros(30)}).design
    assert design.chunk(60) == (2, 30)
    assert design.chunk(7) == (1, 7)
    assert design.chunk(10**9) == (100, 30)


def test_scenarios_are_an_axis() -> None:
    scenarios = {"now": {}, "reinforced": {"p_Def": 0.9}}
    result = sweep(UDG, {"scenario": scenarios, "p_Ch": [0.2, 0.6]}, metrics=["P(war)"])
    assert list(result["scenario"].values) == ["now", "reinforced"]
    assert_allclose(result["p_Def"], [0.1, 0.9])
    assert_allclose(result["P(war).max"], np.array([[0.05, 0.15], [0, 0]]))


def test_solved_forms_are_swept_too() -> None:
    result = sweep(CHICKEN, {"P": np.linspace(0.5, 1.5, 4)})
    assert_array_equal(result["count"], 3)
    firmness = 1 / (1 + 2 - result["P"])
    assert_allclose(result["P(collision).max"], firmness**2)


def test_too_many_equilibria_for_the_room_is_said() -> None:
    with pytest.raises(dt.DeterrenceError, match="3 equilibria at one point, room for 2"):
        sweep(CHICKEN, {"P": [1.0]}, width=2)


def test_attributes_tell_where_numbers_come_from() -> None:
    design = sample(UDG, {"p_Def": None}, 8, seed=5)
    attributes = sweep(UDG, design, metrics=["P(war)"]).attrs
    assert attributes["model"] == "alliance-commitment/unilateral-deterrence"
    assert attributes["sha256"] == UDG.about.sha256
    assert (attributes["concept"], attributes["refinement"]) == ("pbe", "none")
    assert (attributes["design"], attributes["seed"]) == ("sobol", "5")
    coordinate = sweep(UDG, GRID, metrics=["P(war)"])["p_Ch"].attrs
    assert coordinate["long_name"] == "prior that the Challenger is hard"


@pytest.mark.parametrize("method", ["sobol", "latin-hypercube", "uniform"])
def test_samples_are_within_their_box_and_repeatable(method: str) -> None:
    box = {"p_Def": (0.2, 0.4), "c_SQ": None}
    first, second, other = (sample(UDG, box, 50, method=method, seed=s) for s in (1, 1, 2))  # type: ignore[arg-type]
    assert first.shape == (50,)
    assert_array_equal(first.columns["c_SQ"].values, second.columns["c_SQ"].values)
    assert (first.columns["c_SQ"].values != other.columns["c_SQ"].values).any()
    assert ((first.columns["p_Def"].values >= 0.2) & (first.columns["p_Def"].values <= 0.4)).all()
    assert ((first.columns["c_SQ"].values > 2) & (first.columns["c_SQ"].values < 4)).all()


def test_a_latin_hypercube_has_one_point_in_every_stripe() -> None:
    column = sample(UDG, {"p_Def": (0, 1)}, 20, method="latin-hypercube").columns["p_Def"].values
    assert sorted(np.floor(20 * column)) == list(range(20))


def test_a_sample_of_ones_own() -> None:
    design = sampled(UDG, {"p_Ch": [0.1, 0.2], "p_Def": [0.3, 0.4]})
    assert isinstance(design, Design)
    result = sweep(UDG, design, metrics=["P(war)"])
    assert_allclose(result["P(war).max"], np.array([0.1, 0.2]) * [0.3, 0.4])


def test_bounds_come_from_the_assumptions() -> None:
    assert bounds(UDG, "c_SQ") == (2, 4)
    assert bounds(UDG, "c_SQ", at={"c_DC": Fraction(7, 2)}) == (2, 3.5)
    with pytest.raises(ParameterError, match="no upper bound for 'c_DC'"):
        bounds(UDG, "c_DC")


@pytest.mark.parametrize(
    ("over", "options", "says"),
    [
        ({"p_def": [0.5]}, {}, "no parameter 'p_def'.*did you mean 'p_Def'"),
        ({"p_Def": [[0.5]]}, {}, "an axis of shape"),
        ({"p_Def": ["high"]}, {}, "not a list of numbers"),
        ({"p_Def": [0.5]}, {"at": {"p_Def": 0.1}}, "swept and fixed"),
        ({"p_Def": [0.5]}, {"metrics": ["P(wor)"]}, "no 'P\\(wor\\)'.*did you mean 'war'"),
        ({"p_Def": [0.5]}, {"metrics": ["t_sof"]}, "no metric 't_sof'.*did you mean 't_soft'"),
        ({"p_Def": [0.5]}, {"at": {"c_SQ": "x"}}, "c_SQ"),
    ],
)
def test_bad_input_is_refused_with_the_remedy(over: dict[str, object], options: dict[str, object], says: str) -> None:
    with pytest.raises(dt.DeterrenceError, match=says):
        sweep(UDG, over, **options)  # type: ignore[arg-type]


def test_a_theory_of_another_concept_can_be_swept() -> None:
    assert isinstance(UDG, dt.ExtensiveGame)
    result = sweep(UDG, GRID, theory=dt.derive(UDG), metrics=["U(Challenger.hard)"], per_equilibrium=False)
    assert set(result.data_vars) == {"status", "count", "U(Challenger.hard).min", "U(Challenger.hard).max"}


def test_a_definition_is_an_axis_through_a_parameter() -> None:
    over: Any = {"t_soft": {"c_SQ": [0.1, 0.25, 0.4, 0.9]}, "c_DC": [4, 5], "p_Def": [0.2, 0.3]}
    result = sweep(UDG, over, metrics=["P(war)"])
    assert result["P(war).max"].dims == ("t_soft", "c_DC", "p_Def")
    assert result["c_SQ"].dims == ("t_soft", "c_DC")
    c_SQ, c_DC = result["c_SQ"].values, np.array([4, 5])
    assert_allclose((c_DC - c_SQ) / (c_DC - 0), np.broadcast_to(result["t_soft"].values[:, None], (4, 2)))
    inside = result.isel(t_soft=slice(0, 3))
    solved = dt.solve(UDG, at={"c_SQ": c_SQ[:3, :, None], "c_DC": c_DC[:, None], "p_Def": [0.2, 0.3]})
    assert_allclose(inside["P(war).max"], np.nanmax(solved.probability("war"), axis=-1))
    assert (result["status"].isel(t_soft=3) == Status.OUTSIDE).all(), "a status quo worse than conflict"
    assert result["t_soft"].attrs["long_name"] == "t_soft = (c_DC - c_SQ)/(c_DC - c_CD)"


def test_a_value_that_a_definition_never_takes_is_marked() -> None:
    result = sweep(UDG, {"d_star": {"d_DDs": [0.0, 0.5, 1.0]}}, metrics=["P(war)"])
    assert_array_equal(result["status"] == Status.UNDEFINED, [True, False, False])
    assert float(result["d_DDs"][1]) == pytest.approx(3 - (3 - 1) / 0.5)


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"t_soft": [0.1, 0.2]}, "takes its values through a parameter"),
        ({"t_soft": {"p_Ch": [0.1]}}, "does not depend on 'p_Ch'"),
        ({"t_soft": {"c_SQQ": [0.1]}}, "c_SQ"),
        ({"t_soft": {"c_SQ": [0.1]}, "c_SQ": [3]}, "is swept twice"),
        ({"t_sof": {"c_SQ": [0.1]}}, "did you mean 't_soft'"),
        ({"scenario": {"now": 3}}, "'now' is no setting of parameters"),
    ],
)
def test_a_definition_that_cannot_be_an_axis_is_refused(over: Any, says: str) -> None:
    with pytest.raises(ParameterError) as error:
        sweep(UDG, over)
    assert says in str(error.value)


def test_a_definition_that_is_no_ratio_of_linear_functions_is_refused() -> None:
    x = dt.parameter("x", default=2)
    game = dt.StrategicGame({"A": ["a", "b"]}, {("a",): {"A": x}, ("b",): {"A": 0}}, definitions={"square": x * x})
    with pytest.raises(ParameterError, match="no ratio of linear functions"):
        sweep(game, {"square": {"x": [4]}})


def test_payoffs_before_types_are_known_are_those_of_the_solver() -> None:
    result = sweep(UDG, GRID, metrics=["U(Challenger)", "U(Defender.hard)"])
    solved = dt.solve(UDG, at={"p_Ch": GRID["p_Ch"][:, None], "p_Def": GRID["p_Def"]})
    for end, reduce in (("min", np.nanmin), ("max", np.nanmax)):
        assert_allclose(result[f"U(Challenger).{end}"], reduce(solved.payoff("Challenger"), axis=-1))


def test_payoffs_over_correlated_types_use_the_joint_prior() -> None:
    p = dt.parameter("p", domain="probability", default="1/8")
    war = dt.Outcome("war", {"A": {"s": 1, "t": -1}, "B": {"u": 2, "v": 3}})
    out = dt.Outcome("peace", {"A": 0, "B": 0})
    game = dt.ExtensiveGame(
        dt.Decision("root", "A", {"in": war, "out": out}),
        players=[dt.Player("A", types=["s", "t"]), dt.Player("B", types=["u", "v"])],
        prior={("s", "u"): p / 2, ("s", "v"): p / 4, ("t", "u"): p / 4, ("t", "v"): 1 - p},
    )
    chance = np.array([0.1, 0.4, 0.9])
    result = sweep(game, {"p": chance}, metrics=["U(A)", "U(B)"])
    assert_allclose(result["U(A).max"], chance * 3 / 4, err_msg="only the type s goes to war")
    assert_allclose(result["U(B).max"], chance * (2 / 2 + 3 / 4))
