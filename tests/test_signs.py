"""Signs of closed forms and of their derivatives, with roots and maxima, against differences at random points."""

from __future__ import annotations

import numpy as np
import pytest

from deterrence.checking import check
from deterrence.errors import SolverError
from deterrence.expressions import Symbol, parse_condition, parse_expression
from deterrence.expressions.numpy_eval import evaluate
from deterrence.games import CommitmentGame, Game, parameters
from deterrence.library import parse_game, write_game
from deterrence.theory.signs import decide_sign
from deterrence.theory.smt import Answer

TEXT = """
format = 1
[model]
form = "commitment"
[parameters]
a = { default = 1, domain = "positive" }
b = { default = 2, domain = "positive" }
[leader]
player = "One"
x = { low = 0, high = 1 }
[responses]
[payoffs]
One = "-a*x**2 + b*x"
[definitions]
root = "sqrt(a**2 + b)"
[[results]]
id = "claim"
sign = { of = "OF", WRT is = "SIGN" }
"""


def game() -> CommitmentGame:
    a, b = parameters("a b", domain="positive")
    return CommitmentGame("One", {"x": (0, 1)}, {}, {"One": a * Symbol("x") + b})


def _answer(formula: str, wrt: str, sign: str, given: str = "") -> Answer:
    conditions = [parse_condition(given)] if given else []
    return decide_sign(game(), parse_expression(formula), wrt, sign, conditions)[0]


@pytest.mark.parametrize(
    ("formula", "wrt", "sign", "answer"),
    [
        ("sqrt(a**2 + b) - a", "", "+", Answer.YES),
        ("sqrt(a**2 + b) - 101*a/100", "", "+", Answer.NO),
        ("sqrt(a**2 + b)", "b", "+", Answer.YES),
        ("1/sqrt(a + sqrt(b))", "b", "-", Answer.YES),
        ("sqrt(b)**3/a", "b", "+", Answer.YES),
        ("max(a, b) - a", "", "+0", Answer.YES),
        ("max(a, b) - a", "", "+", Answer.NO),
        ("min(a, b, a*b) - b", "", "-0", Answer.YES),
        ("abs(a - b) - a - b", "", "-", Answer.YES),
        ("a + max(b, 2*b)", "a", "+", Answer.YES),
        ("a - b", "", "?", Answer.YES),
        ("log(a)/b + 1", "a", "+", Answer.YES),
        ("exp(a) + b", "a", "+", Answer.YES),
        ("exp(a) - 1", "", "+", Answer.UNKNOWN),
        ("exp(a) - b", "", "?", Answer.UNKNOWN),
    ],
)
def test_signs_are_decided(formula: str, wrt: str, sign: str, answer: Answer) -> None:
    assert _answer(formula, wrt, sign) is answer


def test_premises_are_used_and_must_be_possible() -> None:
    assert _answer("sqrt(a) - sqrt(b)", "", "+", "a > b") is Answer.YES
    assert _answer("sqrt(a) - sqrt(b)", "", "+", "a > sqrt(b)") is Answer.NO
    with pytest.raises(SolverError, match="no admissible point"):
        _answer("a", "", "+", "sqrt(a) < 0")


def test_a_kink_has_no_derivative() -> None:
    with pytest.raises(SolverError, match="kinks"):
        _answer("max(a, b)", "a", "+0")


@pytest.mark.parametrize(
    "formula", ["sqrt(a**2 + b)/(a + sqrt(b))", "a*sqrt(1 + sqrt(a + b)) - b/a", "log(a*b)*b + a**2"]
)
@pytest.mark.parametrize("wrt", ["a", "b"])
def test_derivatives_agree_with_differences(formula: str, wrt: str) -> None:
    written = parse_expression(formula)
    at = dict(zip("ab", np.random.default_rng(3).uniform(0.5, 2, (2, 12)).round(4), strict=True))
    high, low = (evaluate([written], {**at, wrt: at[wrt] + h})[0] for h in (1e-6, -1e-6))
    for i, slope in enumerate((high - low) / 2e-6):
        near = " and ".join(f"{n} == {column[i]:.4f}" for n, column in at.items())
        exact = parse_condition(near)
        found = decide_sign(game(), written, wrt, "+" if slope > 0 else "-", [exact])[0]
        assert found is Answer.YES or "log" in formula


def _checked(of: str, sign: str, wrt: str = "") -> str:
    text = TEXT.replace("OF", of).replace("SIGN", sign).replace("WRT", f'wrt = "{wrt}",' if wrt else "")
    read: Game = parse_game(text)
    assert parse_game(write_game(read)).about.results == read.about.results
    return check(read).lines[-1].verdict


def test_files_state_inequalities() -> None:
    assert _checked("root - a", "+") == "proved"
    assert _checked("root - b", "+") == "refuted"
    assert _checked("root", "+", "a") == "proved"
    assert _checked("root", "-", "a") == "refuted"
