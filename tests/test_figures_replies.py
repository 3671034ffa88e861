"""Best replies meet at the equilibria; a matrix marks best replies; both agree with brute force."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import DeterrenceError
from deterrence.figures import best_replies, payoff_matrix, reply_curves
from deterrence.games import StrategicGame
from pictures import faults

pytest.importorskip("matplotlib")

CHICKEN = "crisis-management/chicken"
PAIRS = [
    CHICKEN,
    "security-dilemma/arms-race-types",
    "security-dilemma/surprise-attack",
    "free-riding/alliance-public-good",
    "alliance-commitment/alliance-paradox",
    "security-dilemma/guns-and-butter",
]


def distance(curve: np.ndarray, point: np.ndarray) -> float:
    """From a point to a curve of straight pieces."""
    start, step = curve[:-1], np.diff(curve, axis=0)
    along = ((point - start) * step).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-300)
    gaps = np.linalg.norm(start + np.clip(along, 0, 1)[:, None] * step - point, axis=1)
    return float(np.nanmin(gaps))


@pytest.mark.parametrize("slug", PAIRS)
def test_curves_meet_at_every_equilibrium(slug: str) -> None:
    drawn = reply_curves(dt.load(slug))
    assert len(drawn.equilibria)
    scale = max(high - low for low, high in drawn.spans)
    for point in drawn.equilibria:
        for curve in (drawn.first, drawn.second):
            assert distance(curve, point) < 0.01 * scale


def test_a_reply_is_the_best_of_all() -> None:
    drawn = reply_curves(dt.load("free-riding/alliance-public-good"))
    game = dt.load("free-riding/alliance-public-good")
    values = {p.name: float(p.default or 0) for p in game.parameters}
    mine, other = drawn.first[200]
    w, alpha = values["w_1"], values.get("alpha_1", values.get("alpha", 0.5))
    grid = np.linspace(0, w, 4001)[:-1]
    best = grid[((w - grid) ** (1 - alpha) * (grid + other) ** alpha).argmax()]
    assert mine == pytest.approx(best, abs=0.05)


@pytest.mark.parametrize("width", [4.2, 2.9])
@pytest.mark.parametrize("slug", [CHICKEN, "security-dilemma/arms-race-types", "free-riding/weakest-link"])
def test_no_word_is_cut_or_covered(slug: str, width: float) -> None:
    assert faults(best_replies(reply_curves(dt.load(slug)), width=width, height=width)) == []


def test_an_incomplete_list_says_so() -> None:
    figure = best_replies(reply_curves(dt.load("free-riding/weakest-link")))
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "2 equilibria listed; there may be more" in words


@pytest.mark.parametrize("slug", ["free-riding/thirty-one-allies", "escalation/ladder", "alliance-commitment/pawn"])
def test_what_has_no_two_curves_is_refused(slug: str) -> None:
    with pytest.raises(DeterrenceError, match="no two curves"):
        reply_curves(dt.load(slug))
    with pytest.raises(DeterrenceError, match="several points"):
        reply_curves(dt.load(CHICKEN), at={"P": [0, 1]})


@pytest.mark.parametrize("width", [None, 3.0])
def test_the_matrix_marks_best_replies_and_equilibria(width: float | None) -> None:
    game = dt.load(CHICKEN)
    assert isinstance(game, StrategicGame)
    figure = payoff_matrix(game, width=width)
    axes: Any = figure.axes[0]
    boxed = sorted(
        (text.get_text(), round(text.get_position()[0], 2), round(text.get_position()[1], 2))
        for text in axes.texts
        if text.get_bbox_patch() is not None
    )
    assert boxed == [("2", 0.73, 1.38), ("2", 1.27, 0.38), ("4", 0.27, 1.38), ("4", 1.73, 0.38)]
    tinted = [patch.get_xy() for patch in axes.patches if patch.get_facecolor()[:3] != (1, 1, 1)]
    assert sorted(tinted) == [(0, 1), (1, 0)]
    assert faults(figure) == []


def test_a_matrix_without_pure_equilibrium_says_so() -> None:
    rows = {("H", "H"): (1, -1), ("H", "T"): (-1, 1), ("T", "H"): (-1, 1), ("T", "T"): (1, -1)}
    game = StrategicGame(
        {"A": ["H", "T"], "B": ["H", "T"]}, {k: {"A": a, "B": b} for k, (a, b) in rows.items()}
    )  # fmt: skip
    axes: Any = payoff_matrix(game).axes[0]
    assert any("no pure equilibrium" in text.get_text() for text in axes.texts)
    with pytest.raises(DeterrenceError, match="two players"):
        payoff_matrix(dt.load("procurement/second-source"))  # type: ignore[arg-type]
