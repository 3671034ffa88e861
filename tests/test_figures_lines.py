"""Lines over a parameter and over the precision: values of the solver, ends where classes end, jumps as jumps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import deterrence as dt
from command_line import DETERRENCE
from deterrence.errors import DeterrenceError
from deterrence.figures import parameter_lines, qre_lines, statics_lines
from pictures import faults

pytest.importorskip("matplotlib")

SIZES = [(5.6, 3.4), (3.4, 2.4)]


def test_every_class_has_its_line_up_to_its_end() -> None:
    drawn = parameter_lines(dt.load(DETERRENCE), of="P(war)", wrt="p_Def")
    lines = {line.label.split("\n")[0]: line for line in drawn.lines}
    assert set(lines) == {"bluff", "separating", "certain deterrence", "off-path deterrence (Defender soft: defy)"}
    ends = {name: (line.x[0], line.x[-1]) for name, line in lines.items()}
    assert ends["bluff"] == pytest.approx((0, 0.25))
    assert ends["separating"] == pytest.approx((0.25, 0.5))
    assert lines["separating"].closed == (True, True)
    assert lines["bluff"].closed == (False, True)
    np.testing.assert_allclose(lines["separating"].low, lines["separating"].x / 2)
    ((x, before, after),) = drawn.jumps
    assert (x, before, after) == pytest.approx((0.5, 0.25, 0))


def test_lines_are_the_solver_s_numbers() -> None:
    game = dt.load(DETERRENCE)
    drawn = parameter_lines(game, of="U(Challenger.hard)", wrt="c_SQ", at={"p_Def": 0.3})
    for x in (2.3, 2.9, 3.7):
        wanted = dt.solve(game, at={"p_Def": 0.3, "c_SQ": x}).payoff("Challenger.hard")
        found = {
            round(float(np.interp(x, line.x, line.low)), 3) for line in drawn.lines if line.x[0] <= x <= line.x[-1]
        }
        assert found == {round(float(value), 3) for value in wanted if value == value}


def test_a_solver_gives_a_dot_for_every_equilibrium() -> None:
    drawn = parameter_lines(dt.load("crisis-management/chicken"), of="P(collision)", wrt="P", span=(0, 1.9))
    (dots,) = drawn.lines
    assert dots.label == ""
    assert len(dots.x) == 3 * 601
    mixed = dots.low[dots.low > 1e-9]
    np.testing.assert_allclose(mixed, 1 / (3 - dots.x[dots.low > 1e-9]) ** 2)


def test_a_definition_is_one_line() -> None:
    (line,) = parameter_lines(dt.load(DETERRENCE), of="t_soft", wrt="c_SQ").lines
    np.testing.assert_allclose(line.low, (4 - line.x) / 4)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("of", ["P(war)", "U(Challenger.hard)"])
def test_no_word_is_cut_or_covered(of: str, width: float, height: float) -> None:
    drawn = parameter_lines(dt.load(DETERRENCE), of=of, wrt="p_Def")
    assert faults(statics_lines(drawn, width=width, height=height)) == []


def test_the_figure_shows_ends_and_jumps() -> None:
    figure = statics_lines(parameter_lines(dt.load(DETERRENCE), of="P(war)", wrt="p_Def"))
    axes: Any = figure.axes[0]
    jumps = [line for line in axes.lines if line.get_linestyle() == ":"]
    assert [list(line.get_ydata()) for line in jumps] == [pytest.approx([0.25, 0])]
    styles = {(line.get_color(), str(line.get_linestyle())) for line in axes.lines if line.get_linewidth() > 1.5}
    assert len({colour for colour, _ in styles}) == 4
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert len(dots) == 4, "two ends of separating, one of bluff, one of certain deterrence"


def test_the_branch_starts_with_noise_and_ends_near_an_equilibrium() -> None:
    game = dt.load("crisis-management/chicken")
    lam = np.concatenate([[0], np.geomspace(0.05, 20, 20)])
    figure = qre_lines(dt.qre_branch(game, lam))
    axes: Any = figure.axes[0]
    collision = next(line for line in axes.lines if line.get_ydata()[0] == pytest.approx(0.25))
    np.testing.assert_allclose(collision.get_xdata(), lam)
    assert faults(figure) == []
    assert faults(qre_lines(dt.qre_branch(game, lam), width=3.4, height=2.4)) == []
    with pytest.raises(DeterrenceError, match="2 games"):
        qre_lines(dt.qre_branch(game, lam, at={"P": [0, 1]}))


def test_bad_questions_are_refused() -> None:
    game = dt.load(DETERRENCE)
    for more in ({"wrt": "p_Deff"}, {"wrt": "p_Def", "span": (1, 0)}, {"wrt": "p_Def", "at": {"p_Def": 1}}):
        with pytest.raises(DeterrenceError):
            parameter_lines(game, of="P(war)", **more)
    with pytest.raises(DeterrenceError, match="wor"):
        parameter_lines(game, of="P(wor)", wrt="p_Def")


@pytest.mark.parametrize("slug", ["alliance-commitment/reliability", "free-riding/ces-public-good"])
def test_a_constant_is_drawn_as_one(slug: str) -> None:
    game = dt.load(slug)
    of = next(f"{kind}({name})" for kind, names in game.quantities().items() for name in names)
    figure = statics_lines(parameter_lines(game, of=of, wrt=game.parameters[-1].name))
    assert faults(figure) == []


def test_a_range_without_equilibria_is_said() -> None:
    with pytest.raises(DeterrenceError, match=r"no equilibrium with a value of P\(war\) from 5 to 6"):
        parameter_lines(dt.load(DETERRENCE), of="P(war)", wrt="c_SQ", span=(5, 6))
