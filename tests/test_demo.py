"""The main job: three models solved at their defaults and over grids, with the checker's verdicts and a figure."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from deterrence import demo
from deterrence.cli import main
from deterrence.report.plain import plain_text


@pytest.fixture(autouse=True)
def small_grids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "CELLS", 3)
    monkeypatch.setattr(demo, "FINE", 20)


def run(folder: Path) -> list[str]:
    return [plain_text(blocks) for blocks in demo.sections(folder, lambda _: None)]


def test_sections_and_figure(tmp_path: Path) -> None:
    theory, tested, mapped, complete, incomplete, priors, ladder, rungs, drawn = run(tmp_path / "pictures")
    assert re.search(r"bluff +p_Def <= t_soft and p_Ch <= d_star +p_Ch\*t_soft", theory)
    assert "proved: P(war) <= p_Ch\n" in tested
    assert "refuted: P(war) <= p_Ch*p_Def" in tested
    assert "it holds exactly where p_Ch > d_star or p_Def >= t_soft" in tested
    assert "deterrence-regions.png" in mapped
    assert all((tmp_path / "pictures" / f"deterrence-regions.{e}").is_file() for e in ("png", "svg"))
    assert "1 subgame perfect equilibrium found" in complete
    assert "sequentially rational" in incomplete
    assert "P(war)" in incomplete
    assert "1/8" in incomplete  # the bluff, exactly
    assert "passed the checker" in priors
    assert "1/20" in ladder
    assert [line.split()[1] for line in rungs.splitlines()[2:]][1::2] == ["never"] * 4
    assert all((tmp_path / "pictures" / f"deterrence-and-escalation.{e}").is_file() for e in ("png", "svg"))
    assert "deterrence-and-escalation.svg" in drawn


def test_the_map_holds_the_known_risk() -> None:
    """Cells at priors 1/6, 1/2 and 5/6: the bluff below a quarter, separation below a half, no war above."""
    cells, _ = demo._prior_grid(demo._tree(demo.INCOMPLETE))
    bluff = 1 / 6 * 1 / 4
    attack = 5 / 6 * 1 / 6
    assert cells.values[:, 2] == pytest.approx([0.0, 0.0, 0.0])
    assert cells.values[0, 0] == pytest.approx(bluff)
    assert cells.values[2, 0] == pytest.approx(attack)
    assert cells.horizontal == {"t_soft": 0.25, "t_hard": 0.5}
    assert cells.vertical == {"d_star": pytest.approx(2 / 3)}


def test_the_ladder_turns_on_parity() -> None:
    strips, _ = demo._ladder_grid(demo._tree(demo.LADDER))
    critical = 0.09
    for name, holds in zip(strips.names, strips.holds, strict=True):
        expected = (strips.x < critical) if int(name) % 2 == 0 else np.zeros_like(strips.x, dtype=np.bool_)
        assert np.array_equal(holds, expected), name


def test_without_matplotlib_the_tables_come_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    *tables, last = run(tmp_path)
    assert len(tables) == 8
    assert "pip install 'deterrence[plot]'" in last
    assert list(tmp_path.iterdir()) == []


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--out", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert "figure: " in out
    assert "\x1b" not in out
    assert err == ""


def test_a_folder_that_cannot_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file", encoding="utf-8")
    assert main(["demo", "--out", str(taken)]) == 2
    out, err = capsys.readouterr()
    assert "refuted: P(war) <= p_Ch*p_Def" in out
    assert err.startswith("error: ")
