"""Parameter points: what `at=` may be, which points lie outside, and how values broadcast."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest

from deterrence.compiled import Points, Value, parameter_points
from deterrence.errors import ParameterError
from deterrence.games import Chance, ExtensiveGame, Outcome, Parameter, Player

A = Player("A")
P = Parameter("p", domain="probability", default="0.1")
COST = Parameter("cost", domain="positive", default=1)
GAME = ExtensiveGame(Outcome("e", {A: P * Parameter("v") - COST}), assume=["v > cost"])


def points(exact: bool = False, **at: Value) -> Points:
    return parameter_points(GAME, at, exact=exact)


def test_values_broadcast_and_defaults_stay_scalars() -> None:
    made = points(v=[[2], [3]], p=np.linspace(0, 1, 4))
    assert (made.shape, made.size) == ((2, 4), 8)
    assert made.values["cost"].shape == ()
    assert made.flat("v").tolist() == [2, 2, 2, 2, 3, 3, 3, 3]
    assert made.flat("cost").tolist() == [1] * 8
    assert made.admissible.shape == made.defined.shape == (2, 4)


def test_a_single_point_has_no_batch_axis() -> None:
    assert (points(v=2).shape, points(v=2).size) == ((), 1)
    assert points(v=np.empty((0, 3))).size == 0


@pytest.mark.parametrize("value", [0.1, "0.1", "1/10", Fraction(1, 10), np.float64(0.1)])
def test_numbers_are_read_as_decimals_in_exact_mode(value: Value) -> None:
    made = points(exact=True, v=2, p=value)
    assert made.flat("p").tolist() == [Fraction(1, 10)]
    assert points(v=2, p=value).flat("p").tolist() == [0.1]


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), "3", np.array(3), np.float32(3)])
def test_integers_of_every_kind_are_exact(value: Value) -> None:
    (number,) = points(exact=True, v=value).flat("v")
    assert number == 3
    assert type(number) is Fraction
    assert points(v=value).flat("v").dtype == np.float64


def test_arrays_of_text_and_rationals_keep_their_value() -> None:
    for mixed in (["1/3", "0.25"], [Fraction(1, 3), 0.25], np.array(["1/3", "0.25"])):
        assert points(exact=True, v=mixed).flat("v").tolist() == [Fraction(1, 3), Fraction(1, 4)]
        assert points(v=mixed).flat("v").tolist() == [1 / 3, 0.25]


def test_exact_arrays_of_floats_read_each_as_a_decimal() -> None:
    assert points(exact=True, v=np.array([1.1, 2.3])).flat("v").tolist() == [Fraction(11, 10), Fraction(23, 10)]


def test_points_outside_the_assumptions_or_domains_are_marked() -> None:
    made = points(v=[2, 0.5, 2, 2, 2], p=[0.5, 0.5, 1.5, -0.1, 0.5], cost=[1, 1, 1, 1, 0])
    assert made.admissible.tolist() == [True, False, False, False, False]
    assert made.defined.all()
    exact = points(exact=True, v=[2, 0.5, 2, 2, 2], p=[0.5, 0.5, 1.5, -0.1, 0.5], cost=[1, 1, 1, 1, 0])
    assert exact.admissible.tolist() == made.admissible.tolist()


def test_the_boundary_of_an_assumption_is_decided_exactly_on_demand() -> None:
    assert points(exact=True, v="0.30000000000000000001", cost="0.3").admissible.all()
    assert not points(exact=True, v="0.3", cost="0.3").admissible.any()


def test_probabilities_of_chance_moves_must_be_between_zero_and_one() -> None:
    x, y = parameters = (Parameter("x"), Parameter("y"))
    ends = [Outcome(f"e{i}", {A: i}) for i in range(3)]
    branches = {"a": (x, ends[0]), "b": (y, ends[1]), "c": (1 - x - y, ends[2])}
    made = parameter_points(
        ExtensiveGame(Chance("c", branches), parameters=parameters), {"x": [0.2, 0.7, -0.1], "y": 0.4}
    )
    assert made.admissible.tolist() == [True, False, False]


def test_values_that_are_not_finite_are_undefined_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = points(v=[2.0, np.nan, np.inf, -np.inf])
    assert made.defined.tolist() == [True, False, False, False]
    assert made.admissible.tolist() == [True, False, False, False]
    assert not points(v=float("nan")).defined
    assert not points(v=float("inf")).admissible


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1, float("nan")], "nan", "inf"])
def test_exact_values_must_be_finite(value: Value) -> None:
    with pytest.raises(ParameterError, match=r"at v: .*give a number such as 0.25 or 1/4"):
        points(exact=True, v=value)


@pytest.mark.parametrize(
    "value",
    [True, [True, False], "a", "", "1/0", "__import__", [[1, 2], [3]], 1j, [1j], None, [None], b"1", object(), {"x": 1},
     np.array("2020-01-01", dtype="datetime64[D]"), "1" * 1000],
)  # fmt: skip
@pytest.mark.parametrize("exact", [False, True])
def test_what_is_no_number_is_refused_with_its_place(value: Value, exact: bool) -> None:
    with pytest.raises(ParameterError, match="v"):
        points(exact=exact, v=value)


def test_unknown_and_missing_names_are_refused_with_advice() -> None:
    with pytest.raises(ParameterError, match=r"at: unknown parameter 'costs' \(did you mean 'cost'"):
        points(v=2, costs=1)
    with pytest.raises(ParameterError, match=r"at: no value for 'v' \(it has no default"):
        points(p=0.5)
    with pytest.raises(ParameterError, match=r"at: the shapes do not fit: p \(2,\), v \(3,\)|v \(3,\)"):
        points(p=[0, 1], v=[2, 3, 4])


@pytest.mark.parametrize("exact", [False, True])
def test_selected_points_are_those_of_the_flattened_batch(exact: bool) -> None:
    made = points(exact, v=[[2], [3], [0]], p=["0.25", "0.5"])
    for index in (slice(1, 4), np.array([5, 0, 2])):
        part = made.select(index)
        for name in ("v", "p", "cost"):
            assert part.flat(name).tolist() == made.flat(name)[index].tolist()
        assert part.admissible.tolist() == made.admissible.reshape(-1)[index].tolist()
        assert part.exact == exact


@pytest.mark.parametrize("exact", [False, True])
def test_numbers_that_are_too_long_are_refused_at_once(exact: bool) -> None:
    with pytest.raises(ParameterError, match="at v"):
        points(exact=exact, v=10**5000)
